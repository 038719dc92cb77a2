// Stored runs in the browser's database. Values read from it are checked first.

import { access, read } from "./database.js";
import { fileDigestOf } from "./experiments.js";

/** @typedef {import("../panels/user-data.js").UserFile} UserFile */
/**
 * A run, with its file of points if it uses one.
 * @typedef {{ run: StoredRun, file: UserFile | undefined }} RunWithFile
 */
/**
 * A run: its link, the step and the checkpoint of its training, whether it was training, the shown layers and the view.
 * @typedef {{ link: string, step: number, checkpoint: Uint8Array | undefined, shouldTrain: boolean, layers: string[],
 *     view: import("../drawing/viewport.js").View }} StoredRun
 */

const RUN = "run";
const PREVIOUS_RUNS = "before";
const FILE = "file";
const DIGEST = "digest";
/** Limits of stored values: bytes of a file or a checkpoint, characters of a link or a name, layers. */
export const MAX_VALUE_BYTES = 2 ** 26;
const MAX_CHARACTERS = 2 ** 14;
const MAX_LAYERS = 64;
/** Maximum number of stored runs of earlier visits. Several, so that a short visit does not erase a long run. */
const MAX_PREVIOUS = 2;

export class RunStorage {
    #parser;

    /** @param {Pick<import("./experiment-store.js").Parser, "parseLink" | "tableDigest">} parser */
    constructor(parser) {
        this.#parser = parser;
    }

    /** The stored file; checking it needs the extra module. */
    async readFile() {
        const file = await read(FILE);
        return this.#isFile(file) ? file : undefined;
    }

    async readRun() {
        const run = await read(RUN);
        return isRun(run) ? run : undefined;
    }

    /**
     * The runs of earlier visits, latest first.
     * @param {boolean} hasExtra true if the extra module is there, which checking files needs
     * @returns {Promise<RunWithFile[]>}
     */
    async readPreviousRuns(hasExtra) {
        const stored = await read(PREVIOUS_RUNS);
        const runs = (Array.isArray(stored) ? stored.slice(0, MAX_PREVIOUS) : []).filter((previous) =>
            isRun(previous?.run),
        );
        return runs.map(({ run, file }) => this.withFile(run, hasExtra && this.#isFile(file) ? file : undefined));
    }

    /**
     * A run, with `file` if the run uses this file.
     * @param {StoredRun} run
     * @param {UserFile | undefined} file
     * @returns {RunWithFile}
     */
    withFile(run, file) {
        const isUsed = file && fileDigestOf(this.#parser.parseLink(run.link)) === file.digest;
        return { run, file: isUsed ? file : undefined };
    }

    /**
     * Writes a run together with its file. If two tabs write, the last write stays.
     * @param {StoredRun} run
     * @param {UserFile | undefined} file
     * @param {{ previousRuns?: RunWithFile[], leaving?: boolean }} options `previousRuns`: written too; `leaving`: the
     *     page is closing, so there is no time to read first
     */
    async writeRun(run, file, { previousRuns, leaving = false }) {
        if (!file || leaving) {
            await put(run, file, previousRuns);
            return;
        }
        // The file is not written again each second. Another tab may replace it meanwhile.
        const isStored = async () => (await read(DIGEST)) === file.digest;
        const wasStored = await isStored();
        await put(run, wasStored ? undefined : file, previousRuns);
        if (wasStored && !(await isStored())) {
            await put(run, file, previousRuns);
        }
    }

    async clear() {
        await access("readwrite", (store) => store.clear());
    }

    /** @param {unknown} value @returns {value is UserFile} */
    #isFile(value) {
        const { name, bytes, digest } = recordOf(value);
        return isText(name) && isBytes(bytes) && this.#parser.tableDigest(bytes) === digest;
    }
}

/** @param {StoredRun} run @param {UserFile | undefined} file @param {RunWithFile[] | undefined} previousRuns */
const put = (run, file, previousRuns) =>
    access("readwrite", (store) => {
        if (previousRuns) {
            store.put(previousRuns.slice(0, MAX_PREVIOUS), PREVIOUS_RUNS);
        }
        if (file) {
            store.put(file, FILE);
            store.put(file.digest, DIGEST);
        }
        return store.put(run, RUN);
    });

/**
 * For each link, the run with the most steps; at most `MAX_PREVIOUS` + 1 runs.
 * @param {RunWithFile[]} runs
 * @returns {RunWithFile[]}
 */
export function furthestPerLink(runs) {
    /** @type {Map<string, RunWithFile>} */
    const furthest = new Map();
    for (const candidate of runs) {
        const known = furthest.get(candidate.run.link);
        if (!known || candidate.run.step > known.run.step) {
            furthest.set(candidate.run.link, candidate);
        }
    }
    return [...furthest.values()].slice(0, MAX_PREVIOUS + 1);
}

/** The properties of an unknown value. @param {unknown} value @returns {Record<string, unknown>} */
const recordOf = (value) =>
    typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};

/** @param {unknown} value @returns {value is StoredRun} */
export function isRun(value) {
    const { link, step, checkpoint, shouldTrain, layers, view } = recordOf(value);
    const { x, y, half } = recordOf(view);
    return (
        isText(link) &&
        Number.isInteger(step) &&
        typeof shouldTrain === "boolean" &&
        (checkpoint === undefined || isBytes(checkpoint)) &&
        Array.isArray(layers) &&
        layers.length <= MAX_LAYERS &&
        layers.every((layer) => typeof layer === "string") &&
        [x, y, half].every(Number.isFinite)
    );
}

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === "string" && value.length <= MAX_CHARACTERS;

/** @param {unknown} value @returns {value is Uint8Array} */
const isBytes = (value) => value instanceof Uint8Array && value.length <= MAX_VALUE_BYTES;

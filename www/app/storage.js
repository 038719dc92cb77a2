// What is kept on this machine, as the browser's database has it: whatever stands there, only what it should be is
// believed.

import { parseLink, tableDigest } from "../../scorescape.js";

/** @typedef {import("../panels/user-data.js").UserFile} UserFile */
/**
 * @typedef {{ run: StoredRun, file: UserFile | undefined }} RunWithFile a run, with its file of points if it is about
 *     one
 */
/**
 * What is kept of a run: its link, the step and the state of its training, whether it was to train, which layers were
 * shown of which part of the plane.
 * @typedef {{ link: string, step: number, checkpoint: Uint8Array | undefined, shouldTrain: boolean, layers: string[],
 *     view: import("../drawing/viewport.js").View }} StoredRun
 */

const DATABASE = "scorescape";
const STORE = "kept";
const RUN = "run";
const BEFORE = "before";
const FILE = "file";
const DIGEST = "digest";
/** The most bytes of a file or a checkpoint, characters of a link, and layers that are believed to be ours. */
export const MAX_BYTES = 2 ** 26;
const MAX_CHARACTERS = 2 ** 14;
const MAX_LAYERS = 64;
/**
 * As many runs of visits before are kept beside the one at hand: one that was only glanced at does not take the place
 * of the one that mattered.
 */
const MAX_PREVIOUS = 2;

/** A connection, for as long as the browser leaves it open. @type {Promise<IDBDatabase> | undefined} */
let connection;

const forgetConnection = () => (connection = undefined);

/** @returns {Promise<IDBDatabase>} */
const open = () =>
    new Promise((resolve, reject) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => {
            const { result } = request;
            result.onclose = forgetConnection;
            // Whoever deletes the database or brings another form of it does not wait for this page.
            result.onversionchange = () => (forgetConnection(), result.close());
            resolve(result);
        };
        request.onerror = () => reject(request.error);
    });

/** @returns {Promise<IDBDatabase>} */
function connect() {
    connection ??= open();
    connection.catch(forgetConnection);
    return connection;
}

/**
 * Does `act` in one transaction, and answers what it reads. Once there is a connection the transaction begins before
 * the page does anything else, so that one that is left can still write (in WebKit it cannot). It asks for all at once
 * and is committed right then: one that waited for its page to go on would, the page being left, keep every other
 * waiting, in WebKit until the browser ends.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function access(mode, act) {
    const database = await connect();
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
        try {
            const request = act(transaction.objectStore(STORE));
            // What was read may come after the transaction's end.
            if (mode === "readonly") {
                request.onsuccess = () => resolve(request.result);
            } else {
                transaction.oncomplete = () => resolve(/** @type {any} */ (undefined));
            }
            transaction.commit();
        } catch (error) {
            // One that is left as it is may keep all others waiting.
            transaction.abort();
            reject(error);
        }
    });
}

/**
 * Milliseconds after which a database that does not answer is one that has nothing: no page waits for what is stuck.
 */
const READ_TIMEOUT = 1500;

/** Where nothing may be kept, there is nothing. @param {string} key @returns {Promise<unknown>} */
const read = (key) =>
    Promise.race([
        access("readonly", (store) => store.get(key)).catch(() => undefined),
        new Promise((done) => setTimeout(done, READ_TIMEOUT)),
    ]);

/** The file that was kept last; it is checked by the whole program. */
export async function readFile() {
    const file = await read(FILE);
    return isFile(file) ? file : undefined;
}

/** What ran last. */
export async function readRun() {
    const run = await read(RUN);
    return isRun(run) ? run : undefined;
}

/**
 * What ran in visits before, the latest first.
 * @param {boolean} hasExtra whether the whole program is there, which files are checked by
 * @returns {Promise<RunWithFile[]>}
 */
export async function readPreviousRuns(hasExtra) {
    const all = await read(BEFORE);
    const runs = Array.isArray(all) ? all.slice(0, MAX_PREVIOUS).filter((last) => isRun(last?.run)) : [];
    return runs.map(({ run, file }) => withFile(run, hasExtra && isFile(file) ? file : undefined));
}

/**
 * A run with the file that it is about, if that is it.
 * @param {StoredRun} run
 * @param {UserFile | undefined} file
 * @returns {RunWithFile}
 */
export const withFile = (run, file) => ({
    run,
    file: file && digestOf(parseLink(run.link)) === file.digest ? file : undefined,
});

/**
 * Which file an experiment is about, if it is about one.
 * @param {import("../../scorescape.js").Description} description
 */
export const digestOf = ({ table, settings }) =>
    table === "" ? settings.find(({ key }) => key === "data.digest")?.value : undefined;

/**
 * Of runs with the same link, which come to the same bits, the furthest; no more than are kept beside the first.
 * @param {RunWithFile[]} all
 * @returns {RunWithFile[]}
 */
export function furthestPerLink(all) {
    /** @type {Map<string, RunWithFile>} */
    const furthest = new Map();
    for (const last of all) {
        if (!((furthest.get(last.run.link)?.run.step ?? -1) >= last.run.step)) {
            furthest.set(last.run.link, last);
        }
    }
    return [...furthest.values()].slice(0, MAX_PREVIOUS + 1);
}

/** @param {any} run @returns {run is StoredRun} */
function isRun(run) {
    const { link, step, checkpoint, shouldTrain, layers, view } = run ?? {};
    return (
        typeof link === "string" &&
        link.length <= MAX_CHARACTERS &&
        Number.isInteger(step) &&
        typeof shouldTrain === "boolean" &&
        (checkpoint === undefined || isBytes(checkpoint)) &&
        Array.isArray(layers) &&
        layers.length <= MAX_LAYERS &&
        layers.every((layer) => typeof layer === "string") &&
        [view?.x, view?.y, view?.half].every(Number.isFinite)
    );
}

/** @param {any} file @returns {file is UserFile} */
const isFile = (file) =>
    typeof file?.name === "string" &&
    file.name.length <= MAX_CHARACTERS &&
    isBytes(file.bytes) &&
    tableDigest(file.bytes) === file.digest;

/** @param {any} bytes */
const isBytes = (bytes) => bytes instanceof Uint8Array && bytes.length <= MAX_BYTES;

/**
 * Run and file go together: two tabs write by turns, and the last one stays.
 * @param {StoredRun} run
 * @param {UserFile | undefined} file
 * @param {{ previousRuns?: RunWithFile[], leaving?: boolean }} options what ran in visits before, if that is not
 *     written yet; whether nothing can be waited for
 */
export async function writeRun(run, file, { previousRuns, leaving = false }) {
    const put = (/** @type {boolean} */ hasExtra) =>
        access("readwrite", (store) => {
            if (previousRuns) {
                store.put(previousRuns.slice(0, MAX_PREVIOUS), BEFORE);
            }
            if (file && hasExtra) {
                store.put(file, FILE);
                store.put(file.digest, DIGEST);
            }
            return store.put(run, RUN);
        });
    if (!file || leaving) {
        return put(true);
    }
    // A file that is there is not written again each second; another tab may have put its own in its place meanwhile.
    const isThere = async () => (await read(DIGEST)) === file.digest;
    const wasThere = await isThere();
    await put(!wasThere);
    if (wasThere && !(await isThere())) {
        await put(true);
    }
}

export const clearStorage = () => access("readwrite", (store) => store.clear());

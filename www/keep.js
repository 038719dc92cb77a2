// What the page keeps on this machine, so that a reload or a crash loses nothing: the running experiment with its last checkpoint, what is
// seen of it, and one's own points. Loaded when there is something to keep, or on a reload.

import { describe, tableDigest } from "../scorescape.js";
import { fileOf, keep } from "./descriptions.js";
import { restOf } from "./engine.js";

/** @typedef {import("./view/own.js").Own} Own */
/** @typedef {import("../scorescape.js").Description} Description */
/** @typedef {{ kept: Kept, file: Own | undefined }} Last what was kept last, with its file of points if it is about one */
/**
 * What is kept of a run: its link, the step and the state of its training, whether it was to train, which layers were shown of which part of the plane.
 * @typedef {{ link: string, step: number, checkpoint: Uint8Array | undefined, runs: boolean, layers: string[], view: import("./view/plate.js").View }} Kept
 *
 * The playground as far as it is kept.
 * @typedef {{
 *     alive: boolean, client?: import("./client.js").Client, stage?: import("./view/stage.js").Stage, panel?: import("./view/panel.js").Panel, shown: Set<string>,
 *     description: Description | undefined, claim: string | undefined, target: import("./view/plate.js").View | undefined,
 *     open: (description: Description, fits?: boolean, undoable?: boolean, checkpoint?: Uint8Array) => void,
 * }} Playground
 */

const [DATABASE, STORE, RUN, FILE, DIGEST] = ["scorescape", "kept", "run", "file", "digest"];
/** Milliseconds between two looks at whether there is more to keep. */
const EVERY = 1000;
/** The most bytes of a file or a checkpoint, characters of a link, and layers that are believed to be ours. */
const [MOST_BYTES, MOST_CHARACTERS, MOST_LAYERS] = [2 ** 26, 2 ** 14, 64];

/** @returns {Promise<IDBDatabase>} */
const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});

/** Does `act` in one transaction, and answers what the request that it answers came to. @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>} */
async function access(mode, act) {
    const database = await open();
    try {
        return await new Promise((resolve, reject) => {
            const transaction = database.transaction(STORE, mode);
            const request = act(transaction.objectStore(STORE));
            transaction.oncomplete = () => resolve(request.result);
            transaction.onerror = transaction.onabort = () => reject(transaction.error);
        });
    } finally {
        database.close();
    }
}

/** What was kept last, if it is what it should be. @param {boolean} whole whether the whole program is there, which files are checked by @returns {Promise<Last | undefined>} */
async function recall(whole) {
    try {
        const [run, file] = [await access("readonly", (store) => store.get(RUN)), await access("readonly", (store) => store.get(FILE))];
        return isRun(run) ? { kept: run, file: whole && isFile(file) ? file : undefined } : undefined;
    } catch {
        // Where nothing may be kept, there is nothing.
        return undefined;
    }
}

/** Goes on with what was kept of an experiment; whether there is any. @param {Playground} playground @param {WebAssembly.Module} first part of the program @param {Description} description */
export async function comeBack(playground, first, description) {
    const whole = description.table !== undefined;
    if (whole) await restOf(first);
    const last = await recall(whole);
    if (last?.kept.link !== description.link || !playground.alive) return false;
    goOn(playground, last);
    return true;
}

/** Goes on with what was kept. @param {Playground} playground @param {Last} last */
export function goOn(playground, { kept: { link, checkpoint, layers, view, runs }, file }) {
    if (file) keep(file);
    const { claim } = playground;
    playground.open(describe(link), true, true, checkpoint);
    [playground.claim, playground.target] = [claim, view];
    playground.panel?.show(layers);
    if (playground.client) playground.client.wantsToRun = runs;
}

/** @param {any} run @returns {run is Kept} */
function isRun(run) {
    const { link, step, checkpoint, runs, layers, view } = run ?? {};
    return typeof link === "string" && link.length <= MOST_CHARACTERS && Number.isInteger(step) && typeof runs === "boolean"
        && (checkpoint === undefined || isBytes(checkpoint)) && Array.isArray(layers) && layers.length <= MOST_LAYERS && layers.every((layer) => typeof layer === "string")
        && [view?.x, view?.y, view?.half].every(Number.isFinite);
}

/** @param {any} file @returns {file is Own} */
const isFile = (file) => typeof file?.name === "string" && file.name.length <= MOST_CHARACTERS && isBytes(file.bytes) && tableDigest(file.bytes) === file.digest;

/** @param {any} bytes */
const isBytes = (bytes) => bytes instanceof Uint8Array && bytes.length <= MOST_BYTES;

/** Keeps what a playground is about, as long as it is there. */
export class Keeper {
    /** What was written last. @type {unknown[]} */
    #written = [];
    #stopped = false;
    /** What is being written. */
    #writing = Promise.resolve();
    /** What was kept before, unless this goes on with it. @type {Promise<Last | undefined>} */
    before;
    #ready = false;
    #timer = setInterval(() => this.#look(), EVERY);
    #listeners = new AbortController();

    /** @param {Playground} playground @param {boolean} resumed whether it goes on with what was kept */
    constructor(playground, resumed) {
        this.playground = playground;
        this.before = recall(true).then((last) => (this.#ready = true, resumed ? undefined : last));
        document.addEventListener("visibilitychange", () => this.#look(), { signal: this.#listeners.signal });
        addEventListener("pagehide", () => this.#look(), { signal: this.#listeners.signal });
    }

    /** Writes what has changed. */
    #look() {
        const { client, stage, shown, description } = this.playground;
        if (this.#stopped || !this.#ready || !client || !stage || !description || ["opening", "broken"].includes(client.phase)) return;
        const { checkpoint, wantsToRun: runs, progress: { step } } = client;
        const [{ link }, { view }, layers] = [description, stage, [...shown]];
        const now = [link, checkpoint, runs, view, layers.join()];
        if (now.every((part, i) => part === this.#written[i])) return;
        this.#written = now;
        const small = checkpoint && checkpoint.length <= MOST_BYTES ? checkpoint : undefined;
        const file = fileOf(description.settings.find(({ key }) => key === "data.digest")?.value);
        this.#writing = this.#writing.then(() => this.#write({ link, step, checkpoint: small, runs, layers, view: { ...view } }, file));
    }

    /** Run and file go together: two tabs write by turns, and the last one stays. @param {Kept} run @param {Own | undefined} file */
    async #write(run, file) {
        if (this.#stopped) return;
        try {
            await access("readwrite", (store) => {
                const known = store.get(DIGEST);
                known.onsuccess = () => {
                    if (!file || known.result === file.digest) return;
                    store.put(file, FILE);
                    store.put(file.digest, DIGEST);
                };
                return store.put(run, RUN);
            });
        } catch {
            // A full disk or a private window: then nothing is kept.
            this.#stopped = true;
        }
    }

    /** Deletes what is kept, and keeps no more until the page is loaded again. */
    async forget() {
        this.#stopped = true;
        await this.#writing;
        await access("readwrite", (store) => store.clear());
    }

    destroy() {
        clearInterval(this.#timer);
        this.#listeners.abort();
    }
}

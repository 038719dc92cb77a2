// What is kept on this machine, as the browser's database has it: whatever stands there, only what it should be is believed.

import { describe, tableDigest } from "../../scorescape.js";

/** @typedef {import("../panels/user-data.js").Own} Own */
/** @typedef {{ kept: Kept, file: Own | undefined }} Last a run, with its file of points if it is about one */
/**
 * What is kept of a run: its link, the step and the state of its training, whether it was to train, which layers were shown of which part of the plane.
 * @typedef {{ link: string, step: number, checkpoint: Uint8Array | undefined, runs: boolean, layers: string[], view: import("../drawing/viewport.js").View }} Kept
 */

const [DATABASE, STORE, RUN, BEFORE, FILE, DIGEST] = ["scorescape", "kept", "run", "before", "file", "digest"];
/** The most bytes of a file or a checkpoint, characters of a link, and layers that are believed to be ours. */
export const MOST_BYTES = 2 ** 26;
const [MOST_CHARACTERS, MOST_LAYERS] = [2 ** 14, 64];
/** As many runs of visits before are kept beside the one at hand: one that was only glanced at does not take the place of the one that mattered. */
const MOST_BEFORE = 2;

/** A connection, for as long as the browser leaves it open. @type {Promise<IDBDatabase> | undefined} */
let connection;

const drop = () => connection = undefined;

/** @returns {Promise<IDBDatabase>} */
const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
        const { result } = request;
        result.onclose = drop;
        // Whoever deletes the database or brings another form of it does not wait for this page.
        result.onversionchange = () => (drop(), result.close());
        resolve(result);
    };
    request.onerror = () => reject(request.error);
});

/** @returns {Promise<IDBDatabase>} */
function connect() {
    connection ??= open();
    connection.catch(drop);
    return connection;
}

/**
 * Does `act` in one transaction, and answers what it reads. Once there is a connection the transaction begins before
 * the page does anything else, so that one that is left can still write (in WebKit it cannot). It asks for all at once and is committed right then:
 * one that waited for its page to go on would, the page being left, keep every other waiting, in WebKit until the browser ends.
 * @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>}
 */
async function access(mode, act) {
    const database = await connect();
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
        try {
            const request = act(transaction.objectStore(STORE));
            // What was read may come after the transaction's end.
            if (mode === "readonly") request.onsuccess = () => resolve(request.result);
            else transaction.oncomplete = () => resolve(/** @type {any} */ (undefined));
            transaction.commit();
        } catch (error) {
            // One that is left as it is may keep all others waiting.
            transaction.abort();
            reject(error);
        }
    });
}

/** Milliseconds after which a database that does not answer is one that has nothing: no page waits for what is stuck. */
const PATIENCE = 1500;

/** Where nothing may be kept, there is nothing. @param {string} key @returns {Promise<unknown>} */
const read = (key) => Promise.race([access("readonly", (store) => store.get(key)).catch(() => undefined), new Promise((done) => setTimeout(done, PATIENCE))]);

/** The file that was kept last; it is checked by the whole program. */
export async function recallFile() {
    const file = await read(FILE);
    return isFile(file) ? file : undefined;
}

/** What ran last. */
export async function recallRun() {
    const run = await read(RUN);
    return isRun(run) ? run : undefined;
}

/** What ran in visits before, the latest first. @param {boolean} whole whether the whole program is there, which files are checked by @returns {Promise<Last[]>} */
export async function recallBefore(whole) {
    const all = await read(BEFORE);
    const runs = Array.isArray(all) ? all.slice(0, MOST_BEFORE).filter((last) => isRun(last?.kept)) : [];
    return runs.map(({ kept, file }) => withPoints(kept, whole && isFile(file) ? file : undefined));
}

/** A run with the file that it is about, if that is it. @param {Kept} kept @param {Own | undefined} file @returns {Last} */
export const withPoints = (kept, file) => ({ kept, file: file && digestOf(describe(kept.link)) === file.digest ? file : undefined });

/** Which file an experiment is about, if it is about one. @param {import("../../scorescape.js").Description} description */
export const digestOf = ({ table, settings }) => table === "" ? settings.find(({ key }) => key === "data.digest")?.value : undefined;

/** Of runs with the same link, which come to the same bits, the furthest; no more than are kept beside the first. @param {Last[]} all @returns {Last[]} */
export function distinct(all) {
    /** @type {Map<string, Last>} */
    const furthest = new Map();
    for (const last of all) if (!((furthest.get(last.kept.link)?.kept.step ?? -1) >= last.kept.step)) furthest.set(last.kept.link, last);
    return [...furthest.values()].slice(0, MOST_BEFORE + 1);
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

/**
 * Run and file go together: two tabs write by turns, and the last one stays. @param {Kept} run @param {Own | undefined} file
 * @param {{ before?: Last[], leaving?: boolean }} options what ran in visits before, if that is not written yet; whether nothing can be waited for
 */
export async function write(run, file, { before, leaving = false }) {
    const put = (/** @type {boolean} */ whole) => access("readwrite", (store) => {
        if (before) store.put(before.slice(0, MOST_BEFORE), BEFORE);
        if (file && whole) {
            store.put(file, FILE);
            store.put(file.digest, DIGEST);
        }
        return store.put(run, RUN);
    });
    if (!file || leaving) return put(true);
    // A file that is there is not written again each second; another tab may have put its own in its place meanwhile.
    const isThere = async () => await read(DIGEST) === file.digest;
    const was = await isThere();
    await put(!was);
    if (was && !await isThere()) await put(true);
}

export const clear = () => access("readwrite", (store) => store.clear());

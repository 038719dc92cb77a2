// Stores the running experiment, its last checkpoint, view and file of points on this machine, so that a reload or a
// crash loses nothing. Loaded on a reload, or when there is something to store.

import { fileDigestOf } from "./experiments.js";
import { furthestPerLink, MAX_VALUE_BYTES, RunStorage } from "./run-storage.js";
import { storagePermission } from "./storage-permission.js";

export { RunStorage, storagePermission };

/** @typedef {import("./run-storage.js").RunWithFile} RunWithFile */
/** @typedef {import("./run-storage.js").StoredRun} StoredRun */
/** @typedef {import("./storage-permission.js").StoragePermission} StoragePermission */
/** @typedef {import("../panels/user-data.js").UserFile} UserFile */
/**
 * Which stored run was restored: the last run, a run of an earlier visit, or none.
 * @typedef {"last" | "earlier" | "none"} Restored
 */
/**
 * The stored parts of a playground. `showStored` restores view and layers.
 * @typedef {{
 *     store: import("./experiment-store.js").ExperimentStore, isMounted: () => boolean,
 *     results: Pick<import("./run-results.js").RunResults, "phase" | "checkpoint" | "shouldTrain" | "progress">,
 *     view: () => import("../drawing/viewport.js").View, layers: () => string[],
 *     showStored: (run: Pick<StoredRun, "view" | "layers">) => void,
 * }} StoredPage
 */
/** @typedef {import("../workers/environment.js").Environment} Environment */
/** @typedef {Pick<Environment, "repeat" | "isHidden" | "onVisibilityChange" | "onLeave">} PageEvents */

/** Milliseconds between two checks for changes to store. */
const SAVE_INTERVAL = 1000;

/**
 * Continues the stored run of an experiment, if there is one.
 * @param {StoredPage} page
 * @param {RunStorage} storage
 * @param {import("../../scorescape.js").Description} description
 * @param {() => Promise<unknown>} loadExtra needed to check files
 * @param {import("./user-files.js").UserFiles} files
 * @returns {Promise<Restored>}
 */
export async function restoreRun(page, storage, description, loadExtra, files) {
    const hasExtra = description.table !== undefined;
    if (hasExtra) {
        await loadExtra();
    }
    const [run, file] = await Promise.all([storage.readRun(), hasExtra ? storage.readFile() : undefined]);
    // Another tab may have written since, and moved this tab's run to the previous runs.
    const isLast = run?.link === description.link;
    const candidates = isLast ? [storage.withFile(run, file)] : await storage.readPreviousRuns(hasExtra);
    const found = candidates.find((candidate) => candidate.run.link === description.link);
    if (!page.isMounted()) {
        return "none";
    }
    if (found) {
        resumeRun(page, found, files, description.fingerprint);
        return isLast ? "last" : "earlier";
    }
    if (file && file.digest === fileDigestOf(description)) {
        files.add(file);
    }
    return "none";
}

/**
 * Continues a stored run.
 * @param {StoredPage} page
 * @param {RunWithFile} stored
 * @param {import("./user-files.js").UserFiles} files
 * @param {string} [claimedFingerprint]
 */
export function resumeRun(page, { run, file }, files, claimedFingerprint) {
    const { link, checkpoint, shouldTrain } = run;
    if (file) {
        files.add(file);
    }
    page.store.apply({ type: "open", link, claimedFingerprint, checkpoint, shouldTrain });
    page.showStored(run);
}

/** Stores the runs of a playground until it is destroyed. */
export class Persistence {
    /** The last written values. @type {unknown[]} */
    #lastSaved = [];
    #pendingWrite = Promise.resolve();
    /** Runs of earlier visits, and the last run unless this page continues it. @type {Promise<RunWithFile[]>} */
    previousRuns;
    /**
     * Previous runs that are not written yet. The next write stores them; the present run then replaces the last run.
     * @type {RunWithFile[] | undefined}
     */
    #unsavedPrevious;
    #isReady = false;
    /** Functions that end timers and subscriptions. @type {(() => void)[]} */
    #ends;
    /** Called when storing stops or resumes. */
    onChange = () => {};
    #page;
    #storage;
    #permission;

    /**
     * @param {StoredPage} page
     * @param {{ storage: RunStorage, permission: StoragePermission, environment: PageEvents }} browser
     * @param {Restored} restored
     */
    constructor(page, { storage, permission, environment }, restored) {
        this.#page = page;
        this.#storage = storage;
        this.#permission = permission;
        this.previousRuns = this.#load(restored);
        // The visible tab writes even if nothing changed: a reload must continue it, not another tab's run.
        this.#ends = [
            environment.repeat(() => this.#save(), SAVE_INTERVAL),
            environment.onVisibilityChange(() => this.#save(!environment.isHidden())),
            environment.onLeave(() => this.#save(!environment.isHidden(), true)),
            permission.subscribe((stopped) => this.#onPermissionChanged(stopped)),
        ];
    }

    /** Why nothing is stored, if so. */
    get stopped() {
        return this.#permission.stopped;
    }

    /** @param {import("./storage-permission.js").StopReason | undefined} stopped */
    #onPermissionChanged(stopped) {
        if (stopped === "forgotten") {
            this.previousRuns = Promise.resolve([]);
            this.#unsavedPrevious = undefined;
        }
        this.onChange();
    }

    /** @param {Restored} restored */
    async #load(restored) {
        const [run, file, previousRuns] = await Promise.all([
            this.#storage.readRun(),
            this.#storage.readFile(),
            this.#storage.readPreviousRuns(true),
        ]);
        this.#isReady = true;
        if (this.stopped === "forgotten" || !this.#page.isMounted()) {
            return [];
        }
        this.#page.store.addStoredFiles([...previousRuns.map((previous) => previous.file).reverse(), file]);
        const last = run && this.#storage.withFile(run, file);
        const runs = furthestPerLink(last ? [last, ...previousRuns] : previousRuns);
        if (restored === "last") {
            return runs.filter((one) => one !== last);
        }
        this.#unsavedPrevious = runs;
        return runs;
    }

    /**
     * Stores the run if it has changed.
     * @param {boolean} [always] also if it has not changed
     * @param {boolean} [leaving] the page is being left
     */
    #save(always = false, leaving = false) {
        const { results, store, view, layers } = this.#page;
        const { state } = store;
        if (this.stopped || !this.#isReady || !state || ["opening", "failed"].includes(results.phase)) {
            return;
        }
        const { checkpoint, shouldTrain, progress } = results;
        const { link } = state.description;
        const seen = view();
        const now = [link, checkpoint, shouldTrain, seen, layers().join()];
        if (!always && now.every((part, i) => part === this.#lastSaved[i])) {
            return;
        }
        this.#lastSaved = now;
        const small = checkpoint && checkpoint.length <= MAX_VALUE_BYTES ? checkpoint : undefined;
        const run = { link, step: progress.step, checkpoint: small, shouldTrain, layers: layers(), view: { ...seen } };
        this.#pendingWrite = this.#writeRun(run, state.file, leaving);
    }

    /** @param {StoredRun} run @param {UserFile | undefined} file @param {boolean} leaving */
    async #writeRun(run, file, leaving) {
        const previousRuns = this.#unsavedPrevious;
        this.#unsavedPrevious = undefined;
        try {
            await this.#storage.writeRun(run, file, { previousRuns, leaving });
            // Another tab may have deleted everything meanwhile.
            if (this.stopped === "forgotten") {
                await this.#storage.clear();
            }
        } catch {
            this.#unsavedPrevious = this.stopped ? undefined : previousRuns;
            this.#lastSaved = [];
            // The disk is full or the window is private. A page that is left may come back and write then.
            if (!leaving && !this.stopped) {
                this.#permission.refuse();
            }
        }
    }

    /** Deletes all stored runs. No tab stores any until it is reloaded or resumes. */
    async erase() {
        this.#permission.forget();
        await this.#pendingWrite;
        try {
            await this.#storage.clear();
        } catch (error) {
            this.#permission.refuse();
            throw error;
        }
    }

    async resumeSaving() {
        this.#permission.resume();
        this.#save(true);
        await this.#pendingWrite;
        if (this.stopped) {
            throw new Error("this browser does not let the page.");
        }
    }

    destroy() {
        for (const end of this.#ends) {
            end();
        }
    }
}

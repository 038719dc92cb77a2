// Keeps on this machine what the page is about, so that a reload or a crash loses nothing: the running experiment with
// its last checkpoint, what is seen of it, one's own points, and what ran in visits before. Loaded when there is
// something to keep, or on a reload.

import { parseLink } from "../../scorescape.js";
import { loadExtraPart } from "../workers/engine.js";
import {
    clearStorage,
    digestOf,
    furthestPerLink,
    MAX_BYTES,
    readFile,
    readPreviousRuns,
    readRun,
    withFile,
    writeRun,
} from "./storage.js";
import { addFile, findFile, lastFile } from "./user-files.js";

/** @typedef {import("./storage.js").RunWithFile} RunWithFile */
/** @typedef {import("../../scorescape.js").Description} Description */
/**
 * @typedef {"forgotten" | "refused"} StopReason why nothing is kept any more: the visitor, here or in another tab, or
 *     the browser did not want it
 */
/**
 * The playground as far as it is kept.
 * @typedef {{
 *     isMounted: boolean, controller?: import("./run-controller.js").RunController, stage?:
 *     import("../stage/stage.js").Stage, layerPanel?: import("../panels/layer-panel.js").LayerPanel, shown:
 *     Set<string>,
 *     description: Description | undefined, claimedFingerprint: string | undefined, targetView:
 *     import("../drawing/viewport.js").View | undefined,
 *     open: (description: Description, showsAll?: boolean, undoable?: boolean, checkpoint?: Uint8Array) => void,
 * }} Playground
 */

/** Milliseconds between two looks at whether there is more to keep. */
const SAVE_INTERVAL = 1000;

/** Those that went on with a run before the last. @type {WeakSet<Playground>} */
const restoredEarlier = new WeakSet();

/**
 * Goes on with what was kept of an experiment; whether there is any.
 * @param {Playground} playground
 * @param {WebAssembly.Module} first part of the program
 * @param {Description} description
 */
export async function restoreRun(playground, first, description) {
    const hasExtra = description.table !== undefined;
    if (hasExtra) {
        await loadExtraPart(first);
    }
    const [run, file] = await Promise.all([readRun(), hasExtra ? readFile() : undefined]);
    // Where another tab has written since, it may have put this one's run with those before.
    const all = run?.link === description.link ? [withFile(run, file)] : await readPreviousRuns(hasExtra);
    const last = all.find(({ run }) => run.link === description.link);
    if (!playground.isMounted) {
        return false;
    }
    if (last && last.run !== run) {
        restoredEarlier.add(playground);
    }
    if (last) {
        resumeRun(playground, last);
    } else if (file && file.digest === digestOf(description)) {
        addFile(file);
    }
    return Boolean(last);
}

/** Goes on with what was kept. @param {Playground} playground @param {RunWithFile} last */
export function resumeRun(playground, { run: { link, checkpoint, layers, view, shouldTrain }, file }) {
    if (file) {
        addFile(file);
    }
    const { claimedFingerprint } = playground;
    playground.open(parseLink(link), true, true, checkpoint);
    playground.claimedFingerprint = claimedFingerprint;
    playground.targetView = view;
    playground.layerPanel?.showOnly(layers);
    if (playground.controller) {
        playground.controller.shouldTrain = shouldTrain;
    }
}

/** @type {StopReason | undefined} */
let stopped;
/** @type {Set<Persistence>} */
const keepers = new Set();
const channel = connectTabs();

/** Other tabs would write everything back. */
function connectTabs() {
    try {
        const channel = new BroadcastChannel("scorescape");
        channel.addEventListener("message", () => stop("forgotten"));
        return channel;
    } catch {
        // Then they do until they are told as well.
    }
}

/** Keeps nothing any more, or keeps again. @param {StopReason} [why] */
function stop(why) {
    stopped = why;
    for (const persistence of keepers) {
        if (why === "forgotten") {
            persistence.forgetPrevious();
        }
        persistence.onChange();
    }
}

/** Keeps what a playground is about, as long as it is there. */
export class Persistence {
    /** What was written last. @type {unknown[]} */
    #lastSaved = [];
    /** What is being written. */
    #pendingWrite = Promise.resolve();
    /** What ran before: in earlier visits, and last unless this goes on with it. @type {Promise<RunWithFile[]>} */
    previousRuns;
    /**
     * The same, as long as it has yet to be written: what runs here takes the place of what ran last.
     * @type {RunWithFile[] | undefined}
     */
    #unsavedPrevious;
    #isReady = false;
    #timer = setInterval(() => this.#save(), SAVE_INTERVAL);
    #listeners = new AbortController();
    /** Called whenever it begins or ceases to keep. */
    onChange = () => {};

    /** @param {Playground} playground @param {boolean} isRestored whether it goes on with what was kept */
    constructor(playground, isRestored) {
        const { signal } = this.#listeners;
        this.playground = playground;
        this.previousRuns = this.#load(isRestored);
        keepers.add(this);
        // What the visitor looks at is what a reload goes on with, whatever another tab has written since.
        const save = (/** @type {Event} */ { type }) => this.#save(!document.hidden, type === "pagehide");
        document.addEventListener("visibilitychange", save, { signal });
        addEventListener("pagehide", save, { signal });
    }

    /** Why nothing is kept any more, if so. */
    get stopped() {
        return stopped;
    }

    /** @param {boolean} isRestored */
    async #load(isRestored) {
        const [run, file, previousRuns] = await Promise.all([readRun(), readFile(), readPreviousRuns(true)]);
        this.#isReady = true;
        if (stopped === "forgotten" || !this.playground.isMounted) {
            return [];
        }
        this.#addFiles([...previousRuns.map((last) => last.file).reverse(), file]);
        const last = run && withFile(run, file);
        const all = furthestPerLink(last ? [last, ...previousRuns] : previousRuns);
        if (isRestored && !restoredEarlier.has(this.playground)) {
            return all.filter((one) => one !== last);
        }
        return (this.#unsavedPrevious = all);
    }

    /**
     * Has files at hand that were kept, behind those that were given since, and gives one to a link that asks for it.
     * @param {(import("./storage.js").UserFile | undefined)[]} files the latest last
     */
    #addFiles(files) {
        const { description, controller } = this.playground;
        const last = lastFile();
        for (const file of files) {
            if (file && !findFile(file.digest)) {
                addFile(file);
            }
        }
        if (last) {
            addFile(last);
        }
        const wantedFile =
            controller?.phase === "needs-file" && description ? findFile(digestOf(description)) : undefined;
        if (!wantedFile || !description) {
            return;
        }
        addFile(wantedFile);
        this.playground.open(description, true, false);
    }

    /**
     * Writes what has changed.
     * @param {boolean} [always] whether it is the visitor's present tab, which writes all the same
     * @param {boolean} [leaving]
     */
    #save(always = false, leaving = false) {
        const { controller, stage, shown, description } = this.playground;
        if (
            stopped ||
            !this.#isReady ||
            !controller ||
            !stage ||
            !description ||
            ["opening", "failed"].includes(controller.phase)
        ) {
            return;
        }
        const {
            checkpoint,
            shouldTrain,
            progress: { step },
        } = controller;
        const { link } = description;
        const { view } = stage;
        const layers = [...shown];
        const now = [link, checkpoint, shouldTrain, view, layers.join()];
        if (!always && now.every((part, i) => part === this.#lastSaved[i])) {
            return;
        }
        this.#lastSaved = now;
        const small = checkpoint && checkpoint.length <= MAX_BYTES ? checkpoint : undefined;
        this.#pendingWrite = this.#writeRun(
            { link, step, checkpoint: small, shouldTrain, layers, view: { ...view } },
            findFile(digestOf(description)),
            leaving,
        );
    }

    /**
     * @param {import("./storage.js").StoredRun} run
     * @param {import("./storage.js").UserFile | undefined} file
     * @param {boolean} leaving
     */
    async #writeRun(run, file, leaving) {
        const previousRuns = this.#unsavedPrevious;
        this.#unsavedPrevious = undefined;
        try {
            await writeRun(run, file, { previousRuns, leaving });
            // By those who were told too late.
            if (stopped === "forgotten") {
                await clearStorage();
            }
        } catch {
            this.#unsavedPrevious = stopped ? undefined : previousRuns;
            this.#lastSaved = [];
            // A full disk or a private window; but a page that is left may come back.
            if (!leaving) {
                stop(stopped ?? "refused");
            }
        }
    }

    /** Offers nothing any more of what was kept. */
    forgetPrevious() {
        this.previousRuns = Promise.resolve([]);
        this.#unsavedPrevious = undefined;
    }

    /** Deletes what is kept; neither this page nor another keeps any more until it is loaded again or told to. */
    async erase() {
        stop("forgotten");
        channel?.postMessage("forgotten");
        await this.#pendingWrite;
        await clearStorage().catch((error) => (stop("refused"), Promise.reject(error)));
    }

    /** Keeps again. */
    async resumeSaving() {
        stop();
        this.#save(true);
        await this.#pendingWrite;
        if (this.stopped) {
            throw new Error("this browser does not let the page.");
        }
    }

    destroy() {
        keepers.delete(this);
        clearInterval(this.#timer);
        this.#listeners.abort();
    }
}

// Keeps on this machine what the page is about, so that a reload or a crash loses nothing: the running experiment with its last checkpoint, what is
// seen of it, one's own points, and what ran in visits before. Loaded when there is something to keep, or on a reload.

import { describe } from "../../scorescape.js";
import { fileOf, keep, lastFile } from "./user-files.js";
import { restOf } from "../workers/engine.js";
import { clear, digestOf, distinct, MOST_BYTES, recallBefore, recallFile, recallRun, withPoints, write } from "./storage.js";

/** @typedef {import("./storage.js").Last} Last */
/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {"forgotten" | "refused"} Why why nothing is kept any more: the visitor, here or in another tab, or the browser did not want it */
/**
 * The playground as far as it is kept.
 * @typedef {{
 *     alive: boolean, client?: import("./run-controller.js").Client, stage?: import("../stage/stage.js").Stage, panel?: import("../panels/layer-panel.js").Panel, shown: Set<string>,
 *     description: Description | undefined, claim: string | undefined, target: import("../drawing/viewport.js").View | undefined,
 *     open: (description: Description, fits?: boolean, undoable?: boolean, checkpoint?: Uint8Array) => void,
 * }} Playground
 */

/** Milliseconds between two looks at whether there is more to keep. */
const EVERY = 1000;

/** Those that went on with a run before the last. @type {WeakSet<Playground>} */
const returned = new WeakSet();

/** Goes on with what was kept of an experiment; whether there is any. @param {Playground} playground @param {WebAssembly.Module} first part of the program @param {Description} description */
export async function comeBack(playground, first, description) {
    const whole = description.table !== undefined;
    if (whole) await restOf(first);
    const [run, file] = await Promise.all([recallRun(), whole ? recallFile() : undefined]);
    // Where another tab has written since, it may have put this one's run with those before.
    const all = run?.link === description.link ? [withPoints(run, file)] : await recallBefore(whole);
    const last = all.find(({ kept }) => kept.link === description.link);
    if (!playground.alive) return false;
    if (last && last.kept !== run) returned.add(playground);
    if (last) goOn(playground, last);
    else if (file && file.digest === digestOf(description)) keep(file);
    return Boolean(last);
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

/** @type {Why | undefined} */
let stopped;
/** @type {Set<Keeper>} */
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

/** Keeps nothing any more, or keeps again. @param {Why} [why] */
function stop(why) {
    stopped = why;
    for (const keeper of keepers) {
        if (why === "forgotten") keeper.letGo();
        keeper.told();
    }
}

/** Keeps what a playground is about, as long as it is there. */
export class Keeper {
    /** What was written last. @type {unknown[]} */
    #written = [];
    /** What is being written. */
    #writing = Promise.resolve();
    /** What ran before: in earlier visits, and last unless this goes on with it. @type {Promise<Last[]>} */
    before;
    /** The same, as long as it has yet to be written: what runs here takes the place of what ran last. @type {Last[] | undefined} */
    #replaced;
    #ready = false;
    #timer = setInterval(() => this.#look(), EVERY);
    #listeners = new AbortController();
    /** Called whenever it begins or ceases to keep. */
    told = () => {};

    /** @param {Playground} playground @param {boolean} resumed whether it goes on with what was kept */
    constructor(playground, resumed) {
        const { signal } = this.#listeners;
        this.playground = playground;
        this.before = this.#recall(resumed);
        keepers.add(this);
        // What the visitor looks at is what a reload goes on with, whatever another tab has written since.
        const look = (/** @type {Event} */ { type }) => this.#look(!document.hidden, type === "pagehide");
        document.addEventListener("visibilitychange", look, { signal });
        addEventListener("pagehide", look, { signal });
    }

    /** Why nothing is kept any more, if so. */
    get stopped() {
        return stopped;
    }

    /** @param {boolean} resumed */
    async #recall(resumed) {
        const [run, file, before] = await Promise.all([recallRun(), recallFile(), recallBefore(true)]);
        this.#ready = true;
        if (stopped === "forgotten" || !this.playground.alive) return [];
        this.#bring([...before.map((last) => last.file).reverse(), file]);
        const last = run && withPoints(run, file);
        const all = distinct(last ? [last, ...before] : before);
        if (resumed && !returned.has(this.playground)) return all.filter((one) => one !== last);
        return this.#replaced = all;
    }

    /** Has files at hand that were kept, behind those that were given since, and gives one to a link that asks for it. @param {(import("./storage.js").Own | undefined)[]} files the latest last */
    #bring(files) {
        const { description, client } = this.playground;
        const last = lastFile();
        for (const file of files) if (file && !fileOf(file.digest)) keep(file);
        if (last) keep(last);
        const asked = client?.phase === "asking" && description ? fileOf(digestOf(description)) : undefined;
        if (!asked || !description) return;
        keep(asked);
        this.playground.open(description, true, false);
    }

    /** Writes what has changed. @param {boolean} [seen] whether it is the visitor's present tab, which writes all the same @param {boolean} [leaving] */
    #look(seen = false, leaving = false) {
        const { client, stage, shown, description } = this.playground;
        if (stopped || !this.#ready || !client || !stage || !description || ["opening", "broken"].includes(client.phase)) return;
        const { checkpoint, wantsToRun: runs, progress: { step } } = client;
        const [{ link }, { view }, layers] = [description, stage, [...shown]];
        const now = [link, checkpoint, runs, view, layers.join()];
        if (!seen && now.every((part, i) => part === this.#written[i])) return;
        this.#written = now;
        const small = checkpoint && checkpoint.length <= MOST_BYTES ? checkpoint : undefined;
        this.#writing = this.#write({ link, step, checkpoint: small, runs, layers, view: { ...view } }, fileOf(digestOf(description)), leaving);
    }

    /** @param {import("./storage.js").Kept} run @param {import("./storage.js").Own | undefined} file @param {boolean} leaving */
    async #write(run, file, leaving) {
        const before = this.#replaced;
        this.#replaced = undefined;
        try {
            await write(run, file, { before, leaving });
            // By those who were told too late.
            if (stopped === "forgotten") await clear();
        } catch {
            [this.#replaced, this.#written] = [stopped ? undefined : before, []];
            // A full disk or a private window; but a page that is left may come back.
            if (!leaving) stop(stopped ?? "refused");
        }
    }

    /** Offers nothing any more of what was kept. */
    letGo() {
        [this.before, this.#replaced] = [Promise.resolve([]), undefined];
    }

    /** Deletes what is kept; neither this page nor another keeps any more until it is loaded again or told to. */
    async forget() {
        stop("forgotten");
        channel?.postMessage("forgotten");
        await this.#writing;
        await clear().catch((error) => (stop("refused"), Promise.reject(error)));
    }

    /** Keeps again. */
    async keepAgain() {
        stop();
        this.#look(true);
        await this.#writing;
        if (this.stopped) throw new Error("this browser does not let the page.");
    }

    destroy() {
        keepers.delete(this);
        clearInterval(this.#timer);
        this.#listeners.abort();
    }
}

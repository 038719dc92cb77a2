// A playground in an element: mount(root, link, options) -> { destroy }. Several may stand on one page.

import { change, describe, newSeed, tableDigest } from "../scorescape.js";
import { Client } from "./client.js";
import { firstPart, restOf } from "./engine.js";
import { Controls } from "./view/controls.js";
import { element, say } from "./view/element.js";
import { histogram } from "./view/line.js";
import { dots, trails } from "./view/marks.js";
import { NO_DIGEST, OwnPoints } from "./view/own.js";
import { INKS, Panel } from "./view/panel.js";
import { Readouts } from "./view/readouts.js";
import { sheet } from "./view/sheet.js";
import { Stage } from "./view/stage.js";
import { Trail } from "./view/trail.js";
import { KEYS, Transport } from "./view/transport.js";

/** @typedef {{ autoplay?: boolean, pageWide?: boolean, onLink?: (link: string) => void, linkOf?: (fragment: string) => string }} Options */
/** @typedef {import("../scorescape.js").Description} Description */

/** Milliseconds between two showings of the numbers: nobody reads faster. */
const READ_EVERY = 125;
/** Milliseconds until what could not be loaded is asked for again. */
const RETRY_AFTER = 3000;

/** The visitor's own points: the files that were given last, in that order, stay as long as the page does. @type {import("./view/own.js").Own[]} */
const given = [];
/** How many of them. */
const KEPT = 4;
/** @param {unknown} digest */
const fileOf = (digest) => given.find((file) => file.digest === digest);

/**
 * Shows and runs the experiment of a link in `root`.
 * @param {HTMLElement} root gets a shadow root; its own children are left alone
 * @param {string} link the fragment of a link, empty for the default experiment; what cannot be used in it is told in the page
 * @param {Options} [options] autoplay: whether training starts by itself (by default unless the user asked for less motion);
 *     pageWide: whether keys and what is pasted are its own wherever on the page they come, else only while the focus is in it;
 *     onLink: told the link of the experiment whenever it changes; linkOf: makes a fragment an address for the copy button
 * @returns {{ destroy: () => void }}
 */
export function mount(root, link, options = {}) {
    const playground = new Playground(root, options);
    playground.start(link);
    return { destroy: () => playground.destroy() };
}

class Playground {
    /** @type {Client | undefined} */
    client;
    /** @type {Description | undefined} */
    description;
    /** @type {string | undefined} */
    claim;
    alive = true;
    /** The loading of the rest of the program. @type {Promise<void> | undefined} */
    enlarging;
    /** Whether it has been told that the rest is missing. */
    lacking = false;
    /** What is told of whether the run may be believed. @type {Client["verdict"]} */
    judged;
    told = ",,false";
    judgement = new AbortController();
    /** What the stage shows was drawn from. @type {unknown[]} */
    drawn = [undefined];
    lastRead = -Infinity;
    #listeners = new AbortController();

    /** @param {HTMLElement} root @param {Options} options */
    constructor(root, options) {
        this.root = root;
        this.options = options;
        this.shadow = root.shadowRoot ?? root.attachShadow({ mode: "open" });
        this.shadow.adoptedStyleSheets = [sheet];
        this.trail = new Trail();
        this.notice = element("p", { class: "notice", role: "alert" });
        this.shadow.replaceChildren(this.notice);
    }

    /** @param {string} link */
    async start(link) {
        try {
            const first = await firstPart();
            if (!this.alive) return;
            this.build(first);
            const description = describe(link);
            this.claim = description.fingerprint;
            this.open(withFile(description), true);
            this.frame();
        } catch (error) {
            if (!this.alive) return;
            say(this.notice, error instanceof Error ? error.message : String(error));
            this.root.dataset.scorescape = "broken";
        }
    }

    /** @param {WebAssembly.Module} first */
    build(first) {
        this.client = new Client({ first }, {
            notice: (text) => say(this.notice, text), changed: () => this.acknowledge(), complete: (mark) => this.complete(mark),
        });
        this.stage = new Stage();
        this.transport = new Transport({
            toggle: () => this.client?.phase === "complete" ? this.again() : this.client?.toggle(), step: () => this.client?.step(),
            reset: () => this.reset(), reseed: () => void this.change("seed", String(newSeed())), copy: () => this.copy(),
            setSigma: (sigma) => void this.change("train.sigma", sigma), examples: () => this.examples(first),
            take: () => this.save(first), undo: () => this.rewind(this.past, this.future), redo: () => this.rewind(this.future, this.past),
        });
        this.controls = new Controls((key, value) => this.change(key, value));
        this.readouts = new Readouts();
        this.own = new OwnPoints(() => restOf(first), (name, bytes) => this.take(name, bytes));
        this.panel = new Panel();
        const main = element("section", { "aria-label": "Stage" }, this.transport.root, this.stage.root, this.about, this.panel.root, this.gallery, this.exports);
        const close = element("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => {
            say(this.notice, "");
            this.stage?.canvas.focus(); // as the button goes, too
        } }, "×");
        this.stage.over.append(this.notice, close, this.own.root);
        this.shadow.replaceChildren(element("div", { class: "layout" }, main, this.readouts.root, this.controls.root));
        this.client.moves = !prefersStillness();
        this.listen();
    }

    /** What a chosen example is about. */
    about = element("p", { class: "about" });
    /** Examples to choose from. */
    gallery = element("dialog", { class: "gallery", "aria-label": "Examples" });
    /** Where the view goes when the experiment that it belongs to is there. @type {import("./view/plate.js").View | undefined} */
    target;

    /** Opens the gallery, by a part of the page and of the program that nobody needs before. @param {WebAssembly.Module} first */
    async examples(first) {
        try {
            const [part, rest] = await Promise.all([import("./view/gallery.js"), restOf(first)]);
            if (!this.alive || this.gallery.open) return;
            this.shadow.adoptedStyleSheets = [...new Set([...this.shadow.adoptedStyleSheets, part.sheet])];
            const { kind } = /** @type {import("../scorescape.js").Setting} */ (this.description?.settings.find(({ key }) => key === "data"));
            const chosen = { preset: (/** @type {import("./presets.js").Preset} */ preset) => this.present(preset), data: (/** @type {string} */ id) => void this.change("data", id) };
            part.fill(this.gallery, { first, rest }, kind.type === "choice" ? kind.options : [], chosen, this.color);
            this.gallery.showModal();
        } catch (error) {
            say(this.notice, "The examples could not be loaded: check the connection, then try again.");
        }
    }

    /** What can be taken away. */
    exports = element("dialog", { class: "exports", "aria-label": "Save" });

    /** Offers what can be taken away, by a part of the page that nobody needs before. @param {WebAssembly.Module} first */
    async save(first) {
        try {
            const [part, rest] = await Promise.all([import("./view/exports.js"), restOf(first)]);
            const { client, stage, exports } = this;
            if (!this.alive || !client || !stage || exports.open) return;
            this.shadow.adoptedStyleSheets = [...new Set([...this.shadow.adoptedStyleSheets, part.sheet])];
            part.fill(exports, {
                client, engine: { first, rest }, stage: stage.canvas, plots: () => [...this.shadow.querySelectorAll(".readouts canvas")].filter((canvas) => canvas instanceof HTMLCanvasElement),
                description: () => /** @type {Description} */ (this.description), address: (fragment) => this.options.linkOf?.(fragment) ?? fragment, color: this.color,
            });
            exports.showModal();
        } catch {
            say(this.notice, "What can be saved could not be loaded: check the connection, then try again.");
        }
    }

    /** Links of the experiments before this one, and of those that were taken back. @type {string[]} */
    past = [];
    /** @type {string[]} */
    future = [];

    /** Goes back to the last link of `from`, keeping this one in `to`. @param {string[]} from @param {string[]} to */
    rewind(from, to) {
        const link = from.pop();
        if (link === undefined || !this.description) return;
        to.push(this.description.link);
        this.claim = undefined;
        this.open(describe(link), false, false);
    }

    /** @param {import("./presets.js").Preset} preset */
    present({ title, link, layers, view, caption, look, paper }) {
        this.claim = undefined;
        this.open(withFile(describe(link)), true);
        this.target = view;
        if (layers) this.panel?.show(layers);
        this.about.replaceChildren(element("b", {}, title), `. ${caption} ${look} `, element("small", {}, `In the paper: ${paper}.`));
    }

    /** A colour of the style. @param {string} name */
    color = (name) => getComputedStyle(this.root).getPropertyValue(`--${name}`).trim();

    listen() {
        const { signal } = this.#listeners;
        document.addEventListener("visibilitychange", () => this.client?.hide(document.hidden), { signal });
        // Keys and pastes belong to the page around, unless it leaves them to us.
        const reach = this.options.pageWide ? document : this.root;
        reach.addEventListener("keydown", (event) => this.key(/** @type {KeyboardEvent} */ (event)), { signal });
        reach.addEventListener("paste", (event) => this.paste(/** @type {ClipboardEvent} */ (event)), { signal });
        this.root.addEventListener("dragover", (event) => event.preventDefault(), { signal });
        this.root.addEventListener("drop", (event) => this.own?.receive(event.dataTransfer) && event.preventDefault(), { signal });
    }

    /** Takes numbers that are pasted into the page where it asks for some. @param {ClipboardEvent} event */
    paste(event) {
        const target = event.composedPath()[0];
        const typing = target instanceof Element && target.matches("input, select, textarea");
        if (!typing && this.own && !this.own.root.hidden && this.own.receive(event.clipboardData)) event.preventDefault();
    }

    /** Runs on a file of points. @param {string} name @param {Uint8Array} bytes */
    take(name, bytes) {
        const { description } = this;
        if (!description) return;
        const named = description.table === "" ? this.setting("data.digest") : NO_DIGEST;
        const asked = fileOf(named) ? NO_DIGEST : named;
        const digest = tableDigest(bytes);
        given.splice(0, given.length, ...given.filter((file) => file.digest !== digest).slice(1 - KEPT), { name, bytes, digest });
        if (asked !== digest) this.claim = undefined;
        this.open(change(change(description.link, "data", "own").link, "data.digest", digest), true);
        if (asked !== NO_DIGEST && asked !== digest) {
            this.own?.refuse(`This is not the file that the link was about: its digest is ${digest}, not ${asked}. What runs now is about this file.`);
        }
    }

    /** @param {KeyboardEvent} event */
    key(event) {
        const target = event.composedPath()[0];
        const elsewhere = target !== document.body && !event.composedPath().includes(this.root);
        const typing = target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");
        const pressing = target instanceof Element && [" ", "Enter"].includes(event.key) && target.matches("button, input, summary");
        if (!elsewhere && !typing && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
            event.preventDefault();
            return event.shiftKey ? this.rewind(this.future, this.past) : this.rewind(this.past, this.future);
        }
        if (elsewhere || typing || pressing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
        const known = KEYS.find(({ key }) => key === event.key || key === event.key.toLowerCase());
        if (this.gallery.open || this.exports.open || this.transport?.dialog.open && event.key !== "?") return;
        if (known) this.transport?.actions[/** @type {"toggle"} */ (known.action)]();
        else if (event.key === "?") this.transport?.help();
        else if (!this.panel?.press(event.key.toLowerCase())) return;
        event.preventDefault();
    }

    /** Takes over a description and starts its run. @param {Description} description @param {boolean} [fits] whether to show all data @param {boolean} [undoable] */
    open(description, fits = false, undoable = true) {
        const { client } = this;
        if (!client) return;
        if (this.description && this.description.link !== description.link) {
            this.about.replaceChildren();
            if (undoable) [this.past, this.future] = [[...this.past, this.description.link], []];
        }
        const dataChanged = ["data", "data.digest", "view.plane", "view.across", "view.up"].some((key) =>
            this.description && this.setting(key) !== description.settings.find((setting) => setting.key === key)?.value);
        this.readouts?.restart();
        this.readouts?.compare(this.description, description);
        this.description = description;
        delete this.root.dataset.fingerprint;
        this.fit = fits || dataChanged;
        say(this.notice, description.problems.map(({ message }) => `${message}.`).join(" "));
        this.controls?.show(description.settings);
        const sigma = description.settings.find(({ key }) => key === "train.sigma");
        if (sigma) this.transport?.showSigma(sigma);
        client.wantsToRun ||= fits && (this.options.autoplay ?? !prefersStillness());
        const number = (/** @type {string} */ key) => Number(this.setting(key));
        const digest = description.table === "" ? String(this.setting("data.digest")) : undefined;
        const file = fileOf(digest);
        this.own?.show(digest, file);
        const lengths = { steps: number("steps"), chains: number("sample.chains"), transitions: number("transitions") };
        client.open(description.link, lengths, { plain: isPlain(description), table: file?.bytes, lacksTable: digest !== undefined && !file });
        this.options.onLink?.(this.claim ? `${description.link}&fingerprint=${this.claim}` : description.link);
    }

    /** @param {string} key */
    setting(key) {
        return this.description?.settings.find((setting) => setting.key === key)?.value;
    }

    /** Changes one setting and starts anew; answers why not, if not. @param {string} key @param {string} value */
    change(key, value) {
        if (!this.description || String(this.setting(key)) === value) return undefined;
        const changed = change(this.description.link, key, value);
        if (changed.problems.length > 0) return changed.problems[0].message;
        this.claim = undefined;
        if (key === "data") this.own?.forget();
        this.open(withFile(changed));
        if (this.client?.phase === "asking") this.own?.root.scrollIntoView({ block: "nearest" });
        return undefined;
    }

    reset() {
        if (this.description) this.open({ ...this.description, problems: [] });
    }

    again() {
        if (this.client) this.client.wantsToRun = true;
        this.reset();
    }

    async copy() {
        const link = this.client?.fingerprint ? `${this.description?.link}&fingerprint=${this.client.fingerprint}` : this.description?.link ?? "";
        const text = this.options.linkOf?.(link) ?? link;
        // Pages from elsewhere than https or this machine have no clipboard.
        return navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => false) : false;
    }

    /** The run is complete: compares its fingerprint with the one its link claims. @param {string} mark */
    complete(mark) {
        this.readouts?.judge(mark, this.claim);
        this.root.dataset.fingerprint = mark;
        this.options.onLink?.(`${this.description?.link}&fingerprint=${this.claim ?? mark}`);
    }

    frame() {
        if (!this.alive) return;
        requestAnimationFrame(() => this.frame());
        const { client, stage, panel } = this;
        if (!client || !stage || !panel) return;
        if (client.reach !== undefined && this.fit) {
            stage.fit(client.reach);
            if (this.target) stage.show(this.target);
            this.target = undefined;
            this.controls?.flatten(client.dim);
            panel.flatten(client.dim);
            this.fit = false;
        }
        this.draw(client, stage, panel);
        client.tick();
    }

    /** Shows what the run is doing as soon as it changes; frames may come late. */
    acknowledge() {
        const { client, root } = this;
        if (!client || !this.alive) return;
        const { phase, progress, look } = client;
        if (client.waits || look) this.enlarge(client);
        this.transport?.showPhase(phase);
        const data = { scorescape: phase, step: String(progress.step), error: look?.error === undefined ? undefined : String(look.error) };
        for (const [key, value] of Object.entries(data)) {
            if (value === undefined) delete root.dataset[key];
            else if (root.dataset[key] !== value) root.dataset[key] = value;
        }
    }

    /** Loads the rest of the program, once: when it is needed, or when there is something to see meanwhile. @param {Client} client */
    enlarge(client) {
        if (client.engine.rest || this.enlarging) return;
        this.enlarging = restOf(client.engine.first).then((rest) => {
            if (this.lacking) say(this.notice, "");
            client.enlarge(rest);
        }, (error) => {
            this.lacking ||= client.waits;
            if (client.waits) say(this.notice, error.message);
            setTimeout(() => this.enlarging = undefined, RETRY_AFTER);
        });
    }

    /** @param {Client} client @param {Stage} stage @param {Panel} panel */
    draw(client, stage, panel) {
        const style = getComputedStyle(this.root);
        const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
        const sight = stage.sight([...panel.shown], Object.fromEntries(INKS.map((ink) => [ink, color(ink)])));
        client.asks = panel.asks;
        if (!this.fit) client.sight = sight;
        this.trail.follow(client.walks.find((walk) => walk?.places.length));
        const { painted, walks } = client;
        if (this.drawn.some((part, i) => part !== [sight, painted, walks][i])) this.compose(client, stage.clear(sight), sight);
        this.drawn = [sight, painted, walks];
        this.readouts?.record(client);
        const state = [client.verdict, client.unjudged, client.phase === "complete"].join();
        if (this.readouts && (client.verdict !== this.judged || state !== this.told)) this.tellTrust(client, this.readouts, color);
        this.told = state;
        if (performance.now() < this.lastRead + READ_EVERY) return;
        this.lastRead = performance.now();
        this.readouts?.show(client, color);
        panel.tell(client);
    }

    /** Tells whether the run may be believed, by a part of the page that nobody needs before. @param {Client} client @param {Readouts} readouts @param {(name: string) => string} color */
    async tellTrust({ phase, verdict, unjudged, dim }, readouts, color) {
        this.judged = verdict;
        this.judgement.abort();
        readouts.trust.replaceChildren();
        readouts.level.className = `level ${verdict?.level ?? ""}`;
        say(readouts.level, unjudged ? `The samples could not be judged (${unjudged}).` : phase === "complete" ? "Judging the samples…" : "");
        if (!verdict) return;
        const { signal } = this.judgement = new AbortController();
        const part = await import("./view/trust.js").catch(() => undefined);
        if (signal.aborted) return;
        if (!part) return say(readouts.level, "The verdict on the samples could not be loaded: check the connection, then train again.");
        this.shadow.adoptedStyleSheets = [...new Set([...this.shadow.adoptedStyleSheets, part.sheet])];
        say(readouts.level, part.sentence(verdict));
        readouts.trust.replaceChildren(part.trust(verdict, dim, { color, signal }));
    }

    /** @param {Client} client @param {import("./view/plate.js").Plate} plate @param {import("./view/plate.js").Sight} sight */
    compose({ painted: { still, look }, places, dim }, plate, { inks, shown }) {
        for (const painted of [still, look]) if (painted) plate.show(painted.picture, painted.sight);
        if (!shown.includes("samples")) return;
        if (dim === 1) return places && histogram(plate, places, inks.samples, false);
        if (places) dots(plate, places, inks.samples, 1.4);
        trails(plate, this.trail.paths, inks.samples);
    }

    destroy() {
        this.alive = false;
        this.own?.forget();
        this.#listeners.abort();
        this.judgement.abort();
        this.client?.destroy();
        this.shadow.replaceChildren();
        for (const key of ["scorescape", "step", "error", "fingerprint"]) delete this.root.dataset[key];
    }
}

/** Whether an experiment is the default one but for its seed: the first part of the program knows no other. @param {Description} description */
const isPlain = ({ settings }) => settings.every(({ key, value, default: usual }) => key === "seed" || value === usual);

/** A description of one's own points that names no file is taken to be about the one that was given last. @param {Description} description */
function withFile(description) {
    const named = description.settings.some(({ key, value }) => key === "data.digest" && value !== NO_DIGEST);
    const last = given.at(-1);
    if (description.table !== "" || named || !last) return description;
    return { ...change(description.link, "data.digest", last.digest), problems: description.problems };
}

const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

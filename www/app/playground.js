// A playground in an element: mount(root, link, options) -> { destroy }. Several may stand on one page.

import { change, describe, newSeed, tableDigest } from "../../scorescape.js";
import { Client } from "./run-controller.js";
import { isPlain, trainsAlike, withFile } from "./experiments.js";
import { fileOf, keep } from "./user-files.js";
import { firstPart, restOf } from "../workers/engine.js";
import { Belief } from "../panels/verdict.js";
import { Controls } from "../panels/controls.js";
import { Desk } from "../panels/menu.js";
import { element, say } from "../panels/element.js";
import { listen } from "./input.js";
import { Layout } from "../panels/layout.js";
import { histogram } from "../drawing/line.js";
import { dots, trails } from "../drawing/primitives.js";
import { NO_DIGEST, OwnPoints } from "../panels/user-data.js";
import { INKS, Panel } from "../panels/layer-panel.js";
import { reason, warn } from "../panels/problems.js";
import { Readouts } from "../panels/readouts.js";
import { sheet } from "../panels/styles.js";
import { Stage } from "../stage/stage.js";
import { Trail } from "../stage/trail.js";
import { Transport } from "../panels/toolbar.js";

/** @typedef {{ autoplay?: boolean, pageWide?: boolean, keeps?: boolean, returns?: boolean, onLink?: (link: string) => void, linkOf?: (fragment: string) => string }} Options */
/** @typedef {import("../../scorescape.js").Description} Description */

/** Milliseconds between two showings of the numbers: nobody reads faster. */
const READ_EVERY = 125;
/** Milliseconds until what could not be loaded is asked for again. */
const RETRY_AFTER = 3000;

/**
 * Shows and runs the experiment of a link in `root`.
 * @param {HTMLElement} root gets a shadow root; its own children are left alone
 * @param {string} link the fragment of a link, empty for the default experiment; what cannot be used in it is told in the page
 * @param {Options} [options] autoplay: whether training starts by itself (by default unless the user asked for less motion);
 *     pageWide: whether keys and what is pasted are its own wherever on the page they come, else only while the focus is in it;
 *     keeps: whether the experiment and the visitor's own points are kept on the machine; returns: whether it goes on with what was kept, if that has the link;
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
            this.resumed = Boolean(this.options.returns) && await import("./persistence.js").then(({ comeBack }) => comeBack(this, first, description)).catch((error) => (console.warn(error), false));
            if (!this.alive) return;
            if (!this.resumed) this.open(withFile(description), true);
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
            reset: () => this.reset(), reseed: () => void this.change({ seed: String(newSeed()) }), copy: () => this.copy(),
            setSigma: (sigma) => void this.change({ "train.sigma": sigma }), examples: () => this.desk?.examples(),
            setPace: (pace) => this.client && (this.client.pace = pace), take: () => this.desk?.save(), undo: () => this.desk?.undo(), redo: () => this.desk?.redo(),
        });
        this.controls = new Controls((key, value) => this.change({ [key]: value }), reason);
        this.readouts = new Readouts();
        this.belief = new Belief(this.readouts, this);
        this.own = new OwnPoints(() => restOf(first), (name, bytes) => this.take(name, bytes));
        this.panel = new Panel();
        this.desk = new Desk(this, first);
        const main = element("section", { "aria-label": "Stage" }, this.stage.root, this.panel.legends, this.about, this.tools, this.panel.root, ...this.desk.parts);
        const close = element("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => {
            say(this.notice, "");
            this.stage?.canvas.focus(); // as the button goes, too
        } }, "×");
        this.stage.over.append(this.notice, close, this.own.root);
        this.layout = new Layout({ transport: this.transport.root, stage: main, readouts: this.readouts.root, controls: this.controls.root });
        this.shadow.replaceChildren(this.layout.root);
        this.client.moves = !prefersStillness();
        this.attend();
    }

    /** What a chosen example is about. */
    about = element("p", { class: "about" });
    /** Where the view goes when the experiment that it belongs to is there. @type {import("../drawing/viewport.js").View | undefined} */
    target;
    /** Where what is loaded later has its place. */
    tools = element("div", { class: "tools" });
    /** What can be done on the stage, once it is loaded. @type {import("../stage/stage-tools.js").Instruments | undefined} */
    instruments;

    /** Of how many dimensions the data are that controls and layers were chosen for. */
    dim = 0;

    /** Whether it goes on with what was kept. */
    resumed = false;
    /** @type {import("./persistence.js").Keeper | undefined} */
    keeper;

    /** Which layers are shown. @returns {Set<string>} */
    get shown() {
        return this.panel?.shown ?? new Set();
    }

    /** Runs an example, and says what it is about. @param {import("../content/examples.js").Preset} preset */
    present({ title, link, layers, view, caption, look, paper }) {
        this.claim = undefined;
        this.open(withFile(describe(link)), true);
        this.target = view;
        if (layers) this.panel?.show(layers);
        this.about.replaceChildren(element("b", {}, title), `. ${caption} ${look} `, element("small", {}, `In the paper (Alain and Bengio 2014): ${paper}.`));
    }

    /** Goes to another state of the experiment. @param {string} link */
    goTo(link) {
        this.claim = undefined;
        this.open(describe(link), false, false);
        this.fit &&= !this.instruments?.steady;
    }

    /** A colour of the style. @param {string} name */
    color = (name) => getComputedStyle(this.root).getPropertyValue(`--${name}`).trim();

    attend() {
        const { signal } = this.#listeners;
        document.addEventListener("visibilitychange", () => this.client?.hide(document.hidden), { signal });
        listen(this, signal);
    }

    /**
     * Runs on a file of points. @param {string} name @param {Uint8Array} bytes
     * @param {{ values?: Record<string, string>, steady?: boolean }} [options] settings that go with it; whether the picture stays where it is, and training starts
     */
    take(name, bytes, { values = {}, steady = false } = {}) {
        const { description } = this;
        if (!description) return;
        const named = description.table === "" ? this.setting("data.digest") : NO_DIGEST;
        const asked = fileOf(named) ? NO_DIGEST : named;
        const digest = tableDigest(bytes);
        // A drawing stays in its units; a file after it is looked at afresh.
        if (!steady && fileOf(named)?.drawn) values = { "data.standardise": "yes", ...values };
        keep({ name, bytes, digest, drawn: steady });
        if (asked !== digest) this.claim = undefined;
        const settings = Object.entries({ data: "own", "data.digest": digest, ...values });
        const { client } = this;
        if (steady && client) client.wantsToRun = true;
        this.open(settings.reduce((changed, [key, value]) => change(changed.link, key, value), description), !steady);
        if (steady) this.fit = false;
        if (asked !== NO_DIGEST && asked !== digest) {
            this.own?.refuse(`This is not the file that the link was about: its digest is ${digest}, not ${asked}. What runs now is about this file.`);
        }
    }

    /**
     * Takes over a description and starts its run. @param {Description} description @param {boolean} [fits] whether to show all data @param {boolean} [undoable]
     * @param {Uint8Array} [checkpoint] of its training, if that goes on from one
     */
    open(description, fits = false, undoable = true, checkpoint = undefined) {
        const { client } = this;
        if (!client) return;
        if (this.description && this.description.link !== description.link) {
            this.about.replaceChildren();
            if (undoable) this.desk?.remember(this.description.link);
        }
        const dataChanged = ["data", "data.digest", "view.plane", "view.across", "view.up"].some((key) =>
            this.description && this.setting(key) !== description.settings.find((setting) => setting.key === key)?.value);
        const { phase } = client;
        const stays = !fits && ["training", "paused", "sampling", "complete"].includes(phase) && this.description !== undefined && trainsAlike(this.description, description);
        if (!stays) this.readouts?.restart();
        this.readouts?.compare(this.description, description);
        this.description = description;
        delete this.root.dataset.fingerprint;
        this.fit = fits || dataChanged;
        warn(this.notice, description.problems);
        this.controls?.show(description.settings);
        const sigma = description.settings.find(({ key }) => key === "train.sigma");
        if (sigma) this.transport?.showSigma(sigma);
        client.wantsToRun ||= fits && (this.options.autoplay ?? !prefersStillness());
        const number = (/** @type {string} */ key) => Number(this.setting(key));
        const digest = description.table === "" ? String(this.setting("data.digest")) : undefined;
        const file = fileOf(digest);
        this.own?.show(digest, file);
        const lengths = { steps: number("steps"), chains: number("sample.chains"), transitions: number("transitions") };
        if (stays) client.resample(description.link, lengths);
        else client.open(description.link, lengths, { plain: isPlain(description), table: file?.bytes, lacksTable: digest !== undefined && !file, checkpoint });
        this.options.onLink?.(this.claim ? `${description.link}&fingerprint=${this.claim}` : description.link);
    }

    /** @param {string} key */
    setting(key) {
        return this.description?.settings.find((setting) => setting.key === key)?.value;
    }

    /** Changes settings and starts anew; answers why not, if not. @param {Record<string, string>} values by key */
    change(values) {
        const news = Object.entries(values).filter(([key, value]) => String(this.setting(key)) !== value);
        if (!this.description || news.length === 0) return undefined;
        let changed = this.description;
        for (const [key, value] of news) {
            changed = change(changed.link, key, value);
            if (changed.problems.length > 0) return changed.problems[0].message;
        }
        this.claim = undefined;
        if ("data" in values) this.own?.forget();
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
            this.fit = false;
        }
        if (client.reach !== undefined && client.dim !== this.dim) this.flatten(client.dim, panel);
        this.draw(client, stage, panel);
        client.tick();
    }

    /** Offers what says something of data of so many dimensions. @param {number} dim @param {Panel} panel */
    flatten(dim, panel) {
        this.dim = dim;
        this.controls?.flatten(dim);
        panel.flatten(dim);
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
            this.equip();
        }, (error) => {
            this.lacking ||= client.waits;
            if (client.waits) say(this.notice, error.message);
            setTimeout(() => this.enlarging = undefined, RETRY_AFTER);
        });
    }

    /** Takes over the style of a part that came later. @param {CSSStyleSheet} style */
    adopt = (style) => {
        const { adoptedStyleSheets } = this.shadow;
        if (!adoptedStyleSheets.includes(style)) adoptedStyleSheets.push(style);
    };

    /** Who keeps what runs, if somebody shall. */
    async keeping() {
        // What is kept is checked by the whole program.
        const coming = this.options.keeps && this.client ? Promise.all([import("./persistence.js"), restOf(this.client.engine.first)]) : undefined;
        const [part] = await coming?.catch(() => undefined) ?? [];
        if (part && this.alive) this.keeper ??= new part.Keeper(this, this.resumed);
        return this.keeper;
    }

    /** Loads what can be done on the stage. */
    async equip() {
        const part = await import("../stage/stage-tools.js").catch(() => undefined);
        if (!this.alive || !part) return;
        this.instruments = new part.Instruments(this);
        this.keeping();
        this.tools.replaceChildren(...this.instruments.parts);
    }

    /** @param {Client} client @param {Stage} stage @param {Panel} panel */
    draw(client, stage, panel) {
        const style = getComputedStyle(this.root);
        const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
        const sight = stage.sight([...panel.shown], Object.fromEntries(INKS.map((ink) => [ink, color(ink)])));
        client.looking.asks = panel.asks;
        if (!this.fit) client.looking.sight = sight;
        this.trail.follow(client.walks.find((walk) => walk?.places.length));
        const { painted, walks } = client;
        const overlay = this.instruments?.look(client);
        const drawn = [sight, painted, walks, overlay];
        if (drawn.some((part, i) => part !== this.drawn[i])) this.compose(client, stage.clear(sight), sight);
        this.drawn = drawn;
        this.readouts?.record(client);
        this.belief?.follow(client);
        if (performance.now() < this.lastRead + READ_EVERY) return;
        this.lastRead = performance.now();
        this.readouts?.show(client, color);
        panel.tell(client);
    }

    /** @param {Pick<Client, "painted" | "places" | "dim">} seen @param {import("../drawing/viewport.js").Plate} plate @param {import("../drawing/viewport.js").Sight} sight */
    compose({ painted: { still, look }, places, dim }, plate, { inks, shown }) {
        for (const painted of [still, look]) if (painted) plate.show(painted.picture, painted.sight);
        if (shown.includes("samples")) {
            if (dim === 1) places && histogram(plate, places, inks.samples, false);
            else if (places) dots(plate, places, inks.samples, 1.4);
            trails(plate, dim > 1 ? this.trail.paths : this.trail.over(plate), inks.samples);
        }
        this.instruments?.draw(plate, dim, inks);
    }

    destroy() {
        this.alive = false;
        this.own?.forget();
        this.#listeners.abort();
        this.layout?.destroy();
        this.belief?.destroy();
        this.keeper?.destroy();
        this.desk?.destroy();
        this.instruments?.destroy();
        this.client?.destroy();
        this.shadow.replaceChildren();
        for (const key of ["scorescape", "step", "error", "fingerprint"]) delete this.root.dataset[key];
    }
}

const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

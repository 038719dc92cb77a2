// What lies around an experiment: examples to choose from, what can be taken away, and the way back. Its dialogs are filled by parts
// of the page that nobody needs before.

import { restOf } from "../workers/engine.js";
import { element, say } from "./element.js";

/** @typedef {import("../../scorescape.js").Description} Description */
/**
 * What it works for.
 * @typedef {import("../app/persistence.js").Playground & {
 *     client?: import("../app/run-controller.js").Client, stage?: import("../stage/stage.js").Stage, transport?: import("./toolbar.js").Transport, shadow: ShadowRoot, description: Description | undefined,
 *     keeping: () => Promise<import("../app/persistence.js").Keeper | undefined>,
 *     options: { linkOf?: (fragment: string) => string }, notice: HTMLElement, color: (name: string) => string, adopt: (style: CSSStyleSheet) => void,
 *     change: (values: Record<string, string>) => string | undefined, goTo: (link: string) => void, present: (preset: import("../content/examples.js").Preset) => void,
 *     compose: (seen: Pick<import("../app/run-controller.js").Client, "painted" | "places" | "dim">, plate: import("../drawing/viewport.js").Plate, sight: import("../drawing/viewport.js").Sight) => void,
 * }} Playground
 */

export class Desk {
    #gallery = element("dialog", { class: "gallery", "aria-label": "Examples" });
    #exports = element("dialog", { class: "exports", "aria-label": "Save" });
    /** Links of the experiments before this one, and of those that were taken back. @type {string[]} */
    #past = [];
    /** @type {string[]} */
    #future = [];

    /** @param {Playground} playground @param {WebAssembly.Module} first part of the program */
    constructor(playground, first) {
        this.playground = playground;
        this.first = first;
        this.parts = [this.#gallery, this.#exports];
    }

    /** Whether a dialog is open. */
    get open() {
        return this.parts.some(({ open }) => open);
    }

    /** Opens a dialog once its part and the whole program are there. @template {{ sheet: CSSStyleSheet }} T @param {HTMLDialogElement} dialog @param {Promise<T>} coming @param {(part: T, engine: import("../workers/engine.js").Engine) => void} fill */
    async #show(dialog, coming, fill) {
        const { playground, first } = this;
        try {
            const [part, rest] = await Promise.all([coming, restOf(first)]);
            if (!playground.alive || this.open) return;
            playground.adopt(part.sheet);
            fill(part, { first, rest });
            dialog.showModal();
        } catch {
            say(playground.notice, "A part of the page could not be loaded: check the connection, then try again.");
        }
    }

    /** Goes on with what was kept before. @param {import("../app/storage.js").Last} before */
    async #goBack(before) {
        const { playground } = this;
        const part = await import("../app/persistence.js").catch(() => undefined);
        if (!part || !playground.alive) return;
        playground.claim = undefined;
        part.goOn(playground, before);
    }

    /** Offers experiments and data. */
    async examples() {
        const { playground } = this;
        const before = await (await playground.keeping())?.before ?? [];
        return this.#show(this.#gallery, import("./gallery.js"), (part, engine) => {
            const kind = playground.description?.settings.find(({ key }) => key === "data")?.kind;
            const chosen = { preset: (/** @type {import("../content/examples.js").Preset} */ preset) => playground.present(preset), data: (/** @type {string} */ data) => void playground.change({ data }), before: (/** @type {import("../app/storage.js").Last} */ last) => void this.#goBack(last) };
            part.fill(this.#gallery, engine, kind?.type === "choice" ? kind.options : [], chosen, before, playground.color);
        });
    }

    /** Offers what can be taken away. */
    async save() {
        const { playground } = this;
        const keeper = await playground.keeping();
        return this.#show(this.#exports, import("./exports.js"), (part, engine) => {
            const { client, stage, shadow, color } = playground;
            if (!client || !stage) return;
            const plots = () => /** @type {HTMLCanvasElement[]} */ ([...shadow.querySelectorAll(".readouts canvas")]);
            const description = () => /** @type {Description} */ (playground.description);
            const compose = (/** @type {import("../drawing/viewport.js").Plate} */ plate, /** @type {import("../drawing/viewport.js").Sight} */ sight) => playground.compose({ painted: {}, places: client.places, dim: client.dim }, plate, sight);
            part.fill(this.#exports, { compose, client, engine, stage: stage.canvas, plots, description, color, address: (link) => playground.options.linkOf?.(link) ?? link, keeper });
        });
    }

    /** What dialogs hold is let go when they are closed, and they are not by being taken away. */
    destroy() {
        for (const dialog of this.parts) dialog.close();
    }

    /** Keeps the link of an experiment that another one takes the place of. @param {string} link */
    remember(link) {
        this.#past.push(link);
        this.#future = [];
        this.#showWays();
    }

    #showWays() {
        this.playground.transport?.showWays(this.#past.length > 0, this.#future.length > 0);
    }

    undo() {
        this.#rewind(this.#past, this.#future);
    }

    redo() {
        this.#rewind(this.#future, this.#past);
    }

    /** Goes to the last link of `from`, keeping the present one in `to`. @param {string[]} from @param {string[]} to */
    #rewind(from, to) {
        const [link, present] = [from.pop(), this.playground.description?.link];
        if (link === undefined || present === undefined) return;
        to.push(present);
        this.playground.goTo(link);
        this.#showWays();
    }
}

// Which layers the stage shows: a box and a key for each, and what their colours and lengths mean.

import { element, say } from "./element.js";
import { LAYERS, scaleOf } from "../drawing/layers.js";

/** @typedef {import("../drawing/layers.js").Layer} Layer */
/** @typedef {import("../app/run-controller.js").Client} Client */

/** The colours that the stage is painted with, as the style names them. */
export const INKS = [...new Set(LAYERS.flatMap(({ ink, other = ink }) => [ink, other])), "background", "text"];

/** The layers that lengths matter to. */
const SCORES = ["exact", "learned", "difference"];

export class Panel {
    /** Which layers are shown. */
    shown = new Set(LAYERS.filter(({ on }) => on).map(({ id }) => id));
    /** @type {Map<string, { box: HTMLInputElement, row: HTMLElement }>} */
    #boxes = new Map();
    #scale = element("p", { class: "scale" });
    /** What colours of maps mean: beside the picture. */
    legends = element("div", { class: "legends" });
    /** @type {unknown[]} */
    #told = [];

    constructor() {
        const rows = (/** @type {boolean} */ rare) => LAYERS.filter((layer) => Boolean(layer.rare) === rare).map((layer) => this.#row(layer));
        this.root = element("div", { class: "panel" }, element("div", { class: "layers", role: "group", "aria-label": "Layers" }, ...rows(false),
                element("details", { class: "rare" }, element("summary", {}, "More layers"), element("div", { class: "layers" }, ...rows(true)))),
            this.#scale);
    }

    /** @param {Layer} layer */
    #row({ id, label, help, key, ink }) {
        const box = element("input", { type: "checkbox", name: id, checked: this.shown.has(id), "aria-keyshortcuts": key,
            onchange: () => this.shown[box.checked ? "add" : "delete"](id) });
        const row = element("label", { title: `${help} (Key ${key})` }, box, element("span", { class: "swatch", style: `--ink: var(--${ink})` }), label);
        this.#boxes.set(id, { box, row });
        return row;
    }

    /** Switches the layer of a key; whether there is one. @param {string} key */
    press(key) {
        const layer = LAYERS.find((layer) => layer.key === key);
        const box = layer && this.#boxes.get(layer.id);
        if (!box || box.row.hidden) return false;
        const rare = box.row.closest("details");
        if (rare) rare.open = true;
        box.box.click();
        return true;
    }

    /** Shows these layers and no others. @param {string[]} wanted */
    show(wanted) {
        for (const [id, { box }] of this.#boxes) if (box.checked !== wanted.includes(id)) box.click();
    }

    /** Whether some layers that are shown need the whole program. */
    get asks() {
        return LAYERS.some(({ id, part }) => part && this.shown.has(id));
    }

    /** Hides what says nothing of data on a line. @param {number} dim */
    flatten(dim) {
        for (const { id, planar } of LAYERS) {
            const row = this.#boxes.get(id)?.row;
            if (row) row.hidden = dim === 1 && Boolean(planar);
        }
    }

    /** Says how long arrows are, and what colours mean. @param {Client} client */
    tell({ look, dim, painted }) {
        if (look) say(this.#scale, SCORES.some((id) => this.shown.has(id)) ? scaleOf(dim, look.sigma) : "");
        const pictures = [painted.still, painted.look];
        if (pictures.every((picture, i) => picture === this.#told[i])) return;
        this.#told = pictures;
        this.legends.replaceChildren(...pictures.flatMap((picture) => picture?.legends ?? []).map(legend));
    }
}

/** @param {import("../workers/protocol.js").Picture["legends"][0]} told */
function legend({ id, legend: { colors, marks } }) {
    const bar = element("div", { class: "gradient", style: `background: linear-gradient(to right, ${colors.join()})` });
    const words = marks.map(({ share, text }) => element("span", { style: `left: ${(100 * share).toFixed(1)}%` }, text));
    return element("div", { class: "legend" }, element("span", {}, LAYERS.find((layer) => layer.id === id)?.label ?? id), bar, element("div", { class: "marks" }, ...words));
}

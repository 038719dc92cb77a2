// Which layers the stage shows: a box and a key for each, and what their colours and lengths mean.

import { describeScale, LAYERS } from "../drawing/layers.js";
import { element, setText } from "./element.js";

/** @typedef {import("../drawing/layers.js").Layer} Layer */
/** @typedef {import("../app/run-controller.js").RunController} RunController */

/** The colours that the stage is painted with, as the style names them. */
export const PALETTE = [
    ...new Set(LAYERS.flatMap(({ color, secondColor = color }) => [color, secondColor])),
    "background",
    "text",
];

/** The layers that lengths matter to. */
const SCORE_LAYERS = ["exact", "learned", "difference"];

export class LayerPanel {
    /** Which layers are shown. */
    shown = new Set(LAYERS.filter(({ shownAtFirst }) => shownAtFirst).map(({ id }) => id));
    /** @type {Map<string, { box: HTMLInputElement, row: HTMLElement }>} */
    #boxes = new Map();
    #scale = element("p", { class: "scale" });
    /** What colours of maps mean: beside the picture. */
    legends = element("div", { class: "legends" });
    /** @type {unknown[]} */
    #shownImages = [];

    constructor() {
        const rows = (/** @type {boolean} */ advanced) =>
            LAYERS.filter((layer) => Boolean(layer.advanced) === advanced).map((layer) => this.#row(layer));
        this.root = element(
            "div",
            { class: "layer-panel" },
            element(
                "div",
                { class: "layers", role: "group", "aria-label": "Layers" },
                ...rows(false),
                element(
                    "details",
                    { class: "advanced" },
                    element("summary", {}, "More layers"),
                    element("div", { class: "layers" }, ...rows(true)),
                ),
            ),
            this.#scale,
        );
    }

    /** @param {Layer} layer */
    #row({ id, label, help, key, color }) {
        const box = element("input", {
            type: "checkbox",
            name: id,
            checked: this.shown.has(id),
            "aria-keyshortcuts": key,
            onchange: () => this.shown[box.checked ? "add" : "delete"](id),
        });
        const row = element(
            "label",
            { title: `${help} (Key ${key})` },
            box,
            element("span", { class: "swatch", style: `--color: var(--${color})` }),
            label,
        );
        this.#boxes.set(id, { box, row });
        return row;
    }

    /** Switches the layer of a key; whether there is one. @param {string} key */
    toggleByKey(key) {
        const layer = LAYERS.find((layer) => layer.key === key);
        const box = layer && this.#boxes.get(layer.id);
        if (!box || box.row.hidden) {
            return false;
        }
        const advanced = box.row.closest("details");
        if (advanced) {
            advanced.open = true;
        }
        box.box.click();
        return true;
    }

    /** Shows these layers and no others. @param {string[]} wanted */
    showOnly(wanted) {
        for (const [id, { box }] of this.#boxes) {
            if (box.checked !== wanted.includes(id)) {
                box.click();
            }
        }
    }

    /** Whether some layers that are shown need the whole program. */
    get needsExtra() {
        return LAYERS.some(({ id, load }) => load && this.shown.has(id));
    }

    /** Hides what says nothing of data on a line. @param {number} dim */
    setDimension(dim) {
        for (const { id, needsPlane } of LAYERS) {
            const row = this.#boxes.get(id)?.row;
            if (row) {
                row.hidden = dim === 1 && Boolean(needsPlane);
            }
        }
    }

    /** Says how long arrows are, and what colours mean. @param {RunController} controller */
    update({ lastRender, dim, painted }) {
        if (lastRender) {
            setText(
                this.#scale,
                SCORE_LAYERS.some((id) => this.shown.has(id)) ? describeScale(dim, lastRender.sigma) : "",
            );
        }
        const images = [painted.static, painted.perWeights];
        if (images.every((image, i) => image === this.#shownImages[i])) {
            return;
        }
        this.#shownImages = images;
        this.legends.replaceChildren(...images.flatMap((image) => image?.legends ?? []).map(legend));
    }
}

/** @param {import("../workers/protocol.js").LayerImage["legends"][0]} shownImages */
function legend({ id, legend: { colors, ticks } }) {
    const bar = element("div", { class: "gradient", style: `background: linear-gradient(to right, ${colors.join()})` });
    const words = ticks.map(({ share, text }) =>
        element("span", { style: `left: ${(100 * share).toFixed(1)}%` }, text),
    );
    return element(
        "div",
        { class: "legend" },
        element("span", {}, LAYERS.find((layer) => layer.id === id)?.label ?? id),
        bar,
        element("div", { class: "ticks" }, ...words),
    );
}

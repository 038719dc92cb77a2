// Check boxes and keys of the stage's layers, the legends of maps, and the length that stands for a score of 1/σ.

import { scaleSentence } from "../content/texts.js";
import { LAYERS } from "../drawing/layers.js";
import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "./element.js";

/** @typedef {import("../drawing/layers.js").Layer} Layer */
/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */

/** Names of the style's colours that the stage is painted with. */
export const PALETTE = [
    ...new Set(LAYERS.flatMap(({ color, secondColor = color }) => [color, secondColor])),
    "background",
    "text",
];

/** Layers whose lengths have a scale. */
const SCORE_LAYERS = ["exact", "learned", "difference"];

export class LayerPanel {
    /** Ids of the layers that are shown. */
    shown = new Set(LAYERS.filter(({ shownAtFirst }) => shownAtFirst).map(({ id }) => id));
    /** @type {Map<string, { box: HTMLInputElement, row: HTMLElement }>} */
    #boxes = new Map();
    #scale = element("p", { class: "scale" });
    legends = element("div", { class: "legends" });
    /** Pictures whose legends are shown. @type {unknown[]} */
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

    /** Toggles the layer of a key; false if no visible layer has it. @param {string} key */
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

    /** True if a shown layer needs the second part of the program. */
    get needsExtra() {
        return LAYERS.some(({ id, load }) => load && this.shown.has(id));
    }

    /** Hides layers that have no meaning for data on a line. @param {number} dim */
    setDimension(dim) {
        for (const { id, needsPlane } of LAYERS) {
            const row = this.#boxes.get(id)?.row;
            if (row) {
                row.hidden = dim === 1 && Boolean(needsPlane);
            }
        }
    }

    /** Updates scale and legends. @param {Pick<RunSnapshot, "lastRender" | "dim" | "painted">} run */
    update({ lastRender, dim, painted }) {
        if (lastRender) {
            const isScaled = SCORE_LAYERS.some((id) => this.shown.has(id));
            setText(this.#scale, isScaled ? scaleSentence(dim, formatShort(1 / lastRender.sigma)) : "");
        }
        const images = [painted.static, painted.perWeights];
        if (images.every((image, i) => image === this.#shownImages[i])) {
            return;
        }
        this.#shownImages = images;
        this.legends.replaceChildren(...images.flatMap((image) => image?.legends ?? []).map(legendOf));
    }
}

/** @param {import("../workers/protocol.js").LayerImage["legends"][0]} layerLegend */
function legendOf({ id, legend: { colors, ticks } }) {
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

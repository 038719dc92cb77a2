// The learned and the exact score along a line through the probed place.

import { LINE_DIRECTIONS, lineCaption } from "../content/tool-texts.js";
import { updatableChart } from "../panels/chart.js";
import { element } from "../panels/element.js";

/** @typedef {import("../workers/protocol.js").ProbeResult} ProbeResult */

/** @typedef {[number, number] | "score"} Direction a unit vector, or along the learned score */

/** @type {{ id: keyof typeof LINE_DIRECTIONS, direction: Direction }[]} */
const DIRECTIONS = [
    { id: "across", direction: [1, 0] },
    { id: "up", direction: [0, 1] },
    { id: "rising", direction: [Math.SQRT1_2, Math.SQRT1_2] },
    { id: "falling", direction: [Math.SQRT1_2, -Math.SQRT1_2] },
    { id: "score", direction: "score" },
];

export class LineProfile {
    #line;
    #chartAbort = new AbortController();
    /**
     * The chart, and a key of its axis and curves.
     * @type {{ draw: () => void, curves: import("../panels/chart.js").Curve[], key: string } | undefined}
     */
    #chart;
    #place = element("div");

    /**
     * @param {Pick<import("../panels/view-context.js").ViewContext, "colorOf">} context
     * @param {() => void} changed called when another direction is chosen
     */
    constructor(context, changed) {
        this.context = context;
        this.#line = element(
            "select",
            { name: "direction", onchange: changed },
            ...DIRECTIONS.map(({ id }) => element("option", { value: id }, LINE_DIRECTIONS[id])),
        );
        this.choice = element("label", {}, "Along a line through it ", this.#line);
        this.root = element("div", {}, this.choice, this.#place);
    }

    /** @returns {Direction} */
    get direction() {
        return DIRECTIONS.find(({ id }) => id === this.#line.value)?.direction ?? DIRECTIONS[0].direction;
    }

    /** @param {ProbeResult} probed @param {[number, number]} place */
    update({ line: { reach, learned, exact }, dim }, place) {
        this.choice.hidden = dim === 1;
        const from = dim === 1 ? place[0] : 0;
        const key = [dim === 1, exact !== undefined].join();
        if (this.#chart?.key !== key) {
            this.#makeChart(key, dim, learned.length, exact !== undefined);
        }
        if (!this.#chart) {
            return;
        }
        const [{ steps }] = this.#chart.curves;
        steps.forEach((_, i) => {
            steps[i] = from + reach * ((2 * i) / (steps.length - 1) - 1);
        });
        this.#setValues(exact ? [learned, exact] : [learned]);
    }

    /** Empties the curves; the chart stays in place. */
    clear() {
        this.#setValues(this.#chart?.curves.map(({ values }) => values.fill(NaN)) ?? []);
    }

    /** @param {Float64Array[]} values of each curve */
    #setValues(values) {
        values.forEach((list, i) => {
            this.#chart?.curves[i].values.set(list);
        });
        this.#chart?.draw();
    }

    /**
     * Replaces the chart; its curves share their steps.
     * @param {string} key
     * @param {number} dim
     * @param {number} length
     * @param {boolean} hasExact
     */
    #makeChart(key, dim, length, hasExact) {
        this.#chartAbort.abort();
        this.#chartAbort = new AbortController();
        const steps = new Float64Array(length);
        const curves = [...(hasExact ? ["learned", "exact"] : ["learned"])].map((name) => ({
            color: name,
            name,
            steps,
            values: new Float64Array(length),
        }));
        const axis = dim === 1 ? "x" : "Distance from the place";
        const { root, draw } = updatableChart(lineCaption(dim, hasExact), axis, curves, {
            colorOf: this.context.colorOf,
            signal: this.#chartAbort.signal,
        });
        this.#place.replaceChildren(root);
        this.#chart = { draw, curves, key };
    }

    /**
     * Draws the line on the stage.
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {[number, number]} place
     * @param {ProbeResult["line"]} line
     * @param {string} color
     */
    draw(viewport, [x, y], { reach, direction: [u, v] }, color) {
        const { context, ratio } = viewport;
        context.strokeStyle = color;
        context.lineWidth = ratio;
        context.setLineDash([4 * ratio, 4 * ratio]);
        context.beginPath();
        context.moveTo(viewport.toX(x - reach * u), viewport.toY(y - reach * v));
        context.lineTo(viewport.toX(x + reach * u), viewport.toY(y + reach * v));
        context.stroke();
        context.setLineDash([]);
    }

    destroy() {
        this.#chartAbort.abort();
    }
}

// Both scores along a line through the place that is probed: (r(x) - x)/σ² beside the truth.

import { updatableChart } from "../panels/chart.js";
import { element } from "../panels/element.js";

/** @typedef {import("../workers/protocol.js").ProbeResult} ProbeResult */

/** The directions that there are. @type {{ id: string, label: string, direction: [number, number] | "score" }[]} */
const DIRECTIONS = [
    { id: "across", label: "from left to right", direction: [1, 0] },
    { id: "up", label: "from bottom to top", direction: [0, 1] },
    { id: "rising", label: "rising to the right", direction: [Math.SQRT1_2, Math.SQRT1_2] },
    { id: "falling", label: "falling to the right", direction: [Math.SQRT1_2, -Math.SQRT1_2] },
    { id: "score", label: "along the learned score", direction: "score" },
];

export class LineProfile {
    #line;
    #chartAbort = new AbortController();
    /**
     * The chart, and for what axis and how many curves it was made.
     * @type {{ draw: () => void, curves: import("../panels/chart.js").Curve[], key: string } | undefined}
     */
    #chart;
    #place = element("div");

    /**
     * @param {{ colorOf: (name: string) => string }} context
     * @param {() => void} changed told when another direction is chosen
     */
    constructor(context, changed) {
        this.context = context;
        this.#line = element(
            "select",
            { name: "direction", onchange: changed },
            ...DIRECTIONS.map(({ id, label }) => element("option", { value: id }, label)),
        );
        this.choice = element("label", {}, "Along a line through it ", this.#line);
        this.root = element("div", {}, this.choice, this.#place);
    }

    /** A unit vector, or "score". */
    get direction() {
        return /** @type {typeof DIRECTIONS[0]} */ (DIRECTIONS.find(({ id }) => id === this.#line.value)).direction;
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

    /** Shows nothing any more, where it was. */
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
     * Another chart, whose curves have their steps in common.
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
        const label = `${dim === 1 ? "Score" : "Component of the score along the line"}: learned, (r(x) - x)/σ², in blue${hasExact ? ", exact in orange" : ""}`;
        const { root, draw } = updatableChart(label, dim === 1 ? "x" : "Way from the place", curves, {
            colorOf: this.context.colorOf,
            signal: this.#chartAbort.signal,
        });
        this.#place.replaceChildren(root);
        this.#chart = { draw, curves, key };
    }

    /**
     * The line on the stage.
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

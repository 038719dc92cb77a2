// Both scores along a line through the place that is probed: (r(x) - x)/σ² beside the truth.

import { movingChart } from "../panels/chart.js";
import { element } from "../panels/element.js";

/** @typedef {import("../workers/protocol.js").Probed} Probed */

/** The directions that there are. @type {{ id: string, label: string, direction: [number, number] | "score" }[]} */
const DIRECTIONS = [
    { id: "across", label: "from left to right", direction: [1, 0] },
    { id: "up", label: "from bottom to top", direction: [0, 1] },
    { id: "rising", label: "rising to the right", direction: [Math.SQRT1_2, Math.SQRT1_2] },
    { id: "falling", label: "falling to the right", direction: [Math.SQRT1_2, -Math.SQRT1_2] },
    { id: "score", label: "along the learned score", direction: "score" },
];

export class Slice {
    #line;
    #plots = new AbortController();
    /** The chart, and for what axis and how many curves it was made. @type {{ draw: () => void, curves: import("../panels/chart.js").Curve[], key: string } | undefined} */
    #chart;
    #place = element("div");

    /** @param {{ color: (name: string) => string }} page @param {() => void} changed told when another direction is chosen */
    constructor(page, changed) {
        this.page = page;
        this.#line = element("select", { name: "direction", onchange: changed }, ...DIRECTIONS.map(({ id, label }) => element("option", { value: id }, label)));
        this.choice = element("label", {}, "Along a line through it ", this.#line);
        this.root = element("div", {}, this.choice, this.#place);
    }

    /** A unit vector, or "score". */
    get direction() {
        return /** @type {typeof DIRECTIONS[0]} */ (DIRECTIONS.find(({ id }) => id === this.#line.value)).direction;
    }

    /** @param {Probed} probed @param {[number, number]} place */
    show({ line: { reach, learned, exact }, dim }, place) {
        this.choice.hidden = dim === 1;
        const from = dim === 1 ? place[0] : 0;
        const key = [dim === 1, exact !== undefined].join();
        if (this.#chart?.key !== key) this.#begin(key, dim, learned.length, exact !== undefined);
        if (!this.#chart) return;
        const [{ steps }] = this.#chart.curves;
        steps.forEach((_, i) => steps[i] = from + reach * (2 * i / (steps.length - 1) - 1));
        this.#fill(exact ? [learned, exact] : [learned]);
    }

    /** Shows nothing any more, where it was. */
    clear() {
        this.#fill(this.#chart?.curves.map(({ values }) => values.fill(NaN)) ?? []);
    }

    /** @param {Float64Array[]} values of each curve */
    #fill(values) {
        values.forEach((list, i) => this.#chart?.curves[i].values.set(list));
        this.#chart?.draw();
    }

    /** Another chart, whose curves have their steps in common. @param {string} key @param {number} dim @param {number} length @param {boolean} compares */
    #begin(key, dim, length, compares) {
        this.#plots.abort();
        this.#plots = new AbortController();
        const steps = new Float64Array(length);
        const curves = [...compares ? ["learned", "exact"] : ["learned"]].map((name) => ({ ink: name, name, steps, values: new Float64Array(length) }));
        const label = `${dim === 1 ? "Score" : "Component of the score along the line"}: learned, (r(x) - x)/σ², in blue${compares ? ", exact in orange" : ""}`;
        const { root, draw } = movingChart(label, dim === 1 ? "x" : "Way from the place", curves, { color: this.page.color, signal: this.#plots.signal });
        this.#place.replaceChildren(root);
        this.#chart = { draw, curves, key };
    }

    /** The line on the stage. @param {import("../drawing/viewport.js").Plate} plate @param {[number, number]} place @param {Probed["line"]} line @param {string} ink */
    draw(plate, [x, y], { reach, direction: [u, v] }, ink) {
        const { context, ratio } = plate;
        [context.strokeStyle, context.lineWidth] = [ink, ratio];
        context.setLineDash([4 * ratio, 4 * ratio]);
        context.beginPath();
        context.moveTo(plate.across(x - reach * u), plate.down(y - reach * v));
        context.lineTo(plate.across(x + reach * u), plate.down(y + reach * v));
        context.stroke();
        context.setLineDash([]);
    }

    destroy() {
        this.#plots.abort();
    }
}

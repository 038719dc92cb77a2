// A plot of curves on linear axes; its caption shows the values under the pointer or at the place set by arrow keys.

import { Plot } from "../../scorescape.js";
import { formatPrecise } from "../drawing/number-format.js";
import { element, setText } from "./element.js";

/**
 * A curve, or a histogram if `bars` is true. The caption omits the values of a curve with `isSilent`.
 * @typedef {{ color: string, steps: Float64Array, values: Float64Array, name?: string, bars?: boolean, isSilent?:
 *     boolean }} Curve
 * @typedef {{ colorOf: (name: string) => string, signal: AbortSignal }} ChartContext `signal` frees the plot
 */

class Chart {
    /** @type {Plot | undefined} */
    #plot;
    /** Index of the step whose values the caption shows. */
    #index = -1;
    #showsValues = false;

    /** @param {string} label @param {string} axis @param {Curve[]} curves @param {ChartContext} context */
    constructor(label, axis, curves, context) {
        this.label = label;
        this.axis = axis;
        this.curves = curves;
        this.context = context;
        this.canvas = element("canvas", {
            class: "plot",
            tabindex: 0,
            role: "img",
            "aria-label": `${label}. Arrow keys tell the values.`,
        });
        this.caption = element("figcaption", { class: "caption", "aria-live": "polite" }, label);
        this.root = element("figure", {}, this.caption, this.canvas);
        this.#listen();
    }

    #listen() {
        const { canvas } = this;
        const { signal } = this.context;
        const draw = () => this.draw();
        canvas.addEventListener("pointermove", ({ offsetX }) => this.#showNearest(offsetX));
        canvas.addEventListener("pointerleave", () => this.#showLabel());
        canvas.addEventListener("keydown", (event) => this.#key(event));
        canvas.addEventListener("redraw", draw);
        const observer = new ResizeObserver(draw);
        observer.observe(canvas);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
        signal.addEventListener("abort", () => {
            observer.disconnect();
            this.#plot?.free();
        });
    }

    draw() {
        if (this.#showsValues) {
            this.#showValues(this.#index);
        }
        const { canvas, curves, context } = this;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) =>
            Math.round(length * devicePixelRatio),
        );
        if (width * height === 0) {
            return;
        }
        const rgb = (/** @type {string} */ name) => parseInt(context.colorOf(name).slice(1), 16);
        this.#plot?.free();
        this.#plot = new Plot(true);
        for (const { color, steps, values, bars } of curves) {
            this.#plot[bars ? "bars" : "curve"](rgb(color), steps, values);
        }
        canvas.width = width;
        canvas.height = height;
        this.#plot.draw(canvas, devicePixelRatio, rgb("text"), rgb("grid"));
    }

    /** @param {number} x in CSS pixels */
    #showNearest(x) {
        const [{ steps }] = this.curves;
        const at = this.#plot?.stepAt(this.canvas.clientWidth, x) ?? 0;
        this.#showValues(
            steps.reduce((best, step, i) => (Math.abs(step - at) < Math.abs(steps[best] - at) ? i : best), 0),
            true,
        );
    }

    #showLabel() {
        this.#showsValues = false;
        setText(this.caption, this.label);
    }

    /**
     * Shows the values at a step. Screen readers announce them only after a request, not after a redraw.
     * @param {number} index
     * @param {boolean} [announce]
     */
    #showValues(index, announce = false) {
        const [{ steps }] = this.curves;
        this.caption.setAttribute("aria-live", announce ? "polite" : "off");
        this.#showsValues = true;
        this.#index = Math.max(0, Math.min(steps.length - 1, index));
        const step = steps[this.#index];
        const values = this.curves
            .filter(({ isSilent }) => !isSilent)
            .map(({ name, values }) => `${name ? `${name} ` : ""}${formatPrecise(values[this.#index])}`);
        setText(
            this.caption,
            `${this.axis} ${Number.isInteger(step) ? step : formatPrecise(step)}: ${values.join(", ")}`,
        );
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!move) {
            return;
        }
        event.preventDefault();
        event.stopPropagation(); // on the page, → takes a training step
        this.#showValues(this.#index + move, true);
    }
}

/**
 * @param {string} label caption, and name for screen readers
 * @param {string} axis name of the horizontal axis
 * @param {Curve[]} curves one or more; curves in the caption have the same steps
 * @param {ChartContext} context
 */
export const chart = (label, axis, curves, context) => new Chart(label, axis, curves, context).root;

/**
 * A chart as above, with a function that draws it again after its values changed.
 * @param {string} label
 * @param {string} axis
 * @param {Curve[]} curves
 * @param {ChartContext} context
 */
export function updatableChart(label, axis, curves, context) {
    const updatable = new Chart(label, axis, curves, context);
    return { root: updatable.root, draw: () => updatable.draw() };
}

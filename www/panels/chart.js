// A plot of curves on linear axes that tells the values under the pointer, or at a place that arrow keys move.

import { Plot } from "../../scorescape.js";
import { formatPrecise } from "../drawing/number-format.js";
import { element, setText } from "./element.js";

/**
 * A curve, what it is called, whether it is a histogram, and whether nobody tells its values.
 * @typedef {{ color: string, steps: Float64Array, values: Float64Array, name?: string, bars?: boolean, isSilent?:
 *     boolean }} Curve
 * @typedef {{ colorOf: (name: string) => string, signal: AbortSignal }} ChartContext its colours, and when a plot goes
 */

/**
 * @param {string} label what it shows, for those who cannot see it too
 * @param {string} axis what runs along it
 * @param {Curve[]} curves one or more, all at the same steps but those that are not told
 * @param {ChartContext} page
 */
export const chart = (label, axis, curves, page) => updatableChart(label, axis, curves, page).root;

/**
 * The same with what draws it anew when values have changed.
 * @param {string} label
 * @param {string} axis
 * @param {Curve[]} curves
 * @param {ChartContext} page
 */
export function updatableChart(label, axis, curves, { colorOf, signal }) {
    const canvas = element("canvas", {
        class: "plot",
        tabindex: 0,
        role: "img",
        "aria-label": `${label}. Arrow keys tell the values.`,
    });
    const caption = element("figcaption", { class: "caption", "aria-live": "polite" }, label);
    const rgb = (/** @type {string} */ name) => parseInt(colorOf(name).slice(1), 16);
    /** @type {Plot | undefined} */
    let plot;
    const draw = () => {
        if (showsValues) {
            showValues(index);
        }
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) =>
            Math.round(length * devicePixelRatio),
        );
        if (width * height === 0) {
            return;
        }
        plot?.free();
        plot = new Plot(true);
        for (const { color, steps, values, bars } of curves) {
            plot[bars ? "bars" : "curve"](rgb(color), steps, values);
        }
        canvas.width = width;
        canvas.height = height;
        plot.draw(canvas, devicePixelRatio, rgb("text"), rgb("grid"));
    };
    const [{ steps }] = curves;
    let index = -1;
    let showsValues = false;
    /**
     * Only what was asked for is read out; what becomes of it is seen.
     * @param {number} at
     * @param {boolean} [announce]
     */
    const showValues = (at, announce = false) => {
        caption.setAttribute("aria-live", announce ? "polite" : "off");
        showsValues = true;
        index = Math.max(0, Math.min(steps.length - 1, at));
        const step = Number.isInteger(steps[index]) ? steps[index] : formatPrecise(steps[index]);
        setText(
            caption,
            `${axis} ${step}: ${curves
                .filter(({ isSilent }) => !isSilent)
                .map(({ name, values }) => `${name ? `${name} ` : ""}${formatPrecise(values[index])}`)
                .join(", ")}`,
        );
    };
    canvas.addEventListener("pointermove", ({ offsetX }) => {
        const at = plot?.stepAt(canvas.clientWidth, offsetX) ?? 0;
        showValues(
            steps.reduce((best, step, i) => (Math.abs(step - at) < Math.abs(steps[best] - at) ? i : best), 0),
            true,
        );
    });
    canvas.addEventListener("pointerleave", () => {
        showsValues = false;
        setText(caption, label);
    });
    canvas.addEventListener("keydown", (event) => {
        const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!move) {
            return;
        }
        event.preventDefault();
        event.stopPropagation(); // the page's own → takes a step
        showValues(index + move, true);
    });
    canvas.addEventListener("redraw", draw);
    const observer = new ResizeObserver(draw);
    observer.observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
    signal.addEventListener("abort", () => {
        observer.disconnect();
        plot?.free();
    });
    return { root: element("figure", {}, caption, canvas), draw };
}

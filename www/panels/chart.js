// A plot of curves on linear axes that tells the values under the pointer, or at a place that arrow keys move.

import { Plot } from "../../scorescape.js";
import { precise } from "../drawing/number-format.js";
import { element, say } from "./element.js";

/**
 * A curve, what it is called, whether it is a histogram, and whether nobody tells its values.
 * @typedef {{ ink: string, steps: Float64Array, values: Float64Array, name?: string, bars?: boolean, untold?: boolean }} Curve
 * @typedef {{ color: (name: string) => string, signal: AbortSignal }} Page its colours, and when a plot goes
 */

/**
 * @param {string} label what it shows, for those who cannot see it too
 * @param {string} axis what runs along it
 * @param {Curve[]} curves one or more, all at the same steps but those that are not told
 * @param {Page} page
 */
export const chart = (label, axis, curves, page) => movingChart(label, axis, curves, page).root;

/** The same with what draws it anew when values have changed. @param {string} label @param {string} axis @param {Curve[]} curves @param {Page} page */
export function movingChart(label, axis, curves, { color, signal }) {
    const canvas = element("canvas", { class: "plot", tabindex: 0, role: "img", "aria-label": `${label}. Arrow keys tell the values.` });
    const caption = element("figcaption", { class: "caption", "aria-live": "polite" }, label);
    const number = (/** @type {string} */ name) => parseInt(color(name).slice(1), 16);
    /** @type {Plot | undefined} */
    let plot;
    const draw = () => {
        if (told) tell(place);
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) => Math.round(length * devicePixelRatio));
        if (width * height === 0) return;
        plot?.free();
        plot = new Plot(true);
        for (const { ink, steps, values, bars } of curves) plot[bars ? "bars" : "curve"](number(ink), steps, values);
        [canvas.width, canvas.height] = [width, height];
        plot.draw(canvas, devicePixelRatio, number("text"), number("grid"));
    };
    const [{ steps }] = curves;
    let [place, told] = [-1, false];
    /** Only what was asked for is read out; what becomes of it is seen. @param {number} at @param {boolean} [asked] */
    const tell = (at, asked = false) => {
        caption.setAttribute("aria-live", asked ? "polite" : "off");
        told = true;
        place = Math.max(0, Math.min(steps.length - 1, at));
        const step = Number.isInteger(steps[place]) ? steps[place] : precise(steps[place]);
        say(caption, `${axis} ${step}: ${curves.filter(({ untold }) => !untold).map(({ name, values }) => `${name ? `${name} ` : ""}${precise(values[place])}`).join(", ")}`);
    };
    canvas.addEventListener("pointermove", ({ offsetX }) => {
        const at = plot?.stepAt(canvas.clientWidth, offsetX) ?? 0;
        tell(steps.reduce((best, step, i) => Math.abs(step - at) < Math.abs(steps[best] - at) ? i : best, 0), true);
    });
    canvas.addEventListener("pointerleave", () => {
        told = false;
        say(caption, label);
    });
    canvas.addEventListener("keydown", (event) => {
        const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!move) return;
        event.preventDefault();
        event.stopPropagation(); // the page's own → takes a step
        tell(place + move, true);
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

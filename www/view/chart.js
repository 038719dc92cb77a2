// A plot of curves on linear axes that tells the values under the pointer.

import { Plot } from "../../scorescape.js";
import { element, say, precise } from "./element.js";

/** @typedef {{ ink: string, steps: Float64Array, values: Float64Array }} Curve */

/**
 * @param {string} label what it shows, for those who cannot see it too
 * @param {string} axis what runs along it
 * @param {Curve[]} curves all at the same steps
 * @param {(name: string) => string} color
 */
export function chart(label, axis, curves, color) {
    const canvas = element("canvas", { class: "plot", role: "img", "aria-label": label });
    const caption = element("figcaption", { class: "caption" }, label);
    const number = (/** @type {string} */ name) => parseInt(color(name).slice(1), 16);
    let plot = new Plot(true);
    const draw = () => {
        plot.free();
        plot = new Plot(true);
        curves.forEach(({ ink, steps, values }) => plot.curve(number(ink), steps, values));
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) => Math.round(length * devicePixelRatio));
        if (width * height === 0) return;
        [canvas.width, canvas.height] = [width, height];
        plot.draw(canvas, devicePixelRatio, number("text"), number("grid"));
    };
    new ResizeObserver(draw).observe(canvas);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolor = () => canvas.isConnected ? draw() : scheme.removeEventListener("change", recolor);
    scheme.addEventListener("change", recolor);
    const steps = curves[0]?.steps ?? new Float64Array();
    canvas.addEventListener("pointermove", ({ offsetX }) => {
        const at = plot.stepAt(canvas.clientWidth, offsetX);
        const nearest = steps.reduce((best, step, i) => Math.abs(step - at) < Math.abs(steps[best] - at) ? i : best, 0);
        say(caption, `${axis} ${steps[nearest]}: ${curves.map(({ values }) => precise(values[nearest])).join(", ")}`);
    });
    canvas.addEventListener("pointerleave", () => say(caption, label));
    return element("figure", {}, caption, canvas);
}

// The plot of loss and relative Fisher error against training steps, on a logarithmic scale.

import { Plot } from "../../scorescape.js";
import { element } from "./element.js";

/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */

/** At this number of points every other point is dropped: the plot has no pixels for more. */
const MAX_POINTS = 600;

export class LearningCurve {
    /** @type {{ steps: number[], losses: number[], errors: number[] }} */
    #history = { steps: [], losses: [], errors: [] };
    /** Least distance of two points, in steps. */
    #spacing = 1;
    /** Size, length and text colour of the last plot. */
    #drawn = "";
    /** @type {(name: string) => string} */
    #colorOf = () => "";

    constructor() {
        this.canvas = element("canvas", {
            class: "plot",
            role: "img",
            "aria-label": "Loss and relative Fisher error against training steps",
        });
        this.errorLabel = element(
            "span",
            {},
            element("b", { style: "--color: var(--learned)" }, "relative Fisher error"),
            " and ",
        );
        this.caption = element(
            "p",
            { class: "caption" },
            this.errorLabel,
            element("b", { style: "--color: var(--samples)" }, "loss"),
            " by step, on a logarithmic scale",
        );
        this.canvas.addEventListener("redraw", () => {
            this.#drawn = "";
            this.draw(this.#colorOf);
        });
    }

    reset() {
        this.#history = { steps: [], losses: [], errors: [] };
        this.#spacing = 1;
        this.#drawn = "";
        this.canvas.width = 1; // clears the canvas
    }

    /** Adds the current step. @param {RunSnapshot} run */
    record({ phase, progress: { step, loss }, lastRender }) {
        const { steps, losses, errors } = this.#history;
        if (phase === "opening" || phase === "needs-file" || !(step > 0)) {
            return;
        }
        // Training that resumes from a checkpoint repeats the steps after it.
        while (steps.length > 0 && steps[steps.length - 1] > step) {
            for (const list of [steps, losses, errors]) {
                list.pop();
            }
        }
        if (steps.length > 0 && step < steps[steps.length - 1] + this.#spacing) {
            return;
        }
        steps.push(step);
        losses.push(loss);
        errors.push(lastRender?.error ?? NaN);
        if (steps.length < MAX_POINTS) {
            return;
        }
        this.#spacing *= 2;
        for (const list of [steps, losses, errors]) {
            list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 1));
        }
    }

    /** Draws the curves if they, the canvas size or the colours changed. @param {(name: string) => string} colorOf */
    draw(colorOf) {
        const { canvas } = this;
        const { steps, losses, errors } = this.#history;
        this.#colorOf = colorOf;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) =>
            Math.round(length * devicePixelRatio),
        );
        this.caption.style.visibility = steps.length < 2 ? "hidden" : "visible";
        const state = [width, height, steps.length, colorOf("text")].join();
        if (state === this.#drawn || width * height === 0 || steps.length < 2) {
            return;
        }
        this.#drawn = state;
        this.errorLabel.hidden = errors.every(Number.isNaN);
        canvas.width = width;
        canvas.height = height;
        const rgb = (/** @type {string} */ name) => parseInt(colorOf(name).slice(1), 16);
        const plot = new Plot();
        plot.curve(rgb("samples"), Float64Array.from(steps), Float64Array.from(losses));
        plot.curve(rgb("learned"), Float64Array.from(steps), Float64Array.from(errors));
        plot.draw(canvas, devicePixelRatio, rgb("text"), rgb("grid"));
        plot.free();
    }
}

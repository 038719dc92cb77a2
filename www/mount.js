// A playground in an element: a worker trains, and each frame draws the latest view of it.

import init, { Plot, describe } from "../scorescape.js";
import { Ask, Tell } from "./protocol.js";
import { Stage } from "./stage.js";

/** @typedef {import("./protocol.js").View} View */
/** @typedef {import("./protocol.js").Opening} Opening */

/** The part of the plane that is shown. */
const GRID = { left: -0.75, right: 0.75, bottom: -0.75, top: 0.75, columns: 32, rows: 32 };

/**
 * Shows and runs the experiment of a link in `root`.
 * @param {HTMLElement} root
 * @param {string} link the fragment of a link; empty for the default experiment
 * @returns {{ destroy: () => void }}
 */
export function mount(root, link) {
    const page = new Page(root);
    page.start(link).catch((error) => page.fail(error instanceof Error ? error.message : String(error)));
    return { destroy: () => page.destroy() };
}

/** Compiles the module once; workers get it by message. */
async function compile() {
    const response = await fetch(new URL("../scorescape_bg.wasm", import.meta.url));
    if (!response.ok) throw new Error(`The module cannot be loaded: ${response.status} ${response.statusText}`);
    const copy = response.clone();
    // Some hosts serve the module under another type, which the streaming compiler refuses.
    return WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await copy.arrayBuffer()));
}

class Page {
    /** @param {HTMLElement} root */
    constructor(root) {
        this.root = root;
        this.worker = new Worker(new URL("./trainer.js", import.meta.url), { type: "module" });
        /** @type {Opening | undefined} */
        this.opening = undefined;
        /** @type {{ steps: number[], losses: number[], errors: number[] }} */
        this.history = { steps: [], losses: [], errors: [] };
        this.alive = true;
        this.build();
    }

    build() {
        const canvas = document.createElement("canvas");
        canvas.className = "stage";
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", "Training points, samples, and the learned score beside the exact one");
        this.plot = document.createElement("canvas");
        this.plot.className = "plot";
        this.plot.setAttribute("role", "img");
        this.plot.setAttribute("aria-label", "Relative Fisher error and loss against training steps");
        this.status = document.createElement("p");
        this.status.className = "status";
        this.status.textContent = "Loading…";
        const legend = document.createElement("p");
        legend.className = "legend";
        const names = [["exact", "exact score"], ["learned", "learned score"], ["data", "data"], ["samples", "samples"]];
        for (const [name, text] of names) legend.append(swatch(name, text), " ");
        this.root.replaceChildren(canvas, legend, this.status, this.plot);
        this.stage = new Stage(canvas, GRID);
    }

    /** @param {string} link */
    async start(link) {
        this.worker.onmessage = ({ data }) => this.receive(data);
        this.worker.onerror = (event) => this.fail(event.message || "The worker could not be started.");
        const module = await compile();
        await init({ module_or_path: module });
        const { link: canonical, problems } = describe(link);
        if (problems.length > 0) return this.fail(problems.map((problem) => problem.message).join("; "));
        this.worker.postMessage({ type: Ask.OPEN, module, link: canonical, grid: GRID });
    }

    /** @param {{ type: string, opening?: Opening, view?: View, message?: string }} data */
    receive(data) {
        if (data.type === Tell.FAILED) this.fail(data.message ?? "Training stopped.");
        if (data.type === Tell.OPENED) {
            this.opening = data.opening;
            this.worker.postMessage({ type: Ask.RUN, running: true });
            this.ask();
        }
        if (data.type === Tell.VIEW && data.view) {
            const { view } = data;
            requestAnimationFrame(() => this.alive && this.draw(view));
        }
    }

    /** Asks for the next view only when the last one is drawn, so that nothing queues. */
    ask() {
        if (this.alive) this.worker.postMessage({ type: Ask.VIEW });
    }

    /** @param {View} view */
    draw(view) {
        const { stage, opening } = this;
        if (!stage || !opening) return;
        const color = (/** @type {string} */ name) => getComputedStyle(this.root).getPropertyValue(`--${name}`);
        stage.clear();
        stage.dots(opening.points, color("data"), 0.5);
        if (opening.exact) stage.arrows(opening.places, opening.exact, opening.sigma, color("exact"));
        stage.arrows(opening.places, view.learned, opening.sigma, color("learned"));
        stage.dots(view.samples, color("samples"), 1.25);
        this.tell(view);
        this.ask();
    }

    /** @param {View} view */
    tell({ progress, stepsPerSecond, error, acceptance }) {
        this.root.dataset.scorescape = "";
        this.root.dataset.step = String(progress.step);
        const parts = [`step ${progress.step}`, `${Math.round(stepsPerSecond)} steps/s`];
        if (error !== undefined) parts.push(`relative Fisher error ${error.toPrecision(2)}`);
        parts.push(`acceptance ${acceptance.toFixed(2)}`);
        if (progress.diverged) parts.push("diverged: lower the rate, then reset");
        if (this.status) this.status.textContent = parts.join(" · ");
        this.record(progress.step, progress.loss, error ?? NaN);
    }

    /** @param {number} step @param {number} loss @param {number} error */
    record(step, loss, error) {
        const { steps, losses, errors } = this.history;
        if (steps.length > 0 && step < steps[steps.length - 1] + 50) return;
        steps.push(step);
        losses.push(loss);
        errors.push(error);
        this.drawPlot();
    }

    drawPlot() {
        const { plot: canvas, history } = this;
        if (!canvas) return;
        [canvas.width, canvas.height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * devicePixelRatio));
        const style = getComputedStyle(this.root);
        const color = (/** @type {string} */ name) => parseInt(style.getPropertyValue(`--${name}`).trim().slice(1), 16);
        const plot = new Plot();
        const steps = Float64Array.from(history.steps);
        plot.curve(color("samples"), steps, Float64Array.from(history.losses));
        plot.curve(color("learned"), steps, Float64Array.from(history.errors));
        plot.draw(canvas, devicePixelRatio, color("text"), color("grid"));
        plot.free();
    }

    /** @param {string} message */
    fail(message) {
        if (this.status) this.status.textContent = message;
        this.status?.setAttribute("role", "alert");
        this.worker.terminate();
    }

    destroy() {
        this.alive = false;
        this.worker.terminate();
        this.root.replaceChildren();
        delete this.root.dataset.scorescape;
    }
}

/** @param {string} name @param {string} text */
function swatch(name, text) {
    const span = document.createElement("span");
    span.className = `swatch ${name}`;
    span.textContent = text;
    return span;
}

// A worker that trains one experiment in slices of a few milliseconds and sends a view of it whenever it is asked for one.

import init, { Observer, Session, gridPoints } from "../scorescape.js";
import { Ask, Tell } from "./protocol.js";

/** How long training may keep the worker from reading its messages, in milliseconds. */
const SLICE = 8;
/** Steps between two measurements of the error, which takes as long as a few steps. */
const STEPS_PER_ERROR = 100;

/** @type {Run | undefined} */
let run;
let running = false;

addEventListener("message", async ({ data }) => {
    try {
        if (data.type === Ask.OPEN) await open(data);
        if (data.type === Ask.RUN) resume(data.running);
        if (data.type === Ask.VIEW && run) sendView(run);
    } catch (error) {
        postMessage({ type: Tell.FAILED, message: error instanceof Error ? error.message : String(error) });
    }
});

/** A turn of the event loop, so that messages are read; timers would wait longer than a slice. */
const turn = (() => {
    const { port1, port2 } = new MessageChannel();
    /** @type {(() => void)[]} */
    const waiting = [];
    port1.onmessage = () => waiting.shift()?.();
    return () => new Promise((resolve) => {
        waiting.push(() => resolve(undefined));
        port2.postMessage(null);
    });
})();

/** An experiment in training, with what is needed to look at it. */
class Run {
    /** @param {string} link @param {import("./protocol.js").Grid} grid */
    constructor(link, grid) {
        this.session = new Session(link);
        this.observer = new Observer(this.session.link());
        this.places = gridPoints(grid.left, grid.right, grid.bottom, grid.top, grid.columns, grid.rows);
        this.chains = this.observer.chains(0, 500);
        this.progress = this.session.progress();
        this.error = this.observer.fisherError();
        this.stepsPerSecond = 0;
    }

    /** Trains for one slice. */
    train() {
        const start = performance.now();
        const first = this.progress.step;
        let steps = 1;
        while (performance.now() - start < SLICE && !this.progress.diverged) {
            this.progress = this.session.step(steps);
            steps = Math.min(2 * steps, 16);
        }
        const rate = (this.progress.step - first) / (performance.now() - start) * 1000;
        this.stepsPerSecond += 0.1 * (rate - this.stepsPerSecond);
    }

    /** Brings the observer up to date and lets the chains follow the score. */
    look() {
        const before = Math.floor(this.observer.step / STEPS_PER_ERROR);
        this.observer.look(this.progress.step, this.session.parameters());
        if (Math.floor(this.progress.step / STEPS_PER_ERROR) > before) this.error = this.observer.fisherError();
        this.chains.retarget(this.observer);
        this.chains.step(1);
    }
}

/** @param {{ module: WebAssembly.Module, link: string, grid: import("./protocol.js").Grid }} message */
async function open({ module, link, grid }) {
    await init({ module_or_path: module });
    run = new Run(link, grid);
    const { observer, places } = run;
    const opening = { points: observer.points(), places, exact: observer.exactScores(places), sigma: observer.sigma };
    postMessage({ type: Tell.OPENED, opening });
}

/** @param {boolean} wanted */
async function resume(wanted) {
    if (wanted && running) return;
    running = wanted;
    while (running && run && !run.progress.diverged) {
        run.train();
        await turn();
    }
}

/** @param {Run} run */
function sendView(run) {
    run.look();
    const { progress, stepsPerSecond, error } = run;
    const learned = run.observer.learnedScores(run.places);
    const samples = run.chains.states();
    const view = { progress, stepsPerSecond, learned, samples, acceptance: run.chains.acceptanceRate, error };
    postMessage({ type: Tell.VIEW, view }, { transfer: [learned.buffer, samples.buffer] });
}

// One experiment's run as the page sees it: keeps the workers going, replaces those that die, and holds the latest of what they
// made. Nothing queues: each worker gets its next request when it has answered the last.

import { BROKEN, Field, OPEN, Sample, Train } from "./protocol.js";
import { Lost, Remote } from "./remote.js";

/** @typedef {import("./protocol.js").Grid} Grid */
/** @typedef {"opening" | "training" | "paused" | "sampling" | "complete" | "diverged" | "broken"} Phase */

const url = (/** @type {string} */ name) => new URL(`./work/${name}.js`, import.meta.url);
/** One core is left to the trainer; more samplers than this gain little and cost memory. */
const SAMPLERS = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));

export class Client {
    /** @type {Phase} */
    phase = "opening";
    /** @type {import("../scorescape.js").Progress} */
    progress = { step: 0, loss: NaN, diverged: false };
    stepsPerSecond = 0;
    /** @type {{ points: Float64Array, dim: number, sigma: number } | undefined} */
    scene;
    /** @type {import("./protocol.js").Look | undefined} */
    look;
    /** @type {import("./protocol.js").Look["still"]} */
    still;
    /** @type {(import("./protocol.js").Walk | undefined)[]} */
    walks = [];
    /** @type {string | undefined} */
    fingerprint;
    /** @type {Grid | undefined} */
    grid;
    wantsToRun = false;
    /** Whether chains go on moving when nothing is computed. */
    lively = true;

    /** Rises with every opening, so that answers for an earlier experiment are told apart. */
    #run = 0;
    /** @type {import("./protocol.js").Weights | undefined} */
    #weights;
    /** @type {Uint8Array | undefined} */
    #checkpoint;
    #link = "";
    #steps = 1;
    #chains = 1;
    #transitions = 0;
    #frozen = false;

    /**
     * @param {WebAssembly.Module} module
     * @param {{ notice: (text: string) => void, complete: (fingerprint: string) => void }} events
     */
    constructor(module, events) {
        this.module = module;
        this.events = events;
        this.trainer = new Remote(url("trainer"), {
            onDeath: (reason) => this.#reviveTrainer(reason),
            onTold: (message) => message.type === BROKEN && this.#break(message.refusal ?? message.trap),
        });
        this.field = new Remote(url("field"), { onDeath: (reason) => this.#revive("field", reason, () => this.#openField()) });
        this.samplers = Array.from({ length: SAMPLERS }, (_, i) => new Remote(url("sampler"), {
            onDeath: (reason) => this.#revive("sampler", reason, () => this.#openSampler(i)),
        }));
    }

    /**
     * Starts an experiment, in place of the one before.
     * @param {string} link @param {{ steps: number, chains: number, transitions: number }} lengths of the complete run
     */
    async open(link, { steps, chains, transitions }) {
        const run = ++this.#run;
        [this.#link, this.#steps, this.#chains, this.#transitions] = [link, steps, chains, transitions];
        [this.phase, this.#frozen, this.fingerprint, this.#checkpoint, this.#weights] = ["opening", false, undefined, undefined, undefined];
        [this.look, this.still, this.walks] = [undefined, undefined, this.samplers.map(() => undefined)];
        const parts = [this.#openTrainer(), this.#openField(), ...this.samplers.map((_, i) => this.#openSampler(i))];
        await this.#guard(Promise.all(parts));
        if (run !== this.#run || this.phase !== "opening") return;
        this.phase = "paused";
        if (this.wantsToRun) await this.play();
    }

    /** Trains on; nothing to do where training is over. */
    async play() {
        this.wantsToRun = true;
        if (this.phase !== "paused" && !(this.phase === "sampling" && this.progress.step < this.#steps)) return;
        [this.phase, this.#frozen] = ["training", false];
        await this.#guard(this.trainer.call(Train.RUN, { running: true }));
    }

    /** Stops training after the step at hand; chains start afresh on the weights as they are. */
    async pause() {
        this.wantsToRun = false;
        if (this.phase !== "training") return;
        const progress = await this.#guard(this.trainer.call(Train.RUN, { running: false }));
        if (progress && this.phase === "training") this.#guard(this.#settle("paused"));
    }

    /** Takes one step. */
    async step() {
        await this.pause();
        if (this.phase !== "paused" || this.progress.step >= this.#steps) return;
        const progress = await this.#guard(this.trainer.call(Train.STEP));
        if (progress && this.phase === "paused") this.#guard(this.#settle("paused"));
    }

    /** Rests while nobody sees the page. @param {boolean} hidden */
    hide(hidden) {
        if (this.phase === "training") this.#guard(this.trainer.call(Train.RUN, { running: !hidden }));
    }

    /** Asks whoever is idle for what comes next; called once a frame. */
    tick() {
        if (this.phase === "training" && this.trainer.idle) this.#guard(this.#pull());
        if (this.#weights && this.grid && this.field.idle && this.#fieldIsStale()) this.#guard(this.#pullField());
        if (this.#weights && this.#mayWander()) this.samplers.forEach((_, i) => this.#preview(i));
    }

    /** Whether chains may move for the eye only: while training, and on once they have made their full length. */
    #mayWander() {
        return !this.#frozen && (this.phase === "training" || (this.lively && this.phase !== "diverged" && this.progress.step > 0));
    }

    /** All chains' states in order; undefined until each part has some. */
    get states() {
        const parts = this.walks.map((walk) => walk?.states);
        if (parts.length === 0 || parts.includes(undefined)) return undefined;
        const all = /** @type {Float64Array[]} */ (parts);
        const states = new Float64Array(all.reduce((length, part) => length + part.length, 0));
        all.reduce((offset, part) => (states.set(part, offset), offset + part.length), 0);
        return states;
    }

    destroy() {
        this.#run++;
        [this.trainer, this.field, ...this.samplers].forEach((remote) => remote.terminate());
    }

    #openTrainer() {
        const { module } = this;
        const request = { module, link: this.#link, steps: this.#steps, checkpoint: this.#checkpoint };
        return this.trainer.call(OPEN, request).then((progress) => {
            this.progress = progress;
            return this.#pull();
        });
    }

    async #openField() {
        const run = this.#run;
        const scene = await this.field.call(OPEN, { module: this.module, link: this.#link });
        if (run === this.#run) [this.scene, this.look, this.still] = [scene, undefined, undefined];
    }

    /** @param {number} i */
    #openSampler(i) {
        const [first, last] = this.#range(i);
        if (first === last) return Promise.resolve();
        return this.samplers[i].call(OPEN, { module: this.module, link: this.#link, first, last });
    }

    /** The chains of sampler i. @param {number} i */
    #range(i) {
        const cut = (/** @type {number} */ part) => Math.round(this.#chains * part / this.samplers.length);
        return [cut(i), cut(i + 1)];
    }

    async #pull() {
        const run = this.#run;
        const view = await this.trainer.call(Train.VIEW);
        if (run !== this.#run) return;
        const { progress, step, parameters, stepsPerSecond, checkpoint } = view;
        [this.progress, this.stepsPerSecond, this.#weights] = [progress, stepsPerSecond, { step, parameters }];
        this.#checkpoint = checkpoint ?? this.#checkpoint;
        if (this.phase !== "training") return;
        if (progress.diverged) this.phase = "diverged";
        else if (progress.step >= this.#steps) await this.#settle("sampling");
    }

    #fieldIsStale() {
        return !this.look || this.look.step !== this.#weights?.step || this.look.grid !== this.grid;
    }

    async #pullField() {
        const [run, grid] = [this.#run, this.grid];
        const look = await this.field.call(Field.LOOK, { grid, ...this.#weights });
        if (run !== this.#run) return;
        this.still = look.still ?? this.still;
        this.look = { ...look, grid };
    }

    /** @param {number} i */
    async #preview(i) {
        const run = this.#run;
        if (!this.samplers[i].idle || this.#range(i)[0] === this.#range(i)[1]) return;
        const walk = await this.#guard(this.samplers[i].call(Sample.PREVIEW, this.#weights));
        if (walk && run === this.#run && !this.#frozen) this.#put(i, walk);
    }

    /** Freezes the weights and lets the chains walk their full length on them. @param {Phase} phase */
    async #settle(phase) {
        const run = this.#run;
        [this.phase, this.#frozen] = [phase, true];
        const view = await this.trainer.call(Train.VIEW);
        if (run !== this.#run || !this.#frozen) return;
        this.progress = view.progress;
        this.#weights = { step: view.step, parameters: view.parameters };
        if (view.progress.diverged) return void (this.phase = "diverged");
        const token = this.#weights;
        const done = await Promise.all(this.samplers.map((_, i) => this.#walk(i, token)));
        if (run !== this.#run || !done.every(Boolean)) return;
        if (phase === "sampling") await this.#finish(run);
        this.#frozen = false;
    }

    /** A new list each time, so that drawing can tell that something moved. @param {number} i @param {import("./protocol.js").Walk} walk */
    #put(i, walk) {
        this.walks = this.walks.with(i, walk);
    }

    /** Walks part i to the end; false if something else began meanwhile. @param {number} i @param {object} token */
    async #walk(i, token) {
        if (this.#range(i)[0] === this.#range(i)[1]) {
            this.#put(i, { states: new Float64Array(), transitions: this.#transitions, acceptance: NaN, perSecond: 0 });
            return true;
        }
        const current = () => this.#weights === token && this.#frozen;
        for (let request = Sample.RESTART; ;) {
            try {
                const walk = await this.samplers[i].call(request, request === Sample.RESTART ? token : { transitions: this.#transitions });
                if (!current()) return false;
                this.#put(i, walk);
                if (walk.transitions >= this.#transitions) return true;
                request = /** @type {any} */ (Sample.WALK);
            } catch (error) {
                if (!(error instanceof Lost) || !current()) throw error;
                // Chains depend on seed, number and weights only: the replacement starts over and ends in the same states.
                request = Sample.RESTART;
            }
        }
    }

    /** @param {number} run */
    async #finish(run) {
        const request = { states: this.states, transitions: this.#transitions };
        const fingerprint = await this.trainer.call(Train.FINGERPRINT, request);
        if (run !== this.#run) return;
        [this.phase, this.fingerprint] = ["complete", fingerprint];
        this.events.complete(fingerprint);
    }

    /** @param {string} name @param {string} reason @param {() => Promise<unknown>} open */
    #revive(name, reason, open) {
        this.events.notice(`The ${name} stopped (${reason}) and was replaced.`);
        this.#guard(open());
    }

    /** @param {string} reason */
    async #reviveTrainer(reason) {
        const run = this.#run;
        this.events.notice(`Training stopped (${reason}) and goes on from its last checkpoint.`);
        await this.#guard(this.#openTrainer());
        if (run !== this.#run || this.phase === "broken") return;
        if (this.phase === "training") await this.#guard(this.trainer.call(Train.RUN, { running: true }));
        if (this.phase === "sampling") [this.phase, this.#frozen] = ["training", false];
        if (this.phase === "training") await this.#guard(this.trainer.call(Train.RUN, { running: true }));
    }

    /** Shows what was refused; what was lost with a worker is asked for again anyway. @template T @param {Promise<T>} promise */
    async #guard(promise) {
        try {
            return await promise;
        } catch (error) {
            if (!(error instanceof Lost)) this.#break(error instanceof Error ? error.message : String(error));
            return undefined;
        }
    }

    /** @param {string} message */
    #break(message) {
        this.phase = "broken";
        this.events.notice(message);
    }
}

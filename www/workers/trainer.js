// A worker that trains one experiment in slices of a few milliseconds.

import { Session } from "../../scorescape.js";
import { instantiate } from "./engine.js";
import { OPEN, TRAINING_ERROR, TrainerRequest } from "./protocol.js";
import { nextTurn, serveRequests, toFailure } from "./serve.js";
import { loadTableBytes } from "./table-bytes.js";

/** Milliseconds of training between two reads of the messages. A single step may take longer. */
const SLICE = 8;
/** Milliseconds between two bursts of steps under a speed limit, unless single steps are farther apart. */
const FRAME = 16;
/** The most steps between two reads of the clock. */
const MAX_BURST = 16;
/** Milliseconds over which the speed is averaged. */
const SPEED_WINDOW = 80;
/** Milliseconds between checkpoints. */
const CHECKPOINT_INTERVAL = 1000;

/** @typedef {import("./protocol.js").WeightsSnapshot} WeightsSnapshot */

class TrainingRun {
    #session;
    #steps;
    /** The most steps per second. */
    #speedLimit = Infinity;
    #stepsPerSecond = 0;
    #savedAt = performance.now();
    /** True while training is wanted. A pause takes one turn of the event loop to end it. */
    #shouldTrain = false;
    #isTraining = false;

    /**
     * @param {string} link
     * @param {Uint8Array | undefined} table
     * @param {Uint8Array | undefined} checkpoint
     * @param {number} steps
     */
    constructor(link, table, checkpoint, steps) {
        this.#session = (checkpoint && resumeSession(checkpoint, link, table)) || new Session(link, table);
        this.#progress = this.#session.progress();
        this.#steps = steps;
    }

    /** @type {import("../../scorescape.js").Progress} */
    #progress;

    get #hasStepsLeft() {
        const { step, diverged, stopped } = this.#progress;
        return step < this.#steps && !diverged && !stopped;
    }

    /** Takes steps, as long as there are some left. @param {number} limit */
    #advance(limit) {
        this.#progress = this.#session.step(Math.min(limit, this.#steps - this.#progress.step));
    }

    /** Takes a single step of a paused run. */
    step() {
        this.#progress = this.#session.step(1);
    }

    #trainSlice() {
        return this.#speedLimit < Infinity ? this.#trainSlowly() : this.#trainFast();
    }

    /** Takes the steps of one frame under the speed limit, then waits for the rest of their time. */
    #trainSlowly() {
        const start = performance.now();
        const { step: first } = this.#progress;
        const limit = Math.max(1, Math.round((this.#speedLimit * FRAME) / 1000));
        do {
            this.#advance(1);
        } while (this.#hasStepsLeft && this.#progress.step < first + limit && performance.now() < start + SLICE);
        const duration = (1000 * (this.#progress.step - first)) / this.#speedLimit;
        const wait = duration - (performance.now() - start);
        return /** @type {Promise<void>} */ (new Promise((done) => setTimeout(done, wait)));
    }

    /** Trains for one slice. */
    #trainFast() {
        const start = performance.now();
        let burst = 1;
        while (this.#hasStepsLeft && performance.now() < start + SLICE) {
            this.#advance(burst);
            burst = Math.min(2 * burst, MAX_BURST);
        }
        return nextTurn();
    }

    /** Trains until a pause or the last step. @param {number} speedLimit the most steps per second */
    async start(speedLimit) {
        this.#shouldTrain = true;
        this.#speedLimit = speedLimit;
        if (this.#isTraining) {
            return;
        }
        this.#isTraining = true;
        try {
            while (this.#shouldTrain && this.#hasStepsLeft) {
                await this.#trainAndMeasure();
            }
        } finally {
            this.#isTraining = false;
        }
    }

    async #trainAndMeasure() {
        const start = performance.now();
        const { step } = this.#progress;
        await this.#trainSlice();
        const elapsed = Math.max(0.1, performance.now() - start);
        const current = ((this.#progress.step - step) / elapsed) * 1000;
        this.#stepsPerSecond += Math.min(1, elapsed / SPEED_WINDOW) * (current - this.#stepsPerSecond);
    }

    pause() {
        this.#shouldTrain = false;
    }

    /**
     * The weights and the progress, with a checkpoint in a pause or if the last one is old.
     * @param {boolean} isPaused
     * @returns {import("./protocol.js").Reply<WeightsSnapshot>}
     */
    snapshot(isPaused) {
        const parameters = this.#session.parameters();
        const checkpoint = this.#checkpoint(isPaused);
        const transfer = checkpoint ? [parameters.buffer, checkpoint.buffer] : [parameters.buffer];
        const { step } = this.#progress;
        const stepsPerSecond = this.#stepsPerSecond;
        return [{ progress: this.#progress, step, parameters, stepsPerSecond, checkpoint }, transfer];
    }

    /** @param {boolean} isPaused */
    #checkpoint(isPaused) {
        if (!isPaused && performance.now() - this.#savedAt < CHECKPOINT_INTERVAL) {
            return undefined;
        }
        this.#savedAt = performance.now();
        return this.#session.checkpoint();
    }

    /** @param {Float64Array} states @param {number} transitions */
    fingerprint(states, transitions) {
        return this.#session.fingerprint(states, transitions);
    }

    /** The averaged weights as a safetensors file; needs the extra module. */
    exportWeights() {
        return /** @type {Uint8Array<ArrayBuffer>} */ (this.#session.weights());
    }

    close() {
        this.#shouldTrain = false;
        this.#session.free();
    }
}

/**
 * The session of a checkpoint; undefined if the checkpoint is damaged or belongs to another experiment.
 * @param {Uint8Array} checkpoint
 * @param {string} link
 * @param {Uint8Array | undefined} table
 */
function resumeSession(checkpoint, link, table) {
    try {
        return Session.resume(link, table, checkpoint);
    } catch (error) {
        if (toFailure(error).trap) {
            throw error;
        }
        // Training starts from the first step instead.
        return undefined;
    }
}

/** @type {TrainingRun | undefined} */
let run;

function openRun() {
    if (!run) {
        throw new Error("No experiment is open.");
    }
    return run;
}

/** @type {import("./protocol.js").Handlers<import("./protocol.js").TrainerRequests>} */
const handlers = {
    async [OPEN]({ engine, link, tableFile, table, checkpoint, steps }) {
        await instantiate(engine);
        run?.close();
        run = undefined;
        run = new TrainingRun(link, await loadTableBytes(tableFile, table), checkpoint, steps);
        return run.snapshot(true);
    },
    [TrainerRequest.RUN]({ speedLimit }) {
        openRun()
            .start(speedLimit)
            .catch((error) => postMessage({ type: TRAINING_ERROR, ...toFailure(error) }));
        return [null];
    },
    [TrainerRequest.PAUSE]() {
        openRun().pause();
        return openRun().snapshot(true);
    },
    [TrainerRequest.STEP]() {
        openRun().step();
        return openRun().snapshot(true);
    },
    [TrainerRequest.SNAPSHOT]: () => openRun().snapshot(false),
    [TrainerRequest.FINGERPRINT]: ({ states, transitions }) => [openRun().fingerprint(states, transitions)],
    async [TrainerRequest.EXPORT_WEIGHTS]({ engine }) {
        await instantiate(engine);
        const file = openRun().exportWeights();
        return [file, [file.buffer]];
    },
};

serveRequests(handlers);

// A worker that trains one experiment in slices of a few milliseconds.

import { parseLink, Session } from "../../scorescape.js";
import { instantiate } from "./engine.js";
import { OPEN, TRAINING_FAILED, TrainerRequest } from "./protocol.js";
import { nextTurn, serveRequests, toFailure } from "./serve.js";
import { loadTable } from "./table-loader.js";
import { trainingKey } from "./training-key.js";

/** How long training keeps the worker from reading its messages, in milliseconds; a single step may take longer. */
const SLICE = 8;
/** Milliseconds between two bursts where training shall be slow, if single steps are not farther apart. */
const FRAME = 16;
/** Milliseconds over which the speed is taken. */
const SPEED_WINDOW = 80;
/** Milliseconds between checkpoints. */
const CHECKPOINT_INTERVAL = 1000;

class TrainingRun {
    /**
     * @param {string} link
     * @param {Uint8Array | undefined} table
     * @param {Uint8Array | undefined} checkpoint
     * @param {number} steps
     */
    constructor(link, table, checkpoint, steps) {
        this.session = (checkpoint && restoreSession(checkpoint, link, table)) || new Session(link, table);
        this.progress = this.session.progress();
        this.steps = steps;
        // The most steps per second, and how many it takes.
        this.speedLimit = Infinity;
        this.stepsPerSecond = 0;
        this.savedAt = performance.now();
        /** Whether it shall train, and whether it does: it takes a turn to stop. */
        this.shouldTrain = false;
        this.isTraining = false;
    }

    /** Whether there are steps left to take. */
    get hasStepsLeft() {
        return this.progress.step < this.steps && !this.progress.diverged && !this.progress.stopped;
    }

    /** @param {number} limit steps, as long as there are some left */
    advance(limit) {
        this.progress = this.session.step(Math.min(limit, this.steps - this.progress.step));
    }

    /** Trains for one slice, or takes the steps that its pace has for a frame; then waits for what else there is. */
    trainSlice() {
        const start = performance.now();
        if (this.speedLimit < Infinity) {
            const first = this.progress.step;
            const limit = Math.max(1, Math.round((this.speedLimit * FRAME) / 1000));
            do {
                this.advance(1);
            } while (this.hasStepsLeft && this.progress.step < first + limit && performance.now() < start + SLICE);
            const wait = (1000 * (this.progress.step - first)) / this.speedLimit - (performance.now() - start);
            return new Promise((done) => setTimeout(done, wait));
        }
        for (let burst = 1; this.hasStepsLeft && performance.now() < start + SLICE; burst = Math.min(2 * burst, 16)) {
            this.advance(burst);
        }
        return nextTurn();
    }

    /** Trains until told to rest, or done. @param {number} speedLimit the most steps per second */
    async start(speedLimit) {
        this.shouldTrain = true;
        this.speedLimit = speedLimit;
        if (this.isTraining) {
            return;
        }
        this.isTraining = true;
        try {
            while (this.shouldTrain && this.hasStepsLeft) {
                const start = performance.now();
                const { step } = this.progress;
                await this.trainSlice();
                const elapsed = Math.max(0.1, performance.now() - start);
                this.stepsPerSecond +=
                    Math.min(1, elapsed / SPEED_WINDOW) *
                    (((this.progress.step - step) / elapsed) * 1000 - this.stepsPerSecond);
            }
        } finally {
            this.isTraining = false;
        }
    }

    /** @param {boolean} isPaused whether one is due however young the last is */
    checkpoint(isPaused) {
        if (!isPaused && performance.now() - this.savedAt < CHECKPOINT_INTERVAL) {
            return undefined;
        }
        this.savedAt = performance.now();
        return this.session.checkpoint();
    }

    close() {
        this.shouldTrain = false;
        this.session.free();
    }
}

/**
 * The session of a checkpoint; undefined if it is none of this experiment's: it may have been kept long ago, or be
 * damaged.
 * @param {Uint8Array} checkpoint
 * @param {string} link
 * @param {Uint8Array | undefined} table
 */
function restoreSession(checkpoint, link, table) {
    try {
        const session = Session.restore(checkpoint, table);
        if (trainingKey(parseLink(session.link())) === trainingKey(parseLink(link))) {
            return session;
        }
        session.free();
    } catch {
        // Training starts anew.
    }
    return undefined;
}

/** @type {TrainingRun | undefined} */
let run;
const currentRun = () => run ?? fail();
const fail = () => {
    throw new Error("No experiment is open.");
};

/**
 * @param {TrainingRun} run
 * @param {boolean} isPaused
 * @returns {[import("./protocol.js").WeightsSnapshot, Transferable[]]}
 */
function snapshotOf(run, isPaused) {
    const { progress, session, stepsPerSecond } = run;
    const parameters = session.parameters();
    const checkpoint = run.checkpoint(isPaused);
    const buffers = checkpoint ? [parameters.buffer, checkpoint.buffer] : [parameters.buffer];
    return [{ progress, step: progress.step, parameters, stepsPerSecond, checkpoint }, buffers];
}

serveRequests({
    async [OPEN]({ engine, link, table, checkpoint, steps }) {
        await instantiate(engine);
        run?.close();
        run = undefined;
        run = new TrainingRun(link, await loadTable(link, table), checkpoint, steps);
        return snapshotOf(run, true);
    },
    /** @param {{ speedLimit: number }} request */
    [TrainerRequest.RUN]({ speedLimit }) {
        currentRun()
            .start(speedLimit)
            .catch((error) => postMessage({ type: TRAINING_FAILED, ...toFailure(error) }));
        return [null];
    },
    [TrainerRequest.PAUSE]() {
        currentRun().shouldTrain = false;
        return snapshotOf(currentRun(), true);
    },
    /** One step, at rest. */
    [TrainerRequest.STEP]() {
        currentRun().progress = currentRun().session.step(1);
        return snapshotOf(currentRun(), true);
    },
    [TrainerRequest.SNAPSHOT]() {
        return snapshotOf(currentRun(), false);
    },
    [TrainerRequest.FINGERPRINT]({ states, transitions }) {
        return [currentRun().session.fingerprint(states, transitions)];
    },
    /**
     * The averaged weights as a file, for the whole program.
     * @param {{ engine: import("./engine.js").Engine }} request
     */
    async [TrainerRequest.EXPORT_WEIGHTS]({ engine }) {
        await instantiate(engine);
        const file = currentRun().session.weights();
        return [file, [file.buffer]];
    },
});

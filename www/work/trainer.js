// A worker that trains one experiment in slices of a few milliseconds.

import { describe, Session } from "../../scorescape.js";
import { training } from "../descriptions.js";
import { start } from "../engine.js";
import { BROKEN, OPEN, Train } from "../protocol.js";
import { complaint, serve, turn } from "./serve.js";
import { tableOf } from "./table.js";

/** How long training keeps the worker from reading its messages, in milliseconds; a single step may take longer. */
const SLICE = 8;
/** Milliseconds between two bursts where training shall be slow, if single steps are not farther apart. */
const FRAME = 16;
/** Milliseconds over which the speed is taken. */
const SPELL = 80;
/** Milliseconds between checkpoints. */
const CHECKPOINT_EVERY = 1000;

class Run {
    /** @param {string} link @param {Uint8Array | undefined} table @param {Uint8Array | undefined} checkpoint @param {number} steps */
    constructor(link, table, checkpoint, steps) {
        this.session = checkpoint && restored(checkpoint, link, table) || new Session(link, table);
        this.progress = this.session.progress();
        this.steps = steps;
        // The most steps per second, and how many it takes.
        this.pace = Infinity;
        this.stepsPerSecond = 0;
        this.saved = performance.now();
        /** Whether it shall train, and whether it does: it takes a turn to stop. */
        [this.active, this.going] = [false, false];
    }

    /** Whether there are steps left to take. */
    get unfinished() {
        return this.progress.step < this.steps && !this.progress.diverged && !this.progress.stopped;
    }

    /** @param {number} most steps, as long as there are some left */
    take(most) {
        this.progress = this.session.step(Math.min(most, this.steps - this.progress.step));
    }

    /** Trains for one slice, or takes the steps that its pace has for a frame; then waits for what else there is. */
    train() {
        const start = performance.now();
        if (this.pace < Infinity) {
            const [first, most] = [this.progress.step, Math.max(1, Math.round(this.pace * FRAME / 1000))];
            do this.take(1);
            while (this.unfinished && this.progress.step < first + most && performance.now() < start + SLICE);
            const wait = 1000 * (this.progress.step - first) / this.pace - (performance.now() - start);
            return new Promise((done) => setTimeout(done, wait));
        }
        for (let burst = 1; this.unfinished && performance.now() < start + SLICE; burst = Math.min(2 * burst, 16)) this.take(burst);
        return turn();
    }

    /** Trains until told to rest, or done. @param {number} pace the most steps per second */
    async go(pace) {
        [this.active, this.pace] = [true, pace];
        if (this.going) return;
        this.going = true;
        try {
            while (this.active && this.unfinished) {
                const [start, { step }] = [performance.now(), this.progress];
                await this.train();
                const elapsed = Math.max(0.1, performance.now() - start);
                this.stepsPerSecond += Math.min(1, elapsed / SPELL) * ((this.progress.step - step) / elapsed * 1000 - this.stepsPerSecond);
            }
        } finally {
            this.going = false;
        }
    }

    /** @param {boolean} rests whether one is due however young the last is */
    checkpoint(rests) {
        if (!rests && performance.now() - this.saved < CHECKPOINT_EVERY) return undefined;
        this.saved = performance.now();
        return this.session.checkpoint();
    }

    close() {
        this.active = false;
        this.session.free();
    }
}

/** The session of a checkpoint; undefined if it is none of this experiment's: it may have been kept long ago, or be damaged. @param {Uint8Array} checkpoint @param {string} link @param {Uint8Array | undefined} table */
function restored(checkpoint, link, table) {
    try {
        const session = Session.restore(checkpoint, table);
        if (training(describe(session.link())) === training(describe(link))) return session;
        session.free();
    } catch (error) {
        if (complaint(error).trap) throw error;
        // Training starts anew.
    }
    return undefined;
}

/** @type {Run | undefined} */
let run;
const current = () => run ?? fail();
const fail = () => {
    throw new Error("No experiment is open.");
};

/** @param {Run} run @param {boolean} rests @returns {[import("../protocol.js").View, Transferable[]]} */
function view(run, rests) {
    const { progress, session, stepsPerSecond } = run;
    const [parameters, checkpoint] = [session.parameters(), run.checkpoint(rests)];
    const buffers = checkpoint ? [parameters.buffer, checkpoint.buffer] : [parameters.buffer];
    return [{ progress, step: progress.step, parameters, stepsPerSecond, checkpoint }, buffers];
}

serve({
    async [OPEN]({ engine, link, table, checkpoint, steps }) {
        await start(engine);
        run?.close();
        run = undefined;
        run = new Run(link, await tableOf(link, table), checkpoint, steps);
        return view(run, true);
    },
    /** @param {{ pace: number }} request */
    [Train.RUN]({ pace }) {
        current().go(pace).catch((error) => postMessage({ type: BROKEN, ...complaint(error) }));
        return [null];
    },
    [Train.REST]() {
        current().active = false;
        return view(current(), true);
    },
    /** One step, at rest. */
    [Train.STEP]() {
        current().progress = current().session.step(1);
        return view(current(), true);
    },
    [Train.VIEW]() {
        return view(current(), false);
    },
    [Train.FINGERPRINT]({ states, transitions }) {
        return [current().session.fingerprint(states, transitions)];
    },
    /** The averaged weights as a file, for the whole program. @param {{ engine: import("../engine.js").Engine }} request */
    async [Train.WEIGHTS]({ engine }) {
        await start(engine);
        const file = current().session.weights();
        return [file, [file.buffer]];
    },
});

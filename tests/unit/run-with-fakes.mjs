// A run controller with fake workers, which answer in the format of the real ones without computing anything.
import { workerInput } from "../../www/app/experiments.js";
import { RunController } from "../../www/app/run-controller.js";
import { FakeEnvironment, parser, settle } from "./fakes.mjs";

const SCENE = {
    shown: ["learned"],
    view: { x: 0, y: 0, half: 1 },
    width: 100,
    height: 100,
    ratio: 1,
    arrowsAcross: 12,
    palette: {},
};
/** Training steps between two snapshots. */
const STEPS_PER_SNAPSHOT = 10;

const memory = new WeakMap();

/** State of a fake worker between requests. */
export const stateOf = (worker) => {
    memory.set(worker, memory.get(worker) ?? { step: 0, transitions: 0 });
    return memory.get(worker);
};

const snapshot = (state, isPaused) => ({
    progress: { step: state.step, loss: 1 / state.step, diverged: state.diverged ?? false, stopped: false },
    step: state.step,
    parameters: Float32Array.of(state.step),
    stepsPerSecond: 100,
    checkpoint: isPaused ? Uint8Array.of(state.step) : undefined,
});

const trainer = {
    open(state, { steps, checkpoint }) {
        Object.assign(state, { steps, step: checkpoint?.[0] ?? 0 });
        return snapshot(state, true);
    },
    run: () => null,
    snapshot(state) {
        state.step = Math.min(state.steps, state.step + STEPS_PER_SNAPSHOT);
        return snapshot(state, false);
    },
    pause: (state) => snapshot(state, true),
    step(state) {
        state.step += 1;
        return snapshot(state, true);
    },
    fingerprint: (_, { states, transitions }) => `3.${[...states].join("-")}.${transitions}`,
    "export-weights": () => Uint8Array.of(1),
};

const field = {
    open: () => ({ dataExtent: 2, dim: 2 }),
    render: (_, { step }) => ({
        step,
        error: 0.5,
        quality: "far-off",
        static: undefined,
        perWeights: { bitmap: { close() {} }, legends: [] },
        isExactReady: true,
        areQueriesDone: true,
        withExtra: false,
        sigma: 0.05,
        flowField: undefined,
    }),
    probe: (_, request) => request,
    "export-table": (_, request) => request,
};

/** Chains whose states equal their numbers. */
const chains = (state, proposals) => ({
    states: Float64Array.from({ length: state.last - state.first }, (_, i) => state.first + i),
    places: new Float64Array(2 * (state.last - state.first)),
    transitions: state.transitions,
    acceptanceRate: 1,
    transitionsPerSecond: 50,
    escaped: 0,
    isStalled: false,
    ...(proposals ? { proposals: new Float64Array() } : {}),
});

const sampler = {
    open(state, { first, last }) {
        Object.assign(state, { first, last, transitions: 0 });
        return null;
    },
    preview(state, { proposals }) {
        state.transitions += 1;
        return chains(state, proposals);
    },
    restart(state) {
        state.transitions = 0;
        return chains(state);
    },
    advance(state, { transitions, proposals }) {
        state.transitions = Math.max(state.transitions, Math.min(transitions, state.transitions + 3));
        return chains(state, proposals);
    },
    draws: (state) => ({ draws: Float64Array.of(state.first), chains: 1, spacing: 1 }),
    "peek-transition": (_, { chain }) => ({ chain }),
};

const diagnostics = { open: () => ({ level: "green" }) };

const HANDLERS = { trainer, field, sampler, diagnostics };

export class FakeRun {
    environment = new FakeEnvironment();
    notices = [];
    fingerprints = [];
    /** True for requests that stay unanswered; receives the worker and the message. */
    held = (/** @type {import("./fakes.mjs").FakeWorker} */ _worker, _message) => false;

    constructor({ cores = 2, extra = true } = {}) {
        this.environment.cores = cores;
        this.environment.advance(1000);
        this.controller = new RunController(
            {
                engine: extra ? { first: {}, extra: {} } : { first: {} },
                environment: this.environment,
                chainsPerGroup: 16,
                movesWhenIdle: true,
            },
            {
                notice: (text) => this.notices.push(text),
                changed: () => {},
                complete: (fingerprint) => this.fingerprints.push(fingerprint),
            },
        );
        this.controller.setScene(false, SCENE);
    }

    get results() {
        return this.controller.results;
    }

    alive(name = undefined) {
        return this.environment.alive(name);
    }

    open(link, options = {}, file = undefined) {
        return this.controller.open(workerInput(parser.parseLink(link), file), options);
    }

    /** Answers all requests, except held ones, until none is left. */
    async answer() {
        await settle();
        let hasAnswered = true;
        while (hasAnswered) {
            hasAnswered = false;
            for (const worker of this.alive()) {
                hasAnswered = this.#answerWorker(worker) || hasAnswered;
                // Browsers deliver each message in a separate task.
                await settle();
            }
        }
    }

    #answerWorker(worker) {
        const [message] = worker.pending;
        if (!message || this.held(worker, message)) {
            return false;
        }
        worker.answer(HANDLERS[worker.name][message.type](stateOf(worker), message));
        return true;
    }

    /** Draws frames 50 ms apart and answers all requests in between. */
    async frames(count) {
        for (let i = 0; i < count; i++) {
            this.environment.advance(50);
            this.controller.onFrame();
            await this.answer();
        }
    }

    /** Opens a link with training enabled, and answers all requests. */
    async start(link, options = {}) {
        this.open(link, { shouldTrain: true, ...options });
        await this.answer();
    }

    /** Types of the requests to a worker since the last call. */
    newTypes(name = undefined) {
        return this.alive(name).flatMap((worker) => worker.requests.splice(0).map(({ type }) => type));
    }
}

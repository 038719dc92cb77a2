// Requests to a worker as promises, and its replacement after a crash or a silence.

import { REPLACEMENT_REASONS, TOO_SLOW, UNSUPPORTED } from "../content/program-texts.js";

/** @typedef {import("./protocol.js").WorkerMessage} WorkerMessage */
/** @typedef {import("./environment.js").Environment} Environment */

/** Milliseconds without an answer, while the page is visible, after which a worker is replaced. */
const TIMEOUT = 10_000;
/** The timeout is this many times longer while the worker opens an experiment: reading a large table is one call. */
const OPEN_TIMEOUT_FACTOR = 6;
/** Milliseconds between two checks. Counting checks excludes times in which the page itself was blocked. */
const CHECK_INTERVAL = 500;

/** A worker is not replaced after this many crashes, each within CRASH_WINDOW milliseconds of its start. */
const MAX_CRASHES = 3;
const CRASH_WINDOW = 30_000;

/** A request was lost because its worker died. The request itself may be valid. */
export class WorkerLost extends Error {}

/** @template {import("./protocol.js").RequestMap} Requests */
export class WorkerClient {
    /**
     * The run that the present worker has opened, for the caller's use; undefined after a replacement.
     * @type {object | undefined}
     */
    openedRun;
    #name;
    #environment;
    #onReplaced;
    #onMessage;
    /** @type {Map<number, { resolve: (answer: unknown) => void, reject: (error: Error) => void }>} */
    #pending = new Map();
    #nextId = 0;
    #silentFor = 0;
    #crashes = 0;
    #startedAt = 0;
    /** The reason why no worker is left. @type {Error | undefined} */
    #closedWith;
    #stopChecks;
    /** @type {import("./environment.js").WorkerPort} */
    #worker;

    /**
     * @param {string} name of the worker's script
     * @param {Environment} environment
     * @param {{ onReplaced?: (reason: string) => void, onMessage?: (message: WorkerMessage) => void }} [events]
     *     onReplaced: called after a replacement has started; onMessage: called with messages that answer no request
     */
    constructor(name, environment, { onReplaced, onMessage } = {}) {
        this.#name = name;
        this.#environment = environment;
        this.#onReplaced = onReplaced;
        this.#onMessage = onMessage;
        this.#worker = this.#start();
        this.#stopChecks = environment.repeat(() => this.#checkSilence(), CHECK_INTERVAL);
    }

    #start() {
        const worker = this.#create();
        this.#startedAt = this.#environment.now();
        // Late messages of a replaced worker are dropped.
        worker.onmessage = ({ data }) => worker === this.#worker && this.#receive(data);
        worker.onerror = (event) => {
            event.preventDefault();
            if (worker === this.#worker) {
                this.#restart(event.message || REPLACEMENT_REASONS.notLoaded);
            }
        };
        return worker;
    }

    #create() {
        try {
            return this.#environment.createWorker(this.#name);
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error(UNSUPPORTED.workers(reason), { cause: error });
        }
    }

    /** True if every request has been answered. */
    get isIdle() {
        return this.#pending.size === 0;
    }

    /**
     * Sends a request. The promise is rejected with the worker's error or with {@link WorkerLost}.
     * @template {keyof Requests & string} Name
     * @param {Name} type
     * @param {Requests[Name]["request"]} request
     * @returns {Promise<Requests[Name]["answer"]>}
     */
    call(type, request) {
        if (this.#closedWith) {
            return Promise.reject(this.#closedWith);
        }
        const id = this.#nextId++;
        return new Promise((resolve, reject) => {
            if (this.#pending.size === 0) {
                this.#silentFor = 0;
            }
            this.#pending.set(id, { resolve, reject });
            this.#worker.postMessage({ id, type, ...request });
        });
    }

    /** @param {WorkerMessage} message */
    #receive(message) {
        // A crash after this moment is due to the work, even if the worker took long to start.
        if (!this.openedRun) {
            this.#startedAt = this.#environment.now();
        }
        this.#silentFor = 0;
        if (message.trap !== undefined) {
            this.#restart(message.trap);
            return;
        }
        const id = message.id ?? NaN;
        const call = this.#pending.get(id);
        if (!call) {
            this.#onMessage?.(message);
            return;
        }
        this.#pending.delete(id);
        if (message.error === undefined) {
            call.resolve(message.answer);
        } else {
            call.reject(new Error(message.error));
        }
    }

    #checkSilence() {
        if (this.isIdle || this.#environment.isHidden()) {
            return;
        }
        this.#silentFor += CHECK_INTERVAL;
        if (this.#silentFor >= TIMEOUT * (this.openedRun ? 1 : OPEN_TIMEOUT_FACTOR)) {
            this.#restart(REPLACEMENT_REASONS.silent, true);
        }
    }

    /** @param {string} reason @param {boolean} [wasSilent] the worker may only have been too slow */
    #restart(reason, wasSilent = false) {
        const lifetime = this.#environment.now() - this.#startedAt - this.#silentFor;
        this.#crashes = lifetime < CRASH_WINDOW ? this.#crashes + 1 : 1;
        const isHopeless = this.#crashes >= MAX_CRASHES;
        if (isHopeless && !wasSilent) {
            this.#close(new Error(UNSUPPORTED.workers(reason)));
            return;
        }
        this.#worker.terminate();
        this.openedRun = undefined;
        this.#worker = this.#start();
        if (isHopeless) {
            // Other settings may work, so they get three attempts too.
            this.#crashes = 0;
            this.#rejectAll(new Error(TOO_SLOW));
            return;
        }
        this.#rejectAll(new WorkerLost(reason));
        this.#onReplaced?.(reason);
    }

    /** @param {Error} error */
    #rejectAll(error) {
        const calls = [...this.#pending.values()];
        this.#pending.clear();
        for (const { reject } of calls) {
            reject(error);
        }
    }

    /** @param {Error} error of all pending and later requests */
    #close(error) {
        this.#closedWith = error;
        this.#stopChecks();
        this.#worker.terminate();
        this.#rejectAll(error);
    }

    terminate() {
        this.#close(new WorkerLost("closed"));
    }
}

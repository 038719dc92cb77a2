// A worker as the playground sees it: calls with promises for answers, and a replacement when it dies.

/** How long a request may go unanswered while the page is visible, in milliseconds. */
const TIMEOUT = 10_000;
/** How many times as long while it opens an experiment: reading a large table is a single call. */
const OPEN_TIMEOUT_FACTOR = 6;
/** How often the silence is measured; the page's own stalls then do not count against the worker. */
const CHECK_INTERVAL = 500;

/** A worker that dies this often, each time within so many milliseconds of its start, is not replaced again. */
const MAX_CRASHES = 3;
const CRASH_WINDOW = 30_000;

/** What a call's promise is rejected with when its worker died: the caller's work is lost, not wrong. */
export class WorkerLost extends Error {}

export class WorkerClient {
    /**
     * What the present worker has opened, for the caller's use; a replacement has opened nothing.
     * @type {object | undefined}
     */
    openedRun;
    #url;
    #onReplaced;
    #onMessage;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    #pending = new Map();
    #next = 0;
    #silentFor = 0;
    #crashes = 0;
    #startedAt = 0;
    /** Why there is no worker any more. @type {Error | undefined} */
    #closedWith;
    #silenceTimer;
    /** @type {Worker} */
    #worker;

    /**
     * @param {URL} url of a module worker
     * @param {{ onReplaced: (reason: string) => void, onMessage?: (message: any) => void }} events the first after a
     *     replacement
     *     has been started, the second for what the worker says unasked
     */
    constructor(url, { onReplaced, onMessage }) {
        this.#url = url;
        this.#onReplaced = onReplaced;
        this.#onMessage = onMessage;
        this.#worker = this.#start();
        this.#silenceTimer = setInterval(() => this.#measureSilence(), CHECK_INTERVAL);
    }

    #start() {
        const worker = startWorker(this.#url);
        this.#startedAt = performance.now();
        // What a worker that was replaced still says is about nothing that is wanted.
        worker.onmessage = ({ data }) => worker === this.#worker && this.#receive(data);
        worker.onerror = (event) => {
            event.preventDefault();
            if (worker === this.#worker) {
                this.#restart(event.message || "it could not be loaded");
            }
        };
        return worker;
    }

    /** Whether every request has been answered. */
    get isIdle() {
        return this.#pending.size === 0;
    }

    /**
     * Sends a request; the promise gives its answer, or rejects with a refusal or with {@link WorkerLost}.
     * @param {string} type @param {object} [request] @returns {Promise<any>}
     */
    call(type, request = {}) {
        if (this.#closedWith) {
            return Promise.reject(this.#closedWith);
        }
        const id = this.#next++;
        return new Promise((resolve, reject) => {
            if (this.#pending.size === 0) {
                this.#silentFor = 0;
            }
            this.#pending.set(id, { resolve, reject });
            this.#worker.postMessage({ id, type, ...request });
        });
    }

    /** @param {any} message */
    #receive(message) {
        // From here on it is the work that may be too much for it, however long the start took.
        if (!this.openedRun) {
            this.#startedAt = performance.now();
        }
        this.#silentFor = 0;
        if (message.trap !== undefined) {
            return this.#restart(message.trap);
        }
        const call = this.#pending.get(message.id);
        if (!call) {
            return this.#onMessage?.(message);
        }
        this.#pending.delete(message.id);
        if (message.error === undefined) {
            call.resolve(message.answer);
        } else {
            call.reject(new Error(message.error));
        }
    }

    #measureSilence() {
        if (this.isIdle || document.hidden) {
            return;
        }
        this.#silentFor += CHECK_INTERVAL;
        if (this.#silentFor >= TIMEOUT * (this.openedRun ? 1 : OPEN_TIMEOUT_FACTOR)) {
            this.#restart("it did not answer", true);
        }
    }

    /** @param {string} reason @param {boolean} [wasSilent] whether it may only have been too slow */
    #restart(reason, wasSilent = false) {
        this.#crashes = performance.now() - this.#startedAt - this.#silentFor < CRASH_WINDOW ? this.#crashes + 1 : 1;
        const isHopeless = this.#crashes >= MAX_CRASHES;
        if (isHopeless && !wasSilent) {
            return this.#close(workersUnavailable(reason));
        }
        this.#worker.terminate();
        this.openedRun = undefined;
        this.#worker = this.#start();
        if (isHopeless) {
            // Other settings may well work.
            this.#crashes = 0;
            return this.#rejectAll(new Error(TOO_SLOW));
        }
        this.#rejectAll(new WorkerLost(reason));
        this.#onReplaced(reason);
    }

    /** @param {Error} error */
    #rejectAll(error) {
        const calls = [...this.#pending.values()];
        this.#pending.clear();
        calls.forEach(({ reject }) => {
            reject(error);
        });
    }

    /** @param {Error} error what this and every later call gets */
    #close(error) {
        this.#closedWith = error;
        clearInterval(this.#silenceTimer);
        this.#worker.terminate();
        this.#rejectAll(error);
    }

    terminate() {
        this.#close(new WorkerLost("closed"));
    }
}

/** @param {URL} url */
function startWorker(url) {
    try {
        return new Worker(url, { type: "module" });
    } catch (error) {
        throw workersUnavailable(error instanceof Error ? error.message : String(error));
    }
}

const TOO_SLOW =
    "These settings are too slow here: a worker was silent for more than ten seconds three times, as a single step of its work" +
    " takes that long. Choose fewer units or layers, a smaller batch or fewer chains.";

/** @param {string} reason */
const workersUnavailable = (reason) =>
    new Error(
        "The training needs workers, and this browser does not start them or keep them running" +
            ` (${reason}). Any browser from 2023 or later does, unless it is short of memory or set to its strictest protection.`,
    );

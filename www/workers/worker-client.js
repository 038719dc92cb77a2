// A worker as the playground sees it: calls with promises for answers, and a replacement when it dies.

/** How long a request may go unanswered while the page is visible, in milliseconds. */
const PATIENCE = 10_000;
/** How many times as long while it opens an experiment: reading a large table is a single call. */
const OPENING = 6;
/** How often the silence is measured; the page's own stalls then do not count against the worker. */
const PULSE = 500;

/** A worker that dies this often, each time within so many milliseconds of its start, is not replaced again. */
const [ATTEMPTS, SHORT_LIFE] = [3, 30_000];

/** What a call's promise is rejected with when its worker died: the caller's work is lost, not wrong. */
export class Lost extends Error {}

export class Remote {
    /** What the present worker has opened, for the caller's use; a replacement has opened nothing. @type {object | undefined} */
    opened;
    #url;
    #onDeath;
    #onTold;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    #pending = new Map();
    #next = 0;
    #silence = 0;
    #deaths = 0;
    #born = 0;
    /** Why there is no worker any more. @type {Error | undefined} */
    #end;
    #pulse;
    /** @type {Worker} */
    #worker;

    /**
     * @param {URL} url of a module worker
     * @param {{ onDeath: (reason: string) => void, onTold?: (message: any) => void }} events the first after a replacement
     *     has been started, the second for what the worker says unasked
     */
    constructor(url, { onDeath, onTold }) {
        this.#url = url;
        this.#onDeath = onDeath;
        this.#onTold = onTold;
        this.#worker = this.#start();
        this.#pulse = setInterval(() => this.#measureSilence(), PULSE);
    }

    #start() {
        const worker = startModule(this.#url);
        this.#born = performance.now();
        // What a worker that was replaced still says is about nothing that is wanted.
        worker.onmessage = ({ data }) => worker === this.#worker && this.#receive(data);
        worker.onerror = (event) => {
            event.preventDefault();
            if (worker === this.#worker) this.#die(event.message || "it could not be loaded");
        };
        return worker;
    }

    /** Whether every request has been answered. */
    get idle() {
        return this.#pending.size === 0;
    }

    /**
     * Sends a request; the promise gives its answer, or rejects with a refusal or with {@link Lost}.
     * @param {string} type @param {object} [request] @returns {Promise<any>}
     */
    call(type, request = {}) {
        if (this.#end) return Promise.reject(this.#end);
        const id = this.#next++;
        return new Promise((resolve, reject) => {
            if (this.#pending.size === 0) this.#silence = 0;
            this.#pending.set(id, { resolve, reject });
            this.#worker.postMessage({ id, type, ...request });
        });
    }

    /** @param {any} message */
    #receive(message) {
        // From here on it is the work that may be too much for it, however long the start took.
        if (!this.opened) this.#born = performance.now();
        this.#silence = 0;
        if (message.trap !== undefined) return this.#die(message.trap);
        const call = this.#pending.get(message.id);
        if (!call) return this.#onTold?.(message);
        this.#pending.delete(message.id);
        if (message.refusal !== undefined) call.reject(new Error(message.refusal));
        else call.resolve(message.answer);
    }

    #measureSilence() {
        if (this.idle || document.hidden) return;
        this.#silence += PULSE;
        if (this.#silence >= PATIENCE * (this.opened ? 1 : OPENING)) this.#die("it did not answer", true);
    }

    /** @param {string} reason @param {boolean} [silently] whether it may only have been too slow */
    #die(reason, silently = false) {
        this.#deaths = performance.now() - this.#born - this.#silence < SHORT_LIFE ? this.#deaths + 1 : 1;
        const hopeless = this.#deaths >= ATTEMPTS;
        if (hopeless && !silently) return this.#close(unfit(reason));
        this.#worker.terminate();
        this.opened = undefined;
        this.#worker = this.#start();
        if (hopeless) {
            // Other settings may well work.
            this.#deaths = 0;
            return this.#rejectAll(new Error(TOO_SLOW));
        }
        this.#rejectAll(new Lost(reason));
        this.#onDeath(reason);
    }

    /** @param {Error} error */
    #rejectAll(error) {
        const calls = [...this.#pending.values()];
        this.#pending.clear();
        calls.forEach(({ reject }) => reject(error));
    }

    /** @param {Error} error what this and every later call gets */
    #close(error) {
        this.#end = error;
        clearInterval(this.#pulse);
        this.#worker.terminate();
        this.#rejectAll(error);
    }

    terminate() {
        this.#close(new Lost("closed"));
    }
}

/** @param {URL} url */
function startModule(url) {
    try {
        return new Worker(url, { type: "module" });
    } catch (error) {
        throw unfit(error instanceof Error ? error.message : String(error));
    }
}

const TOO_SLOW = "These settings are too slow here: a worker was silent for more than ten seconds three times, as a single step of its work"
    + " takes that long. Choose fewer units or layers, a smaller batch or fewer chains.";

/** @param {string} reason */
const unfit = (reason) => new Error("The training needs workers, and this browser does not start them or keep them running"
    + ` (${reason}). Any browser from 2023 or later does, unless it is short of memory or set to its strictest protection.`);

// A worker as the playground sees it: calls with promises for answers, and a replacement when it dies.

/** How long a request may go unanswered while the page is visible, in milliseconds. */
const PATIENCE = 10_000;
/** How often the silence is measured; the page's own stalls then do not count against the worker. */
const PULSE = 500;

/** What a call's promise is rejected with when its worker died: the caller's work is lost, not wrong. */
export class Lost extends Error {}

export class Remote {
    #url;
    #onDeath;
    #onTold;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    #pending = new Map();
    #next = 0;
    #silence = 0;
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
        const worker = new Worker(this.#url, { type: "module" });
        worker.onmessage = ({ data }) => this.#receive(data);
        worker.onerror = (event) => {
            event.preventDefault();
            this.#die(event.message || "it could not be loaded");
        };
        return worker;
    }

    /** Whether every request has been answered. */
    get idle() {
        return this.#pending.size === 0;
    }

    /**
     * Sends a request; the promise gives its answer, or rejects with a refusal or with {@link Lost}.
     * @param {string} type @param {object} [request] @param {Transferable[]} [transfer] @returns {Promise<any>}
     */
    call(type, request = {}, transfer = []) {
        const id = this.#next++;
        return new Promise((resolve, reject) => {
            if (this.#pending.size === 0) this.#silence = 0;
            this.#pending.set(id, { resolve, reject });
            this.#worker.postMessage({ id, type, ...request }, transfer);
        });
    }

    /** @param {any} message */
    #receive(message) {
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
        if (this.#silence >= PATIENCE) this.#die("it did not answer");
    }

    /** @param {string} reason */
    #die(reason) {
        this.#worker.terminate();
        this.#worker = this.#start();
        this.#rejectAll(reason);
        this.#onDeath(reason);
    }

    /** @param {string} reason */
    #rejectAll(reason) {
        const calls = [...this.#pending.values()];
        this.#pending.clear();
        calls.forEach(({ reject }) => reject(new Lost(reason)));
    }

    /** For tests: what happens when the browser takes the worker away. */
    kill() {
        this.#die("it was killed");
    }

    terminate() {
        clearInterval(this.#pulse);
        this.#worker.terminate();
        this.#rejectAll("closed");
    }
}

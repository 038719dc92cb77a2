// The loading of the extra module, in the background and again after a failure.

/** Milliseconds until the next attempt. */
const RETRY_AFTER = 3000;

export class ExtraPart {
    #load;
    #events;
    /** @type {Promise<void> | undefined} */
    #loading;
    #isLoaded = false;

    /**
     * @param {() => Promise<WebAssembly.Module>} load
     * @param {{ loaded: (extra: WebAssembly.Module) => void, failed: (message: string) => void }} events
     */
    constructor(load, events) {
        this.#load = load;
        this.#events = events;
    }

    /** Loads the module; rejects if that fails. */
    async load() {
        const extra = await this.#load();
        if (!this.#isLoaded) {
            this.#isLoaded = true;
            this.#events.loaded(extra);
        }
        return extra;
    }

    /** Starts to load the module, unless it is loaded or loading. */
    request() {
        if (!this.#isLoaded) {
            this.#loading ??= this.load().then(
                () => {},
                (error) => this.#retryLater(error),
            );
        }
    }

    /** @param {Error} error */
    #retryLater({ message }) {
        this.#events.failed(message);
        setTimeout(() => {
            this.#loading = undefined;
        }, RETRY_AFTER);
    }
}

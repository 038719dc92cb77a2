// Whether this page stores its runs. All its playgrounds share this, and deleting in one tab stops the other tabs.

/**
 * Why nothing is stored: the visitor deleted the stored runs, here or in another tab, or the browser refused to store.
 * @typedef {"forgotten" | "refused"} StopReason
 */
/**
 * The part of BroadcastChannel that is used.
 * @typedef {{ postMessage: (message: string) => void, onmessage: unknown }} Channel
 */

export class StoragePermission {
    /** @type {StopReason | undefined} */
    #stopped;
    /** @type {Set<(stopped: StopReason | undefined) => void>} */
    #listeners = new Set();
    #channel;

    /** @param {Channel} [channel] to the other tabs */
    constructor(channel) {
        this.#channel = channel;
        if (channel) {
            channel.onmessage = () => this.#set("forgotten");
        }
    }

    get stopped() {
        return this.#stopped;
    }

    /** Returns a function that ends the subscription. @param {(stopped: StopReason | undefined) => void} listener */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => {
            this.#listeners.delete(listener);
        };
    }

    /** Stops here and in all tabs. */
    forget() {
        this.#set("forgotten");
        this.#channel?.postMessage("forgotten");
    }

    /** Stops here, as the browser refused to write. */
    refuse() {
        this.#set("refused");
    }

    resume() {
        this.#set(undefined);
    }

    /** @param {StopReason | undefined} stopped */
    #set(stopped) {
        this.#stopped = stopped;
        for (const listener of this.#listeners) {
            listener(stopped);
        }
    }
}

/** @type {StoragePermission | undefined} */
let shared;

/** The state of this page. */
export function storagePermission() {
    shared ??= new StoragePermission(connectTabs());
    return shared;
}

/** Undefined where the browser allows no channel; then other tabs continue to store. */
function connectTabs() {
    try {
        return new BroadcastChannel("scorescape");
    } catch {
        return undefined;
    }
}

// A worker's request loop: one request after another, in the order of arrival.

/** @typedef {import("./protocol.js").RequestMap} RequestMap */

/** Waits for one turn of the event loop, so that messages are read. A timer would wait longer than a slice. */
export const nextTurn = (() => {
    const { port1, port2 } = new MessageChannel();
    /** @type {(() => void)[]} */
    const waiting = [];
    port1.onmessage = () => waiting.shift()?.();
    return () =>
        /** @type {Promise<void>} */ (
            new Promise((resolve) => {
                waiting.push(resolve);
                port2.postMessage(null);
            })
        );
})();

/**
 * Answers each request by the handler of its type.
 * @template {RequestMap} Requests
 * @param {import("./protocol.js").Handlers<Requests>} handlers
 */
export function serveRequests(handlers) {
    let last = Promise.resolve();
    // Installed before the first await: messages that arrive while the module compiles would be lost.
    addEventListener("message", ({ data }) => {
        last = last.then(() => reply(handlers, data));
    });
}

/**
 * @template {RequestMap} Requests
 * @param {import("./protocol.js").Handlers<Requests>} handlers
 * @param {{ id: number, type: keyof Requests }} message
 */
async function reply(handlers, { id, type, ...request }) {
    try {
        const [answer, transfer = []] = await handlers[type](request);
        postMessage({ id, answer }, { transfer });
    } catch (error) {
        postMessage({ id, ...toFailure(error) });
    }
}

/**
 * The message of an error. After a trap, or after a call that needed the extra part of the module, the worker's memory
 * is no longer reliable.
 * @param {unknown} error
 */
export function toFailure(error) {
    const message = error instanceof Error ? error.message : String(error);
    const needsExtraPart = error instanceof Error && "setting" in error && error.setting === "program";
    return error instanceof WebAssembly.RuntimeError || needsExtraPart ? { trap: message } : { error: message };
}

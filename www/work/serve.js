// How a worker answers: one request after another, in the order they came.

/** A turn of the event loop, so that messages are read in between; a timer would wait longer than a slice. */
export const turn = (() => {
    const { port1, port2 } = new MessageChannel();
    /** @type {(() => void)[]} */
    const waiting = [];
    port1.onmessage = () => waiting.shift()?.();
    return () => /** @type {Promise<void>} */ (new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
    }));
})();

/**
 * Answers each request by the handler of its type. A handler returns its answer and the buffers to hand over with it.
 * @param {Record<string, (request: any) => Promise<[unknown, Transferable[]?]> | [unknown, Transferable[]?]>} handlers
 */
export function serve(handlers) {
    let last = Promise.resolve();
    // Installed before anything is awaited: messages that arrive while the module compiles would be lost.
    addEventListener("message", ({ data }) => {
        last = last.then(() => reply(handlers, data));
    });
}

/** @param {Parameters<typeof serve>[0]} handlers @param {any} request */
async function reply(handlers, { id, type, ...request }) {
    try {
        const [answer, transfer = []] = await handlers[type](request);
        postMessage({ id, answer }, { transfer });
    } catch (error) {
        postMessage({ id, ...complaint(error) });
    }
}

/**
 * A refusal is shown to the user. After a trap, or after a call that needed the rest of the program, the worker's memory can no longer be trusted.
 * @param {any} error
 */
export function complaint(error) {
    const message = error instanceof Error ? error.message : String(error);
    const isBroken = error instanceof WebAssembly.RuntimeError || error?.field === "program";
    return isBroken ? { trap: message } : { refusal: message };
}

// Asks a worker what a complete run may be believed by, of one run at a time.

import { OPEN } from "./protocol.js";
import { WorkerClient, WorkerLost } from "./worker-client.js";

/**
 * @typedef {import("./protocol.js").Draws & { transitionsPerSecond: number }} RunRecord what goes with a verdict: the
 *     draws that it is of, and how fast they were made
 */

export class DiagnosticsClient {
    /**
     * What the run may be believed by, once that is known.
     * @type {import("./protocol.js").RunDiagnostics & RunRecord | undefined}
     */
    result;
    /** Why that cannot be known. @type {string | undefined} */
    error;
    /** Who finds it out. @type {WorkerClient | undefined} */
    #worker;

    /** @param {URL} url of the worker */
    constructor(url) {
        this.url = url;
    }

    /** Forgets the run. */
    cancel() {
        this.#worker?.terminate();
        this.#worker = undefined;
        this.result = undefined;
        this.error = undefined;
    }

    /** @param {object} request @param {RunRecord} record */
    async run(request, record) {
        const worker = (this.#worker = new WorkerClient(this.url, { onReplaced: () => {} }));
        const call = () => worker.call(OPEN, request);
        try {
            // A worker that died is replaced; what it was asked is asked once more.
            const result = await call().catch((error) =>
                error instanceof WorkerLost ? call() : Promise.reject(error),
            );
            if (worker === this.#worker) {
                this.result = { ...result, ...record };
            }
        } catch (error) {
            if (worker === this.#worker) {
                this.error = error instanceof Error ? error.message : String(error);
            }
        }
        worker.terminate();
    }
}

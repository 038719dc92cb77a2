// Requests the diagnostics of one complete run at a time, from a separate worker.

import { OPEN } from "./protocol.js";
import { WorkerClient, WorkerLost } from "./worker-client.js";

/** @typedef {import("./protocol.js").DiagnosticsRequest} DiagnosticsRequest */
/**
 * The recorded draws behind the diagnostics, and the sampling speed.
 * @typedef {import("./protocol.js").Draws & { transitionsPerSecond: number }} RunRecord
 */

export class DiagnosticsClient {
    /**
     * The diagnostics of the run, once they are computed.
     * @type {import("./protocol.js").RunDiagnostics & RunRecord | undefined}
     */
    result;
    /** The reason why there are none. @type {string | undefined} */
    error;
    /** @type {WorkerClient<import("./protocol.js").DiagnosticsRequests> | undefined} */
    #worker;
    #environment;

    /** @param {import("./environment.js").Environment} environment */
    constructor(environment) {
        this.#environment = environment;
    }

    /** Ends the present request and drops the result. */
    cancel() {
        this.#worker?.terminate();
        this.#worker = undefined;
        this.result = undefined;
        this.error = undefined;
    }

    /** @param {DiagnosticsRequest} request @param {RunRecord} record */
    async run(request, record) {
        /** @type {WorkerClient<import("./protocol.js").DiagnosticsRequests>} */
        const worker = new WorkerClient("diagnostics", this.#environment);
        this.#worker = worker;
        try {
            const result = await callTwice(worker, request);
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

/**
 * Sends the request once more if the worker died and was replaced.
 * @param {WorkerClient<import("./protocol.js").DiagnosticsRequests>} worker
 * @param {DiagnosticsRequest} request
 */
async function callTwice(worker, request) {
    try {
        return await worker.call(OPEN, request);
    } catch (error) {
        if (error instanceof WorkerLost) {
            return worker.call(OPEN, request);
        }
        throw error;
    }
}

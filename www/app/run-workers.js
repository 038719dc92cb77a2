// The workers of one playground's runs: a trainer, a field worker and samplers. Each is replaced when it dies.

import { WORKER_REPLACED } from "../content/program-texts.js";
import { TRAINING_ERROR } from "../workers/protocol.js";
import { WorkerClient } from "../workers/worker-client.js";

/**
 * @template {import("../workers/protocol.js").RequestMap} Requests
 * @typedef {import("../workers/worker-client.js").WorkerClient<Requests>} Client
 */
/** @typedef {import("../workers/protocol.js").TrainerRequests} TrainerRequests */
/** @typedef {import("../workers/protocol.js").FieldRequests} FieldRequests */
/** @typedef {import("../workers/protocol.js").SamplerRequests} SamplerRequests */

/** More samplers gain little and cost memory. One core remains for the trainer. */
const MAX_SAMPLERS = 4;

export class RunWorkers {
    /**
     * @param {import("../workers/environment.js").Environment} environment
     * @param {{ onReplaced: (notice: string) => void, onTrainingFailed: (message: string) => void }} events
     */
    constructor(environment, { onReplaced, onTrainingFailed }) {
        /** @type {Client<TrainerRequests>} */
        this.trainer = new WorkerClient("trainer", environment, {
            onReplaced: (reason) => onReplaced(WORKER_REPLACED.trainer(reason)),
            onMessage: ({ type, error = "" }) => type === TRAINING_ERROR && onTrainingFailed(error),
        });
        /** @type {Client<FieldRequests>} */
        this.field = new WorkerClient("field", environment, {
            onReplaced: (reason) => onReplaced(WORKER_REPLACED.field(reason)),
        });
        const samplerCount = Math.max(1, Math.min(MAX_SAMPLERS, environment.coreCount() - 1));
        this.samplers = Array.from({ length: samplerCount }, () => {
            /** @type {Client<SamplerRequests>} */
            const sampler = new WorkerClient("sampler", environment, {
                onReplaced: (reason) => onReplaced(WORKER_REPLACED.sampler(reason)),
            });
            return sampler;
        });
    }

    terminate() {
        for (const worker of [this.trainer, this.field, ...this.samplers]) {
            worker.terminate();
        }
    }
}

// The latest results of the present run, read-only, and the requests that views may send to its workers.

import { FieldRequest, SamplerRequest, TrainerRequest } from "../workers/protocol.js";

/** @typedef {import("../panels/view-context.js").FieldAnswers} FieldAnswers */
/** @typedef {import("../panels/view-context.js").Phase} Phase */
/** @typedef {import("../workers/protocol.js").FieldRequests} FieldRequests */
/**
 * The controller's state at the moment of a read. `schedule` has to be called after a worker has answered.
 * @typedef {{
 *     run: () => import("./run.js").Run, wishes: () => import("./worker-scheduling.js").Wishes,
 *     engine: () => import("../workers/engine.js").Engine, isAnimating: () => boolean, schedule: () => void,
 *     workers: import("./run-workers.js").RunWorkers,
 *     fieldClient: import("../workers/field-client.js").FieldClient,
 *     diagnosticsClient: import("../workers/diagnostics-client.js").DiagnosticsClient,
 * }} RunSource
 */

export class RunResults {
    #source;

    /** @param {RunSource} source */
    constructor(source) {
        this.#source = source;
    }

    get #run() {
        return this.#source.run();
    }

    /**
     * Sends a request about the weights of the last frame to the field worker; needs the extra module.
     * @template {keyof import("../panels/view-context.js").FieldAnswers} Name
     * @param {Name} type
     * @param {Omit<FieldRequests[Name]["request"], "engine">} [request]
     * @returns {Promise<FieldRequests[Name]["answer"]>}
     */
    inquire(type, request) {
        const complete = /** @type {FieldRequests[Name]["request"]} */ ({ engine: this.#source.engine(), ...request });
        return this.#source.workers.field.call(type, complete);
    }

    /**
     * The next transition of a chain; undefined while chains move or training runs.
     * @param {number} chain
     */
    async peekTransition(chain) {
        const run = this.#run;
        const [i, index] = run.chainPool.locate(chain);
        const sampler = this.#source.workers.samplers[i];
        if (
            !this.#source.engine().extra ||
            !run.isTrainerPaused ||
            !this.chainSnapshots[i] ||
            sampler?.openedRun !== run
        ) {
            return undefined;
        }
        const request = { engine: this.#source.engine(), chain: index };
        const trace = await sampler.call(SamplerRequest.PEEK_TRANSITION, request).catch(() => undefined);
        this.#source.schedule();
        return run === this.#run ? trace : undefined;
    }

    /** @param {string} name of a table: data, points, field or samples; needs the extra module */
    exportTable(name) {
        const { scene } = this.#source.fieldClient;
        const request = { engine: this.#source.engine(), name, scene, states: this.states };
        return this.#source.workers.field.call(FieldRequest.EXPORT_TABLE, request);
    }

    /** The averaged weights as a safetensors file; needs the extra module. */
    exportWeights() {
        return this.#source.workers.trainer.call(TrainerRequest.EXPORT_WEIGHTS, { engine: this.#source.engine() });
    }

    /** @returns {Phase} */
    get phase() {
        return this.#run.phase(this.#source.wishes().shouldTrain);
    }

    get shouldTrain() {
        return this.#source.wishes().shouldTrain;
    }

    get speedLimit() {
        return this.#source.wishes().speedLimit;
    }

    get runSize() {
        return this.#run.experiment.runSize;
    }

    get progress() {
        return this.#run.progress;
    }

    get stepsPerSecond() {
        return this.#run.stepsPerSecond;
    }

    get dataExtent() {
        return this.#run.dataExtent;
    }

    get dim() {
        return this.#run.dim;
    }

    get fingerprint() {
        return this.#run.fingerprint;
    }

    /** The latest checkpoint of training. */
    get checkpoint() {
        return this.#run.checkpoint;
    }

    get lastRender() {
        return this.#run.lastRender;
    }

    get painted() {
        return this.#source.fieldClient.painted;
    }

    get diagnostics() {
        return this.#source.diagnosticsClient.result;
    }

    get diagnosticsError() {
        return this.#source.diagnosticsClient.error;
    }

    get chainSnapshots() {
        return this.#run.chainPool.chainSnapshots;
    }

    get states() {
        return this.#run.chainPool.states;
    }

    get places() {
        return this.#run.chainPool.places;
    }

    get transitionsPerSecond() {
        return this.#run.chainPool.transitionsPerSecond;
    }

    get acceptanceRate() {
        return this.#run.chainPool.acceptanceRate;
    }

    /** True while idle chains move. */
    get isAnimating() {
        return this.#source.isAnimating();
    }
}

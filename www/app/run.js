// The state of one run. A new run replaces the whole object, so that nothing of an earlier run is left over.

import { ChainPool } from "../workers/chain-pool.js";

/** @typedef {import("./experiments.js").Experiment} Experiment */
/** @typedef {import("../panels/view-context.js").Phase} Phase */
/** @typedef {import("../workers/protocol.js").WeightsSnapshot} WeightsSnapshot */
/**
 * The complete run's states, acceptance rate and sampling speed, for the diagnostics.
 * @typedef {{ states: Float64Array, acceptanceRate: number, transitionsPerSecond: number }} FinalSample
 */

/** Phases with weights that other chains can use. @type {Phase[]} */
const TRAINED_PHASES = ["training", "paused", "sampling", "complete"];

export class Run {
    /** @type {import("../../scorescape.js").Progress} */
    progress = { step: 0, loss: NaN, diverged: false, stopped: false };
    stepsPerSecond = 0;
    /** The largest coordinate of the data on the stage; undefined until the field worker has opened the run. */
    dataExtent = /** @type {number | undefined} */ (undefined);
    /** Dimension of the data. Until the field worker has opened this run, the dimension of the previous run. */
    dim = 2;
    /** @type {import("../workers/protocol.js").Weights | undefined} */
    weights;
    /** The latest checkpoint of training. @type {Uint8Array | undefined} */
    checkpoint;
    /** The speed limit that the trainer has. */
    sentSpeedLimit = Infinity;
    /** The latest result of the field worker, without its pictures. */
    lastRender = /** @type {import("../workers/field-client.js").LastRender | undefined} */ (undefined);
    /** The fingerprint of the complete run. @type {string | undefined} */
    fingerprint;
    /** True once weights and field have arrived. */
    isReady = false;
    /** True if the weights come from a paused trainer. */
    isTrainerPaused = false;
    /** True once the last step was reached, even if the trainer was lost since. */
    isTrained = false;
    /** Requested single steps. */
    pendingSteps = 0;
    /** Set from the fingerprint until the diagnostics start. @type {FinalSample | undefined} */
    finalSample;
    /** Why the run ended. @type {string | undefined} */
    failure;

    /**
     * @param {Experiment} experiment
     * @param {number} samplers
     * @param {number} chainsPerGroup
     */
    constructor(experiment, samplers, chainsPerGroup) {
        const { chains, transitions } = experiment.runSize;
        this.experiment = experiment;
        this.chainPool = new ChainPool(samplers, chains, transitions, chainsPerGroup);
    }

    get stepsLeft() {
        return this.progress.stopped ? 0 : Math.max(0, this.experiment.runSize.steps - this.progress.step);
    }

    /** True if all chains have made all transitions on the weights of the paused trainer. */
    get areChainsDone() {
        return this.chainPool.areAllDone(this.weights);
    }

    /**
     * The phase of the run. A wish to train counts at once; a pause counts when the last step is done.
     * @param {boolean} shouldTrain
     * @returns {Phase}
     */
    phase(shouldTrain) {
        if (this.failure !== undefined) {
            return "failed";
        }
        if (this.experiment.isTableMissing) {
            return "needs-file";
        }
        if (!this.isReady) {
            return "opening";
        }
        if (this.fingerprint) {
            return "complete";
        }
        if (this.progress.diverged) {
            return "diverged";
        }
        if (this.stepsLeft === 0) {
            return "sampling";
        }
        return shouldTrain || !this.isTrainerPaused ? "training" : "paused";
    }

    /**
     * True if another experiment can use this run's weights: it differs in the settings of its chains only.
     * @param {Experiment} experiment
     * @param {boolean} shouldTrain
     */
    canResample(experiment, shouldTrain) {
        return (
            TRAINED_PHASES.includes(this.phase(shouldTrain)) &&
            this.experiment.link !== experiment.link &&
            this.experiment.trainingKey === experiment.trainingKey
        );
    }

    /** Takes over the training of an earlier run. @param {Run} before @param {boolean} isTrainerIdle */
    inheritTraining(before, isTrainerIdle) {
        this.progress = before.progress;
        this.stepsPerSecond = before.stepsPerSecond;
        this.dataExtent = before.dataExtent;
        this.dim = before.dim;
        this.weights = before.weights;
        this.checkpoint = before.checkpoint;
        this.sentSpeedLimit = before.sentSpeedLimit;
        this.lastRender = before.lastRender;
        this.isReady = before.isReady;
        // The trainer's pending answer belongs to the earlier run.
        this.isTrainerPaused = before.isTrainerPaused && isTrainerIdle;
        this.isTrained = before.isTrained;
    }

    /** @param {WeightsSnapshot} snapshot @param {boolean} isPaused */
    receiveWeights({ progress, step, parameters, stepsPerSecond, checkpoint }, isPaused) {
        this.progress = progress;
        this.stepsPerSecond = stepsPerSecond;
        this.weights = { step, parameters };
        this.isTrainerPaused = isPaused;
        this.checkpoint = checkpoint ?? this.checkpoint;
    }
}

// One experiment's run as the page sees it: says what each idle worker does next, and holds the latest of what they
// made.
//
// Nothing is planned ahead. Whenever a worker answers, dies or is replaced, and whenever the user or a frame wants
// something, the next request follows from the state as it is then; so no order of events leaves a run stuck. Each
// worker has at most one request.

import { ChainPool } from "../workers/chain-pool.js";
import { DiagnosticsClient } from "../workers/diagnostics-client.js";
import { FieldClient } from "../workers/field-client.js";
import { FieldRequest, OPEN, SamplerRequest, TRAINING_FAILED, TrainerRequest } from "../workers/protocol.js";
import { WorkerClient, WorkerLost } from "../workers/worker-client.js";

/**
 * @typedef {"needs-file" | "opening" | "training" | "paused" | "sampling" | "complete" | "diverged" | "failed"} Phase
 */

const url = (/** @type {string} */ name) => new URL(`../workers/${name}.js`, import.meta.url);
/** One core is left to the trainer; more samplers than this gain little and cost memory. */
const SAMPLER_COUNT = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
/**
 * Milliseconds after which chains that nobody trains come to rest: what moves for ever distracts, and drains batteries.
 */
const IDLE_AFTER = 30_000;

export class RunController {
    /** @type {import("../../scorescape.js").Progress} */
    progress = { step: 0, loss: NaN, diverged: false, stopped: false };
    stepsPerSecond = 0;
    /** How far from the origin the data reach. @type {number | undefined} */
    dataExtent;
    /** Of how many dimensions they are. */
    dim = 2;
    /** What is seen of the field. */
    fieldClient = new FieldClient();
    /** The chains. */
    #chainPool = new ChainPool(0, 0, 0);
    /** The mark of the complete run. @type {string | undefined} */
    fingerprint;
    #diagnosticsClient = new DiagnosticsClient(url("diagnostics"));
    /** Of the complete run. */
    runSize = { steps: 1, chains: 1, transitions: 0 };
    shouldTrain = false;
    /** The most steps per second, and what the trainer was told of that: slower ones make the same bits. */
    speedLimit = Infinity;
    #sentSpeedLimit = Infinity;
    /** Whether chains go on moving for a while when nothing is computed. */
    movesWhenIdle = true;
    /** Whether chains stand still while one of them is looked at, and whether their proposals are wanted. */
    chainsPaused = false;
    wantsProposals = false;
    /**
     * Whether it waits for the rest of the program, which the experiment needs, or the lack of which may have killed a
     * worker.
     */
    waitsForExtra = false;

    /**
     * The opening at hand: another object each time, so that answers for an earlier one are told apart.
     * @type {object | undefined}
     */
    #run;
    #link = "";
    /** The file of points where the page has one. @type {Uint8Array | undefined} */
    #table;
    /** Whether the experiment needs one and it is not there. */
    #isTableMissing = false;
    /** @type {import("../workers/protocol.js").Weights | undefined} */
    #weights;
    /** @type {Uint8Array | undefined} */
    #checkpoint;
    /** Whether there has been something to show since the opening. */
    #isReady = false;
    /** Whether the weights are those of a trainer at rest. */
    #isTrainerPaused = false;
    /** Whether the last step has been reached, even if the trainer was lost since. */
    #isTrained = false;
    /** Single steps still to be taken. */
    #pendingSteps = 0;
    /** When there was training or a wish last. */
    #lastActive = 0;
    /**
     * The states, the share of accepted proposals and the speed then.
     * @type {{ states: Float64Array, acceptanceRate: number, transitionsPerSecond: number } | undefined}
     */
    #finalSample;
    #isHidden = document.hidden;
    /** @type {string | undefined} */
    #failure;
    #isDestroyed = false;

    /**
     * @param {import("../workers/engine.js").Engine} engine
     * @param {{ notice: (text: string) => void, changed: () => void, complete: (fingerprint: string) => void }} events
     */
    constructor(engine, events) {
        this.engine = engine;
        this.events = events;
        const noticeReplaced = (/** @type {string} */ what) => (/** @type {string} */ reason) => {
            this.waitsForExtra = !this.engine.extra;
            // A run that is over keeps the sentence that says why.
            if (this.#failure === undefined) {
                events.notice(what.replace("…", `(${reason})`));
            }
            this.#schedule();
        };
        this.trainer = new WorkerClient(url("trainer"), {
            onReplaced: noticeReplaced("Training stopped … and goes on from its last checkpoint."),
            onMessage: (message) => message.type === TRAINING_FAILED && this.#fail(message.error),
        });
        this.fieldWorker = new WorkerClient(url("field"), {
            onReplaced: noticeReplaced("The field stopped … and was replaced."),
        });
        this.samplers = Array.from(
            { length: SAMPLER_COUNT },
            () =>
                new WorkerClient(url("sampler"), {
                    onReplaced: noticeReplaced("The sampler stopped … and was replaced."),
                }),
        );
    }

    /**
     * What the run is doing; what the user asked for counts from then on, except that a pause
     * waits for the last step and its weights.
     * @returns {Phase}
     */
    get phase() {
        if (this.#failure !== undefined) {
            return "failed";
        }
        if (this.#isTableMissing) {
            return "needs-file";
        }
        if (!this.#isReady) {
            return "opening";
        }
        if (this.fingerprint) {
            return "complete";
        }
        if (this.progress.diverged) {
            return "diverged";
        }
        if (this.#stepsLeft === 0) {
            return "sampling";
        }
        return this.shouldTrain || !this.#isTrainerPaused ? "training" : "paused";
    }

    /** Where training could go on from. */
    get checkpoint() {
        return this.#checkpoint;
    }

    /** Whether chains move although nothing is computed. */
    get isAnimating() {
        return this.movesWhenIdle && performance.now() < this.#lastActive + IDLE_AFTER;
    }

    get #stepsLeft() {
        return this.progress.stopped ? 0 : Math.max(0, this.runSize.steps - this.progress.step);
    }

    /**
     * Starts an experiment, in place of the one before.
     * @param {string} link @param {RunController["runSize"]} runSize
     * @param {{ firstPartSuffices: boolean, table?: Uint8Array, isTableMissing: boolean, checkpoint?: Uint8Array }}
     *     needs whether the first part of the program is enough;
     *     the visitor's own points; whether it is about some that are not there, which leaves nothing to run; where its
     *     training goes on from
     */
    open(link, runSize, { firstPartSuffices, table, isTableMissing, checkpoint }) {
        if (this.#isDestroyed) {
            return;
        }
        this.#stopTraining();
        this.waitsForExtra = !firstPartSuffices && !this.engine.extra;
        this.progress = { step: 0, loss: NaN, diverged: false, stopped: false };
        this.stepsPerSecond = 0;
        this.#table = table;
        this.#isTableMissing = isTableMissing;
        if (isTableMissing) {
            this.fieldClient.clear();
        }
        this.#run = {};
        this.#link = link;
        this.runSize = runSize;
        this.#isReady = false;
        this.#isTrainerPaused = false;
        this.#isTrained = false;
        this.#pendingSteps = 0;
        this.#diagnosticsClient.cancel();
        this.#finalSample = undefined;
        this.#failure = undefined;
        this.#checkpoint = checkpoint;
        this.#weights = undefined;
        this.fingerprint = undefined;
        [this.dataExtent, this.#chainPool] = [undefined, this.#newChainPool()];
        this.fieldClient.reset();
        this.#schedule();
    }

    /**
     * Samples anew by other settings of the chains: what is trained stays.
     * @param {string} link
     * @param {RunController["runSize"]} runSize
     */
    resample(link, runSize) {
        const before = this.#run;
        const run = {};
        this.#run = run;
        this.#link = link;
        this.runSize = runSize;
        this.waitsForExtra = !this.engine.extra;
        for (const worker of [this.trainer, this.fieldWorker]) {
            if (worker.openedRun === before) {
                worker.openedRun = run;
            }
        }
        // What the trainer is about to answer is for the run before.
        this.#isTrainerPaused = this.#isTrainerPaused && this.trainer.isIdle;
        this.#pendingSteps = 0;
        this.#diagnosticsClient.cancel();
        this.#finalSample = undefined;
        this.fingerprint = undefined;
        this.#chainPool = this.#newChainPool();
        this.#schedule();
    }

    /**
     * What chain number `chain` will do next; undefined while it cannot be known.
     * @param {number} chain
     * @returns {Promise<import("../workers/protocol.js").TransitionTrace | undefined>}
     */
    async peekTransition(chain) {
        const run = this.#run;
        const [i, index] = this.#chainPool.locate(chain);
        const sampler = this.samplers[i];
        if (!this.engine.extra || !this.#isTrainerPaused || !this.chainSnapshots[i] || sampler?.openedRun !== run) {
            return undefined;
        }
        const answer = await sampler
            .call(SamplerRequest.PEEK_TRANSITION, { engine: this.engine, chain: index })
            .catch(() => undefined);
        this.#schedule();
        return run === this.#run ? answer : undefined;
    }

    /** Goes on with the whole program. @param {WebAssembly.Module} extra */
    setExtra(extra) {
        this.engine = { ...this.engine, extra };
        this.waitsForExtra = false;
        this.#schedule();
    }

    /** Trains on, or stops after the step at hand; chains then start afresh on the weights as they are. */
    toggle() {
        if (["opening", "training", "paused"].includes(this.phase)) {
            this.shouldTrain = !this.shouldTrain;
        }
        this.#schedule();
    }

    /** Takes one step and no more. */
    step() {
        if (this.phase === "training" || this.phase === "paused") {
            this.shouldTrain = false;
            this.#pendingSteps += 1;
        }
        this.#schedule();
    }

    /** Rests while nobody sees the page. @param {boolean} isHidden */
    setHidden(isHidden) {
        this.#isHidden = isHidden;
        this.#schedule();
    }

    /** Asks whoever is idle for what is new to see; called once a frame. */
    onFrame() {
        this.#schedule(true);
    }

    /** The last look at the field. */
    get lastRender() {
        return this.fieldClient.lastRender;
    }

    /** What was painted last. */
    get painted() {
        return this.fieldClient.painted;
    }

    /** What the complete run may be believed by, once that is known. */
    get diagnostics() {
        return this.#diagnosticsClient.result;
    }

    /** Why that cannot be known. */
    get diagnosticsError() {
        return this.#diagnosticsClient.error;
    }

    /** No chains yet, for the lengths at hand. */
    #newChainPool() {
        return new ChainPool(this.samplers.length, this.runSize.chains, this.runSize.transitions);
    }

    /** Each sampler's chains; a new list each time, so that drawing can tell that something moved. */
    get chainSnapshots() {
        return this.#chainPool.chainSnapshots;
    }

    /** All chains' states in order; undefined until each part has some. */
    get states() {
        return this.#chainPool.states;
    }

    /** Where they lie on the stage. */
    get places() {
        return this.#chainPool.places;
    }

    /** How many transitions of a chain all samplers made per second. */
    get transitionsPerSecond() {
        return this.#chainPool.transitionsPerSecond;
    }

    /** The share of proposals that all chains accepted; NaN before the first. */
    get acceptanceRate() {
        return this.#chainPool.acceptanceRate;
    }

    /**
     * Numbers to take away: data, points (the data as they are seen), field or samples.
     * @param {string} name
     * @param {import("../workers/engine.js").Engine} engine with the whole program
     * @returns {Promise<import("../workers/protocol.js").Table>}
     */
    exportTable(name, engine) {
        return this.queryField(FieldRequest.EXPORT_TABLE, {
            engine,
            name,
            scene: this.fieldClient.scene,
            states: this.states,
        });
    }

    /**
     * Asks the field's worker, which looks at the weights seen last; this needs the whole program.
     * @param {string} type
     * @param {object} [request]
     * @returns {Promise<any>}
     */
    queryField(type, request = {}) {
        return this.fieldWorker.call(type, { engine: this.engine, ...request });
    }

    /**
     * The averaged weights as a safetensors file.
     * @param {import("../workers/engine.js").Engine} engine with the whole program
     * @returns {Promise<Uint8Array<ArrayBuffer>>}
     */
    exportWeights(engine) {
        return this.trainer.call(TrainerRequest.EXPORT_WEIGHTS, { engine });
    }

    /** Tells the trainer to rest, whatever else it is asked for later: what it trains is no longer wanted. */
    #stopTraining() {
        if (!this.#isTrainerPaused && this.trainer.openedRun) {
            this.trainer.call(TrainerRequest.PAUSE).catch(() => {});
        }
    }

    destroy() {
        this.#run = undefined;
        this.#isDestroyed = true;
        [this.trainer, this.fieldWorker, ...this.samplers].forEach((worker) => {
            worker.terminate();
        });
        this.#diagnosticsClient.cancel();
        this.fieldClient.clear();
    }

    /**
     * @param {boolean} [frame] whether there is a frame to be filled: what is only to be seen is asked for no more
     *     often
     */
    #schedule(frame = false) {
        if (this.#run && !this.waitsForExtra && !this.#isTableMissing && this.#failure === undefined) {
            this.#isReady ||= this.#weights !== undefined && this.fieldWorker.openedRun === this.#run;
            this.#isTrained ||= this.#isReady && this.#stepsLeft === 0;
            if (this.trainer.isIdle) {
                this.#scheduleTrainer(frame);
            }
            if (this.fieldWorker.isIdle) {
                this.#scheduleField(frame);
            }
            this.samplers.forEach((sampler, i) => {
                if (sampler.isIdle && this.#chainPool.hasChains(i)) {
                    this.#scheduleSampler(i, frame);
                }
            });
            if (this.#finalSample && this.#chainPool.draws) {
                this.#diagnose(this.#finalSample, this.#chainPool.draws);
            }
        }
        if (this.#run && this.phase !== "paused" && this.phase !== "complete") {
            this.#lastActive = performance.now();
        }
        this.events.changed();
    }

    /**
     * @template T @param {WorkerClient} worker @param {string} type @param {object} request
     * @param {(answer: any) => void} receive gets the answer, if it is still wanted then
     */
    async #request(worker, type, request, receive) {
        const run = this.#run;
        try {
            const answer = await worker.call(type, request);
            if (run === this.#run) {
                receive(answer);
            }
        } catch (error) {
            // What was lost with a worker is asked for again as its turn comes.
            if (!(error instanceof WorkerLost) && run === this.#run) {
                this.#fail(error instanceof Error ? error.message : String(error));
            }
        }
        this.#schedule();
    }

    /** @param {WorkerClient} worker @param {object} request @param {(answer: any) => void} [receive] */
    #open(worker, request, receive) {
        const run = this.#run;
        worker.openedRun = undefined;
        this.#request(
            worker,
            OPEN,
            { engine: this.engine, link: this.#link, table: this.#table, ...request },
            (answer) => {
                worker.openedRun = run;
                receive?.(answer);
            },
        );
    }

    /** @param {boolean} frame */
    #scheduleTrainer(frame) {
        const { trainer } = this;
        if (this.fingerprint) {
            return;
        }
        const receivePaused = (/** @type {import("../workers/protocol.js").WeightsSnapshot} */ view) =>
            this.#receiveWeights(view, true);
        if (trainer.openedRun !== this.#run) {
            return this.#open(trainer, { steps: this.runSize.steps, checkpoint: this.#checkpoint }, receivePaused);
        }
        const wanted = this.#isReady && !this.#isHidden && (this.shouldTrain || this.#isTrained);
        const running = wanted && this.#stepsLeft > 0 && !this.progress.diverged;
        if (running && (this.#isTrainerPaused || this.#sentSpeedLimit !== this.speedLimit)) {
            this.#isTrainerPaused = false;
            this.#sentSpeedLimit = this.speedLimit;
            return this.#request(trainer, TrainerRequest.RUN, { speedLimit: this.speedLimit }, () => {});
        }
        if (running) {
            return frame
                ? this.#request(trainer, TrainerRequest.SNAPSHOT, {}, (view) => this.#receiveWeights(view, false))
                : undefined;
        }
        if (!this.#isTrainerPaused) {
            return this.#request(trainer, TrainerRequest.PAUSE, {}, receivePaused);
        }
        if (this.#pendingSteps > 0 && this.#stepsLeft > 0) {
            return this.#request(
                trainer,
                TrainerRequest.STEP,
                {},
                (view) => (this.#pendingSteps--, receivePaused(view)),
            );
        }
        if (this.phase === "sampling" && this.#areChainsDone) {
            const states = /** @type {Float64Array} */ (this.states);
            const { acceptanceRate, transitionsPerSecond } = this;
            this.#request(
                trainer,
                TrainerRequest.FINGERPRINT,
                { states, transitions: this.runSize.transitions },
                (fingerprint) => {
                    this.fingerprint = fingerprint;
                    this.#finalSample = { states, acceptanceRate, transitionsPerSecond };
                    this.events.complete(fingerprint);
                },
            );
        }
    }

    /** @param {import("../workers/protocol.js").WeightsSnapshot} view @param {boolean} isPaused */
    #receiveWeights({ progress, step, parameters, stepsPerSecond, checkpoint }, isPaused) {
        this.progress = progress;
        this.stepsPerSecond = stepsPerSecond;
        this.#weights = { step, parameters };
        this.#isTrainerPaused = isPaused;
        this.#checkpoint = checkpoint ?? this.#checkpoint;
    }

    /** @param {boolean} frame */
    #scheduleField(frame) {
        const { fieldWorker, fieldClient } = this;
        if (fieldWorker.openedRun !== this.#run) {
            return this.#open(
                fieldWorker,
                {},
                ({ dataExtent, dim }) => ([this.dataExtent, this.dim] = [dataExtent, dim]),
            );
        }
        const isPaused = this.#isTrainerPaused;
        const request = frame && this.#weights && fieldClient.request(this.engine, this.#weights, isPaused);
        if (request) {
            this.#request(fieldWorker, FieldRequest.RENDER, request, (answer) => fieldClient.receive(answer, request));
        }
    }

    /**
     * Asks what the complete run may be believed by.
     * @param {{ states: Float64Array, acceptanceRate: number, transitionsPerSecond: number }} finalSample
     * @param {import("../workers/protocol.js").Draws} record
     */
    async #diagnose(finalSample, record) {
        this.#finalSample = undefined;
        const { transitionsPerSecond, ...sample } = finalSample;
        await this.#diagnosticsClient.run(
            { engine: this.engine, link: this.#link, table: this.#table, ...this.#weights, ...record, ...sample },
            { ...record, transitionsPerSecond },
        );
        this.#schedule();
    }

    /** @param {number} i @param {boolean} frame */
    #scheduleSampler(i, frame) {
        const sampler = this.samplers[i];
        const weights = this.#weights;
        const chains = this.#chainPool;
        if (sampler.openedRun !== this.#run) {
            const [first, last] = chains.range(i);
            return this.#open(sampler, { first, last }, () => chains.clearStart(i));
        }
        if (!weights || !(weights.step > 0) || this.progress.diverged) {
            return;
        }
        const put = (/** @type {import("../workers/protocol.js").ChainSnapshot} */ snapshot) =>
            chains.setSnapshot(i, snapshot);
        const proposals = this.wantsProposals ? this.engine.extra && this.engine : undefined;
        const requestPreview = () =>
            frame &&
            !this.chainsPaused &&
            this.#request(sampler, SamplerRequest.PREVIEW, { ...weights, proposals }, put);
        if (!this.#isTrainerPaused) {
            requestPreview();
            return;
        }
        // A run that only rests while nobody sees it needs no chains.
        if (this.#isHidden && !this.#isTrained) {
            return;
        }
        if (!chains.isStarted(i, weights)) {
            return this.#request(sampler, SamplerRequest.RESTART, weights, (snapshot) =>
                chains.setStart(i, weights, snapshot),
            );
        }
        // One that is looked at slowly does not walk away meanwhile.
        if (!chains.isDone(i, weights) && this.chainsPaused && !this.#isTrained) {
            return;
        }
        if (!chains.isDone(i, weights)) {
            return this.#request(
                sampler,
                SamplerRequest.ADVANCE,
                { transitions: this.runSize.transitions, proposals },
                put,
            );
        }
        if (this.#isTrained && !chains.hasDraws(i)) {
            // Before they walk on; the whole program is about to come.
            if (this.engine.extra) {
                this.#request(sampler, SamplerRequest.DRAWS, { engine: this.engine }, (draws) =>
                    chains.setDraws(i, draws),
                );
            }
            return;
        }
        if (this.#areChainsDone && this.phase !== "sampling" && this.isAnimating && !this.chainsPaused) {
            requestPreview();
        } else if (frame && proposals && !this.chainSnapshots[i]?.proposals) {
            this.#request(sampler, SamplerRequest.ADVANCE, { transitions: 0, proposals }, put);
        }
    }

    /** Whether all chains have made their full length on the weights at rest. */
    get #areChainsDone() {
        return this.#chainPool.areAllDone(this.#weights);
    }

    /** @param {string} message */
    #fail(message) {
        this.#stopTraining();
        this.#failure = message;
        this.events.notice(message);
    }
}

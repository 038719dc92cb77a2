// Runs one experiment in workers, by commands. `results` holds their results, read-only.
//
// After each answer, each replacement of a worker, each command and each frame, every idle worker gets its next request
// (see worker-scheduling.js).

import { DiagnosticsClient } from "../workers/diagnostics-client.js";
import { FieldClient } from "../workers/field-client.js";
import { TrainerRequest } from "../workers/protocol.js";
import { WorkerLost } from "../workers/worker-client.js";
import { Run } from "./run.js";
import { RunResults } from "./run-results.js";
import { RunWorkers } from "./run-workers.js";
import { scheduleField, scheduleSampler, scheduleTrainer } from "./worker-scheduling.js";

/** @typedef {import("./experiments.js").Experiment} Experiment */
/**
 * notice: a sentence for the user; changed: some result or the phase may have changed; complete: the run is complete.
 * @typedef {{ notice: (text: string) => void, changed: () => void, complete: (fingerprint: string) => void }} RunEvents
 */
/**
 * `movesWhenIdle`: chains move on for a while when nothing is computed.
 * @typedef {{
 *     engine: import("../workers/engine.js").Engine, environment: import("../workers/environment.js").Environment,
 *     chainsPerGroup: number, movesWhenIdle: boolean,
 * }} RunOptions
 */

/** Milliseconds after which idle chains stop, to save power. */
const IDLE_AFTER = 30_000;

/** @type {Experiment} */
const NO_EXPERIMENT = {
    link: "",
    trainingKey: "",
    runSize: { steps: 1, chains: 1, transitions: 0 },
    firstPartSuffices: true,
    tableFile: undefined,
    table: undefined,
    isTableMissing: false,
};

export class RunController {
    #options;
    #events;
    #environment;
    #engine;
    /** @type {import("./worker-scheduling.js").Wishes} */
    #wishes;
    /** True while the run needs the extra module, or a worker may have died without it. */
    #waitsForExtra = false;
    /** True from the first run until the end of the page. */
    #isActive = false;
    #isDestroyed = false;
    /** Time of the last computation or command. */
    #lastActive = 0;
    #fieldClient;
    #diagnosticsClient;
    #workers;
    #endVisibility;
    /** Replaced by each new run: late answers for an earlier run are recognised by it. @type {Run} */
    #run;

    /** @param {RunOptions} options @param {RunEvents} events */
    constructor(options, events) {
        const { environment, engine } = options;
        this.#options = options;
        this.#events = events;
        this.#environment = environment;
        this.#engine = engine;
        this.#wishes = {
            shouldTrain: false,
            speedLimit: Infinity,
            isHidden: environment.isHidden(),
            wantsProposals: false,
            areChainsHeld: false,
        };
        this.#fieldClient = new FieldClient(environment);
        this.#diagnosticsClient = new DiagnosticsClient(environment);
        this.#workers = new RunWorkers(environment, {
            onReplaced: (notice) => this.#noticeReplaced(notice),
            onTrainingFailed: (message) => this.#fail(message),
        });
        this.#run = this.#createRun(NO_EXPERIMENT);
        // Nothing is computed while the page is hidden.
        this.#endVisibility = environment.onVisibilityChange(() => this.#wish({ isHidden: environment.isHidden() }));
        this.results = new RunResults({
            run: () => this.#run,
            wishes: () => this.#wishes,
            engine: () => this.#engine,
            isAnimating: () => this.#isAnimating,
            schedule: () => this.#schedule(),
            workers: this.#workers,
            fieldClient: this.#fieldClient,
            diagnosticsClient: this.#diagnosticsClient,
        });
    }

    /** @param {string} text */
    #noticeReplaced(text) {
        this.#waitsForExtra = !this.#engine.extra;
        // A failed run keeps the notice of its failure.
        if (this.#run.failure === undefined) {
            this.#events.notice(text);
        }
        this.#schedule();
    }

    /** @param {Experiment} experiment */
    #createRun(experiment) {
        return new Run(experiment, this.#workers.samplers.length, this.#options.chainsPerGroup);
    }

    // Commands.

    /**
     * Starts a run in place of the present one. If the experiments differ in their chains only, the present weights and
     * their training stay, unless `isNew` is set; the result is true if they stayed.
     * @param {Experiment} experiment
     * @param {{ isNew?: boolean, checkpoint?: Uint8Array, shouldTrain?: boolean }} [options] `checkpoint`: training
     *     continues from it; `shouldTrain` unset: as before
     */
    open(experiment, { isNew = false, checkpoint, shouldTrain = this.#wishes.shouldTrain } = {}) {
        if (this.#isDestroyed) {
            return false;
        }
        const keepsTraining = !isNew && this.#run.canResample(experiment, this.#wishes.shouldTrain);
        this.#wishes.shouldTrain = shouldTrain;
        this.#isActive = true;
        if (keepsTraining) {
            this.#resample(experiment);
        } else {
            this.#restart(experiment, checkpoint);
        }
        this.#schedule();
        return keepsTraining;
    }

    /** @param {Experiment} experiment @param {Uint8Array} [checkpoint] */
    #restart(experiment, checkpoint) {
        this.#stopTraining();
        this.#waitsForExtra = !experiment.firstPartSuffices && !this.#engine.extra;
        if (experiment.isTableMissing) {
            this.#fieldClient.clear();
        }
        const run = this.#createRun(experiment);
        run.dim = this.#run.dim;
        run.checkpoint = checkpoint;
        this.#replaceRun(run);
    }

    /** @param {Experiment} experiment */
    #resample(experiment) {
        this.#waitsForExtra = !this.#engine.extra;
        const before = this.#run;
        const run = this.#createRun(experiment);
        run.inheritTraining(before, this.#workers.trainer.isIdle);
        for (const worker of [this.#workers.trainer, this.#workers.field]) {
            if (worker.openedRun === before) {
                worker.openedRun = run;
            }
        }
        this.#replaceRun(run);
    }

    /** @param {Run} run */
    #replaceRun(run) {
        this.#diagnosticsClient.cancel();
        this.#run = run;
    }

    /** Starts or continues training. */
    start() {
        this.#wish({ shouldTrain: true });
    }

    /** Pauses training after the present step; the chains then restart on its weights. */
    pause() {
        this.#wish({ shouldTrain: false });
    }

    /** Takes one training step and pauses. */
    step() {
        if (this.#phase === "training" || this.#phase === "paused") {
            this.#run.pendingSteps += 1;
            this.pause();
        }
    }

    /** @param {number} stepsPerSecond at most; the weights are the same at any speed */
    setSpeed(stepsPerSecond) {
        this.#wish({ speedLimit: stepsPerSecond });
    }

    /** @param {boolean} wantsProposals */
    setWantsProposals(wantsProposals) {
        if (wantsProposals !== this.#wishes.wantsProposals) {
            this.#wish({ wantsProposals });
        }
    }

    /** Stops the chains while one of them is inspected. @param {boolean} areChainsHeld */
    holdChains(areChainsHeld) {
        if (areChainsHeld !== this.#wishes.areChainsHeld) {
            this.#wish({ areChainsHeld });
        }
    }

    /** @param {Partial<import("./worker-scheduling.js").Wishes>} wishes */
    #wish(wishes) {
        this.#wishes = { ...this.#wishes, ...wishes };
        this.#schedule();
    }

    /**
     * Sets the scene of the field worker. Without a scene the last one stays.
     * @param {boolean} needsExtra some layers need the extra module
     * @param {import("../drawing/viewport.js").Scene} [scene]
     */
    setScene(needsExtra, scene) {
        this.#fieldClient.setScene(needsExtra, scene);
    }

    /** @param {WebAssembly.Module} extra */
    setExtra(extra) {
        this.#engine = { ...this.#engine, extra };
        this.#waitsForExtra = false;
        this.#schedule();
    }

    /** Requests the results that a frame shows; called once a frame. */
    onFrame() {
        this.#schedule(true);
    }

    destroy() {
        this.#isDestroyed = true;
        this.#isActive = false;
        this.#endVisibility();
        this.#replaceRun(this.#createRun(NO_EXPERIMENT));
        this.#workers.terminate();
        this.#fieldClient.clear();
    }

    get #phase() {
        return this.#run.phase(this.#wishes.shouldTrain);
    }

    /** True while idle chains move. */
    get #isAnimating() {
        return this.#options.movesWhenIdle && this.#environment.now() < this.#lastActive + IDLE_AFTER;
    }

    get waitsForExtra() {
        return this.#waitsForExtra;
    }

    get engine() {
        return this.#engine;
    }

    // Scheduling.

    /** @param {boolean} [isFrame] */
    #schedule(isFrame = false) {
        const { experiment, failure } = this.#run;
        if (this.#isActive && !this.#waitsForExtra && !experiment.isTableMissing && failure === undefined) {
            this.#scheduleWorkers(isFrame);
        }
        if (this.#isActive && this.#phase !== "paused" && this.#phase !== "complete") {
            this.#lastActive = this.#environment.now();
        }
        this.#events.changed();
    }

    /** @param {boolean} isFrame */
    #scheduleWorkers(isFrame) {
        const { trainer, field, samplers } = this.#workers;
        const run = this.#run;
        const turn = this.#turn(isFrame);
        run.isReady ||= run.weights !== undefined && field.openedRun === run;
        run.isTrained ||= run.isReady && run.stepsLeft === 0;
        if (trainer.isIdle) {
            scheduleTrainer(trainer, turn);
        }
        if (field.isIdle) {
            scheduleField(field, this.#fieldClient, turn);
        }
        for (const [i, sampler] of samplers.entries()) {
            if (sampler.isIdle && run.chainPool.hasChains(i)) {
                scheduleSampler(sampler, i, turn);
            }
        }
        if (run.finalSample && run.weights && run.chainPool.draws) {
            this.#diagnose(run, run.weights, run.finalSample, run.chainPool.draws);
        }
    }

    /** @param {boolean} isFrame @returns {import("./worker-scheduling.js").Turn} */
    #turn(isFrame) {
        return {
            run: this.#run,
            engine: this.#engine,
            wishes: this.#wishes,
            isFrame,
            isAnimating: this.#isAnimating,
            complete: (fingerprint) => this.#events.complete(fingerprint),
            request: (worker, type, request, receive) => {
                this.#receive(worker.call(type, request), receive);
            },
        };
    }

    /**
     * Passes an answer on if it belongs to the present run, then schedules again.
     * @template Answer
     * @param {Promise<Answer>} answer
     * @param {(answer: Answer) => void} receive
     */
    async #receive(answer, receive) {
        const run = this.#run;
        try {
            const received = await answer;
            if (run === this.#run) {
                receive(received);
            }
        } catch (error) {
            // A request that was lost with its worker is scheduled again.
            if (!(error instanceof WorkerLost) && run === this.#run) {
                this.#fail(error instanceof Error ? error.message : String(error));
            }
        }
        this.#schedule();
    }

    /**
     * @param {Run} run
     * @param {import("../workers/protocol.js").Weights} weights
     * @param {import("./run.js").FinalSample} finalSample
     * @param {import("../workers/protocol.js").Draws} draws
     */
    async #diagnose(run, weights, { transitionsPerSecond, ...sample }, draws) {
        run.finalSample = undefined;
        const { link, tableFile, table } = run.experiment;
        const request = { engine: this.#engine, link, tableFile, table, ...weights, ...draws, ...sample };
        await this.#diagnosticsClient.run(request, { ...draws, transitionsPerSecond });
        this.#schedule();
    }

    /** Pauses the trainer of a run that is no longer wanted. */
    #stopTraining() {
        const { trainer } = this.#workers;
        if (!this.#run.isTrainerPaused && trainer.openedRun) {
            trainer.call(TrainerRequest.PAUSE, {}).catch(() => {});
        }
    }

    /** Ends the run. @param {string} message */
    #fail(message) {
        this.#stopTraining();
        this.#run.failure = message;
        this.#events.notice(message);
    }
}

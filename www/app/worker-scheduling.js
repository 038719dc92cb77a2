// The next request to an idle worker. It follows from the run's present state alone, so no order of events leaves a run
// stuck. Each worker has at most one request of the run.

import { FieldRequest, OPEN, SamplerRequest, TrainerRequest } from "../workers/protocol.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../workers/engine.js").Engine} Engine */
/** @typedef {import("../workers/protocol.js").RequestMap} RequestMap */
/** @typedef {import("../workers/protocol.js").TrainerRequests} TrainerRequests */
/** @typedef {import("../workers/protocol.js").FieldRequests} FieldRequests */
/** @typedef {import("../workers/protocol.js").SamplerRequests} SamplerRequests */
/**
 * @template {RequestMap} Requests
 * @typedef {import("../workers/worker-client.js").WorkerClient<Requests>} WorkerClient
 */
/**
 * The page's wishes, for any run. `areChainsHeld`: chains stand still while one of them is inspected.
 * @typedef {{
 *     shouldTrain: boolean, speedLimit: number, isHidden: boolean, wantsProposals: boolean, areChainsHeld: boolean,
 * }} Wishes
 */
/**
 * One moment at which idle workers get requests. `isFrame`: a frame is about to be drawn; results that are only shown
 * are requested once a frame. `request` passes the answer to `receive` if the run is still the same.
 * @typedef {{
 *     run: Run, engine: Engine, wishes: Wishes, isFrame: boolean, isAnimating: boolean,
 *     complete: (fingerprint: string) => void,
 *     request: <Requests extends RequestMap, Name extends keyof Requests & string>(worker: WorkerClient<Requests>,
 *         type: Name, request: Requests[Name]["request"], receive: (answer: Requests[Name]["answer"]) => void) => void,
 * }} Turn
 */

/** The part of an OPEN request that all workers of a run share. @param {Turn} turn */
const openRequest = ({ engine, run: { experiment } }) => ({
    engine,
    link: experiment.link,
    tableFile: experiment.tableFile,
    table: experiment.table,
});

/** @param {WorkerClient<TrainerRequests>} trainer @param {Turn} turn */
export function scheduleTrainer(trainer, turn) {
    const { run } = turn;
    if (run.fingerprint) {
        return;
    }
    if (trainer.openedRun !== run) {
        openTrainer(trainer, turn);
    } else if (wantsTraining(turn)) {
        continueTraining(trainer, turn);
    } else if (!run.isTrainerPaused) {
        turn.request(trainer, TrainerRequest.PAUSE, {}, (snapshot) => run.receiveWeights(snapshot, true));
    } else if (run.pendingSteps > 0 && run.stepsLeft > 0) {
        turn.request(trainer, TrainerRequest.STEP, {}, (snapshot) => {
            run.pendingSteps -= 1;
            run.receiveWeights(snapshot, true);
        });
    } else {
        requestFingerprint(trainer, turn);
    }
}

/** @param {Turn} turn */
function wantsTraining({ run, wishes: { isHidden, shouldTrain } }) {
    const isWanted = run.isReady && !isHidden && (shouldTrain || run.isTrained);
    return isWanted && run.stepsLeft > 0 && !run.progress.diverged;
}

/** @param {WorkerClient<TrainerRequests>} trainer @param {Turn} turn */
function openTrainer(trainer, turn) {
    const { run } = turn;
    const request = { ...openRequest(turn), steps: run.experiment.runSize.steps, checkpoint: run.checkpoint };
    trainer.openedRun = undefined;
    turn.request(trainer, OPEN, request, (snapshot) => {
        trainer.openedRun = run;
        run.receiveWeights(snapshot, true);
    });
}

/** @param {WorkerClient<TrainerRequests>} trainer @param {Turn} turn */
function continueTraining(trainer, { run, wishes: { speedLimit }, isFrame, request }) {
    if (run.isTrainerPaused || run.sentSpeedLimit !== speedLimit) {
        run.isTrainerPaused = false;
        run.sentSpeedLimit = speedLimit;
        request(trainer, TrainerRequest.RUN, { speedLimit }, () => {});
    } else if (isFrame) {
        request(trainer, TrainerRequest.SNAPSHOT, {}, (snapshot) => run.receiveWeights(snapshot, false));
    }
}

/** @param {WorkerClient<TrainerRequests>} trainer @param {Turn} turn */
function requestFingerprint(trainer, { run, wishes, complete, request }) {
    const { states, acceptanceRate, transitionsPerSecond } = run.chainPool;
    if (run.phase(wishes.shouldTrain) !== "sampling" || !run.areChainsDone || !states) {
        return;
    }
    const { transitions } = run.experiment.runSize;
    request(trainer, TrainerRequest.FINGERPRINT, { states, transitions }, (fingerprint) => {
        run.fingerprint = fingerprint;
        run.finalSample = { states, acceptanceRate, transitionsPerSecond };
        complete(fingerprint);
    });
}

/**
 * @param {WorkerClient<FieldRequests>} worker
 * @param {import("../workers/field-client.js").FieldClient} client
 * @param {Turn} turn
 */
export function scheduleField(worker, client, turn) {
    const { run, engine } = turn;
    if (worker.openedRun !== run) {
        openField(worker, turn);
        return;
    }
    const request =
        turn.isFrame && run.weights && client.request(engine, run.weights, run.isTrainerPaused, run.lastRender);
    if (request) {
        turn.request(worker, FieldRequest.RENDER, request, (answer) => {
            run.lastRender = client.receive(answer, request);
        });
    }
}

/** @param {WorkerClient<FieldRequests>} worker @param {Turn} turn */
function openField(worker, turn) {
    const { run } = turn;
    worker.openedRun = undefined;
    turn.request(worker, OPEN, openRequest(turn), ({ dataExtent, dim }) => {
        worker.openedRun = run;
        run.dataExtent = dataExtent;
        run.dim = dim;
    });
}

/**
 * @param {WorkerClient<SamplerRequests>} sampler
 * @param {number} i number of the sampler
 * @param {Turn} turn
 */
export function scheduleSampler(sampler, i, turn) {
    const { run, wishes } = turn;
    if (sampler.openedRun !== run) {
        openSampler(sampler, i, turn);
    } else if (!run.weights || !(run.weights.step > 0) || run.progress.diverged) {
        // There is nothing learned to sample from.
    } else if (!run.isTrainerPaused) {
        requestPreview(sampler, i, turn);
    } else if (!wishes.isHidden || run.isTrained) {
        scheduleFinalChains(sampler, i, turn, run.weights);
    }
}

/** @param {WorkerClient<SamplerRequests>} sampler @param {number} i @param {Turn} turn */
function openSampler(sampler, i, turn) {
    const { run } = turn;
    const [first, last] = run.chainPool.range(i);
    sampler.openedRun = undefined;
    turn.request(sampler, OPEN, { ...openRequest(turn), first, last }, () => {
        sampler.openedRun = run;
        run.chainPool.clearStart(i);
    });
}

/** The engine for the last proposals, if they are wanted and can be computed. @param {Turn} turn */
const proposalsEngine = ({ engine, wishes }) => (wishes.wantsProposals && engine.extra ? engine : undefined);

/** @param {WorkerClient<SamplerRequests>} sampler @param {number} i @param {Turn} turn */
function requestPreview(sampler, i, turn) {
    const { run, isFrame, wishes } = turn;
    if (!isFrame || wishes.areChainsHeld || !run.weights) {
        return;
    }
    const request = { ...run.weights, proposals: proposalsEngine(turn) };
    turn.request(sampler, SamplerRequest.PREVIEW, request, (snapshot) => run.chainPool.setSnapshot(i, snapshot));
}

/** @param {WorkerClient<SamplerRequests>} sampler @param {number} i @param {Turn} turn @param {number} transitions */
function requestTransitions(sampler, i, turn, transitions) {
    const { chainPool } = turn.run;
    const request = { transitions, proposals: proposalsEngine(turn) };
    turn.request(sampler, SamplerRequest.ADVANCE, request, (snapshot) => chainPool.setSnapshot(i, snapshot));
}

/**
 * Chains on the weights of a paused trainer.
 * @param {WorkerClient<SamplerRequests>} sampler
 * @param {number} i
 * @param {Turn} turn
 * @param {import("../workers/protocol.js").Weights} weights
 */
function scheduleFinalChains(sampler, i, turn, weights) {
    const { run, wishes } = turn;
    const { chainPool, isTrained } = run;
    if (!chainPool.isStarted(i, weights)) {
        turn.request(sampler, SamplerRequest.RESTART, weights, (snapshot) => chainPool.setStart(i, weights, snapshot));
    } else if (!chainPool.isDone(i, weights)) {
        // The chain that is inspected stays where it is.
        if (!wishes.areChainsHeld || isTrained) {
            requestTransitions(sampler, i, turn, run.experiment.runSize.transitions);
        }
    } else if (isTrained && !chainPool.hasDraws(i)) {
        requestDraws(sampler, i, turn);
    } else {
        scheduleIdleChains(sampler, i, turn);
    }
}

/**
 * Reads the draws of complete chains before they move on.
 * @param {WorkerClient<SamplerRequests>} sampler
 * @param {number} i
 * @param {Turn} turn
 */
function requestDraws(sampler, i, { engine, run, request }) {
    if (engine.extra) {
        request(sampler, SamplerRequest.DRAWS, { engine }, (draws) => run.chainPool.setDraws(i, draws));
    }
}

/**
 * Chains that have made all transitions.
 * @param {WorkerClient<SamplerRequests>} sampler
 * @param {number} i
 * @param {Turn} turn
 */
function scheduleIdleChains(sampler, i, turn) {
    const { run, wishes, isFrame, isAnimating } = turn;
    // In other phases the fingerprint still needs the states after the last transition.
    const mayMove = ["paused", "complete"].includes(run.phase(wishes.shouldTrain));
    if (run.areChainsDone && mayMove && isAnimating && !wishes.areChainsHeld) {
        requestPreview(sampler, i, turn);
    } else if (isFrame && proposalsEngine(turn) && !run.chainPool.chainSnapshots[i]?.proposals) {
        requestTransitions(sampler, i, turn, 0);
    }
}

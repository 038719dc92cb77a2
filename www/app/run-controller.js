// One experiment's run as the page sees it: says what each idle worker does next, and holds the latest of what they made.
//
// Nothing is planned ahead. Whenever a worker answers, dies or is replaced, and whenever the user or a frame wants something, the
// next request follows from the state as it is then; so no order of events leaves a run stuck. Each worker has at most one request.

import { Ensemble } from "../workers/chain-pool.js";
import { Judging } from "../workers/diagnostics-client.js";
import { Looking } from "../workers/field-client.js";
import { BROKEN, Field, OPEN, Sample, Train } from "../workers/protocol.js";
import { Lost, Remote } from "../workers/worker-client.js";

/** @typedef {"asking" | "opening" | "training" | "paused" | "sampling" | "complete" | "diverged" | "broken"} Phase */

const url = (/** @type {string} */ name) => new URL(`../workers/${name}.js`, import.meta.url);
/** One core is left to the trainer; more samplers than this gain little and cost memory. */
const SAMPLERS = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
/** Milliseconds after which chains that nobody trains come to rest: what moves for ever distracts, and drains batteries. */
const LULL = 30_000;

export class Client {
    /** @type {import("../../scorescape.js").Progress} */
    progress = { step: 0, loss: NaN, diverged: false, stopped: false };
    stepsPerSecond = 0;
    /** How far from the origin the data reach. @type {number | undefined} */
    reach;
    /** Of how many dimensions they are. */
    dim = 2;
    /** What is seen of the field. */
    looking = new Looking();
    /** The chains. */
    #ensemble = new Ensemble(0, 0, 0);
    /** The mark of the complete run. @type {string | undefined} */
    fingerprint;
    #judging = new Judging(url("diagnostics"));
    /** Of the complete run. */
    lengths = { steps: 1, chains: 1, transitions: 0 };
    wantsToRun = false;
    /** The most steps per second, and what the trainer was told of that: slower ones make the same bits. */
    pace = Infinity;
    #paced = Infinity;
    /** Whether chains go on moving for a while when nothing is computed. */
    moves = true;
    /** Whether chains stand still while one of them is looked at, and whether their proposals are wanted. */
    holds = false;
    tells = false;
    /** Whether it waits for the rest of the program, which the experiment needs, or the lack of which may have killed a worker. */
    waits = false;

    /** The opening at hand: another object each time, so that answers for an earlier one are told apart. @type {object | undefined} */
    #run;
    #link = "";
    /** The file of points where the page has one. @type {Uint8Array | undefined} */
    #table;
    /** Whether the experiment needs one and it is not there. */
    #lacksTable = false;
    /** @type {import("../workers/protocol.js").Weights | undefined} */
    #weights;
    /** @type {Uint8Array | undefined} */
    #checkpoint;
    /** Whether there has been something to show since the opening. */
    #ready = false;
    /** Whether the weights are those of a trainer at rest. */
    #rested = false;
    /** Whether the last step has been reached, even if the trainer was lost since. */
    #trained = false;
    /** Single steps still to be taken. */
    #owed = 0;
    /** When there was training or a wish last. */
    #stirred = 0;
    /** The states, the share of accepted proposals and the speed then. @type {{ states: Float64Array, acceptance: number, perSecond: number } | undefined} */
    #final;
    #hidden = document.hidden;
    /** @type {string | undefined} */
    #broken;
    #destroyed = false;

    /**
     * @param {import("../workers/engine.js").Engine} engine
     * @param {{ notice: (text: string) => void, changed: () => void, complete: (fingerprint: string) => void }} events
     */
    constructor(engine, events) {
        this.engine = engine;
        this.events = events;
        const replaced = (/** @type {string} */ what) => (/** @type {string} */ reason) => {
            this.waits = !this.engine.rest;
            // A run that is over keeps the sentence that says why.
            if (this.#broken === undefined) events.notice(what.replace("…", `(${reason})`));
            this.#advance();
        };
        this.trainer = new Remote(url("trainer"), {
            onDeath: replaced("Training stopped … and goes on from its last checkpoint."),
            onTold: (message) => message.type === BROKEN && this.#break(message.refusal),
        });
        this.field = new Remote(url("field"), { onDeath: replaced("The field stopped … and was replaced.") });
        this.samplers = Array.from({ length: SAMPLERS }, () =>
            new Remote(url("sampler"), { onDeath: replaced("The sampler stopped … and was replaced.") }));
    }

    /**
     * What the run is doing; what the user asked for counts from then on, except that a pause
     * waits for the last step and its weights.
     * @returns {Phase}
     */
    get phase() {
        if (this.#broken !== undefined) return "broken";
        if (this.#lacksTable) return "asking";
        if (!this.#ready) return "opening";
        if (this.fingerprint) return "complete";
        if (this.progress.diverged) return "diverged";
        if (this.#stepsLeft === 0) return "sampling";
        return this.wantsToRun || !this.#rested ? "training" : "paused";
    }

    /** Where training could go on from. */
    get checkpoint() {
        return this.#checkpoint;
    }

    /** Whether chains move although nothing is computed. */
    get lively() {
        return this.moves && performance.now() < this.#stirred + LULL;
    }

    get #stepsLeft() {
        return this.progress.stopped ? 0 : Math.max(0, this.lengths.steps - this.progress.step);
    }

    /**
     * Starts an experiment, in place of the one before.
     * @param {string} link @param {Client["lengths"]} lengths
     * @param {{ plain: boolean, table?: Uint8Array, lacksTable: boolean, checkpoint?: Uint8Array }} needs whether the first part of the program is enough;
     *     the visitor's own points; whether it is about some that are not there, which leaves nothing to run; where its training goes on from
     */
    open(link, lengths, { plain, table, lacksTable, checkpoint }) {
        if (this.#destroyed) return;
        this.#stopTraining();
        this.waits = !plain && !this.engine.rest;
        [this.progress, this.stepsPerSecond] = [{ step: 0, loss: NaN, diverged: false, stopped: false }, 0];
        [this.#table, this.#lacksTable] = [table, lacksTable];
        if (lacksTable) this.looking.forget();
        [this.#run, this.#link, this.lengths] = [{}, link, lengths];
        [this.#ready, this.#rested, this.#trained, this.#owed] = [false, false, false, 0];
        this.#judging.leave();
        this.#final = undefined;
        [this.#broken, this.#checkpoint, this.#weights, this.fingerprint] = [undefined, checkpoint, undefined, undefined];
        [this.reach, this.#ensemble] = [undefined, this.#gather()];
        this.looking.begin();
        this.#advance();
    }

    /**
     * Samples anew by other settings of the chains: what is trained stays. @param {string} link @param {Client["lengths"]} lengths
     */
    resample(link, lengths) {
        const [before, run] = [this.#run, {}];
        [this.#run, this.#link, this.lengths, this.waits] = [run, link, lengths, !this.engine.rest];
        for (const remote of [this.trainer, this.field]) if (remote.opened === before) remote.opened = run;
        // What the trainer is about to answer is for the run before.
        [this.#rested, this.#owed] = [this.#rested && this.trainer.idle, 0];
        this.#judging.leave();
        [this.#final, this.fingerprint] = [undefined, undefined];
        this.#ensemble = this.#gather();
        this.#advance();
    }

    /** What chain number `chain` will do next; undefined while it cannot be known. @param {number} chain @returns {Promise<import("../workers/protocol.js").Foresight | undefined>} */
    async foresee(chain) {
        const [run, [i, own]] = [this.#run, this.#ensemble.find(chain)];
        const sampler = this.samplers[i];
        if (!this.engine.rest || !this.#rested || !this.walks[i] || sampler?.opened !== run) return undefined;
        const answer = await sampler.call(Sample.FORESEE, { engine: this.engine, chain: own }).catch(() => undefined);
        this.#advance();
        return run === this.#run ? answer : undefined;
    }

    /** Goes on with the whole program. @param {WebAssembly.Module} rest */
    enlarge(rest) {
        [this.engine, this.waits] = [{ ...this.engine, rest }, false];
        this.#advance();
    }

    /** Trains on, or stops after the step at hand; chains then start afresh on the weights as they are. */
    toggle() {
        if (["opening", "training", "paused"].includes(this.phase)) this.wantsToRun = !this.wantsToRun;
        this.#advance();
    }

    /** Takes one step and no more. */
    step() {
        if (this.phase === "training" || this.phase === "paused") [this.wantsToRun, this.#owed] = [false, this.#owed + 1];
        this.#advance();
    }

    /** Rests while nobody sees the page. @param {boolean} hidden */
    hide(hidden) {
        this.#hidden = hidden;
        this.#advance();
    }

    /** Asks whoever is idle for what is new to see; called once a frame. */
    tick() {
        this.#advance(true);
    }

    /** The last look at the field. */
    get look() {
        return this.looking.look;
    }

    /** What was painted last. */
    get painted() {
        return this.looking.painted;
    }

    /** What the complete run may be believed by, once that is known. */
    get verdict() {
        return this.#judging.verdict;
    }

    /** Why that cannot be known. */
    get unjudged() {
        return this.#judging.unjudged;
    }

    /** No chains yet, for the lengths at hand. */
    #gather() {
        return new Ensemble(this.samplers.length, this.lengths.chains, this.lengths.transitions);
    }

    /** Each sampler's chains; a new list each time, so that drawing can tell that something moved. */
    get walks() {
        return this.#ensemble.walks;
    }

    /** All chains' states in order; undefined until each part has some. */
    get states() {
        return this.#ensemble.states;
    }

    /** Where they lie on the stage. */
    get places() {
        return this.#ensemble.places;
    }

    /** How many transitions of a chain all samplers made per second. */
    get perSecond() {
        return this.#ensemble.perSecond;
    }

    /** The share of proposals that all chains accepted; NaN before the first. */
    get acceptance() {
        return this.#ensemble.acceptance;
    }

    /** Numbers to take away: data, points (the data as they are seen), field or samples. @param {string} name @param {import("../workers/engine.js").Engine} engine with the whole program @returns {Promise<import("../workers/protocol.js").Table>} */
    table(name, engine) {
        return this.inquire(Field.TABLE, { engine, name, sight: this.looking.sight, states: this.states });
    }

    /** Asks the field's worker, which looks at the weights seen last; this needs the whole program. @param {string} type @param {object} [request] @returns {Promise<any>} */
    inquire(type, request = {}) {
        return this.field.call(type, { engine: this.engine, ...request });
    }

    /** The averaged weights as a safetensors file. @param {import("../workers/engine.js").Engine} engine with the whole program @returns {Promise<Uint8Array<ArrayBuffer>>} */
    weights(engine) {
        return this.trainer.call(Train.WEIGHTS, { engine });
    }

    /** Tells the trainer to rest, whatever else it is asked for later: what it trains is no longer wanted. */
    #stopTraining() {
        if (!this.#rested && this.trainer.opened) this.trainer.call(Train.REST).catch(() => {});
    }

    destroy() {
        [this.#run, this.#destroyed] = [undefined, true];
        [this.trainer, this.field, ...this.samplers].forEach((remote) => remote.terminate());
        this.#judging.leave();
        this.looking.forget();
    }

    /** @param {boolean} [frame] whether there is a frame to be filled: what is only to be seen is asked for no more often */
    #advance(frame = false) {
        if (this.#run && !this.waits && !this.#lacksTable && this.#broken === undefined) {
            this.#ready ||= this.#weights !== undefined && this.field.opened === this.#run;
            this.#trained ||= this.#ready && this.#stepsLeft === 0;
            if (this.trainer.idle) this.#askTrainer(frame);
            if (this.field.idle) this.#askField(frame);
            this.samplers.forEach((sampler, i) => sampler.idle && this.#ensemble.has(i) && this.#askSampler(i, frame));
            if (this.#final && this.#ensemble.draws) this.#askJudge(this.#final, this.#ensemble.draws);
        }
        if (this.#run && this.phase !== "paused" && this.phase !== "complete") this.#stirred = performance.now();
        this.events.changed();
    }

    /**
     * @template T @param {Remote} remote @param {string} type @param {object} request
     * @param {(answer: any) => void} receive gets the answer, if it is still wanted then
     */
    async #ask(remote, type, request, receive) {
        const run = this.#run;
        try {
            const answer = await remote.call(type, request);
            if (run === this.#run) receive(answer);
        } catch (error) {
            // What was lost with a worker is asked for again as its turn comes.
            if (!(error instanceof Lost) && run === this.#run) this.#break(error instanceof Error ? error.message : String(error));
        }
        this.#advance();
    }

    /** @param {Remote} remote @param {object} request @param {(answer: any) => void} [receive] */
    #open(remote, request, receive) {
        const run = this.#run;
        remote.opened = undefined;
        this.#ask(remote, OPEN, { engine: this.engine, link: this.#link, table: this.#table, ...request }, (answer) => {
            remote.opened = run;
            receive?.(answer);
        });
    }

    /** @param {boolean} frame */
    #askTrainer(frame) {
        const { trainer } = this;
        if (this.fingerprint) return;
        const atRest = (/** @type {import("../workers/protocol.js").View} */ view) => this.#see(view, true);
        if (trainer.opened !== this.#run) return this.#open(trainer, { steps: this.lengths.steps, checkpoint: this.#checkpoint }, atRest);
        const wanted = this.#ready && !this.#hidden && (this.wantsToRun || this.#trained);
        const running = wanted && this.#stepsLeft > 0 && !this.progress.diverged;
        if (running && (this.#rested || this.#paced !== this.pace)) {
            [this.#rested, this.#paced] = [false, this.pace];
            return this.#ask(trainer, Train.RUN, { pace: this.pace }, () => {});
        }
        if (running) return frame ? this.#ask(trainer, Train.VIEW, {}, (view) => this.#see(view, false)) : undefined;
        if (!this.#rested) return this.#ask(trainer, Train.REST, {}, atRest);
        if (this.#owed > 0 && this.#stepsLeft > 0) return this.#ask(trainer, Train.STEP, {}, (view) => (this.#owed--, atRest(view)));
        if (this.phase === "sampling" && this.#settled) {
            const states = /** @type {Float64Array} */ (this.states);
            const { acceptance, perSecond } = this;
            this.#ask(trainer, Train.FINGERPRINT, { states, transitions: this.lengths.transitions }, (mark) => {
                [this.fingerprint, this.#final] = [mark, { states, acceptance, perSecond }];
                this.events.complete(mark);
            });
        }
    }

    /** @param {import("../workers/protocol.js").View} view @param {boolean} rests */
    #see({ progress, step, parameters, stepsPerSecond, checkpoint }, rests) {
        [this.progress, this.stepsPerSecond, this.#weights, this.#rested] = [progress, stepsPerSecond, { step, parameters }, rests];
        this.#checkpoint = checkpoint ?? this.#checkpoint;
    }

    /** @param {boolean} frame */
    #askField(frame) {
        const { field, looking } = this;
        if (field.opened !== this.#run) return this.#open(field, {}, ({ reach, dim }) => [this.reach, this.dim] = [reach, dim]);
        const rests = this.#rested;
        const request = frame && this.#weights && looking.request(this.engine, this.#weights, rests);
        if (request) this.#ask(field, Field.LOOK, request, (answer) => looking.receive(answer, request));
    }

    /** Asks what the complete run may be believed by. @param {{ states: Float64Array, acceptance: number, perSecond: number }} final @param {import("../workers/protocol.js").Draws} record */
    async #askJudge(final, record) {
        this.#final = undefined;
        const { perSecond, ...judged } = final;
        await this.#judging.ask({ engine: this.engine, link: this.#link, table: this.#table, ...this.#weights, ...record, ...judged }, { ...record, perSecond });
        this.#advance();
    }

    /** @param {number} i @param {boolean} frame */
    #askSampler(i, frame) {
        const [sampler, weights, chains] = [this.samplers[i], this.#weights, this.#ensemble];
        if (sampler.opened !== this.#run) {
            const [first, last] = chains.range(i);
            return this.#open(sampler, { first, last }, () => chains.forget(i));
        }
        if (!weights || !(weights.step > 0) || this.progress.diverged) return;
        const put = (/** @type {import("../workers/protocol.js").Walk} */ walk) => chains.put(i, walk);
        const proposals = this.tells ? this.engine.rest && this.engine : undefined;
        const preview = () => frame && !this.holds && this.#ask(sampler, Sample.PREVIEW, { ...weights, proposals }, put);
        if (!this.#rested) return void preview();
        // A run that only rests while nobody sees it needs no chains.
        if (this.#hidden && !this.#trained) return;
        if (!chains.started(i, weights)) return this.#ask(sampler, Sample.RESTART, weights, (walk) => chains.start(i, weights, walk));
        // One that is looked at slowly does not walk away meanwhile.
        if (!chains.ended(i, weights) && this.holds && !this.#trained) return;
        if (!chains.ended(i, weights)) return this.#ask(sampler, Sample.WALK, { transitions: this.lengths.transitions, proposals }, put);
        if (this.#trained && !chains.recorded(i)) {
            // Before they walk on; the whole program is about to come.
            if (this.engine.rest) this.#ask(sampler, Sample.DRAWS, { engine: this.engine }, (draws) => chains.record(i, draws));
            return;
        }
        if (this.#settled && this.phase !== "sampling" && this.lively && !this.holds) preview();
        else if (frame && proposals && !this.walks[i]?.proposals) this.#ask(sampler, Sample.WALK, { transitions: 0, proposals }, put);
    }

    /** Whether all chains have made their full length on the weights at rest. */
    get #settled() {
        return this.#ensemble.settled(this.#weights);
    }

    /** @param {string} message */
    #break(message) {
        this.#stopTraining();
        this.#broken = message;
        this.events.notice(message);
    }
}

// All chains of a run, in parts: each sampler runs one part.

import { concat } from "./concat.js";
import { partitionStart } from "./partition.js";

/** @typedef {import("./protocol.js").ChainSnapshot} ChainSnapshot */
/** @typedef {import("./protocol.js").Draws} Draws */

export class ChainPool {
    /**
     * The latest snapshot of each part; a new array after each change, so that drawing can compare by identity.
     * @type {(ChainSnapshot | undefined)[]}
     */
    chainSnapshots = [];
    /** The weights on which each part was started. @type {(object | undefined)[]} */
    #startWeights = [];
    /** The recorded draws of each part, after its last transition. @type {(Draws | undefined)[]} */
    #draws = [];

    /**
     * @param {number} parts number of samplers
     * @param {number} chains
     * @param {number} transitions of a complete run
     * @param {number} chainsPerGroup
     */
    constructor(parts, chains, transitions, chainsPerGroup) {
        this.parts = Array.from({ length: parts }, (_, i) => i);
        this.chains = chains;
        this.transitions = transitions;
        this.chainsPerGroup = chainsPerGroup;
        this.chainSnapshots = this.parts.map(() => undefined);
    }

    /** The first chain of part i, and the end of its chains. @param {number} i @returns {[number, number]} */
    range(i) {
        const end = (/** @type {number} */ part) =>
            partitionStart(this.chains, part, this.parts.length, this.chainsPerGroup);
        return [end(i), end(i + 1)];
    }

    /** @param {number} i */
    #count(i) {
        const [first, last] = this.range(i);
        return last - first;
    }

    /** @param {number} i */
    hasChains(i) {
        return this.#count(i) > 0;
    }

    /**
     * The part that holds a chain, and the chain's number within that part.
     * @param {number} chain
     * @returns {[number, number]}
     */
    locate(chain) {
        const part = this.parts.findIndex((i) => chain < this.range(i)[1]);
        return [part, chain - this.range(part)[0]];
    }

    /** @param {number} i @param {ChainSnapshot} snapshot */
    setSnapshot(i, snapshot) {
        this.chainSnapshots = this.chainSnapshots.map((other, k) => (k === i ? snapshot : other));
    }

    /**
     * Records that part i was started on `weights`; its draws are dropped.
     * @param {number} i
     * @param {object} weights
     * @param {ChainSnapshot} snapshot
     */
    setStart(i, weights, snapshot) {
        this.#startWeights[i] = weights;
        this.#draws[i] = undefined;
        this.setSnapshot(i, snapshot);
    }

    /** Records that part i was lost and has to be started again. @param {number} i */
    clearStart(i) {
        this.#startWeights[i] = undefined;
    }

    /** True if part i was started on these weights. @param {number} i @param {object | undefined} weights */
    isStarted(i, weights) {
        return this.#startWeights[i] === weights;
    }

    /**
     * True if part i has made all transitions on these weights.
     * @param {number} i
     * @param {object | undefined} weights
     */
    isDone(i, weights) {
        return this.isStarted(i, weights) && (this.chainSnapshots[i]?.transitions ?? -1) >= this.transitions;
    }

    /** True if every part has made all transitions on these weights. @param {object | undefined} weights */
    areAllDone(weights) {
        return this.parts.every((i) => !this.hasChains(i) || this.isDone(i, weights));
    }

    /** @param {number} i @param {Draws} draws */
    setDraws(i, draws) {
        this.#draws[i] = draws;
    }

    /** @param {number} i */
    hasDraws(i) {
        return this.#draws[i] !== undefined;
    }

    /** The draws of all parts; undefined until each part has some. @returns {Draws | undefined} */
    get draws() {
        if (!this.parts.every((i) => !this.hasChains(i) || this.hasDraws(i))) {
            return undefined;
        }
        const parts = this.#draws.filter((part) => part !== undefined);
        return {
            draws: concat(parts.map((part) => part.draws)),
            chains: parts.reduce((sum, part) => sum + part.chains, 0),
            spacing: parts[0].spacing,
        };
    }

    /** The states of all chains in order; undefined until each part has some. */
    get states() {
        return this.#concatAll((snapshot) => snapshot.states);
    }

    /** The positions of all chains on the stage; undefined until each part has some. */
    get places() {
        return this.#concatAll((snapshot) => snapshot.places);
    }

    /** @param {(snapshot: ChainSnapshot) => Float64Array} of */
    #concatAll(of) {
        const snapshots = this.chainSnapshots.filter((_, i) => this.hasChains(i));
        const known = snapshots.filter((snapshot) => snapshot !== undefined);
        return known.length > 0 && known.length === snapshots.length ? concat(known.map(of)) : undefined;
    }

    /** Transitions of one chain per second, summed over all samplers. */
    get transitionsPerSecond() {
        return this.chainSnapshots.reduce((sum, snapshot) => sum + (snapshot?.transitionsPerSecond ?? 0), 0);
    }

    /** Share of accepted proposals over all chains; NaN before the first proposal. */
    get acceptanceRate() {
        const shares = this.chainSnapshots.map((snapshot, i) =>
            this.hasChains(i) ? this.#count(i) * (snapshot?.acceptanceRate ?? NaN) : 0,
        );
        return shares.reduce((a, b) => a + b, 0) / this.chains;
    }
}

// A run's chains as the page has them from its samplers: each has a part of them, cut between groups.

import { concat } from "./concat.js";
import { partitionStart } from "./partition.js";

/** @typedef {import("./protocol.js").ChainSnapshot} ChainSnapshot */
/** @typedef {import("./protocol.js").Draws} Draws */

export class ChainPool {
    /**
     * Each part's chains; a new list each time, so that drawing can tell that something moved.
     * @type {(ChainSnapshot | undefined)[]}
     */
    chainSnapshots = [];
    /** The weights on which each part was started. @type {(object | undefined)[]} */
    #startWeights = [];
    /** What each part was when it had made its full length. @type {(Draws | undefined)[]} */
    #draws = [];

    /**
     * @param {number} parts as many as there are samplers
     * @param {number} chains
     * @param {number} transitions of a complete run
     */
    constructor(parts, chains, transitions) {
        this.parts = Array.from({ length: parts }, (_, i) => i);
        this.chains = chains;
        this.transitions = transitions;
        this.chainSnapshots = this.parts.map(() => undefined);
    }

    /** The chains of part i, from the first up to the last, exclusive. @param {number} i @returns {[number, number]} */
    range(i) {
        const end = (/** @type {number} */ part) => partitionStart(this.chains, part, this.parts.length);
        return [end(i), end(i + 1)];
    }

    /** How many those are. @param {number} i */
    #count(i) {
        const [first, last] = this.range(i);
        return last - first;
    }

    /** Whether part i has chains at all. @param {number} i */
    hasChains(i) {
        return this.#count(i) > 0;
    }

    /**
     * Where the chain of that number is: its part, and its number there.
     * @param {number} chain
     * @returns {[number, number]}
     */
    locate(chain) {
        const i = this.parts.findIndex((i) => chain < this.range(i)[1]);
        return [i, chain - this.range(i)[0]];
    }

    /** @param {number} i @param {ChainSnapshot} snapshot */
    setSnapshot(i, snapshot) {
        this.chainSnapshots = this.chainSnapshots.map((other, k) => (k === i ? snapshot : other));
    }

    /**
     * Part i has been started on `weights`, and recorded nothing.
     * @param {number} i
     * @param {object} weights
     * @param {ChainSnapshot} snapshot
     */
    setStart(i, weights, snapshot) {
        [this.#startWeights[i], this.#draws[i]] = [weights, undefined];
        this.setSnapshot(i, snapshot);
    }

    /** Part i has been lost, and has to be started. @param {number} i */
    clearStart(i) {
        this.#startWeights[i] = undefined;
    }

    /** Whether part i was started on these weights. @param {number} i @param {object | undefined} weights */
    isStarted(i, weights) {
        return this.#startWeights[i] === weights;
    }

    /**
     * Whether part i has made its full length on these weights.
     * @param {number} i
     * @param {object | undefined} weights
     */
    isDone(i, weights) {
        return this.isStarted(i, weights) && (this.chainSnapshots[i]?.transitions ?? -1) >= this.transitions;
    }

    /** Whether all parts have. @param {object | undefined} weights */
    areAllDone(weights) {
        return this.parts.every((i) => !this.hasChains(i) || this.isDone(i, weights));
    }

    /** @param {number} i @param {Draws} draws */
    setDraws(i, draws) {
        this.#draws[i] = draws;
    }

    /** Whether part i has been recorded. @param {number} i */
    hasDraws(i) {
        return this.#draws[i] !== undefined;
    }

    /** All that was recorded; undefined until each part is. @returns {Draws | undefined} */
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

    /** All chains' states in order; undefined until each part has some. */
    get states() {
        return this.#concatAll((snapshot) => snapshot.states);
    }

    /** Where they lie on the stage. */
    get places() {
        return this.#concatAll((snapshot) => snapshot.places);
    }

    /** @param {(snapshot: ChainSnapshot) => Float64Array} of */
    #concatAll(of) {
        const parts = this.chainSnapshots
            .filter((_, i) => this.hasChains(i))
            .map((snapshot) => snapshot && of(snapshot));
        if (parts.length === 0 || parts.includes(undefined)) {
            return undefined;
        }
        return concat(/** @type {Float64Array[]} */ (parts));
    }

    /** How many transitions of a chain all samplers made per second. */
    get transitionsPerSecond() {
        return this.chainSnapshots.reduce((sum, snapshot) => sum + (snapshot?.transitionsPerSecond ?? 0), 0);
    }

    /** The share of proposals that all chains accepted; NaN before the first. */
    get acceptanceRate() {
        const shares = this.chainSnapshots.map((snapshot, i) =>
            this.hasChains(i) ? this.#count(i) * (snapshot?.acceptanceRate ?? NaN) : 0,
        );
        return shares.reduce((a, b) => a + b, 0) / this.chains;
    }
}

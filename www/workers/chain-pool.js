// A run's chains as the page has them from its samplers: each has a part of them, cut between groups.

import { cut } from "./partition.js";
import { joined } from "./concat.js";

/** @typedef {import("./protocol.js").Walk} Walk */
/** @typedef {import("./protocol.js").Draws} Draws */

export class Ensemble {
    /** Each part's chains; a new list each time, so that drawing can tell that something moved. @type {(Walk | undefined)[]} */
    walks = [];
    /** The weights on which each part was started. @type {(object | undefined)[]} */
    #starts = [];
    /** What each part was when it had made its full length. @type {(Draws | undefined)[]} */
    #draws = [];

    /** @param {number} parts as many as there are samplers @param {number} chains @param {number} transitions of a complete run */
    constructor(parts, chains, transitions) {
        this.parts = Array.from({ length: parts }, (_, i) => i);
        this.chains = chains;
        this.transitions = transitions;
        this.walks = this.parts.map(() => undefined);
    }

    /** The chains of part i, from the first up to the last, exclusive. @param {number} i @returns {[number, number]} */
    range(i) {
        const end = (/** @type {number} */ part) => cut(this.chains, part, this.parts.length);
        return [end(i), end(i + 1)];
    }

    /** How many those are. @param {number} i */
    #count(i) {
        const [first, last] = this.range(i);
        return last - first;
    }

    /** Whether part i has chains at all. @param {number} i */
    has(i) {
        return this.#count(i) > 0;
    }

    /** Where the chain of that number is: its part, and its number there. @param {number} chain @returns {[number, number]} */
    find(chain) {
        const i = this.parts.findIndex((i) => chain < this.range(i)[1]);
        return [i, chain - this.range(i)[0]];
    }

    /** @param {number} i @param {Walk} walk */
    put(i, walk) {
        this.walks = this.walks.map((other, k) => k === i ? walk : other);
    }

    /** Part i has been started on `weights`, and recorded nothing. @param {number} i @param {object} weights @param {Walk} walk */
    start(i, weights, walk) {
        [this.#starts[i], this.#draws[i]] = [weights, undefined];
        this.put(i, walk);
    }

    /** Part i has been lost, and has to be started. @param {number} i */
    forget(i) {
        this.#starts[i] = undefined;
    }

    /** Whether part i was started on these weights. @param {number} i @param {object | undefined} weights */
    started(i, weights) {
        return this.#starts[i] === weights;
    }

    /** Whether part i has made its full length on these weights. @param {number} i @param {object | undefined} weights */
    ended(i, weights) {
        return this.started(i, weights) && (this.walks[i]?.transitions ?? -1) >= this.transitions;
    }

    /** Whether all parts have. @param {object | undefined} weights */
    settled(weights) {
        return this.parts.every((i) => !this.has(i) || this.ended(i, weights));
    }

    /** @param {number} i @param {Draws} draws */
    record(i, draws) {
        this.#draws[i] = draws;
    }

    /** Whether part i has been recorded. @param {number} i */
    recorded(i) {
        return this.#draws[i] !== undefined;
    }

    /** All that was recorded; undefined until each part is. @returns {Draws | undefined} */
    get draws() {
        if (!this.parts.every((i) => !this.has(i) || this.recorded(i))) return undefined;
        const parts = this.#draws.filter((part) => part !== undefined);
        return { draws: joined(parts.map((part) => part.draws)), chains: parts.reduce((sum, part) => sum + part.chains, 0), spacing: parts[0].spacing };
    }

    /** All chains' states in order; undefined until each part has some. */
    get states() {
        return this.#all((walk) => walk.states);
    }

    /** Where they lie on the stage. */
    get places() {
        return this.#all((walk) => walk.places);
    }

    /** @param {(walk: Walk) => Float64Array} of */
    #all(of) {
        const parts = this.walks.filter((_, i) => this.has(i)).map((walk) => walk && of(walk));
        if (parts.length === 0 || parts.includes(undefined)) return undefined;
        return joined(/** @type {Float64Array[]} */ (parts));
    }

    /** How many transitions of a chain all samplers made per second. */
    get perSecond() {
        return this.walks.reduce((sum, walk) => sum + (walk?.perSecond ?? 0), 0);
    }

    /** The share of proposals that all chains accepted; NaN before the first. */
    get acceptance() {
        const shares = this.walks.map((walk, i) => this.has(i) ? this.#count(i) * (walk?.acceptance ?? NaN) : 0);
        return shares.reduce((a, b) => a + b, 0) / this.chains;
    }
}

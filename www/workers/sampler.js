// A worker that runs a part of an experiment's chains: as a preview on weights that still change, or from their start
// on final weights.

import { chainsPerGroup, Observer } from "../../scorescape.js";
import { concat } from "./concat.js";
import { instantiate } from "./engine.js";
import { partitionStart } from "./partition.js";
import { OPEN, SamplerRequest } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTableBytes } from "./table-bytes.js";

/** @typedef {import("./protocol.js").ChainSnapshot} ChainSnapshot */

/** Milliseconds that one request may run between transitions, and in total to complete a transition. */
const SLICE = 12;
const MAX_SLICE = 100;
/** Chains that move between two reads of the clock. */
const CHAINS_PER_SHARE = 100;
/** Maximum number of numbers in all copies of the weights; each share of chains has a copy. */
const MAX_WEIGHT_NUMBERS = 2 ** 24;
/** Share of the latest measurement in the running average of the speed. */
const SPEED_SMOOTHING = 0.2;

/** The sampler of one open experiment. */
class Sampler {
    /**
     * The chains, split into shares; `count` is the number of chains of a share.
     * @type {{ chains: import("../../scorescape.js").Chains, count: number }[]}
     */
    #shares = [];
    /** Index of the share that moves next. */
    #next = 0;
    #transitionsPerSecond = 0;

    /** @param {string} link @param {Uint8Array | undefined} table @param {number} first @param {number} last */
    constructor(link, table, first, last) {
        this.observer = new Observer(link, table);
        this.first = first;
        this.last = last;
    }

    /** Makes one transition on weights that still change. @param {import("./protocol.js").Weights} weights */
    preview({ step, parameters }) {
        this.observer.setWeights(step, parameters);
        if (this.#shares.length === 0) {
            this.#startChains(parameters.length);
        } else {
            for (const { chains } of this.#shares) {
                chains.retarget(this.observer);
            }
        }
        return this.advance(this.#transitions + 1);
    }

    /** Puts the chains at their start on final weights. @param {import("./protocol.js").Weights} weights */
    restart({ step, parameters }) {
        this.#freeChains();
        this.observer.setWeights(step, parameters);
        this.#startChains(parameters.length);
        return this.advance(0);
    }

    /** @param {number} size of the weights */
    #startChains(size) {
        const { observer, first, last } = this;
        const wanted = Math.ceil((last - first) / CHAINS_PER_SHARE);
        const shares = Math.max(1, Math.min(wanted, Math.floor(MAX_WEIGHT_NUMBERS / size)));
        const start = (/** @type {number} */ share) =>
            first + partitionStart(last - first, share, shares, chainsPerGroup());
        this.#shares = Array.from({ length: shares }, (_, i) => ({
            chains: observer.chains(start(i), start(i + 1)),
            count: start(i + 1) - start(i),
        }));
    }

    /** Transitions that all chains have made. */
    get #transitions() {
        return this.#startedShares[this.#shares.length - 1].chains.transitions;
    }

    get #startedShares() {
        if (this.#shares.length === 0) {
            throw new Error("No chain has started.");
        }
        return this.#shares;
    }

    /** Number of all proposals, and number of accepted proposals. */
    #proposalCounts() {
        const made = this.#shares.map(({ chains, count }) => count * chains.transitions);
        const accepted = this.#shares.map(({ chains }, i) => made[i] && made[i] * chains.acceptanceRate);
        return [made, accepted].map((list) => list.reduce((a, b) => a + b, 0));
    }

    /** Makes transitions for one slice, up to `end` since the start. @param {number} end @returns {ChainSnapshot} */
    advance(end) {
        const start = performance.now();
        const [before] = this.#proposalCounts();
        let elapsed = 0;
        while (this.#transitions < end && elapsed < (this.#next === 0 ? SLICE : MAX_SLICE)) {
            this.#shares[this.#next].chains.step(1);
            this.#next = (this.#next + 1) % this.#shares.length;
            elapsed = performance.now() - start;
        }
        const [made, accepted] = this.#proposalCounts();
        this.#recordSpeed(made - before, elapsed);
        return this.#snapshot(accepted / made);
    }

    /** @param {number} proposals @param {number} elapsed milliseconds */
    #recordSpeed(proposals, elapsed) {
        if (elapsed > 0) {
            const current = (proposals / elapsed) * 1000;
            const old = this.#transitionsPerSecond;
            this.#transitionsPerSecond = old ? old + SPEED_SMOOTHING * (current - old) : current;
        }
    }

    /** @param {number} acceptanceRate @returns {ChainSnapshot} */
    #snapshot(acceptanceRate) {
        const health = this.#shares.map(({ chains }) => chains.health());
        return {
            states: this.#concatShares(({ chains }) => chains.states()),
            places: this.#concatShares(({ chains }) => chains.toView()),
            transitions: this.#transitions,
            acceptanceRate,
            transitionsPerSecond: this.#transitionsPerSecond,
            escaped: health.reduce((sum, { escaped }) => sum + escaped, 0),
            isStalled: health.every(({ isStalled }) => isStalled),
        };
    }

    /** The last proposals in stage coordinates. `accepted` is 1 or 0 per chain. Needs the extra module. */
    proposals() {
        return {
            proposals: this.#concatShares(({ chains }) => chains.proposalsInView()),
            accepted: concat(this.#shares.map(({ chains }) => Float64Array.from(chains.accepted()))),
        };
    }

    /** @returns {import("./protocol.js").Draws} */
    draws() {
        const shares = this.#startedShares;
        return {
            draws: this.#concatShares(({ chains }) => chains.draws()),
            chains: shares.reduce((sum, { chains }) => sum + chains.recorded, 0),
            spacing: shares[0].chains.spacing,
        };
    }

    /** The next transition of one of the chains, computed on a copy. @param {number} chain */
    peekTransition(chain) {
        let index = chain;
        for (const { chains, count } of this.#shares) {
            if (index < count) {
                return this.observer.peekTransition(chains, index);
            }
            index -= count;
        }
        throw new Error("There is no such chain.");
    }

    /** @param {(share: { chains: import("../../scorescape.js").Chains }) => Float64Array} of */
    #concatShares(of) {
        return concat(this.#shares.map(of));
    }

    #freeChains() {
        for (const { chains } of this.#shares) {
            chains.free();
        }
        this.#shares = [];
        this.#next = 0;
    }

    free() {
        this.#freeChains();
        this.observer.free();
    }
}

/** @type {Sampler | undefined} */
let sampler;

function openSampler() {
    if (!sampler) {
        throw new Error("No experiment is open.");
    }
    return sampler;
}

/** @param {ChainSnapshot} snapshot @returns {import("./protocol.js").Reply<ChainSnapshot>} */
const reply = (snapshot) => [snapshot, [snapshot.states.buffer, snapshot.places.buffer]];

/**
 * The reply with the last proposals, if the request came with the extra module for them.
 * @param {ChainSnapshot} snapshot
 * @param {import("./engine.js").Engine} [engine]
 * @returns {Promise<import("./protocol.js").Reply<ChainSnapshot>>}
 */
async function replyWithProposals(snapshot, engine) {
    const [answer, transfer = []] = reply(snapshot);
    if (!engine) {
        return [answer, transfer];
    }
    await instantiate(engine);
    const { proposals, accepted } = openSampler().proposals();
    return [{ ...answer, proposals, accepted }, [...transfer, proposals.buffer, accepted.buffer]];
}

/** @type {import("./protocol.js").Handlers<import("./protocol.js").SamplerRequests>} */
const handlers = {
    async [OPEN]({ engine, link, tableFile, table, first, last }) {
        await instantiate(engine);
        sampler?.free();
        sampler = undefined;
        sampler = new Sampler(link, await loadTableBytes(tableFile, table), first, last);
        return [null];
    },
    [SamplerRequest.PREVIEW]: ({ proposals, ...weights }) =>
        replyWithProposals(openSampler().preview(weights), proposals),
    [SamplerRequest.RESTART]: (weights) => reply(openSampler().restart(weights)),
    [SamplerRequest.ADVANCE]: ({ transitions, proposals }) =>
        replyWithProposals(openSampler().advance(transitions), proposals),
    async [SamplerRequest.DRAWS]({ engine }) {
        await instantiate(engine);
        const draws = openSampler().draws();
        return [draws, [draws.draws.buffer]];
    },
    async [SamplerRequest.PEEK_TRANSITION]({ engine, chain }) {
        await instantiate(engine);
        return [openSampler().peekTransition(chain)];
    },
};

serveRequests(handlers);

// A worker that runs some of an experiment's chains: as a preview on weights that still change, or from their start on
// weights that are final.

import { Observer } from "../../scorescape.js";
import { ChainHealth } from "./chain-health.js";
import { concat } from "./concat.js";
import { instantiate } from "./engine.js";
import { partitionStart } from "./partition.js";
import { OPEN, SamplerRequest } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTable } from "./table-loader.js";

/**
 * How long one request may run, in milliseconds; and how much longer to the end of a transition: of many chains it
 * takes minutes.
 */
const SLICE = 12;
const MAX_SLICE = 100;
/**
 * How many chains move between two looks at the clock, and how many numbers all the shares' copies of the weights may
 * have.
 */
const CHAINS_PER_SHARE = 100;
const MAX_WEIGHT_NUMBERS = 2 ** 24;

/** @type {Observer | undefined} */
let observer;
/**
 * The chains in shares, each with how many it has.
 * @type {{ walkers: import("../../scorescape.js").Chains, count: number }[]}
 */
let shares = [];
/** The share whose turn it is. */
let next = 0;
/** @type {[number, number]} */
let range = [0, 1];
let transitionsPerSecond = 0;
/** @type {ChainHealth | undefined} */
let chainHealth;

serveRequests({
    async [OPEN]({ engine, link, table, first, last }) {
        await instantiate(engine);
        free();
        observer?.free();
        observer = undefined;
        chainHealth = undefined;
        transitionsPerSecond = 0;
        range = [first, last];
        observer = new Observer(link, await loadTable(link, table));
        return [null];
    },
    /** One transition on the present weights. @param {import("./protocol.js").Weights & ProposalsWish} request */
    [SamplerRequest.PREVIEW]({ step, parameters, proposals }) {
        const observer = setWeights(step, parameters);
        if (shares.length === 0) {
            startChains(observer, parameters.length);
        } else {
            shares.forEach(({ walkers }) => {
                walkers.retarget(observer);
            });
        }
        return withProposals(advance(transitions() + 1), proposals);
    },
    /** Back to the start, on weights that stay. @param {import("./protocol.js").Weights} request */
    [SamplerRequest.RESTART]({ step, parameters }) {
        free();
        chainHealth = undefined; // as σ may be another
        startChains(setWeights(step, parameters), parameters.length);
        return advance(0);
    },
    /** What the chains were so far, for the whole program. @param {{ engine: import("./engine.js").Engine }} request */
    async [SamplerRequest.DRAWS]({ engine }) {
        await instantiate(engine);
        if (shares.length === 0) {
            throw new Error("No chain has started.");
        }
        const draws = concatShares(({ walkers }) => walkers.draws());
        const chains = shares.reduce((sum, { walkers }) => sum + walkers.recorded, 0);
        return [{ draws, chains, spacing: shares[0].walkers.spacing }, [draws.buffer]];
    },
    /** As many transitions as fit a slice, up to `transitions` since the start. */
    [SamplerRequest.ADVANCE]({ transitions, proposals }) {
        if (shares.length === 0) {
            throw new Error("No chain has started.");
        }
        return withProposals(advance(transitions), proposals);
    },
    /**
     * What chain number `chain` of these will do next.
     * @param {{ engine: import("./engine.js").Engine, chain: number }} request
     */
    async [SamplerRequest.PEEK_TRANSITION]({ engine, chain }) {
        await instantiate(engine);
        for (const { walkers, count } of shares) {
            if (chain < count) {
                return [/** @type {Observer} */ (observer).peekTransition(walkers, chain)];
            }
            chain -= count;
        }
        throw new Error("There is no such chain.");
    },
});

/**
 * Whether the last proposals are wanted: the whole program, which tells them.
 * @typedef {{ proposals?: import("./engine.js").Engine }} ProposalsWish
 */

/**
 * An answer with them if so.
 * @param {[any, Transferable[]]} answer
 * @param {import("./engine.js").Engine} [engine]
 * @returns {Promise<[unknown, Transferable[]]>}
 */
async function withProposals([answer, buffers], engine) {
    if (!engine) {
        return [answer, buffers];
    }
    await instantiate(engine);
    const proposals = concatShares(({ walkers }) => walkers.proposalsInView());
    const accepted = concat(shares.map(({ walkers }) => Float64Array.from(walkers.accepted())));
    return [{ ...answer, proposals, accepted }, [...buffers, proposals.buffer, accepted.buffer]];
}

/** @param {number} step @param {Float32Array} parameters */
function setWeights(step, parameters) {
    if (!observer) {
        throw new Error("No experiment is open.");
    }
    observer.setWeights(step, parameters);
    return observer;
}

function free() {
    shares.forEach(({ walkers }) => {
        walkers.free();
    });
    shares = [];
    next = 0;
    chainHealth?.restart();
}

/** Puts the chains at their start. @param {Observer} observer @param {number} size of the weights */
function startChains(observer, size) {
    const [first, last] = range;
    chainHealth ??= new ChainHealth(observer.points(), observer.dim, observer.sigma);
    const parts = Math.max(
        1,
        Math.min(Math.ceil((last - first) / CHAINS_PER_SHARE), Math.floor(MAX_WEIGHT_NUMBERS / size)),
    );
    const end = (/** @type {number} */ part) => first + partitionStart(last - first, part, parts);
    shares = Array.from({ length: parts }, (_, i) => ({
        walkers: observer.chains(end(i), end(i + 1)),
        count: end(i + 1) - end(i),
    }));
}

/** How many transitions all chains have made. */
const transitions = () => shares[shares.length - 1].walkers.transitions;

/** How many proposals there were, and how many of them were accepted. */
function proposals() {
    const made = shares.map(({ walkers, count }) => count * walkers.transitions);
    const accepted = shares.map(({ walkers }, i) => made[i] && made[i] * walkers.acceptanceRate);
    return [made, accepted].map((list) => list.reduce((a, b) => a + b, 0));
}

/** @param {number} end @returns {[unknown, Transferable[]]} */
function advance(end) {
    const start = performance.now();
    const [before] = proposals();
    let elapsed = 0;
    while (transitions() < end && elapsed < (next === 0 ? SLICE : MAX_SLICE)) {
        shares[next].walkers.step(1);
        next = (next + 1) % shares.length;
        elapsed = performance.now() - start;
    }
    const [made, accepted] = proposals();
    const current = ((made - before) / elapsed) * 1000;
    if (elapsed > 0) {
        transitionsPerSecond = transitionsPerSecond
            ? transitionsPerSecond + 0.2 * (current - transitionsPerSecond)
            : current;
    }
    const states = concatShares(({ walkers }) => walkers.states());
    const places = concatShares(({ walkers }) => walkers.toView());
    const answer = {
        states,
        places,
        transitions: transitions(),
        acceptanceRate: accepted / made,
        transitionsPerSecond,
    };
    return [
        { ...answer, ...chainHealth?.update(states, answer.transitions, answer.acceptanceRate) },
        [states.buffer, places.buffer],
    ];
}

/** @param {(share: typeof shares[0]) => Float64Array} of */
function concatShares(of) {
    return concat(shares.map(of));
}

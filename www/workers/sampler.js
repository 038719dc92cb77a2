// A worker that runs some of an experiment's chains: as a preview on weights that still change, or from their start on weights
// that are final.

import { Observer } from "../../scorescape.js";
import { cut } from "./partition.js";
import { start } from "./engine.js";
import { joined } from "./concat.js";
import { OPEN, Sample } from "./protocol.js";
import { Astray } from "./chain-health.js";
import { serve } from "./serve.js";
import { tableOf } from "./table-loader.js";

/** How long one request may run, in milliseconds; and how much longer to the end of a transition: of many chains it takes minutes. */
const [SLICE, LONGEST] = [12, 100];
/** How many chains move between two looks at the clock, and how many numbers all the shares' copies of the weights may have. */
const [SHARE, MOST_NUMBERS] = [100, 2 ** 24];

/** @type {Observer | undefined} */
let observer;
/** The chains in shares, each with how many it has. @type {{ walkers: import("../../scorescape.js").Walkers, count: number }[]} */
let shares = [];
/** The share whose turn it is. */
let next = 0;
/** @type {[number, number]} */
let range = [0, 1];
let perSecond = 0;
/** @type {Astray | undefined} */
let astray;

serve({
    async [OPEN]({ engine, link, table, first, last }) {
        await start(engine);
        free();
        observer?.free();
        [observer, astray, perSecond, range] = [undefined, undefined, 0, [first, last]];
        observer = new Observer(link, await tableOf(link, table));
        return [null];
    },
    /** One transition on the present weights. @param {import("./protocol.js").Weights & Wish} request */
    [Sample.PREVIEW]({ step, parameters, proposals }) {
        const observer = look(step, parameters);
        if (shares.length === 0) begin(observer, parameters.length);
        else shares.forEach(({ walkers }) => walkers.retarget(observer));
        return told(walk(transitions() + 1), proposals);
    },
    /** Back to the start, on weights that stay. @param {import("./protocol.js").Weights} request */
    [Sample.RESTART]({ step, parameters }) {
        free();
        astray = undefined; // as σ may be another
        begin(look(step, parameters), parameters.length);
        return walk(0);
    },
    /** What the chains were so far, for the whole program. @param {{ engine: import("./engine.js").Engine }} request */
    async [Sample.DRAWS]({ engine }) {
        await start(engine);
        if (shares.length === 0) throw new Error("No chain has started.");
        const draws = join(({ walkers }) => walkers.draws());
        const chains = shares.reduce((sum, { walkers }) => sum + walkers.recorded, 0);
        return [{ draws, chains, spacing: shares[0].walkers.spacing }, [draws.buffer]];
    },
    /** As many transitions as fit a slice, up to `transitions` since the start. */
    [Sample.WALK]({ transitions, proposals }) {
        if (shares.length === 0) throw new Error("No chain has started.");
        return told(walk(transitions), proposals);
    },
    /** What chain number `chain` of these will do next. @param {{ engine: import("./engine.js").Engine, chain: number }} request */
    async [Sample.FORESEE]({ engine, chain }) {
        await start(engine);
        for (const { walkers, count } of shares) {
            if (chain < count) return [/** @type {Observer} */ (observer).foresee(walkers, chain)];
            chain -= count;
        }
        throw new Error("There is no such chain.");
    },
});

/** Whether the last proposals are wanted: the whole program, which tells them. @typedef {{ proposals?: import("./engine.js").Engine }} Wish */

/** An answer with them if so. @param {[any, Transferable[]]} answer @param {import("./engine.js").Engine} [engine] @returns {Promise<[unknown, Transferable[]]>} */
async function told([answer, buffers], engine) {
    if (!engine) return [answer, buffers];
    await start(engine);
    const [proposals, accepted] = [join(({ walkers }) => walkers.proposalsOnStage()), joined(shares.map(({ walkers }) => Float64Array.from(walkers.accepted())))];
    return [{ ...answer, proposals, accepted }, [...buffers, proposals.buffer, accepted.buffer]];
}

/** @param {number} step @param {Float32Array} parameters */
function look(step, parameters) {
    if (!observer) throw new Error("No experiment is open.");
    observer.look(step, parameters);
    return observer;
}

function free() {
    shares.forEach(({ walkers }) => walkers.free());
    [shares, next] = [[], 0];
    astray?.restart();
}

/** Puts the chains at their start. @param {Observer} observer @param {number} size of the weights */
function begin(observer, size) {
    const [first, last] = range;
    astray ??= new Astray(observer.points(), observer.dim, observer.sigma);
    const parts = Math.max(1, Math.min(Math.ceil((last - first) / SHARE), Math.floor(MOST_NUMBERS / size)));
    const end = (/** @type {number} */ part) => first + cut(last - first, part, parts);
    shares = Array.from({ length: parts }, (_, i) => ({ walkers: observer.chains(end(i), end(i + 1)), count: end(i + 1) - end(i) }));
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
function walk(end) {
    const [start, [before]] = [performance.now(), proposals()];
    let elapsed = 0;
    while (transitions() < end && elapsed < (next === 0 ? SLICE : LONGEST)) {
        shares[next].walkers.step(1);
        next = (next + 1) % shares.length;
        elapsed = performance.now() - start;
    }
    const [made, accepted] = proposals();
    const present = (made - before) / elapsed * 1000;
    if (elapsed > 0) perSecond = perSecond ? perSecond + 0.2 * (present - perSecond) : present;
    const [states, places] = [join(({ walkers }) => walkers.states()), join(({ walkers }) => walkers.onStage())];
    const answer = { states, places, transitions: transitions(), acceptance: accepted / made, perSecond };
    return [{ ...answer, ...astray?.count(states, answer.transitions, answer.acceptance) }, [states.buffer, places.buffer]];
}

/** @param {(share: typeof shares[0]) => Float64Array} of */
function join(of) {
    return joined(shares.map(of));
}

// A worker that runs some of an experiment's chains: as a preview on weights that still change, or from their start on weights
// that are final.

import { Observer } from "../../scorescape.js";
import { start } from "../engine.js";
import { OPEN, Sample } from "../protocol.js";
import { serve } from "./serve.js";
import { tableOf } from "./table.js";

/** How long one request may run, in milliseconds. */
const SLICE = 12;

/** @type {Observer | undefined} */
let observer;
/** @type {import("../../scorescape.js").Walkers | undefined} */
let walkers;
/** @type {[number, number]} */
let range = [0, 1];
let perSecond = 0;

serve({
    async [OPEN]({ engine, link, table, first, last }) {
        await start(engine);
        walkers?.free();
        observer?.free();
        [observer, walkers, perSecond, range] = [undefined, undefined, 0, [first, last]];
        observer = new Observer(link, await tableOf(link, table));
        return [null];
    },
    /** One transition on the present weights. @param {import("../protocol.js").Weights} request */
    [Sample.PREVIEW]({ step, parameters }) {
        const observer = look(step, parameters);
        walkers ??= observer.chains(...range);
        walkers.retarget(observer);
        return walk(walkers, walkers.transitions + 1);
    },
    /** Back to the start, on weights that stay. @param {import("../protocol.js").Weights} request */
    [Sample.RESTART]({ step, parameters }) {
        walkers?.free();
        walkers = look(step, parameters).chains(...range);
        return walk(walkers, 0);
    },
    /** As many transitions as fit a slice, up to `transitions` since the start. */
    [Sample.WALK]({ transitions }) {
        if (!walkers) throw new Error("No chain has started.");
        return walk(walkers, transitions);
    },
});

/** @param {number} step @param {Float32Array} parameters */
function look(step, parameters) {
    if (!observer) throw new Error("No experiment is open.");
    observer.look(step, parameters);
    return observer;
}

/** @param {import("../../scorescape.js").Walkers} walkers @param {number} end @returns {[unknown, Transferable[]]} */
function walk(walkers, end) {
    const [start, first] = [performance.now(), walkers.transitions];
    let elapsed = 0;
    while (walkers.transitions < end && elapsed < SLICE) {
        walkers.step(1);
        elapsed = performance.now() - start;
    }
    const proposals = (walkers.transitions - first) * (range[1] - range[0]);
    if (elapsed > 0) perSecond += 0.2 * (proposals / elapsed * 1000 - perSecond);
    const [states, places] = [walkers.states(), walkers.onStage()];
    const { transitions, acceptanceRate: acceptance } = walkers;
    return [{ states, places, transitions, acceptance, perSecond }, [states.buffer, places.buffer]];
}

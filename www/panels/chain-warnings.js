// Warnings about chains of a run that is not complete yet; those of a complete run belong to the verdict.

import { CHAIN_WARNINGS } from "../content/texts.js";

/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */

/** Least number of rejected proposals in a row of stuck chains, per chain and in total; fewer may be chance. */
const MIN_PER_CHAIN = 20;
const MIN_TOTAL = 400;

/** @param {number} escaped @param {number} chains */
function escapedShare(escaped, chains) {
    if (escaped === chains) {
        return "All";
    }
    return escaped > chains / 2 ? "Most" : "Some";
}

/**
 * The warning for these chains, if there is one. The number of escaped chains is given in words: a number that keeps
 * changing would be read out all the time.
 * @param {ChainSnapshot[]} chainSnapshots those of all samplers, each with at least one chain
 * @returns {string | undefined}
 */
export function chainWarning(chainSnapshots) {
    const chains = chainSnapshots.reduce((sum, { places }) => sum + places.length / 2, 0);
    const escaped = chainSnapshots.reduce((sum, snapshot) => sum + snapshot.escaped, 0);
    const stalledTransitions = Math.min(...chainSnapshots.map((snapshot) => snapshot.stalledTransitions));
    const texts = [];
    if (stalledTransitions >= MIN_PER_CHAIN && stalledTransitions * chains >= MIN_TOTAL) {
        texts.push(CHAIN_WARNINGS.stuck);
    }
    if (escaped > 0) {
        texts.push(CHAIN_WARNINGS.escaped(escapedShare(escaped, chains)));
    }
    return texts.join(" ") || undefined;
}

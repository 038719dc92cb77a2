// Warnings about the chains of a run that is not complete yet. After completion the verdict contains such warnings.

import { CHAIN_WARNINGS } from "../content/texts.js";

/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */

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
 * @param {ChainSnapshot[]} chainSnapshots one per sampler, each with at least one chain
 * @param {string | undefined} stepSize label of the setting that makes the chains' steps smaller
 * @returns {string | undefined}
 */
export function chainWarning(chainSnapshots, stepSize) {
    const chains = chainSnapshots.reduce((sum, { places }) => sum + places.length / 2, 0);
    const escaped = chainSnapshots.reduce((sum, snapshot) => sum + snapshot.escaped, 0);
    const texts = [];
    if (chainSnapshots.every(({ isStalled }) => isStalled)) {
        texts.push(CHAIN_WARNINGS.stuck(stepSize));
    }
    if (escaped > 0) {
        texts.push(CHAIN_WARNINGS.escaped(escapedShare(escaped, chains)));
    }
    return texts.join(" ") || undefined;
}

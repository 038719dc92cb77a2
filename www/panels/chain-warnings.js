// What is wrong with chains that are still on their way, and what helps; of those of a complete run the verdict tells.

/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */

/**
 * So many proposals in a row of each chain, and of all together, are rejected where chains stand still; fewer may be by
 * chance.
 */
const MIN_PER_CHAIN = 20;
const MIN_TOTAL = 400;

/**
 * The walks are those of all samplers, each with a chain at least.
 * @param {ChainSnapshot[]} chainSnapshots
 * @returns {string | undefined}
 */
export function chainWarning(chainSnapshots) {
    const chains = chainSnapshots.reduce((sum, { places }) => sum + places.length / 2, 0);
    const escaped = chainSnapshots.reduce((sum, snapshot) => sum + snapshot.escaped, 0);
    const stalledTransitions = Math.min(...chainSnapshots.map((snapshot) => snapshot.stalledTransitions));
    const texts = [];
    if (stalledTransitions >= MIN_PER_CHAIN && stalledTransitions * chains >= MIN_TOTAL) {
        texts.push("All chains stand still: every proposal is rejected. A smaller step sets them free.");
    }
    // In words, as a number that changes all the time would be read out all the time.
    const subject = escaped === chains ? "All" : escaped > chains / 2 ? "Most" : "Some";
    if (escaped > 0) {
        texts.push(
            `${subject} chains are far outside of the data, and the field that they follow does not lead them back. Smaller steps, more training or another start may help; a deliberate fault should be off.`,
        );
    }
    return texts.join(" ") || undefined;
}

// What is wrong with chains that are still on their way, and what helps; of those of a complete run the verdict tells.

/** @typedef {import("../workers/protocol.js").Walk} Walk */

/** So many proposals in a row of each chain, and of all together, are rejected where chains stand still; fewer may be by chance. */
const [EACH, TOGETHER] = [20, 400];

/** The walks are those of all samplers, each with a chain at least. @param {Walk[]} walks @returns {string | undefined} */
export function plight(walks) {
    const chains = walks.reduce((sum, { places }) => sum + places.length / 2, 0);
    const lost = walks.reduce((sum, walk) => sum + walk.lost, 0);
    const idle = Math.min(...walks.map((walk) => walk.idle));
    const texts = [];
    if (idle >= EACH && idle * chains >= TOGETHER) texts.push("All chains stand still: every proposal is rejected. A smaller step sets them free.");
    // In words, as a number that changes all the time would be read out all the time.
    const who = lost === chains ? "All" : lost > chains / 2 ? "Most" : "Some";
    if (lost > 0) texts.push(`${who} chains are far outside of the data, and the field that they follow does not lead them back. Smaller steps, more training or another start may help; a deliberate fault should be off.`);
    return texts.join(" ") || undefined;
}

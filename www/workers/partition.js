// Cuts an experiment's chains into parts at the borders of whole groups. The chains of one group move together.

/**
 * The first chain of part number `part` of `parts`; with `part` equal to `parts`, the number of chains.
 * @param {number} chains
 * @param {number} part
 * @param {number} parts
 * @param {number} chainsPerGroup
 */
export function partitionStart(chains, part, parts, chainsPerGroup) {
    return Math.min(chains, chainsPerGroup * Math.ceil((chains * part) / parts / chainsPerGroup));
}

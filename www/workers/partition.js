// How an experiment's chains are shared out: between whole groups, of which each moves together.

import { chainsPerGroup } from "../../scorescape.js";

/**
 * The first chain of part number `part` of `parts`, and for part number `parts` the end of the last.
 * @param {number} chains @param {number} part @param {number} parts
 */
export function partitionStart(chains, part, parts) {
    const group = chainsPerGroup();
    return Math.min(chains, group * Math.ceil((chains * part) / parts / group));
}

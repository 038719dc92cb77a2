// Loads the file of points of an experiment whose data are a table.

import { parseLink } from "../../scorescape.js";

/**
 * The bytes of `userTable`, or of the file beside the page that the link names; undefined for generated data.
 * @param {string} link
 * @param {Uint8Array} [userTable]
 * @returns {Promise<Uint8Array | undefined>}
 */
export async function loadTable(link, userTable) {
    const { table } = parseLink(link);
    if (!table) {
        return userTable;
    }
    // Relative to the worker's location: reading import.meta here crashed Chromium 156 when the page was left.
    const response = await fetch(new URL(`../data/${table}`, location.href));
    if (!response.ok) {
        throw new Error(`The data could not be loaded: ${table} (${response.status}).`);
    }
    return new Uint8Array(await response.arrayBuffer());
}

// The file of points that a link's data come from, where they are a table.

import { parseLink } from "../../scorescape.js";

/**
 * Its bytes, the visitor's `own` or those of a file beside the page; undefined for data that are drawn.
 * @param {string} link
 * @param {Uint8Array} [userTable]
 * @returns {Promise<Uint8Array | undefined>}
 */
export async function loadTable(link, userTable) {
    const { table } = parseLink(link);
    if (!table) {
        return userTable;
    }
    // From the worker's own place: to ask for import.meta here once ended the whole page's process in Chromium 156,
    // where the page was being left as it seems.
    const response = await fetch(new URL(`../data/${table}`, location.href));
    if (!response.ok) {
        throw new Error(`The data could not be loaded: ${table} (${response.status}).`);
    }
    return new Uint8Array(await response.arrayBuffer());
}

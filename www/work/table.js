// The file of points that a link's data come from, where they are a table.

import { describe } from "../../scorescape.js";

/** Its bytes; undefined for data that are drawn. @param {string} link @returns {Promise<Uint8Array | undefined>} */
export async function tableOf(link) {
    const { table } = describe(link);
    if (table === undefined) return undefined;
    if (table === "") throw new Error("This link is about points of somebody's own, which it does not carry and this page does not have.");
    const response = await fetch(new URL(`../data/${table}`, import.meta.url));
    if (!response.ok) throw new Error(`The data could not be loaded: ${table} (${response.status}).`);
    return new Uint8Array(await response.arrayBuffer());
}

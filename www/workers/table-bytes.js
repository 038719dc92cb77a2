// Loads the file of points of an experiment whose data are a table.

import { NOT_LOADED } from "../content/program-texts.js";

/**
 * The bytes of a file of the page's data folder, or of `userTable` if there is no such file. The result is undefined
 * for generated data.
 * @param {string | undefined} fileName
 * @param {Uint8Array} [userTable]
 * @returns {Promise<Uint8Array | undefined>}
 */
export async function loadTableBytes(fileName, userTable) {
    if (!fileName) {
        return userTable;
    }
    // Relative to the worker's location: reading import.meta here crashed Chromium 156 when the page was left.
    const response = await fetch(new URL(`../data/${fileName}`, location.href));
    if (!response.ok) {
        throw new Error(NOT_LOADED.data(fileName, response.status));
    }
    return new Uint8Array(await response.arrayBuffer());
}

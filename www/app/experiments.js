// What descriptions of experiments say of each other, and of the visitor's own points.

import { changeSetting } from "../../scorescape.js";
import { NO_DIGEST } from "../panels/user-data.js";
import { trainingKey } from "../workers/training-key.js";
import { lastFile } from "./user-files.js";

/** @typedef {import("../../scorescape.js").Description} Description */

/**
 * A description of one's own points that names no file is taken to be about the one that was given last.
 * @param {Description} description
 * @returns {Description}
 */
export function withUserFile(description) {
    const named = description.settings.some(({ key, value }) => key === "data.digest" && value !== NO_DIGEST);
    const last = lastFile();
    if (description.table !== "" || named || !last) {
        return description;
    }
    const about = changeSetting(description.link, "data.digest", last.digest);
    // A drawing stays in the units in which it was drawn.
    return {
        ...(last.drawn ? changeSetting(about.link, "data.standardise", "no") : about),
        errors: description.errors,
    };
}

/** Whether two experiments differ in their chains alone. @param {Description} before @param {Description} after */
export const differInChainsOnly = (before, after) =>
    before !== after && before.link !== after.link && trainingKey(before) === trainingKey(after);

/**
 * Whether an experiment is the default one but for its seed: the first part of the program knows no other.
 * @param {Description} description
 */
export const isDefaultExceptSeed = ({ settings }) =>
    settings.every(({ key, value, default: usual }) => key === "seed" || value === usual);

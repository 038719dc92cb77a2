// A key of the settings that training depends on: two experiments with the same key learn the same weights.

/** @typedef {import("../../scorescape.js").Description} Description */

/** All settings except the settings of the chains, as text. @param {Description} description */
export const trainingKey = ({ settings }) =>
    settings
        .filter(({ key }) => !key.startsWith("sample.") && key !== "transitions")
        .map(({ key, value }) => `${key}=${value}`)
        .join();

// What training depends on, as a key.

/** @typedef {import("../../scorescape.js").Description} Description */

/** What training depends on: all but the chains. @param {Description} description */
export const trainingKey = ({ settings }) =>
    settings
        .filter(({ key }) => !/^(sample\.|transitions$)/.test(key))
        .map(({ key, value }) => `${key}=${value}`)
        .join();

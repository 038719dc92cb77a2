// The messages between a playground and its trainer. Their names are written here and nowhere else.

/** To the trainer. */
export const Ask = /** @type {const} */ ({
    /** Start an experiment: { module, link, grid }. */
    OPEN: "open",
    /** Train or rest: { running }. */
    RUN: "run",
    /** Send the latest view, once. */
    VIEW: "view",
});

/** From the trainer. */
export const Tell = /** @type {const} */ ({
    /** The experiment stands: an {@link Opening}. */
    OPENED: "opened",
    /** What is to be drawn now: a {@link View}. */
    VIEW: "view",
    /** The experiment was refused or broke: { message }. */
    FAILED: "failed",
});

/**
 * A rectangle of the plane and how many arrows cross it.
 * @typedef {{ left: number, right: number, bottom: number, top: number, columns: number, rows: number }} Grid
 *
 * What does not change while an experiment runs. Points and scores are pairs, one after another; scores are at `places`.
 * @typedef {{ points: Float64Array, places: Float64Array, exact: Float64Array | undefined, sigma: number }} Opening
 *
 * What changes. Scores and samples as above; the error is undefined where the truth is unknown.
 * @typedef {{
 *     progress: import("../scorescape.js").Progress, stepsPerSecond: number, learned: Float64Array,
 *     samples: Float64Array, acceptance: number, error: number | undefined,
 * }} View
 */

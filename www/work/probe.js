// What is known at a place on the stage: both scores, where they lead, their energies and curvatures, and how they run along a line.

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("../protocol.js").Local} Local */
/** A place, the direction of a line through it, or "score" for that of the learned one, and how far the line goes to both sides. @typedef {{ place: [number, number], direction: [number, number] | "score", reach: number }} Question */

/** How many places are looked at along the line. */
const ALONG = 161;
/** Of how many dimensions eigenvalues are found at most: they take time by its cube, seconds of a thousand. */
const MOST_CURVED = 128;

/** @param {Observer} observer @param {Question} question @returns {import("../protocol.js").Probed} */
export function probe(observer, { place, direction, reach }) {
    const { sigma, dim } = observer;
    const [x, middle] = [observer.offStage(Float64Array.from(place)), observer.offStage(new Float64Array(2))];
    const scores = [observer.learnedScores(x), observer.exactScores(x)];
    const curved = dim <= MOST_CURVED;
    const learned = local(observer, x, /** @type {Float64Array} */ (scores[0]), observer.energyDifference(middle, x), curved ? observer.curvature(x).eigenvalues : undefined);
    const exact = scores[1] && local(observer, x, scores[1], observer.exactEnergyDifference(middle, x), curved ? observer.exactCurvature(x)?.eigenvalues : undefined);
    return { sigma, dim, angle: scores[1] ? angle(/** @type {Float64Array} */ (scores[0]), scores[1]) : NaN, learned, exact, line: line(observer, place, direction === "score" ? unit(learned.score) : direction, reach) };
}

/** @param {Observer} observer @param {Float64Array} x @param {Float64Array} score @param {number | undefined} energy @param {Float64Array | undefined} eigenvalues @returns {Local} */
function local(observer, x, score, energy, eigenvalues) {
    const step = observer.sigma ** 2;
    // Data on a line are seen on a line.
    const seen = (/** @type {Float64Array} */ point) => observer.onStage(point).slice(0, Math.min(2, observer.dim));
    const [from, image] = [seen(x), seen(x.map((value, i) => value + step * score[i]))];
    const length = Math.hypot(...score);
    return { score: image.map((value, i) => (value - from[i]) / step), length, image, error: (step * length) ** 2, energy, eigenvalues };
}

/** In degrees. @param {Float64Array} a @param {Float64Array} b */
function angle(a, b) {
    const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
    return Math.acos(Math.max(-1, Math.min(1, product / (Math.hypot(...a) * Math.hypot(...b))))) * 180 / Math.PI;
}

/** @param {Float64Array} vector @returns {[number, number]} */
function unit([x, y]) {
    const length = Math.hypot(x, y);
    return length > 0 ? [x / length, y / length] : [1, 0];
}

/** The scores' components along a line. @param {Observer} observer @param {[number, number]} place @param {[number, number]} direction @param {number} reach */
function line(observer, place, direction, reach) {
    const places = Float64Array.from({ length: 2 * ALONG }, (_, i) => place[i % 2] + direction[i % 2] * reach * (2 * Math.floor(i / 2) / (ALONG - 1) - 1));
    const along = (/** @type {Float64Array} */ field) => Float64Array.from({ length: ALONG }, (_, i) => field[2 * i] * direction[0] + field[2 * i + 1] * direction[1]);
    const exact = observer.exactField(places);
    return { reach, learned: along(observer.learnedField(places)), exact: exact && along(exact), direction };
}

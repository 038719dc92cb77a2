// What is known at a place on the stage: both scores, where they lead, their energies and curvatures, and how they run along a line.

import { ALONG, Truth, component, isSame, placesAlong } from "./exact.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("./protocol.js").Local} Local */
/** A place, the direction of a line through it, or "score" for that of the learned one, and how far the line goes to both sides. @typedef {{ place: [number, number], direction: [number, number] | "score", reach: number }} Question */

/** An answer, and whether it stays as it is until something else is asked or learned. @typedef {import("./protocol.js").Probed & { settled: boolean }} Answer */

/** Of how many dimensions eigenvalues are found at most: they take time by its cube, seconds of a thousand. */
const MOST_CURVED = 128;
/** How many pieces for each σ a line is cut into to integrate the score along it, and how many at most. */
const [PIECES, MOST_PIECES] = [4, 400];
/** How long one question may look at the truth, in milliseconds: of large tables a line of it takes seconds. */
const SLICE = 40;

/** What was looked at last. @type {Truth | undefined} */
let truth;

/** @param {Observer} observer @param {Question} question @returns {Answer} */
export function probe(observer, { place, direction, reach }) {
    const { sigma, dim } = observer;
    const [x, middle, curved] = [observer.offStage(Float64Array.from(place)), observer.offStage(new Float64Array(2)), dim <= MOST_CURVED];
    const score = observer.learnedScores(x);
    const learned = local(observer, x, score, rise(observer, middle, x), curved ? observer.curvature(x).eigenvalues : undefined);
    if (!truth?.isAt(observer, place)) truth = new Truth(observer, place, curved);
    const wanted = { direction: direction === "score" ? unit(learned.score) : direction, reach };
    const line = truth.follow(wanted, direction === "score");
    truth.advance(performance.now() + SLICE);
    const exact = truth.score && local(observer, x, truth.score, truth.energy, truth.eigenvalues);
    const places = placesAlong(place, line, Array.from({ length: ALONG }, (_, i) => i));
    return {
        sigma, dim, angle: truth.score ? angle(score, truth.score) : NaN, learned, exact, settled: truth.complete && isSame(line, wanted),
        line: { ...line, learned: component(observer.learnedField(places), line), exact: truth.along },
    };
}

/** How much the learned energy rises from one point to another: minus the integral of the score along the line, by Simpson's rule. @param {Observer} observer @param {Float64Array} from @param {Float64Array} to */
function rise(observer, from, to) {
    const way = to.map((value, i) => value - from[i]);
    const pieces = 2 * Math.ceil(Math.min(MOST_PIECES, PIECES * Math.hypot(...way) / observer.sigma) / 2) || 2;
    const { length } = way;
    const scores = observer.learnedScores(Float64Array.from({ length: (pieces + 1) * length }, (_, i) => from[i % length] + way[i % length] * Math.floor(i / length) / pieces));
    const weight = (/** @type {number} */ node) => node % pieces === 0 ? 1 : node % 2 ? 4 : 2;
    return -scores.reduce((sum, value, i) => sum + weight(Math.floor(i / length)) * value * way[i % length], 0) / (3 * pieces);
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

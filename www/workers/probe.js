// What is known at a place on the stage: both scores, where they lead, their energies and curvatures, and how they run
// along a line.

import { componentAlong, ExactProbe, isSameDirection, LINE_POINTS, pointsOnLine } from "./exact.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("./protocol.js").LocalScore} LocalScore */
/**
 * A place, the direction of a line through it, or "score" for that of the learned one, and how far the line goes to
 * both sides.
 * @typedef {{ place: [number, number], direction: [number, number] | "score", reach: number }} ProbeRequest
 */

/**
 * An answer, and whether it stays as it is until something else is asked or learned.
 * @typedef {import("./protocol.js").ProbeResult & { isFinal: boolean }} ProbeAnswer
 */

/** Of how many dimensions eigenvalues are found at most: they take time by its cube, seconds of a thousand. */
const MAX_EIGENVALUE_DIM = 128;
/** How many pieces for each σ a line is cut into to integrate the score along it, and how many at most. */
const PIECES_PER_SIGMA = 4;
const MAX_PIECES = 400;
/** How long one question may look at the truth, in milliseconds: of large tables a line of it takes seconds. */
const EXACT_BUDGET = 40;

/** What was looked at last. @type {ExactProbe | undefined} */
let exactProbe;

/** @param {Observer} observer @param {ProbeRequest} question @returns {ProbeAnswer} */
export function probeAt(observer, { place, direction, reach }) {
    const { sigma, dim } = observer;
    const x = observer.fromView(Float64Array.from(place));
    const middle = observer.fromView(new Float64Array(2));
    const withEigenvalues = dim <= MAX_EIGENVALUE_DIM;
    const score = observer.learnedScores(x);
    const learned = localScore(
        observer,
        x,
        score,
        energyRise(observer, middle, x),
        withEigenvalues ? observer.curvature(x).eigenvalues : undefined,
    );
    if (!exactProbe?.isAt(observer, place)) {
        exactProbe = new ExactProbe(observer, place, withEigenvalues);
    }
    const requested = { direction: direction === "score" ? unitVector(learned.score) : direction, reach };
    const line = exactProbe.setLine(requested, direction === "score");
    exactProbe.advance(performance.now() + EXACT_BUDGET);
    const exact =
        exactProbe.score && localScore(observer, x, exactProbe.score, exactProbe.energy, exactProbe.eigenvalues);
    const places = pointsOnLine(
        place,
        line,
        Array.from({ length: LINE_POINTS }, (_, i) => i),
    );
    return {
        sigma,
        dim,
        angle: exactProbe.score ? angle(score, exactProbe.score) : NaN,
        learned,
        exact,
        isFinal: exactProbe.isComplete && isSameDirection(line, requested),
        line: { ...line, learned: componentAlong(observer.learnedField(places), line), exact: exactProbe.profile },
    };
}

/**
 * How much the learned energy rises from one point to another: minus the integral of the score along the line, by
 * Simpson's rule.
 * @param {Observer} observer
 * @param {Float64Array} from
 * @param {Float64Array} to
 */
function energyRise(observer, from, to) {
    const displacement = to.map((value, i) => value - from[i]);
    const pieces =
        2 * Math.ceil(Math.min(MAX_PIECES, (PIECES_PER_SIGMA * Math.hypot(...displacement)) / observer.sigma) / 2) || 2;
    const { length } = displacement;
    const scores = observer.learnedScores(
        Float64Array.from(
            { length: (pieces + 1) * length },
            (_, i) => from[i % length] + (displacement[i % length] * Math.floor(i / length)) / pieces,
        ),
    );
    const weight = (/** @type {number} */ node) => (node % pieces === 0 ? 1 : node % 2 ? 4 : 2);
    return (
        -scores.reduce((sum, value, i) => sum + weight(Math.floor(i / length)) * value * displacement[i % length], 0) /
        (3 * pieces)
    );
}

/**
 * @param {Observer} observer
 * @param {Float64Array} x
 * @param {Float64Array} score
 * @param {number | undefined} energy
 * @param {Float64Array | undefined} eigenvalues
 * @returns {LocalScore}
 */
function localScore(observer, x, score, energy, eigenvalues) {
    const step = observer.sigma ** 2;
    // Data on a line are seen on a line.
    const seen = (/** @type {Float64Array} */ point) => observer.toView(point).slice(0, Math.min(2, observer.dim));
    const from = seen(x);
    const image = seen(x.map((value, i) => value + step * score[i]));
    const length = Math.hypot(...score);
    return {
        score: image.map((value, i) => (value - from[i]) / step),
        length,
        image,
        error: (step * length) ** 2,
        energy,
        eigenvalues,
    };
}

/** In degrees. @param {Float64Array} a @param {Float64Array} b */
function angle(a, b) {
    const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
    return (Math.acos(Math.max(-1, Math.min(1, product / (Math.hypot(...a) * Math.hypot(...b))))) * 180) / Math.PI;
}

/** @param {Float64Array} vector @returns {[number, number]} */
function unitVector([x, y]) {
    const length = Math.hypot(x, y);
    return length > 0 ? [x / length, y / length] : [1, 0];
}

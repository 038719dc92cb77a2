// Answers the probe: the learned and the exact score at a place on the stage, and along a line through it.

import { componentAlong, ExactProbe, isSameDirection, LINE_POINTS, pointsOnLine } from "./exact.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/**
 * A place, the direction of a line through it, and half the length of this line. "score" means the direction of the
 * learned score.
 * @typedef {{ place: [number, number], direction: [number, number] | "score", reach: number }} ProbeRequest
 */

/**
 * An answer; `isFinal` is false while exact values are still being evaluated.
 * @typedef {import("./protocol.js").ProbeResult & { isFinal: boolean }} ProbeAnswer
 */

/** Maximum dimension for eigenvalues. Computing time grows as d³, to seconds for d = 1000. */
const MAX_EIGENVALUE_DIM = 128;
/** Milliseconds per request for exact scores: for large tables a whole line takes seconds. */
const EXACT_BUDGET = 40;

/** Exact values at the place of the last request. @type {ExactProbe | undefined} */
let exactProbe;

/** @param {Observer} observer @param {ProbeRequest} question @returns {ProbeAnswer} */
export function probeAt(observer, { place, direction, reach }) {
    const { sigma, dim } = observer;
    const x = observer.fromView(Float64Array.from(place));
    const withEigenvalues = dim <= MAX_EIGENVALUE_DIM;
    const learned = {
        ...observer.learnedAt(Float64Array.from(place)),
        eigenvalues: withEigenvalues ? observer.curvature(x).eigenvalues : undefined,
    };
    if (!exactProbe?.isAt(observer, place)) {
        exactProbe = new ExactProbe(observer, place, withEigenvalues);
    }
    const requested = { direction: direction === "score" ? unitVector(learned.score) : direction, reach };
    const line = exactProbe.setLine(requested, direction === "score");
    exactProbe.advance(performance.now() + EXACT_BUDGET);
    const { local, eigenvalues } = exactProbe;
    const places = pointsOnLine(
        place,
        line,
        Array.from({ length: LINE_POINTS }, (_, i) => i),
    );
    return {
        sigma,
        dim,
        angle: local ? observer.angleToLearned(Float64Array.from(place), local.vector) : NaN,
        learned,
        exact: local && { ...local, eigenvalues },
        isFinal: exactProbe.isComplete && isSameDirection(line, requested),
        line: { ...line, learned: componentAlong(observer.learnedField(places), line), exact: exactProbe.profile },
    };
}

/** @param {Float64Array} vector @returns {[number, number]} */
function unitVector([x, y]) {
    const length = Math.hypot(x, y);
    return length > 0 ? [x / length, y / length] : [1, 0];
}

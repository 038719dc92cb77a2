// The exact score at a place on the stage and along a line through it, evaluated over several requests.

/** @typedef {import("../../scorescape.js").Observer} Observer */
/**
 * A unit vector, and half the line's length.
 * @typedef {{ reach: number, direction: [number, number] }} Line
 */

/** Number of places along a line. It is odd: the probed place is in the middle. */
export const LINE_POINTS = 161;
/** Places evaluated between two reads of the clock. */
const BURST = 4;

export class ExactProbe {
    /**
     * The line, the request that began it, and the scores' components along it; NaN where not evaluated yet.
     * @type {{ key: string, line: Line, values: Float64Array } | undefined}
     */
    #profile;
    /** Number of evaluated places. */
    #done = 0;
    /** @type {Float64Array | undefined} */
    eigenvalues;

    /**
     * @param {Observer} observer
     * @param {[number, number]} place
     * @param {boolean} withEigenvalues
     */
    constructor(observer, place, withEigenvalues) {
        this.observer = observer;
        this.place = place;
        this.sigma = observer.sigma;
        this.withEigenvalues = withEigenvalues;
        this.x = observer.fromView(Float64Array.from(place));
        /** Undefined where there is no closed form. */
        this.local = observer.exactAt(Float64Array.from(place));
    }

    /** True for the same place, experiment and σ. @param {Observer} observer @param {[number, number]} place */
    isAt(observer, [x, y]) {
        return (
            this.observer === observer && this.sigma === observer.sigma && this.place[0] === x && this.place[1] === y
        );
    }

    /** True once everything is evaluated. */
    get isComplete() {
        return !this.local || (this.#done === LINE_POINTS && (!this.withEigenvalues || this.eigenvalues !== undefined));
    }

    /**
     * Sets the requested line and returns the line to evaluate. A line along the learned score turns with the weights,
     * so the previous direction is finished first.
     * @param {Line} requested @param {boolean} followsScore
     */
    setLine(requested, followsScore) {
        const key = JSON.stringify([followsScore || requested.direction, requested.reach]);
        const isKept =
            this.#profile?.key === key &&
            ((followsScore && !this.isComplete) || isSameDirection(requested, this.#profile.line));
        if (!this.#profile || !isKept) {
            this.#profile = { key, line: requested, values: new Float64Array(LINE_POINTS).fill(NaN) };
            this.#done = 0;
        }
        return this.#profile.line;
    }

    /** Evaluates further places, from the middle outwards. @param {number} end time to stop at */
    advance(end) {
        while (this.local && this.#profile && this.#done < LINE_POINTS && performance.now() < end) {
            this.#evaluateNext(this.#profile);
        }
        if (!this.isComplete && this.#done === LINE_POINTS && performance.now() < end) {
            this.eigenvalues = this.observer.exactCurvature(this.x)?.eigenvalues;
        }
    }

    /** @param {{ line: Line, values: Float64Array }} profile */
    #evaluateNext({ line, values }) {
        const next = Array.from({ length: Math.min(BURST, LINE_POINTS - this.#done) }, (_, k) =>
            fromMiddle(this.#done + k),
        );
        const scores = this.observer.exactField(pointsOnLine(this.place, line, next));
        if (scores) {
            componentAlong(scores, line).forEach((value, k) => {
                values[next[k]] = value;
            });
        }
        this.#done += next.length;
    }

    /** The exact score's components along the line; undefined where there is no closed form. */
    get profile() {
        return this.local && this.#profile?.values;
    }
}

/** @param {Line} a @param {Line} b */
export const isSameDirection = (a, b) => a.direction[0] === b.direction[0] && a.direction[1] === b.direction[1];

/** Index of the k-th place, alternating between both sides of the middle. @param {number} k */
const fromMiddle = (k) => (LINE_POINTS - 1) / 2 + (k % 2 ? (k + 1) / 2 : -k / 2);

/** @param {[number, number]} place @param {Line} line @param {number} i */
const pointOnLine = (place, { direction, reach }, i) =>
    place.map((value, k) => value + direction[k] * reach * ((2 * i) / (LINE_POINTS - 1) - 1));

/**
 * The places with these indices, one after another.
 * @param {[number, number]} place
 * @param {Line} line
 * @param {number[]} numbers
 */
export const pointsOnLine = (place, line, numbers) =>
    Float64Array.from(numbers.flatMap((i) => pointOnLine(place, line, i)));

/** Components of vectors on the stage along a line. @param {Float64Array} vectors @param {Line} line */
export function componentAlong(vectors, { direction: [u, v] }) {
    return Float64Array.from({ length: vectors.length / 2 }, (_, i) => vectors[2 * i] * u + vectors[2 * i + 1] * v);
}

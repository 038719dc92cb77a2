// Points that are drawn: sprayed and erased in circles, cleared and brought back, and written as files that know them
// again.

import { tableDigest } from "../../scorescape.js";
import { findFile } from "../app/user-files.js";

/** The fewest that are trained on, and the most. */
export const MIN_POINTS = 10;
export const MAX_POINTS = 20_000;

/** The most that are taken over from elsewhere, which leaves room to draw. */
const MAX_COPIED = MAX_POINTS / 2;

/** The points of a drawing that was kept. @param {import("../panels/user-data.js").UserFile | undefined} file */
function parseFile(file) {
    const points = file?.drawn ? new TextDecoder().decode(file.bytes).trim().split(/[\n,]/).map(Number) : [];
    return points.length > 0 &&
        points.length <= 2 * MAX_POINTS &&
        points.length % 2 === 0 &&
        points.every(Number.isFinite)
        ? points
        : undefined;
}

/** As many digits as a place has that is seen in a view of this half width; at most nine. @param {number} half */
const digitsForView = (half) => Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(half))));

export class DrawnPoints {
    /** Pairs of coordinates. @type {number[]} */
    points = [];
    /** Of the file that it was written to last; empty if there is none. */
    digest = "";
    /** What was put aside. @type {number[]} */
    #cleared = [];
    /** What was written, by digest: who takes a stroke back goes on from there. @type {Map<string, number[]>} */
    #files = new Map();

    get count() {
        return this.points.length / 2;
    }

    /** Whether there is nothing, and something to bring back. */
    get canRestore() {
        return this.count === 0 && this.#cleared.length > 0;
    }

    /**
     * Sprays points within a circle, to the digits that places have in a view of that half width.
     * @param {number[]} middle
     * @param {number} radius
     * @param {number} count
     * @param {number} half
     */
    spray([x, y], radius, count, half) {
        const round = (/** @type {number} */ value) => Number(value.toFixed(digitsForView(half)));
        for (let i = 0; i < count && this.count < MAX_POINTS; i++) {
            const angle = 2 * Math.PI * Math.random();
            const distance = radius * Math.sqrt(Math.random());
            this.points.push(round(x + distance * Math.cos(angle)), round(y + distance * Math.sin(angle)));
        }
    }

    /** Takes the points within a circle away. @param {number[]} middle @param {number} radius */
    erase([x, y], radius) {
        const { points } = this;
        this.points = points.filter(
            (_, i) => Math.hypot(points[i - (i % 2)] - x, points[i - (i % 2) + 1] - y) > radius,
        );
    }

    /** Begins with points of the plane: pairs of coordinates. @param {Float64Array} points */
    copyFrom(points) {
        this.points = [...points.subarray(0, 2 * MAX_COPIED)];
    }

    /** Puts all points aside. */
    clear() {
        [this.points, this.#cleared, this.digest] = [[], this.points, ""];
    }

    restore() {
        this.points = this.#cleared;
        this.#cleared = [];
    }

    /** Writes it as a file. */
    toFile() {
        const rows = Array.from({ length: this.count }, (_, i) => `${this.points[2 * i]},${this.points[2 * i + 1]}\n`);
        const bytes = new TextEncoder().encode(rows.join(""));
        this.digest = tableDigest(bytes);
        this.#files.set(this.digest, [...this.points]);
        return bytes;
    }

    /** Becomes what was written to the file of that digest, if that is known; whether it is. @param {string} digest */
    load(digest) {
        const points = this.#files.get(digest) ?? parseFile(findFile(digest));
        if (points) {
            this.digest = digest;
            this.points = [...points];
        }
        return points !== undefined;
    }
}

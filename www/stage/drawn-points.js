// Points that are drawn: sprayed and erased in circles, cleared and brought back, and written as files that know them again.

import { tableDigest } from "../../scorescape.js";
import { fileOf } from "../app/user-files.js";

/** The fewest that are trained on, and the most. */
export const [FEWEST, MOST] = [10, 20_000];

/** The most that are taken over from elsewhere, which leaves room to draw. */
const MOST_TAKEN = MOST / 2;

/** The points of a drawing that was kept. @param {import("../panels/user-data.js").Own | undefined} file */
function read(file) {
    const points = file?.drawn ? new TextDecoder().decode(file.bytes).trim().split(/[\n,]/).map(Number) : [];
    return points.length > 0 && points.length <= 2 * MOST && points.length % 2 === 0 && points.every(Number.isFinite) ? points : undefined;
}

/** As many digits as a place has that is seen in a view of this half width; at most nine. @param {number} half */
const digitsAt = (half) => Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(half))));

export class Drawing {
    /** Pairs of coordinates. @type {number[]} */
    points = [];
    /** Of the file that it was written to last; empty if there is none. */
    digest = "";
    /** What was put aside. @type {number[]} */
    #aside = [];
    /** What was written, by digest: who takes a stroke back goes on from there. @type {Map<string, number[]>} */
    #written = new Map();

    get count() {
        return this.points.length / 2;
    }

    /** Whether there is nothing, and something to bring back. */
    get isAside() {
        return this.count === 0 && this.#aside.length > 0;
    }

    /** Sprays points within a circle, to the digits that places have in a view of that half width. @param {number[]} middle @param {number} radius @param {number} count @param {number} half */
    spray([x, y], radius, count, half) {
        const round = (/** @type {number} */ value) => Number(value.toFixed(digitsAt(half)));
        for (let i = 0; i < count && this.count < MOST; i++) {
            const [angle, distance] = [2 * Math.PI * Math.random(), radius * Math.sqrt(Math.random())];
            this.points.push(round(x + distance * Math.cos(angle)), round(y + distance * Math.sin(angle)));
        }
    }

    /** Takes the points within a circle away. @param {number[]} middle @param {number} radius */
    erase([x, y], radius) {
        const { points } = this;
        this.points = points.filter((_, i) => Math.hypot(points[i - i % 2] - x, points[i - i % 2 + 1] - y) > radius);
    }

    /** Begins with points of the plane: pairs of coordinates. @param {Float64Array} points */
    begin(points) {
        this.points = [...points.subarray(0, 2 * MOST_TAKEN)];
    }

    /** Puts all points aside. */
    clear() {
        [this.points, this.#aside, this.digest] = [[], this.points, ""];
    }

    bringBack() {
        [this.points, this.#aside] = [this.#aside, []];
    }

    /** Writes it as a file. */
    write() {
        const rows = Array.from({ length: this.count }, (_, i) => `${this.points[2 * i]},${this.points[2 * i + 1]}\n`);
        const bytes = new TextEncoder().encode(rows.join(""));
        this.digest = tableDigest(bytes);
        this.#written.set(this.digest, [...this.points]);
        return bytes;
    }

    /** Becomes what was written to the file of that digest, if that is known; whether it is. @param {string} digest */
    recall(digest) {
        const points = this.#written.get(digest) ?? read(fileOf(digest));
        if (points) [this.digest, this.points] = [digest, [...points]];
        return points !== undefined;
    }
}

// Points drawn with the brush: spraying, erasing, clearing, restoring, and conversion to files and back.

import { tableDigest } from "../../scorescape.js";

/** @typedef {import("../panels/view-context.js").UserFile} UserFile */

/** Least number of points to train on, and greatest number of points. */
export const MIN_POINTS = 10;
export const MAX_POINTS = 20_000;

/** Greatest number of points copied from other data, which leaves room to draw more. */
const MAX_COPIED = MAX_POINTS / 2;

/** Coordinates in the file of a drawing; undefined for other files. @param {UserFile | undefined} file */
function parseFile(file) {
    const points = file?.drawn ? new TextDecoder().decode(file.bytes).trim().split(/[\n,]/).map(Number) : [];
    return points.length > 0 &&
        points.length <= 2 * MAX_POINTS &&
        points.length % 2 === 0 &&
        points.every(Number.isFinite)
        ? points
        : undefined;
}

/** Number of decimals that matter in a view of this half width, at most nine. @param {number} half */
const digitsForView = (half) => Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(half))));

export class DrawnPoints {
    /** Pairs of coordinates. @type {number[]} */
    points = [];
    /** Digest of the last file, empty if there is none. */
    digest = "";
    /** Points before `clear`. @type {number[]} */
    #cleared = [];
    /** Points of earlier files by digest, for undo. @type {Map<string, number[]>} */
    #files = new Map();

    /** @param {(digest: unknown) => UserFile | undefined} userFile finds a file by its digest */
    constructor(userFile) {
        this.userFile = userFile;
    }

    get count() {
        return this.points.length / 2;
    }

    /** True if cleared points can be restored. */
    get canRestore() {
        return this.count === 0 && this.#cleared.length > 0;
    }

    /**
     * Adds random points within a circle, rounded to the decimals that matter in a view of half width `half`.
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

    /** Removes the points within a circle. @param {number[]} middle @param {number} radius */
    erase([x, y], radius) {
        const { points } = this;
        this.points = points.filter(
            (_, i) => Math.hypot(points[i - (i % 2)] - x, points[i - (i % 2) + 1] - y) > radius,
        );
    }

    /** Replaces the points by pairs of coordinates. @param {Float64Array} points */
    copyFrom(points) {
        this.points = [...points.subarray(0, 2 * MAX_COPIED)];
    }

    /** Removes all points; `restore` brings them back. */
    clear() {
        this.#cleared = this.points;
        this.points = [];
        this.digest = "";
    }

    restore() {
        this.points = this.#cleared;
        this.#cleared = [];
    }

    /** The points as the bytes of a CSV file. */
    toFile() {
        const rows = Array.from({ length: this.count }, (_, i) => `${this.points[2 * i]},${this.points[2 * i + 1]}\n`);
        const bytes = new TextEncoder().encode(rows.join(""));
        this.digest = tableDigest(bytes);
        this.#files.set(this.digest, [...this.points]);
        return bytes;
    }

    /**
     * Replaces the points by a file's points. Returns false if the file is not a known drawing.
     * @param {string} digest
     */
    load(digest) {
        const points = this.#files.get(digest) ?? parseFile(this.userFile(digest));
        if (points) {
            this.digest = digest;
            this.points = [...points];
        }
        return points !== undefined;
    }
}

// Particles that drift along the learned score, as streaks that fade: which way everything goes, at a glance.

/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("../workers/protocol.js").Current} Current */
/** @typedef {import("./stage-tools.js").Playground} Playground */

/** How many particles there are, places of each that are remembered, and frames that it lives for, at least and at most. */
const [COUNT, LENGTH, YOUNG, OLD] = [400, 10, 40, 160];
/** Cells that the fastest crosses in a second, and the longest frame that counts, in seconds. */
const [FASTEST, LONGEST] = [7, 0.05];
/** Opacity of the newest part of a streak, and its width in CSS pixels. */
const [OPACITY, WIDTH] = [0.85, 1.6];

/** Multiples of it, less whole numbers, are spread evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class Flow {
    /** Where each particle has been, newest first, pairs of coordinates. */
    #trails = new Float64Array(2 * COUNT * LENGTH);
    /** Frames that each has left. */
    #left = new Int16Array(COUNT);
    /** The field that they drift in. @type {Current | undefined} */
    #current;
    #last = 0;
    #overlay = {};

    /** @param {Playground} playground */
    constructor(playground) {
        this.playground = playground;
        /** Whether streaks stand still, where less motion is wanted. */
        this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    /** Moves all particles on, once a frame. @param {Client} client */
    look({ look, dim }) {
        const current = dim > 1 && this.playground.shown.has("flow") ? look?.current : undefined;
        const fresh = current !== this.#current;
        const seconds = Math.min(LONGEST, (performance.now() - this.#last) / 1000);
        [this.#current, this.#last] = [current, performance.now()];
        if (!current) return this.#left.fill(0) && undefined;
        if (this.still && !fresh) return this.#overlay;
        if (this.still) this.#left.fill(0);
        for (let frame = this.still ? LENGTH : 1; frame > 0; frame--) this.#advance(current, this.still ? LONGEST : seconds);
        return this.#overlay = {};
    }

    /** @param {Current} current @param {number} seconds */
    #advance(current, seconds) {
        const [trails, left] = [this.#trails, this.#left];
        for (let i = 0; i < COUNT; i++) {
            const at = 2 * LENGTH * i;
            if (left[i]-- <= 0 || !drift(current, trails, at, seconds)) this.#bear(current, i);
        }
    }

    /** Lets particle i begin anew at any place. @param {Current} current @param {number} i */
    #bear({ grid: { left, right, bottom, top } }, i) {
        // What stands still begins where it did before, on a lattice that looks like none.
        const [across, up] = this.still ? [(i + 0.5) * GOLDEN % 1, (i + 0.5) / COUNT] : [Math.random(), Math.random()];
        const [x, y] = [left + across * (right - left), bottom + up * (top - bottom)];
        for (let k = 2 * LENGTH * i; k < 2 * LENGTH * (i + 1); k += 2) [this.#trails[k], this.#trails[k + 1]] = [x, y];
        this.#left[i] = YOUNG + Math.random() * (OLD - YOUNG);
    }

    /** @param {import("../drawing/viewport.js").Plate} plate @param {number} dim @param {Record<string, string>} inks */
    draw(plate, dim, inks) {
        if (!this.#current) return;
        const { context, ratio } = plate;
        [context.strokeStyle, context.lineWidth, context.lineCap] = [inks.learned, WIDTH * ratio, "round"];
        for (let k = LENGTH - 2; k >= 0; k--) {
            context.globalAlpha = OPACITY * (1 - k / (LENGTH - 1)) ** 2;
            context.beginPath();
            for (let at = 2 * k; at < this.#trails.length; at += 2 * LENGTH) {
                context.moveTo(plate.across(this.#trails[at]), plate.down(this.#trails[at + 1]));
                context.lineTo(plate.across(this.#trails[at + 2]), plate.down(this.#trails[at + 3]));
            }
            context.stroke();
        }
        context.globalAlpha = 1;
    }
}

/** Shifts a particle's trail by one place and moves its head along the field; false where that is not known. @param {Current} current @param {Float64Array} trails @param {number} at @param {number} seconds */
function drift({ grid: { left, right, bottom, top, columns, rows }, learned, sigma }, trails, at, seconds) {
    const cell = (right - left) / columns;
    // In cells, from the middle of the first; and how far between four of them.
    const [across, up] = [(trails[at] - left) / cell - 0.5, (trails[at + 1] - bottom) / ((top - bottom) / rows) - 0.5];
    const [i, k] = [Math.floor(across), Math.floor(up)];
    if (!(i >= 0 && k >= 0 && i < columns - 1 && k < rows - 1)) return false;
    const [p, q, from] = [across - i, up - k, 2 * (k * columns + i)];
    const u = (1 - q) * ((1 - p) * learned[from] + p * learned[from + 2]) + q * ((1 - p) * learned[from + 2 * columns] + p * learned[from + 2 * columns + 2]);
    const v = (1 - q) * ((1 - p) * learned[from + 1] + p * learned[from + 3]) + q * ((1 - p) * learned[from + 2 * columns + 1] + p * learned[from + 2 * columns + 3]);
    trails.copyWithin(at + 2, at, at + 2 * LENGTH - 2);
    // As fast as arrows are long: the far field grows without bound.
    const share = FASTEST * cell * seconds * sigma / (1 + Math.hypot(u, v) * sigma);
    trails[at] += share * u;
    trails[at + 1] += share * v;
    return true;
}

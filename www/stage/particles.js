// Particles that drift along the learned score, as streaks that fade: which way everything goes, at a glance.

/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("../workers/protocol.js").FlowField} FlowField */
/** @typedef {import("./stage-tools.js").Playground} Playground */

/**
 * How many particles there are, places of each that are remembered, and frames that it lives for, at least and at most.
 */
const COUNT = 400;
const LENGTH = 10;
const MIN_LIFE = 40;
const MAX_LIFE = 160;
/** Cells that the fastest crosses in a second, and the longest frame that counts, in seconds. */
const MAX_SPEED = 7;
const MAX_FRAME = 0.05;
/** Opacity of the newest part of a streak, and its width in CSS pixels. */
const OPACITY = 0.85;
const WIDTH = 1.6;

/** Multiples of it, less whole numbers, are spread evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class Particles {
    /** Where each particle has been, newest first, pairs of coordinates. */
    #positions = new Float64Array(2 * COUNT * LENGTH);
    /** Frames that each has left. */
    #left = new Int16Array(COUNT);
    /** The field that they drift in. @type {FlowField | undefined} */
    #flowField;
    #last = 0;
    #overlay = {};

    /** @param {Playground} playground */
    constructor(playground) {
        this.playground = playground;
        /** Whether streaks stand still, where less motion is wanted. */
        this.isStatic = matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    /** Moves all particles on, once a frame. @param {RunController} controller */
    update({ lastRender, dim }) {
        const flowField = dim > 1 && this.playground.shown.has("flow") ? lastRender?.flowField : undefined;
        const isNew = flowField !== this.#flowField;
        const seconds = Math.min(MAX_FRAME, (performance.now() - this.#last) / 1000);
        [this.#flowField, this.#last] = [flowField, performance.now()];
        if (!flowField) {
            return this.#left.fill(0) && undefined;
        }
        if (this.isStatic && !isNew) {
            return this.#overlay;
        }
        if (this.isStatic) {
            this.#left.fill(0);
        }
        for (let frame = this.isStatic ? LENGTH : 1; frame > 0; frame--) {
            this.#advance(flowField, this.isStatic ? MAX_FRAME : seconds);
        }
        return (this.#overlay = {});
    }

    /** @param {FlowField} flowField @param {number} seconds */
    #advance(flowField, seconds) {
        const positions = this.#positions;
        const left = this.#left;
        for (let i = 0; i < COUNT; i++) {
            const at = 2 * LENGTH * i;
            if (left[i]-- <= 0 || !driftParticle(flowField, positions, at, seconds)) {
                this.#respawn(flowField, i);
            }
        }
    }

    /** Lets particle i begin anew at any place. @param {FlowField} flowField @param {number} i */
    #respawn({ grid: { left, right, bottom, top } }, i) {
        // What stands still begins where it did before, on a lattice that looks like none.
        const [across, up] = this.isStatic
            ? [((i + 0.5) * GOLDEN) % 1, (i + 0.5) / COUNT]
            : [Math.random(), Math.random()];
        const x = left + across * (right - left);
        const y = bottom + up * (top - bottom);
        for (let k = 2 * LENGTH * i; k < 2 * LENGTH * (i + 1); k += 2) {
            [this.#positions[k], this.#positions[k + 1]] = [x, y];
        }
        this.#left[i] = MIN_LIFE + Math.random() * (MAX_LIFE - MIN_LIFE);
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, dim, palette) {
        if (!this.#flowField) {
            return;
        }
        const { context, ratio } = viewport;
        context.strokeStyle = palette.learned;
        context.lineWidth = WIDTH * ratio;
        context.lineCap = "round";
        for (let k = LENGTH - 2; k >= 0; k--) {
            context.globalAlpha = OPACITY * (1 - k / (LENGTH - 1)) ** 2;
            context.beginPath();
            for (let at = 2 * k; at < this.#positions.length; at += 2 * LENGTH) {
                context.moveTo(viewport.toX(this.#positions[at]), viewport.toY(this.#positions[at + 1]));
                context.lineTo(viewport.toX(this.#positions[at + 2]), viewport.toY(this.#positions[at + 3]));
            }
            context.stroke();
        }
        context.globalAlpha = 1;
    }
}

/**
 * Shifts a particle's trail by one place and moves its head along the field; false where that is not known.
 * @param {FlowField} flowField
 * @param {Float64Array} positions
 * @param {number} at
 * @param {number} seconds
 */
function driftParticle({ grid: { left, right, bottom, top, columns, rows }, learned, sigma }, positions, at, seconds) {
    const cell = (right - left) / columns;
    // In cells, from the middle of the first; and how far between four of them.
    const across = (positions[at] - left) / cell - 0.5;
    const up = (positions[at + 1] - bottom) / ((top - bottom) / rows) - 0.5;
    const i = Math.floor(across);
    const k = Math.floor(up);
    if (!(i >= 0 && k >= 0 && i < columns - 1 && k < rows - 1)) {
        return false;
    }
    const p = across - i;
    const q = up - k;
    const from = 2 * (k * columns + i);
    const u =
        (1 - q) * ((1 - p) * learned[from] + p * learned[from + 2]) +
        q * ((1 - p) * learned[from + 2 * columns] + p * learned[from + 2 * columns + 2]);
    const v =
        (1 - q) * ((1 - p) * learned[from + 1] + p * learned[from + 3]) +
        q * ((1 - p) * learned[from + 2 * columns + 1] + p * learned[from + 2 * columns + 3]);
    positions.copyWithin(at + 2, at, at + 2 * LENGTH - 2);
    // As fast as arrows are long: the far field grows without bound.
    const share = (MAX_SPEED * cell * seconds * sigma) / (1 + Math.hypot(u, v) * sigma);
    positions[at] += share * u;
    positions[at + 1] += share * v;
    return true;
}

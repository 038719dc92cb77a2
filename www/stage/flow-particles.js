// Particles that drift along the learned score, drawn as fading streaks.

/** @typedef {import("../panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("../workers/protocol.js").FlowField} FlowField */

/** Number of particles, of places in a streak, and least and greatest life in frames. */
const COUNT = 400;
const LENGTH = 10;
const MIN_LIFE = 40;
const MAX_LIFE = 160;
/** Greatest speed in cells per second, and longest time step in seconds. */
const MAX_SPEED = 7;
const MAX_FRAME = 0.05;
/** Opacity of a streak's head, and its width in CSS pixels. */
const OPACITY = 0.85;
const WIDTH = 1.6;

/** Fractional parts of its multiples are spread evenly over [0, 1). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class Particles {
    /** Places of each particle, newest first, pairs of coordinates. */
    #positions = new Float64Array(2 * COUNT * LENGTH);
    /** Remaining life of each particle, in frames. */
    #left = new Int16Array(COUNT);
    /** @type {FlowField | undefined} */
    #flowField;
    #last = 0;
    #overlay = {};

    /** @param {Pick<ViewContext, "shownLayers">} context */
    constructor(context) {
        this.context = context;
        /** True if the visitor prefers reduced motion: streaks stand still. */
        this.isStatic = matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    /** Moves all particles, once a frame. @param {Pick<RunSnapshot, "lastRender" | "dim">} run */
    update({ lastRender, dim }) {
        const flowField = dim > 1 && this.context.shownLayers().has("flow") ? lastRender?.flowField : undefined;
        const isNew = flowField !== this.#flowField;
        const seconds = Math.min(MAX_FRAME, (performance.now() - this.#last) / 1000);
        this.#flowField = flowField;
        this.#last = performance.now();
        if (!flowField) {
            this.#left.fill(0);
            return undefined;
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
        this.#overlay = {};
        return this.#overlay;
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

    /** Places particle i at random. @param {FlowField} flowField @param {number} i */
    #respawn({ grid: { left, right, bottom, top } }, i) {
        // Static streaks always start at the same places, on an irregular-looking lattice.
        const [across, up] = this.isStatic
            ? [((i + 0.5) * GOLDEN) % 1, (i + 0.5) / COUNT]
            : [Math.random(), Math.random()];
        const x = left + across * (right - left);
        const y = bottom + up * (top - bottom);
        for (let k = 2 * LENGTH * i; k < 2 * LENGTH * (i + 1); k += 2) {
            this.#positions[k] = x;
            this.#positions[k + 1] = y;
        }
        this.#left[i] = MIN_LIFE + Math.random() * (MAX_LIFE - MIN_LIFE);
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} _dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, _dim, palette) {
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
 * Shifts a particle's streak by one place and moves its head along the field; false outside of the field's grid.
 * @param {FlowField} flowField
 * @param {Float64Array} positions
 * @param {number} at
 * @param {number} seconds
 */
function driftParticle({ grid: { left, right, bottom, top, columns, rows }, learned, sigma }, positions, at, seconds) {
    const cell = (right - left) / columns;
    // Position in cells from the middle of the first cell; (p, q) are the weights of bilinear interpolation.
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
    // The speed saturates like the length of arrows: the far field grows without bound.
    const share = (MAX_SPEED * cell * seconds * sigma) / (1 + Math.hypot(u, v) * sigma);
    positions[at] += share * u;
    positions[at + 1] += share * v;
    return true;
}

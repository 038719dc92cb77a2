// The stage: points, exact and learned arrows and samples of a planar experiment, drawn from typed arrays.

/** @typedef {import("./protocol.js").Grid} Grid */

/** A canvas that shows a rectangle of the plane, crisp at any pixel ratio. */
export class Stage {
    /** @param {HTMLCanvasElement} canvas @param {Grid} grid */
    constructor(canvas, grid) {
        this.canvas = canvas;
        this.grid = grid;
        this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    }

    /** Fits the canvas to its place on the page and clears it. */
    clear() {
        const { canvas, context } = this;
        const ratio = devicePixelRatio;
        const size = Math.round(canvas.clientWidth * ratio);
        if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
        this.scale = size / (this.grid.right - this.grid.left);
        this.ratio = ratio;
        context.clearRect(0, 0, size, size);
    }

    /** @param {number} x */
    across(x) {
        return (x - this.grid.left) * (this.scale ?? 1);
    }

    /** @param {number} y */
    down(y) {
        return (this.grid.top - y) * (this.scale ?? 1);
    }

    /** @param {Float64Array} points pairs @param {string} color @param {number} radius in CSS pixels */
    dots(points, color, radius) {
        const { context } = this;
        const size = 2 * radius * (this.ratio ?? 1);
        context.fillStyle = color;
        for (let i = 0; i < points.length; i += 2) {
            context.fillRect(this.across(points[i]) - size / 2, this.down(points[i + 1]) - size / 2, size, size);
        }
    }

    /**
     * Arrows of the scores at their places, in the direction of the score; their length is capped at a cell, so that the
     * far field, which grows without bound, stays readable.
     * @param {Float64Array} places @param {Float64Array} scores @param {number} sigma @param {string} color
     */
    arrows(places, scores, sigma, color) {
        const { context } = this;
        const cell = (this.grid.right - this.grid.left) / this.grid.columns;
        context.strokeStyle = color;
        context.lineWidth = 1.25 * (this.ratio ?? 1);
        context.beginPath();
        for (let i = 0; i < places.length; i += 2) {
            const length = Math.hypot(scores[i], scores[i + 1]);
            if (length > 0) this.arrow(places[i], places[i + 1], scores[i], scores[i + 1], length, reach(length * sigma) * cell);
        }
        context.stroke();
    }

    /**
     * One arrow of length `reach` along (u, v), whose norm is `length`, centred at (x, y).
     * @param {number} x @param {number} y @param {number} u @param {number} v @param {number} length @param {number} reach
     */
    arrow(x, y, u, v, length, reach) {
        const { context } = this;
        const [du, dv] = [u / length * reach, v / length * reach];
        const [tipX, tipY] = [this.across(x + du / 2), this.down(y + dv / 2)];
        context.moveTo(this.across(x - du / 2), this.down(y - dv / 2));
        context.lineTo(tipX, tipY);
        const [backX, backY] = [-0.3 * du * (this.scale ?? 1), 0.3 * dv * (this.scale ?? 1)];
        context.moveTo(tipX + backX - 0.6 * backY, tipY + backY + 0.6 * backX);
        context.lineTo(tipX, tipY);
        context.lineTo(tipX + backX + 0.6 * backY, tipY + backY - 0.6 * backX);
    }
}

/** The share of a cell that a score of `strength` standard deviations takes. @param {number} strength */
const reach = (strength) => 0.95 * strength / (strength + 1);

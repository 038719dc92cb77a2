// Maps between the plane and the pixels of a canvas, on the page and in workers.

/**
 * A view of the plane: its middle, and half its shorter side.
 * @typedef {{ x: number, y: number, half: number }} View
 *
 * Everything that a picture depends on: view, size in pixels, pixels per CSS pixel, arrows across the shorter side, ids
 * of shown layers, and colours by name.
 * @typedef {{ view: View, width: number, height: number, ratio: number, arrowsAcross: number, shown: string[], palette:
 *     Record<string, string> }} Scene
 */

/**
 * A rectangle of the plane, divided into columns and rows of cells.
 * @typedef {{ left: number, right: number, bottom: number, top: number, columns: number, rows: number }} Grid
 *
 * Values at the middles of a grid's cells, row by row from the bottom.
 * @typedef {{ grid: Grid, values: Float64Array }} GridValues
 */

export class Viewport {
    /** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context @param {Scene} scene */
    constructor(context, { view, width, height, ratio }) {
        this.context = context;
        this.view = view;
        this.width = width;
        this.height = height;
        this.ratio = ratio;
        /** Pixels per unit of the plane. */
        this.scale = Math.min(width, height) / (2 * view.half);
    }

    /** @param {number} x */
    toX(x) {
        return this.width / 2 + (x - this.view.x) * this.scale;
    }

    /** @param {number} y */
    toY(y) {
        return this.height / 2 - (y - this.view.y) * this.scale;
    }

    /**
     * Draws a picture of another view, moved and stretched to fit this view.
     * @param {CanvasImageSource} bitmap
     * @param {Scene} scene
     */
    drawBitmap(bitmap, { view, width, height }) {
        const stretch = (view.half * this.scale) / (Math.min(width, height) / 2);
        const x = this.toX(view.x) - (stretch * width) / 2;
        const y = this.toY(view.y) - (stretch * height) / 2;
        this.context.drawImage(bitmap, x, y, stretch * width, stretch * height);
    }
}

/** Number of places on a line per arrow in the plane. */
const CELLS_PER_ARROW = 10;

/**
 * The visible rectangle as a grid of nearly square cells; for data on a line one row of finer cells.
 * @param {Scene} scene
 * @param {number} dim
 */
export function gridOfScene({ view: { x, y, half }, width, height, arrowsAcross }, dim) {
    const [columns, rows] = [width, height].map((length) =>
        Math.round((arrowsAcross * length) / Math.min(width, height)),
    );
    const [halfWidth, halfHeight] = [width, height].map((length) => (half * length) / Math.min(width, height));
    const cells = dim === 1 ? { columns: CELLS_PER_ARROW * columns, rows: 1 } : { columns, rows };
    return { left: x - halfWidth, right: x + halfWidth, bottom: y - halfHeight, top: y + halfHeight, ...cells };
}

// A rectangle of the plane laid on a canvas: where its points lie in pixels. For the page and for workers.

/**
 * What is seen of the plane: the point in the middle and half the shorter side, on so many pixels, of which `ratio`
 * make a CSS pixel; how many arrows cross the shorter side; which layers are shown; and the colour of each ink.
 * @typedef {{ x: number, y: number, half: number }} View
 * @typedef {{ view: View, width: number, height: number, ratio: number, arrowsAcross: number, shown: string[], palette:
 *     Record<string, string> }} Scene
 */

/**
 * A rectangle of the plane in cells, `columns` across and `rows` up.
 * @typedef {{ left: number, right: number, bottom: number, top: number, columns: number, rows: number }} Grid
 *
 * Numbers at the middles of a grid's cells, row by row from the bottom.
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
        /** Pixels for each unit of the plane. */
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
     * Shows what was painted of another view of the plane, moved and stretched to where it belongs.
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

/** How many places on a line are looked at for each arrow that there would be in the plane. */
const CELLS_PER_ARROW = 10;

/**
 * The rectangle that is seen, in cells as square as can be; of a line only one row of them, and finer.
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

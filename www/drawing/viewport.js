// A rectangle of the plane laid on a canvas: where its points lie in pixels. For the page and for workers.

/**
 * What is seen of the plane: the point in the middle and half the shorter side, on so many pixels, of which `ratio` make a CSS pixel;
 * how many arrows cross the shorter side; which layers are shown; and the colour of each ink.
 * @typedef {{ x: number, y: number, half: number }} View
 * @typedef {{ view: View, width: number, height: number, ratio: number, arrows: number, shown: string[], inks: Record<string, string> }} Sight
 */

export class Plate {
    /** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context @param {Sight} sight */
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
    across(x) {
        return this.width / 2 + (x - this.view.x) * this.scale;
    }

    /** @param {number} y */
    down(y) {
        return this.height / 2 - (y - this.view.y) * this.scale;
    }

    /** Shows what was painted of another view of the plane, moved and stretched to where it belongs. @param {CanvasImageSource} picture @param {Sight} sight */
    show(picture, { view, width, height }) {
        const stretch = view.half * this.scale / (Math.min(width, height) / 2);
        const [x, y] = [this.across(view.x) - stretch * width / 2, this.down(view.y) - stretch * height / 2];
        this.context.drawImage(picture, x, y, stretch * width, stretch * height);
    }
}

/** How many places on a line are looked at for each arrow that there would be in the plane. */
const FINER = 10;

/** The rectangle that is seen, in cells as square as can be; of a line only one row of them, and finer. @param {Sight} sight @param {number} dim */
export function gridOf({ view: { x, y, half }, width, height, arrows }, dim) {
    const [columns, rows] = [width, height].map((length) => Math.round(arrows * length / Math.min(width, height)));
    const [aside, above] = [width, height].map((length) => half * length / Math.min(width, height));
    const cells = dim === 1 ? { columns: FINER * columns, rows: 1 } : { columns, rows };
    return { left: x - aside, right: x + aside, bottom: y - above, top: y + above, ...cells };
}

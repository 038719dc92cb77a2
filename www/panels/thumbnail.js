// Thumbnails of datasets: points in a square, or a histogram of points on a line.

/** @typedef {import("../drawing/viewport.js").View} View */

/** Side of a thumbnail in CSS pixels. */
export const THUMBNAIL_SIZE = 72;
/** Bars of a histogram. */
const BARS = 24;
/** Range of a thumbnail of all data, relative to the range of the data. */
const MARGIN = 1.15;

/**
 * Draws all points, or the part of them in `view`.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} places pairs of coordinates
 * @param {number} dim
 * @param {string} color
 * @param {View | undefined} view
 */
export function drawThumbnail(canvas, places, dim, color, view) {
    const size = Math.round(THUMBNAIL_SIZE * devicePixelRatio);
    canvas.width = size;
    canvas.height = size;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const [xs, ys] = [0, 1].map((axis) => places.filter((_, i) => i % 2 === axis));
    const [x, y] = view
        ? [view.x, view.y].map((middle) => [middle - view.half, middle + view.half])
        : [xs, ys].map(rangeOf);
    const reach = (view ? 1 : MARGIN) * Math.max(x[1] - x[0], y[1] - y[0], 1e-9);
    const at = (/** @type {number} */ value, /** @type {number[]} */ [low, high]) =>
        size * (0.5 + (value - (low + high) / 2) / reach);
    context.fillStyle = color;
    if (dim === 1) {
        drawBars(
            context,
            size,
            xs.map((value) => at(value, x)),
        );
        return;
    }
    xs.forEach((value, i) => {
        context.fillRect(at(value, x), size - at(ys[i], y), size / 48, size / 48);
    });
}

/** @param {Float64Array} values */
const rangeOf = (values) =>
    values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

/** @param {CanvasRenderingContext2D} context @param {number} size @param {Float64Array} pixels */
function drawBars(context, size, pixels) {
    const counts = new Array(BARS).fill(0);
    for (const pixel of pixels) {
        counts[Math.min(BARS - 1, Math.max(0, Math.floor((BARS * pixel) / size)))]++;
    }
    for (const [i, count] of counts.entries()) {
        context.fillRect((i * size) / BARS, size, size / BARS - 1, (-0.9 * size * count) / Math.max(...counts));
    }
}

// Dots, arrows and paths in the plane's coordinates, with sizes in CSS pixels.

/** @typedef {import("./viewport.js").Viewport} Viewport */

/**
 * Number of arrows in a path. When browsers paint in software, one path of thousands of arrows may take six times as
 * long, and one path per arrow 1.5 times as long.
 */
const ARROWS_PER_PATH = 16;
/** Least number of points that are set pixel by pixel. */
const PIXELWISE_FROM = 4000;

/**
 * Points as squares, which are painted faster than discs. An SVG has one square per point.
 * @param {Viewport} viewport
 * @param {Float64Array} points
 * @param {string} color
 * @param {number} radius
 */
export function drawDots(viewport, points, color, radius) {
    const { context } = viewport;
    const whole = points.length > 2 * PIXELWISE_FROM;
    const size = whole ? Math.max(1, Math.round(2 * radius * viewport.ratio)) : 2 * radius * viewport.ratio;
    if (whole && !("markup" in context)) {
        return drawPixels(viewport, points, color, size);
    }
    context.fillStyle = color;
    for (let i = 0; i < points.length; i += 2) {
        context.fillRect(viewport.toX(points[i]) - size / 2, viewport.toY(points[i + 1]) - size / 2, size, size);
    }
}

/**
 * Points as whole pixels: thousands of calls would take longer than the rest of the picture.
 * @param {Viewport} viewport
 * @param {Float64Array} points
 * @param {string} color
 * @param {number} size
 */
function drawPixels(viewport, points, color, size) {
    const { width, height, context } = viewport;
    const canvas = new OffscreenCanvas(width, height);
    const pixelContext = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = pixelContext.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
    // All platforms of browsers are little-endian.
    const rgba = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    for (let i = 0; i < points.length; i += 2) {
        const left = Math.round(viewport.toX(points[i]) - size / 2);
        const top = Math.round(viewport.toY(points[i + 1]) - size / 2);
        for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
            for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
                pixels[y * width + x] = rgba;
            }
        }
    }
    pixelContext.putImageData(image, 0, 0);
    context.drawImage(canvas, 0, 0);
}

/**
 * Arrows along the scores. Their length saturates at a cell's width: the far field grows without bound.
 * @param {Viewport} viewport
 * @param {Float64Array} places
 * @param {Float64Array} scores
 * @param {number} cell
 * @param {number} sigma
 * @param {string} color
 */
export function drawArrows(viewport, places, scores, cell, sigma, color) {
    const { context } = viewport;
    const width = cell * viewport.scale;
    context.fillStyle = color;
    let pending = 0;
    const fillPending = () => {
        context.fill();
        context.beginPath();
        pending = 0;
    };
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        const norm = Math.hypot(scores[i], scores[i + 1]);
        if (!(norm > 0 && norm < Infinity)) {
            continue;
        }
        const length = (0.95 * width * norm * sigma) / (norm * sigma + 1);
        addArrow(
            context,
            viewport.toX(places[i]),
            viewport.toY(places[i + 1]),
            scores[i] / norm,
            -scores[i + 1] / norm,
            length,
            0.6 * viewport.ratio,
        );
        if (++pending === ARROWS_PER_PATH) {
            fillPending();
        }
    }
    fillPending();
}

/**
 * Adds an arrow to the path, centred at (x, y), along the unit vector (u, v), with a shaft of width 2 `half`.
 * @param {Viewport["context"]} context @param {number} x @param {number} y @param {number} u @param {number} v
 * @param {number} length @param {number} half
 */
function addArrow(context, x, y, u, v, length, half) {
    const end = length / 2;
    const neck = 0.12 * length;
    const barb = Math.max(0.18 * length, half);
    const corner = (/** @type {number} */ along, /** @type {number} */ aside) =>
        context.lineTo(x + along * u - aside * v, y + along * v + aside * u);
    context.moveTo(x - end * u - half * v, y - end * v + half * u);
    corner(neck, half);
    corner(neck, barb);
    corner(end, 0);
    corner(neck, -barb);
    corner(neck, -half);
    corner(-end, -half);
    context.closePath();
}

/**
 * Paths as lists of pairs of coordinates, fading towards their beginning.
 * @param {Viewport} viewport
 * @param {number[][]} paths
 * @param {string} color
 */
export function drawPaths(viewport, paths, color) {
    const { context, ratio } = viewport;
    const end = Math.max(0, ...paths.map((path) => path.length - 2));
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 1.5 * ratio;
    context.lineCap = "round";
    // Segments of equal age together, counted from the end: some paths are shorter.
    for (let age = end; age > 0; age -= 2) {
        context.globalAlpha = (0.8 * (end - age + 2)) / end;
        context.beginPath();
        for (const path of paths) {
            const i = path.length - 2 - age;
            if (i < 0) {
                continue;
            }
            context.moveTo(viewport.toX(path[i]), viewport.toY(path[i + 1]));
            context.lineTo(viewport.toX(path[i + 2]), viewport.toY(path[i + 3]));
        }
        context.stroke();
    }
    context.globalAlpha = 1;
    for (const path of end > 0 ? paths : []) {
        context.beginPath();
        context.arc(
            viewport.toX(path[path.length - 2]),
            viewport.toY(path[path.length - 1]),
            3.2 * ratio,
            0,
            2 * Math.PI,
        );
        context.fill();
    }
}

// Marks on a plate, given in the plane's coordinates, with sizes in CSS pixels.

/** @typedef {import("./viewport.js").Plate} Plate */

/** So many arrows make a path: one path of thousands may take a browser that paints in software six times as long, one for each half as long again. */
const TOGETHER = 16;
/** From so many points on they are set pixel by pixel. */
const MANY = 4000;

/** Squares, which are painted faster than discs; in a file they stay what they are. @param {Plate} plate @param {Float64Array} points @param {string} ink @param {number} radius */
export function dots(plate, points, ink, radius) {
    const { context } = plate;
    const whole = points.length > 2 * MANY;
    const size = whole ? Math.max(1, Math.round(2 * radius * plate.ratio)) : 2 * radius * plate.ratio;
    if (whole && !("markup" in context)) return specks(plate, points, ink, size);
    context.fillStyle = ink;
    for (let i = 0; i < points.length; i += 2) {
        context.fillRect(plate.across(points[i]) - size / 2, plate.down(points[i + 1]) - size / 2, size, size);
    }
}

/** The same in whole pixels: of many thousands a call for each takes longer than the rest of the picture. @param {Plate} plate @param {Float64Array} points @param {string} ink @param {number} size */
function specks(plate, points, ink, size) {
    const { width, height, context } = plate;
    const canvas = new OffscreenCanvas(width, height);
    const own = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = own.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(ink.slice(i, i + 2), 16));
    // Bytes in the order of every browser's machine.
    const color = (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
    for (let i = 0; i < points.length; i += 2) {
        const [left, top] = [Math.round(plate.across(points[i]) - size / 2), Math.round(plate.down(points[i + 1]) - size / 2)];
        for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
            for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) pixels[y * width + x] = color;
        }
    }
    own.putImageData(image, 0, 0);
    context.drawImage(canvas, 0, 0);
}

/**
 * Arrows along the scores. Their length grows with the score up to a cell's width: the far field grows without bound, and would
 * hide everything.
 * @param {Plate} plate @param {Float64Array} places @param {Float64Array} scores @param {number} cell @param {number} sigma @param {string} ink
 */
export function arrows(plate, places, scores, cell, sigma, ink) {
    const { context } = plate;
    const width = cell * plate.scale;
    context.fillStyle = ink;
    let pending = 0;
    const paint = () => (context.fill(), context.beginPath(), pending = 0);
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        const norm = Math.hypot(scores[i], scores[i + 1]);
        if (!(norm > 0 && norm < Infinity)) continue;
        const length = 0.95 * width * norm * sigma / (norm * sigma + 1);
        arrow(context, plate.across(places[i]), plate.down(places[i + 1]), scores[i] / norm, -scores[i + 1] / norm, length, 0.6 * plate.ratio);
        if (++pending === TOGETHER) paint();
    }
    paint();
}

/**
 * Adds an arrow about (x, y) along the unit vector (u, v) to the path, its shaft twice `half` wide.
 * @param {Plate["context"]} context @param {number} x @param {number} y @param {number} u @param {number} v
 * @param {number} length @param {number} half
 */
function arrow(context, x, y, u, v, length, half) {
    const [end, neck, barb] = [length / 2, 0.12 * length, Math.max(0.18 * length, half)];
    const corner = (/** @type {number} */ along, /** @type {number} */ aside) => context.lineTo(x + along * u - aside * v, y + along * v + aside * u);
    context.moveTo(x - end * u - half * v, y - end * v + half * u);
    corner(neck, half);
    corner(neck, barb);
    corner(end, 0);
    corner(neck, -barb);
    corner(neck, -half);
    corner(-end, -half);
    context.closePath();
}

/** Paths, each of them pairs of coordinates, that fade towards their beginning. @param {Plate} plate @param {number[][]} paths @param {string} ink */
export function trails(plate, paths, ink) {
    const { context, ratio } = plate;
    const end = Math.max(0, ...paths.map((path) => path.length - 2));
    [context.strokeStyle, context.fillStyle, context.lineWidth, context.lineCap] = [ink, ink, 1.5 * ratio, "round"];
    // All that are equally old at once, counted from the end: some may be shorter.
    for (let age = end; age > 0; age -= 2) {
        context.globalAlpha = 0.8 * (end - age + 2) / end;
        context.beginPath();
        for (const path of paths) {
            const i = path.length - 2 - age;
            if (i < 0) continue;
            context.moveTo(plate.across(path[i]), plate.down(path[i + 1]));
            context.lineTo(plate.across(path[i + 2]), plate.down(path[i + 3]));
        }
        context.stroke();
    }
    context.globalAlpha = 1;
    for (const path of end > 0 ? paths : []) {
        context.beginPath();
        context.arc(plate.across(path[path.length - 2]), plate.down(path[path.length - 1]), 3.2 * ratio, 0, 2 * Math.PI);
        context.fill();
    }
}

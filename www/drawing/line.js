// Drawings for data on a line: scores as curves above, points and samples as histograms below. Heights are shares of
// the stage's height.

/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {import("./viewport.js").GridValues} GridValues */

/** Height of a score of zero, and greatest distance of a curve from it. */
const ZERO = 0.36;
const SWING = 0.32;
/** Base line of histograms, and height of their greatest bar. */
const FLOOR = 0.985;
const PEAK = 0.26;
/** Widths of filled and outlined bars in CSS pixels. Outlined bars show samples; there are fewer samples than data. */
const FINE_BAR = 6;
const COARSE_BAR = 12;

/**
 * Scores as a curve, above the base line where they point to the right; like the plane's arrows it saturates.
 * @param {Viewport} viewport
 * @param {Float64Array} places
 * @param {Float64Array} scores
 * @param {number} sigma
 * @param {string} color
 */
export function drawScoreCurve(viewport, places, scores, sigma, color) {
    const { context, width, height, ratio } = viewport;
    const level = (/** @type {number} */ push) => (ZERO - (SWING * push) / (1 + Math.abs(push))) * height;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2 * ratio;
    context.lineJoin = "round";
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        context.lineTo(viewport.toX(places[i]), level(scores[i] * sigma));
    }
    context.stroke();
    context.globalAlpha = 0.4;
    context.fillRect(0, level(0), width, ratio);
    context.globalAlpha = 1;
}

/** The meaning of the curve's height. @param {Viewport} viewport @param {string} color */
export function drawSignLegend({ context, ratio }, color) {
    context.fillStyle = color;
    context.font = `${12 * ratio}px system-ui, sans-serif`;
    // Curves rarely reach this corner.
    context.fillText("above the line: pushes right; below: pushes left", 8 * ratio, 16 * ratio);
}

/**
 * A filled density from log-densities at the middles of a grid's cells.
 * @param {Viewport} viewport
 * @param {GridValues} gridValues
 * @param {string} color
 */
export function fillDensity(viewport, { grid, values }, color) {
    const peak = values.reduce((a, b) => Math.max(a, b), -Infinity);
    fillUnder(
        viewport,
        Array.from(values, (value, i) => [viewport.toX(cellMiddle(grid, i)), Math.exp(value - peak)]),
        color,
        0.5,
    );
}

/**
 * A dashed curve of a quantity, as a share of a histogram's height.
 * @param {Viewport} viewport
 * @param {GridValues} gridValues
 * @param {(value: number) => number} share
 * @param {string} color
 */
export function drawQuantityCurve(viewport, { grid, values }, share, color) {
    const { context, height, ratio } = viewport;
    context.strokeStyle = color;
    context.lineWidth = 2 * ratio;
    context.setLineDash([6 * ratio, 4 * ratio]);
    context.beginPath();
    values.forEach((value, i) => {
        context.lineTo(viewport.toX(cellMiddle(grid, i)), (FLOOR - PEAK * share(value)) * height);
    });
    context.stroke();
    context.setLineDash([]);
}

/** Middle of cell i. @param {import("./viewport.js").Grid} grid @param {number} i */
const cellMiddle = ({ left, right, columns }, i) => left + ((i + 0.5) * (right - left)) / columns;

/**
 * A histogram of points, filled or outlined.
 * @param {Viewport} viewport
 * @param {Float64Array} points
 * @param {string} color
 * @param {boolean} filled
 */
export function drawHistogram(viewport, points, color, filled) {
    const width = (filled ? FINE_BAR : COARSE_BAR) * viewport.ratio;
    const counts = new Array(Math.ceil(viewport.width / width)).fill(0);
    for (let i = 0; i < points.length; i += 2) {
        const bar = Math.floor(viewport.toX(points[i]) / width);
        if (bar >= 0 && bar < counts.length) {
            counts[bar]++;
        }
    }
    const peak = Math.max(1, ...counts);
    const corners = counts.flatMap((count, i) => [
        [i * width, count / peak],
        [(i + 1) * width, count / peak],
    ]);
    fillUnder(viewport, corners, color, filled ? 0.6 : 0.12);
    if (filled) {
        return;
    }
    viewport.context.strokeStyle = color;
    viewport.context.lineWidth = 1.75 * viewport.ratio;
    viewport.context.stroke();
}

/**
 * Fills the area under corners, each an x in pixels and a height in [0, 1].
 * @param {Viewport} viewport
 * @param {number[][]} corners
 * @param {string} color
 * @param {number} opacity
 */
function fillUnder({ context, width, height }, corners, color, opacity) {
    context.fillStyle = color;
    context.globalAlpha = opacity;
    context.beginPath();
    context.moveTo(0, FLOOR * height);
    for (const [x, share] of corners) {
        context.lineTo(x, (FLOOR - PEAK * share) * height);
    }
    context.lineTo(width, FLOOR * height);
    context.fill();
    context.globalAlpha = 1;
}

// How data on a line are shown: scores as curves over it, points and samples as histograms under them. Heights are shares of the
// stage's, whatever part of the line is seen.

/** @typedef {import("./viewport.js").Plate} Plate */
/** @typedef {import("../workers/field-queries.js").Known} Known */

/** Where the score is zero, and how far from there the greatest is drawn. */
const [ZERO, SWING] = [0.36, 0.32];
/** Where histograms stand, and how high their greatest bar is. */
const [FLOOR, PEAK] = [0.985, 0.26];
/** A bar's width in CSS pixels, where it is filled and in outline: samples are fewer. */
const [FINE, COARSE] = [6, 12];

/**
 * Scores as a curve, above zero where they point to the right. Like the arrows of the plane it grows with the score, but not without
 * bound. @param {Plate} plate @param {Float64Array} places @param {Float64Array} scores @param {number} sigma @param {string} ink
 */
export function curve(plate, places, scores, sigma, ink) {
    const { context, width, height, ratio } = plate;
    const level = (/** @type {number} */ push) => (ZERO - SWING * push / (1 + Math.abs(push))) * height;
    [context.strokeStyle, context.fillStyle, context.lineWidth, context.lineJoin] = [ink, ink, 2 * ratio, "round"];
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) context.lineTo(plate.across(places[i]), level(scores[i] * sigma));
    context.stroke();
    context.globalAlpha = 0.4;
    context.fillRect(0, level(0), width, ratio);
    context.globalAlpha = 1;
}

/** Which way is up. @param {Plate} plate @param {string} ink */
export function legend({ context, ratio }, ink) {
    [context.fillStyle, context.font] = [ink, `${12 * ratio}px system-ui, sans-serif`];
    // In the corner, where curves hardly come.
    context.fillText("↑ to the right, ↓ to the left", 8 * ratio, 16 * ratio);
}

/** The density over the line, filled: log-densities at the middles of a grid's cells. @param {Plate} plate @param {Known} known @param {string} ink */
export function hill(plate, { grid, values }, ink) {
    const peak = values.reduce((a, b) => Math.max(a, b), -Infinity);
    fill(plate, Array.from(values, (value, i) => [plate.across(middle(grid, i)), Math.exp(value - peak)]), ink, 0.5);
}

/** A number over the line, as a share of the height that histograms have; dashed, to be told from scores. @param {Plate} plate @param {Known} known @param {(value: number) => number} share @param {string} ink */
export function level(plate, { grid, values }, share, ink) {
    const { context, height, ratio } = plate;
    [context.strokeStyle, context.lineWidth] = [ink, 2 * ratio];
    context.setLineDash([6 * ratio, 4 * ratio]);
    context.beginPath();
    values.forEach((value, i) => context.lineTo(plate.across(middle(grid, i)), (FLOOR - PEAK * share(value)) * height));
    context.stroke();
    context.setLineDash([]);
}

/** Where cell i of the row is. @param {import("../workers/protocol.js").Grid} grid @param {number} i */
const middle = ({ left, right, columns }, i) => left + (i + 0.5) * (right - left) / columns;

/** How many of `points` lie where; in outline, or filled. @param {Plate} plate @param {Float64Array} points @param {string} ink @param {boolean} filled */
export function histogram(plate, points, ink, filled) {
    const width = (filled ? FINE : COARSE) * plate.ratio;
    const counts = new Array(Math.ceil(plate.width / width)).fill(0);
    for (let i = 0; i < points.length; i += 2) {
        const bar = Math.floor(plate.across(points[i]) / width);
        if (bar >= 0 && bar < counts.length) counts[bar]++;
    }
    const peak = Math.max(1, ...counts);
    const corners = counts.flatMap((count, i) => [[i * width, count / peak], [(i + 1) * width, count / peak]]);
    fill(plate, corners, ink, filled ? 0.6 : 0.12);
    if (filled) return;
    [plate.context.strokeStyle, plate.context.lineWidth] = [ink, 1.75 * plate.ratio];
    plate.context.stroke();
}

/** Fills what lies under corners, each a pixel across and a height up to 1. @param {Plate} plate @param {number[][]} corners @param {string} ink @param {number} opacity */
function fill({ context, width, height }, corners, ink, opacity) {
    [context.fillStyle, context.globalAlpha] = [ink, opacity];
    context.beginPath();
    context.moveTo(0, FLOOR * height);
    for (const [x, share] of corners) context.lineTo(x, (FLOOR - PEAK * share) * height);
    context.lineTo(width, FLOOR * height);
    context.fill();
    context.globalAlpha = 1;
}

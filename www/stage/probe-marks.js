// Marks of the probe on the stage: scores, the reconstruction, and a place on a line.

/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */

/** Greatest length of a score's arrow, and half the size of a mark, in CSS pixels. */
const ARROW = 70;
const MARK = 4;

/**
 * Draws a score as an arrow from its place. Its length saturates like the length of the stage's arrows.
 * @param {Viewport} viewport
 * @param {[number, number]} place
 * @param {Float64Array} score
 * @param {number} sigma
 * @param {string} color
 */
export function drawScore(viewport, place, [u, v], sigma, color) {
    const { context, ratio } = viewport;
    const push = Math.hypot(u, v) * sigma;
    if (!(push > 0 && push < Infinity)) {
        return;
    }
    const x = viewport.toX(place[0]);
    const y = viewport.toY(place[1]);
    const share = (ARROW * ratio * sigma) / (1 + push);
    const endX = x + share * u;
    const endY = y - share * v;
    const angle = Math.atan2(-v, u);
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2.5 * ratio;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(endX, endY);
    for (const side of [-1, 1]) {
        context.moveTo(endX, endY);
        context.lineTo(
            endX - 2 * MARK * ratio * Math.cos(angle + side * 0.5),
            endY - 2 * MARK * ratio * Math.sin(angle + side * 0.5),
        );
    }
    context.stroke();
}

/**
 * Draws a reconstruction as a ring, with a thin line from the place.
 * @param {Viewport} viewport
 * @param {[number, number]} from
 * @param {Float64Array} to
 * @param {string} color
 */
export function drawReconstruction(viewport, from, to, color) {
    const { context, ratio } = viewport;
    const [[x, y], [endX, endY]] = [from, to].map(([x, y]) => [viewport.toX(x), viewport.toY(y)]);
    const radius = MARK * ratio;
    const length = Math.hypot(endX - x, endY - y);
    const share = length > radius ? 1 - radius / length : 0;
    context.strokeStyle = color;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + share * (endX - x), y + share * (endY - y));
    context.stroke();
    context.lineWidth = 2 * ratio;
    context.beginPath();
    context.arc(endX, endY, radius, 0, 2 * Math.PI);
    context.stroke();
}

/**
 * Draws a place on a line as a vertical line.
 * @param {Viewport} viewport
 * @param {number} x
 * @param {string} color
 */
export function drawVertical(viewport, x, color) {
    const { context, ratio, height } = viewport;
    context.fillStyle = color;
    context.fillRect(viewport.toX(x) - ratio / 2, 0, ratio, height);
}

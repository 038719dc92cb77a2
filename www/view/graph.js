// Graphs over a line, where data have one dimension: curves and an area over the height zero, and ticks beneath it.

/** @typedef {import("./plate.js").Plate} Plate */

/** The share of the stage's height that a curve reaches on either side of zero. */
const REACH = 0.42;
/** Heights of ticks and of the gaps between their rows, in CSS pixels. */
const [TICK, GAP] = [9, 4];

/**
 * A curve of values at places (pairs of coordinates) from left to right; `unit` is the value that reaches as far as any may.
 * @param {Plate} plate @param {Float64Array} places @param {Float64Array} values one for each place @param {number} unit @param {string} ink
 */
export function curve(plate, places, values, unit, ink) {
    const { context, ratio } = plate;
    trace(plate, places, values, unit);
    [context.strokeStyle, context.lineWidth, context.lineJoin] = [ink, 2 * ratio, "round"];
    context.stroke();
}

/** The area between zero and values that are not negative. @param {Parameters<typeof curve>} args */
export function area(...[plate, places, values, unit, ink]) {
    const { context } = plate;
    trace(plate, places, values, unit);
    context.lineTo(plate.across(places[places.length - 2]), plate.down(0));
    context.lineTo(plate.across(places[0]), plate.down(0));
    [context.fillStyle, context.globalAlpha] = [ink, 0.3];
    context.fill();
    context.globalAlpha = 1;
}

/** @param {Plate} plate @param {Float64Array} places @param {Float64Array} values @param {number} unit */
function trace(plate, places, values, unit) {
    const rise = REACH * plate.height / unit;
    plate.context.beginPath();
    values.forEach((value, i) => plate.context.lineTo(plate.across(places[2 * i]), plate.down(0) - rise * value));
}

/** The line of height zero, and how high the value `unit` is. @param {Plate} plate @param {number} unit @param {string} ink */
export function axis(plate, unit, ink) {
    const { context, ratio, width, height } = plate;
    [context.fillStyle, context.font] = [ink, `${12 * ratio}px system-ui, sans-serif`];
    context.fillRect(0, plate.down(0), width, ratio);
    for (const [sign, name] of /** @type {const} */ ([[1, "+"], [-1, "−"]])) {
        const y = plate.down(0) - sign * REACH * height;
        context.fillRect(0, y, 8 * ratio, ratio);
        context.fillText(`score ${name}${unit.toPrecision(2)}`, 12 * ratio, y + 4 * ratio);
    }
}

/** A tick at each point, in row number `row` beneath the line. @param {Plate} plate @param {Float64Array} points @param {number} row @param {string} ink */
export function ticks(plate, points, row, ink) {
    const { context, ratio } = plate;
    const top = plate.down(0) + (GAP + row * (TICK + GAP)) * ratio;
    [context.fillStyle, context.globalAlpha] = [ink, 0.5];
    for (let i = 0; i < points.length; i += 2) context.fillRect(plate.across(points[i]), top, ratio, TICK * ratio);
    context.globalAlpha = 1;
}

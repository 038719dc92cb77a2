// Layers that give each place a colour: a number there, with a legend that says which colour is which.

import { brief } from "./number-format.js";
import { ramp } from "./color.js";
import { hill, level } from "./line.js";

/** @typedef {import("./viewport.js").Plate} Plate */
/** @typedef {import("./layers.js").Facts} Facts */
/** @typedef {import("./layers.js").Paint} Paint */
/** @typedef {import("../workers/field-queries.js").Known} Known */
/**
 * Which colours stand for which numbers: colours at equal distances, and words at shares of the way.
 * @typedef {{ colors: string[], marks: { share: number, text: string }[] }} Legend
 */

/** How many colours a legend names. */
const COLORS = 9;
/** Energies above this are those of places where one in a hundred thousand draws would be. */
const HIGHEST = 12;
/** Where contours of the energy run. */
const CONTOURS = [1, 2, 4, 8];

/** @param {(share: number) => number[]} colors @param {Legend["marks"]} marks @returns {Legend} */
const legend = (colors, marks) =>
    ({ colors: Array.from({ length: COLORS }, (_, i) => `rgb(${colors(i / (COLORS - 1)).join()})`), marks });

/** Paints each cell of a grid by its share in [0, 1]. @param {Plate} plate @param {Known} known @param {(value: number) => number} share @param {(share: number) => number[]} colors */
function heat(plate, { grid: { left, right, bottom, top, columns, rows }, values }, share, colors) {
    const cells = new OffscreenCanvas(columns, rows);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (cells.getContext("2d"));
    const image = context.createImageData(columns, rows);
    const { data } = image;
    for (let i = 0; i < values.length; i++) {
        const part = share(values[i]);
        if (Number.isNaN(part)) continue; // and stays clear
        const [at, [red, green, blue]] = [4 * (i % columns + (rows - 1 - Math.floor(i / columns)) * columns), colors(part)];
        [data[at], data[at + 1], data[at + 2], data[at + 3]] = [red, green, blue, 255];
    }
    context.putImageData(image, 0, 0);
    // Stretched to the grid, the browser blends the cells.
    plate.context.drawImage(cells, plate.across(left), plate.down(top), (right - left) * plate.scale, (top - bottom) * plate.scale);
}

/** Lines along which values on a grid are `wanted` (marching squares). @param {Plate} plate @param {Known} known @param {number} wanted @param {string} ink */
function contour(plate, { grid: { left, right, bottom, top, columns, rows }, values }, wanted, ink) {
    const { context } = plate;
    const [width, height] = [(right - left) / columns, (top - bottom) / rows];
    const at = (/** @type {number} */ i, /** @type {number} */ k) => values[i + k * columns];
    const point = (/** @type {number} */ i, /** @type {number} */ k) =>
        [plate.across(left + (i + 0.5) * width), plate.down(bottom + (k + 0.5) * height)];
    const crossing = (/** @type {number[]} */ [a, b], /** @type {number[]} */ [c, d]) => {
        const [from, to, share] = [point(a, b), point(c, d), (wanted - at(a, b)) / (at(c, d) - at(a, b))];
        return from.map((x, axis) => x + share * (to[axis] - x));
    };
    [context.strokeStyle, context.lineWidth] = [ink, plate.ratio];
    context.beginPath();
    for (let k = 0; k + 1 < rows; k++) {
        for (let i = 0; i + 1 < columns; i++) {
            const below = [at(i, k), at(i + 1, k), at(i + 1, k + 1), at(i, k + 1)].map((value) => value < wanted);
            if (below.every((is) => is === below[0])) continue;
            const corners = [[i, k], [i + 1, k], [i + 1, k + 1], [i, k + 1]];
            const crossings = corners.flatMap((corner, side) => below[side] === below[(side + 1) % 4] ? [] : [crossing(corner, corners[(side + 1) % 4])]);
            for (let n = 0; n + 1 < crossings.length; n += 2) {
                context.moveTo(crossings[n][0], crossings[n][1]);
                context.lineTo(crossings[n + 1][0], crossings[n + 1][1]);
            }
        }
    }
    context.stroke();
}

/** A density by the square root of its share of the greatest: shades of what is rare stay apart. @param {Plate} plate @param {Facts} facts @param {Known} known log-densities @param {Paint} paint */
function density(plate, { dim }, known, { ink, background }) {
    const peak = known.values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (dim === 1) return void hill(plate, known, ink);
    const colors = ramp([background, ink]);
    heat(plate, known, (value) => Math.exp(0.5 * (value - peak)), colors);
    const greatest = Math.exp(peak);
    return legend(colors, [0, 0.25, 1].map((part) => ({ share: Math.sqrt(part), text: brief(part * greatest) })));
}

/** What layers of a quantity draw, by the layer's id. @type {Record<string, (plate: Plate, facts: Facts, known: Known, paint: Paint) => Legend | void>} */
export const MAPS = {
    clean: density,
    density,
    /** exp(-E), relative to the greatest that is seen: the learned energy has no other zero. */
    "learned-density": (plate, facts, { grid, values }, paint) => {
        const drawn = density(plate, facts, { grid, values: values.map((value) => -value) }, paint);
        return drawn && { ...drawn, marks: [{ share: 0, text: "0" }, { share: 1, text: "greatest" }] };
    },
    energy: (plate, { dim }, known, { ink, background, text }) => {
        const share = (/** @type {number} */ value) => Math.min(1, value / HIGHEST);
        if (dim === 1) return level(plate, known, share, ink);
        const colors = ramp([ink, background]);
        heat(plate, known, share, colors);
        for (const height of CONTOURS) contour(plate, known, height, text);
        return legend(colors, [0, 4, 8, HIGHEST].map((height) => ({ share: height / HIGHEST, text: height === HIGHEST ? `≥ ${HIGHEST}` : String(height) })));
    },
    /** ‖r(x) - x‖² beside σ²: no energy, as it is zero at maxima, minima and saddles alike. */
    error: (plate, { dim, sigma }, known, { ink, background }) => {
        const share = (/** @type {number} */ value) => Math.sqrt(value) / (sigma + Math.sqrt(value));
        if (dim === 1) return level(plate, known, share, ink);
        const colors = ramp([background, ink]);
        heat(plate, known, share, colors);
        return legend(colors, [0, 0.25, 1, 16].map((part) => ({ share: share(part * sigma * sigma), text: brief(part * sigma * sigma) })));
    },
    /** Curl beside 1/σ², which J - Jᵀ has where it is as great as the identity. */
    curl: (plate, { sigma }, known, { ink, other, background }) => {
        const share = (/** @type {number} */ value) => 0.5 + 0.5 * value * sigma * sigma / (1 + Math.abs(value) * sigma * sigma);
        const colors = ramp([other, background, ink]);
        heat(plate, known, share, colors);
        const marks = [-4, -1, 0, 1, 4].map((part) => part / (sigma * sigma)).map((value) => ({ share: share(value), text: brief(value) }));
        return legend(colors, marks);
    },
};

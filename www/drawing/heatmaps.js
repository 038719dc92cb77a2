// Layers that colour each place by a quantity, with legends.

import { colorRamp } from "./color.js";
import { drawQuantityCurve, fillDensity } from "./line.js";
import { formatShort } from "./number-format.js";

/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {import("./layers.js").FieldData} FieldData */
/** @typedef {import("./layers.js").LayerColors} LayerColors */
/** @typedef {import("./viewport.js").GridValues} GridValues */
/**
 * A legend: colours at equal distances, and texts at shares of its width.
 * @typedef {{ colors: string[], ticks: { share: number, text: string }[] }} Legend
 */

/** Number of colours in a legend. */
const COLORS = 9;
/** Maximum energy of the colour scale: exp(-12) is about one in a hundred thousand. */
const HIGHEST = 12;
/** Energies of the contours. */
const CONTOURS = [1, 2, 4, 8];

/** @param {(share: number) => number[]} colors @param {Legend["ticks"]} ticks @returns {Legend} */
const makeLegend = (colors, ticks) => ({
    colors: Array.from({ length: COLORS }, (_, i) => `rgb(${colors(i / (COLORS - 1)).join()})`),
    ticks,
});

/**
 * Paints each cell of a grid by the share in [0, 1] of its value; cells with NaN stay clear.
 * @param {Viewport} viewport
 * @param {GridValues} gridValues
 * @param {(value: number) => number} share
 * @param {(share: number) => number[]} colors
 */
function drawHeatMap(viewport, { grid: { left, right, bottom, top, columns, rows }, values }, share, colors) {
    const cells = new OffscreenCanvas(columns, rows);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (cells.getContext("2d"));
    const image = context.createImageData(columns, rows);
    const { data } = image;
    for (let i = 0; i < values.length; i++) {
        const part = share(values[i]);
        if (Number.isNaN(part)) {
            continue;
        }
        const [red, green, blue] = colors(part);
        const at = 4 * ((i % columns) + (rows - 1 - Math.floor(i / columns)) * columns);
        data[at] = red;
        data[at + 1] = green;
        data[at + 2] = blue;
        data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    // Stretching makes the browser interpolate between cells.
    viewport.context.drawImage(
        cells,
        viewport.toX(left),
        viewport.toY(top),
        (right - left) * viewport.scale,
        (top - bottom) * viewport.scale,
    );
}

/**
 * The contour at the value `wanted` (marching squares).
 * @param {Viewport} viewport
 * @param {GridValues} gridValues
 * @param {number} wanted
 * @param {string} color
 */
function drawContour(viewport, { grid: { left, right, bottom, top, columns, rows }, values }, wanted, color) {
    const { context } = viewport;
    const width = (right - left) / columns;
    const height = (top - bottom) / rows;
    const at = (/** @type {number} */ i, /** @type {number} */ k) => values[i + k * columns];
    const point = (/** @type {number} */ i, /** @type {number} */ k) => [
        viewport.toX(left + (i + 0.5) * width),
        viewport.toY(bottom + (k + 0.5) * height),
    ];
    const crossing = (/** @type {number[]} */ [a, b], /** @type {number[]} */ [c, d]) => {
        const from = point(a, b);
        const to = point(c, d);
        const share = (wanted - at(a, b)) / (at(c, d) - at(a, b));
        return from.map((x, axis) => x + share * (to[axis] - x));
    };
    context.strokeStyle = color;
    context.lineWidth = viewport.ratio;
    context.beginPath();
    for (let k = 0; k + 1 < rows; k++) {
        for (let i = 0; i + 1 < columns; i++) {
            const below = [at(i, k), at(i + 1, k), at(i + 1, k + 1), at(i, k + 1)].map((value) => value < wanted);
            if (below.every((is) => is === below[0])) {
                continue;
            }
            const corners = [
                [i, k],
                [i + 1, k],
                [i + 1, k + 1],
                [i, k + 1],
            ];
            const crossings = corners.flatMap((corner, side) =>
                below[side] === below[(side + 1) % 4] ? [] : [crossing(corner, corners[(side + 1) % 4])],
            );
            for (let n = 0; n + 1 < crossings.length; n += 2) {
                context.moveTo(crossings[n][0], crossings[n][1]);
                context.lineTo(crossings[n + 1][0], crossings[n + 1][1]);
            }
        }
    }
    context.stroke();
}

/**
 * Paints a density by the square root of its share of the maximum, so that small values stay distinguishable.
 * @param {Viewport} viewport
 * @param {FieldData} fieldData
 * @param {GridValues} gridValues log-densities
 * @param {LayerColors} layerColors
 */
function density(viewport, { dim }, gridValues, { color, background }) {
    const peak = gridValues.values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (dim === 1) {
        fillDensity(viewport, gridValues, color);
        return;
    }
    const colors = colorRamp([background, color]);
    drawHeatMap(viewport, gridValues, (value) => Math.exp(0.5 * (value - peak)), colors);
    const greatest = Math.exp(peak);
    return makeLegend(
        colors,
        [0, 0.25, 1].map((part) => ({ share: Math.sqrt(part), text: formatShort(part * greatest) })),
    );
}

/**
 * Functions that draw the layers, by id.
 * @type {Record<string, (viewport: Viewport, fieldData: FieldData, gridValues: GridValues, layerColors: LayerColors) =>
 *     Legend | void>}
 */
export const HEAT_MAPS = {
    clean: density,
    density,
    /** exp(-E), relative to its maximum in the view: the learned energy has an arbitrary zero. */
    "learned-density": (viewport, fieldData, { grid, values }, layerColors) => {
        const drawn = density(viewport, fieldData, { grid, values: values.map((value) => -value) }, layerColors);
        return (
            drawn && {
                ...drawn,
                ticks: [
                    { share: 0, text: "0" },
                    { share: 1, text: "greatest" },
                ],
            }
        );
    },
    energy: (viewport, { dim }, gridValues, { color, background, text }) => {
        const share = (/** @type {number} */ value) => Math.min(1, value / HIGHEST);
        if (dim === 1) {
            return drawQuantityCurve(viewport, gridValues, share, color);
        }
        const colors = colorRamp([color, background]);
        drawHeatMap(viewport, gridValues, share, colors);
        for (const height of CONTOURS) {
            drawContour(viewport, gridValues, height, text);
        }
        return makeLegend(
            colors,
            [0, 4, 8, HIGHEST].map((height) => ({
                share: height / HIGHEST,
                text: height === HIGHEST ? `≥ ${HIGHEST}` : String(height),
            })),
        );
    },
    /** ‖r(x) - x‖², on a scale that saturates far above σ². */
    error: (viewport, { dim, sigma }, gridValues, { color, background }) => {
        const share = (/** @type {number} */ value) => Math.sqrt(value) / (sigma + Math.sqrt(value));
        if (dim === 1) {
            return drawQuantityCurve(viewport, gridValues, share, color);
        }
        const colors = colorRamp([background, color]);
        drawHeatMap(viewport, gridValues, share, colors);
        return makeLegend(
            colors,
            [0, 0.25, 1, 16].map((part) => ({
                share: share(part * sigma * sigma),
                text: formatShort(part * sigma * sigma),
            })),
        );
    },
    /** Curl, on a scale that saturates far above 1/σ². */
    curl: (viewport, { sigma }, gridValues, { color, secondColor, background }) => {
        const share = (/** @type {number} */ value) =>
            0.5 + (0.5 * value * sigma * sigma) / (1 + Math.abs(value) * sigma * sigma);
        const colors = colorRamp([secondColor, background, color]);
        drawHeatMap(viewport, gridValues, share, colors);
        const ticks = [-4, -1, 0, 1, 4]
            .map((part) => part / (sigma * sigma))
            .map((value) => ({ share: share(value), text: formatShort(value) }));
        return makeLegend(colors, ticks);
    },
};

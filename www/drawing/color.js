// Colour ramps: straight lines in Oklab (Ottosson 2020), where equal steps look equal.

/** @typedef {[number, number, number]} Rgb */

/** @param {number} value */
const toLinear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
/** @param {number} value */
const fromLinear = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
/** @param {number[][]} matrix @param {number[]} vector */
const multiply = (matrix, vector) =>
    /** @type {Rgb} */ (matrix.map((row) => row.reduce((sum, entry, i) => sum + entry * vector[i], 0)));

/** Matrices from linear sRGB to cone responses, from their cube roots to Oklab, and both inverses. */
const CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
];
const LAB = [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
];
const ROOTS = [
    [1, 0.3963377774, 0.2158037573],
    [1, -0.1055613458, -0.0638541728],
    [1, -0.0894841775, -1.291485548],
];
const LIGHTS = [
    [4.0767416621, -3.3077115913, 0.2309699292],
    [-1.2684380046, 2.6097574011, -0.3413193965],
    [-0.0041960863, -0.7034186147, 1.707614701],
];

/** The Oklab coordinates of #rrggbb. @param {string} color */
export function toOklab(color) {
    const light = [1, 3, 5].map((i) => toLinear(parseInt(color.slice(i, i + 2), 16) / 255));
    return multiply(LAB, multiply(CONES, light).map(Math.cbrt));
}

/**
 * sRGB bytes of Oklab coordinates, each clipped to its range.
 * @param {Rgb} lab
 * @returns {Rgb}
 */
function toRgb(lab) {
    const light = multiply(
        LIGHTS,
        multiply(ROOTS, lab).map((root) => root ** 3),
    );
    return /** @type {Rgb} */ (light.map((value) => Math.round(255 * fromLinear(Math.min(1, Math.max(0, value))))));
}

/**
 * A ramp from shares in [0, 1] to colours, through equally spaced stops.
 * @param {string[]} stops each #rrggbb
 * @returns {(share: number) => Rgb}
 */
export function colorRamp(stops) {
    const labs = stops.map(toOklab);
    const colors = Array.from({ length: 256 }, (_, i) => {
        const at = (i / 255) * (labs.length - 1);
        const k = Math.min(labs.length - 2, Math.floor(at));
        return toRgb(/** @type {Rgb} */ (labs[k].map((value, j) => value + (at - k) * (labs[k + 1][j] - value))));
    });
    return (share) => colors[Math.round(255 * Math.min(1, Math.max(0, share)))];
}

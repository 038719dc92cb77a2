// What can be shown of the plane, one layer each, bottom layer first.

import { brief } from "./number-format.js";
import { curve, histogram, legend } from "./line.js";
import { arrows, dots } from "./primitives.js";
import { Plate } from "./viewport.js";

/** @typedef {import("./viewport.js").Sight} Sight */
/** @typedef {import("./maps.js").Legend} Legend */
/** @typedef {import("../workers/field-queries.js").Known} Known */
/**
 * What is known of an experiment at the places of a grid; the exact values are undefined where the truth is not known. Then what
 * single layers asked for, as far as it is known: maps by the layer's id, fixed points of r, and the Hessian at places of its own.
 * @typedef {{
 *     dim: number, points: Float64Array, sigma: number, cell: number, places: Float64Array, exact: Float64Array | undefined, learned: Float64Array,
 *     maps: Record<string, Known>, fixed?: import("../workers/field-queries.js").Found[],
 *     hessian?: { places: Float64Array, values: Float64Array, cell: number },
 * }} Facts
 *
 * What a layer is painted with, each #rrggbb.
 * @typedef {{ ink: string, other: string, background: string, text: string }} Paint
 *
 * Layers of one pace make one picture: it is new with another sight, with each look at the field, or with each move of the chains.
 * @typedef {"still" | "look" | "walk"} Pace
 *
 * What draws a layer; it answers its legend, if it has one.
 * @typedef {(plate: Plate, facts: Facts, paint: Paint) => Legend | void} Draw
 *
 * `key` switches the layer; `rare` ones are folded away, `planar` ones say nothing of a line. What is not shown at first is drawn by a part that is loaded then.
 * @typedef {{
 *     id: string, label: string, help: string, key: string, ink: string, other?: string, on?: boolean, rare?: boolean, pace: Pace, planar?: boolean,
 *     draw?: Draw, part?: () => Promise<Draw>,
 * }} Layer
 */

/** Scores: arrows in the plane, a curve over the line. @param {Plate} plate @param {Facts} facts @param {Float64Array} scores @param {string} ink */
function pointers(plate, { dim, places, cell, sigma }, scores, ink) {
    if (dim === 1) curve(plate, places, scores, sigma, ink);
    else arrows(plate, places, scores, cell, sigma, ink);
}

/** What paints a map of a quantity. @param {string} id @returns {() => Promise<Draw>} */
const map = (id) => async () => {
    const { MAPS } = await import("./maps.js");
    return (plate, facts, paint) => facts.maps[id] && MAPS[id](plate, facts, facts.maps[id], paint);
};

/** What sets marks. @param {"reconstructions" | "ellipses" | "fixed"} name @returns {() => Promise<Draw>} */
const glyphs = (name) => async () => {
    const part = await import("./glyphs.js");
    return (plate, facts, { ink }) => part[name](plate, facts, ink);
};

/** @type {Layer[]} */
export const LAYERS = [
    {
        id: "clean", label: "data's density", key: "9", rare: true, ink: "density", pace: "still", part: map("clean"),
        help: "The density that the data are drawn from, where it has a closed form.",
    },
    {
        id: "density", label: "exact density", key: "6", ink: "density", pace: "still", part: map("density"),
        help: "The same blurred by σ: the density whose score the network can learn.",
    },
    {
        id: "learned-density", label: "learned density", key: "7", rare: true, ink: "learned", pace: "look", part: map("learned-density"),
        help: "The density that the learned score belongs to, from path integrals between neighbouring cells.",
    },
    {
        id: "energy", label: "learned energy", key: "8", rare: true, ink: "learned", pace: "look", part: map("energy"),
        help: "Minus its logarithm, from its least value up, with contours at 1, 2, 4 and 8.",
    },
    {
        id: "error", label: "reconstruction error", key: "e", rare: true, ink: "difference", pace: "look", part: map("error"),
        help: "‖r(x) - x‖². It is no energy: it is zero at maxima, minima and saddles alike.",
    },
    {
        id: "curl", label: "curl", key: "c", rare: true, ink: "exact", other: "learned", pace: "look", planar: true, part: map("curl"),
        help: "How far the learned score is from being a gradient: where it turns, to the left above zero.",
    },
    {
        id: "points", label: "data", key: "1", ink: "data", on: true, pace: "still", help: "The training points.",
        // The fewer, the larger: a hundred specks would be lost among the arrows.
        draw: (plate, { dim, points }, { ink }) => dim === 1 ? histogram(plate, points, ink, true)
            : dots(plate, points, ink, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
    },
    {
        id: "exact", label: "exact score", key: "2", ink: "exact", on: true, pace: "still",
        help: "The way in which the data's density, blurred by σ, grows fastest.",
        draw: (plate, facts, { ink }) => facts.exact && pointers(plate, facts, facts.exact, ink),
    },
    {
        id: "learned", label: "learned score", key: "3", ink: "learned", on: true, pace: "look",
        help: "What the network makes of it: (r(x) - x)/σ².",
        draw: (plate, facts, { ink }) => {
            pointers(plate, facts, facts.learned, ink);
            if (facts.dim === 1) legend(plate, ink);
        },
    },
    {
        id: "difference", label: "difference", key: "4", ink: "difference", pace: "look", help: "The learned score minus the exact one.",
        draw: (plate, facts, { ink }) => {
            const { learned, exact } = facts;
            if (exact) pointers(plate, facts, learned.map((value, i) => value - exact[i]), ink);
        },
    },
    {
        id: "reconstructions", label: "reconstructions", key: "x", rare: true, ink: "learned", pace: "look", planar: true, part: glyphs("reconstructions"),
        help: "From each x to its reconstruction r(x), true to scale.",
    },
    {
        id: "hessian", label: "slope of r", key: "h", rare: true, ink: "density", pace: "look", planar: true, part: glyphs("ellipses"),
        help: "What r makes of a small circle: long where the data go on, flat across them. J = I + σ²H, H the Hessian of log p.",
    },
    {
        id: "fixed", label: "fixed points", key: "f", rare: true, ink: "difference", pace: "look", part: glyphs("fixed"),
        help: "Where r(x) = x: discs attract, crosses are saddles, rings repel; attracting ones in a ring are far from all data.",
    },
    {
        id: "flow", label: "flow", key: "l", rare: true, ink: "learned", pace: "walk", planar: true,
        help: "Particles that drift along the learned score, uphill to where the data are.",
    },
    { id: "samples", label: "samples", key: "5", ink: "samples", on: true, pace: "walk", help: "Where the chains are, and where a few of them came from." },
    {
        id: "proposals", label: "proposals", key: "p", ink: "text", pace: "walk",
        help: "Where the chains last proposed to go: filled if they went there, hollow if not, with a line from where they are.",
    },
];

/** How long a score is drawn, in words. @param {number} dim @param {number} sigma */
export const scaleOf = (dim, sigma) =>
    `${dim === 1 ? "A curve half-way out" : "An arrow half as long as its cell"} is a score, or a difference, of 1/σ = ${brief(1 / sigma)}.`;

/** Loads what draws the layers that are shown. @param {string[]} shown */
export async function load(shown) {
    for (const layer of LAYERS) if (shown.includes(layer.id) && layer.part) layer.draw ??= await layer.part();
}

/** A picture of the layers of a pace that are shown, and their legends. @param {Pace} pace @param {Facts} facts @param {Sight} sight */
export function picture(pace, facts, sight) {
    const canvas = new OffscreenCanvas(sight.width, sight.height);
    const plate = new Plate(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), sight);
    const legends = paint(plate, pace, facts, sight);
    return { picture: canvas.transferToImageBitmap(), legends: legends.filter(({ legend }) => legend) };
}

/** Paints them on `plate`; answers the legend of each. @param {Plate} plate @param {Pace} pace @param {Facts} facts @param {Sight} sight */
export function paint(plate, pace, facts, sight) {
    const layers = LAYERS.filter((layer) => layer.pace === pace && sight.shown.includes(layer.id));
    const { inks } = sight;
    return layers.map(({ id, draw, ink, other = ink }) =>
        ({ id, legend: draw?.(plate, facts, { ink: inks[ink], other: inks[other], background: inks.background, text: inks.text }) }));
}

// What can be shown of the plane, one layer each, bottom layer first.

import { brief } from "./element.js";
import { curve, hill, histogram, legend } from "./line.js";
import { arrows, dots, shade } from "./marks.js";
import { Plate } from "./plate.js";

/** @typedef {import("./plate.js").Sight} Sight */
/**
 * What is known of an experiment at the places of a grid; the exact values are undefined where the truth is not known.
 * @typedef {{
 *     dim: number, points: Float64Array, sigma: number, grid: import("../protocol.js").Grid, cell: number, places: Float64Array,
 *     exact: Float64Array | undefined, density: Float64Array | undefined, learned: Float64Array,
 * }} Facts
 *
 * Layers of one pace make one picture: it is new with another sight, with each look at the field, or with each move of the chains.
 * @typedef {"still" | "look" | "walk"} Pace
 * @typedef {{ id: string, label: string, ink: string, on: boolean, pace: Pace, draw?: (plate: Plate, facts: Facts, ink: string) => void }} Layer
 */

/** Scores: arrows in the plane, a curve over the line. @param {Plate} plate @param {Facts} facts @param {Float64Array} scores @param {string} ink */
function pointers(plate, { dim, places, cell, sigma }, scores, ink) {
    if (dim === 1) curve(plate, places, scores, sigma, ink);
    else arrows(plate, places, scores, cell, sigma, ink);
}

/** @type {Layer[]} */
export const LAYERS = [
    {
        id: "density", label: "exact density", ink: "density", on: false, pace: "still",
        draw: (plate, { dim, density, places, grid }, ink) =>
            density && (dim === 1 ? hill(plate, places, density, ink) : shade(plate, density, grid, ink)),
    },
    {
        id: "points", label: "data", ink: "data", on: true, pace: "still",
        // The fewer, the larger: a hundred specks would be lost among the arrows.
        draw: (plate, { dim, points }, ink) => dim === 1 ? histogram(plate, points, ink, true)
            : dots(plate, points, ink, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
    },
    {
        id: "exact", label: "exact score", ink: "exact", on: true, pace: "still",
        draw: (plate, facts, ink) => facts.exact && pointers(plate, facts, facts.exact, ink),
    },
    {
        id: "learned", label: "learned score", ink: "learned", on: true, pace: "look",
        draw: (plate, facts, ink) => {
            pointers(plate, facts, facts.learned, ink);
            if (facts.dim === 1) legend(plate, ink);
        },
    },
    {
        id: "difference", label: "difference", ink: "difference", on: false, pace: "look",
        draw: (plate, facts, ink) => {
            const { learned, exact } = facts;
            if (exact) pointers(plate, facts, learned.map((value, i) => value - exact[i]), ink);
        },
    },
    { id: "samples", label: "samples", ink: "samples", on: true, pace: "walk" },
    { id: "proposals", label: "proposals", ink: "samples", on: false, pace: "walk" },
];

/** How long a score is drawn, in words. @param {number} dim @param {number} sigma */
export const scaleOf = (dim, sigma) =>
    `${dim === 1 ? "A curve half-way out" : "An arrow half as long as its cell"} is a score, or a difference, of 1/σ = ${brief(1 / sigma)}.`;

/** A picture of the layers of a pace that are shown. @param {Pace} pace @param {Facts} facts @param {Sight} sight */
export function picture(pace, facts, sight) {
    const canvas = new OffscreenCanvas(sight.width, sight.height);
    const plate = new Plate(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), sight);
    const layers = LAYERS.filter((layer) => layer.pace === pace && sight.shown.includes(layer.id));
    layers.forEach(({ draw, ink }) => draw?.(plate, facts, sight.inks[ink]));
    return canvas.transferToImageBitmap();
}

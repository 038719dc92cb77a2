// What can be shown of the plane, one layer each, bottom layer first.

import { arrows, dots, shade } from "./marks.js";
import { Plate } from "./plate.js";

/** @typedef {import("./plate.js").Sight} Sight */
/**
 * What is known of an experiment at the places of a grid; the exact values are undefined where the truth is not known.
 * @typedef {{
 *     points: Float64Array, sigma: number, grid: import("../protocol.js").Grid, cell: number, places: Float64Array,
 *     exact: Float64Array | undefined, density: Float64Array | undefined, learned: Float64Array,
 * }} Facts
 *
 * Layers of one pace make one picture: it is new with another sight, with each look at the field, or with each move of the chains.
 * @typedef {"still" | "look" | "walk"} Pace
 * @typedef {{ id: string, label: string, ink: string, on: boolean, pace: Pace, draw?: (plate: Plate, facts: Facts, ink: string) => void }} Layer
 */

/** @type {Layer[]} */
export const LAYERS = [
    {
        id: "density", label: "exact density", ink: "density", on: false, pace: "still",
        draw: (plate, { density, grid }, ink) => density && shade(plate, density, grid, ink),
    },
    {
        id: "points", label: "data", ink: "data", on: true, pace: "still",
        // The fewer, the larger: a hundred specks would be lost among the arrows.
        draw: (plate, { points }, ink) => dots(plate, points, ink, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
    },
    {
        id: "exact", label: "exact score", ink: "exact", on: true, pace: "still",
        draw: (plate, { exact, places, cell, sigma }, ink) => exact && arrows(plate, places, exact, cell, sigma, ink),
    },
    {
        id: "learned", label: "learned score", ink: "learned", on: true, pace: "look",
        draw: (plate, { learned, places, cell, sigma }, ink) => arrows(plate, places, learned, cell, sigma, ink),
    },
    {
        id: "difference", label: "difference", ink: "difference", on: false, pace: "look",
        draw: (plate, { learned, exact, places, cell, sigma }, ink) =>
            exact && arrows(plate, places, learned.map((value, i) => value - exact[i]), cell, sigma, ink),
    },
    { id: "samples", label: "samples", ink: "samples", on: true, pace: "walk" },
];

/** A picture of the layers of a pace that are shown. @param {Pace} pace @param {Facts} facts @param {Sight} sight */
export function picture(pace, facts, sight) {
    const canvas = new OffscreenCanvas(sight.width, sight.height);
    const plate = new Plate(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), sight);
    const layers = LAYERS.filter((layer) => layer.pace === pace && sight.shown.includes(layer.id));
    layers.forEach(({ draw, ink }) => draw?.(plate, facts, sight.inks[ink]));
    return canvas.transferToImageBitmap();
}

// What can be shown of the plane, or over a line, one layer each, bottom layer first.

import { area, axis, curve, ticks } from "./graph.js";
import { arrows, dots, shade } from "./marks.js";
import { Plate } from "./plate.js";

/** @typedef {import("./plate.js").Sight} Sight */
/**
 * What is known of an experiment at the places of a grid, which has one row for data on a line; the exact values are undefined
 * where the truth is not known. `unit` is the greatest score that a graph shows.
 * @typedef {{
 *     points: Float64Array, sigma: number, grid: import("../protocol.js").Grid, cell: number, places: Float64Array, unit: number,
 *     exact: Float64Array | undefined, density: Float64Array | undefined, learned: Float64Array,
 * }} Facts
 *
 * Layers of one pace make one picture: it is new with another sight, with each look at the field, or with each move of the chains.
 * @typedef {"still" | "look" | "walk"} Pace
 * @typedef {(plate: Plate, facts: Facts, ink: string) => void} Drawing
 * @typedef {{ id: string, label: string, ink: string, on: boolean, pace: Pace, draw?: Drawing, graph?: Drawing }} Layer `graph` is for data on a line
 */

/** The components along the line of scores on the stage. @param {Float64Array} scores */
const along = (scores) => scores.filter((_, i) => i % 2 === 0);

/** @type {Layer[]} */
export const LAYERS = [
    {
        id: "density", label: "exact density", ink: "density", on: false, pace: "still",
        draw: (plate, { density, grid }, ink) => density && shade(plate, density, grid, ink),
        graph: (plate, { density, places }, ink) => density && area(plate, places, density.map(Math.exp), Math.exp(Math.max(...density)), ink),
    },
    {
        id: "points", label: "data", ink: "data", on: true, pace: "still",
        // The fewer, the larger: a hundred specks would be lost among the arrows.
        draw: (plate, { points }, ink) => dots(plate, points, ink, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
        graph: (plate, { points, unit }, ink) => {
            axis(plate, unit, ink);
            ticks(plate, points, 0, ink);
        },
    },
    {
        id: "exact", label: "exact score", ink: "exact", on: true, pace: "still",
        draw: (plate, { exact, places, cell, sigma }, ink) => exact && arrows(plate, places, exact, cell, sigma, ink),
        graph: (plate, { exact, places, unit }, ink) => exact && curve(plate, places, along(exact), unit, ink),
    },
    {
        id: "learned", label: "learned score", ink: "learned", on: true, pace: "look",
        draw: (plate, { learned, places, cell, sigma }, ink) => arrows(plate, places, learned, cell, sigma, ink),
        graph: (plate, { learned, places, unit }, ink) => curve(plate, places, along(learned), unit, ink),
    },
    {
        id: "difference", label: "difference", ink: "difference", on: false, pace: "look",
        draw: (plate, { learned, exact, places, cell, sigma }, ink) =>
            exact && arrows(plate, places, learned.map((value, i) => value - exact[i]), cell, sigma, ink),
        graph: (plate, { learned, exact, places, unit }, ink) =>
            exact && curve(plate, places, along(learned.map((value, i) => value - exact[i])), unit, ink),
    },
    { id: "samples", label: "samples", ink: "samples", on: true, pace: "walk" },
];

/** A picture of the layers of a pace that are shown. @param {Pace} pace @param {Facts} facts @param {Sight} sight */
export function picture(pace, facts, sight) {
    const canvas = new OffscreenCanvas(sight.width, sight.height);
    const plate = new Plate(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), sight);
    const layers = LAYERS.filter((layer) => layer.pace === pace && sight.shown.includes(layer.id));
    for (const { draw, graph, ink } of layers) (facts.grid.rows === 1 ? graph : draw)?.(plate, facts, sight.inks[ink]);
    return canvas.transferToImageBitmap();
}

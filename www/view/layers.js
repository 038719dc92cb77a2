// What the stage can show, one layer each: drawn with the client's latest, bottom layer first.

import { arrows, cells, dots, trails } from "./marks.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("../client.js").Client} Client */
/**
 * Layers of one pace lie together: they are new with another experiment, with each look at the field, or with each move of the
 * chains, which is almost every frame.
 * @typedef {"still" | "look" | "walk"} Pace
 * @typedef {{ paths: number[][] }} Trail
 * @typedef {{ id: string, label: string, ink: string, on: boolean, pace: Pace, draw: (stage: Stage, client: Client, ink: string, trail: Trail) => void }} Layer
 */

/** @type {Layer[]} */
export const LAYERS = [
    { id: "density", label: "exact density", ink: "density", on: false, pace: "still", draw: (stage, { still }, ink) => still?.density && cells(stage, still.density, ink) },
    { id: "points", label: "data", ink: "data", on: true, pace: "still", draw: (stage, { scene }, ink) => scene && dots(stage, scene.points, ink, 0.6) },
    {
        id: "exact", label: "exact score", ink: "exact", on: true, pace: "still",
        draw: (stage, { still, scene }, ink) => still?.exact && scene && arrows(stage, still.places, still.exact, scene.sigma, ink),
    },
    {
        id: "learned", label: "learned score", ink: "learned", on: true, pace: "look",
        draw: (stage, { still, look, scene }, ink) => still && look && scene && arrows(stage, still.places, look.learned, scene.sigma, ink),
    },
    { id: "difference", label: "difference", ink: "difference", on: false, pace: "look", draw: drawDifference },
    {
        id: "samples", label: "samples", ink: "samples", on: true, pace: "walk",
        draw: (stage, { states }, ink, { paths }) => {
            if (states) dots(stage, states, ink, 1.4);
            trails(stage, paths, ink);
        },
    },
];

/** What the layers of each pace are drawn from. @type {Record<Pace, (client: Client) => unknown[]>} */
export const SOURCES = {
    still: ({ scene, still }) => [scene, still],
    look: ({ scene, still, look }) => [scene, still, look],
    walk: ({ walks }) => [walks],
};

/** @param {Stage} stage @param {Client} client @param {string} ink */
function drawDifference(stage, { still, look, scene }, ink) {
    if (!still?.exact || !look || !scene) return;
    const { exact } = still;
    arrows(stage, still.places, look.learned.map((value, i) => value - exact[i]), scene.sigma, ink);
}

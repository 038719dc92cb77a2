// What can be shown of the plane, one layer each, bottom layer first.

import { drawDirectionLegend, drawHistogram, drawScoreCurve } from "./line.js";
import { formatShort } from "./number-format.js";
import { drawArrows, drawDots } from "./primitives.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./viewport.js").Scene} Scene */
/** @typedef {import("./maps.js").Legend} Legend */
/** @typedef {import("./viewport.js").GridValues} GridValues */
/**
 * What is known of an experiment at the places of a grid; the exact values are undefined where the truth is not known.
 * Then what single layers asked for, as far as it is known: maps by the layer's id, fixed points of r, and the Hessian
 * at places of its own.
 * @typedef {{
 *     dim: number, points: Float64Array, sigma: number, cell: number, places: Float64Array, exact: Float64Array |
 *     undefined, learned: Float64Array,
 *     maps: Record<string, GridValues>, fixedPoints?: import("./glyphs.js").FixedPoint[],
 *     hessian?: { places: Float64Array, values: Float64Array, cell: number },
 * }} FieldData
 *
 * What a layer is painted with, each #rrggbb.
 * @typedef {{ color: string, secondColor: string, background: string, text: string }} LayerColors
 *
 * Layers of one pace make one picture: it is new with another sight, with each look at the field, or with each move of
 * the chains.
 * @typedef {"static" | "perWeights" | "perMove"} Refresh
 *
 * What draws a layer; it answers its legend, if it has one.
 * @typedef {(viewport: Viewport, fieldData: FieldData, colors: LayerColors) => Legend | void} DrawLayer
 *
 * `key` switches the layer; `rare` ones are folded away, `planar` ones say nothing of a line. What is not shown at
 * first is drawn by a part that is loaded then.
 * @typedef {{
 *     id: string, label: string, help: string, key: string, color: string, secondColor?: string, shownAtFirst?:
 *     boolean, advanced?: boolean, refresh: Refresh, needsPlane?: boolean,
 *     draw?: DrawLayer, load?: () => Promise<DrawLayer>,
 * }} Layer
 */

/**
 * Scores: arrows in the plane, a curve over the line.
 * @param {Viewport} viewport
 * @param {FieldData} fieldData
 * @param {Float64Array} scores
 * @param {string} color
 */
function drawScores(viewport, { dim, places, cell, sigma }, scores, color) {
    if (dim === 1) {
        drawScoreCurve(viewport, places, scores, sigma, color);
    } else {
        drawArrows(viewport, places, scores, cell, sigma, color);
    }
}

/** What paints a map of a quantity. @param {string} id @returns {() => Promise<DrawLayer>} */
const mapLayer = (id) => async () => {
    const { MAPS } = await import("./maps.js");
    return (viewport, fieldData, colors) =>
        fieldData.maps[id] && MAPS[id](viewport, fieldData, fieldData.maps[id], colors);
};

/**
 * What sets marks.
 * @param {"drawReconstructions" | "drawEllipses" | "drawFixedPoints"} name
 * @returns {() => Promise<DrawLayer>}
 */
const glyphLayer = (name) => async () => {
    const load = await import("./glyphs.js");
    return (viewport, fieldData, { color }) => load[name](viewport, fieldData, color);
};

/** @type {Layer[]} */
export const LAYERS = [
    {
        id: "clean",
        label: "data's density",
        key: "9",
        advanced: true,
        color: "density",
        refresh: "static",
        load: mapLayer("clean"),
        help: "The density that the data are drawn from, where it has a closed form.",
    },
    {
        id: "density",
        label: "exact density",
        key: "6",
        color: "density",
        refresh: "static",
        load: mapLayer("density"),
        help: "The same blurred by σ: the density whose score the network can learn.",
    },
    {
        id: "learned-density",
        label: "learned density",
        key: "7",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        load: mapLayer("learned-density"),
        help: "The density that the learned score belongs to, from path integrals between neighbouring cells.",
    },
    {
        id: "energy",
        label: "learned energy",
        key: "8",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        load: mapLayer("energy"),
        help: "Minus its logarithm, from its least value up, with contours at 1, 2, 4 and 8.",
    },
    {
        id: "error",
        label: "reconstruction error",
        key: "e",
        advanced: true,
        color: "difference",
        refresh: "perWeights",
        load: mapLayer("error"),
        help: "‖r(x) - x‖². It is no energy: it is zero at maxima, minima and saddles alike.",
    },
    {
        id: "curl",
        label: "curl",
        key: "c",
        advanced: true,
        color: "exact",
        secondColor: "learned",
        refresh: "perWeights",
        needsPlane: true,
        load: mapLayer("curl"),
        help: "How far the learned score is from being a gradient: where it turns, to the left above zero.",
    },
    {
        id: "points",
        label: "data",
        key: "1",
        color: "data",
        shownAtFirst: true,
        refresh: "static",
        help: "The training points.",
        // The fewer, the larger: a hundred specks would be lost among the arrows.
        draw: (viewport, { dim, points }, { color }) =>
            dim === 1
                ? drawHistogram(viewport, points, color, true)
                : drawDots(viewport, points, color, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
    },
    {
        id: "exact",
        label: "exact score",
        key: "2",
        color: "exact",
        shownAtFirst: true,
        refresh: "static",
        help: "The way in which the data's density, blurred by σ, grows fastest.",
        draw: (viewport, fieldData, { color }) =>
            fieldData.exact && drawScores(viewport, fieldData, fieldData.exact, color),
    },
    {
        id: "learned",
        label: "learned score",
        key: "3",
        color: "learned",
        shownAtFirst: true,
        refresh: "perWeights",
        help: "What the network makes of it: (r(x) - x)/σ².",
        draw: (viewport, fieldData, { color }) => {
            drawScores(viewport, fieldData, fieldData.learned, color);
            if (fieldData.dim === 1) {
                drawDirectionLegend(viewport, color);
            }
        },
    },
    {
        id: "difference",
        label: "difference",
        key: "4",
        color: "difference",
        refresh: "perWeights",
        help: "The learned score minus the exact one.",
        draw: (viewport, fieldData, { color }) => {
            const { learned, exact } = fieldData;
            if (exact) {
                drawScores(
                    viewport,
                    fieldData,
                    learned.map((value, i) => value - exact[i]),
                    color,
                );
            }
        },
    },
    {
        id: "reconstructions",
        label: "reconstructions",
        key: "x",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        needsPlane: true,
        load: glyphLayer("drawReconstructions"),
        help: "From each x to its reconstruction r(x), true to scale.",
    },
    {
        id: "hessian",
        label: "slope of r",
        key: "h",
        advanced: true,
        color: "density",
        refresh: "perWeights",
        needsPlane: true,
        load: glyphLayer("drawEllipses"),
        help: "What r makes of a small circle: long where the data go on, flat across them. J = I + σ²H, H the Hessian of log p.",
    },
    {
        id: "fixed",
        label: "fixed points",
        key: "f",
        advanced: true,
        color: "difference",
        refresh: "perWeights",
        load: glyphLayer("drawFixedPoints"),
        help: "Where r(x) = x: discs attract, crosses are saddles, rings repel; attracting ones in a ring are far from all data.",
    },
    {
        id: "flow",
        label: "flow",
        key: "l",
        advanced: true,
        color: "learned",
        refresh: "perMove",
        needsPlane: true,
        help: "Particles that drift along the learned score, uphill to where the data are.",
    },
    {
        id: "samples",
        label: "samples",
        key: "5",
        color: "samples",
        shownAtFirst: true,
        refresh: "perMove",
        help: "Where the chains are, and where a few of them came from.",
    },
    {
        id: "proposals",
        label: "proposals",
        key: "p",
        color: "text",
        refresh: "perMove",
        help: "Where the chains last proposed to go: filled if they went there, hollow if not, with a line from where they are.",
    },
];

/** How long a score is drawn, in words. @param {number} dim @param {number} sigma */
export const describeScale = (dim, sigma) =>
    `${dim === 1 ? "A curve half-way out" : "An arrow half as long as its cell"} is a score, or a difference, of 1/σ = ${formatShort(1 / sigma)}.`;

/** Loads what draws the layers that are shown. @param {string[]} shown */
export async function loadLayers(shown) {
    for (const layer of LAYERS) {
        if (shown.includes(layer.id) && layer.load) {
            layer.draw ??= await layer.load();
        }
    }
}

/**
 * A picture of the layers of a pace that are shown, and their legends.
 * @param {Refresh} refresh
 * @param {FieldData} fieldData
 * @param {Scene} scene
 */
export function renderLayers(refresh, fieldData, scene) {
    const canvas = new OffscreenCanvas(scene.width, scene.height);
    const viewport = new Viewport(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), scene);
    const legends = paintLayers(viewport, refresh, fieldData, scene);
    const shown = legends.flatMap(({ id, legend }) => (legend ? [{ id, legend }] : []));
    return { bitmap: canvas.transferToImageBitmap(), legends: shown };
}

/**
 * Paints them on `plate`; answers the legend of each.
 * @param {Viewport} viewport
 * @param {Refresh} refresh
 * @param {FieldData} fieldData
 * @param {Scene} scene
 */
export function paintLayers(viewport, refresh, fieldData, scene) {
    const layers = LAYERS.filter((layer) => layer.refresh === refresh && scene.shown.includes(layer.id));
    const { palette } = scene;
    return layers.map(({ id, draw, color, secondColor = color }) => ({
        id,
        legend: draw?.(viewport, fieldData, {
            color: palette[color],
            secondColor: palette[secondColor],
            background: palette.background,
            text: palette.text,
        }),
    }));
}

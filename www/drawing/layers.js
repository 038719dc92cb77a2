// The layers of the stage, bottom layer first.

import { drawHistogram, drawScoreCurve, drawSignLegend } from "./line.js";
import { drawArrows, drawDots } from "./primitives.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./viewport.js").Scene} Scene */
/** @typedef {import("./heatmaps.js").Legend} Legend */
/** @typedef {import("./viewport.js").GridValues} GridValues */
/**
 * Data of the field to draw. `places` are the middles of a grid's cells, `cell` is their width; `learned` and `exact`
 * are scores there, `exact` undefined if it has no closed form. `maps` are values of map layers by id; these, fixed
 * points and Hessians are there once a layer needs them.
 * @typedef {{
 *     dim: number, points: Float64Array, sigma: number, cell: number, places: Float64Array, exact: Float64Array |
 *     undefined, learned: Float64Array,
 *     maps: Record<string, GridValues>, fixedPoints?: import("./glyphs.js").FixedPoint[],
 *     hessian?: { places: Float64Array, values: Float64Array, cell: number },
 * }} FieldData
 *
 * Colours of a layer, each #rrggbb.
 * @typedef {{ color: string, secondColor: string, background: string, text: string }} LayerColors
 *
 * A refresh group: layers of a group share a picture, which is drawn again with another scene, with new weights, or
 * with each move of the chains.
 * @typedef {"static" | "perWeights" | "perMove"} Refresh
 *
 * Draws a layer; returns its legend if it has one.
 * @typedef {(viewport: Viewport, fieldData: FieldData, colors: LayerColors) => Legend | void} DrawLayer
 *
 * `label` and `help` are for readers, `key` toggles the layer; `advanced` layers are folded away; `needsPlane` layers
 * have no meaning for data on a line.
 * The drawing code of layers that are hidden at first is loaded later, by `load`.
 * @typedef {{
 *     id: string, label: string, help: string, key: string, color: string, secondColor?: string,
 *     shownAtFirst?: boolean, advanced?: boolean,
 *     refresh: Refresh, needsPlane?: boolean, draw?: DrawLayer, load?: () => Promise<DrawLayer>,
 * }} Layer
 */

/**
 * Draws scores as arrows in the plane, or as a curve over a line.
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

/** Loads the code of a map. @param {string} id @returns {() => Promise<DrawLayer>} */
const mapLayer = (id) => async () => {
    const { HEAT_MAPS } = await import("./heatmaps.js");
    return (viewport, fieldData, colors) =>
        fieldData.maps[id] && HEAT_MAPS[id](viewport, fieldData, fieldData.maps[id], colors);
};

/**
 * Loads the code of a layer of marks.
 * @param {"drawReconstructions" | "drawJacobianEllipses" | "drawFixedPoints"} name
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
        help: "The density that the data are drawn from, where it has a closed form.",
        key: "9",
        advanced: true,
        color: "density",
        refresh: "static",
        load: mapLayer("clean"),
    },
    {
        id: "density",
        label: "exact density",
        help: "The data's density blurred by σ: the density whose score the network can learn.",
        key: "6",
        color: "density",
        refresh: "static",
        load: mapLayer("density"),
    },
    {
        id: "learned-density",
        label: "learned density",
        help: "The density that has the learned score, from path integrals between neighbouring cells.",
        key: "7",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        load: mapLayer("learned-density"),
    },
    {
        id: "energy",
        label: "learned energy",
        help: "Minus the logarithm of the learned density, from its minimum up, with contours at 1, 2, 4 and 8.",
        key: "8",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        load: mapLayer("energy"),
    },
    {
        id: "error",
        label: "reconstruction error",
        help: "‖r(x) - x‖². It is not an energy: it is zero at maxima, minima and saddles alike.",
        key: "e",
        advanced: true,
        color: "difference",
        refresh: "perWeights",
        load: mapLayer("error"),
    },
    {
        id: "curl",
        label: "curl",
        help: "How far the learned score is from being a gradient: positive where it turns to the left.",
        key: "c",
        advanced: true,
        color: "exact",
        secondColor: "learned",
        refresh: "perWeights",
        needsPlane: true,
        load: mapLayer("curl"),
    },
    {
        id: "points",
        label: "data",
        help: "The training points.",
        key: "1",
        color: "data",
        shownAtFirst: true,
        refresh: "static",
        // Fewer points are drawn larger: a hundred specks would be lost among the arrows.
        draw: (viewport, { dim, points }, { color }) =>
            dim === 1
                ? drawHistogram(viewport, points, color, true)
                : drawDots(viewport, points, color, 0.6 * Math.max(1, 20_000 / points.length) ** 0.25),
    },
    {
        id: "exact",
        label: "exact score",
        help: "The direction in which the data's density, blurred by σ, grows fastest.",
        key: "2",
        color: "exact",
        shownAtFirst: true,
        refresh: "static",
        draw: (viewport, fieldData, { color }) =>
            fieldData.exact && drawScores(viewport, fieldData, fieldData.exact, color),
    },
    {
        id: "learned",
        label: "learned score",
        help: "The network's estimate of the score: (r(x) - x)/σ².",
        key: "3",
        color: "learned",
        shownAtFirst: true,
        refresh: "perWeights",
        draw: (viewport, fieldData, { color }) => {
            drawScores(viewport, fieldData, fieldData.learned, color);
            if (fieldData.dim === 1) {
                drawSignLegend(viewport, color);
            }
        },
    },
    {
        id: "difference",
        label: "difference",
        help: "The learned score minus the exact score.",
        key: "4",
        color: "difference",
        refresh: "perWeights",
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
        help: "From each x to its reconstruction r(x), true to scale.",
        key: "x",
        advanced: true,
        color: "learned",
        refresh: "perWeights",
        needsPlane: true,
        load: glyphLayer("drawReconstructions"),
    },
    {
        id: "hessian",
        label: "Jacobian of r",
        help: "The image of a small circle under r: long along the data, flat across them. J = I + σ²H, H the Hessian of log p.",
        key: "h",
        advanced: true,
        color: "density",
        refresh: "perWeights",
        needsPlane: true,
        load: glyphLayer("drawJacobianEllipses"),
    },
    {
        id: "fixed",
        label: "fixed points",
        help: "Where r(x) = x: discs attract, crosses are saddles, rings repel; a second ring marks attractors far from all data.",
        key: "f",
        advanced: true,
        color: "difference",
        refresh: "perWeights",
        load: glyphLayer("drawFixedPoints"),
    },
    {
        id: "flow",
        label: "flow",
        help: "Particles that drift along the learned score, uphill to where the data are.",
        key: "l",
        advanced: true,
        color: "learned",
        refresh: "perMove",
        needsPlane: true,
    },
    {
        id: "samples",
        label: "samples",
        help: "The chains' states, and the recent paths of a few chains.",
        key: "5",
        color: "samples",
        shownAtFirst: true,
        refresh: "perMove",
    },
    {
        id: "proposals",
        label: "proposals",
        help: "The last proposals of a few chains: filled if accepted, hollow if rejected, with a line from where the chain was.",
        key: "p",
        color: "text",
        refresh: "perMove",
    },
];

/** Loads the drawing code of shown layers. @param {string[]} shown */
export async function loadLayerCode(shown) {
    for (const layer of LAYERS) {
        if (shown.includes(layer.id) && layer.load) {
            layer.draw ??= await layer.load();
        }
    }
}

/**
 * Renders the shown layers of a refresh group; returns a picture and the legends.
 * @param {Refresh} refresh
 * @param {FieldData} fieldData
 * @param {Scene} scene
 */
export function renderToBitmap(refresh, fieldData, scene) {
    const canvas = new OffscreenCanvas(scene.width, scene.height);
    const viewport = new Viewport(/** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")), scene);
    const legends = paintLayers(viewport, refresh, fieldData, scene);
    const shown = legends.flatMap(({ id, legend }) => (legend ? [{ id, legend }] : []));
    return { bitmap: canvas.transferToImageBitmap(), legends: shown };
}

/**
 * Paints the shown layers of a refresh group; returns their legends.
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

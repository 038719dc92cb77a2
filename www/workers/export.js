// Exports of an experiment: tables of numbers, and its layers as SVG.

import { gridPoints } from "../../scorescape.js";
import { columnNames } from "../drawing/file-formats.js";
import { paintLayers } from "../drawing/layers.js";
import { SvgContext } from "../drawing/svg.js";
import { gridOfScene, Viewport } from "../drawing/viewport.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("./protocol.js").Table} Table */

/**
 * @param {Observer} observer
 * @param {string} name
 * @param {import("../drawing/viewport.js").Scene} [scene]
 * @param {Float64Array} [states]
 * @returns {Table}
 */
export function exportTable(observer, name, scene, states) {
    if (name === "field") {
        return fieldTable(observer, scene ?? failMissing("field"));
    }
    // In the units of training.
    if (name === "points") {
        return { values: observer.points(), columns: columnNames(observer.dim) };
    }
    const samples = states?.length ? states : undefined;
    const points = name === "data" ? observer.points() : (samples ?? failMissing("samples"));
    return { values: observer.toTableUnits(points), columns: columnNames(observer.dim) };
}

/** @param {string} what @returns {never} */
function failMissing(what) {
    throw new Error(`there are no ${what} yet.`);
}

/**
 * The positions of the arrows on the stage, and the scores there, projected on the stage.
 * @param {Observer} observer
 * @param {import("../drawing/viewport.js").Scene} scene
 * @returns {Table}
 */
function fieldTable(observer, scene) {
    const { left, right, bottom, top, columns, rows } = gridOfScene(scene, observer.dim);
    const places = gridPoints(left, right, bottom, top, columns, rows);
    const axes = observer.dim === 1 ? ["x"] : ["x", "y"];
    /** @type {[string, Float64Array | undefined][]} */
    const parts = [
        ["", places],
        ["learned_", observer.learnedField(places)],
        ["exact_", observer.exactField(places)],
    ];
    const columnSources = parts.flatMap(([name, values]) =>
        values ? axes.map((axis, k) => ({ name: name + axis, values, k })) : [],
    );
    const values = new Float64Array((places.length / 2) * columnSources.length);
    for (const [column, { values: from, k }] of columnSources.entries()) {
        for (let i = 0; i < places.length / 2; i++) {
            values[i * columnSources.length + column] = from[2 * i + k];
        }
    }
    return { values, columns: columnSources.map(({ name }) => name) };
}

/**
 * The field's layers as elements of an SVG.
 * @param {import("../drawing/layers.js").FieldData} fieldData
 * @param {import("../drawing/viewport.js").Scene} scene
 */
export function exportSvg(fieldData, scene) {
    const recorder = new SvgContext();
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (/** @type {unknown} */ (recorder));
    const viewport = new Viewport(context, scene);
    paintLayers(viewport, "static", fieldData, scene);
    paintLayers(viewport, "perWeights", fieldData, scene);
    return recorder.markup();
}

// Numbers of an experiment as rows and columns, and its layers as a drawing, to be saved.

import { gridPoints } from "../../scorescape.js";
import { paint } from "../drawing/layers.js";
import { Plate, gridOf } from "../drawing/viewport.js";
import { coordinates } from "../drawing/file-formats.js";
import { Recorder } from "../drawing/svg.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("./protocol.js").Table} Table */

/** @param {Observer} observer @param {string} name @param {import("../drawing/viewport.js").Sight} [sight] @param {Float64Array} [states] @returns {Table} */
export function table(observer, name, sight, states) {
    if (name === "field") return field(observer, sight ?? missing("field"));
    // As they are trained on and seen.
    if (name === "points") return { values: observer.points(), columns: coordinates(observer.dim) };
    const points = name === "data" ? observer.points() : states?.length ? states : missing("samples");
    return { values: observer.tableUnits(points), columns: coordinates(observer.dim) };
}

/** @param {string} what @returns {never} */
function missing(what) {
    throw new Error(`there are no ${what} yet.`);
}

/** The places of the arrows on the stage, and the scores as they are seen there. @param {Observer} observer @param {import("../drawing/viewport.js").Sight} sight @returns {Table} */
function field(observer, sight) {
    const { left, right, bottom, top, columns, rows } = gridOf(sight, observer.dim);
    const places = gridPoints(left, right, bottom, top, columns, rows);
    const axes = observer.dim === 1 ? ["x"] : ["x", "y"];
    /** @type {[string, Float64Array | undefined][]} */
    const parts = [["", places], ["learned_", observer.learnedField(places)], ["exact_", observer.exactField(places)]];
    const known = parts.flatMap(([name, values]) => values ? axes.map((axis, k) => ({ name: name + axis, values, k })) : []);
    const values = new Float64Array(places.length / 2 * known.length);
    known.forEach(({ values: from, k }, column) => {
        for (let i = 0; i < places.length / 2; i++) values[i * known.length + column] = from[2 * i + k];
    });
    return { values, columns: known.map(({ name }) => name) };
}

/** The field's layers as elements of an SVG. @param {import("../drawing/layers.js").Facts} facts @param {import("../drawing/viewport.js").Sight} sight */
export function drawing(facts, sight) {
    const recorder = new Recorder();
    const plate = new Plate(/** @type {any} */ (recorder), sight);
    paint(plate, "still", facts, sight);
    paint(plate, "look", facts, sight);
    return recorder.markup();
}

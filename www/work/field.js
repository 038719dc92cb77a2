// A worker that looks at the field of given weights: paints the learned score beside the exact one and the density, and measures
// the error. Painting here keeps the page's own thread free.

import { Observer, gridPoints } from "../../scorescape.js";
import { start } from "../engine.js";
import { Field, OPEN } from "../protocol.js";
import { picture } from "../view/layers.js";
import { gridOf, lineOf } from "../view/plate.js";
import { serve } from "./serve.js";
import { tableOf } from "./table.js";

/** Steps between two measurements of the error, each worth some thousand evaluations of the score. */
const STEPS_PER_ERROR = 50;

/** @type {Observer | undefined} */
let observer;
/** @type {Float64Array} */
let points = new Float64Array();
/** What does not change while the sight stays. @type {ReturnType<typeof survey> | undefined} */
let surveyed;
let surveyedKey = "";
/** @type {number | undefined} */
let error;
let errorStep = -Infinity;

serve({
    async [OPEN]({ engine, link }) {
        await start(engine);
        observer?.free();
        observer = undefined;
        observer = new Observer(link, await tableOf(link));
        [surveyed, surveyedKey, errorStep] = [undefined, "", -Infinity];
        points = observer.onStage(observer.points());
        return [{ reach: points.reduce((reach, value) => Math.max(reach, Math.abs(value)), 0), dim: observer.dim }];
    },
    /** @param {import("../protocol.js").Weights & { sight: import("../view/plate.js").Sight }} request */
    [Field.LOOK]({ step, parameters, sight }) {
        if (!observer) throw new Error("No experiment is open.");
        observer.look(step, parameters);
        const key = JSON.stringify([sight, observer.sigma]);
        const fresh = key !== surveyedKey || !surveyed ? survey(observer, sight) : undefined;
        surveyed = fresh ?? /** @type {ReturnType<typeof survey>} */ (surveyed);
        surveyedKey = key;
        if (step < errorStep || step >= errorStep + STEPS_PER_ERROR) [error, errorStep] = [observer.fisherError(), step];
        const facts = { ...surveyed, points, sigma: observer.sigma, learned: observer.learnedField(surveyed.places) };
        const [still, look] = [fresh && picture("still", facts, sight), picture("look", facts, sight)];
        return [{ step, error, still, look }, still ? [still, look] : [look]];
    },
});

/** @param {Observer} observer @param {import("../view/plate.js").Sight} sight */
function survey(observer, sight) {
    const grid = observer.dim === 1 ? lineOf(sight) : gridOf(sight);
    const { left, right, bottom, top, columns, rows } = grid;
    const places = gridPoints(left, right, bottom, top, columns, rows);
    const cell = (right - left) / columns;
    const [exact, density] = [observer.exactField(places), observer.densityField(places)];
    return { grid, cell, places, exact, density, unit: greatest(exact, density) ?? 4 / observer.sigma };
}

/**
 * The greatest score where there is some probability: further out scores grow without bound.
 * @param {Float64Array | undefined} scores pairs @param {Float64Array | undefined} logDensities
 */
function greatest(scores, logDensities) {
    if (!scores || !logDensities) return undefined;
    const least = Math.max(...logDensities) - 5;
    return scores.reduce((most, value, i) => (logDensities[i >> 1] > least ? Math.max(most, Math.abs(value)) : most), 0) || undefined;
}

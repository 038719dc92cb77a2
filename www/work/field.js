// A worker that evaluates fields on a grid: the learned score of given weights, the exact one, and the density.

import init, { Observer, gridPoints } from "../../scorescape.js";
import { Field, OPEN } from "../protocol.js";
import { serve } from "./serve.js";

/** Steps between two measurements of the error, each worth some thousand evaluations of the score. */
const STEPS_PER_ERROR = 50;

/** @type {Observer | undefined} */
let observer;
/** @type {Float64Array} */
let places = new Float64Array();
let gridKey = "";
/** @type {number | undefined} */
let error;
let errorStep = -Infinity;

serve({
    async [OPEN]({ module, link }) {
        await init({ module_or_path: module });
        observer?.free();
        observer = undefined;
        observer = new Observer(link);
        [gridKey, errorStep] = ["", -Infinity];
        const points = observer.points();
        return [{ points, dim: observer.dim, sigma: observer.sigma }, [points.buffer]];
    },
    /** @param {import("../protocol.js").Weights & { grid: import("../protocol.js").Grid }} request */
    [Field.LOOK]({ grid, step, parameters }) {
        if (!observer) throw new Error("No experiment is open.");
        observer.look(step, parameters);
        const key = JSON.stringify(grid);
        const still = key === gridKey ? undefined : survey(observer, grid);
        gridKey = key;
        if (step < errorStep || step >= errorStep + STEPS_PER_ERROR) [error, errorStep] = [observer.fisherError(), step];
        const learned = observer.learnedScores(places);
        return [{ grid, step, learned, error, still }, [learned.buffer]];
    },
});

/** What does not change while the grid stays. @param {Observer} observer @param {import("../protocol.js").Grid} grid */
function survey(observer, { left, right, bottom, top, columns, rows }) {
    places = gridPoints(left, right, bottom, top, columns, rows);
    return { places, exact: observer.exactScores(places), density: observer.logDensities(places) };
}

// Queries of single layers to an experiment: densities, energies, fixed points, Hessians. A query runs in slices over
// several requests. A query about the learned field starts again when it is answered and the weights have changed. The
// layer lags behind, but the picture never waits.

import { gridPoints } from "../../scorescape.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("../drawing/layers.js").FieldData} FieldData */
/** @typedef {import("../drawing/viewport.js").Grid} Grid */
/**
 * Work in slices: `advance` returns true when it is done.
 * @typedef {{ advance: () => boolean, read: () => unknown, free?: () => void }} Job
 */

/** Cells and starts evaluated between two reads of the clock. */
const CELLS_PER_SLICE = 64;
const STARTS_PER_SLICE = 2;
/** Map cells per cell of the arrows' grid, along each axis: while weights change, and when training is paused. */
const REFINEMENTS = [1, 3];
/** Width of a glyph's cell, in cells of the arrows' grid. */
const GLYPH_COARSENING = 1.6;
/** Number of starting points of the fixed-point search along the grid's shorter side. */
const STARTS_ACROSS = 12;

/** @param {Grid} grid @param {number} factor */
const scaleGrid = (grid, factor) => ({
    ...grid,
    columns: Math.max(1, Math.round(grid.columns * factor)),
    rows: grid.rows === 1 ? 1 : Math.max(1, Math.round(grid.rows * factor)),
});
/** @param {Grid} grid */
const cellMiddles = ({ left, right, bottom, top, columns, rows }) =>
    gridPoints(left, right, bottom, top, columns, rows);

/**
 * A number at each cell; undefined where there is no closed form.
 * @param {(places: Float64Array) => Float64Array | undefined} evaluate
 * @returns {(observer: Observer, grid: Grid) => Job}
 */
const perPlaceJob = (evaluate) => (_, grid) => {
    const places = cellMiddles(grid);
    /** @type {Float64Array | undefined} */
    let values = new Float64Array(places.length / 2);
    let done = 0;
    return {
        advance: () => {
            const answers = evaluate(places.subarray(2 * done, 2 * (done + CELLS_PER_SLICE)));
            if (answers) {
                values?.set(answers, done);
            } else {
                values = undefined;
            }
            done += CELLS_PER_SLICE;
            return !values || done >= values.length;
        },
        read: () => values && { grid, values },
    };
};

/**
 * A quantity of the learned field on a grid.
 * @param {import("../../scorescape.js").Quantity} quantityJob
 * @returns {(observer: Observer, grid: Grid) => Job}
 */
const quantityJob = (quantityJob) => (observer, grid) => {
    const { left, right, bottom, top, columns, rows } = grid;
    const query = observer.gridQuery(quantityJob, Float64Array.of(left, right, bottom, top), columns, rows);
    return {
        advance: () => query.advance(CELLS_PER_SLICE),
        read: () => ({ grid, values: query.values() }),
        free: () => query.free(),
    };
};

/** @param {Observer} observer @param {Grid} grid @returns {Job} */
function fixedPoints(observer, grid) {
    const search = observer.fixedPoints(
        observer.fromView(
            cellMiddles(
                scaleGrid(grid, STARTS_ACROSS / Math.min(grid.columns, grid.rows === 1 ? grid.columns : grid.rows)),
            ),
        ),
    );
    const read = () =>
        search.found().map(({ x, stability, isSpurious }) => ({
            place: observer.toView(x),
            stability,
            spurious: isSpurious,
        }));
    return { advance: () => search.advance(STARTS_PER_SLICE), read, free: () => search.free() };
}

/** @param {Observer} observer @param {Grid} grid @returns {Job} */
function hessianJob(observer, grid) {
    const coarse = scaleGrid(grid, 1 / GLYPH_COARSENING);
    const places = cellMiddles(coarse);
    const cell = (coarse.right - coarse.left) / coarse.columns;
    const values = new Float64Array((places.length / 2) * 3);
    let done = 0;
    return {
        advance: () => {
            const part = places.subarray(2 * done, 2 * (done + CELLS_PER_SLICE));
            values.set(observer.hessianField(part), 3 * done);
            done += CELLS_PER_SLICE;
            return 2 * done >= places.length;
        },
        read: () => ({ places, values, cell }),
    };
}

/**
 * Queries by layer; static ones do not depend on the weights.
 * @type {Record<string, { isStatic?: boolean, refinements?: number[], startJob: (observer: Observer, grid: Grid) => Job
 *     }>}
 */
const QUERIES = {
    clean: {
        isStatic: true,
        refinements: REFINEMENTS,
        startJob: (observer, grid) => perPlaceJob((places) => observer.cleanLogDensityField(places))(observer, grid),
    },
    density: {
        isStatic: true,
        refinements: REFINEMENTS,
        startJob: (observer, grid) => perPlaceJob((places) => observer.logDensityField(places))(observer, grid),
    },
    "learned-density": { refinements: REFINEMENTS, startJob: quantityJob("energy") },
    energy: { refinements: REFINEMENTS, startJob: quantityJob("energy") },
    error: { refinements: REFINEMENTS, startJob: quantityJob("reconstruction-error") },
    curl: { refinements: REFINEMENTS, startJob: quantityJob("curl") },
    fixed: { startJob: fixedPoints },
    hessian: { startJob: hessianJob },
};

/** A query, its latest answer, and the work on the next answer. */
class FieldQuery {
    /** @type {Job | undefined} */
    #job;
    /** Step and refinement of the job, and of the answer. @type {[number, number]} */
    #startedFor = [NaN, -1];
    /** @type {[number, number]} */
    #doneFor = [NaN, -1];
    /** @type {unknown} */
    answer;
    /** Number of answers so far. */
    answers = 0;

    /** @param {typeof QUERIES[string]} definition @param {Grid} grid */
    constructor({ isStatic = false, refinements = [1], startJob }, grid) {
        this.isStatic = isStatic;
        this.refinements = refinements;
        this.startJob = startJob;
        this.grid = grid;
    }

    /**
     * True if the answer is for the weights of `step` and, in a pause, has the finest resolution.
     * @param {number} step
     * @param {boolean} isPaused
     */
    isDone(step, isPaused) {
        const finest = isPaused || this.isStatic ? this.refinements.length - 1 : 0;
        return (this.isStatic ? this.#doneFor[1] >= 0 : this.#doneFor[0] === step) && this.#doneFor[1] >= finest;
    }

    /** Runs one slice. @param {Observer} observer @param {number} step */
    advance(observer, step) {
        if (!this.#job) {
            const same = this.isStatic || this.#doneFor[0] === step;
            this.#startedFor = [step, same ? this.#doneFor[1] + 1 : 0];
            this.#job = this.startJob(observer, scaleGrid(this.grid, this.refinements[this.#startedFor[1]]));
        }
        const job = this.#job;
        if (!job.advance()) {
            return;
        }
        this.answer = job.read();
        this.answers += 1;
        this.#doneFor = this.#startedFor;
        this.free();
    }

    free() {
        this.#job?.free?.();
        this.#job = undefined;
    }
}

/** All queries of a scene. */
export class FieldQueries {
    /** @type {Record<string, FieldQuery>} */
    #queries = {};

    /** @param {Grid} grid @param {string[]} shown @param {number} dim */
    constructor(grid, shown, dim) {
        for (const id of shown) {
            const definition =
                Object.hasOwn(QUERIES, id) && !(dim === 1 && ["curl", "hessian"].includes(id))
                    ? QUERIES[id]
                    : undefined;
            if (definition) {
                this.#queries[id] = new FieldQuery(definition, grid);
            }
        }
    }

    /**
     * Runs all queries in turn until `end`; returns true if all are done.
     * @param {Observer} observer
     * @param {number} step
     * @param {boolean} isPaused
     * @param {number} end
     */
    advance(observer, step, isPaused, end) {
        const open = () => Object.values(this.#queries).filter((query) => !query.isDone(step, isPaused));
        for (let left = open(); left.length > 0; left = open()) {
            for (const query of left) {
                if (performance.now() >= end) {
                    return false;
                }
                query.advance(observer, step);
            }
        }
        return true;
    }

    /** Number of answers to static queries. */
    get staticAnswers() {
        return Object.values(this.#queries).reduce((sum, { isStatic, answers }) => sum + (isStatic ? answers : 0), 0);
    }

    /** Answers by kind, for drawing. */
    get results() {
        const answers = Object.fromEntries(
            Object.entries(this.#queries)
                .filter(([, { answer }]) => answer)
                .map(([id, { answer }]) => [id, answer]),
        );
        const known = { maps: answers, fixedPoints: answers.fixed, hessian: answers.hessian };
        return /** @type {Pick<FieldData, "maps" | "fixedPoints" | "hessian">} */ (known);
    }

    free() {
        for (const query of Object.values(this.#queries)) {
            query.free();
        }
    }
}

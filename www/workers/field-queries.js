// What layers ask of an experiment beside scores. Each question takes slices of several looks; one about the learned
// field is asked anew when it is answered and the weights have changed, so that what is shown lags behind, but never
// waits.

import { gridPoints } from "../../scorescape.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("../drawing/viewport.js").Grid} Grid */
/**
 * Work in slices: `advance` answers whether it is done.
 * @typedef {{ advance: () => boolean, read: () => unknown, free?: () => void }} Job
 */

/** How many cells, or starts, are worked on between two looks at the clock. */
const CELLS_PER_SLICE = 64;
const STARTS_PER_SLICE = 2;
/**
 * How many times finer a map gets than the arrows' grid, first while weights change, then when there is time; and how
 * much coarser glyphs are.
 */
const REFINEMENTS = [1, 3];
const GLYPH_COARSENING = 1.6;
/** How many starts of a search for fixed points lie across the grid. */
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
 * A number at each cell that is looked up place by place; undefined where there is no closed form.
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
            return 2 * (done += CELLS_PER_SLICE) >= places.length;
        },
        read: () => ({ places, values, cell }),
    };
}

/**
 * What the layers ask, by id; what is still does not depend on the weights.
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

/** One question, its latest answer, and the work on the next. */
class FieldQuery {
    /** @type {Job | undefined} */
    #job;
    /** For which step, and at which level, the job and the answer are. @type {[number, number]} */
    #startedFor = [NaN, -1];
    /** @type {[number, number]} */
    #doneFor = [NaN, -1];
    /** @type {any} */
    answer;
    /** How many answers there were. */
    answers = 0;

    /** @param {typeof QUERIES[string]} definition @param {Grid} grid */
    constructor({ isStatic = false, refinements = [1], startJob }, grid) {
        this.isStatic = isStatic;
        this.refinements = refinements;
        this.startJob = startJob;
        this.grid = grid;
    }

    /**
     * Whether it is answered as finely as can be for the weights of `step`; coarsely is enough while they change.
     * @param {number} step
     * @param {boolean} isPaused
     */
    isDone(step, isPaused) {
        const finest = isPaused || this.isStatic ? this.refinements.length - 1 : 0;
        return (this.isStatic ? this.#doneFor[1] >= 0 : this.#doneFor[0] === step) && this.#doneFor[1] >= finest;
    }

    /** A slice of work. @param {Observer} observer @param {number} step */
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

/** All questions of a sight. */
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
     * Works until `end`, by turns; answers whether all is settled.
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

    /** How many answers there were to questions that are still. */
    get staticAnswers() {
        return Object.values(this.#queries).reduce((sum, { isStatic, answers }) => sum + (isStatic ? answers : 0), 0);
    }

    /** What there is to draw. */
    get results() {
        const answers = Object.fromEntries(
            Object.entries(this.#queries)
                .filter(([, { answer }]) => answer)
                .map(([id, { answer }]) => [id, answer]),
        );
        return { maps: answers, fixedPoints: answers.fixed, hessian: answers.hessian };
    }

    free() {
        Object.values(this.#queries).forEach((query) => {
            query.free();
        });
    }
}

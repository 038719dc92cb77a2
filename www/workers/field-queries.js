// What layers ask of an experiment beside scores. Each question takes slices of several looks; one about the learned field is asked
// anew when it is answered and the weights have changed, so that what is shown lags behind, but never waits.

import { gridPoints } from "../../scorescape.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */
/** @typedef {import("./protocol.js").Grid} Grid */
/** Numbers at the middles of a grid's cells, row by row from the bottom. @typedef {{ grid: Grid, values: Float64Array }} Known */
/** A fixed point of r: where it is on the stage, what it does, and whether it attracts far from all data. @typedef {{ place: Float64Array, stability: string, spurious: boolean }} Found */
/** Work in slices: `advance` answers whether it is done. @typedef {{ advance: () => boolean, read: () => unknown, free?: () => void }} Job */

/** How many cells, or starts, are worked on between two looks at the clock. */
const [CELLS, STARTS] = [64, 2];
/** How many times finer a map gets than the arrows' grid, first while weights change, then when there is time; and how much coarser glyphs are. */
const LEVELS = [1, 3];
const COARSER = 1.6;
/** How many starts of a search for fixed points lie across the grid. */
const ACROSS = 12;
/** Attracting fixed points farther than so many σ from every training point are spurious. */
const FAR = 5;

/** @param {Grid} grid @param {number} factor */
const refined = (grid, factor) => ({ ...grid, columns: Math.max(1, Math.round(grid.columns * factor)), rows: grid.rows === 1 ? 1 : Math.max(1, Math.round(grid.rows * factor)) });
/** @param {Grid} grid */
const placesOf = ({ left, right, bottom, top, columns, rows }) => gridPoints(left, right, bottom, top, columns, rows);

/** A number at each cell that is looked up place by place; undefined where there is no closed form. @param {(places: Float64Array) => Float64Array | undefined} look @returns {(observer: Observer, grid: Grid) => Job} */
const lookup = (look) => (_, grid) => {
    const places = placesOf(grid);
    /** @type {Float64Array | undefined} */
    let values = new Float64Array(places.length / 2);
    let done = 0;
    return {
        advance: () => {
            const answers = look(places.subarray(2 * done, 2 * (done + CELLS)));
            if (!answers) values = undefined;
            else values?.set(answers, done);
            done += CELLS;
            return !values || done >= values.length;
        },
        read: () => values && { grid, values },
    };
};

/** A quantity of the learned field on a grid. @param {import("../../scorescape.js").Quantity} quantity @returns {(observer: Observer, grid: Grid) => Job} */
const quantity = (quantity) => (observer, grid) => {
    const { left, right, bottom, top, columns, rows } = grid;
    const query = observer.gridQuery(quantity, Float64Array.of(left, right, bottom, top), columns, rows);
    return { advance: () => query.advance(CELLS), read: () => ({ grid, values: query.values() }), free: () => query.free() };
};

/** @param {Observer} observer @param {Grid} grid @returns {Job} */
function fixedPoints(observer, grid) {
    const search = observer.fixedPoints(observer.offStage(placesOf(refined(grid, ACROSS / Math.min(grid.columns, grid.rows === 1 ? grid.columns : grid.rows)))));
    const read = () => search.found().map(({ x, stability, distance }) =>
        ({ place: observer.onStage(x), stability, spurious: stability === "attracting" && distance > FAR }));
    return { advance: () => search.advance(STARTS), read, free: () => search.free() };
}

/** @param {Observer} observer @param {Grid} grid @returns {Job} */
function hessian(observer, grid) {
    const coarse = refined(grid, 1 / COARSER);
    const [places, cell] = [placesOf(coarse), (coarse.right - coarse.left) / coarse.columns];
    const values = new Float64Array(places.length / 2 * 3);
    let done = 0;
    return {
        advance: () => {
            const part = places.subarray(2 * done, 2 * (done + CELLS));
            values.set(observer.hessianField(part), 3 * done);
            return 2 * (done += CELLS) >= places.length;
        },
        read: () => ({ places, values, cell }),
    };
}

/** What the layers ask, by id; what is still does not depend on the weights. @type {Record<string, { still?: boolean, levels?: number[], begin: (observer: Observer, grid: Grid) => Job }>} */
const QUESTIONS = {
    "clean": { still: true, levels: LEVELS, begin: (observer, grid) => lookup((places) => observer.cleanDensityField(places))(observer, grid) },
    "density": { still: true, levels: LEVELS, begin: (observer, grid) => lookup((places) => observer.densityField(places))(observer, grid) },
    "learned-density": { levels: LEVELS, begin: quantity("energy") },
    "energy": { levels: LEVELS, begin: quantity("energy") },
    "error": { levels: LEVELS, begin: quantity("reconstruction-error") },
    "curl": { levels: LEVELS, begin: quantity("curl") },
    "fixed": { begin: fixedPoints },
    "hessian": { begin: hessian },
};

/** One question, its latest answer, and the work on the next. */
class Inquiry {
    /** @type {Job | undefined} */
    #job;
    /** For which step, and at which level, the job and the answer are. @type {[number, number]} */
    #begun = [NaN, -1];
    /** @type {[number, number]} */
    #known = [NaN, -1];
    /** @type {any} */
    answer;
    /** How many answers there were. */
    answers = 0;

    /** @param {typeof QUESTIONS[string]} question @param {Grid} grid */
    constructor({ still = false, levels = [1], begin }, grid) {
        this.still = still;
        this.levels = levels;
        this.begin = begin;
        this.grid = grid;
    }

    /** Whether it is answered as finely as can be for the weights of `step`; coarsely is enough while they change. @param {number} step @param {boolean} rests */
    settled(step, rests) {
        const finest = rests || this.still ? this.levels.length - 1 : 0;
        return (this.still ? this.#known[1] >= 0 : this.#known[0] === step) && this.#known[1] >= finest;
    }

    /** A slice of work. @param {Observer} observer @param {number} step */
    advance(observer, step) {
        if (!this.#job) {
            const same = this.still || this.#known[0] === step;
            this.#begun = [step, same ? this.#known[1] + 1 : 0];
            this.#job = this.begin(observer, refined(this.grid, this.levels[this.#begun[1]]));
        }
        const job = this.#job;
        if (!job.advance()) return;
        [this.answer, this.answers] = [job.read(), this.answers + 1];
        this.#known = this.#begun;
        this.free();
    }

    free() {
        this.#job?.free?.();
        this.#job = undefined;
    }
}

/** All questions of a sight. */
export class Inquiries {
    /** @type {Record<string, Inquiry>} */
    #all = {};

    /** @param {Grid} grid @param {string[]} shown @param {number} dim */
    constructor(grid, shown, dim) {
        for (const id of shown) {
            const question = Object.hasOwn(QUESTIONS, id) && !(dim === 1 && ["curl", "hessian"].includes(id)) ? QUESTIONS[id] : undefined;
            if (question) this.#all[id] = new Inquiry(question, grid);
        }
    }

    /** Works until `end`, by turns; answers whether all is settled. @param {Observer} observer @param {number} step @param {boolean} rests @param {number} end */
    advance(observer, step, rests, end) {
        const open = () => Object.values(this.#all).filter((inquiry) => !inquiry.settled(step, rests));
        for (let left = open(); left.length > 0; left = open()) {
            for (const inquiry of left) {
                if (performance.now() >= end) return false;
                inquiry.advance(observer, step);
            }
        }
        return true;
    }

    /** How many answers there were to questions that are still. */
    get stills() {
        return Object.values(this.#all).reduce((sum, { still, answers }) => sum + (still ? answers : 0), 0);
    }

    /** What there is to draw. */
    get facts() {
        const answers = Object.fromEntries(Object.entries(this.#all).filter(([, { answer }]) => answer).map(([id, { answer }]) => [id, answer]));
        return { maps: answers, fixed: answers.fixed, hessian: answers.hessian };
    }

    free() {
        Object.values(this.#all).forEach((inquiry) => inquiry.free());
    }
}

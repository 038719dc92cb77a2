// The exact score, and the answers to layers' queries, on the grid of one scene. Both grow from request to request.

import { gridPoints } from "../../scorescape.js";
import { gridOfScene } from "../drawing/viewport.js";

/** @typedef {import("../../scorescape.js").Observer} Observer */

/** Exact scores evaluated between two reads of the clock. */
const SCORES_PER_SLICE = 16;

export class SceneFields {
    /**
     * @param {import("../drawing/viewport.js").Scene} scene
     * @param {number} dim
     * @param {string} key identifies all inputs of the fields
     * @param {import("./field-queries.js").FieldQueries} [queries] for the layers that need the extra module
     */
    constructor(scene, dim, key, queries) {
        this.key = key;
        this.scene = scene;
        this.grid = gridOfScene(scene, dim);
        const { left, right, bottom, top, columns, rows } = this.grid;
        this.places = gridPoints(left, right, bottom, top, columns, rows);
        this.cell = (right - left) / columns;
        this.exact = new Float64Array(this.places.length);
        /** Number of coordinates at which the exact score is evaluated. */
        this.done = 0;
        this.queries = queries;
    }

    get complete() {
        return this.done >= this.places.length;
    }

    /** Changes whenever the static layers have to be painted again. */
    get staticState() {
        return `${this.complete} ${this.queries?.staticAnswers}`;
    }

    /** Evaluates exact scores until `end`, in milliseconds. @param {Observer} observer @param {number} end */
    advance(observer, end) {
        while (!this.complete && performance.now() < end) {
            this.#advanceSlice(observer);
        }
    }

    /** @param {Observer} observer */
    #advanceSlice(observer) {
        const places = this.places.subarray(this.done, this.done + 2 * SCORES_PER_SLICE);
        const isShown = ["exact", "difference"].some((layer) => this.scene.shown.includes(layer));
        const exact = isShown ? observer.exactField(places) : undefined;
        if (exact) {
            this.exact.set(exact, this.done);
        }
        this.knownExact = exact && this.exact;
        this.done = exact ? this.done + places.length : this.places.length;
    }

    /** Input of the layers, except the learned score. */
    get fieldData() {
        return {
            cell: this.cell,
            places: this.places,
            exact: this.complete ? this.knownExact : undefined,
            maps: {},
            ...this.queries?.results,
        };
    }

    free() {
        this.queries?.free();
    }
}

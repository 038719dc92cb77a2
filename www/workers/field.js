// A worker that looks at the field of given weights: paints the learned score beside the exact one and the density, and
// measures the error. Painting here keeps the page's own thread free.

import { gridPoints, Observer } from "../../scorescape.js";
import { loadLayers, renderLayers } from "../drawing/layers.js";
import { gridOfScene } from "../drawing/viewport.js";
import { instantiate } from "./engine.js";
import { FieldRequest, OPEN } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTable } from "./table-loader.js";

/** Steps between two measurements of the error, each worth some thousand evaluations of the score. */
const STEPS_PER_ERROR = 50;
/** How long one look may spend on exact scores, in milliseconds: of large tables they take seconds. */
const RENDER_BUDGET = 30;
/** How many of them are evaluated between two looks at the clock. */
const SCORES_PER_SLICE = 16;

/** @type {Observer | undefined} */
let observer;
/** @type {Float64Array} */
let points = new Float64Array();
/** What does not change while the sight stays. @type {FieldSurvey | undefined} */
let survey;
/** @type {number | undefined} */
let error;
let errorStep = -Infinity;

/** What is known of the truth at the places of a sight's grid; it grows from look to look. */
class FieldSurvey {
    /**
     * @param {import("../drawing/viewport.js").Scene} scene
     * @param {number} dim
     * @param {string} key
     * @param {import("./field-queries.js").FieldQueries} [queries] of layers that ask for more
     */
    constructor(scene, dim, key, queries) {
        this.key = key;
        this.scene = scene;
        this.grid = gridOfScene(scene, dim);
        const { left, right, bottom, top, columns, rows } = this.grid;
        this.places = gridPoints(left, right, bottom, top, columns, rows);
        this.cell = (right - left) / columns;
        this.shown = scene.shown;
        this.exact = new Float64Array(this.places.length);
        /** How many of the places' coordinates have been looked at. */
        this.done = 0;
        this.queries = queries;
    }

    get complete() {
        return this.done >= this.places.length;
    }

    /** Looks at the next places. @param {Observer} observer */
    advance(observer) {
        const places = this.places.subarray(this.done, this.done + 2 * SCORES_PER_SLICE);
        const exact = this.shows("exact", "difference") ? observer.exactField(places) : undefined;
        if (exact) {
            this.exact.set(exact, this.done);
        }
        this.knownExact = exact && this.exact;
        this.done = exact ? this.done + places.length : this.places.length;
    }

    /** @param {...string} layers */
    shows(...layers) {
        return layers.some((layer) => this.shown.includes(layer));
    }

    /** What there is to draw. */
    get fieldData() {
        return {
            cell: this.cell,
            places: this.places,
            exact: this.complete ? this.knownExact : undefined,
            maps: {},
            ...this.queries?.results,
        };
    }
}

serveRequests({
    async [OPEN]({ engine, link, table }) {
        await instantiate(engine);
        observer?.free();
        observer = undefined;
        observer = new Observer(link, await loadTable(link, table));
        survey?.queries?.free();
        survey = undefined;
        error = undefined;
        errorStep = -Infinity;
        points = observer.toView(observer.points());
        return [
            { dataExtent: points.reduce((extent, value) => Math.max(extent, Math.abs(value)), 0), dim: observer.dim },
        ];
    },
    /**
     * @param {import("./protocol.js").Weights & { scene: import("../drawing/viewport.js").Scene, isPaused: boolean,
     *     engine?: import("./engine.js").Engine }} request
     */
    async [FieldRequest.RENDER]({ step, parameters, scene, isPaused, engine }) {
        if (!observer) {
            throw new Error("No experiment is open.");
        }
        // Layers beyond the first few need the whole program.
        const queriesModule =
            engine &&
            (await Promise.all([import("./field-queries.js"), instantiate(engine), loadLayers(scene.shown)]))[0];
        const end = performance.now() + RENDER_BUDGET;
        observer.setWeights(step, parameters);
        const key = JSON.stringify([scene, observer.sigma, Boolean(engine)]);
        const isNew = survey?.key !== key;
        if (isNew) {
            survey?.queries?.free();
        }
        const fieldSurvey = (survey =
            isNew || !survey
                ? new FieldSurvey(
                      scene,
                      observer.dim,
                      key,
                      queriesModule &&
                          new queriesModule.FieldQueries(gridOfScene(scene, observer.dim), scene.shown, observer.dim),
                  )
                : survey);
        const state = () => `${fieldSurvey.complete} ${fieldSurvey.queries?.staticAnswers}`;
        const before = state();
        while (!fieldSurvey.complete && performance.now() < end) {
            fieldSurvey.advance(observer);
        }
        const areQueriesDone = fieldSurvey.queries?.advance(observer, step, isPaused, end) ?? true;
        let ready = false;
        while (fieldSurvey.complete && !ready && performance.now() < end) {
            ready = observer.prepareFisherError(SCORES_PER_SLICE);
        }
        const due = step < errorStep || step >= errorStep + STEPS_PER_ERROR || (isPaused && step !== errorStep);
        if (ready && due) {
            error = observer.fisherError();
            errorStep = step;
        }
        const fieldData = {
            ...fieldSurvey.fieldData,
            dim: observer.dim,
            points,
            sigma: observer.sigma,
            learned: observer.learnedField(fieldSurvey.places),
        };
        const staticImage = isNew || before !== state() ? renderLayers("static", fieldData, scene) : undefined;
        const perWeightsImage = renderLayers("perWeights", fieldData, scene);
        const flowField = scene.shown.includes("flow")
            ? { grid: fieldSurvey.grid, learned: fieldData.learned, sigma: fieldData.sigma }
            : undefined;
        const status = {
            flowField,
            step,
            error,
            isExactReady: ready,
            areQueriesDone,
            sigma: fieldData.sigma,
            withExtra: Boolean(engine),
        };
        return [
            { ...status, static: staticImage, perWeights: perWeightsImage },
            [
                ...(staticImage ? [staticImage.bitmap] : []),
                perWeightsImage.bitmap,
                ...(flowField ? [flowField.learned.buffer] : []),
            ],
        ];
    },
    /**
     * About a place, for the whole program.
     * @param {{ engine: import("./engine.js").Engine } & import("./probe.js").ProbeRequest} request
     */
    async [FieldRequest.PROBE]({ engine, ...question }) {
        await instantiate(engine);
        if (!observer) {
            throw new Error("No experiment is open.");
        }
        const { probeAt } = await import("./probe.js");
        return [probeAt(observer, question)];
    },
    /**
     * Points that are images, for the whole program.
     * @param {{ engine: import("./engine.js").Engine } & import("./images.js").ImageRequest} request
     */
    async [FieldRequest.IMAGES]({ engine, ...request }) {
        await instantiate(engine);
        if (!observer) {
            throw new Error("No experiment is open.");
        }
        const { imageRows } = await import("./images.js");
        return [imageRows(observer, request)];
    },
    /**
     * The layers as they were looked at last, to be saved.
     * @param {{ engine: import("./engine.js").Engine }} request
     */
    async [FieldRequest.EXPORT_SVG]({ engine }) {
        await instantiate(engine);
        if (!observer || !survey) {
            throw new Error("there is nothing to be seen yet.");
        }
        const { scene } = survey;
        const fieldData = {
            ...survey.fieldData,
            dim: observer.dim,
            points,
            sigma: observer.sigma,
            learned: observer.learnedField(survey.places),
        };
        const { exportSvg } = await import("./export.js");
        return [{ markup: await exportSvg(fieldData, scene), scene }];
    },
    /**
     * Numbers to take away, for the whole program.
     * @param {{ engine: import("./engine.js").Engine, name: string, scene?: import("../drawing/viewport.js").Scene,
     *     states?: Float64Array }} request
     */
    async [FieldRequest.EXPORT_TABLE]({ engine, name, scene, states }) {
        await instantiate(engine);
        if (!observer) {
            throw new Error("No experiment is open.");
        }
        const { exportTable } = await import("./export.js");
        const exported = exportTable(observer, name, scene, states);
        return [exported, [exported.values.buffer]];
    },
});

// A worker that renders the field of given weights: the learned score, the exact score and the density. It measures the
// relative Fisher error too. The page's own thread stays free.

import { Observer } from "../../scorescape.js";
import { loadLayerCode, renderToBitmap } from "../drawing/layers.js";
import { gridOfScene } from "../drawing/viewport.js";
import { instantiate } from "./engine.js";
import { FieldRequest, OPEN } from "./protocol.js";
import { SceneFields } from "./scene-fields.js";
import { serveRequests } from "./serve.js";
import { loadTableBytes } from "./table-bytes.js";

/** @typedef {import("./protocol.js").RenderRequest} RenderRequest */
/** @typedef {import("./protocol.js").RenderResult} RenderResult */

/** Training steps between two measurements of the error, which take some thousand evaluations of the score each. */
const STEPS_PER_ERROR = 50;
/** Milliseconds that one request may spend on exact scores. Exact scores of a large table take seconds. */
const RENDER_BUDGET = 30;
/** Exact scores evaluated for the error between two reads of the clock. */
const SCORES_PER_SLICE = 16;

/** The field of one open experiment. */
class Field {
    /** @type {SceneFields | undefined} */
    fields;
    /** The relative Fisher error. @type {number | undefined} */
    #error;
    #errorStep = -Infinity;

    /** @param {string} link @param {Uint8Array | undefined} table */
    constructor(link, table) {
        this.observer = new Observer(link, table);
        this.points = this.observer.toView(this.observer.points());
    }

    get dataExtent() {
        return this.points.reduce((extent, value) => Math.max(extent, Math.abs(value)), 0);
    }

    /**
     * @param {RenderRequest} request
     * @param {typeof import("./field-queries.js").FieldQueries} [FieldQueries] with the extra module
     * @returns {import("./protocol.js").Reply<RenderResult>}
     */
    render({ step, parameters, scene, isPaused }, FieldQueries) {
        const { observer } = this;
        const end = performance.now() + RENDER_BUDGET;
        observer.setWeights(step, parameters);
        const before = this.fields;
        const fields = this.#fieldsOf(scene, FieldQueries);
        const staticBefore = fields.staticState;
        fields.advance(observer, end);
        const areQueriesDone = fields.queries?.advance(observer, step, isPaused, end) ?? true;
        const isExactReady = fields.complete && this.#prepareError(end);
        if (isExactReady) {
            this.#measureError(step, isPaused);
        }
        const isStaticOutdated = fields !== before || fields.staticState !== staticBefore;
        return this.#paint(fields, isStaticOutdated, {
            step,
            error: this.#error,
            quality: this.#error === undefined ? undefined : observer.scoreQuality(this.#error),
            isExactReady,
            areQueriesDone,
            withExtra: Boolean(FieldQueries),
            sigma: observer.sigma,
        });
    }

    /**
     * The fields of a scene; reuses the present ones if they have the same inputs.
     * @param {import("../drawing/viewport.js").Scene} scene
     * @param {typeof import("./field-queries.js").FieldQueries} [FieldQueries]
     */
    #fieldsOf(scene, FieldQueries) {
        const { dim, sigma } = this.observer;
        const key = JSON.stringify([scene, sigma, Boolean(FieldQueries)]);
        if (this.fields?.key === key) {
            return this.fields;
        }
        this.fields?.free();
        const queries = FieldQueries && new FieldQueries(gridOfScene(scene, dim), scene.shown, dim);
        this.fields = new SceneFields(scene, dim, key, queries);
        return this.fields;
    }

    /** Evaluates exact scores for the error; true when all are evaluated. @param {number} end */
    #prepareError(end) {
        let isReady = false;
        while (!isReady && performance.now() < end) {
            isReady = this.observer.prepareFisherError(SCORES_PER_SLICE);
        }
        return isReady;
    }

    /** @param {number} step @param {boolean} isPaused */
    #measureError(step, isPaused) {
        const isDue =
            step < this.#errorStep ||
            step >= this.#errorStep + STEPS_PER_ERROR ||
            (isPaused && step !== this.#errorStep);
        if (isDue) {
            this.#error = this.observer.fisherError();
            this.#errorStep = step;
        }
    }

    /** Input of the layers. @param {SceneFields} fields */
    fieldData(fields) {
        const { observer, points } = this;
        const learned = observer.learnedField(fields.places);
        return { ...fields.fieldData, dim: observer.dim, points, sigma: observer.sigma, learned };
    }

    /**
     * @param {SceneFields} fields
     * @param {boolean} isStaticOutdated
     * @param {Omit<RenderResult, "static" | "perWeights" | "flowField">} status
     * @returns {import("./protocol.js").Reply<RenderResult>}
     */
    #paint(fields, isStaticOutdated, status) {
        const { scene, grid } = fields;
        const fieldData = this.fieldData(fields);
        const { learned, sigma } = fieldData;
        const staticImage = isStaticOutdated ? renderToBitmap("static", fieldData, scene) : undefined;
        const perWeightsImage = renderToBitmap("perWeights", fieldData, scene);
        const flowField = scene.shown.includes("flow") ? { grid, learned, sigma } : undefined;
        const transfer = [
            ...(staticImage ? [staticImage.bitmap] : []),
            perWeightsImage.bitmap,
            ...(flowField ? [learned.buffer] : []),
        ];
        return [{ ...status, flowField, static: staticImage, perWeights: perWeightsImage }, transfer];
    }

    free() {
        this.fields?.free();
        this.observer.free();
    }
}

/** @type {Field | undefined} */
let field;

function openField() {
    if (!field) {
        throw new Error("No experiment is open.");
    }
    return field;
}

/** @type {import("./protocol.js").Handlers<import("./protocol.js").FieldRequests>} */
const handlers = {
    async [OPEN]({ engine, link, tableFile, table }) {
        await instantiate(engine);
        field?.free();
        field = undefined;
        field = new Field(link, await loadTableBytes(tableFile, table));
        return [{ dataExtent: field.dataExtent, dim: field.observer.dim }];
    },
    async [FieldRequest.RENDER](request) {
        const { engine, scene } = request;
        if (!engine) {
            return openField().render(request);
        }
        const [{ FieldQueries }] = await Promise.all([
            import("./field-queries.js"),
            instantiate(engine),
            loadLayerCode(scene.shown),
        ]);
        return openField().render(request, FieldQueries);
    },
    async [FieldRequest.PROBE]({ engine, ...question }) {
        await instantiate(engine);
        const { probeAt } = await import("./probe.js");
        return [probeAt(openField().observer, question)];
    },
    async [FieldRequest.IMAGES]({ engine, ...request }) {
        await instantiate(engine);
        const { imageRows } = await import("./images.js");
        return [imageRows(openField().observer, request)];
    },
    async [FieldRequest.EXPORT_SVG]({ engine }) {
        await instantiate(engine);
        const { fields } = openField();
        if (!fields) {
            throw new Error("nothing is drawn yet.");
        }
        const { exportSvg } = await import("./export.js");
        return [{ markup: await exportSvg(openField().fieldData(fields), fields.scene), scene: fields.scene }];
    },
    async [FieldRequest.EXPORT_TABLE]({ engine, name, scene, states }) {
        await instantiate(engine);
        const { exportTable } = await import("./export.js");
        const table = exportTable(openField().observer, name, scene, states);
        return [table, [table.values.buffer]];
    },
};

serveRequests(handlers);

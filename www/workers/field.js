// A worker that looks at the field of given weights: paints the learned score beside the exact one and the density, and measures
// the error. Painting here keeps the page's own thread free.

import { Observer, gridPoints } from "../../scorescape.js";
import { start } from "./engine.js";
import { Field, OPEN } from "./protocol.js";
import { load, picture } from "../drawing/layers.js";
import { gridOf } from "../drawing/viewport.js";
import { serve } from "./serve.js";
import { tableOf } from "./table-loader.js";

/** Steps between two measurements of the error, each worth some thousand evaluations of the score. */
const STEPS_PER_ERROR = 50;
/** How long one look may spend on exact scores, in milliseconds: of large tables they take seconds. */
const SLICE = 30;
/** How many of them are evaluated between two looks at the clock. */
const BURST = 16;

/** @type {Observer | undefined} */
let observer;
/** @type {Float64Array} */
let points = new Float64Array();
/** What does not change while the sight stays. @type {Survey | undefined} */
let survey;
/** @type {number | undefined} */
let error;
let errorStep = -Infinity;

/** What is known of the truth at the places of a sight's grid; it grows from look to look. */
class Survey {
    /** @param {import("../drawing/viewport.js").Sight} sight @param {number} dim @param {string} key @param {import("./field-queries.js").Inquiries} [inquiries] of layers that ask for more */
    constructor(sight, dim, key, inquiries) {
        this.key = key;
        this.sight = sight;
        this.grid = gridOf(sight, dim);
        const { left, right, bottom, top, columns, rows } = this.grid;
        this.places = gridPoints(left, right, bottom, top, columns, rows);
        this.cell = (right - left) / columns;
        this.wanted = sight.shown;
        this.exact = new Float64Array(this.places.length);
        /** How many of the places' coordinates have been looked at. */
        this.done = 0;
        this.inquiries = inquiries;
    }

    get complete() {
        return this.done >= this.places.length;
    }

    /** Looks at the next places. @param {Observer} observer */
    advance(observer) {
        const places = this.places.subarray(this.done, this.done + 2 * BURST);
        const exact = this.wants("exact", "difference") ? observer.exactField(places) : undefined;
        if (exact) this.exact.set(exact, this.done);
        this.known = exact && this.exact;
        this.done = exact ? this.done + places.length : this.places.length;
    }

    /** @param {...string} layers */
    wants(...layers) {
        return layers.some((layer) => this.wanted.includes(layer));
    }

    /** What there is to draw. */
    get facts() {
        return { cell: this.cell, places: this.places, exact: this.complete ? this.known : undefined, maps: {}, ...this.inquiries?.facts };
    }
}

serve({
    async [OPEN]({ engine, link, table }) {
        await start(engine);
        observer?.free();
        observer = undefined;
        observer = new Observer(link, await tableOf(link, table));
        survey?.inquiries?.free();
        [survey, error, errorStep] = [undefined, undefined, -Infinity];
        points = observer.onStage(observer.points());
        return [{ reach: points.reduce((reach, value) => Math.max(reach, Math.abs(value)), 0), dim: observer.dim }];
    },
    /** @param {import("./protocol.js").Weights & { sight: import("../drawing/viewport.js").Sight, rests: boolean, engine?: import("./engine.js").Engine }} request */
    async [Field.LOOK]({ step, parameters, sight, rests, engine }) {
        if (!observer) throw new Error("No experiment is open.");
        // Layers beyond the first few need the whole program.
        const more = engine && (await Promise.all([import("./field-queries.js"), start(engine), load(sight.shown)]))[0];
        const end = performance.now() + SLICE;
        observer.look(step, parameters);
        const key = JSON.stringify([sight, observer.sigma, Boolean(engine)]);
        const fresh = survey?.key !== key;
        if (fresh) survey?.inquiries?.free();
        const seen = survey = fresh || !survey ? new Survey(sight, observer.dim, key, more && new more.Inquiries(gridOf(sight, observer.dim), sight.shown, observer.dim)) : survey;
        const state = () => `${seen.complete} ${seen.inquiries?.stills}`;
        const before = state();
        while (!seen.complete && performance.now() < end) seen.advance(observer);
        const settled = seen.inquiries?.advance(observer, step, rests, end) ?? true;
        let ready = false;
        while (seen.complete && !ready && performance.now() < end) ready = observer.prepare(BURST);
        const due = step < errorStep || step >= errorStep + STEPS_PER_ERROR || rests && step !== errorStep;
        if (ready && due) [error, errorStep] = [observer.fisherError(), step];
        const facts = { ...seen.facts, dim: observer.dim, points, sigma: observer.sigma, learned: observer.learnedField(seen.places) };
        const still = fresh || before !== state() ? picture("still", facts, sight) : undefined;
        const look = picture("look", facts, sight);
        const current = sight.shown.includes("flow") ? { grid: seen.grid, learned: facts.learned, sigma: facts.sigma } : undefined;
        const told = { current, step, error, complete: ready, settled, sigma: facts.sigma, whole: Boolean(engine) };
        return [{ ...told, still, look }, [...still ? [still.picture] : [], look.picture, ...current ? [current.learned.buffer] : []]];
    },
    /** About a place, for the whole program. @param {{ engine: import("./engine.js").Engine } & import("./probe.js").Question} request */
    async [Field.PROBE]({ engine, ...question }) {
        await start(engine);
        if (!observer) throw new Error("No experiment is open.");
        const { probe } = await import("./probe.js");
        return [probe(observer, question)];
    },
    /** Points that are images, for the whole program. @param {{ engine: import("./engine.js").Engine } & import("./images.js").Request} request */
    async [Field.IMAGES]({ engine, ...request }) {
        await start(engine);
        if (!observer) throw new Error("No experiment is open.");
        const { images } = await import("./images.js");
        return [images(observer, request)];
    },
    /** The layers as they were looked at last, to be saved. @param {{ engine: import("./engine.js").Engine }} request */
    async [Field.DRAWING]({ engine }) {
        await start(engine);
        if (!observer || !survey) throw new Error("there is nothing to be seen yet.");
        const { sight } = survey;
        const facts = { ...survey.facts, dim: observer.dim, points, sigma: observer.sigma, learned: observer.learnedField(survey.places) };
        const { drawing } = await import("./export.js");
        return [{ markup: await drawing(facts, sight), sight }];
    },
    /** Numbers to take away, for the whole program. @param {{ engine: import("./engine.js").Engine, name: string, sight?: import("../drawing/viewport.js").Sight, states?: Float64Array }} request */
    async [Field.TABLE]({ engine, name, sight, states }) {
        await start(engine);
        if (!observer) throw new Error("No experiment is open.");
        const { table } = await import("./export.js");
        const taken = table(observer, name, sight, states);
        return [taken, [taken.values.buffer]];
    },
});

// Decides when the field worker has to render again, and holds its latest pictures.

/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("./protocol.js").RenderRequest} RenderRequest */
/** @typedef {import("./protocol.js").RenderResult} RenderResult */
/** @typedef {import("./protocol.js").LayerImage & { scene: Scene }} PaintedLayers */
/** @typedef {{ static?: PaintedLayers, perWeights?: PaintedLayers }} Painted */
/**
 * A result of RENDER without its pictures; `isPaused` repeats the request's.
 * @typedef {Omit<RenderResult, "static" | "perWeights"> & { isPaused: boolean }} LastRender
 */

/** Milliseconds between two renders of new weights. More would look the same and slow training down. */
const RENDER_INTERVAL = 40;

export class FieldClient {
    /** The latest pictures. The previous run's pictures stay until a new picture arrives. @type {Painted} */
    painted = {};
    /** The scene to render. @type {Scene | undefined} */
    #scene;
    /** True if a layer of the scene needs the extra module. */
    #needsExtra = false;
    #requestedAt = -Infinity;
    #environment;

    /** @param {Pick<import("./environment.js").Environment, "now">} environment */
    constructor(environment) {
        this.#environment = environment;
    }

    get scene() {
        return this.#scene;
    }

    /** @param {boolean} needsExtra @param {Scene} [scene] without one the present scene stays */
    setScene(needsExtra, scene = this.#scene) {
        this.#needsExtra = needsExtra;
        this.#scene = scene;
    }

    /** Frees the pictures. */
    clear() {
        for (const painted of [this.painted.static, this.painted.perWeights]) {
            painted?.bitmap.close();
        }
        this.painted = {};
    }

    /**
     * The next request; undefined while the pictures are up to date.
     * @param {import("./engine.js").Engine} engine
     * @param {import("./protocol.js").Weights} weights
     * @param {boolean} isPaused
     * @param {LastRender | undefined} lastRender of the same run
     * @returns {RenderRequest | undefined}
     */
    request(engine, weights, isPaused, lastRender) {
        const scene = this.#scene;
        const withExtra = this.#needsExtra && engine.extra ? engine : undefined;
        const isOutdated =
            !lastRender?.isExactReady ||
            (isPaused && !(lastRender.isPaused && lastRender.areQueriesDone)) ||
            this.painted.perWeights?.scene !== scene ||
            lastRender.withExtra !== Boolean(withExtra);
        const now = this.#environment.now();
        const isNewStep = lastRender?.step !== weights.step && now > this.#requestedAt + RENDER_INTERVAL;
        if (!scene || !(isOutdated || isNewStep)) {
            return undefined;
        }
        this.#requestedAt = now;
        return { scene, isPaused, engine: withExtra, ...weights };
    }

    /**
     * Takes over the pictures of an answer; returns the rest of it.
     * @param {RenderResult} answer
     * @param {RenderRequest} request
     * @returns {LastRender}
     */
    receive({ static: staticLayers, perWeights: perWeightsLayers, ...state }, { scene, isPaused }) {
        if (staticLayers) {
            this.#setPainted("static", { ...staticLayers, scene });
        }
        this.#setPainted("perWeights", { ...perWeightsLayers, scene });
        return { ...state, isPaused };
    }

    /** @param {"static" | "perWeights"} refresh @param {PaintedLayers} painted */
    #setPainted(refresh, painted) {
        this.painted[refresh]?.bitmap.close();
        this.painted = { ...this.painted, [refresh]: painted };
    }
}

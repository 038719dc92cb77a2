// What is seen of the field: what is asked of its worker when there is something new to see, and the latest of what it
// painted.

/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("./protocol.js").LayerImage & { scene: Scene }} PaintedLayers */
/**
 * @typedef {import("./protocol.js").Weights & { scene: Scene, isPaused: boolean, engine: import("./engine.js").Engine |
 *     undefined }} RenderRequest
 */

/** Milliseconds between two looks: arrows that change more often look no better, and cost training its time. */
const RENDER_INTERVAL = 40;

export class FieldClient {
    /**
     * The last look: at which step, the relative Fisher error and σ there, whether all was seen of the truth, whether
     * all that layers ask was answered, with the whole program or without, what colours of maps mean, and whether the
     * trainer rested there.
     * @type {Omit<import("./protocol.js").RenderResult, "static" | "perWeights"> & { isPaused: boolean } | undefined}
     */
    lastRender;
    /**
     * What was painted last, even of an experiment before.
     * @type {{ static?: PaintedLayers, perWeights?: PaintedLayers }}
     */
    painted = {};
    /** What shall be looked at. @type {Scene | undefined} */
    scene;
    /** Whether some of its layers need the whole program. */
    needsExtra = false;
    /** When it was looked at last. */
    #requestedAt = -Infinity;

    /** Begins with another experiment; what was painted stays until there is more. */
    reset() {
        this.lastRender = undefined;
    }

    /** Lets go of what was painted. */
    clear() {
        [this.painted.static, this.painted.perWeights].forEach((painted) => {
            painted?.bitmap.close();
        });
        this.painted = {};
    }

    /**
     * What to ask of the field; undefined while there is nothing new to see.
     * @param {import("./engine.js").Engine} engine
     * @param {import("./protocol.js").Weights} weights
     * @param {boolean} isPaused whether they are those of a trainer at rest
     * @returns {RenderRequest | undefined}
     */
    request(engine, weights, isPaused) {
        const { scene, lastRender } = this;
        const withExtra = this.needsExtra && engine.extra ? engine : undefined;
        const isOutdated =
            !lastRender?.isExactReady ||
            (isPaused && !(lastRender.isPaused && lastRender.areQueriesDone)) ||
            this.painted.perWeights?.scene !== scene ||
            lastRender.withExtra !== Boolean(withExtra);
        const isNewStep = lastRender?.step !== weights.step && performance.now() > this.#requestedAt + RENDER_INTERVAL;
        if (!scene || !(isOutdated || isNewStep)) {
            return undefined;
        }
        this.#requestedAt = performance.now();
        return { scene, isPaused, engine: withExtra, ...weights };
    }

    /**
     * Takes over what came of a request.
     * @param {import("./protocol.js").RenderResult} answer
     * @param {RenderRequest} request
     */
    receive({ static: staticLayers, perWeights: perWeightsLayers, ...state }, { scene, isPaused }) {
        this.lastRender = { ...state, isPaused };
        if (staticLayers) {
            this.#setPainted("static", { ...staticLayers, scene });
        }
        this.#setPainted("perWeights", { ...perWeightsLayers, scene });
    }

    /** @param {"static" | "perWeights"} refresh @param {PaintedLayers} painted */
    #setPainted(refresh, painted) {
        this.painted[refresh]?.bitmap.close();
        this.painted = { ...this.painted, [refresh]: painted };
    }
}

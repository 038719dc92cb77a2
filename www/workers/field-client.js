// What is seen of the field: what is asked of its worker when there is something new to see, and the latest of what it painted.

/** @typedef {import("../drawing/viewport.js").Sight} Sight */
/** @typedef {import("./protocol.js").Picture & { sight: Sight }} Painted */
/** @typedef {import("./protocol.js").Weights & { sight: Sight, rests: boolean, engine: import("./engine.js").Engine | undefined }} Request */

/** Milliseconds between two looks: arrows that change more often look no better, and cost training its time. */
const LOOK_EVERY = 40;

export class Looking {
    /**
     * The last look: at which step, the relative Fisher error and σ there, whether all was seen of the truth, whether all that
     * layers ask was answered, with the whole program or without, what colours of maps mean, and whether the trainer rested there.
     * @type {Omit<import("./protocol.js").Look, "still" | "look"> & { rests: boolean } | undefined}
     */
    look;
    /** What was painted last, even of an experiment before. @type {{ still?: Painted, look?: Painted }} */
    painted = {};
    /** What shall be looked at. @type {Sight | undefined} */
    sight;
    /** Whether some of its layers need the whole program. */
    asks = false;
    /** When it was looked at last. */
    #looked = -Infinity;

    /** Begins with another experiment; what was painted stays until there is more. */
    begin() {
        this.look = undefined;
    }

    /** Lets go of what was painted. */
    forget() {
        [this.painted.still, this.painted.look].forEach((painted) => painted?.picture.close());
        this.painted = {};
    }

    /**
     * What to ask of the field; undefined while there is nothing new to see.
     * @param {import("./engine.js").Engine} engine @param {import("./protocol.js").Weights} weights @param {boolean} rests whether they are those of a trainer at rest
     * @returns {Request | undefined}
     */
    request(engine, weights, rests) {
        const { sight, look } = this;
        const whole = this.asks && engine.rest ? engine : undefined;
        const moved = !look?.complete || rests && !(look.rests && look.settled) || this.painted.look?.sight !== sight || look.whole !== Boolean(whole);
        const learned = look?.step !== weights.step && performance.now() > this.#looked + LOOK_EVERY;
        if (!sight || !(moved || learned)) return undefined;
        this.#looked = performance.now();
        return { sight, rests, engine: whole, ...weights };
    }

    /** Takes over what came of a request. @param {import("./protocol.js").Look} answer @param {Request} request */
    receive({ still, look, ...told }, { sight, rests }) {
        this.look = { ...told, rests };
        if (still) this.#paint("still", { ...still, sight });
        this.#paint("look", { ...look, sight });
    }

    /** @param {"still" | "look"} pace @param {Painted} painted */
    #paint(pace, painted) {
        this.painted[pace]?.picture.close();
        this.painted = { ...this.painted, [pace]: painted };
    }
}

// What the chains that are followed proposed: filled where they went, hollow where they did not, with a line from where they were.

/** @typedef {import("../drawing/viewport.js").Plate} Plate */
/** @typedef {{ from: number[] | undefined, to: number[], accepted: boolean }} Try */

/** How many proposals of each chain are kept. */
const LENGTH = 8;
/** The radius of a mark in CSS pixels. */
const RADIUS = 3.5;
/** Of data on a line: where the marks of the first chain stand, and of each further one, as shares of the stage's height. */
const [HEIGHT, APART] = [0.66, 0.016];

export class Proposals {
    /** By chain, oldest first. @type {Map<number, Try[]>} */
    tries = new Map();
    /** @type {import("../workers/protocol.js").Walk | undefined} */
    #last;

    /** @param {import("../workers/protocol.js").Walk | undefined} walk @param {number[]} chains which are followed */
    follow(walk, chains) {
        if (walk === this.#last) return;
        const before = this.#last;
        this.#last = walk;
        const { proposals, accepted, places } = walk ?? {};
        if (!walk || !proposals || !accepted || !places) return this.tries.clear();
        const moves = before ? walk.transitions - before.transitions : NaN;
        if (moves === 0 && before?.proposals) return;
        // Of a leap only the last proposal is known.
        if (moves !== 1) this.tries.clear();
        for (const chain of this.tries.keys()) if (!chains.includes(chain)) this.tries.delete(chain);
        for (const chain of chains.filter((chain) => chain < accepted.length)) {
            const at = (/** @type {Float64Array} */ list) => [list[2 * chain], list[2 * chain + 1]];
            const went = accepted[chain] === 1;
            const from = moves === 1 && before ? at(before.places) : went ? undefined : at(places);
            const list = this.tries.get(chain) ?? [];
            this.tries.set(chain, [...list, { from, to: at(proposals), accepted: went }].slice(-LENGTH));
        }
    }

    /** @param {Plate} plate @param {number} dim @param {string} ink */
    draw(plate, dim, ink) {
        const { context, ratio, height } = plate;
        [context.strokeStyle, context.fillStyle] = [ink, ink];
        let row = 0;
        for (const tries of this.tries.values()) {
            const level = (HEIGHT + APART * row++) * height;
            const down = (/** @type {number} */ y) => dim === 1 ? level : plate.down(y);
            tries.forEach(({ from, to, accepted }, i) => {
                context.globalAlpha = 0.3 + 0.7 * (i + 1) / tries.length;
                context.lineWidth = ratio;
                context.beginPath();
                if (from) context.moveTo(plate.across(from[0]), down(from[1]));
                if (from) context.lineTo(plate.across(to[0]), down(to[1]));
                context.stroke();
                context.lineWidth = 1.5 * ratio;
                context.beginPath();
                context.arc(plate.across(to[0]), down(to[1]), RADIUS * ratio, 0, 2 * Math.PI);
                accepted ? context.fill() : context.stroke();
            });
        }
        context.globalAlpha = 1;
    }
}

// Recent proposals of a few chains: filled if accepted, hollow if rejected, with a line from where the chain was.

/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/**
 * `from` is undefined if the chain's state before the proposal is unknown.
 * @typedef {{ from: number[] | undefined, to: number[], accepted: boolean }} Proposal
 */

/** Number of proposals kept for each chain. */
const LENGTH = 8;
/** The radius of a mark in CSS pixels. */
const RADIUS = 3.5;
/** For data on a line: height of the first chain's marks, and spacing of chains, as shares of the stage's height. */
const HEIGHT = 0.66;
const ROW_SPACING = 0.016;

export class Proposals {
    /** Proposals by chain, oldest first. @type {Map<number, Proposal[]>} */
    recent = new Map();
    /** @type {import("../workers/protocol.js").ChainSnapshot | undefined} */
    #last;

    /**
     * @param {import("../workers/protocol.js").ChainSnapshot | undefined} snapshot
     * @param {number[]} chains indices of the followed chains
     */
    update(snapshot, chains) {
        if (snapshot === this.#last) {
            return;
        }
        const before = this.#last;
        this.#last = snapshot;
        const { proposals, accepted, places } = snapshot ?? {};
        if (!snapshot || !proposals || !accepted || !places) {
            this.recent.clear();
            return;
        }
        const moves = before ? snapshot.transitions - before.transitions : NaN;
        if (moves === 0 && before?.proposals) {
            return;
        }
        // After several transitions at once, only the last proposal is known.
        if (moves !== 1) {
            this.recent.clear();
        }
        for (const chain of this.recent.keys()) {
            if (!chains.includes(chain)) {
                this.recent.delete(chain);
            }
        }
        for (const chain of chains.filter((chain) => chain < accepted.length)) {
            const at = (/** @type {Float64Array} */ list) => [list[2 * chain], list[2 * chain + 1]];
            const wasAccepted = accepted[chain] === 1;
            const rejectedFrom = wasAccepted ? undefined : at(places);
            const from = moves === 1 && before ? at(before.places) : rejectedFrom;
            const list = this.recent.get(chain) ?? [];
            this.recent.set(chain, [...list, { from, to: at(proposals), accepted: wasAccepted }].slice(-LENGTH));
        }
    }

    /** @param {Viewport} viewport @param {number} dim @param {string} color */
    draw(viewport, dim, color) {
        const { context, ratio, height } = viewport;
        context.strokeStyle = color;
        context.fillStyle = color;
        let row = 0;
        for (const recent of this.recent.values()) {
            const level = (HEIGHT + ROW_SPACING * row++) * height;
            const down = (/** @type {number} */ y) => (dim === 1 ? level : viewport.toY(y));
            recent.forEach(({ from, to, accepted }, i) => {
                context.globalAlpha = 0.3 + (0.7 * (i + 1)) / recent.length;
                context.lineWidth = ratio;
                context.beginPath();
                if (from) {
                    context.moveTo(viewport.toX(from[0]), down(from[1]));
                    context.lineTo(viewport.toX(to[0]), down(to[1]));
                }
                context.stroke();
                context.lineWidth = 1.5 * ratio;
                context.beginPath();
                context.arc(viewport.toX(to[0]), down(to[1]), RADIUS * ratio, 0, 2 * Math.PI);
                if (accepted) {
                    context.fill();
                } else {
                    context.stroke();
                }
            });
        }
        context.globalAlpha = 1;
    }
}

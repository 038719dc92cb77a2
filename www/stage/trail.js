// Where a few of the chains came from: all of them would be a scribble.

/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */

/** How many chains are followed, over how many transitions, and after how many of them one is let go for another. */
const CHAINS = 5;
const LENGTH = 8;
const REPLACE_EVERY = 30;
/**
 * Of data on a line: where chains are now, and how much higher they were at each transition before, as shares of the
 * stage's height.
 */
const BASE_HEIGHT = 0.7;
const RISE = 0.014;

export class Trail {
    /** For each chain that is followed its last states, pairs of coordinates, oldest first. @type {number[][]} */
    paths = [];
    /** Which they are. */
    chains = Array.from({ length: CHAINS }, (_, i) => i);
    #next = CHAINS;
    #moves = 0;
    /** @type {ChainSnapshot | undefined} */
    #last;

    /**
     * Single transitions make a path; after a leap of many, or to the start, it begins anew.
     * @param {ChainSnapshot | undefined} snapshot
     */
    update(snapshot) {
        if (snapshot === this.#last) {
            return;
        }
        const moves = snapshot && this.#last ? snapshot.transitions - this.#last.transitions : NaN;
        this.#last = snapshot;
        // Of many chains a part moves at a time.
        if (moves === 0) {
            return;
        }
        if (moves !== 1) {
            this.paths = [];
        }
        if (snapshot) {
            this.#extend(snapshot.places);
        }
    }

    /**
     * The paths of chains on a line, time going upwards over it.
     * @param {import("../drawing/viewport.js").Viewport} viewport
     */
    pathsOverLine({ view, height, scale }) {
        const up = (/** @type {number} */ age) => view.y + ((0.5 - BASE_HEIGHT + RISE * age) * height) / scale;
        return this.paths.map((path) => path.map((x, i) => (i % 2 ? up((path.length - 1 - i) / 2) : x)));
    }

    /** @param {Float64Array} places */
    #extend(places) {
        const count = places.length / 2;
        if (++this.#moves % REPLACE_EVERY === 0 && count > CHAINS) {
            const slot = (this.#moves / REPLACE_EVERY) % CHAINS;
            [this.chains[slot], this.paths[slot]] = [this.#next++ % count, []];
        }
        this.chains.slice(0, count).forEach((chain, slot) => {
            const path = (this.paths[slot] ??= []);
            path.push(places[2 * (chain % count)], places[2 * (chain % count) + 1]);
            if (path.length > 2 * LENGTH) {
                path.splice(0, 2);
            }
        });
    }
}

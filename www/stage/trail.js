// Recent paths of a few chains: paths of all chains would be a scribble.

/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */

/** Number of chains followed, of states in a path, and of transitions after which one chain is replaced by another. */
const CHAINS = 5;
const LENGTH = 8;
const REPLACE_EVERY = 30;
/** For data on a line: height of the newest states, and rise per older transition, as shares of the stage's height. */
const BASE_HEIGHT = 0.7;
const RISE = 0.014;

export class Trail {
    /** Last states of each followed chain, pairs of coordinates, oldest first. @type {number[][]} */
    paths = [];
    /** Indices of the followed chains. */
    chains = Array.from({ length: CHAINS }, (_, i) => i);
    #next = CHAINS;
    #moves = 0;
    /** @type {ChainSnapshot | undefined} */
    #last;

    /**
     * Extends the paths by a transition. After several transitions at once, or a restart, they begin anew.
     * @param {ChainSnapshot | undefined} snapshot
     */
    update(snapshot) {
        if (snapshot === this.#last) {
            return;
        }
        const moves = snapshot && this.#last ? snapshot.transitions - this.#last.transitions : NaN;
        this.#last = snapshot;
        // With many chains, only a part of them moves at a time.
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
     * Paths of chains on a line, with time running upwards.
     * @param {import("../drawing/viewport.js").Viewport} viewport
     */
    pathsOverLine({ view, height, scale }) {
        const up = (/** @type {number} */ age) => view.y + ((0.5 - BASE_HEIGHT + RISE * age) * height) / scale;
        return this.paths.map((path) => path.map((x, i) => (i % 2 ? up((path.length - 1 - i) / 2) : x)));
    }

    /** @param {Float64Array} places */
    #extend(places) {
        const count = places.length / 2;
        this.#moves += 1;
        if (this.#moves % REPLACE_EVERY === 0 && count > CHAINS) {
            const slot = (this.#moves / REPLACE_EVERY) % CHAINS;
            this.chains[slot] = this.#next++ % count;
            this.paths[slot] = [];
        }
        for (const [slot, chain] of this.chains.slice(0, count).entries()) {
            const path = this.paths[slot] ?? [];
            this.paths[slot] = path;
            path.push(places[2 * (chain % count)], places[2 * (chain % count) + 1]);
            if (path.length > 2 * LENGTH) {
                path.splice(0, 2);
            }
        }
    }
}

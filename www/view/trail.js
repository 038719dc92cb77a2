// Where a few of the chains came from: all of them would be a scribble.

/** @typedef {import("../protocol.js").Walk} Walk */

/** How many chains are followed, and over how many transitions. */
const [FOLLOWED, LENGTH] = [5, 8];

export class Trail {
    /** For each chain that is followed its last states, pairs of coordinates, oldest first. @type {number[][]} */
    paths = [];
    /** @type {Walk | undefined} */
    #last;

    /** Single transitions make a path; after a leap of many, or to the start, it begins anew. @param {Walk | undefined} walk */
    follow(walk) {
        if (walk === this.#last) return;
        if (!walk || walk.transitions - (this.#last?.transitions ?? NaN) !== 1) this.paths = [];
        this.#last = walk;
        for (let i = 0; walk && i < Math.min(FOLLOWED, walk.places.length / 2); i++) {
            const path = this.paths[i] ??= [];
            path.push(walk.places[2 * i], walk.places[2 * i + 1]);
            if (path.length > 2 * LENGTH) path.splice(0, 2);
        }
    }
}

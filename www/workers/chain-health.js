// Which chains are astray, as `session::fate` counts them of a complete run: ten times as far from the training points'
// mean as any of these blurred by σ, or nowhere.

const ESCAPE_FACTOR = 10;

export class ChainHealth {
    #mean;
    /** The square of how far one may be from there. */
    #maxSquaredDistance = 0;
    /** Of the states that were near when seen last, and of the others, to tell whether any of them changed. */
    #sums = [NaN, NaN];
    /** After how many transitions one did. */
    #lastMoveAt = 0;

    /** @param {Float64Array} points one after another @param {number} dim @param {number} sigma */
    constructor(points, dim, sigma) {
        const mean = (this.#mean = new Float64Array(dim));
        const update = points.length / dim;
        points.forEach((x, i) => {
            mean[i % dim] += x / update;
        });
        let farthest = 0;
        for (let i = 0; i < points.length; i += dim) {
            farthest = Math.max(farthest, this.#distance(points, i));
        }
        this.#maxSquaredDistance = ESCAPE_FACTOR * ESCAPE_FACTOR * (farthest + sigma * sigma);
    }

    /** Forgets the chains before. */
    restart() {
        this.#sums = [NaN, NaN];
        this.#lastMoveAt = 0;
    }

    /**
     * The square of how far the point that begins at number i of a list is from the mean.
     * @param {Float64Array} list
     * @param {number} i
     */
    #distance(list, i) {
        let sum = 0;
        for (let k = 0; k < this.#mean.length; k++) {
            sum += (list[i + k] - this.#mean[k]) ** 2;
        }
        return sum;
    }

    /**
     * How many of the chains are lost, and for how many transitions none of them has moved; all of them where nothing
     * was accepted yet, as a preview's new weights may move what a proposal did not.
     * @param {Float64Array} states one after another @param {number} transitions @param {number} acceptanceRate
     */
    update(states, transitions, acceptanceRate) {
        const dim = this.#mean.length;
        let escaped = 0;
        // Beside what is far no small move would be seen in a sum.
        const sums = [0, 0];
        for (let i = 0; i < states.length; i += dim) {
            // NaN is not near either.
            const far = this.#distance(states, i) <= this.#maxSquaredDistance ? 0 : 1;
            escaped += far;
            for (let k = i; k < i + dim; k++) {
                sums[far] += states[k];
            }
        }
        if (!sums.every((sum, i) => Object.is(sum, this.#sums[i]))) {
            this.#sums = sums;
            this.#lastMoveAt = transitions;
        }
        return { escaped, stalledTransitions: acceptanceRate === 0 ? transitions : transitions - this.#lastMoveAt };
    }
}

// Points of an image dataset in the units of its table, for the image panel.

/** @typedef {import("../../scorescape.js").Observer} Observer */
/**
 * The number of data points; the states of some chains; the states of one chain at several times.
 * @typedef {{ count: number, states: Float64Array, strip: Float64Array }} ImageRequest
 */

/** @param {Observer} observer @param {ImageRequest} request @returns {import("./protocol.js").ImageRows} */
export function imageRows(observer, { count, states, strip }) {
    const data = observer.points().subarray(0, count * observer.dim);
    const corrupted = observer.corrupted(data);
    const toTable = (/** @type {Float64Array} */ points) => observer.toTableUnits(points);
    return {
        sigma: observer.sigma,
        rows: {
            data: toTable(data),
            corrupted: toTable(corrupted),
            reconstructed: toTable(observer.reconstructed(corrupted)),
            samples: toTable(states),
            strip: toTable(strip),
        },
    };
}

// A few points of an experiment whose points are images, in the units of its table.

/** @typedef {import("../../scorescape.js").Observer} Observer */
/**
 * How many points of the data, and states of chains: where some are now, and where one has been.
 * @typedef {{ count: number, states: Float64Array, strip: Float64Array }} ImageRequest
 */

/** @param {Observer} observer @param {ImageRequest} request @returns {import("./protocol.js").ImageRows} */
export function imageRows(observer, { count, states, strip }) {
    const data = observer.points().subarray(0, count * observer.dim);
    const corrupted = observer.corrupted(data);
    const rows = { data, corrupted, reconstructed: observer.reconstructed(corrupted), samples: states, strip };
    const shown = Object.entries(rows).map(([id, points]) => [id, observer.toTableUnits(points)]);
    return { sigma: observer.sigma, rows: Object.fromEntries(shown) };
}

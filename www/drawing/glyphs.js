// Layers that set marks at places of the plane: where r leads, how the log-density curves, where r stays.

/** @typedef {import("./viewport.js").Plate} Plate */
/** @typedef {import("./layers.js").Facts} Facts */

/** Of a round shape, as points on the unit circle: a browser that paints in software takes twice as long for its own ellipses. */
const CORNERS = Array.from({ length: 16 }, (_, i) => [Math.cos(i * Math.PI / 8), Math.sin(i * Math.PI / 8)]);

/** The angle of the greater axis of a symmetric matrix [[a, b], [b, c]]. @param {number} a @param {number} b @param {number} c */
const turn = (a, b, c) => 0.5 * Math.atan2(2 * b, a - c);

/** A line from each place to its reconstruction, with a dot where it ends; true to scale. @param {Plate} plate @param {Facts} facts @param {string} ink */
export function reconstructions(plate, { places, learned, sigma }, ink) {
    const { context, ratio } = plate;
    [context.strokeStyle, context.fillStyle, context.lineWidth] = [ink, ink, ratio];
    const [size, variance] = [2.4 * ratio, sigma * sigma];
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        const [x, y] = [plate.across(places[i] + variance * learned[i]), plate.down(places[i + 1] + variance * learned[i + 1])];
        context.moveTo(plate.across(places[i]), plate.down(places[i + 1]));
        context.lineTo(x, y);
        context.fillRect(x - size / 2, y - size / 2, size, size);
    }
    context.globalAlpha = 0.6;
    context.stroke();
    context.globalAlpha = 1;
}

/**
 * What the slope J = I + σ²H of r makes of a circle: long along directions that the data have, flat across them. Symmetric part
 * only; no more than a little over a cell. @param {Plate} plate @param {Facts} facts @param {string} ink
 */
export function ellipses(plate, { hessian, sigma }, ink) {
    if (!hessian) return;
    const { context, ratio } = plate;
    const { places, values, cell } = hessian;
    // Filled, which takes a browser that paints in software half as long as outlines.
    [context.fillStyle, context.globalAlpha] = [ink, 0.6];
    for (let i = 0; i < places.length / 2; i++) {
        const [a, b, c] = [0, 1, 2].map((k) => sigma * sigma * values[3 * i + k] + (k === 1 ? 0 : 1));
        const [middle, half] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
        const radius = (/** @type {number} */ slope) => Math.min(1.2, Math.abs(slope)) * 0.45 * cell * plate.scale;
        if (!Number.isFinite(middle + half)) continue;
        const [u, v] = [Math.cos(turn(a, b, c)), -Math.sin(turn(a, b, c))];
        const [along, aside] = [middle + half, middle - half].map((slope) => Math.max(0.5 * ratio, radius(slope)));
        const [x, y] = [plate.across(places[2 * i]), plate.down(places[2 * i + 1])];
        context.beginPath();
        for (const [cosine, sine] of CORNERS) context.lineTo(x + cosine * along * u - sine * aside * v, y + cosine * along * v + sine * aside * u);
        context.fill();
    }
    context.globalAlpha = 1;
}

/** Fixed points of r: discs that attract (ringed where no data are near), crosses of saddles, rings that repel. @param {Plate} plate @param {Facts} facts @param {string} ink */
export function fixed(plate, { fixed: found }, ink) {
    const { context, ratio } = plate;
    [context.strokeStyle, context.fillStyle, context.lineWidth] = [ink, ink, 2 * ratio];
    for (const { place, stability, spurious } of found ?? []) {
        const [x, y, size] = [plate.across(place[0]), plate.down(place[1]), 4 * ratio];
        const circle = (/** @type {number} */ radius) => (context.beginPath(), context.arc(x, y, radius, 0, 2 * Math.PI));
        if (stability === "saddle") {
            context.beginPath();
            for (const side of [-1, 1]) {
                context.moveTo(x - size, y - side * size);
                context.lineTo(x + size, y + side * size);
            }
        } else circle(size);
        if (stability === "attracting") context.fill();
        context.stroke();
        if (!spurious) continue;
        circle(2 * size);
        context.stroke();
    }
}

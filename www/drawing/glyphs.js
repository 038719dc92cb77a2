// Layers of marks on the plane: reconstructions, Jacobians of r as ellipses, and fixed points of r.

/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {import("./layers.js").FieldData} FieldData */
/**
 * A fixed point of r on the stage. `spurious` is true if it attracts far from all data.
 * @typedef {{ place: Float64Array, stability: string, spurious: boolean }} FixedPoint
 */

/** Corners of the polygon that replaces a circle. When browsers paint in software, ellipses take twice as long. */
const CORNERS = Array.from({ length: 16 }, (_, i) => [Math.cos((i * Math.PI) / 8), Math.sin((i * Math.PI) / 8)]);

/**
 * Angle of the major axis of a symmetric matrix [[a, b], [b, c]].
 * @param {number} a
 * @param {number} b
 * @param {number} c
 */
const axisAngle = (a, b, c) => 0.5 * Math.atan2(2 * b, a - c);

/**
 * A line from each place to its reconstruction, with a dot where it ends; true to scale.
 * @param {Viewport} viewport
 * @param {FieldData} fieldData
 * @param {string} color
 */
export function drawReconstructions(viewport, { places, learned, sigma }, color) {
    const { context, ratio } = viewport;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = ratio;
    const size = 2.4 * ratio;
    const variance = sigma * sigma;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        const x = viewport.toX(places[i] + variance * learned[i]);
        const y = viewport.toY(places[i + 1] + variance * learned[i + 1]);
        context.moveTo(viewport.toX(places[i]), viewport.toY(places[i + 1]));
        context.lineTo(x, y);
        context.fillRect(x - size / 2, y - size / 2, size, size);
    }
    context.globalAlpha = 0.6;
    context.stroke();
    context.globalAlpha = 1;
}

/**
 * Images of circles under the symmetric part of the Jacobian J = I + σ²H of r, limited to a little more than a cell.
 * @param {Viewport} viewport
 * @param {FieldData} fieldData
 * @param {string} color
 */
export function drawJacobianEllipses(viewport, { hessian, sigma }, color) {
    if (!hessian) {
        return;
    }
    const { context, ratio } = viewport;
    const { places, values, cell } = hessian;
    // When browsers paint in software, filling is twice as fast as drawing outlines.
    context.fillStyle = color;
    context.globalAlpha = 0.6;
    for (let i = 0; i < places.length / 2; i++) {
        const [a, b, c] = [0, 1, 2].map((k) => sigma * sigma * values[3 * i + k] + (k === 1 ? 0 : 1));
        const middle = (a + c) / 2;
        const half = Math.hypot((a - c) / 2, b);
        const radius = (/** @type {number} */ slope) => Math.min(1.2, Math.abs(slope)) * 0.45 * cell * viewport.scale;
        if (!Number.isFinite(middle + half)) {
            continue;
        }
        const u = Math.cos(axisAngle(a, b, c));
        const v = -Math.sin(axisAngle(a, b, c));
        const [along, aside] = [middle + half, middle - half].map((slope) => Math.max(0.5 * ratio, radius(slope)));
        const x = viewport.toX(places[2 * i]);
        const y = viewport.toY(places[2 * i + 1]);
        context.beginPath();
        for (const [cosine, sine] of CORNERS) {
            context.lineTo(x + cosine * along * u - sine * aside * v, y + cosine * along * v + sine * aside * u);
        }
        context.fill();
    }
    context.globalAlpha = 1;
}

/**
 * Fixed points of r: discs attract (ringed far from all data), crosses are saddles, rings repel.
 * @param {Viewport} viewport
 * @param {FieldData} fieldData
 * @param {string} color
 */
export function drawFixedPoints(viewport, { fixedPoints }, color) {
    const { context, ratio } = viewport;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2 * ratio;
    for (const { place, stability, spurious } of fixedPoints ?? []) {
        const x = viewport.toX(place[0]);
        const y = viewport.toY(place[1]);
        const size = 4 * ratio;
        const circle = (/** @type {number} */ radius) => {
            context.beginPath();
            context.arc(x, y, radius, 0, 2 * Math.PI);
        };
        if (stability === "saddle") {
            context.beginPath();
            for (const side of [-1, 1]) {
                context.moveTo(x - size, y - side * size);
                context.lineTo(x + size, y + side * size);
            }
        } else {
            circle(size);
        }
        if (stability === "attracting") {
            context.fill();
        }
        context.stroke();
        if (!spurious) {
            continue;
        }
        circle(2 * size);
        context.stroke();
    }
}

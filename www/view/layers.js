// What the stage can show, one layer each: drawn from typed arrays with the client's latest, bottom layer first. Those that are
// still while a run goes on come first and are kept as a picture.

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("../client.js").Client} Client */
/** @typedef {{ id: string, label: string, ink: string, on: boolean, still?: boolean, draw: (stage: Stage, client: Client, ink: string, trail: Trail) => void }} Layer */

/** @type {Layer[]} */
export const LAYERS = [
    { id: "density", label: "exact density", ink: "density", on: false, still: true, draw: drawDensity },
    { id: "points", label: "data", ink: "data", on: true, still: true, draw: (stage, { scene }, ink) => scene && dots(stage, scene.points, ink, 0.6) },
    {
        id: "exact", label: "exact score", ink: "exact", on: true, still: true,
        draw: (stage, { still, scene }, ink) => still?.exact && scene && arrows(stage, still.places, still.exact, scene.sigma, ink),
    },
    {
        id: "learned", label: "learned score", ink: "learned", on: true,
        draw: (stage, { still, look, scene }, ink) => still && look && scene && arrows(stage, still.places, look.learned, scene.sigma, ink),
    },
    { id: "difference", label: "difference", ink: "difference", on: false, draw: drawDifference },
    { id: "samples", label: "samples", ink: "samples", on: true, draw: drawSamples },
];

/** The chains' last states, for trails. */
export class Trail {
    /** @type {Float64Array[]} oldest first */
    states = [];

    /** @param {Float64Array | undefined} states @param {number} length */
    follow(states, length) {
        if (!states || states.length !== this.states.at(-1)?.length) this.states = [];
        if (states) this.states.push(states);
        while (this.states.length > length) this.states.shift();
    }
}

/** @param {Stage} stage @param {Float64Array} points @param {string} ink @param {number} radius in CSS pixels */
function dots(stage, points, ink, radius) {
    const { context } = stage;
    const size = 2 * radius * stage.ratio;
    context.fillStyle = ink;
    for (let i = 0; i < points.length; i += 2) {
        context.fillRect(stage.across(points[i]) - size / 2, stage.down(points[i + 1]) - size / 2, size, size);
    }
}

/**
 * Arrows along the scores. Their length grows with the score up to a cell's width: the far field grows without bound, and would
 * hide everything.
 * @param {Stage} stage @param {Float64Array} places @param {Float64Array} scores @param {number} sigma @param {string} ink
 */
function arrows(stage, places, scores, sigma, ink) {
    const { context, grid } = stage;
    const cell = (grid.right - grid.left) / grid.columns * stage.scale;
    context.strokeStyle = ink;
    context.lineWidth = 1.3 * stage.ratio;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
        const norm = Math.hypot(scores[i], scores[i + 1]);
        if (!(norm > 0)) continue;
        const reach = 0.95 * cell * norm * sigma / (norm * sigma + 1) / norm;
        arrow(context, stage.across(places[i]), stage.down(places[i + 1]), reach * scores[i], -reach * scores[i + 1]);
    }
    context.stroke();
}

/** An arrow by (u, v) pixels about (x, y). @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} u @param {number} v */
function arrow(context, x, y, u, v) {
    const [tipX, tipY] = [x + u / 2, y + v / 2];
    context.moveTo(x - u / 2, y - v / 2);
    context.lineTo(tipX, tipY);
    context.moveTo(tipX - 0.3 * u - 0.18 * v, tipY - 0.3 * v + 0.18 * u);
    context.lineTo(tipX, tipY);
    context.lineTo(tipX - 0.3 * u + 0.18 * v, tipY - 0.3 * v - 0.18 * u);
}

/** @param {Stage} stage @param {Client} client @param {string} ink */
function drawDifference(stage, { still, look, scene }, ink) {
    if (!still?.exact || !look || !scene) return;
    const { exact } = still;
    arrows(stage, still.places, look.learned.map((value, i) => value - exact[i]), scene.sigma, ink);
}

/** Cells as dark as the density is high, relative to its greatest on the grid. @param {Stage} stage @param {Client} client @param {string} ink */
function drawDensity(stage, { still, look }, ink) {
    if (!still?.density || !look) return;
    const { context, scale } = stage;
    const { left, right, bottom, top, columns, rows } = look.grid;
    const [width, height] = [(right - left) / columns, (top - bottom) / rows];
    const peak = still.density.reduce((a, b) => Math.max(a, b), -Infinity);
    context.fillStyle = ink;
    for (let i = 0; i < still.density.length; i++) {
        context.globalAlpha = 0.75 * Math.exp(0.5 * (still.density[i] - peak));
        const [x, y] = [stage.across(left + (i % columns) * width), stage.down(bottom + (Math.floor(i / columns) + 1) * height)];
        context.fillRect(x, y, width * scale + 0.5, height * scale + 0.5);
    }
    context.globalAlpha = 1;
}

/** @param {Stage} stage @param {Client} client @param {string} ink @param {Trail} trail */
function drawSamples(stage, client, ink, trail) {
    const { context } = stage;
    context.strokeStyle = ink;
    context.lineWidth = stage.ratio;
    trail.states.slice(1).forEach((states, age) => {
        context.globalAlpha = 0.35 * (age + 1) / trail.states.length;
        context.beginPath();
        segments(stage, trail.states[age], states);
        context.stroke();
    });
    context.globalAlpha = 1;
    const last = trail.states.at(-1);
    if (last) dots(stage, last, ink, 1.4);
}

/** @param {Stage} stage @param {Float64Array} from @param {Float64Array} to */
function segments(stage, from, to) {
    for (let i = 0; i < to.length; i += 2) {
        if (from[i] === to[i] && from[i + 1] === to[i + 1]) continue;
        stage.context.moveTo(stage.across(from[i]), stage.down(from[i + 1]));
        stage.context.lineTo(stage.across(to[i]), stage.down(to[i + 1]));
    }
}

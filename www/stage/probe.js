// What is known at the place under the pointer, or under a cross that arrow keys move: numbers of both scores, and both along a line.

import { brief, precise } from "../drawing/number-format.js";
import { element, say } from "../panels/element.js";
import { Field } from "../workers/protocol.js";
import { Picking } from "./place-picker.js";
import { Slice } from "./line-profile.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("../workers/probe.js").Answer} Answer */
/** @typedef {import("../workers/protocol.js").Local} Local */

/** Milliseconds between two questions: nobody reads faster, and training goes on. */
const ASK_EVERY = 80;
/** How far the line goes to both sides, as a share of half the stage. */
const REACH = 0.6;
/** The greatest length of a score's arrow, and half a mark, in CSS pixels. */
const [ARROW, MARK] = [70, 4];
/** How many eigenvalues are told: the greatest and the least. */
const TOLD = 4;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.probe { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.probe p { margin: 0.3rem 0 0; font-size: 0.8125rem; min-height: 4.35em; }
.probe tr > :first-child { width: 4.9rem; }
.probe table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
/* One that did not wrap would widen the table. */
.probe caption { text-align: left; font-weight: 600; min-height: 1.6em; }
.probe th { text-align: left; font-weight: 400; color: var(--faint); }
.probe thead th { font-weight: 600; color: var(--text); border-bottom: 3px solid var(--ink); }
.probe td { height: 1.5em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
/* Four eigenvalues may take two lines. */
.probe tbody tr:last-child > * { white-space: normal; vertical-align: top; }
.probe figure { margin: 0.5rem 0 0; }
@container (min-width: 66rem) { .probe > .both { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 0 1rem; } .probe .plot { height: 10.5rem; } }
/* Both are seen at once. */
section:has(.probe:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

/** What is told where nothing is known, nothing can be, or nothing yet. */
const [NOTHING, UNKNOWN, COMING] = ["–", "not known", "being found"];

/** The rows: what each is called, what it means, and its texts, also of what is still being found. @type {{ label: string, help: string, text: (local: Local, coming: boolean) => string }[]} */
const ROWS = [
    { label: "score", help: "The direction in which the density grows, and how fast: the gradient of its logarithm", text: ({ score }) => vector(score) },
    { label: "its length", help: "In all dimensions", text: ({ length }) => precise(length) },
    { label: "r(x)", help: "Where the network takes x to, or the best network would: x + σ² times the score", text: ({ image }) => vector(image) },
    { label: "‖r(x) - x‖²", help: "The reconstruction error. It is small at maxima, minima and saddles alike: it is no energy", text: ({ error }) => precise(error) },
    { label: "energy", help: "Minus the density's logarithm, above that in the middle of the first view (0, 0): the learned one by the integral of the score along the line between", text: ({ energy }) => energy === undefined ? UNKNOWN : precise(energy) },
    { label: "curvature", help: "Eigenvalues of the Hessian of the density's logarithm, greatest first: about -1/σ² across the data, near 0 along them", text: ({ eigenvalues }, coming) => eigenvalues ? list(eigenvalues) : coming ? COMING : UNKNOWN },
];

export class Probe {
    static sheet = sheet;
    #on = false;
    /** @type {[number, number] | undefined} */
    #place;
    /** What was known last, and of which place. @type {{ known: Answer, at: [number, number] } | undefined} */
    #answer;
    /** What it was asked for. @type {unknown[]} */
    #asked = [];
    #asking = false;
    #next = -Infinity;
    /** Another one whenever something has to be drawn anew. */
    #overlay = {};
    #cells = ROWS.map(() => [element("td", {}, NOTHING), element("td", {}, NOTHING)]);
    #caption = element("caption", {}, NOTHING);
    #angle = element("p");
    #listeners = new AbortController();

    /** @param {Playground} playground @param {() => void} hold */
    constructor(playground, hold) {
        this.playground = playground;
        this.hold = hold;
        const stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.stage = stage;
        this.picking = new Picking(stage, (place) => this.#go(place), () => this.#turn(false));
        stage.canvas.addEventListener("pointermove", (event) => {
            if (event.pointerType === "mouse" && event.buttons === 0) this.picking.point(stage.placeAt(event.clientX, event.clientY));
        }, { signal: this.#listeners.signal });
        this.button = element("button", { type: "button", "aria-pressed": "false", title: "Numbers at the place under the pointer, or under a cross that arrow keys move", onclick: () => this.#turn(!this.#on) }, "Probe");
        this.slice = new Slice(playground, () => this.#asked = []);
        const column = (/** @type {string} */ name) => element("th", { scope: "col", style: `--ink: var(--${name})` }, name);
        const rows = ROWS.map(({ label, help }, i) => element("tr", { title: help }, element("th", { scope: "row" }, label), ...this.#cells[i]));
        const table = element("table", {}, this.#caption, element("thead", {}, element("tr", {}, element("td"), column("learned"), column("exact"))), element("tbody", {}, ...rows));
        this.panel = element("section", { class: "probe", "aria-label": "Probe", hidden: true }, element("div", { class: "both" }, element("div", {}, table, this.#angle), this.slice.root));
        this.buttons = [this.button];
        this.parts = [this.panel];
    }

    /** @param {boolean} on */
    #turn(on) {
        if (on) this.hold();
        this.#on = on;
        this.button.setAttribute("aria-pressed", String(on));
        this.panel.hidden = !on;
        this.picking.ask(on ? () => {} : undefined);
        this.#forget();
    }

    release() {
        if (this.#on) this.#turn(false);
    }

    /** @param {[number, number] | undefined} place */
    #go(place) {
        this.#place = place;
        this.#overlay = {};
    }

    /** Asks what is known there if anything has changed. @param {Client} client */
    look(client) {
        const { look, dim } = client;
        // What was known is of an experiment before.
        if (!look && this.#answer) this.#forget();
        const wanted = [this.#place, look, this.slice.direction];
        if (!this.#on || !this.#place || !look || this.#asking || performance.now() < this.#next || wanted.every((part, i) => part === this.#asked[i])) return this.#overlay;
        this.#asked = wanted;
        this.#ask(client, dim === 1 ? [this.#place[0], 0] : this.#place);
        return this.#overlay;
    }

    /** Tells nothing any more, and asks anew. */
    #forget() {
        [this.#asked, this.#answer, this.#overlay] = [[], undefined, {}];
        for (const text of [this.#caption, ...this.#cells.flat()]) say(text, NOTHING);
        say(this.#angle, "");
        this.slice.clear();
    }

    /** @param {Client} client @param {[number, number]} place */
    async #ask(client, place) {
        [this.#asking, this.#next] = [true, performance.now() + ASK_EVERY];
        const request = { place, direction: client.dim === 1 ? [1, 0] : this.slice.direction, reach: REACH * this.stage.view.half };
        // Who was asked may be replaced, or be busy with another experiment; then the question comes again.
        const known = await client.inquire(Field.PROBE, request).catch(() => undefined);
        this.#asking = false;
        // What takes long is found over several questions.
        if (!known?.settled) this.#asked = [];
        // It may be of an experiment before.
        if (!known || !this.#on || !client.look) return;
        this.#answer = { known, at: place };
        this.#overlay = {};
        this.#tell(place, known);
    }

    /** @param {[number, number]} place @param {Answer} known */
    #tell(place, known) {
        const { learned, exact, dim, sigma } = known;
        const coming = !known.settled && learned.eigenvalues !== undefined;
        const where = dim === 1 ? precise(place[0]) : vector(Float64Array.from(place));
        say(this.#caption, `At x = ${where}${dim > 2 ? ` in the plane that is shown, of ${dim} dimensions` : ""}, σ = ${precise(sigma)}`);
        ROWS.forEach(({ text }, i) => [learned, exact].forEach((local, k) => say(this.#cells[i][k], local ? text(local, coming) : UNKNOWN)));
        say(this.#angle, comparison(known));
        this.slice.show(known, place);
    }

    /** @param {import("../drawing/viewport.js").Plate} plate @param {number} dim @param {Record<string, string>} inks */
    draw(plate, dim, inks) {
        if (!this.#on || !this.#place) return;
        if (dim === 1) return upright(plate, this.#place[0], inks.text);
        if (this.#answer) {
            // Where it was asked about: the cross may be farther by now.
            const { known, at } = this.#answer;
            this.slice.draw(plate, at, known.line, inks.text);
            for (const [local, ink] of /** @type {[Local | undefined, string][]} */ ([[known.exact, inks.exact], [known.learned, inks.learned]])) {
                if (local) ray(plate, at, local.score, known.sigma, ink);
            }
            lead(plate, at, known.learned.image, inks.learned);
        }
        this.picking.draw(plate, inks.difference);
    }

    destroy() {
        this.#listeners.abort();
        this.picking.destroy();
        this.slice.destroy();
    }
}

/** How the learned score compares with the exact one, and what of this is still missing. @param {Answer} known */
function comparison({ learned, exact, angle, line, settled }) {
    if (!exact) return "The exact score of these data is not known in closed form.";
    const missing = !settled && line.exact?.some(Number.isNaN) ? " Along the line the exact one takes a while: it grows from the place outwards." : "";
    if (!(angle >= 0)) return `Where one of the scores is zero there is no angle between them.${missing}`;
    return `The learned score points ${precise(angle)}° away from the exact one and is ${precise(learned.length / exact.length)} times as long. Energies are counted from that at the origin.${missing}`;
}

/** Two numbers have to do with the room of one. @param {Float64Array} values */
const vector = (values) => values.length === 1 ? precise(values[0]) : `(${Array.from(values, short).join(", ")})`;

/** A number in seven characters at most, to as many digits as there is room for. @param {number} value */
function short(value) {
    const texts = [3, 2].map((digits) => String(Number(value.toPrecision(digits))));
    return texts.find(({ length }) => length <= 7) ?? value.toExponential(1);
}

/** The greatest and the least of many. @param {Float64Array} values */
function list(values) {
    const told = Array.from(values, (value) => brief(value));
    return told.length <= TOLD ? told.join(", ") : `${told.slice(0, TOLD / 2).join(", ")} … ${told.slice(-TOLD / 2).join(", ")}`;
}

/** A score from its place on, growing as the arrows do. @param {import("../drawing/viewport.js").Plate} plate @param {[number, number]} place @param {Float64Array} score @param {number} sigma @param {string} ink */
function ray(plate, place, [u, v], sigma, ink) {
    const { context, ratio } = plate;
    const push = Math.hypot(u, v) * sigma;
    if (!(push > 0 && push < Infinity)) return;
    const [x, y] = [plate.across(place[0]), plate.down(place[1])];
    const share = ARROW * ratio * sigma / (1 + push);
    const [endX, endY, turn] = [x + share * u, y - share * v, Math.atan2(-v, u)];
    [context.strokeStyle, context.fillStyle, context.lineWidth] = [ink, ink, 2.5 * ratio];
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(endX, endY);
    for (const side of [-1, 1]) {
        context.moveTo(endX, endY);
        context.lineTo(endX - 2 * MARK * ratio * Math.cos(turn + side * 0.5), endY - 2 * MARK * ratio * Math.sin(turn + side * 0.5));
    }
    context.stroke();
}

/** Where r leads from a place: a ring, and a thin line up to it. @param {import("../drawing/viewport.js").Plate} plate @param {[number, number]} from @param {Float64Array} to @param {string} ink */
function lead(plate, from, to, ink) {
    const { context, ratio } = plate;
    const [[x, y], [endX, endY]] = [from, to].map(([x, y]) => [plate.across(x), plate.down(y)]);
    const [radius, length] = [MARK * ratio, Math.hypot(endX - x, endY - y)];
    const share = length > radius ? 1 - radius / length : 0;
    [context.strokeStyle, context.lineWidth] = [ink, ratio];
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + share * (endX - x), y + share * (endY - y));
    context.stroke();
    context.lineWidth = 2 * ratio;
    context.beginPath();
    context.arc(endX, endY, radius, 0, 2 * Math.PI);
    context.stroke();
}

/** A place on a line. @param {import("../drawing/viewport.js").Plate} plate @param {number} x @param {string} ink */
function upright(plate, x, ink) {
    const { context, ratio, height } = plate;
    context.fillStyle = ink;
    context.fillRect(plate.across(x) - ratio / 2, 0, ratio, height);
}

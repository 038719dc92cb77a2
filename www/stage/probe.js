// What is known at the place under the pointer, or under a cross that arrow keys move: numbers of both scores, and both
// along a line.

import { formatPrecise, formatShort } from "../drawing/number-format.js";
import { element, setText } from "../panels/element.js";
import { FieldRequest } from "../workers/protocol.js";
import { LineProfile } from "./line-profile.js";
import { PlacePicker } from "./place-picker.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("../workers/probe.js").ProbeAnswer} Answer */
/** @typedef {import("../workers/protocol.js").LocalScore} LocalScore */

/** Milliseconds between two questions: nobody reads faster, and training goes on. */
const REQUEST_INTERVAL = 80;
/** How far the line goes to both sides, as a share of half the stage. */
const REACH = 0.6;
/** The greatest length of a score's arrow, and half a mark, in CSS pixels. */
const ARROW = 70;
const MARK = 4;
/** How many eigenvalues are told: the greatest and the least. */
const MAX_EIGENVALUES = 4;

const styles = new CSSStyleSheet();
styles.replaceSync(`
.probe { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.probe p { margin: 0.3rem 0 0; font-size: 0.8125rem; min-height: 4.35em; }
.probe tr > :first-child { width: 4.9rem; }
.probe table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
/* One that did not wrap would widen the table. */
.probe caption { text-align: left; font-weight: 600; min-height: 1.6em; }
.probe th { text-align: left; font-weight: 400; color: var(--faint); }
.probe thead th { font-weight: 600; color: var(--text); border-bottom: 3px solid var(--color); }
.probe td { height: 1.5em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
/* Four eigenvalues may take two lines. */
.probe tbody tr:last-child > * { white-space: normal; vertical-align: top; }
.probe figure { margin: 0.5rem 0 0; }
@container (min-width: 66rem) { .probe > .columns { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 0 1rem; } .probe .plot { height: 10.5rem; } }
/* Both are seen at once. */
section:has(.probe:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

/** What is told where nothing is known, nothing can be, or nothing yet. */
const NO_VALUE = "–";
const UNKNOWN = "not known";
const PENDING = "being found";

/**
 * The rows: what each is called, what it means, and its texts, also of what is still being found.
 * @type {{ label: string, help: string, text: (local: LocalScore, isPending: boolean) => string }[]}
 */
const ROWS = [
    {
        label: "score",
        help: "The direction in which the density grows, and how fast: the gradient of its logarithm",
        text: ({ score }) => formatVector(score),
    },
    { label: "its length", help: "In all dimensions", text: ({ length }) => formatPrecise(length) },
    {
        label: "r(x)",
        help: "Where the network takes x to, or the best network would: x + σ² times the score",
        text: ({ image }) => formatVector(image),
    },
    {
        label: "‖r(x) - x‖²",
        help: "The reconstruction error. It is small at maxima, minima and saddles alike: it is no energy",
        text: ({ error }) => formatPrecise(error),
    },
    {
        label: "energy",
        help: "Minus the density's logarithm, above that in the middle of the first view (0, 0): the learned one by the integral of the score along the line between",
        text: ({ energy }) => (energy === undefined ? UNKNOWN : formatPrecise(energy)),
    },
    {
        label: "curvature",
        help: "Eigenvalues of the Hessian of the density's logarithm, greatest first: about -1/σ² across the data, near 0 along them",
        text: ({ eigenvalues }, isPending) => (eigenvalues ? formatList(eigenvalues) : isPending ? PENDING : UNKNOWN),
    },
];

export class Probe {
    static styles = styles;
    #on = false;
    /** @type {[number, number] | undefined} */
    #place;
    /** What was known last, and of which place. @type {{ answer: Answer, at: [number, number] } | undefined} */
    #shownAnswer;
    /** What it was asked for. @type {unknown[]} */
    #lastRequest = [];
    #isRequesting = false;
    #nextRequestAt = -Infinity;
    /** Another one whenever something has to be drawn anew. */
    #overlay = {};
    #cells = ROWS.map(() => [element("td", {}, NO_VALUE), element("td", {}, NO_VALUE)]);
    #caption = element("caption", {}, NO_VALUE);
    #angle = element("p");
    #listeners = new AbortController();

    /** @param {Playground} playground @param {() => void} deactivateOthers */
    constructor(playground, deactivateOthers) {
        this.playground = playground;
        this.deactivateOthers = deactivateOthers;
        const stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.stage = stage;
        this.picker = new PlacePicker(
            stage,
            (place) => this.#moveTo(place),
            () => this.#setActive(false),
        );
        stage.canvas.addEventListener(
            "pointermove",
            (event) => {
                if (event.pointerType === "mouse" && event.buttons === 0) {
                    this.picker.moveTo(stage.placeAt(event.clientX, event.clientY));
                }
            },
            { signal: this.#listeners.signal },
        );
        this.button = element(
            "button",
            {
                type: "button",
                "aria-pressed": "false",
                title: "Numbers at the place under the pointer, or under a cross that arrow keys move",
                onclick: () => this.#setActive(!this.#on),
            },
            "Probe",
        );
        this.profile = new LineProfile(playground, () => (this.#lastRequest = []));
        const column = (/** @type {string} */ name) =>
            element("th", { scope: "col", style: `--color: var(--${name})` }, name);
        const rows = ROWS.map(({ label, help }, i) =>
            element("tr", { title: help }, element("th", { scope: "row" }, label), ...this.#cells[i]),
        );
        const table = element(
            "table",
            {},
            this.#caption,
            element("thead", {}, element("tr", {}, element("td"), column("learned"), column("exact"))),
            element("tbody", {}, ...rows),
        );
        this.panel = element(
            "section",
            { class: "probe", "aria-label": "Probe", hidden: true },
            element("div", { class: "columns" }, element("div", {}, table, this.#angle), this.profile.root),
        );
        this.buttons = [this.button];
        this.parts = [this.panel];
    }

    /** @param {boolean} on */
    #setActive(on) {
        if (on) {
            this.deactivateOthers();
        }
        this.#on = on;
        this.button.setAttribute("aria-pressed", String(on));
        this.panel.hidden = !on;
        this.picker.setHandler(on ? () => {} : undefined);
        this.#clear();
    }

    deactivate() {
        if (this.#on) {
            this.#setActive(false);
        }
    }

    /** @param {[number, number] | undefined} place */
    #moveTo(place) {
        this.#place = place;
        this.#overlay = {};
    }

    /** Asks what is known there if anything has changed. @param {RunController} controller */
    update(controller) {
        const { lastRender, dim } = controller;
        // What was known is of an experiment before.
        if (!lastRender && this.#shownAnswer) {
            this.#clear();
        }
        const inputs = [this.#place, lastRender, this.profile.direction];
        if (
            !this.#on ||
            !this.#place ||
            !lastRender ||
            this.#isRequesting ||
            performance.now() < this.#nextRequestAt ||
            inputs.every((part, i) => part === this.#lastRequest[i])
        ) {
            return this.#overlay;
        }
        this.#lastRequest = inputs;
        this.#request(controller, dim === 1 ? [this.#place[0], 0] : this.#place);
        return this.#overlay;
    }

    /** Tells nothing any more, and asks anew. */
    #clear() {
        this.#lastRequest = [];
        this.#shownAnswer = undefined;
        this.#overlay = {};
        for (const text of [this.#caption, ...this.#cells.flat()]) {
            setText(text, NO_VALUE);
        }
        setText(this.#angle, "");
        this.profile.clear();
    }

    /** @param {RunController} controller @param {[number, number]} place */
    async #request(controller, place) {
        [this.#isRequesting, this.#nextRequestAt] = [true, performance.now() + REQUEST_INTERVAL];
        const request = {
            place,
            direction: controller.dim === 1 ? [1, 0] : this.profile.direction,
            reach: REACH * this.stage.view.half,
        };
        // Who was asked may be replaced, or be busy with another experiment; then the question comes again.
        const answer = await controller.queryField(FieldRequest.PROBE, request).catch(() => undefined);
        this.#isRequesting = false;
        // What takes long is found over several questions.
        if (!answer?.isFinal) {
            this.#lastRequest = [];
        }
        // It may be of an experiment before.
        if (!answer || !this.#on || !controller.lastRender) {
            return;
        }
        this.#shownAnswer = { answer, at: place };
        this.#overlay = {};
        this.#show(place, answer);
    }

    /** @param {[number, number]} place @param {Answer} answer */
    #show(place, answer) {
        const { learned, exact, dim, sigma } = answer;
        const isPending = !answer.isFinal && learned.eigenvalues !== undefined;
        const where = dim === 1 ? formatPrecise(place[0]) : formatVector(Float64Array.from(place));
        setText(
            this.#caption,
            `At x = ${where}${dim > 2 ? ` in the plane that is shown, of ${dim} dimensions` : ""}, σ = ${formatPrecise(sigma)}`,
        );
        ROWS.forEach(({ text }, i) => {
            [learned, exact].forEach((local, k) => {
                setText(this.#cells[i][k], local ? text(local, isPending) : UNKNOWN);
            });
        });
        setText(this.#angle, comparisonSentence(answer));
        this.profile.update(answer, place);
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, dim, palette) {
        if (!this.#on || !this.#place) {
            return;
        }
        if (dim === 1) {
            return drawVertical(viewport, this.#place[0], palette.text);
        }
        if (this.#shownAnswer) {
            // Where it was asked about: the cross may be farther by now.
            const { answer, at } = this.#shownAnswer;
            this.profile.draw(viewport, at, answer.line, palette.text);
            for (const [local, color] of /** @type {[LocalScore | undefined, string][]} */ ([
                [answer.exact, palette.exact],
                [answer.learned, palette.learned],
            ])) {
                if (local) {
                    drawScore(viewport, at, local.score, answer.sigma, color);
                }
            }
            drawReconstruction(viewport, at, answer.learned.image, palette.learned);
        }
        this.picker.draw(viewport, palette.difference);
    }

    destroy() {
        this.#listeners.abort();
        this.picker.destroy();
        this.profile.destroy();
    }
}

/** How the learned score compares with the exact one, and what of this is still missing. @param {Answer} answer */
function comparisonSentence({ learned, exact, angle, line, isFinal }) {
    if (!exact) {
        return "The exact score of these data is not known in closed form.";
    }
    const missing =
        !isFinal && line.exact?.some(Number.isNaN)
            ? " Along the line the exact one takes a while: it grows from the place outwards."
            : "";
    if (!(angle >= 0)) {
        return `Where one of the scores is zero there is no angle between them.${missing}`;
    }
    return `The learned score points ${formatPrecise(angle)}° away from the exact one and is ${formatPrecise(learned.length / exact.length)} times as long. Energies are counted from that at the origin.${missing}`;
}

/** Two numbers have to do with the room of one. @param {Float64Array} values */
const formatVector = (values) =>
    values.length === 1 ? formatPrecise(values[0]) : `(${Array.from(values, formatNarrow).join(", ")})`;

/** A number in seven characters at most, to as many digits as there is room for. @param {number} value */
function formatNarrow(value) {
    const texts = [3, 2].map((digits) => String(Number(value.toPrecision(digits))));
    return texts.find(({ length }) => length <= 7) ?? value.toExponential(1);
}

/** The greatest and the least of many. @param {Float64Array} values */
function formatList(values) {
    const texts = Array.from(values, (value) => formatShort(value));
    return texts.length <= MAX_EIGENVALUES
        ? texts.join(", ")
        : `${texts.slice(0, MAX_EIGENVALUES / 2).join(", ")} … ${texts.slice(-MAX_EIGENVALUES / 2).join(", ")}`;
}

/**
 * A score from its place on, growing as the arrows do.
 * @param {import("../drawing/viewport.js").Viewport} viewport
 * @param {[number, number]} place
 * @param {Float64Array} score
 * @param {number} sigma
 * @param {string} color
 */
function drawScore(viewport, place, [u, v], sigma, color) {
    const { context, ratio } = viewport;
    const push = Math.hypot(u, v) * sigma;
    if (!(push > 0 && push < Infinity)) {
        return;
    }
    const x = viewport.toX(place[0]);
    const y = viewport.toY(place[1]);
    const share = (ARROW * ratio * sigma) / (1 + push);
    const endX = x + share * u;
    const endY = y - share * v;
    const setActive = Math.atan2(-v, u);
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2.5 * ratio;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(endX, endY);
    for (const side of [-1, 1]) {
        context.moveTo(endX, endY);
        context.lineTo(
            endX - 2 * MARK * ratio * Math.cos(setActive + side * 0.5),
            endY - 2 * MARK * ratio * Math.sin(setActive + side * 0.5),
        );
    }
    context.stroke();
}

/**
 * Where r leads from a place: a ring, and a thin line up to it.
 * @param {import("../drawing/viewport.js").Viewport} viewport
 * @param {[number, number]} from
 * @param {Float64Array} to
 * @param {string} color
 */
function drawReconstruction(viewport, from, to, color) {
    const { context, ratio } = viewport;
    const [[x, y], [endX, endY]] = [from, to].map(([x, y]) => [viewport.toX(x), viewport.toY(y)]);
    const radius = MARK * ratio;
    const length = Math.hypot(endX - x, endY - y);
    const share = length > radius ? 1 - radius / length : 0;
    context.strokeStyle = color;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + share * (endX - x), y + share * (endY - y));
    context.stroke();
    context.lineWidth = 2 * ratio;
    context.beginPath();
    context.arc(endX, endY, radius, 0, 2 * Math.PI);
    context.stroke();
}

/**
 * A place on a line.
 * @param {import("../drawing/viewport.js").Viewport} viewport
 * @param {number} x
 * @param {string} color
 */
function drawVertical(viewport, x, color) {
    const { context, ratio, height } = viewport;
    context.fillStyle = color;
    context.fillRect(viewport.toX(x) - ratio / 2, 0, ratio, height);
}

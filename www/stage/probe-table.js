// The probe's table: numbers of the learned and the exact score at a place, and a sentence that compares them.

import { PROBE, PROBE_ROWS } from "../content/tool-texts.js";
import { formatPrecise, formatShort } from "../drawing/number-format.js";
import { element, setText } from "../panels/element.js";

/** @typedef {import("../panels/view-context.js").FieldAnswers["probe"]} Answer */
/** @typedef {import("../workers/protocol.js").LocalScore} LocalScore */

const NO_VALUE = "–";
/** Maximum number of eigenvalues shown: the two greatest and the two least. */
const MAX_EIGENVALUES = 4;
/** Greatest number of characters of a vector's component. */
const NARROW = 7;

/** @type {{ id: keyof typeof PROBE_ROWS, text: (local: LocalScore, isPending: boolean) => string }[]} */
const ROWS = [
    { id: "score", text: ({ score }) => formatVector(score) },
    { id: "length", text: ({ length }) => formatPrecise(length) },
    { id: "image", text: ({ image }) => formatVector(image) },
    { id: "error", text: ({ error }) => formatPrecise(error) },
    { id: "energy", text: ({ energy }) => (energy === undefined ? PROBE.unknown : formatPrecise(energy)) },
    { id: "curvature", text: ({ eigenvalues }, isPending) => curvatureText(eigenvalues, isPending) },
];

export class ProbeTable {
    /** Cells of learned and exact values, by row. */
    #cells = ROWS.map(() => [element("td", {}, NO_VALUE), element("td", {}, NO_VALUE)]);
    #caption = element("caption", {}, NO_VALUE);
    #comparison = element("p");

    constructor() {
        const column = (/** @type {string} */ name) =>
            element("th", { scope: "col", style: `--color: var(--${name})` }, name);
        const rows = ROWS.map(({ id }, i) => {
            const { label, help } = PROBE_ROWS[id];
            return element("tr", { title: help }, element("th", { scope: "row" }, label), ...this.#cells[i]);
        });
        const table = element(
            "table",
            {},
            this.#caption,
            element("thead", {}, element("tr", {}, element("td"), column("learned"), column("exact"))),
            element("tbody", {}, ...rows),
        );
        this.root = element("div", {}, table, this.#comparison);
    }

    clear() {
        for (const text of [this.#caption, ...this.#cells.flat()]) {
            setText(text, NO_VALUE);
        }
        setText(this.#comparison, "");
    }

    /** @param {[number, number]} place @param {Answer} answer */
    show(place, answer) {
        const { learned, exact, dim, sigma } = answer;
        const isPending = !answer.isFinal && learned.eigenvalues !== undefined;
        const where = dim === 1 ? formatPrecise(place[0]) : formatVector(Float64Array.from(place));
        setText(this.#caption, PROBE.caption(where, formatPrecise(sigma), dim));
        for (const [i, { text }] of ROWS.entries()) {
            for (const [k, local] of [learned, exact].entries()) {
                setText(this.#cells[i][k], local ? text(local, isPending) : PROBE.unknown);
            }
        }
        setText(this.#comparison, comparisonSentence(answer));
    }
}

/** Compares the learned with the exact score, and names values that are still missing. @param {Answer} answer */
function comparisonSentence({ learned, exact, angle, line, isFinal }) {
    if (!exact) {
        return PROBE.noExact;
    }
    const missing = !isFinal && line.exact?.some(Number.isNaN) ? PROBE.exactPending : "";
    if (!(angle >= 0)) {
        return PROBE.noAngle + missing;
    }
    return PROBE.comparison(formatPrecise(angle), formatPrecise(learned.length / exact.length)) + missing;
}

/** @param {Float64Array | undefined} eigenvalues @param {boolean} isPending */
function curvatureText(eigenvalues, isPending) {
    if (eigenvalues) {
        return formatList(eigenvalues);
    }
    return isPending ? PROBE.pending : PROBE.unknown;
}

/** One number in full; two numbers share the width of one. @param {Float64Array} values */
const formatVector = (values) =>
    values.length === 1 ? formatPrecise(values[0]) : `(${Array.from(values, formatNarrow).join(", ")})`;

/** A number with the digits that fit seven characters. @param {number} value */
function formatNarrow(value) {
    const texts = [3, 2].map((digits) => String(Number(value.toPrecision(digits))));
    return texts.find(({ length }) => length <= NARROW) ?? value.toExponential(1);
}

/** The greatest and the least of many values. @param {Float64Array} values */
function formatList(values) {
    const texts = Array.from(values, (value) => formatShort(value));
    return texts.length <= MAX_EIGENVALUES
        ? texts.join(", ")
        : `${texts.slice(0, MAX_EIGENVALUES / 2).join(", ")} … ${texts.slice(-MAX_EIGENVALUES / 2).join(", ")}`;
}

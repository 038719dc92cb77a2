// Diagnostics of a complete run: numbers with their levels, distances to exact draws, and plots of chains.

import { CHAIN_WARNINGS } from "../content/texts.js";
import { toCsv, toNpy } from "../drawing/file-formats.js";
import { formatPrecise, formatShort } from "../drawing/number-format.js";
import { chart } from "./chart.js";
import { download } from "./download.js";
import { element } from "./element.js";

/** @typedef {import("../../scorescape.js").Level} Level */
/** @typedef {import("./view-context.js").Diagnostics} RunDiagnostics */
/**
 * Shown layers, and a callback that changes settings.
 * @typedef {Parameters<typeof chart>[3] & { shown: ReadonlySet<string>, change: (values: Record<string, string>) =>
 *     void }} DiagnosticsContext
 */

export const styles = new CSSStyleSheet();
styles.replaceSync(`
.readouts { --green: #18703c; --amber: #8a5300; --red: #b00020; }
@media (prefers-color-scheme: dark) { .readouts { --green: #5fd08a; --amber: #f0a63a; --red: #ff7b80; } }
.diagnostics p { margin: 0.5rem 0; }
.diagnostics summary { cursor: pointer; }
.diagnostics table { width: 100%; border-collapse: collapse; margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
.diagnostics caption { text-align: left; color: var(--faint); font-size: 0.8125rem; }
.diagnostics th { text-align: left; font-weight: 400; color: var(--faint); padding: 0.1rem 0.5rem 0.1rem 0; }
.diagnostics td, .diagnostics th[scope="col"]:not(:first-child) { text-align: right; white-space: nowrap; padding: 0.1rem 0; }
.diagnostics td + td { padding-left: 0.6rem; }
.readouts .green { color: var(--green); }
.readouts .amber { color: var(--amber); }
.readouts .red { color: var(--red); }
.diagnostics td b { margin-right: 0.3em; }
.diagnostics figure, .marginals figure { margin: 0.5rem 0; }
.diagnostics .files { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
`);

/** @type {Record<Level, { sign: string, word: string, sentence: string }>} */
const LEVELS = {
    green: { sign: "✓", word: "good", sentence: "All checks passed." },
    amber: { sign: "!", word: "doubtful", sentence: "Probably fine, with warnings." },
    red: { sign: "✗", word: "bad", sentence: "Don't trust these samples yet." },
};
/** Number of chains that are drawn. */
const CHAINS_DRAWN = 3;
const CHAIN_COLORS = ["samples", "text", "faint"];

/** Sentence of the verdict. @param {RunDiagnostics} diagnostics */
export const verdictSentence = ({ level }) => `${LEVELS[level].sign} ${LEVELS[level].sentence}`;

/**
 * Everything that the verdict rests on.
 * @param {RunDiagnostics} diagnostics
 * @param {number} dim
 * @param {DiagnosticsContext} context
 */
export function diagnosticsSection(diagnostics, dim, context) {
    const warnings = chainLosses(diagnostics, dim).map((text) => element("p", {}, text));
    if (!context.shown.has("samples")) {
        warnings.push(element("p", {}, "The samples are hidden: the layer samples beneath the picture shows them."));
    }
    return element(
        "section",
        { class: "diagnostics", "aria-label": "Diagnostics of the samples" },
        ...warnings,
        ...samplerRemedy(diagnostics, context),
        diagnosticsTable(diagnostics),
        element("p", {}, speedSentence(diagnostics, dim)),
        ...explanations(diagnostics),
        ...comparisons(diagnostics),
        ...chainCharts(diagnostics, dim, context),
        downloadButtons(diagnostics, dim),
    );
}

/**
 * Offer of another sampler if chains mix slowly.
 * @param {RunDiagnostics} diagnostics
 * @param {DiagnosticsContext} context
 */
function samplerRemedy({ fasterKernel }, { change }) {
    if (!fasterKernel) {
        return [];
    }
    const { setting, value, label } = fasterKernel;
    const button = element(
        "button",
        { type: "button", onclick: () => change({ [setting]: value }) },
        `Sample again by the ${label} sampler`,
    );
    return [element("p", {}, "The chains move too slowly to have explored everything. ", button)];
}

/** Meaning of each number that is not good, and remedies. @param {RunDiagnostics} diagnostics */
function explanations({ diagnostics }) {
    const doubtful = diagnostics.filter(({ level }) => level !== "green");
    const list = doubtful.map(({ label, help, remedy }) =>
        element("p", {}, element("b", {}, `${label}: `), `${help} ${remedy}`),
    );
    return list.length ? [element("details", {}, element("summary", {}, "Meaning and remedies"), ...list)] : [];
}

/** Sentences about stuck and escaped chains. @param {RunDiagnostics} diagnostics @param {number} dim */
function chainLosses({ stuck, escaped, chains, samples, stepSize }, dim) {
    const texts = [];
    if (stuck === chains) {
        texts.push(CHAIN_WARNINGS.stuck(stepSize));
    } else if (stuck > 0) {
        texts.push(`${stuck} of ${chains} recorded chains did not move in their later half.`);
    }
    if (escaped > 0) {
        texts.push(
            `${escaped} of ${samples.length / dim} chains left the data far behind: the field that they follow does not lead them back.`,
        );
    }
    return texts;
}

/** @param {RunDiagnostics} diagnostics */
function diagnosticsTable({ diagnostics }) {
    const row = (/** @type {import("../../scorescape.js").Diagnostic} */ { label, help, value, level }) => {
        const { sign, word } = LEVELS[level];
        return element(
            "tr",
            { title: help },
            element("th", { scope: "row" }, label),
            element("td", {}, formatPrecise(value)),
            element("td", { class: level }, element("b", { "aria-hidden": "true" }, sign), word),
        );
    };
    return element("table", {}, element("caption", {}, "Diagnostics"), ...diagnostics.map(row));
}

/**
 * Autocorrelation time and effective draws per second, from the later half of the recorded draws.
 * @param {RunDiagnostics} diagnostics
 * @param {number} dim
 */
function speedSentence({ diagnostics, time, draws, spacing, transitionsPerSecond }, dim) {
    const reading = (/** @type {string} */ id) => diagnostics.find((reading) => reading.id === id);
    const size = reading("ess-bulk")?.value ?? NaN;
    if (!Number.isFinite(time * size) || reading("r-hat")?.level === "red") {
        return "The chains have not mixed: their autocorrelation time is unknown.";
    }
    const transitions = (draws.length / dim / 2) * spacing;
    // Draws that are far apart bound the autocorrelation time from above only.
    const [most, least] = spacing > 1 && time < 2 ? ["at most ", "at least "] : ["", ""];
    return (
        `One independent draw in ${most}${formatShort(Math.max(1, time * spacing))} transitions of a chain (its integrated autocorrelation time); ` +
        `all chains together made ${least}${formatShort((size / transitions) * transitionsPerSecond)} effective draws per second.`
    );
}

/** @param {RunDiagnostics} diagnostics */
function comparisons({ comparisons }) {
    if (!comparisons?.length) {
        return [];
    }
    const head = ["Distance", "these", "exact"].map((text) => element("th", { scope: "col" }, text));
    const rows = comparisons.map(({ label, help, value, exact }) =>
        element(
            "tr",
            { title: help },
            element("th", { scope: "row" }, label),
            element("td", {}, formatShort(value)),
            element("td", {}, formatShort(exact)),
        ),
    );
    return [
        element(
            "table",
            {},
            element(
                "caption",
                {},
                "Distance to exact draws of the blurred data; the right column is another exact set, for scale.",
            ),
            element("tr", {}, ...head),
            ...rows,
        ),
    ];
}

/**
 * Plots of the first coordinate along a few chains, and of its autocorrelation.
 * @param {RunDiagnostics} diagnostics
 * @param {number} dim
 * @param {Parameters<typeof chart>[3]} context
 */
function chainCharts({ draws, chains, spacing, autocorrelation }, dim, context) {
    const length = draws.length / dim / chains;
    const chain = (/** @type {number} */ c) => Float64Array.from({ length }, (_, t) => draws[(c * length + t) * dim]);
    const times = Float64Array.from({ length }, (_, t) => (t + 1) * spacing);
    const drawn = Math.min(CHAINS_DRAWN, chains);
    const curves = Array.from({ length: drawn }, (_, c) => ({
        color: CHAIN_COLORS[c],
        steps: times,
        values: chain(c),
    }));
    const lags = Float64Array.from(autocorrelation, (_, lag) => lag * spacing);
    return [
        chart(
            `The first coordinate along ${drawn === 1 ? "a chain" : `${drawn} chains`}, by transition`,
            "Transition",
            curves,
            context,
        ),
        chart(
            "Autocorrelation of the first coordinate, by lag",
            "Lag",
            [{ color: "samples", steps: lags, values: Float64Array.from(autocorrelation) }],
            context,
        ),
    ];
}

/**
 * Marginal histograms of the samples along each axis that is shown.
 * @param {RunDiagnostics} diagnostics
 * @param {Parameters<typeof chart>[3]} context
 */
export function marginalsSection({ marginals }, context) {
    const plots = marginals.map(({ label, low, width, samples, outside, exact, isDrawn }) => {
        const steps = Float64Array.from(samples, (_, bin) => low + (bin + 0.5) * width);
        const exactCurve = { color: "exact", name: isDrawn ? "exact draws" : "exact", steps, values: exact };
        const exactNote = exact.length
            ? `, as bars, beside ${isDrawn ? "the density of exact draws" : "the exact density"}, as a line`
            : "";
        const outsideNote = outside > 0 ? `; ${formatShort(100 * outside)} % of them lie outside` : "";
        return chart(
            `${label}: density of the samples${exactNote}${outsideNote}`,
            label,
            [
                { color: "samples", name: "samples", steps, values: samples, bars: true },
                ...(exact.length ? [exactCurve] : []),
            ],
            context,
        );
    });
    return plots.length
        ? [element("section", { class: "marginals", "aria-label": "Marginals of the samples" }, ...plots)]
        : [];
}

/** @param {RunDiagnostics} diagnostics @param {number} dim */
function downloadButtons({ samples }, dim) {
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
        element("button", { type: "button", onclick }, label);
    return element(
        "p",
        { class: "files" },
        "Save the samples: ",
        button("CSV", () => download("samples.csv", toCsv(samples, dim), "text/csv")),
        button(".npy", () => download("samples.npy", toNpy(samples, dim), "application/octet-stream")),
    );
}

// Whether a complete run may be believed: the few numbers that say so, each with its level, beside what exact samples would give.

import { autocorrelation } from "../../scorescape.js";
import { chart } from "./chart.js";
import { brief, precise } from "../drawing/number-format.js";
import { element } from "./element.js";
import { csv, npy } from "../drawing/file-formats.js";
import { save } from "./download.js";

/** @typedef {import("../../scorescape.js").Level} Level */
/** @typedef {NonNullable<import("../app/run-controller.js").Client["verdict"]>} Verdict */
/** What is known of the page: which layers it shows, by which kernel chains move, and how to change that. @typedef {Parameters<typeof chart>[3] & { shown: Set<string>, kernel: unknown, change: (values: Record<string, string>) => void }} Page */

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.readouts { --green: #18703c; --amber: #8a5300; --red: #b00020; }
@media (prefers-color-scheme: dark) { .readouts { --green: #5fd08a; --amber: #f0a63a; --red: #ff7b80; } }
.trust p { margin: 0.5rem 0; }
.trust summary { cursor: pointer; }
.trust table { width: 100%; border-collapse: collapse; margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
.trust caption { text-align: left; color: var(--faint); font-size: 0.8125rem; }
.trust th { text-align: left; font-weight: 400; color: var(--faint); padding: 0.1rem 0.5rem 0.1rem 0; }
.trust td, .trust th[scope="col"]:not(:first-child) { text-align: right; white-space: nowrap; padding: 0.1rem 0; }
.trust td + td { padding-left: 0.6rem; }
.readouts .green { color: var(--green); }
.readouts .amber { color: var(--amber); }
.readouts .red { color: var(--red); }
.trust td b { margin-right: 0.3em; }
.trust figure, .spread figure { margin: 0.5rem 0; }
.trust .files { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
`);

/** @type {Record<Level, { sign: string, word: string, sentence: string }>} */
const LEVELS = {
    green: { sign: "✓", word: "good", sentence: "Nothing speaks against these samples." },
    amber: { sign: "!", word: "doubtful", sentence: "Look twice before you believe these samples." },
    red: { sign: "✗", word: "bad", sentence: "Do not believe these samples yet." },
};
const MIX = "More transitions help, or a sampler that goes farther: the no-U-turn sampler, or a larger step.";
const FIT = "Of a learned score, more training steps, more hidden units or more points bring it down.";
const CURL = "A learned score with a scaled or transposed decoder and one output scale has none.";
/** What helps where a number is not good, by its id. @type {Record<string, string>} */
const REMEDIES = {
    "r-hat": MIX, "bulk-size": MIX, "tail-size": MIX, "fisher-error": FIT, asymmetry: CURL, circulation: CURL,
    shortcut: "A sampler that is not marked inexact, with another path rule than the endpoint and no deliberate fault, leaves out nothing.",
    acceptance: "Larger steps are accepted less often, smaller ones more often; a warm-up finds the right size.",
};
/** So many chains are drawn, and so many give the autocorrelation. */
const [DRAWN, AVERAGED] = [3, 32];
const INKS = ["samples", "text", "faint"];

/** The verdict in a sentence. @param {Verdict} verdict */
export const sentence = ({ level }) => `${LEVELS[level].sign} ${LEVELS[level].sentence}`;

/** What it comes from. @param {Verdict} verdict @param {number} dim @param {Page} page */
export function trust(verdict, dim, page) {
    const warnings = losses(verdict, dim).map((text) => element("p", {}, text));
    if (!page.shown.has("samples")) warnings.push(element("p", {}, "They are not shown now: the layer samples beneath the picture shows them."));
    return element("section", { class: "trust", "aria-label": "Whether to believe the samples" },
        ...warnings, ...remedy(verdict, page), readings(verdict), element("p", {}, speed(verdict, dim)), ...reasons(verdict), ...comparisons(verdict), ...charts(verdict, dim, page), files(verdict, dim));
}

/** Another sampler, where chains do not mix and it may help. @param {Verdict} verdict @param {Page} page */
function remedy({ readings }, { kernel, change }) {
    const slow = readings.some(({ id, level }) => REMEDIES[id] === MIX && level !== "green");
    if (!slow || kernel === "nuts") return [];
    const button = element("button", { type: "button", onclick: () => change({ "sample.kernel": "nuts" }) }, "Sample again by the no-U-turn sampler");
    return [element("p", {}, "The chains go too slowly to have seen everything. ", button)];
}

/** What each number that is not good says, and what helps. @param {Verdict} verdict */
function reasons({ readings }) {
    const doubtful = readings.filter(({ level }) => level !== "green");
    const list = doubtful.map(({ id, label, help }) => element("p", {}, element("b", {}, `${label}: `), `${help} ${REMEDIES[id] ?? ""}`));
    return list.length ? [element("details", {}, element("summary", {}, "What that means, and what helps"), ...list)] : [];
}

/** What has become of chains that are lost. @param {Verdict} verdict @param {number} dim */
function losses({ stuck, escaped, chains, samples }, dim) {
    const texts = [];
    if (stuck === chains) texts.push("All chains stand still: every proposal is rejected. A smaller step sets them free.");
    else if (stuck > 0) texts.push(`${stuck} of ${chains} recorded chains did not move in their later half.`);
    if (escaped > 0) texts.push(`${escaped} of ${samples.length / dim} chains left the data far behind: the field that they follow does not lead them back.`);
    return texts;
}

/** @param {Verdict} verdict */
function readings({ readings }) {
    const row = (/** @type {import("../../scorescape.js").Reading} */ { label, help, value, level }) => {
        const { sign, word } = LEVELS[level];
        return element("tr", { title: help }, element("th", { scope: "row" }, label), element("td", {}, precise(value)),
            element("td", { class: level }, element("b", { "aria-hidden": "true" }, sign), word));
    };
    return element("table", {}, element("caption", {}, "May they be believed?"), ...readings.map(row));
}

/** How soon chains forget, and how many independent draws a second are worth: as far as the later half of their records tells. @param {Verdict} verdict @param {number} dim */
function speed({ readings, time, draws, spacing, perSecond }, dim) {
    const reading = (/** @type {string} */ id) => readings.find((reading) => reading.id === id);
    const size = reading("bulk-size")?.value ?? NaN;
    if (!Number.isFinite(time * size) || reading("r-hat")?.level === "red") return "The chains have not mixed: how soon they forget where they were cannot be told.";
    const transitions = draws.length / dim / 2 * spacing;
    // Of draws that are far apart nobody knows how soon they became independent.
    const [most, least] = spacing > 1 && time < 2 ? ["at most ", "at least "] : ["", ""];
    return `One independent draw in ${most}${brief(Math.max(1, time * spacing))} transitions of a chain (its integrated autocorrelation time); `
        + `all chains together made ${least}${brief(size / transitions * perSecond)} effective draws per second.`;
}

/** @param {Verdict} verdict */
function comparisons({ comparisons }) {
    if (!comparisons?.length) return [];
    const head = ["Distance", "these", "exact"].map((text) => element("th", { scope: "col" }, text));
    const rows = comparisons.map(({ label, help, value, exact }) => element("tr", { title: help },
        element("th", { scope: "row" }, label), element("td", {}, brief(value)), element("td", {}, brief(exact))));
    return [element("table", {}, element("caption", {}, "How far from exact draws of the blurred data, not of the points that are seen: these samples, and other exact draws. What is as near as those, or nearer, is as good as can be told."), element("tr", {}, ...head), ...rows)];
}

/** The first coordinate along a few chains, and how long it remembers. @param {Verdict} verdict @param {number} dim @param {Parameters<typeof chart>[3]} page */
function charts({ draws, chains, spacing }, dim, page) {
    const length = draws.length / dim / chains;
    const chain = (/** @type {number} */ c) => Float64Array.from({ length }, (_, t) => draws[(c * length + t) * dim]);
    const times = Float64Array.from({ length }, (_, t) => (t + 1) * spacing);
    const drawn = Math.min(DRAWN, chains);
    const curves = Array.from({ length: drawn }, (_, c) => ({ ink: INKS[c], steps: times, values: chain(c) }));
    const later = Math.floor(length / 2);
    const memory = new Float64Array(Math.ceil((length - later) / 2));
    const count = Math.min(AVERAGED, chains);
    for (let c = 0; c < count; c++) {
        const along = autocorrelation(chain(c).subarray(later));
        memory.forEach((sum, lag) => memory[lag] = sum + along[lag] / count);
    }
    const lags = Float64Array.from(memory, (_, lag) => lag * spacing);
    return [
        chart(`The first coordinate along ${drawn === 1 ? "a chain" : `${drawn} chains`}, by transition`, "Transition", curves, page),
        chart("Autocorrelation of the first coordinate, by lag", "Lag", [{ ink: "samples", steps: lags, values: memory }], page),
    ];
}

/** How the samples are spread along each axis that is shown. @param {Verdict} verdict @param {Parameters<typeof chart>[3]} page */
export function spread({ marginals }, page) {
    const plots = marginals.map(({ label, low, width, samples, outside, exact, isDrawn }) => {
        const steps = Float64Array.from(samples, (_, bin) => low + (bin + 0.5) * width);
        const truth = { ink: "exact", name: isDrawn ? "exact draws" : "exact", steps, values: exact };
        const beside = exact.length ? `, as bars, beside ${isDrawn ? "those of as good as exact draws" : "the exact density"}, as a line` : "";
        const lost = outside > 0 ? `; ${brief(100 * outside)} % of them lie outside` : "";
        return chart(`${label}: density of the samples${beside}${lost}`, label, [{ ink: "samples", name: "samples", steps, values: samples, bars: true }, ...exact.length ? [truth] : []], page);
    });
    return plots.length ? [element("section", { class: "spread", "aria-label": "How the samples are spread" }, ...plots)] : [];
}

/** @param {Verdict} verdict @param {number} dim */
function files({ samples }, dim) {
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => element("button", { type: "button", onclick }, label);
    return element("p", { class: "files" }, "Save the samples: ",
        button("CSV", () => save("samples.csv", csv(samples, dim), "text/csv")),
        button(".npy", () => save("samples.npy", npy(samples, dim), "application/octet-stream")));
}

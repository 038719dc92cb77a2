// Whether a complete run may be believed: the few numbers that say so, each with its level, beside what exact samples would give.

import { autocorrelation } from "../../scorescape.js";
import { chart } from "./chart.js";
import { brief, element, precise } from "./element.js";
import { csv, npy, save } from "./save.js";

/** @typedef {import("../../scorescape.js").Level} Level */
/** @typedef {NonNullable<import("../client.js").Client["verdict"]>} Verdict */

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.trust { --green: #18703c; --amber: #8a5300; --red: #b00020; margin-top: 0.75rem; border-top: 1px solid var(--grid); }
@media (prefers-color-scheme: dark) { .trust { --green: #5fd08a; --amber: #f0a63a; --red: #ff7b80; } }
.trust p { margin: 0.5rem 0; }
.trust .level { font-weight: 600; }
.trust table { width: 100%; border-collapse: collapse; margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
.trust caption { text-align: left; color: var(--faint); font-size: 0.8125rem; }
.trust th { text-align: left; font-weight: 400; color: var(--faint); padding: 0.1rem 0.5rem 0.1rem 0; }
.trust td, .trust th[scope="col"] { text-align: right; padding: 0.1rem 0; }
.trust td + td { padding-left: 0.6rem; }
.trust .green { color: var(--green); }
.trust .amber { color: var(--amber); }
.trust .red { color: var(--red); }
.trust td b, .trust .level b { margin-right: 0.3em; }
.trust figure { margin: 0.5rem 0; }
.trust .files { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
`);

/** @type {Record<Level, { sign: string, word: string, sentence: string }>} */
const LEVELS = {
    green: { sign: "✓", word: "good", sentence: "Nothing speaks against these samples" },
    amber: { sign: "!", word: "doubtful", sentence: "Look twice before you believe these samples" },
    red: { sign: "✗", word: "bad", sentence: "Do not believe these samples yet" },
};
/** So many chains are drawn, and so many give the autocorrelation. */
const [DRAWN, AVERAGED] = [3, 32];
const INKS = ["samples", "learned", "exact"];

/** @param {Verdict} verdict @param {number} dim @param {(name: string) => string} color */
export function trust(verdict, dim, color) {
    const { sign, sentence } = LEVELS[verdict.level];
    const worst = verdict.level === "green" ? [] : verdict.readings.filter(({ level }) => level === verdict.level);
    const summary = element("p", { class: `level ${verdict.level}`, role: "status" }, element("b", { "aria-hidden": "true" }, sign),
        `${sentence}.`);
    const reasons = worst.map(({ label, help }) => element("p", {}, element("b", {}, `${label}: `), help));
    const warnings = losses(verdict, dim).map((text) => element("p", {}, text));
    return element("section", { class: "trust", "aria-label": "Whether to believe the samples" },
        summary, ...warnings, ...reasons, readings(verdict), ...comparisons(verdict), ...charts(verdict, dim, color), files(verdict, dim));
}

/** What has become of chains that are lost. @param {Verdict} verdict @param {number} dim */
function losses({ stuck, escaped, chains, samples }, dim) {
    const texts = [];
    if (stuck === chains) texts.push("All chains stand still: every proposal is rejected. A smaller step, or a temperature above zero, sets them free.");
    else if (stuck > 0) texts.push(`${stuck} of ${chains} recorded chains stand still.`);
    if (escaped > 0) texts.push(`${escaped} of ${samples.length / dim} chains have left the data far behind: the learned field does not lead them back.`);
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

/** @param {Verdict} verdict */
function comparisons({ comparisons }) {
    if (!comparisons?.length) return [];
    const head = ["", "here", "exact"].map((text) => element("th", { scope: "col" }, text));
    const rows = comparisons.map(({ label, help, value, exact }) => element("tr", { title: help },
        element("th", { scope: "row" }, label), element("td", {}, brief(value)), element("td", {}, brief(exact))));
    return [element("table", {}, element("caption", {}, "These samples against exact draws, and as many exact ones"), element("tr", {}, ...head), ...rows)];
}

/** The first coordinate along a few chains, and how long it remembers. @param {Verdict} verdict @param {number} dim @param {(name: string) => string} color */
function charts({ draws, chains, spacing }, dim, color) {
    const length = draws.length / dim / chains;
    const chain = (/** @type {number} */ c) => Float64Array.from({ length }, (_, t) => draws[(c * length + t) * dim]);
    const times = Float64Array.from({ length }, (_, t) => (t + 1) * spacing);
    const curves = Array.from({ length: Math.min(DRAWN, chains) }, (_, c) => ({ ink: INKS[c], steps: times, values: chain(c) }));
    const later = Math.floor(length / 2);
    const memory = new Float64Array(Math.ceil((length - later) / 2));
    const count = Math.min(AVERAGED, chains);
    for (let c = 0; c < count; c++) {
        const along = autocorrelation(chain(c).subarray(later));
        memory.forEach((sum, lag) => memory[lag] = sum + along[lag] / count);
    }
    const lags = Float64Array.from(memory, (_, lag) => lag * spacing);
    return [
        chart("The first coordinate along three chains, by transition", "Transition", curves, color),
        chart("Autocorrelation of the first coordinate, by lag", "Lag", [{ ink: "samples", steps: lags, values: memory }], color),
    ];
}

/** @param {Verdict} verdict @param {number} dim */
function files({ samples }, dim) {
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => element("button", { type: "button", onclick }, label);
    return element("p", { class: "files" }, "Save the samples: ",
        button("CSV", () => save("samples.csv", csv(samples, dim), "text/csv")),
        button(".npy", () => save("samples.npy", npy(samples, dim), "application/octet-stream")));
}

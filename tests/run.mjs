// Runs the tests: node tests/run.mjs PART... [--without THING...]. ./dev calls it after installing the requirements.
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { jobs } from "./run/jobs.mjs";
import { counted } from "./run/readers.mjs";
import { schedule } from "./run/scheduler.mjs";
import { summary } from "./run/summary.mjs";

const words = process.argv.slice(2);
const cut = words.includes("--without") ? words.indexOf("--without") : words.length;
const parts = words.slice(0, cut);
const missing = words.slice(cut + 1);
const all = jobs();
const known = new Set(all.flatMap((job) => job.parts));
assert.ok(
    parts.length > 0 && parts.every((part) => known.has(part)),
    `usage: run.mjs PART..., of ${[...known].join(" ")}`,
);

/** The jobs of the chosen parts, and the jobs that must pass before them. */
function wanted() {
    const titles = new Set(
        all.filter((job) => job.parts.some((part) => parts.includes(part))).map(({ title }) => title),
    );
    for (const job of [...all].reverse()) {
        if (titles.has(job.title)) {
            for (const title of job.after ?? []) {
                titles.add(title);
            }
        }
    }
    return all.filter(({ title }) => titles.has(title));
}

const start = Date.now();
const seconds = () => (Date.now() - start) / 1000;
/** @type {import('./run/scheduler.mjs').Run[]} */
const runs = wanted().map((job) => ({
    ...job,
    state: missing.includes(job.needs) ? "skipped" : "waits",
    why: `missing: ${job.needs}`,
    lines: [],
    seconds: 0,
    processor: 0,
}));

const counts = new Map();

/**
 * The wasm runner alone accepts zero tests, so numbers must be equal in all environments.
 * @param {import('./run/scheduler.mjs').Run} run
 */
function judge(run) {
    if (!run.same) {
        return "";
    }
    const count = counted(run.lines);
    if (!counts.has(run.same)) {
        counts.set(run.same, count);
    }
    const expected = counts.get(run.same);
    return count > 0 && count === expected ? "" : `${count} tests ran, not the ${expected} of the first place`;
}

const begin = ({ title }) => console.log(`== ${title} begins at ${seconds().toFixed(0)} s`);

/** @param {import('./run/scheduler.mjs').Run} run */
function tell({ title, state, why, lines, seconds }) {
    const output = lines
        .map(({ text }) => text)
        .join("\n")
        .trim();
    const verdict = state === "failed" ? `FAILED (${why})` : state;
    console.log(`\n== ${title}\n${output}\n== ${title}: ${verdict} after ${seconds.toFixed(0)} s\n`);
}

await schedule(runs, { places: Math.max(2, Math.min(4, availableParallelism())), judge, begin, tell });
console.log(summary(runs, seconds()));
process.exitCode = runs.some(({ state }) => state === "failed") ? 1 : 0;

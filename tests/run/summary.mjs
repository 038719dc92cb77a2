// The summary after all jobs: their times, the failures again, and how many jobs passed.
import { failures } from "./readers.mjs";

const SLOWEST = 20;
const FAILURES_PER_JOB = 4;
const column = (value) => value.toFixed(1).padStart(8);

/** Seconds of each job: wall clock, and processor time as far as known. */
function jobTable(runs) {
    const done = runs.filter(({ state }) => ["passed", "failed"].includes(state));
    const rows = done.map(({ seconds, processor, title }) => `${column(seconds)}${column(processor)}  ${title}`);
    return ["   clock     CPU  in seconds", ...rows].join("\n");
}

/** The slowest tests of all jobs. */
function testTable(tests) {
    const slowest = [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
    const rows = slowest.map(({ seconds, title, name }) => `${column(seconds)}  ${title}: ${name}`);
    return [`The slowest ${slowest.length} of ${tests.length} tests, in seconds`, ...rows].join("\n");
}

/** The failures of a job once more, at the end of all output. @param {import("./scheduler.mjs").Run} run */
function failureReport({ title, why, lines }) {
    return [`FAILED: ${title} (${why})`, ...failures(lines).slice(0, FAILURES_PER_JOB)].join("\n");
}

/** @param {import('./scheduler.mjs').Run[]} runs */
export function summary(runs, seconds) {
    const tests = runs.flatMap((run) => (run.reader?.(run.lines) ?? []).map((test) => ({ ...test, title: run.title })));
    const skipped = runs
        .filter(({ state }) => state === "skipped")
        .map(({ title, why }) => `skipped: ${title} (${why})`);
    const failed = runs.filter(({ state }) => state === "failed").map(failureReport);
    const count = (wanted) => runs.filter(({ state }) => state === wanted).length;
    const minutes = `All of it in ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
    return [
        "",
        jobTable(runs),
        ...(tests.length ? ["", testTable(tests)] : []),
        "",
        ...skipped,
        ...failed,
        minutes,
        "",
        `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`,
    ].join("\n");
}

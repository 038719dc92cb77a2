// Runs jobs in parallel where they allow it, and prints each job's output in one piece.
import { spawn } from "node:child_process";
import { environment } from "./jobs.mjs";

/** @typedef {import('./jobs.mjs').Job & { state: 'waits' | 'runs' | 'passed' | 'failed' | 'skipped', why?: string,
 *   seconds: number, processor: number, lines: { text: string, seconds: number }[] }} Run */

/** While a page is shown, jobs that only compute run at lower priority. */
const YIELDING = ["nice", "-n", "5"];
/** A shell that prints its children's processor time on file descriptor 3. */
const TIMED = ["sh", "-c", '"$@"; status=$?; times >&3; exit $status', "sh"];

/** Seconds in the output of a shell's `times`; its second line is about children. */
function processorSeconds(text) {
    const times = [...(text.trim().split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
    return times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

/** Collects the lines of a stream, with the seconds since `start`. */
function collect(stream, lines, start) {
    let rest = "";
    stream
        .setEncoding("utf8")
        .on("data", (text) => {
            const seconds = (Date.now() - start) / 1000;
            const [...whole] = (rest + text).split("\n");
            rest = whole.pop();
            lines.push(...whole.map((line) => ({ text: line, seconds })));
        })
        .on("end", () => rest && lines.push({ text: rest, seconds: (Date.now() - start) / 1000 }));
}

/** Runs a job's command; resolves after its end to true on success. @param {Run} run */
export async function execute(run) {
    const start = Date.now();
    const words = run.command.split(" ");
    const all = [...(run.seen || run.alone ? [] : YIELDING), ...TIMED, ...words];
    const child = spawn(all[0], all.slice(1), { stdio: ["ignore", "pipe", "pipe", "pipe"], env: environment(run) });
    let times = "";
    collect(child.stdout, run.lines, start);
    collect(child.stderr, run.lines, start);
    child.stdio[3].on("data", (bytes) => {
        times += bytes;
    });
    const failure = await new Promise((done) => {
        child.on("error", (error) => done(error.message));
        child.on("close", (code, signal) => done(code === 0 ? "" : `ended with ${signal ?? code}`));
    });
    run.seconds = (Date.now() - start) / 1000;
    run.processor = processorSeconds(times);
    return failure;
}

/** True if `run` may start beside the running jobs. */
function fits(run, running, places) {
    if (running.length === 0) {
        return true;
    }
    if (run.alone || running.some(({ alone }) => alone) || running.length >= places) {
        return false;
    }
    const locked = running.flatMap(({ builds }) => builds ?? []);
    return !locked.includes(run.builds) && !locked.includes(run.looksAt);
}

/** Skips jobs whose requirements are missing or failed. */
function skipWhatCannotRun(runs) {
    const stateOf = new Map(runs.map(({ title, state }) => [title, state]));
    for (const run of runs.filter(({ state }) => state === "waits")) {
        const cause = run.after?.find((title) => ["failed", "skipped"].includes(stateOf.get(title)));
        if (cause) {
            Object.assign(run, { state: "skipped", why: `needs: ${cause}` });
        }
    }
}

/** The runs that can start now, in order. */
function ready(runs, places) {
    const passed = new Set(runs.filter(({ state }) => state === "passed").map(({ title }) => title));
    const running = runs.filter(({ state }) => state === "runs");
    const able = runs.filter(({ state, after = [] }) => state === "waits" && after.every((title) => passed.has(title)));
    // Jobs that need the machine to themselves come last.
    const order = [...able.filter(({ alone }) => !alone), ...able.filter(({ alone }) => alone)];
    return order.find((run) => fits(run, running, places));
}

/**
 * Runs all of `runs`, at most `places` at a time. `judge` returns the complaint about a finished run, then `tell` is
 * called.
 * @param {Run[]} runs
 * @param {{ places: number, judge: (run: Run) => string, begin: (run: Run) => void, tell: (run: Run) => void }} options
 */
export async function schedule(runs, { places, judge, begin, tell }) {
    const pending = new Set();
    const start = (run) => {
        run.state = "runs";
        begin(run);
        const ended = execute(run).then((failure) => {
            run.why = failure || judge(run);
            run.state = run.why ? "failed" : "passed";
            tell(run);
            pending.delete(ended);
        });
        pending.add(ended);
    };
    while (true) {
        skipWhatCannotRun(runs);
        for (let next = ready(runs, places); next; next = ready(runs, places)) {
            start(next);
        }
        if (pending.size === 0) {
            return;
        }
        await Promise.race(pending);
    }
}

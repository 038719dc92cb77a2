// Runs jobs side by side as far as they allow it, each with its output in one piece.
import { spawn } from "node:child_process";
import { environment } from "./jobs.mjs";

/** @typedef {import('./jobs.mjs').Job & { state: 'waits' | 'runs' | 'passed' | 'failed' | 'skipped', why?: string,
 *   seconds: number, processor: number, lines: { text: string, seconds: number }[] }} Run */

/** Cores are left alone by what only computes while a page is shown. */
const YIELDING = ["nice", "-n", "5"];
/** In a shell that tells on its third channel how long its children kept a processor. */
const TIMED = ["sh", "-c", '"$@"; status=$?; times >&3; exit $status', "sh"];

/** The seconds in the output of a shell's `times`: its second line is about children. */
function processorSeconds(text) {
    const times = [...(text.trim().split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
    return times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

/** Collects what a stream says, line by line, with the seconds since `start`. */
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

/** Runs a job's command; answers once it has ended whether that went well. @param {Run} run */
export async function execute(run) {
    const start = Date.now();
    const words = run.command.split(" ");
    const command = [...(run.seen || run.alone ? [] : YIELDING), ...TIMED, ...words];
    const child = spawn(command[0], command.slice(1), {
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        env: environment(run),
    });
    let times = "";
    collect(child.stdout, run.lines, start);
    collect(child.stderr, run.lines, start);
    child.stdio[3].setEncoding("utf8").on("data", (text) => {
        times += text;
    });
    const failure = await new Promise((done) => {
        child.on("error", (error) => done(error.message));
        child.on("close", (code, signal) => done(code === 0 ? "" : `ended with ${signal ?? code}`));
    });
    run.seconds = (Date.now() - start) / 1000;
    run.processor = processorSeconds(times);
    return failure;
}

/** Whether `run` may start beside those that run. */
function fits(run, running, places) {
    if (running.length === 0) {
        return true;
    }
    if (run.alone || running.some(({ alone }) => alone) || running.length >= places) {
        return false;
    }
    return !running.some(({ builds }) => builds && builds === run.builds);
}

/** Skips what builds on something that is not there, or failed. */
function skipWhatCannotRun(runs) {
    const stateOf = new Map(runs.map(({ title, state }) => [title, state]));
    for (const run of runs.filter(({ state }) => state === "waits")) {
        const cause = run.after?.find((title) => ["failed", "skipped"].includes(stateOf.get(title)));
        if (cause) {
            Object.assign(run, { state: "skipped", why: `needs: ${cause}` });
        }
    }
}

/** The runs that can start now, in their order. */
function ready(runs, places) {
    const passed = new Set(runs.filter(({ state }) => state === "passed").map(({ title }) => title));
    const running = runs.filter(({ state }) => state === "runs");
    const able = runs.filter(({ state, after = [] }) => state === "waits" && after.every((title) => passed.has(title)));
    // What needs the machine for itself comes last.
    const order = [...able.filter(({ alone }) => !alone), ...able.filter(({ alone }) => alone)];
    return order.find((run) => fits(run, running, places));
}

/**
 * Runs all of `runs`, at most `places` at a time. `begin` is called when a run starts. Once it has ended, `judge` says
 * what is wrong with it, and then `tell` is called.
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
        let next = ready(runs, places);
        while (next) {
            start(next);
            next = ready(runs, places);
        }
        if (pending.size === 0) {
            return;
        }
        await Promise.race(pending);
    }
}

// Durations of tests, read from the outputs of different programs.

/**
 * @typedef {{ name: string, seconds: number }} Test
 * @typedef {(lines: { text: string, seconds: number }[]) => Test[]} Reader the lines of an output, each with its time
 */

const matches = (lines, pattern) =>
    lines.flatMap(({ text, seconds }) => {
        const found = pattern.exec(text);
        return found ? [{ groups: found.groups, seconds }] : [];
    });

const UNITS = { s: 1, ms: 1e-3 };

/** For programs that print durations: Rust's harness and node's. @type {Reader} */
export const byDuration = (lines) => {
    const pattern =
        /^(?:test (?<rust>\S+).* \.\.\. \w+ <(?<rustTime>[\d.]+)s>|\s*[✔✖] (?<node>.+) \((?<nodeTime>[\d.]+)(?<unit>m?s)\))/;
    return matches(lines, pattern).map(({ groups: { rust, rustTime, node, nodeTime, unit = "s" } }) => ({
        name: rust ?? node,
        seconds: UNITS[unit] * Number(rustTime ?? nodeTime),
    }));
};

/** For programs that print one line per test, immediately after it, one test after the other. @type {Reader} */
export const byMoment = (lines) => {
    let before = lines[0]?.seconds ?? 0;
    return lines.flatMap(({ text, seconds }) => {
        const took = seconds - before;
        before = seconds;
        const test = /^test (\S+) \.\.\. (?:ok|FAIL)/.exec(text);
        return test ? [{ name: test[1], seconds: took }] : [];
    });
};

/** For the page's tests. @type {Reader} */
export const byPage = (lines) =>
    matches(lines, /^\w+: (?<name>.+?), (?<time>[\d.]+) s(?: \(.*)?$/).map(({ groups: { name, time } }) => ({
        name,
        seconds: Number(time),
    }));

/** Number of tests that Rust's harnesses report. */
export const counted = (lines) =>
    matches(lines, /^test result: ok\. (?<count>\d+) passed/).reduce(
        (sum, { groups: { count } }) => sum + Number(count),
        0,
    );

/** The first line of a failure: of the page's tests, the wasm runner, Rust's panics, cargo and node. */
const BEGIN = /FAILED after|^test \S+ \.\.\. FAIL|panicked at|^error\b|^\s*✖ .+\(/;
const LINES_PER_FAILURE = 6;
const LAST_LINES = 12;

/** The lines where failures begin, each with the lines after it; without such lines the last lines. */
export function failures(lines) {
    const texts = lines.map(({ text }) => text);
    const isFirst = (text, i) => BEGIN.test(text) && texts.indexOf(text) === i;
    const begins = texts.flatMap((text, i) => (isFirst(text, i) ? [i] : []));
    return begins.length
        ? begins.map((i) => texts.slice(i, i + LINES_PER_FAILURE).join("\n"))
        : [texts.slice(-LAST_LINES).join("\n")];
}

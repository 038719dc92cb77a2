// All test jobs. scheduler.mjs starts them in this order and skips jobs with missing or failed requirements.
//
// The longest chain of jobs builds the site and then tests its pages, so the build of the site comes first.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { byDuration, byMoment, byPage } from "./readers.mjs";

const WASM = "wasm32-unknown-unknown";
const BARE_METAL = "thumbv7em-none-eabihf";
const ENGINES = ["chromium", "firefox", "webkit"];
const NO_WARNINGS = { RUSTDOCFLAGS: "-D warnings" };
/** Variables that choose the browser of a wasm test; the caller's values must have no effect. */
const UNSET = [
    "CHROMEDRIVER",
    "GECKODRIVER",
    "SAFARIDRIVER",
    "NO_HEADLESS",
    "WASM_BINDGEN_USE_BROWSER",
    "WASM_BINDGEN_USE_DEDICATED_WORKER",
];
/** For slow machines: the runner's own limits are 20 s and 5 s. */
const PATIENCE = { WASM_BINDGEN_TEST_TIMEOUT: "300", WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60" };

/**
 * @typedef {object} Job
 * @property {string} title
 * @property {string[]} parts parts of the tests that it belongs to, as named on the command line
 * @property {string} command words separated by blanks
 * @property {Record<string, string | undefined>} [env]
 * @property {string[]} [after] titles of jobs that must pass first
 * @property {string} [needs] a requirement that may be missing on this machine
 * @property {'debug' | 'release'} [builds] the cargo folder that it locks: one such job at a time
 * @property {'debug'} [looksAt] the cargo folder that must be unlocked when it starts
 * @property {boolean} [alone] true if its measurements need an otherwise idle machine
 * @property {boolean} [seen] true if it displays a page; computing jobs must leave it a core
 * @property {import('./readers.mjs').Reader} [reader] finds tests and their seconds in its output
 * @property {string} [same] jobs with the same word must run equal numbers of tests, and at least one
 */

/** The target triple of this machine, for jobs that cargo runs here. */
const host = () => /host: (\S+)/.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
const runner = (triple) => `CARGO_TARGET_${triple.toUpperCase().replaceAll("-", "_")}_RUNNER`;

const lint = [
    {
        title: "format",
        command: "find src tests benches examples -name *.rs -exec rustfmt --edition 2024 --check {} +",
        parts: ["check"],
    },
    { title: "format and lint, scripts", command: "biome ci --colors=off", parts: ["check"] },
    { title: "comments", command: "node tests/comments.mjs" },
    { title: "plain English", command: "node tests/plain-english.mjs" },
    { title: "dependencies", command: "cargo deny --locked check bans licenses sources" },
    {
        title: "lint, host",
        command: "cargo clippy --locked --all-targets -- -D warnings",
        builds: "debug",
        parts: ["check"],
    },
    {
        title: "lint, core alone",
        command: "cargo clippy --locked --no-default-features -- -D warnings",
        builds: "debug",
    },
    {
        title: "lint, wasm",
        command: `cargo clippy --locked --all-targets --target ${WASM} -- -D warnings`,
        builds: "debug",
    },
    { title: "documentation", command: "cargo doc --locked --no-deps", env: NO_WARNINGS, builds: "debug" },
    {
        title: "documentation, wasm",
        command: `cargo doc --locked --no-deps --target ${WASM}`,
        env: NO_WARNINGS,
        builds: "debug",
    },
    {
        title: "core on bare metal",
        needs: BARE_METAL,
        builds: "debug",
        command: `cargo rustc --locked --lib --crate-type rlib --target ${BARE_METAL} --no-default-features`,
    },
    { title: "types", command: "tsc -p .", after: ["package"], parts: ["check"] },
    { title: "types of tests", command: "tsc -p tests", after: ["package"] },
].map((job) => ({ ...job, parts: ["lint", ...(job.parts ?? [])] }));

const site = [
    {
        title: "package",
        command: "wasm-pack build --target web --out-dir target/pkg",
        builds: "release",
        parts: ["page", "node", "check"],
    },
    {
        title: "site",
        command: "trunk build --release",
        after: ["package"],
        builds: "release",
        parts: ["page", "check"],
    },
];

const nativeBuild = {
    title: "tests, native, built",
    command: "cargo test --locked --lib --tests --no-run",
    builds: "debug",
    parts: ["native", "check"],
};
/** Modules of the suite that take minutes, because they need many chains: `./dev check` skips them. */
const LONG = ["default_experiment", "sampler_invariance", "sampler_faults", "spurious_maxima"];

const native = () => {
    const run = {
        after: [nativeBuild.title],
        looksAt: "debug",
        reader: byDuration,
        // Rust's test harness reports each test's duration only with this variable.
        env: { [runner(host())]: "env RUSTC_BOOTSTRAP=1" },
    };
    const command =
        "cargo test --locked --no-fail-fast --lib --tests -- -Zunstable-options --report-time --show-output";
    const short = [command, ...LONG.map((module) => `--skip ${module}::`)].join(" ");
    return [
        { ...run, title: "tests, native", command, parts: ["native"] },
        { ...run, title: "tests, native, but the long ones", command: short, parts: ["check"] },
        { ...run, title: "tests in documentation", command: "cargo test --locked --doc", parts: ["native"] },
    ];
};

const wasmTests = `cargo test --locked --no-fail-fast --tests --target ${WASM}`;
const inWasm = (job) => ({
    after: ["tests, wasm, built"],
    looksAt: "debug",
    same: "wasm",
    ...job,
    env: { ...PATIENCE, ...job.env },
});
const wasmBuild = {
    title: "tests, wasm, built",
    command: `${wasmTests} --no-run`,
    builds: "debug",
    parts: ["node", ...ENGINES],
};

const node = () => [
    ...(existsSync("tests/unit")
        ? [
              {
                  title: "units",
                  command: "node --test --test-reporter=spec tests/unit/",
                  reader: byDuration,
                  parts: ["node", "check"],
              },
          ]
        : []),
    inWasm({ title: "tests, Node", command: wasmTests, reader: byMoment, parts: ["node"] }),
    { title: "bindings", command: "node tests/bindings.mjs", after: ["package"], parts: ["node"] },
];

/**
 * The core suite, once in each engine: in a page of Chromium by `wasm-pack test`, elsewhere in a worker as on the site.
 * Node has Chromium's engine, so another run in its worker would show nothing new.
 */
const IN_ENGINES = {
    chromium: { place: "page", command: "wasm-pack test --headless --chrome" },
    firefox: {
        place: "worker",
        command: wasmTests,
        env: { GECKODRIVER: "geckodriver", WASM_BINDGEN_USE_DEDICATED_WORKER: "1" },
    },
    // The runner treats WebKit as Safari; without a headless mode it needs a virtual display.
    webkit: {
        place: "worker",
        command: `xvfb-run -a -n 100 ${wasmTests}`,
        env: { SAFARIDRIVER: "WebKitWebDriver", WASM_BINDGEN_USE_DEDICATED_WORKER: "1" },
    },
};

const engines = Object.entries(IN_ENGINES).map(([engine, { place, ...job }]) =>
    inWasm({ title: `tests, ${place} of ${engine}`, needs: engine, parts: [engine], reader: byMoment, ...job }),
);

/** The page's tests in an engine; WebKit uses a display number that no job above uses. */
const inPage = (engine, set, more = {}) => ({
    title: `page, ${engine}${set ? `, ${set}` : ""}`,
    needs: engine,
    after: ["site"],
    reader: byPage,
    seen: true,
    parts: ["page"],
    command: `${engine === "webkit" ? "xvfb-run -a -n 300 " : ""}node tests/page.mjs ${engine}${set ? `:${set}` : ""}`,
    ...more,
});

const [inChromium, ...inOthers] = ENGINES.map((engine) => inPage(engine));

const beside = [
    { title: "size", command: "node tests/size.mjs", after: ["site"], parts: ["page"] },
    { title: "parts", command: "node tests/parts.mjs", after: ["site"], parts: ["page"] },
];

/**
 * The page's tests in Chromium take longest: they start as soon as the site is built, while the other core builds and
 * computes. Short jobs come last, to fill the remaining time.
 * @returns {Job[]}
 */
export const jobs = () => [
    ...site,
    inPage("chromium", "main", { parts: ["check"] }),
    inChromium,
    ...lint,
    nativeBuild,
    wasmBuild,
    ...native(),
    ...inOthers,
    ...node(),
    ...engines,
    ...beside,
    inPage("chromium", "timed", { alone: true }),
];

/** The environment of a job's command. */
export const environment = ({ env = {} }) => {
    const inherited = Object.entries(process.env).filter(([name]) => !UNSET.includes(name));
    return { ...Object.fromEntries(inherited), ...env };
};

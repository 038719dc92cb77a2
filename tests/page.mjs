// Opens the built site in each engine named on the command line and runs the page tests.
//
// Each browser starts once; each test opens the page itself and cleans up. A failed test does not stop the others.
// Words after -- select the tests whose names contain them.
import assert from "node:assert/strict";
import { accessibility } from "./page/accessibility.mjs";
import { brush, chromiumBrush } from "./page/brush.mjs";
import { chainTools, chromiumChainTools, timedChainTools } from "./page/chain-tools.mjs";
import { chainWarnings } from "./page/chain-warnings.mjs";
import { diagnostics } from "./page/diagnostics.mjs";
import { chromiumEmbedding } from "./page/embedding.mjs";
import { chromiumExamples, examples } from "./page/examples.mjs";
import { exportFiles } from "./page/exports.mjs";
import { images } from "./page/images.mjs";
import { inputMethods } from "./page/input-methods.mjs";
import { loading } from "./page/loading.mjs";
import { performanceTests } from "./page/performance.mjs";
import { chromiumPersistence, persistence } from "./page/persistence.mjs";
import { chromiumProbe, probeTool } from "./page/probe.mjs";
import { chromiumReproduction, reproduction } from "./page/reproduction.mjs";
import { chromiumRunControl, runControl } from "./page/run-control.mjs";
import { chromiumSettingsAndLinks, settingsAndLinks } from "./page/settings-and-links.mjs";
import { speedLimit } from "./page/speed-limit.mjs";
import { chromiumStage, stage } from "./page/stage.mjs";
import { ENGINES, withBrowser } from "./page/support/browser.mjs";
import { Page } from "./page/support/page.mjs";
import { serve } from "./page/support/server.mjs";
import { chromiumTransitionInspector, transitionInspector } from "./page/transition-inspector.mjs";
import { chromiumUserData, userData } from "./page/user-data.mjs";
import { chromiumWorkerFailures, workerFailures } from "./page/worker-failures.mjs";

const words = process.argv.slice(2);
const cut = words.includes("--") ? words.indexOf("--") : words.length;
const places = words.slice(0, cut).map((word) => word.split(":"));
const wanted = words.slice(cut + 1).join(" ");

const path = {
    ...loading,
    ...runControl,
    ...settingsAndLinks,
    ...reproduction,
    ...workerFailures,
    ...stage,
    ...speedLimit,
    ...diagnostics,
    ...userData,
    ...chainTools,
    ...transitionInspector,
    ...chainWarnings,
    ...examples,
    ...exportFiles,
    ...probeTool,
    ...brush,
    ...images,
    ...persistence,
};
const exhaustive = {
    ...chromiumStage,
    ...chromiumUserData,
    ...chromiumWorkerFailures,
    ...chromiumRunControl,
    ...chromiumSettingsAndLinks,
    ...chromiumReproduction,
    ...chromiumEmbedding,
    ...chromiumChainTools,
    ...chromiumTransitionInspector,
    ...chromiumExamples,
    ...accessibility,
    ...chromiumProbe,
    ...chromiumBrush,
    ...chromiumPersistence,
    ...inputMethods,
};
/**
 * Tests of decisions by the core, or of scripts that use nothing of the browser but elements. Engines cannot differ in
 * their results, so Firefox and WebKit skip them.
 */
const ALIKE = [
    "explains at the control why a value is refused, and changes nothing",
    "shows a control only while it has an effect",
    "reports a fingerprint that differs",
    "names the other settings that a choice changes, and the scale of the arrows",
    "reports a target that does not suit the objective, and runs others",
    "starts chains exactly at the chosen place on a line and in many dimensions, too",
    "draws proposals of chains that rest, and of data on a line",
    "explains transitions of samplers with a curved path, or without rejections",
    "explains the effect of a temperature or a step size that is not positive, in a link and at the control",
    "reports during a run that chains have escaped from the data, or stand still",
    "reports how many chains have escaped from the data",
    "gives a red verdict to a sampler with a deliberate fault, even if it mixes well",
    "diagnoses fewer chains than samplers by their acceptance rate",
    "leads chains from any start to the data",
    "reports that all chains stand still if each proposal is rejected",
    "shows nothing about previous data",
    "keeps the values in the chart's caption equal to the values at the place",
    "shows numbers for data on a line, and on a plane in ten dimensions",
    "draws by keys, reports too few points, and traces a word",
    "saves complete drawings, though some chains have escaped to infinity",
    "undoes and redoes changes, by buttons and keys",
    "continues with a drawing after a reload",
    "restarts if the stored data are damaged, of another experiment, or from another program",
    "keeps a file while other data run, and uses it for a link with its digest",
    "stores the run of an earlier visit through changes of the experiment, and names it",
    "reports that nothing is stored if the browser refuses",
    "leaves no gallery behind",
];
/** The shortest path through the page, for `./dev check`. */
const MAIN = [
    "starts by itself, draws the learned score, and loads little before",
    "pauses, takes single steps, continues, and restarts",
    "restarts with a changed setting, which the address bar shows",
    "completes a run with the bits that Node computes, whatever the number of samplers",
    "names the errors in a link and runs the rest",
];
assert.deepEqual(
    [...ALIKE, ...MAIN].filter((name) => !(name in path)),
    [],
    "tests of these names are gone",
);

/** Tests of `path` whose names satisfy `passes`. */
const chosen = (passes) => Object.fromEntries(Object.entries(path).filter(([name]) => passes(name)));
const SETS = {
    all: (engine) => (engine === "chromium" ? { ...path, ...exhaustive } : chosen((name) => !ALIKE.includes(name))),
    main: () => chosen((name) => MAIN.includes(name)),
    timed: () => ({ ...performanceTests, ...timedChainTools }),
};
/** @param {string[]} place */
const isPlace = ([engine, set = "all"]) => engine in ENGINES && set in SETS;
const usage =
    "usage: page.mjs ENGINE[:SET]... [-- PART OF A NAME], " +
    `engines: ${Object.keys(ENGINES).join(" ")}, sets: ${Object.keys(SETS).join(" ")}`;
assert.ok(places.length > 0 && places.every(isPlace), usage);

const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

const site = await serve();
let passed = 0;
let failed = 0;

/** True if the browser's session has ended. */
const isGone = (browser) =>
    browser.getTitle().then(
        () => false,
        () => true,
    );

/** Runs a test; true unless it must be repeated, because the browser crashed and `mayRepeat`. */
async function run(name, test, page, mayRepeat) {
    const start = Date.now();
    try {
        const told = await test(page);
        assert.deepEqual(site.missing.splice(0), [], "files were missing");
        passed++;
        console.log(`${page.engine}: ${name}, ${seconds(start)}${told ? ` (${told})` : ""}`);
    } catch (error) {
        if (mayRepeat && (await isGone(page.browser))) {
            console.log(`${page.engine}: the browser crashed after ${seconds(start)} in: ${name}\n`, error);
            return false;
        }
        failed++;
        console.log(`${page.engine}: FAILED after ${seconds(start)}: ${name}\n`, error);
    } finally {
        // A failed test may not have released its requests.
        site.releaseAll();
    }
    return true;
}

/**
 * Runs tests until the browser crashes, and returns the tests that are left. Debian's WebKit crashes in about one of
 * five runs, in the compiler of its software renderer (libLLVM), which two threads enter at once. The crashed test is
 * repeated in a new browser, once.
 */
async function runUntilCrash(engine, set, tests, repeated) {
    const left = [...tests];
    await withBrowser(
        engine,
        async (browser, address) => {
            const page = new Page(engine, browser, site, address);
            page.trainsSlowly = set === "all";
            while (left.length > 0 && (await run(...left[0], page, !repeated.has(left[0][0])))) {
                left.shift();
            }
        },
        { ahead: set === "timed" },
    );
    return left;
}

async function runAll(engine, set) {
    let tests = Object.entries(SETS[set](engine)).filter(([name]) => name.includes(wanted));
    const repeated = new Set();
    while (tests.length > 0) {
        tests = await runUntilCrash(engine, set, tests, repeated);
        if (tests.length > 0) {
            repeated.add(tests[0][0]);
        }
    }
}

try {
    for (const [engine, set = "all"] of places) {
        await runAll(engine, set);
    }
} finally {
    site.close();
}
console.log(`${passed} passed, ${failed} failed`);
assert.ok(passed + failed > 0, `no test contains "${wanted}"`);
process.exitCode = failed ? 1 : 0;

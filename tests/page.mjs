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
    "tells at the control why a value is refused, and changes nothing",
    "shows a control only while it has an effect",
    "tells a fingerprint that differs",
    "says which other settings a choice brings, and how long an arrow is",
    "says that a target and an objective do not suit each other, and goes on with others",
    "starts chains on a line and in many dimensions, too, at the very place",
    "draws proposals of chains that rest, and of data on a line",
    "says what is shown of samplers whose move is no single line, or always accepted",
    "says of a temperature or a step that is not positive what would happen, in a link and at the control",
    "says while they are on their way that chains left the data behind, or stand still",
    "says how many chains left the data behind",
    "believes no sampler that leaves something out, however well it mixes",
    "judges fewer chains than it has samplers for by what they accepted",
    "leads chains that start anywhere to the data",
    "says that all chains stand still where each proposal is rejected",
    "tells nothing of data that are gone",
    "keeps the values that its chart tells those of the place",
    "tells of data on a line, and of a plane in ten dimensions",
    "is drawn on by keys, says when there is too little, and traces a word",
    "saves drawings whole, though some chains have left to infinity",
    "takes changes back, and makes them again, by buttons and keys",
    "goes on with a drawing after a reload",
    "starts anew where what was kept is damaged, of another experiment, or none of ours",
    "keeps a file at hand while other data run, and gives it to a link that is about it",
    "keeps what ran in a visit before, however the experiment changes, and says what it was",
    "says that nothing is kept where the browser does not let it",
    "leaves no gallery behind",
];
/** The shortest path through the page, for `./dev check`. */
const MAIN = [
    "starts by itself, draws the learned score, and loads little before",
    "pauses, takes single steps, goes on, and starts again",
    "starts anew with a changed setting, which the address bar shows",
    "completes a run with the bits that Node computes, whatever the number of samplers",
    "names what is wrong with a link and runs the rest",
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

async function run(name, test, page) {
    const start = Date.now();
    try {
        const told = await test(page);
        assert.deepEqual(site.missing.splice(0), [], "files were missing");
        passed++;
        console.log(`${page.engine}: ${name}, ${seconds(start)}${told ? ` (${told})` : ""}`);
    } catch (error) {
        failed++;
        console.log(`${page.engine}: FAILED after ${seconds(start)}: ${name}\n`, error);
    } finally {
        // A failed test may not have released its requests.
        site.releaseAll();
    }
}

async function runAll(engine, set) {
    const tests = Object.entries(SETS[set](engine)).filter(([name]) => name.includes(wanted));
    if (tests.length === 0) {
        return;
    }
    await withBrowser(
        engine,
        async (browser, address) => {
            const page = new Page(engine, browser, site, address);
            for (const [name, test] of tests) {
                await run(name, test, page);
            }
        },
        { ahead: set === "timed" },
    );
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

// Opens the built site in each engine named on the command line and tests what a visitor sees and does.
//
// Each browser is started once; a test opens the page for itself and leaves nothing behind. All tests run even if some
// fail. Words after -- run only the tests whose names contain them.
import assert from "node:assert/strict";
import { accessibility } from "./page/accessibility.mjs";
import { allEngines } from "./page/all-engines.mjs";
import { ENGINES, withBrowser } from "./page/browser.mjs";
import { brush, chromiumBrush } from "./page/brush.mjs";
import { chainTools, chromiumChainTools, timedChainTools } from "./page/chain-tools.mjs";
import { chromiumOnly } from "./page/chromium-only.mjs";
import { diagnostics } from "./page/diagnostics.mjs";
import { chromiumExamples, examples } from "./page/examples.mjs";
import { exportFiles } from "./page/exports.mjs";
import { images } from "./page/images.mjs";
import { inputMethods } from "./page/input-methods.mjs";
import { Page } from "./page/page.mjs";
import { performanceTests } from "./page/performance.mjs";
import { chromiumPersistence, persistence } from "./page/persistence.mjs";
import { chromiumProbe, probeTool } from "./page/probe.mjs";
import { serve } from "./page/server.mjs";
import { speedLimit } from "./page/speed-limit.mjs";
import { userData } from "./page/user-data.mjs";

const words = process.argv.slice(2);
const cut = words.includes("--") ? words.indexOf("--") : words.length;
const engines = words.slice(0, cut);
const wanted = words.slice(cut + 1).join(" ");
assert.ok(
    engines.length > 0 && engines.every((engine) => engine in ENGINES),
    `usage: page.mjs ${Object.keys(ENGINES).join(" ")} [-- PART OF A NAME]`,
);

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
        // Of a test that failed before it did so itself.
        site.releaseAll();
    }
}

async function runAll(engine, all, options) {
    const tests = Object.entries(all).filter(([name]) => name.includes(wanted));
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
        options,
    );
}

try {
    for (const engine of engines) {
        const start = Date.now();
        const more =
            engine === "chromium"
                ? {
                      ...chromiumOnly,
                      ...chromiumChainTools,
                      ...chromiumExamples,
                      ...accessibility,
                      ...chromiumProbe,
                      ...chromiumBrush,
                      ...chromiumPersistence,
                      ...inputMethods,
                  }
                : {};
        await runAll(engine, {
            ...allEngines,
            ...speedLimit,
            ...diagnostics,
            ...userData,
            ...chainTools,
            ...examples,
            ...exportFiles,
            ...probeTool,
            ...brush,
            ...images,
            ...persistence,
            ...more,
        });
        if (engine === "chromium") {
            await runAll(engine, { ...performanceTests, ...timedChainTools }, { ahead: true });
        }
        console.log(`${engine}: all of it, ${seconds(start)}\n`);
    }
} finally {
    site.close();
}
console.log(`${passed} passed, ${failed} failed`);
assert.ok(passed + failed > 0, `no test contains "${wanted}"`);
process.exitCode = failed ? 1 : 0;

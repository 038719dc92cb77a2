// Opens the built site in each engine named on the command line and tests what a visitor sees and does.
//
// Each browser is started once; a test opens the page for itself and leaves nothing behind. All tests run even if some fail. Words
// after -- run only the tests whose names contain them.
import assert from 'node:assert/strict';
import { access } from './page/access.mjs';
import { ENGINES, withBrowser } from './page/browser.mjs';
import { chains, chromiumChains, measuredChains } from './page/chains.mjs';
import { chromium } from './page/chromium.mjs';
import { chromiumDrawing, drawing } from './page/drawing.mjs';
import { everywhere } from './page/everywhere.mjs';
import { exported } from './page/exports.mjs';
import { chromiumExamples, examples } from './page/examples.mjs';
import { images } from './page/images.mjs';
import { chromiumKeeping, keeping } from './page/keeping.mjs';
import { measured } from './page/measured.mjs';
import { own } from './page/own.mjs';
import { pace } from './page/pace.mjs';
import { Page } from './page/page.mjs';
import { chromiumProbing, probing } from './page/probing.mjs';
import { serve } from './page/site.mjs';
import { verdicts } from './page/verdicts.mjs';
import { ways } from './page/ways.mjs';

const words = process.argv.slice(2);
const cut = words.includes('--') ? words.indexOf('--') : words.length;
const [places, wanted] = [words.slice(0, cut).map((word) => word.split(':')), words.slice(cut + 1).join(' ')];

const path = { ...everywhere, ...pace, ...verdicts, ...own, ...chains, ...examples, ...exported, ...probing, ...drawing, ...images, ...keeping };
const exhaustive = {
  ...chromium, ...chromiumChains, ...chromiumExamples, ...access, ...chromiumProbing, ...chromiumDrawing, ...chromiumKeeping, ...ways,
};
/** The shortest way through everything, for who waits. */
const MAIN = [
  'starts by itself, draws the learned score, and loads little before',
  'pauses, takes single steps, goes on, and starts again',
  'starts anew with a changed setting, which the address bar shows',
  'completes a run with the bits that Node computes, whatever the number of samplers',
  'names what is wrong with a link and runs the rest',
];
const main = Object.fromEntries(MAIN.map((name) => [name, everywhere[name]]));
const SETS = {
  all: (engine) => ({ ...path, ...engine === 'chromium' ? exhaustive : {} }),
  main: () => main,
  measured: () => ({ ...measured, ...measuredChains }),
};
const isPlace = ([engine, set = 'all']) => engine in ENGINES && set in SETS;
const usage = `usage: page.mjs ENGINE[:SET]... [-- PART OF A NAME], engines: ${Object.keys(ENGINES).join(' ')}, sets: ${Object.keys(SETS).join(' ')}`;
assert.ok(places.length > 0 && places.every(isPlace), usage);

const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

const site = await serve();
let [passed, failed] = [0, 0];

async function run(name, test, page) {
  const start = Date.now();
  try {
    const told = await test(page);
    assert.deepEqual(site.missing.splice(0), [], 'files were missing');
    passed++;
    console.log(`${page.engine}: ${name}, ${seconds(start)}${told ? ` (${told})` : ''}`);
  } catch (error) {
    failed++;
    console.log(`${page.engine}: FAILED after ${seconds(start)}: ${name}\n`, error);
  } finally {
    // Of a test that failed before it did so itself.
    site.releaseAll();
  }
}

async function runAll(engine, set) {
  const tests = Object.entries(SETS[set](engine)).filter(([name]) => name.includes(wanted));
  if (tests.length === 0) return;
  await withBrowser(engine, async (browser, address) => {
    const page = new Page(engine, browser, site, address);
    for (const [name, test] of tests) await run(name, test, page);
  }, { ahead: set === 'measured' });
}

try {
  for (const [engine, set = 'all'] of places) await runAll(engine, set);
} finally {
  site.close();
}
console.log(`${passed} passed, ${failed} failed`);
assert.ok(passed + failed > 0, `no test contains "${wanted}"`);
process.exitCode = failed ? 1 : 0;

// Opens the built site in each engine named on the command line and tests what a visitor sees and does.
//
// Each browser is started once. Tests of one engine follow each other in one window; some go on from where the one before
// left the page. A part of a test's name after -- runs only those that contain it (they may then lack what came before).
import assert from 'node:assert/strict';
import { ENGINES, withBrowser } from './page/browser.mjs';
import { chromium } from './page/chromium.mjs';
import { everywhere } from './page/everywhere.mjs';
import { Page } from './page/page.mjs';
import { serve } from './page/site.mjs';

const words = process.argv.slice(2);
const cut = words.includes('--') ? words.indexOf('--') : words.length;
const [engines, wanted] = [words.slice(0, cut), words.slice(cut + 1).join(' ')];
assert.ok(engines.length > 0 && engines.every((engine) => engine in ENGINES), `usage: page.mjs ${Object.keys(ENGINES).join(' ')} [-- PART OF A NAME]`);

/** How many of the tests Firefox and WebKit run: a path through everything important. */
const MAIN_PATH = 3;
/** Keys, other measurements of speed and tests of several playgrounds run when they are named: not yet dependable enough. */
const isRoutine = (name) => (name in everywhere && !name.includes('keys')) || name.startsWith('acknowledges');

const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

const site = await serve();
try {
  for (const engine of engines) {
    const start = Date.now();
    await withBrowser(engine, async (browser, address) => {
      const page = new Page(browser, site, address);
      const all = Object.entries({ ...everywhere, ...(engine === 'chromium' ? chromium : {}) });
      const tests = all.filter(([name], i) => (wanted ? name.includes(wanted) : engine === 'chromium' ? isRoutine(name) : i < MAIN_PATH));
      assert.ok(tests.length > 0, `no test contains "${wanted}"`);
      for (const [name, test] of tests) {
        const begin = Date.now();
        const told = await test(page).catch((error) => { throw new Error(`${engine}: FAILED: ${name}`, { cause: error }); });
        assert.deepEqual(site.missing, [], `files were missing: ${name}`);
        console.log(`${engine}: ${name}, ${seconds(begin)}${told ? ` (${told})` : ''}`);
      }
    });
    console.log(`${engine}: all of it, ${seconds(start)}\n`);
  }
} finally {
  site.close();
}

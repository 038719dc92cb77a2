// What must hold in every engine. Each test gets a Page; its name is a claim.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compressedSize } from './site.mjs';
import { until } from './browser.mjs';

const PACKAGE = new URL('../../target/pkg/', import.meta.url);
/** A run of a second or two, in its canonical form. */
export const SHORT = '#v=0&data.count=2000&sample.chains=20&steps=300&transitions=50';
/** One whose chains start all over the plane, where few data are. */
const SCATTERED = '#v=0&data.count=2000&sample.chains=100&sample.start=gaussian&sample.spread=1&steps=1500&transitions=400';
/** One that takes long enough to be interrupted. */
const LONGER = '#v=0&data.count=2000&model.units=512&sample.chains=60&steps=5000&transitions=300';
/** One that no test sees the end of. */
export const ENDLESS = '#v=0&steps=1000000';
/** Forty points of a circle, as a file. */
export const RING = Array.from({ length: 40 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}\n`).join('');
const FISHER_LIMIT = 0.15;
/** What the default experiment does not need of the program. */
const REST = 'scorescape_rest.wasm';
const isRest = (path) => basename(path) === REST;
const FIRST_LOAD_LIMIT = 120 * 1024;

let engine;
const fingerprints = new Map();

/** The program, for Node. */
async function program() {
  engine ??= await import(new URL('scorescape.js', PACKAGE).href);
  await engine.default({ module_or_path: await readFile(new URL('scorescape_bg.wasm', PACKAGE)) });
  return engine;
}

/** The fingerprint of a link's run, computed here in Node on one thread. */
async function fingerprint(link, steps, chains, transitions) {
  if (!fingerprints.has(link)) {
    const engine = await program();
    const session = new engine.Session(link);
    session.step(steps);
    assert.equal(session.progress().step, steps);
    const walkers = session.observer().chains(0, chains);
    walkers.step(transitions);
    fingerprints.set(link, session.fingerprint(walkers.states(), transitions));
  }
  return fingerprints.get(link);
}
const ofShort = () => fingerprint(SHORT, 300, 20, 50);
const ofLonger = () => fingerprint(LONGER, 5000, 60, 300);

const trainsBeyond = (step) => (now) => now.phase === 'training' && now.step > step;
const complete = (now) => now.phase === 'complete';

export const everywhere = {
  async 'starts by itself, draws the learned score, and loads little before'(page) {
    const { requested } = page.site;
    const asksForRest = () => [...requested].some(isRest);
    requested.clear();
    page.site.hold(REST);
    const start = Date.now();
    await page.open();
    await page.reach('training', trainsBeyond(0));
    await page.arrows();
    const seconds = (Date.now() - start) / 1000;
    await until('the rest of the program to be asked for', 5000, asksForRest);
    const first = [...requested].filter((path) => !isRest(path));
    const size = compressedSize(first);
    await page.reach('an error and samples without the rest', ({ step, error, notice }) => step > 100 && error !== null && notice === '');
    await until('samples', 20_000, async () => (await page.ink('samples')).count > 200);
    assert.ok(size <= FIRST_LOAD_LIMIT, `${size} bytes before the first arrows`);
    await page.run(`probe.find('[name=learned]').click()`);
    await until('the learned score to go with its layer', 5000, async () => (await page.ink('learned')).count < 30);
    // Where arrows never come, because nobody looks at the field, the rest is never asked for. At another address, as a browser may
    // let a request wait for the answer to one before.
    requested.clear();
    await page.open('', { query: 'deaf=field', base: page.site.keptUrl });
    await page.reach('training unseen', trainsBeyond(100));
    assert.equal((await page.ink('learned')).count, 0);
    assert.ok(!asksForRest(), 'the rest is asked for before there are arrows');
    return `arrows after ${seconds.toFixed(1)} s, ${(size / 1024).toFixed(1)} KB of ${FIRST_LOAD_LIMIT / 1024} KB by brotli in ${first.length} files`;
  },

  async 'runs other experiments as soon as it has the whole program'(page) {
    const release = page.site.hold(REST);
    await page.open('#v=0&data=ring&steps=1000000');
    await page.reach('the opening', ({ phase }) => phase === 'opening');
    await page.frames(10);
    assert.equal((await page.state()).phase, 'opening');
    release();
    await page.reach('training', trainsBeyond(0));
    await page.arrows();
  },

  async 'says that the rest of the program is missing, and goes on when it comes'(page) {
    const lose = page.site.hold(REST);
    await page.open('#v=0&data=ring&steps=1000000');
    await page.reach('the opening', ({ phase }) => phase === 'opening');
    lose(false);
    await until('a word about it', 10_000, async () => (await page.run('return probe.state().notice')).includes('could not be loaded'));
    const now = await until('training', 20_000, async () => {
      const now = await page.run('return probe.state()');
      return trainsBeyond(0)(now) && now;
    });
    assert.equal(now.notice, '');
  },

  async 'learns the score to a relative Fisher error under 0.15'(page) {
    const start = Date.now();
    await page.open();
    const now = await page.reach('a small error', ({ step, error }) => step > 0 && error !== null && error < FISHER_LIMIT, 60_000);
    return `${now.error.toFixed(3)} at step ${now.step} after ${((Date.now() - start) / 1000).toFixed(1)} s`;
  },

  async 'moves its chains'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(30));
    await until('samples', 20_000, async () => (await page.ink('samples')).count > 200);
    const before = await page.ink('samples');
    await until('the samples to move', 5000, async () => (await page.ink('samples')).hash !== before.hash);
  },

  async 'pauses, takes single steps, goes on, and starts again'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(100));
    await page.click('Pause');
    const rested = await page.reach('paused', ({ phase }) => phase === 'paused');
    await page.frames(10);
    assert.equal((await page.state()).step, rested.step, 'a pause keeps the step');
    await page.click('Step');
    await page.reach('a step', ({ step }) => step !== rested.step);
    await page.frames(5);
    assert.equal((await page.state()).step, rested.step + 1, 'a step is one step');
    await page.click('Train');
    await page.reach('training on', trainsBeyond(rested.step + 1));
    // Watched in the page: from here one would see it only when it has gone on.
    const fresh = await page.runAsync(`
      let seen;
      await probe.delay(() => probe.click('Reset'), ({ step }) => step < arguments[0] && ((seen = step), true));
      return seen;`, rested.step);
    assert.ok(fresh < 40, `step ${fresh} after a reset at ${rested.step}`);
    await page.reach('training again', trainsBeyond(fresh));
    return `${rested.step} before, ${fresh} after`;
  },

  async 'starts anew with a changed setting, which the address bar shows'(page) {
    await page.open(ENDLESS);
    await page.reach('some steps', trainsBeyond(30));
    await page.run(`window.steps = [];
      probe.when(({ phase }) => phase === 'opening', () => probe.when(({ phase }) => phase === 'training', () => steps.push(probe.state().step)));
      probe.set('model.units', '64');`);
    const now = await page.reach('the new setting in the address', ({ hash }) => hash.includes('model.units=64'));
    assert.equal(now.hash, '#v=0&model.units=64&steps=1000000');
    const [first] = await until('training from the start', 5000, () => page.run('return steps.length && steps'));
    assert.ok(first < 100, `the first step seen is ${first}`);
    // The curves of the run before are gone, and those of this one come.
    const inked = () => page.run(`const canvas = probe.find('.plot');
      return canvas.width > 1 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, i) => i % 4 === 3 && byte > 0).length`);
    await until('curves', 10_000, async () => (await inked()) > 500);
  },

  async 'tells at the control why a value is refused, and changes nothing'(page) {
    await page.open(ENDLESS);
    const before = await page.reach('training', trainsBeyond(0));
    await page.run(`probe.set('train.rate', '-5')`);
    const note = await page.run(`return probe.find('[name="train.rate"]').parentElement.querySelector('.refused')?.textContent`);
    assert.match(note ?? '', /^Learning rate .*\[0\.000001, 1\].*-5/);
    await page.frames(5);
    const now = await page.state();
    assert.equal(now.hash, before.hash);
    assert.ok(now.step >= before.step && now.phase === before.phase, 'the run goes on');
  },

  async 'shows a control only while it has an effect'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    const shown = (key) => page.run(`return Boolean(probe.find('[name="' + arguments[0] + '"]')?.offsetParent)`, key);
    assert.deepEqual(await Promise.all(['train.large', 'train.first', 'sample.spread', 'view.plane', 'train.rate'].map(shown)), [false, false, false, false, true]);
    await page.run(`probe.set('train.corruption', 'rare-large')`);
    await until('the share of large noise', 5000, () => shown('train.large'));
    await page.run(`probe.set('data', 'iris')`);
    await until('the choice of a plane in four dimensions', 10_000, () => shown('view.plane'));
    await page.run(`probe.set('data', 'word')`);
    assert.match(await page.run(`return probe.find('[name="data.word"]').title`), /Up to 12 of these: letters digits blanks\.$/);
  },

  async 'acts on keys'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(30));
    await page.press(' ');
    const { step } = await page.reach('paused by space', ({ phase }) => phase === 'paused');
    await page.press('\uE014');
    await page.reach('one step by →', (now) => now.step === step + 1);
    await page.press('r');
    await page.reach('step 0 by R', (now) => now.step === 0 && now.phase === 'paused');
    await page.press('?');
    await until('the help', 3000, () => page.run(`return probe.find('dialog').open`));
    await page.press('?');
    await until('no help', 3000, () => page.run(`return !probe.find('dialog').open`));
    await page.press(' ');
    await page.reach('training by space', trainsBeyond(0));
  },

  async 'keeps the focus on its buttons while they are off'(page) {
    await page.open(SHORT.replace('300', '3000'));
    await page.reach('the buttons', ({ phase }) => phase);
    const focused = () => page.run(`return probe.root().shadowRoot.activeElement?.textContent`);
    await page.run(`probe.root().shadowRoot.querySelector('button.primary').focus()`);
    await page.run(`window.off = []; probe.when(({ phase }) => phase === 'sampling', () => {
      const play = probe.find('button.primary');
      off.push(play.textContent, play.getAttribute('aria-disabled'));
      play.click();
    })`);
    await page.reach('completion', complete);
    assert.deepEqual(await page.run('return off'), ['Sampling…', 'true']);
    assert.equal(await focused(), 'Train again');
  },

  async 'goes from the stage to the measures and the settings, for eyes and for the Tab key, narrow or wide'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    for (const width of [1300, 900, 480]) {
      await page.browser.manage().window().setRect({ width, height: 900 });
      let places;
      await until(`the order at ${width} pixels`, 5000, async () => {
        places = await page.run(`return [...probe.find('.layout').children].map((part) => part.getBoundingClientRect()).map(({ left, top }) => ({ left, top }))`);
        return places.slice(1).every(({ left, top }, i) => top > places[i].top + 50 || top >= places[i].top && left > places[i].left);
      }, () => places);
      assert.equal(places.length, 3);
    }
    await page.browser.manage().window().setRect({ width: 1280, height: 860 });
  },

  async 'lets its chains walk on in a pause, and rest after a while'(page) {
    await page.open('#v=0&data.count=2000&sample.chains=20&steps=1000000&transitions=20');
    await page.reach('training', trainsBeyond(30));
    await page.click('Pause');
    await page.reach('a pause', ({ phase }) => phase === 'paused');
    const asked = () => page.runAsync(`await probe.frames(3); return probe.alive('sampler').reduce((sum, { asked }) => sum + asked, 0)`);
    const transitions = () => page.run(`return Number([...probe.find('.readouts dl').querySelectorAll('dd')].at(-1).textContent)`);
    await until('chains to walk beyond their length', 10_000, async () => (await transitions()) > 25);
    await page.run('probe.skip(60_000)');
    await until('chains at rest', 5000, async () => (await asked()) === (await asked()));
    await until('a word about it', 3000, async () => (await page.run(`return probe.find('.statement').textContent`)) === 'Training is paused, and the chains rest.');
    await page.click('Train');
    await page.reach('training again', trainsBeyond(30));
    await page.click('Pause');
    const before = await asked();
    await until('chains that walk again', 5000, async () => (await asked()) > before + 30);
  },

  async 'completes a run with the bits that Node computes, whatever the number of samplers'(page) {
    const expected = await ofShort();
    await page.open('#steps=300&data.count=2000&sample.chains=20&transitions=50', { query: 'cores=4' });
    const now = await page.reach('completion', complete);
    assert.equal(await page.run(`return probe.alive('sampler').length`), 3);
    assert.equal(now.fingerprint, expected);
    assert.equal(now.hash, `${SHORT}&fingerprint=${expected}`);
    await page.open(now.hash, { query: 'cores=2' });
    const again = await page.reach('completion', complete);
    assert.equal(await page.run(`return probe.alive('sampler').length`), 1);
    assert.match(again.verdict, /^Reproduced/);
    await page.click('Train again');
    await page.reach('the start', ({ phase }) => phase !== 'complete');
    assert.equal((await page.reach('completion', complete)).fingerprint, expected);
    return expected;
  },

  async 'says whether a complete run may be believed, and by what'(page) {
    await page.open(SHORT);
    await page.reach('a complete run', complete, 60_000);
    const trust = () => page.run(`
      const part = probe.root().shadowRoot.querySelector('.trust');
      const text = (selector) => [...part.querySelectorAll(selector)].map(({ textContent }) => textContent);
      return part && { level: probe.root().shadowRoot.querySelector('.level').className, readings: text('table:first-of-type td:last-child'),
        names: text('table:first-of-type th'), measures: text('table:last-of-type th[scope=row]'), captions: text('figcaption') };`);
    const { level, readings, names, measures, captions } = await until('a verdict', 20_000, trust);
    assert.deepEqual(names, ['R̂', 'Effective draws, bulk', 'Effective draws, tails', 'Acceptance', 'Asymmetry of J', 'Circulation', 'Fisher error']);
    const worst = ['green', 'amber', 'red'][Math.max(...readings.map((word) => ['✓good', '!doubtful', '✗bad'].indexOf(word)))];
    assert.equal(level, `level ${worst}`, readings.join());
    assert.equal(measures.length, 5);
    const drawn = () => page.run(`return [...probe.root().shadowRoot.querySelectorAll('.trust canvas')].filter((canvas) =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)).length`);
    await until('two plots', 5000, async () => (await drawn()) === 2);
    await page.run(`probe.root().shadowRoot.querySelectorAll('.trust canvas').forEach((canvas) => {
      const box = canvas.getBoundingClientRect();
      canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
    })`);
    assert.equal(captions.length, 2);
    for (const caption of (await trust()).captions) assert.match(caption, /^(Transition|Lag) \d+: -?[\d.]/);
    // What is told of a run goes with it.
    await page.run(`probe.click('Train again')`);
    await until('no verdict', 10_000, async () => (await trust()) === null);
  },

  async 'judges fewer chains than it has samplers for by what they accepted'(page) {
    for (const chains of [1, 2]) {
      await page.open(SHORT.replace('sample.chains=20', `sample.chains=${chains}`), { query: 'cores=4' });
      await page.reach('a complete run', complete, 60_000);
      const [shown] = await until('a verdict', 20_000, () => page.run(`
        const part = probe.root().shadowRoot.querySelector('.trust');
        const row = part && [...part.querySelectorAll('tr')].find((row) => row.textContent.startsWith('Acceptance'));
        return part && [row.children[1].textContent];`));
      assert.ok(Number(shown) > 0.3 && Number(shown) < 0.95, `${chains}: ${shown}`);
    }
  },

  async 'judges once more where the judge was killed'(page) {
    await page.open(SHORT);
    const kill = page.runAsync(`
      for (;;) {
        const [judge] = probe.alive('judge');
        if (judge) return void probe.kill('judge');
        await probe.frames(1);
      }`);
    await kill;
    await until('a verdict', 20_000, () => page.run(`return probe.root().shadowRoot.querySelector('.trust') !== null`));
  },

  async 'leads chains that start anywhere to the data'(page) {
    await page.open(SCATTERED);
    await page.reach('a complete run', complete, 60_000);
    await until('a verdict', 20_000, () => page.run(`return Boolean(probe.find('.trust'))`));
    // What the page would save, where it shows no more than dots.
    const text = await page.runAsync(`
      const saved = new Promise((resolve) => (URL.createObjectURL = (blob) => (resolve(blob.text()), 'data:,')));
      HTMLAnchorElement.prototype.click = () => {};
      probe.click('CSV');
      return saved;`);
    const [names, ...rows] = text.trim().split('\n').map((row) => row.split(','));
    assert.deepEqual([names, rows.length], [['x1', 'x2'], 100]);
    const { Observer } = await program();
    const points = new Observer(SCATTERED).points();
    const nearest = ([x, y]) => Math.sqrt(points.reduce((least, _, i) => i % 2 ? least : Math.min(least, (x - points[i]) ** 2 + (y - points[i + 1]) ** 2), Infinity));
    const distances = rows.map((row) => nearest(row.map(Number))).sort((a, b) => a - b);
    // σ is 0.05. Where they start, half of them are farther than 0.7.
    assert.ok(distances[50] < 0.05 && distances[90] < 0.1, `${distances}`);
    return `half of them within ${distances[50].toFixed(3)} of a point, nine of ten within ${distances[90].toFixed(3)}`;
  },

  async 'says that all chains stand still where each proposal is rejected'(page) {
    await page.open(`${SHORT}&sample.step=100`);
    await page.reach('a complete run', complete, 60_000);
    const verdict = await until('a verdict', 20_000, () => page.run(`
      const [level, trust] = ['.level', '.trust'].map((part) => probe.root().shadowRoot.querySelector(part)?.textContent);
      return trust && { level, trust };`));
    assert.equal(verdict.level, '✗ Do not believe these samples yet.');
    assert.match(verdict.trust, /All chains stand still/);
  },

  async 'reproduces a link in a fresh profile'(page) {
    const link = `${SHORT}&fingerprint=${await ofShort()}`;
    await page.elsewhere(async (other) => {
      await other.open(link);
      const now = await other.reach('completion', complete);
      assert.match(now.verdict, /^Reproduced/);
    });
  },

  async 'tells a fingerprint that differs'(page) {
    const mark = await ofShort();
    const other = mark.slice(0, -1) + (mark.endsWith('0') ? '1' : '0');
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    // In the same document: the playground follows the address.
    await page.run('location.hash = arguments[0]', `${SHORT}&fingerprint=${other}`);
    const now = await page.reach('the verdict', ({ verdict }) => /^Differs/.test(verdict));
    assert.equal(now.fingerprint, mark);
    assert.ok(now.verdict.includes(other) && now.verdict.includes(mark));
  },

  async 'rests while the page is hidden, and goes on when it is seen again'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(30));
    const [before, after] = await page.runAsync(`
      await probe.untilRest(() => probe.hide(true));
      // The page's word on it may come after the worker's.
      await probe.frames(3);
      const { step } = probe.state();
      const [trainer] = probe.alive('trainer');
      const asked = trainer.asked;
      await probe.frames(10);
      return [[step, asked], [probe.state().step, trainer.asked]];`);
    assert.deepEqual(after, before, 'steps and requests');
    await page.run('probe.hide(false)');
    await page.reach('training on', trainsBeyond(after[0]));
  },

  async 'shows other data'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    await page.run(`location.hash = '#data=two-bumps&steps=1000000'`);
    const now = await page.reach('training on other data', (now) => now.hash === '#v=0&data=two-bumps&steps=1000000' && trainsBeyond(0)(now));
    assert.equal(now.notice, '');
    await page.arrows();
  },

  async 'shows data on a line as curves from side to side'(page) {
    await page.open('#v=0&data=two-wells&steps=1000000');
    await page.reach('training', trainsBeyond(0));
    const width = await page.run(`return probe.find('.stage canvas').width`);
    for (const curve of ['learned', 'exact']) {
      const drawn = () => page.ink(curve).then(({ count }) => count);
      // Some columns are hidden behind the other curve, or leave the stage.
      await until(`the ${curve} score's curve`, 10_000, async () => (await drawn()) > 0.5 * width);
    }
    await page.run(`probe.find('[name=exact]').click()`);
    await until('the curve to go with its layer', 5000, async () => (await page.ink('exact')).count < 30);
  },

  async 'runs on points of one\'s own, which it names and keeps, and asks for those of a link'(page) {
    await page.open('#v=0&data=own&steps=1000000');
    await page.reach('the wish for a file', ({ phase, own }) => phase === 'asking' && /Choose a CSV/.test(own));
    await page.choose('ring.csv', RING);
    const now = await page.reach('training', trainsBeyond(0));
    assert.match(now.own, /ring\.csv.*stay on this machine/);
    assert.match(now.hash, /^#v=0&data=own&data\.digest=[0-9A-F]{12}&steps=1000000$/);
    await page.arrows();
    await until('the data', 5000, async () => (await page.ink('data')).count > 20);
    // The page keeps the file while it lives.
    await page.run(`location.hash = '#v=0&data=two-bumps'`);
    await page.reach('other data', ({ hash, own }) => hash.includes('two-bumps') && own === '');
    await page.run(`location.hash = arguments[0]`, now.hash);
    await page.reach('training again', (again) => again.hash === now.hash && trainsBeyond(0)(again));
    await page.open(now.hash);
    const digest = /digest=(\w+)/.exec(now.hash)[1];
    await page.reach('the wish for that file', ({ phase, own }) => phase === 'asking' && own.includes(`with the digest ${digest}`));
    await page.choose('other.csv', RING + '0.5,0.5\n');
    const { own } = await page.reach('training on another file', trainsBeyond(0));
    assert.ok(/This is not the file that the link was about: its digest is (\w{12}), not (\w{12})/.exec(own)?.[2] === digest, own);
  },

  async 'says what is wrong with a file, and takes numbers that are typed or pasted'(page) {
    await page.open('#v=0&steps=1000000');
    await page.reach('training', trainsBeyond(0));
    await page.run(`probe.set('data', 'own')`);
    await page.reach('the wish for a file', ({ phase }) => phase === 'asking');
    await page.choose('bad.csv', '1,2\n3,four\n');
    const { notice } = await page.reach('the reader\'s message', ({ phase, notice }) => phase === 'broken' && notice);
    assert.match(notice, /^line 2, column 2: expected a number.*"four"/);
    await page.click('Type or paste');
    await page.run(`probe.find('[name=numbers]').value = arguments[0]; probe.click('Use these numbers')`, RING);
    await page.reach('training on typed numbers', (now) => now.notice === '' && /pasted numbers/.test(now.own) && trainsBeyond(0)(now));
    // Pasted where the focus is nowhere.
    assert.ok(await page.run('return probe.paste(arguments[0], document.body)', RING + '0.5,0.5'));
    await page.reach('training on pasted numbers', (now) => now.notice === '' && trainsBeyond(0)(now));
    const refusal = await page.runAsync(`
      const file = new File([], 'huge.csv');
      Object.defineProperty(file, 'size', { value: 3e9 });
      file.arrayBuffer = () => { throw new Error('a huge file was read'); };
      const drop = new DragEvent('drop', { bubbles: true, composed: true, cancelable: true });
      Object.defineProperty(drop, 'dataTransfer', { value: { files: [file], getData: () => '' } });
      probe.find('.stage canvas').dispatchEvent(drop);
      await new Promise((done) => setTimeout(done, 50));
      return [drop.defaultPrevented, probe.state().own];`);
    assert.ok(refusal[0] && /huge\.csv has 2862 MB, and at most 64 MB are read/.test(refusal[1]), refusal[1]);
  },

  async 'tells of one\'s own points over the stage, and moves nothing'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    const places = () => page.run(`return ['.stage canvas', '.layers', '.readouts', '.controls', '.readouts dl'].map((part) => Math.round(probe.find(part).getBoundingClientRect().top + scrollY))`);
    // The step is there, and the sentence of the phase.
    await until('numbers', 3000, async () => /Step\s+[1-9]/.test(await page.run(`return probe.find('.readouts dl').innerText`)));
    const before = (await places()).slice(0, 4);
    const same = async (when) => assert.deepEqual((await places()).slice(0, 4), before, when);
    await page.run(`probe.set('data', 'own')`);
    await page.reach('the wish for a file', ({ phase }) => phase === 'asking');
    await same('asking');
    await page.choose('bad.csv', '1,2\n3,four\n');
    await page.reach('the reader\'s message', ({ phase, notice }) => phase === 'broken' && notice);
    await same('broken');
    await page.run(`probe.find('.close').focus(); probe.find('.close').click()`);
    assert.ok(await page.run(`return probe.root().shadowRoot.activeElement === probe.find('.stage canvas')`), 'the focus stays in the playground');
    assert.equal((await page.state()).notice, '');
    await page.choose('ring.csv', RING);
    await page.reach('training', trainsBeyond(0));
    await same('with a file');
    assert.equal(await page.run(`return probe.find('.own').open`), false);
    assert.equal(await page.run(`return probe.find('.own summary').textContent`), 'Your points: ring.csv');
  },

  async 'says which other settings a choice brings, and how long an arrow is'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    const scale = (text) => until(text, 5000, async () => (await page.run(`return probe.find('.scale').textContent`)) === text);
    await scale('An arrow half as long as its cell is a score, or a difference, of 1/σ = 20.');
    await page.run(`probe.set('data', 'iris')`);
    const { verdict } = await page.reach('training', (now) => now.hash.includes('iris') && trainsBeyond(0)(now));
    assert.equal(verdict, 'This choice also set Hidden units to 64, Noise σ to 0.3 and Step size τ to 0.2.');
    await page.run(`probe.set('data', 'two-wells')`);
    await scale('A curve half-way out is a score, or a difference, of 1/σ = 10.');
    await page.run(`probe.set('model.units', '65')`);
    assert.equal((await page.reach('training', (now) => now.hash.includes('=65') && trainsBeyond(0)(now))).verdict, '');
  },

  async 'follows one chain after another'(page) {
    await page.open(SHORT);
    const { followed, torn, lengths, few } = await page.runAsync(`
      const { Trail } = await import('./www/view/trail.js');
      const trail = new Trail();
      const [followed, lengths] = [new Set(), new Set()];
      let torn = 0;
      for (let step = 1; step <= 600; step++) {
        // Chain i is at (i, step).
        trail.follow({ transitions: step, places: Float64Array.from({ length: 80 }, (_, i) => i % 2 ? step : i / 2) });
        for (const path of trail.paths) {
          followed.add(path[0]);
          lengths.add(path.length / 2);
          for (let i = 2; i < path.length; i += 2) torn += path[i] !== path[i - 2] || path[i + 1] !== path[i - 1] + 1;
        }
      }
      const few = [0, 1, 2, 3].map((count) => {
        const trail = new Trail();
        for (let step = 1; step <= 200; step++) trail.follow({ transitions: step, places: new Float64Array(2 * count) });
        return Array.from(trail.paths, (path) => path?.length > 0);
      });
      return { followed: followed.size, torn, lengths: Math.max(...lengths), few };`);
    assert.deepEqual({ followed, torn, lengths }, { followed: 25, torn: 0, lengths: 8 });
    assert.deepEqual(few, [[], [true], [true, true], [true, true, true]]);
  },

  async 'names what is wrong with a link and runs the rest'(page) {
    await page.open('#train.rate=-1&nonsense=<b>&steps=1000000');
    const now = await page.reach('training', trainsBeyond(0));
    for (const part of ['train.rate', '"-1"', '[0.000001, 1]', 'nonsense']) assert.ok(now.notice.includes(part), `${part} in ${now.notice}`);
    assert.equal(now.hash, ENDLESS);
  },

  async 'shows a link as text, never as HTML'(page) {
    // Browsers escape what they read from the address bar; a page that embeds a playground need not.
    await page.open('', { file: 'embedding.html' });
    await page.runAsync(`
      const { mount } = await import('./www/mount.js');
      window.host = document.querySelector('#one');
      window.handle = mount(host, '#nonsense=<b>bold</b>', { autoplay: false });`);
    await until('the notice', 10_000, () => page.run(`return probe.state(host).notice.includes('<b>bold</b>')`));
    assert.equal(await page.run(`return host.shadowRoot.querySelectorAll('b').length - host.shadowRoot.querySelectorAll('.caption b').length`), 0);
    await page.run('handle.destroy()');
  },

  async 'replaces killed workers and ends in the same bits'(page) {
    const expected = await ofLonger();
    await page.open(LONGER, { query: 'cores=4' });
    // Every death is by an event in the page, where no test is too slow to catch the moment.
    await page.run(`
      window.steps = [];
      window.phases = [];
      probe.when(({ phase }) => phase === 'sampling', () => probe.kill('sampler'));
      new MutationObserver(() => phases.push(probe.state().phase)).observe(probe.root(), { attributes: true });`);
    await page.reach('the first steps', trainsBeyond(20));
    await page.run(`probe.kill('field'); probe.kill('sampler')`);
    // For a checkpoint, of which there is one a second.
    await pause(1300);
    const { step } = await page.reach('more steps', trainsBeyond(200));
    await page.run(`probe.kill('trainer'); new MutationObserver(() => steps.push(probe.state().step)).observe(probe.root(), { attributes: true });`);
    const now = await page.reach('completion', complete);
    const [least, killed, phases] = await page.run(`return [Math.min(...steps), probe.workers.filter(({ ended }) => ended).map(({ kind }) => kind).sort(), phases]`);
    assert.deepEqual(killed, ['field', 'sampler', 'sampler', 'trainer']);
    assert.ok(phases.includes('sampling'));
    assert.ok(least > 0, 'training goes on from a checkpoint, not from the start');
    assert.match(now.notice, /stopped \(killed by the test\)/);
    assert.equal(now.fingerprint, expected);
    return `killed at step ${step}, went on from ${least}`;
  },
};

/** In place of the playground stands a sentence. */
const explains = (query, sentence) => async (page) => {
  await page.open('', { query });
  // The phase follows in the next frame.
  await page.reach('a sentence', ({ notice, phase }) => sentence.test(notice) && phase === 'broken');
  await page.frames(10);
  assert.match((await page.state()).notice, sentence);
};

Object.assign(everywhere, {
  'says when WebAssembly is switched off': explains('without=wasm', /WebAssembly switched off/),
  'says when SIMD is missing': explains('without=simd', /no SIMD instructions/),
  'says when workers cannot be started': explains('without=workers', /needs workers.*no workers here/),
  'says when module workers are missing': explains('without=module-workers', /needs workers/),

  async 'runs from a host that does not know what wasm is'(page) {
    await page.open(ENDLESS, { base: page.site.ignorantUrl });
    await page.reach('training', trainsBeyond(0));
  },
});

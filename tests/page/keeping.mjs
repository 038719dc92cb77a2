// What survives a reload and a killed tab, and how to be rid of it.
import assert from 'node:assert/strict';
import { until } from './browser.mjs';
import { complete, ENDLESS, LONGER, ofLonger, RING, trainsBeyond } from './runs.mjs';

/** What the page keeps, as its browser's database has it; a value given takes the place of the run. */
const kept = (page, ...values) => page.runAsync(`
  const wait = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const request = indexedDB.open('scorescape', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('kept');
  const database = await wait(request);
  const store = database.transaction('kept', 'readwrite').objectStore('kept');
  const [run, file] = [await wait(store.get('run')), await wait(store.get('file'))];
  for (const value of arguments[0]) await wait(store.put(value, 'run'));
  database.close();
  return { run: run && { link: run.link, step: run.step, runs: run.runs, layers: run.layers, view: run.view, bytes: run.checkpoint?.length }, file: file && file.name };`, values);

async function reload(page) {
  await page.run('window.old = true');
  await page.browser.navigate().refresh();
  await until('the page anew', 10_000, () => page.run('return !window.old && Boolean(probe)').catch(() => false));
}

/** Pauses, and waits until that is kept. */
async function paused(page) {
  await page.click('Pause');
  const now = await page.reach('a pause', ({ phase }) => phase === 'paused');
  await until('that to be kept', 10_000, async () => {
    const { run } = await kept(page);
    return run?.step === now.step && now.hash.startsWith(run.link) && run.runs === false && run.bytes > 0;
  });
  return now;
}

export const keeping = {
  async 'goes on after a reload where it was, to the bits of a run without one'(page) {
    // A file that is kept of an experiment before is none of this one's business.
    await page.open('#v=0&data=own&steps=1000000');
    await page.reach('the wish for a file', ({ phase }) => phase === 'asking');
    await page.choose('ring.csv', RING);
    await until('the file to be kept', 10_000, async () => (await kept(page)).file === 'ring.csv');
    await page.open(LONGER);
    await page.reach('training', trainsBeyond(400));
    const { step, seen: whole } = await paused(page);
    await page.run(`probe.find('[name=difference]').click(); probe.find('.stage canvas').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))`);
    const { seen } = await page.reach('a closer view', ({ seen }) => seen.half < whole.half);
    await until('layers and view to be kept', 10_000, async () => { const { run } = await kept(page); return run.layers.includes('difference') && run.view.half === seen.half; });
    await reload(page);
    const now = await page.reach('the pause again', ({ phase }) => phase === 'paused');
    assert.equal(now.step, step);
    const { seen: again } = await page.reach('the view', (now) => now.seen?.half === seen.half);
    assert.deepEqual(again, seen);
    assert.equal(await page.run(`return probe.find('[name=difference]').checked`), true);
    await page.click('Train');
    const { fingerprint } = await page.reach('completion', complete, 60_000);
    assert.equal(fingerprint, await ofLonger());
    return `from step ${step}`;
  },

  async 'keeps points of one\'s own, until it is told to forget them'(page) {
    await page.open('#v=0&data=own&steps=1000000');
    await page.reach('the wish for a file', ({ phase }) => phase === 'asking');
    await page.choose('ring.csv', RING);
    await page.reach('training', trainsBeyond(50));
    const { hash, step } = await paused(page);
    assert.equal((await kept(page)).file, 'ring.csv');
    await reload(page);
    const now = await page.reach('the pause again', ({ phase }) => phase === 'paused');
    assert.ok(now.step === step && now.hash === hash && /ring\.csv/.test(now.own), JSON.stringify(now));
    await page.click('Save');
    await until('what can be saved', 20_000, () => page.run(`return Boolean(probe.find('.exports[open] pre'))`));
    await page.click('Forget them');
    await until('a word', 5000, () => page.run(`return /Forget them: done/.test(probe.find('.exports').textContent)`));
    assert.deepEqual(await kept(page), { run: null, file: null });
    await reload(page);
    await page.reach('the wish for that file', ({ phase, own }) => phase === 'asking' && /digest/.test(own));
  },

  async 'goes on with a drawing after a reload'(page) {
    await page.open('#v=0&steps=1000000');
    await page.reach('training', trainsBeyond(0));
    await until('the brush', 10_000, () => page.run(`return Boolean(probe.button('Draw data'))`));
    await page.click('Draw data');
    const touch = () => page.run(`probe.find('.stage canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))`);
    const count = () => page.run(`return /^\\d+/.exec(probe.find('.brush p')?.textContent)?.[0]`);
    await touch();
    await page.reach('training on a touch', (now) => /data=own/.test(now.hash) && trainsBeyond(0)(now));
    await paused(page);
    await reload(page);
    await page.reach('the pause again', ({ phase }) => phase === 'paused');
    await until('the brush', 10_000, () => page.run(`return Boolean(probe.button('Draw data'))`));
    await page.click('Draw data');
    await until('what was drawn', 5000, async () => (await count()) === '12');
    await touch();
    await until('one more touch', 5000, async () => (await count()) === '24');
  },

  async 'starts anew where what was kept is damaged, of another experiment, or none of ours'(page) {
    await page.open('#v=0&data=ring&steps=1000000');
    await page.reach('training', trainsBeyond(300));
    const { step } = await paused(page);
    const link = '#v=0&data=ring&steps=1000000';
    const good = { link, step, runs: false, layers: ['points'], view: { x: 0, y: 0, half: 1 } };
    for (const bad of [{ ...good, checkpoint: [1, 2] }, { ...good, view: { x: 'NaN' } }, { ...good, layers: 'points' }, { ...good, link: 7 }, 'nonsense', null, { ...good, link: '#v=0&data=spiral' }]) {
      await kept(page, bad);
      await reload(page);
      await page.reach('training from the start', ({ phase, notice }) => phase === 'training' && notice === '');
    }
    await page.runAsync(`
      const request = indexedDB.open('scorescape', 1);
      await new Promise((done) => (request.onsuccess = done));
      const store = request.result.transaction('kept', 'readwrite').objectStore('kept');
      await new Promise((done) => (store.put({ ...arguments[0], runs: true, checkpoint: Uint8Array.from({ length: 5000 }, (_, i) => i) }, 'run').onsuccess = done));
      request.result.close();`, good);
    await reload(page);
    await page.reach('training from the start', (now) => trainsBeyond(0)(now) && now.notice === '');
  },

  async 'leaves no gallery behind'(page) {
    await page.open(ENDLESS);
    await page.reach('training', trainsBeyond(0));
    await page.press('g');
    await until('examples', 20_000, () => page.run(`return Boolean(probe.find('.gallery[open]')) && probe.alive('thumbnail').length === 1`));
    await page.run(`location.hash = '#v=0&data=ring'`);
    await page.reach('another playground', (now) => now.hash.includes('ring') && trainsBeyond(0)(now));
    assert.equal(await page.run(`return probe.alive('thumbnail').length`), 0);
  },
};

export const chromiumKeeping = {
  async 'offers what ran before its tab was killed'(other) {
    await other.elsewhere(async (page) => {
      await page.open('#v=0&data=two-bumps&steps=1000000');
      await page.reach('training', trainsBeyond(300));
      const { step } = await paused(page);
      const first = await page.browser.getWindowHandle();
      await page.browser.switchTo().newWindow('tab');
      const second = await page.browser.getWindowHandle();
      await page.browser.switchTo().window(first);
      // Nothing is asked of the page: its process ends at once.
      await page.devtools('Page.crash', {}).catch(() => {});
      await page.browser.switchTo().window(second);
      await page.open();
      await page.reach('training', trainsBeyond(0));
      await page.press('g');
      const card = `probe.all('.gallery .cards button').find((card) => card.innerText.startsWith('What you had before'))`;
      await until('the offer', 20_000, () => page.run(`return Boolean(${card})`));
      await page.run(`${card}.click()`);
      const now = await page.reach('the pause again', ({ phase, hash }) => phase === 'paused' && hash.includes('two-bumps'));
      assert.equal(now.step, step);
    });
  },
};

// The page's stored state in the browser's database, and ways to leave and reopen a page.
import { until } from "./browser.mjs";

/** Runs `body` with access to `store` and `wait`; returns its result. */
const within = (page, body, ...args) =>
    page.runAsync(
        `
  const wait = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const request = indexedDB.open('scorescape', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('kept');
  const database = await wait(request);
  const store = database.transaction('kept', 'readwrite').objectStore('kept');
  try { ${body} } finally { database.close(); }`,
        ...args,
    );

/** The stored state; an argument replaces the stored run. */
export const stored = (page, ...values) =>
    within(
        page,
        `
  const [run, file, before] = [await wait(store.get('run')), await wait(store.get('file')), await wait(store.get('before'))];
  for (const value of arguments[0]) await wait(store.put(value, 'run'));
  return { run: run && { link: run.link, step: run.step, shouldTrain: run.shouldTrain, layers: run.layers, view: run.view, bytes: run.checkpoint?.length },
    file: file && file.name, before: before && before.map(({ run, file }) => [run.link, run.step, file?.name]) };`,
        values,
    );

/** Replaces the earlier runs. */
export const putBefore = (page, value) => within(page, `await wait(store.put(arguments[0], 'before'));`, value);

/** Copies the run to the earlier runs, as another tab does. */
export const putAside = (page) =>
    within(page, `await wait(store.put([{ run: await wait(store.get('run')) }], 'before'));`);

/** Deletes the stored state. */
const empty = (page) => within(page, `await wait(store.clear());`);

/** Opens the page with nothing stored. */
export async function openAfresh(page, link) {
    await page.open();
    await abandon(page);
    await empty(page);
    await page.open(link);
}

/** From now on the page writes nothing, as if its tab was killed. */
export const abandon = (page) =>
    page.run(`IDBObjectStore.prototype.put = () => { throw new Error('nobody is there any more'); }`);

export async function reload(page) {
    await page.run("window.old = true");
    await page.browser.navigate().refresh();
    await until("the page anew", () => page.run("return !window.old && Boolean(probe)").catch(() => false));
}

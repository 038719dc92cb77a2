// State that survives a reload and a killed tab, and its deletion.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./support/browser.mjs";
import { complete, ENDLESS, LONGER, ofLonger, RING, SHORT, trainsBeyond } from "./support/fixtures.mjs";
import { abandon, openAfresh, putAside, putBefore, reload, stored } from "./support/storage.mjs";

/** Pauses, and waits until the paused run is stored. */
async function paused(page) {
    await page.click("Pause");
    const now = await page.reach("a pause", ({ phase }) => phase === "paused");
    await until("that to be kept", async () => {
        const { run } = await stored(page);
        return run?.step === now.step && now.hash.startsWith(run.link) && run.shouldTrain === false && run.bytes > 0;
    });
    return now;
}

/** Earlier runs that the gallery offers; waits until the page has read them from the database. */
async function offers(page) {
    await page.press("g");
    await until("examples", () => page.run(`return Boolean(probe.find('.gallery[open] .cards'))`));
    const texts = await page.run(`return ${CARDS}.map((card) => card.innerText.trim())`);
    await page.run(`probe.find('.gallery').close()`);
    return texts;
}
const CARDS = `probe.all('.gallery .cards button').filter((card) => card.innerText.startsWith('Your earlier run'))`;

/** Opens the save dialog; returns its text about stored data. */
async function saves(page) {
    await page.run(`probe.find('.exports[open]') ?? probe.click('Save')`);
    await until("what can be saved", () => page.run(`return Boolean(probe.find('.exports[open] pre'))`));
    return page.run(`return probe.all('.exports p').map(({ textContent }) => textContent).join(' ')`);
}

/** Clicks a button in the dialog, and waits until the action is done. */
async function done(page, label) {
    await page.click(label);
    await until("a word", () =>
        page.run(`return probe.find('.exports').textContent.includes(arguments[0] + ': done')`, label),
    );
}

export const persistence = {
    async "does not wait for a database that does not answer"(page) {
        await page.open(ENDLESS, { query: "without=database" });
        await page.reach("training", trainsBeyond(0));
        await reload(page);
        await page.reach("training", trainsBeyond(0));
        await page.click("Examples");
        await until("examples", () => page.run(`return probe.all('.gallery .cards button').length > 40`));
    },

    async "continues after a reload, to the bits of a run without reload"(page) {
        // A file stored for a previous experiment must not affect this experiment.
        await page.open("#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await until("the file to be kept", async () => (await stored(page)).file === "ring.csv");
        await page.open(LONGER);
        await page.reach("training", trainsBeyond(400));
        const { step, seen: whole } = await paused(page);
        await page.run(
            `probe.find('[name=difference]').click(); probe.find('.stage canvas').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))`,
        );
        const { seen } = await page.reach("a closer view", ({ seen }) => seen.half < whole.half);
        await until("layers and view to be kept", async () => {
            const { run } = await stored(page);
            return run.layers.includes("difference") && run.view.half === seen.half;
        });
        await reload(page);
        const now = await page.reach("the pause again", ({ phase }) => phase === "paused");
        assert.equal(now.step, step);
        const { seen: again } = await page.reach("the view", (now) => now.seen?.half === seen.half);
        assert.deepEqual(again, seen);
        assert.equal(await page.run(`return probe.find('[name=difference]').checked`), true);
        await page.click("Train");
        const { fingerprint } = await page.reach("completion", complete);
        assert.equal(fingerprint, await ofLonger());
        return `from step ${step}`;
    },

    async "stores the user's own points until they are deleted"(page) {
        await page.open("#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await page.reach("training", trainsBeyond(50));
        const { hash, step } = await paused(page);
        assert.equal((await stored(page)).file, "ring.csv");
        await reload(page);
        const now = await page.reach("the pause again", ({ phase }) => phase === "paused");
        assert.ok(now.step === step && now.hash === hash && /ring\.csv/.test(now.own), JSON.stringify(now));
        assert.match(await saves(page), /This browser stores/);
        await done(page, "Delete saved data");
        const none = { run: null, file: null, before: null };
        assert.deepEqual(await stored(page), none);
        assert.match(await saves(page), /Nothing is stored/);
        await page.run(`probe.find('.exports').close()`);
        assert.deepEqual(await offers(page), []);
        await reload(page);
        await page.reach("the wish for that file", ({ phase, own }) => phase === "needs-file" && /digest/.test(own));
    },

    async "continues with a drawing after a reload"(page) {
        await page.open("#v=0&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        await until("the brush", () => page.run(`return Boolean(probe.button('Draw data'))`));
        await page.click("Draw data");
        const touch = () =>
            page.run(`probe.find('.stage canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))`);
        const count = () => page.run(`return /^\\d+/.exec(probe.find('.brush p')?.textContent)?.[0]`);
        await touch();
        await page.reach("training on a touch", (now) => /data=user-data/.test(now.hash) && trainsBeyond(0)(now));
        await paused(page);
        await reload(page);
        await page.reach("the pause again", ({ phase }) => phase === "paused");
        await until("the brush", () => page.run(`return Boolean(probe.button('Draw data'))`));
        await page.click("Draw data");
        await until("what was drawn", async () => (await count()) === "12");
        await touch();
        await until("one more touch", async () => (await count()) === "24");
    },

    async "restarts if the stored data are damaged, of another experiment, or from another program"(page) {
        const link = "#v=0&data=ring&steps=1000000";
        await openAfresh(page, link);
        await page.reach("training", trainsBeyond(300));
        const { step } = await paused(page);
        const good = { link, step, shouldTrain: false, layers: ["points"], view: { x: 0, y: 0, half: 1 } };
        // Unit tests go through all malformed runs.
        for (const bad of [{ ...good, checkpoint: [1, 2] }, "nonsense", { ...good, link: "#v=0&data=spiral" }]) {
            await stored(page, bad);
            await abandon(page);
            await reload(page);
            await page.reach("training from the start", ({ phase, notice }) => phase === "training" && notice === "");
        }
        await page.runAsync(
            `
      const request = indexedDB.open('scorescape', 1);
      await new Promise((done) => (request.onsuccess = done));
      const store = request.result.transaction('kept', 'readwrite').objectStore('kept');
      await new Promise((done) => (store.put({ ...arguments[0], shouldTrain: true, checkpoint: Uint8Array.from({ length: 5000 }, (_, i) => i) }, 'run').onsuccess = done));
      request.result.close();`,
            good,
        );
        await abandon(page);
        await reload(page);
        await page.reach("training from the start", (now) => trainsBeyond(0)(now) && now.notice === "");
        const { step: trained } = await paused(page);
        for (const bad of [[{ run: { ...good, link: 7 } }, null, 1], "nonsense", { length: 1 }]) {
            await putBefore(page, bad);
            await abandon(page);
            await reload(page);
            await page.reach("the pause again", (now) => now.phase === "paused" && now.step === trained);
            assert.deepEqual(await offers(page), []);
        }
    },

    async "keeps a file while other data run, and uses it for a link with its digest"(page) {
        await openAfresh(page, "#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await page.reach("training", trainsBeyond(0));
        const { hash, step } = await paused(page);
        await page.run(`probe.set('data', 'two-bumps')`);
        await until("other data to be kept", async () => (await stored(page)).run.link.includes("two-bumps"));
        await reload(page);
        await page.reach("other data", ({ hash, phase }) => hash.includes("two-bumps") && phase === "paused");
        await offers(page);
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach(
            "the file",
            ({ hash: now, own }) => /ring\.csv/.test(own) && now.startsWith(/.*digest=\w+/.exec(hash)[0]),
        );
        // Another tab stored another experiment; only the points are from this tab.
        await until("that to be kept", async () => (await stored(page)).run.link.includes("digest"));
        await stored(page, {
            link: "#v=0&data=spiral",
            step,
            shouldTrain: false,
            layers: [],
            view: { x: 0, y: 0, half: 1 },
        });
        await abandon(page);
        await reload(page);
        await page.reach(
            "a run on the file",
            ({ phase, own }) => ["training", "paused"].includes(phase) && /ring\.csv/.test(own),
        );
        // First a visit with a link to the stored file; then one after a different file was stored.
        await until("that to be kept", async () => (await stored(page)).run.link.includes("digest"));
        await page.open(hash);
        await page.reach(
            "a run on the file",
            (now) => /ring\.csv/.test(now.own) && now.hash.startsWith(hash) && trainsBeyond(0)(now),
        );
        await page.choose("other.csv", `${RING}0.5,0.5\n`);
        await page.reach("a run on another file", (now) => /other\.csv/.test(now.own) && trainsBeyond(0)(now));
        await until("that to be kept", async () => (await stored(page)).file === "other.csv");
        await page.open(hash);
        await page.reach("a run on the first", (now) => /ring\.csv/.test(now.own) && trainsBeyond(0)(now));
    },

    async "stores the run of an earlier visit through changes of the experiment, and names it"(page) {
        await openAfresh(page, "#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await page.reach("training", trainsBeyond(100));
        const { hash, step } = await paused(page);
        const mine = [hash, step, "ring.csv"];
        // The default experiment is listed once among earlier runs, however often it was opened.
        const glances = [];
        for (let glance = 0; glance < 3; glance++) {
            await page.open();
            await page.reach("training", trainsBeyond(0));
            glances.push(["#v=0", (await paused(page)).step, null]);
            const furthest = glances
                .slice(0, glance)
                .sort(([, one], [, other]) => other - one)
                .slice(0, 1);
            assert.deepEqual((await stored(page)).before, [...furthest, mine]);
        }
        await page.run(`probe.set('data', 'two-bumps')`);
        await until("a change to be kept", async () => (await stored(page)).run.link.includes("two-bumps"));
        await reload(page);
        await page.reach("two bumps", (now) => now.hash.includes("two-bumps") && now.phase === "paused");
        const [glance, earlier] = await offers(page);
        assert.match(glance, /^Your earlier run\nSpiral, at step \d+\. Stored on this machine\.$/);
        assert.equal(earlier, `Your earlier run\nYour own points, ring.csv, at step ${step}. Stored on this machine.`);
        await page.run(`${CARDS}.find((card) => card.innerText.includes('ring.csv')).click()`);
        const now = await page.reach(
            "the pause again",
            ({ phase, own }) => phase === "paused" && /ring\.csv/.test(own),
        );
        assert.deepEqual([now.step, now.hash], [step, hash]);
    },

    async "continues the run of its own tab, though another tab has written since"(page) {
        await openAfresh(page, SHORT);
        const { fingerprint } = await page.reach("completion", complete);
        await until("the end to be kept", async () => (await stored(page)).run?.step === 300);
        await pause(1500);
        const other = {
            link: "#v=0&data=ring",
            step: 7,
            shouldTrain: false,
            layers: [],
            view: { x: 0, y: 0, half: 1 },
        };
        await stored(page, other);
        // WebKit blocks writes by a page that is being left. There, the run is stored when the page is hidden.
        if (page.engine === "webkit") {
            await page.run("probe.hide(true); probe.hide(false)");
            await until("what is seen to be kept", async () => (await stored(page)).run.link === SHORT);
        }
        await reload(page);
        const now = await page.reach("the end", ({ phase }) => phase && phase !== "opening");
        assert.equal(now.step, 300);
        assert.equal((await page.reach("completion", complete)).fingerprint, fingerprint);
        // A page that could not write continues from the state that the other tab stored.
        await putAside(page);
        await stored(page, other);
        await abandon(page);
        await reload(page);
        assert.equal((await page.reach("the end", ({ phase }) => phase && phase !== "opening")).step, 300);
        await until("the other tab's to be put aside", async () => (await stored(page)).before[0][0] === other.link);
    },

    async "deletes earlier runs and runs of other tabs, and stores again on request"(page) {
        await openAfresh(page, "#v=0&data=two-bumps&steps=1000000");
        await page.reach("training", trainsBeyond(50));
        await paused(page);
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        assert.equal((await offers(page)).length, 1);
        const first = await page.browser.getWindowHandle();
        await page.browser.switchTo().newWindow("window");
        try {
            await page.open(ENDLESS);
            await page.reach("training", trainsBeyond(0));
            await saves(page);
            await page.browser.switchTo().window(first);
            await saves(page);
            await done(page, "Delete saved data");
            await pause(2500);
            assert.deepEqual(await stored(page), { run: null, file: null, before: null });
            const [second] = (await page.browser.getAllWindowHandles()).filter((handle) => handle !== first);
            await page.browser.switchTo().window(second);
            assert.match(await saves(page), /Nothing is stored/);
        } finally {
            await page.browser.close();
            await page.browser.switchTo().window(first);
        }
        await page.run(`probe.find('.exports').close()`);
        assert.deepEqual(await offers(page), []);
        assert.match(await saves(page), /Nothing is stored/);
        await done(page, "Save again");
        assert.match(await saves(page), /This browser stores/);
        assert.equal((await stored(page)).run.link, ENDLESS);
    },

    async "reports that nothing is stored if the browser refuses"(page) {
        await openAfresh(page, ENDLESS);
        await page.run(`
      window.put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };`);
        await page.reach("training", trainsBeyond(0));
        await until("the truth", async () => /does not allow it/.test(await saves(page)));
        await page.click("Save again");
        await until("a refusal", () =>
            page.run(`return /Save again: this browser does not/.test(probe.find('.exports').textContent)`),
        );
        await page.run("IDBObjectStore.prototype.put = window.put");
        await done(page, "Save again");
        assert.match(await saves(page), /This browser stores/);
        assert.equal((await stored(page)).run.link, ENDLESS);
    },

    async "leaves no gallery behind"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.press("g");
        await until("examples", () =>
            page.run(`return Boolean(probe.find('.gallery[open]')) && probe.alive('thumbnail').length === 1`),
        );
        await page.run(`location.hash = '#v=0&data=ring'`);
        await page.reach("another playground", (now) => now.hash.includes("ring") && trainsBeyond(0)(now));
        assert.equal(await page.run(`return probe.alive('thumbnail').length`), 0);
    },
};

export const chromiumPersistence = {
    async "offers the run from before its tab was killed"(other) {
        await other.elsewhere(async (page) => {
            await page.open("#v=0&data=two-bumps&steps=1000000");
            await page.reach("training", trainsBeyond(300));
            const { step } = await paused(page);
            const first = await page.browser.getWindowHandle();
            await page.browser.switchTo().newWindow("tab");
            const second = await page.browser.getWindowHandle();
            await page.browser.switchTo().window(first);
            // The page gets no event: its process ends at once.
            await page.devtools("Page.crash", {}).catch(() => {});
            await page.browser.switchTo().window(second);
            await page.open();
            await page.reach("training", trainsBeyond(0));
            assert.equal((await offers(page)).length, 1);
            await page.run(`${CARDS}[0].click()`);
            const now = await page.reach(
                "the pause again",
                ({ phase, hash }) => phase === "paused" && hash.includes("two-bumps"),
            );
            assert.equal(now.step, step);
        });
    },
};

// User data.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { ENDLESS, RING, trainsBeyond } from "./support/fixtures.mjs";
import { openAfresh } from "./support/storage.mjs";

export const userData = {
    async "runs on the user's own points, names and keeps their file, and requests the file of a link"(page) {
        await page.open("#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase, own }) => phase === "needs-file" && /Choose a CSV/.test(own));
        await page.choose("ring.csv", RING);
        const now = await page.reach("training", trainsBeyond(0));
        assert.match(now.own, /ring\.csv.*stay on this machine/);
        assert.match(now.hash, /^#v=0&data=user-data&data\.digest=[0-9A-F]{12}&steps=1000000$/);
        await page.arrows();
        await until("the data", async () => (await page.ink("data")).count > 20);
        // The page keeps the file until it is closed.
        await page.run(`location.hash = '#v=0&data=two-bumps'`);
        await page.reach("other data", ({ hash, own }) => hash.includes("two-bumps") && own === "");
        await page.run(`location.hash = arguments[0]`, now.hash);
        await page.reach("training again", (again) => again.hash === now.hash && trainsBeyond(0)(again));
        await openAfresh(page, now.hash);
        const digest = /digest=(\w+)/.exec(now.hash)[1];
        await page.reach(
            "the wish for that file",
            ({ phase, own }) => phase === "needs-file" && own.includes(`with the digest ${digest}`),
        );
        await page.choose("other.csv", `${RING}0.5,0.5\n`);
        const { own } = await page.reach("training on another file", trainsBeyond(0));
        assert.ok(
            /This is not the file of the link: its digest is (\w{12}), not (\w{12})/.exec(own)?.[2] === digest,
            own,
        );
    },

    async "reports errors in a file, and reads typed or pasted numbers"(page) {
        await openAfresh(page, "#v=0&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("bad.csv", "1,2\n3,four\n");
        const { notice } = await page.reach(
            "the reader's message",
            ({ phase, notice }) => phase === "failed" && notice,
        );
        assert.match(notice, /^line 2, column 2: expected a number.*"four"/);
        await page.click("Type or paste");
        await page.run(`probe.find('[name=numbers]').value = arguments[0]; probe.click('Use these numbers')`, RING);
        await page.reach(
            "training on typed numbers",
            (now) => now.notice === "" && /pasted numbers/.test(now.own) && trainsBeyond(0)(now),
        );
        // Pasted while no element has the focus.
        assert.ok(await page.run("return probe.paste(arguments[0], document.body)", `${RING}0.5,0.5`));
        await page.reach("training on pasted numbers", (now) => now.notice === "" && trainsBeyond(0)(now));
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

    async "describes the user's own points over the stage without moving other parts"(page) {
        await openAfresh(page, ENDLESS);
        await page.reach("training", trainsBeyond(0));
        const places = () =>
            page.run(
                `return ['.stage canvas', '.layers', '.readouts', '.controls', '.readouts dl'].map((part) => Math.round(probe.find(part).getBoundingClientRect().top + scrollY))`,
            );
        // Until the step and the status sentence are displayed.
        await until("numbers", async () =>
            /Step\s+[1-9]/.test(await page.run(`return probe.find('.readouts dl').innerText`)),
        );
        const before = (await places()).slice(0, 4);
        const same = async (when) => assert.deepEqual((await places()).slice(0, 4), before, when);
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await same("needs-file");
        await page.choose("bad.csv", "1,2\n3,four\n");
        await page.reach("the reader's message", ({ phase, notice }) => phase === "failed" && notice);
        await same("failed");
        await page.run(`probe.find('.close').focus(); probe.find('.close').click()`);
        assert.ok(
            await page.run(`return probe.root().shadowRoot.activeElement === probe.find('.stage canvas')`),
            "the focus stays in the playground",
        );
        assert.equal((await page.state()).notice, "");
        await page.choose("ring.csv", RING);
        await page.reach("training", trainsBeyond(0));
        await same("with a file");
        assert.equal(await page.run(`return probe.find('.user-data').open`), false);
        assert.equal(await page.run(`return probe.find('.user-data summary').textContent`), "Your points: ring.csv");
    },
};

export const chromiumUserData = {
    async "uses the last of several given files, with the settings at the moment when it is read"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.run(
            `[window.slow, window.quick] = [probe.drop('slow.csv', arguments[0]), probe.drop('quick.csv', arguments[0] + '0.5,0.5\\n')]`,
            RING,
        );
        await page.run(`probe.set('model.units', '64')`);
        await page.runAsync("await quick()");
        const { hash } = await page.reach(
            "training on the last",
            (now) => /quick\.csv/.test(now.own) && trainsBeyond(0)(now),
        );
        assert.match(hash, /data=user-data&data\.digest=\w{12}&model\.units=64/);
        await page.runAsync("await slow()");
        const late = await page.state();
        assert.ok(late.hash === hash && /quick\.csv/.test(late.own), "the first is read too late");
        // If other data are chosen while a file loads, the later choice wins.
        await page.run(`window.slow = probe.drop('slow.csv', arguments[0]); probe.set('data', 'two-bumps')`, RING);
        await page.runAsync("await slow()");
        await page.reach(
            "training on what was chosen",
            (now) => now.own === "" && now.hash.includes("data=two-bumps") && trainsBeyond(0)(now),
        );
        // Files are identified by their content. The file before the last file is still available.
        await page.runAsync(`await probe.drop('slow.csv', arguments[0])()`, RING);
        await page.reach("training on another file", (now) => /slow\.csv/.test(now.own) && trainsBeyond(0)(now));
        await page.run("location.hash = arguments[0]", hash);
        await page.reach(
            "training on the file before",
            (now) => now.hash === hash && /quick\.csv/.test(now.own) && trainsBeyond(0)(now),
        );
    },
};

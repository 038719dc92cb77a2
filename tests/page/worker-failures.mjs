// Workers that are killed, fall silent or are too slow.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./support/browser.mjs";
import { complete, LONGER, ofLonger, trainsBeyond } from "./support/fixtures.mjs";

export const workerFailures = {
    async "replaces killed workers and ends in the same bits"(page) {
        const expected = await ofLonger();
        await page.open(LONGER, { query: "cores=4" });
        // Each worker is killed by an event in the page: the test process may be too slow for the right moment.
        await page.run(`
      window.steps = [];
      window.phases = [];
      probe.when(({ phase }) => phase === 'sampling', () => probe.kill('sampler'));
      new MutationObserver(() => phases.push(probe.state().phase)).observe(probe.root(), { attributes: true });`);
        await page.reach("the first steps", trainsBeyond(20));
        await page.run(`probe.kill('field'); probe.kill('sampler')`);
        // Time for a checkpoint: the page saves one per second.
        await pause(1300);
        const { step } = await page.reach("more steps", trainsBeyond(200));
        await page.run(
            `probe.kill('trainer'); new MutationObserver(() => steps.push(probe.state().step)).observe(probe.root(), { attributes: true });`,
        );
        const now = await page.reach("completion", complete);
        const [least, killed, phases] = await page.run(
            `return [Math.min(...steps), probe.workers.filter(({ ended }) => ended).map(({ kind }) => kind).sort(), phases]`,
        );
        assert.deepEqual(killed, ["field", "sampler", "sampler", "trainer"]);
        assert.ok(phases.includes("sampling"));
        assert.ok(least > 0, "training goes on from a checkpoint, not from the start");
        assert.match(now.notice, /stopped \(killed by the test\)/);
        assert.equal(now.fingerprint, expected);
        return `killed at step ${step}, went on from ${least}`;
    },
};

export const chromiumWorkerFailures = {
    async "replaces a worker that does not answer"(page) {
        await page.open("#model.units=64&data.count=1000&sample.chains=10&steps=1000000", { query: "haste=5" });
        const { step } = await page.reach("training", trainsBeyond(20));
        await page.run(`probe.kill('trainer', true)`);
        await page.reach("the notice", ({ notice }) => /it did not answer/.test(notice));
        await page.reach("training again", trainsBeyond(step));
    },

    async "reports settings as too slow if workers repeatedly do not answer, and runs other settings"(page) {
        await page.open("#model.units=64&data.count=1000&sample.chains=10&steps=1000000", { query: "haste=10" });
        await page.reach("training", trainsBeyond(20));
        await page.run(`probe.deaf = 'trainer'`);
        const { notice } = await page.reach("the end of patience", ({ phase }) => phase === "failed");
        assert.match(notice, /settings are too slow.*fewer units or layers, a smaller batch or fewer chains/);
        await page.run(`probe.deaf = ''; probe.set('model.units', '32')`);
        const now = await page.reach("training on other settings", trainsBeyond(20));
        assert.equal(now.notice, "");
    },

    async "notices the death of a worker that no test wanted"(page) {
        for (const [how, death] of [
            ["lost", `worker.dispatchEvent(new ErrorEvent('error', { message: 'lost', cancelable: true }))`],
            [
                "unreachable",
                `worker.dispatchEvent(new MessageEvent('message', { data: { id: -1, trap: 'unreachable' } }))`,
            ],
            ["silent", `worker.send = () => {}`],
        ]) {
            await page.open("#model.units=64&data.count=1000&sample.chains=10&steps=1000000", { query: "haste=10" });
            await page.reach("training", trainsBeyond(20));
            await page.run(`const [worker] = probe.alive('trainer'); ${death}`);
            const { complaints } = await until("a complaint", async () => {
                const now = await page.run("return probe.state()");
                return now.complaints.length > 0 && now;
            });
            assert.deepEqual(complaints, [`a trainer died: ${how}`]);
        }
    },
};

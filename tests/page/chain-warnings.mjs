// Warnings about chains that stand still or leave the data, and about settings that make them do so.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { complete, trainsBeyond } from "./support/fixtures.mjs";

export const chainWarnings = {
    async "explains the effect of a temperature or a step size that is not positive, in a link and at the control"(
        page,
    ) {
        await page.open("#v=0&sample.temperature=-1&sample.step-size=0&steps=1000000");
        const { notice } = await page.reach("the reasons", (now) => now.notice.includes("flee"));
        for (const part of [
            'sample.temperature must lie in [0.01, 100], got "-1"',
            "flee from the data",
            'sample.step-size must lie in [0.0001, 100], got "0"',
            "nothing moves",
        ]) {
            assert.ok(notice.includes(part), `${part} in ${notice}`);
        }
        for (const [key, value, words] of /** @type {[string, string, RegExp][]} */ ([
            ["sample.temperature", "0", /Temperature T must lie in \[0\.01, 100\], got "0"\. .*stay there/],
            ["sample.step-size", "-2", /Step size τ must lie in \[0\.0001, 100\], got "-2"\. .*standard deviation/],
        ])) {
            await page.run("probe.set(arguments[0], arguments[1])", key, value);
            const note = () =>
                page.run(`return probe.find('[id="setting-' + arguments[0] + '-note"]').textContent`, key);
            await until(`the reason of ${key}`, async () => words.test(await note()));
            assert.equal(
                await page.run(`return probe.find('[name="' + arguments[0] + '"]').getAttribute('aria-invalid')`, key),
                "true",
            );
        }
    },

    async "reports during a run that chains have escaped from the data, or stand still"(page) {
        const told = () => page.run(`return probe.find('.statement').textContent`);
        const flight = "sample.kernel=langevin&sample.step-size-in-sigma=2&sample.fault=flipped-score";
        await page.open(`#v=0&data.count=500&model.units=64&sample.chains=20&${flight}&steps=1000000`);
        await page.reach("training", trainsBeyond(0));
        await until("that they flee", async () =>
            /^(Some|Most|All) chains are far outside of the data/.test(await told()),
        );
        assert.equal((await page.state()).phase, "training");
        await page.run(`probe.click('Pause')`);
        await page.reach("a pause", (now) => now.phase === "paused");
        await until("that they flee from it again", async () =>
            /^All chains are far outside of the data/.test(await told()),
        );
        // A single chain may reject twenty proposals by chance.
        for (const chains of [20, 1]) {
            await page.open(`#v=0&data.count=500&sample.chains=${chains}&steps=300&transitions=1000000`);
            await page.reach("its last steps", (now) => now.phase === "sampling");
            assert.doesNotMatch(await told(), /stand still|far outside/);
            await page.run(`probe.set('sample.step-size', '100')`);
            await until("that they stand still", async () => (await told()).startsWith("All chains stand still"));
            await page.run(`probe.set('sample.step-size', '0.1')`);
            await until("that they walk", async () => (await told()).startsWith("Training has finished"));
        }
    },

    async "reports how many chains have escaped from the data"(page) {
        await page.open(
            "#v=0&data.count=500&model.units=64&sample.chains=20&sample.kernel=langevin&sample.step-size-in-sigma=2&sample.fault=flipped-score&steps=300&transitions=100",
        );
        await page.reach("a complete run", complete);
        await until("the warning", async () =>
            /(20|All) of 20 chains left the data far behind|\d+ of 20 chains left the data far behind/.test(
                await page.run(`return probe.find('.diagnostics')?.textContent ?? ''`),
            ),
        );
        assert.equal(await page.run(`return probe.find('.verdict').textContent`), "✗ Don't trust these samples yet.");
    },
};

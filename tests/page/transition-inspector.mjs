// One transition in slow motion, in words and numbers.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { clickStage, slow, tools } from "./support/chain-tools.mjs";
import { complete, SHORT } from "./support/fixtures.mjs";

export const transitionInspector = {
    async "shows one transition slowly, in words and numbers, as the chain will make it"(page) {
        await page.open(SHORT.replace("sample.chains=20", "sample.chains=20&sample.path-rule=simpson"));
        const off = await until("the tools", () =>
            page.run(`return probe.button('Watch one transition')?.getAttribute('aria-disabled')`),
        );
        assert.ok(["true", "false"].includes(off));
        await page.reach("a complete run", complete);
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        await until("its button", () =>
            page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
        );
        // With the keyboard alone, from the focused button.
        await page.run(`probe.button('Watch one transition').focus()`);
        await page.press(Key.SPACE);
        await until("the chain", async () => /^Chain 1 is at \(/.test(await slow(page)));
        const early = await page.run(`return probe.find('.transition-inspector [role=status]').textContent`);
        assert.doesNotMatch(early, /log u/);
        await page.run("probe.skip(3500)");
        await until("a node", async () => / of 21 nodes/.test(await slow(page)));
        await page.run("probe.skip(10_000)");
        await until("the end", async () => /log u/.test(await slow(page)));
        const told = await slow(page);
        const number = (pattern) => Number(pattern.exec(told)[1]);
        const [sum, difference, ratio, drawn] = [
            /dx = (-?[\d.e-]+)/,
            /ΔE = (-?[\d.e-]+)/,
            /log α = (-?[\d.e-]+[\d])/,
            /log u = (-?[\d.e-]+)/,
        ].map(number);
        assert.ok(
            Math.abs(sum - difference) <= 1e-3 * Math.max(1, Math.abs(difference)) &&
                Math.abs(ratio + difference) < 1e-9,
            told,
        );
        assert.match(told, drawn <= ratio ? /no more than that: accepted/ : /is more than that: rejected/);
        // Equal to the displayed digits; at least two are displayed.
        const chance = number(/chance to be accepted is ([\d.e-]+) %/);
        assert.ok(Math.abs(chance / Math.min(100, 100 * Math.exp(ratio)) - 1) < 0.051, told);
        assert.match(told, /; exactly -?[\d.]/);
        // Arrow keys show the values along the line.
        const caption = await page.run(`
      const canvas = probe.find('.transition-inspector canvas');
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }));
      return probe.find('.transition-inspector figcaption').textContent;`);
        assert.match(caption, /^Share of the way 0: summed 0, exact 0$/);
        // The inspected transition equals the chain's next one: the first state recorded afterwards.
        const before = await page.run(`return probe.find('.transition-inspector [role=status]').textContent`);
        await page.click("Again");
        await until("the chain again", async () => !/log u/.test(await slow(page)));
        await page.run("probe.skip(10_000)");
        await until(
            "the same again",
            async () =>
                (await page.run(`return probe.find('.transition-inspector [role=status]').textContent`)) === before,
        );
        // A click beside the chain chooses another chain.
        const chosen = new Set();
        for (const [across, down] of [
            [0.2, 0.2],
            [0.8, 0.3],
            [0.5, 0.9],
        ]) {
            await clickStage(page, across, down);
            await page.frames(10);
            chosen.add(/^Chain (\d+) is at/.exec(await slow(page))[1]);
        }
        assert.ok(chosen.size > 1, [...chosen].join());
        await page.run(`probe.click('Close')`);
        assert.equal(await slow(page), "");
        assert.equal(
            await page.run(`return probe.root().shadowRoot.activeElement.textContent`),
            "Watch one transition",
        );
        assert.equal((await page.state()).phase, "complete");
    },

    async "explains transitions of samplers with a curved path, or without rejections"(page) {
        await page.open(SHORT);
        await page.reach("a complete run", complete);
        await tools(page);
        for (const [kernel, words] of /** @type {[string, RegExp][]} */ ([
            ["hmc", /along a curve of leapfrog steps/],
            ["nuts", /no single proposal/],
            ["langevin", /accepts every proposal/],
            ["mala", /how likely the way back is/],
        ])) {
            await page.run(`probe.set('sample.kernel', arguments[0])`, kernel);
            await page.reach("samples", (now) => complete(now) && now.hash.includes(kernel));
            await until("its button", () =>
                page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
            );
            await page.click("Watch one transition");
            await until("its words", async () => {
                await page.run("probe.skip(10_000)");
                return words.test(await slow(page)) && /21 of 21/.test(await slow(page));
            });
            await page.run(`probe.click('Close')`);
        }
    },
};

export const chromiumTransitionInspector = {
    async "shows the end of a slow transition at once if the user prefers reduced motion"(page) {
        await page.devtools("Emulation.setEmulatedMedia", {
            features: [{ name: "prefers-reduced-motion", value: "reduce" }],
        });
        try {
            await page.open(SHORT);
            await page.reach("a pause", ({ phase }) => phase === "paused");
            await page.click("Train");
            await page.reach("a complete run", complete);
            await until("its button", () =>
                page.run(`return probe.button('Watch one transition')?.getAttribute('aria-disabled') === 'false'`),
            );
            await page.click("Watch one transition");
            await until("the panel", async () => (await slow(page)) !== "");
            await page.frames(2);
            assert.match(await slow(page), /log u/);
        } finally {
            await page.devtools("Emulation.setEmulatedMedia", { features: [] });
        }
    },
};

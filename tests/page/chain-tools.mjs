// Tools for chains: another target, a chosen start, and proposals.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { clickStage, hint, pressed, slow, tools } from "./support/chain-tools.mjs";
import { complete, ENDLESS, program, SHORT, trainsBeyond } from "./support/fixtures.mjs";

/** The fingerprint of a link, computed in Node. */
async function fingerprint(link, steps, chains, transitions) {
    const { Session } = await program();
    const session = new Session(link);
    session.step(steps);
    const walkers = session.observer().chains(0, chains);
    walkers.step(transitions);
    return session.fingerprint(walkers.states(), transitions);
}

export const chainTools = {
    async "samples the exact score and an ideal network's without training again, with the bits that Node computes"(
        page,
    ) {
        await page.open(SHORT);
        await page.reach("a complete run", complete);
        await tools(page);
        await page.run(
            `window.least = Infinity; probe.when(() => (window.least = Math.min(window.least, probe.state().step), false), () => {})`,
        );
        for (const target of ["exact", "optimum"]) {
            await page.run(`probe.set('sample.target', arguments[0])`, target);
            const now = await page.reach(
                "the other samples",
                (now) => complete(now) && now.hash.includes(`sample.target=${target}`),
            );
            const link = SHORT.replace("&steps", `&sample.target=${target}&steps`);
            assert.equal(now.fingerprint, await fingerprint(link, 300, 20, 50), target);
        }
        assert.equal(await page.run("return window.least"), 300, "the weights stay");
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
    },

    async "reports a target that does not suit the objective, and runs others"(page) {
        await page.open(
            "#v=0&train.objective=implicit&sample.target=optimum&data.count=500&model.units=32&steps=1000000",
        );
        const { notice } = await page.reach("the refusal", ({ phase }) => phase === "failed");
        assert.match(notice, /sample\.target must be another.*train\.objective.*"optimum"/);
        await page.run(`probe.set('sample.target', 'exact')`);
        await page.reach("training", trainsBeyond(0));
    },

    async "starts all chains at a click, or at a cross moved by keys, and continues training"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(50));
        await tools(page);
        await page.click("Place the chains");
        assert.equal(await pressed(page, "Place the chains"), "true");
        assert.match(await hint(page), /^Click or tap/);
        const { seen, step } = await page.state();
        await clickStage(page, 0.75, 0.5);
        const clicked = await page.reach(
            "a start",
            (now) => /sample\.start=point&sample\.start-x1=[\d.]+/.test(now.hash) && now.phase === "training",
        );
        assert.ok(clicked.step >= step, "no step is lost");
        const x = Number(/sample\.start-x1=([\d.]+)/.exec(clicked.hash)[1]);
        const shape = await page.run(
            `const { width, height } = probe.find('.stage canvas'); return width / Math.min(width, height)`,
        );
        assert.ok(
            Math.abs(x - (seen.x + 0.5 * seen.half * shape)) < 0.02 * seen.half,
            `${x} of ${JSON.stringify(seen)}`,
        );
        assert.ok(
            !clicked.hash.includes("sample.start-x2") ||
                Math.abs(Number(/sample\.start-x2=(-?[\d.]+)/.exec(clicked.hash)[1])) < 0.02 * seen.half,
            clicked.hash,
        );
        assert.match(await hint(page), /^All chains start at \(/);
        // Keys reach the stage: they move the cross and start no training step.
        await page.press(Key.ARROW_UP + Key.ARROW_UP + Key.ARROW_LEFT + Key.ENTER);
        const keyed = await page.reach("another start", (now) => now.hash !== clicked.hash && now.phase === "training");
        const y = Number(/sample\.start-x2=(-?[\d.]+)/.exec(keyed.hash)[1]);
        assert.ok(y > 0.03 * seen.half && y < 0.1 * seen.half, `${y} of ${seen.half}`);
        await page.press(Key.ESCAPE);
        assert.deepEqual([await pressed(page, "Place the chains"), await hint(page)], ["false", ""]);
        // A click no longer places the chains.
        await clickStage(page, 0.3, 0.3);
        await page.frames(5);
        assert.equal((await page.state()).hash, keyed.hash);
    },

    async "starts chains exactly at the chosen place on a line and in many dimensions, too"(page) {
        for (const [data, wanted] of /** @type {[string, RegExp][]} */ ([
            ["two-wells", /sample\.start=point&sample\.start-x1=-?[\d.]+&steps/],
            ["wine", /sample\.start-x1=-?[\d.]+&sample\.start-x2=-?[\d.]+&steps/],
        ])) {
            await page.open(`#v=0&data=${data}&sample.chains=10&steps=300&transitions=0`);
            await page.reach("a complete run", complete);
            await tools(page);
            await page.click("Place the chains");
            await clickStage(page, 0.6, 0.4);
            const { hash } = await page.reach("samples", (now) => complete(now) && now.hash.includes("point"));
            assert.match(hash, wanted);
            assert.equal(
                await page.run(`return probe.find('[name="sample.start-x2"]').closest('.setting').hidden`),
                data === "two-wells",
            );
        }
    },

    async "draws what was proposed, filled or hollow"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(100));
        await tools(page);
        const ask = () => page.run(`return probe.find('[name=proposals]').click()`);
        await page.run(`for (const box of probe.all('.layers input')) if (box.checked) box.click()`);
        await until("nothing", async () => (await page.ink("text")).count < 20);
        await ask();
        await until("proposals", async () => (await page.ink("text")).count > 150);
        await ask();
        await until("nothing again", async () => (await page.ink("text")).count < 20);
        // An accepted proposal is the chain's next position; after a rejected one the chain stays.
        const tries = await page.runAsync(`
      const { Proposals } = await import('./www/stage/recent-proposals.js');
      const proposals = new Proposals();
      const walk = (transitions, places, to, accepted) => ({ transitions, places: Float64Array.from(places), proposals: Float64Array.from(to), accepted: Float64Array.from(accepted) });
      proposals.update(walk(1, [1, 1, 0, 0], [1, 1, 5, 5], [1, 0]), [0, 1]);
      const first = [...proposals.recent.values()];
      proposals.update(walk(2, [1, 1, 6, 6], [2, 2, 6, 6], [0, 1]), [0, 1]);
      const second = [...proposals.recent.values()].map((list) => list.at(-1));
      for (let t = 3; t < 30; t++) proposals.update(walk(t, [0, 0, 0, 0], [0, 0, 0, 0], [1, 1]), [1]);
      return { first, second, kept: [...proposals.recent].map(([chain, list]) => [chain, list.length]) };`);
        assert.deepEqual(tries.first, [
            [{ from: null, to: [1, 1], accepted: true }],
            [{ from: [0, 0], to: [5, 5], accepted: false }],
        ]);
        assert.deepEqual(tries.second, [
            { from: [1, 1], to: [2, 2], accepted: false },
            { from: [0, 0], to: [6, 6], accepted: true },
        ]);
        assert.deepEqual(tries.kept, [[1, 8]]);
    },

    async "draws proposals of chains that rest, and of data on a line"(page) {
        for (const link of [SHORT, "#v=0&data=two-wells&sample.chains=20&steps=300&transitions=50"]) {
            await page.open(link);
            await page.reach("a complete run", complete);
            await tools(page);
            await page.run(
                `probe.skip(60_000); for (const box of probe.all('.layers input')) if (box.checked) box.click()`,
            );
            await until("nothing", async () => (await page.ink("text")).count < 20);
            await page.run(`probe.find('[name=proposals]').click()`);
            await until("proposals", async () => (await page.ink("text")).count > 30);
        }
    },
};

export const chromiumChainTools = {
    async "starts all chains at a tap, and not when a finger moves the picture"(other) {
        // In a separate browser: a mouse press in another test would interfere with the touches.
        await other.elsewhere(async (page) => {
            await page.open(ENDLESS);
            const { seen } = await page.reach("training", trainsBeyond(50));
            await tools(page);
            await page.click("Place the chains");
            const [x, y] = await page.run(`
        const { left, top, width, height } = probe.find('.stage canvas').getBoundingClientRect();
        return [left + 0.6 * width, top + 0.4 * height];`);
            const touch = (type, ...touchPoints) => page.devtools("Input.dispatchTouchEvent", { type, touchPoints });
            await touch("touchStart", { x, y, id: 0 });
            await touch("touchMove", { x: x + 40, y, id: 0 });
            await touch("touchEnd");
            await page.frames(5);
            assert.ok(!(await page.state()).hash.includes("point"), "a drag is no tap");
            await touch("touchStart", { x, y, id: 0 });
            await touch("touchEnd");
            const { hash } = await page.reach("a start", (now) => now.hash.includes("sample.start=point"));
            assert.ok(Number(/sample\.start-x2=(-?[\d.]+)/.exec(hash)[1]) > 0.1 * seen.half, hash);
        });
    },
};

export const timedChainTools = {
    async "keeps the main thread free of long tasks while chains start elsewhere and a transition is shown slowly"(
        page,
    ) {
        await page.open("#v=0&steps=1000000");
        await page.reach("training", trainsBeyond(50));
        await tools(page);
        await page.runAsync(`
      window.tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
      probe.find('[name=proposals]').click();
      await probe.frames(60);
      probe.click('Place the chains');`);
        await clickStage(page, 0.6, 0.6);
        await page.frames(60);
        await page.click("Pause");
        await until("its button", () =>
            page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
        );
        await page.click("Watch one transition");
        await until("the end", async () => /log u/.test(await slow(page)));
        const tasks = await page.run("return tasks");
        assert.deepEqual(
            tasks.filter((duration) => duration > 50),
            [],
        );
        return "none over 50 ms";
    },
};

// Tools for chains: another target, a chosen start, proposals, one transition in slow motion, and the spread of
// samples.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { complete, ENDLESS, program, SHORT, trainsBeyond } from "./support/fixtures.mjs";

/** Waits for the tools, which load with the second part of the module. */
const tools = (page) => until("the tools", 10_000, () => page.run(`return Boolean(probe.button('Place the chains'))`));
const hint = (page) => page.run(`return probe.find('.stage-tools .hint').textContent`);
const slow = (page) => page.run(`return probe.find('.transition-inspector:not([hidden])')?.innerText ?? ''`);
const pressed = (page, label) => page.run(`return probe.button(arguments[0]).getAttribute('aria-pressed')`, label);

/** The fingerprint of a link, computed in Node. */
async function fingerprint(link, steps, chains, transitions) {
    const { Session } = await program();
    const session = new Session(link);
    session.step(steps);
    const walkers = session.observer().chains(0, chains);
    walkers.step(transitions);
    return session.fingerprint(walkers.states(), transitions);
}

/** Clicks on the stage, as a mouse or a finger does, at shares of its width and height. */
const clickStage = (page, across, down) =>
    page.run(
        `
  const canvas = probe.find('.stage canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const at = { clientX: left + arguments[0] * width, clientY: top + arguments[1] * height, pointerId: 7, button: 0, buttons: 1, bubbles: true, composed: true };
  for (const type of ['pointerdown', 'pointerup']) canvas.dispatchEvent(new PointerEvent(type, at));`,
        across,
        down,
    );

export const chainTools = {
    async "samples the exact score and an ideal network's without training again, with the bits that Node computes"(
        page,
    ) {
        await page.open(SHORT);
        await page.reach("a complete run", complete, 60_000);
        await tools(page);
        await page.run(
            `window.least = Infinity; probe.when(() => (window.least = Math.min(window.least, probe.state().step), false), () => {})`,
        );
        for (const target of ["exact", "optimum"]) {
            await page.run(`probe.set('sample.target', arguments[0])`, target);
            const now = await page.reach(
                "the other samples",
                (now) => complete(now) && now.hash.includes(`sample.target=${target}`),
                60_000,
            );
            const link = SHORT.replace("&steps", `&sample.target=${target}&steps`);
            assert.equal(now.fingerprint, await fingerprint(link, 300, 20, 50), target);
        }
        assert.equal(await page.run("return window.least"), 300, "the weights stay");
        await until("a verdict", 20_000, () => page.run(`return Boolean(probe.find('.diagnostics'))`));
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
            await page.reach("a complete run", complete, 60_000);
            await tools(page);
            await page.click("Place the chains");
            await clickStage(page, 0.6, 0.4);
            const { hash } = await page.reach("samples", (now) => complete(now) && now.hash.includes("point"), 60_000);
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
        await until("nothing", 5000, async () => (await page.ink("text")).count < 20);
        await ask();
        await until("proposals", 10_000, async () => (await page.ink("text")).count > 150);
        await ask();
        await until("nothing again", 5000, async () => (await page.ink("text")).count < 20);
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
            await page.reach("a complete run", complete, 60_000);
            await tools(page);
            await page.run(
                `probe.skip(60_000); for (const box of probe.all('.layers input')) if (box.checked) box.click()`,
            );
            await until("nothing", 5000, async () => (await page.ink("text")).count < 20);
            await page.run(`probe.find('[name=proposals]').click()`);
            await until("proposals", 10_000, async () => (await page.ink("text")).count > 30);
        }
    },

    async "shows one transition slowly, in words and numbers, as the chain will make it"(page) {
        await page.open(SHORT.replace("sample.chains=20", "sample.chains=20&sample.path-rule=simpson"));
        const off = await until("the tools", 10_000, () =>
            page.run(`return probe.button('Watch one transition')?.getAttribute('aria-disabled')`),
        );
        assert.ok(["true", "false"].includes(off));
        await page.reach("a complete run", complete, 60_000);
        await until("a verdict", 20_000, () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        await until("its button", 5000, () =>
            page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
        );
        // With the keyboard alone, from the focused button.
        await page.run(`probe.button('Watch one transition').focus()`);
        await page.press(Key.SPACE);
        await until("the chain", 5000, async () => /^Chain 1 is at \(/.test(await slow(page)));
        const early = await page.run(`return probe.find('.transition-inspector [role=status]').textContent`);
        assert.doesNotMatch(early, /log u/);
        await page.run("probe.skip(3500)");
        await until("a node", 5000, async () => / of 21 nodes/.test(await slow(page)));
        await page.run("probe.skip(10_000)");
        await until("the end", 5000, async () => /log u/.test(await slow(page)));
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
        await until("the chain again", 5000, async () => !/log u/.test(await slow(page)));
        await page.run("probe.skip(10_000)");
        await until(
            "the same again",
            5000,
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
        await page.reach("a complete run", complete, 60_000);
        await tools(page);
        for (const [kernel, words] of /** @type {[string, RegExp][]} */ ([
            ["hmc", /along a curve of leapfrog steps/],
            ["nuts", /no single proposal/],
            ["langevin", /accepts every proposal/],
            ["mala", /how likely the way back is/],
        ])) {
            await page.run(`probe.set('sample.kernel', arguments[0])`, kernel);
            await page.reach("samples", (now) => complete(now) && now.hash.includes(kernel), 60_000);
            await until("its button", 5000, () =>
                page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
            );
            await page.click("Watch one transition");
            await until("its words", 10_000, async () => {
                await page.run("probe.skip(10_000)");
                return words.test(await slow(page)) && /21 of 21/.test(await slow(page));
            });
            await page.run(`probe.click('Close')`);
        }
    },

    async "shows how the samples are spread, with values under the pointer and by keys"(page) {
        for (const [link, labels] of [
            [SHORT, ["x1", "x2"]],
            ["#v=0&data=two-wells&sample.chains=20&steps=300&transitions=50", ["x"]],
            ["#v=0&data=wine&sample.chains=20&steps=300&transitions=50", ["Component 1", "Component 2"]],
        ]) {
            await page.open(link);
            await page.reach("a complete run", complete, 60_000);
            await until("the plots", 20_000, () => page.run(`return Boolean(probe.find('.marginals'))`));
            const plots = () =>
                page.run(`return probe.all('.marginals canvas').filter((canvas) =>
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)).length`);
            await until("that they are drawn", 5000, async () => (await plots()) === labels.length);
            const captions = await page.run(`return probe.all('.marginals figure').map((figure) => {
        const [canvas, caption] = [figure.querySelector('canvas'), figure.querySelector('figcaption')];
        const box = canvas.getBoundingClientRect();
        const told = [caption.textContent];
        canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
        told.push(caption.textContent);
        canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }));
        return [...told, caption.textContent];
      })`);
            captions.forEach(([label, pointed, keyed], i) => {
                assert.ok(label.startsWith(`${labels[i]}: density of the samples`), label);
                for (const text of [pointed, keyed]) {
                    assert.match(
                        text,
                        new RegExp(`^${labels[i]} -?[\\d.]+: samples [\\d.e-]+, exact( draws)? [\\d.e-]+$`),
                    );
                }
                assert.notEqual(pointed, keyed);
            });
        }
    },

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
            await until(`the reason of ${key}`, 5000, async () => words.test(await note()));
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
        await until("that they flee", 30_000, async () =>
            /^(Some|Most|All) chains are far outside of the data/.test(await told()),
        );
        assert.equal((await page.state()).phase, "training");
        await page.run(`probe.click('Pause')`);
        await page.reach("a pause", (now) => now.phase === "paused");
        await until("that they flee from it again", 20_000, async () =>
            /^All chains are far outside of the data/.test(await told()),
        );
        // A single chain may reject twenty proposals by chance.
        for (const chains of [20, 1]) {
            await page.open(`#v=0&data.count=500&sample.chains=${chains}&steps=300&transitions=1000000`);
            await page.reach("its last steps", (now) => now.phase === "sampling", 30_000);
            assert.doesNotMatch(await told(), /stand still|far outside/);
            await page.run(`probe.set('sample.step-size', '100')`);
            await until("that they stand still", 20_000, async () =>
                (await told()).startsWith("All chains stand still"),
            );
            await page.run(`probe.set('sample.step-size', '0.1')`);
            await until("that they walk", 20_000, async () => (await told()).startsWith("Training has finished"));
        }
    },

    async "reports how many chains have escaped from the data"(page) {
        await page.open(
            "#v=0&data.count=500&model.units=64&sample.chains=20&sample.kernel=langevin&sample.step-size-in-sigma=2&sample.fault=flipped-score&steps=300&transitions=100",
        );
        await page.reach("a complete run", complete, 60_000);
        await until("the warning", 20_000, async () =>
            /(20|All) of 20 chains left the data far behind|\d+ of 20 chains left the data far behind/.test(
                await page.run(`return probe.find('.diagnostics')?.textContent ?? ''`),
            ),
        );
        assert.equal(await page.run(`return probe.find('.verdict').textContent`), "✗ Don't trust these samples yet.");
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

    async "shows the end of a slow transition at once if the user prefers reduced motion"(page) {
        await page.devtools("Emulation.setEmulatedMedia", {
            features: [{ name: "prefers-reduced-motion", value: "reduce" }],
        });
        try {
            await page.open(SHORT);
            await page.reach("a pause", ({ phase }) => phase === "paused");
            await page.click("Train");
            await page.reach("a complete run", complete, 60_000);
            await until("its button", 5000, () =>
                page.run(`return probe.button('Watch one transition')?.getAttribute('aria-disabled') === 'false'`),
            );
            await page.click("Watch one transition");
            await until("the panel", 5000, async () => (await slow(page)) !== "");
            await page.frames(2);
            assert.match(await slow(page), /log u/);
        } finally {
            await page.devtools("Emulation.setEmulatedMedia", { features: [] });
        }
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
        await until("its button", 10_000, () =>
            page.run(`return probe.button('Watch one transition').getAttribute('aria-disabled') === 'false'`),
        );
        await page.click("Watch one transition");
        await until("the end", 20_000, async () => /log u/.test(await slow(page)));
        const tasks = await page.run("return tasks");
        assert.deepEqual(
            tasks.filter((duration) => duration > 50),
            [],
        );
        return "none over 50 ms";
    },
};

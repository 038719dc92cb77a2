// A run and its buttons: training, pauses, steps, resets, seeds, and chains that rest.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { complete, ENDLESS, SHORT, trainsBeyond } from "./support/fixtures.mjs";

const FISHER_LIMIT = 0.15;

export const runControl = {
    async "learns the score to a relative Fisher error under 0.15"(page) {
        const start = Date.now();
        await page.open();
        const now = await page.reach(
            "a small error",
            ({ step, error }) => step > 0 && error !== null && error < FISHER_LIMIT,
        );
        return `${now.error.toFixed(3)} at step ${now.step} after ${((Date.now() - start) / 1000).toFixed(1)} s`;
    },

    async "moves its chains"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(30));
        await until("samples", async () => (await page.ink("samples")).count > 200);
        const before = await page.ink("samples");
        await until("the samples to move", async () => (await page.ink("samples")).hash !== before.hash);
    },

    async "pauses, takes single steps, continues, and restarts"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(100));
        await page.click("Pause");
        const rested = await page.reach("paused", ({ phase }) => phase === "paused");
        await page.frames(10);
        assert.equal((await page.state()).step, rested.step, "a pause keeps the step");
        await page.click("Step");
        await page.reach("a step", ({ step }) => step !== rested.step);
        await page.frames(5);
        assert.equal((await page.state()).step, rested.step + 1, "a step is one step");
        await page.click("Train");
        await page.reach("training on", trainsBeyond(rested.step + 1));
        // Watched inside the page: polling from here would miss the first step.
        const fresh = await page.runAsync(
            `
      let seen;
      await probe.delay(() => probe.click('Reset'), ({ step }) => step < arguments[0] && ((seen = step), true));
      return seen;`,
            rested.step,
        );
        assert.ok(fresh < 40, `step ${fresh} after a reset at ${rested.step}`);
        await page.reach("training again", trainsBeyond(fresh));
        return `${rested.step} before, ${fresh} after`;
    },

    async "restarts with a changed setting, which the address bar shows"(page) {
        await page.open(ENDLESS);
        const { step } = await page.reach("some steps", trainsBeyond(100));
        await page.run(`window.steps = [];
      probe.when(({ phase }) => phase === 'opening', () => probe.when(({ phase }) => phase === 'training', () => steps.push(probe.state().step)));
      probe.set('model.units', '64');`);
        const now = await page.reach("the new setting in the address", ({ hash }) => hash.includes("model.units=64"));
        assert.equal(now.hash, "#v=0&model.units=64&steps=1000000");
        const [first] = await until("training from the start", () => page.run("return steps.length && steps"));
        assert.ok(first < step, `the first step seen is ${first}, ${step} before`);
        // The curves of the previous run are gone; curves of this run appear.
        const inked = () =>
            page.run(`const canvas = probe.find('.plot');
      return canvas.width > 1 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, i) => i % 4 === 3 && byte > 0).length`);
        await until("curves", async () => (await inked()) > 500);
    },

    async "acts on keys"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(30));
        await page.press(" ");
        const { step } = await page.reach("paused by space", ({ phase }) => phase === "paused");
        await page.press("\uE014");
        await page.reach("one step by →", (now) => now.step === step + 1);
        await page.press("r");
        await page.reach("step 0 by R", (now) => now.step === 0 && now.phase === "paused");
        await page.press("?");
        await until("the help", () => page.run(`return probe.find('dialog').open`));
        await page.press("?");
        await until("no help", () => page.run(`return !probe.find('dialog').open`));
        await page.press(" ");
        await page.reach("training by space", trainsBeyond(0));
    },

    async "keeps the focus on its buttons while they are off"(page) {
        await page.open(SHORT.replace("300", "3000"));
        await page.reach("the buttons", ({ phase }) => phase);
        const focused = () => page.run(`return probe.root().shadowRoot.activeElement?.textContent`);
        await page.run(`probe.find('button.primary').focus()`);
        await page.run(`window.off = []; probe.when(({ phase }) => phase === 'sampling', () => {
      const play = probe.find('button.primary');
      off.push(play.textContent, play.getAttribute('aria-disabled'));
      play.click();
    })`);
        await page.reach("completion", complete);
        assert.deepEqual(await page.run("return off"), ["Sampling…", "true"]);
        assert.equal(await focused(), "Train again");
    },

    async "keeps moving its chains in a pause, and stops them after a while"(page) {
        await page.open("#v=0&data.count=2000&sample.chains=20&steps=1000000&transitions=20");
        await page.reach("training", trainsBeyond(30));
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        const asked = () =>
            page.runAsync(
                `await probe.frames(3); return probe.alive('sampler').reduce((sum, { asked }) => sum + asked, 0)`,
            );
        const transitions = () =>
            page.run(`return Number([...probe.find('.readouts dl').querySelectorAll('dd')].at(-1).textContent)`);
        await until("chains to walk beyond their length", async () => (await transitions()) > 25);
        await page.run("probe.skip(60_000)");
        await until("chains at rest", async () => {
            const before = await asked();
            return (await asked()) === before;
        });
        await until(
            "a word about it",
            async () =>
                (await page.run(`return probe.find('.statement').textContent`)) ===
                "Training is paused, and the chains rest.",
        );
        await page.click("Train");
        await page.reach("training again", trainsBeyond(30));
        await page.click("Pause");
        const before = await asked();
        await until("chains that walk again", async () => (await asked()) > before + 30);
    },

    async "stops while the page is hidden, and continues when it is visible again"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(30));
        const [before, after] = await page.runAsync(`
      await probe.untilRest(() => probe.hide(true));
      // The page may report this after the worker does.
      await probe.frames(3);
      const { step } = probe.state();
      const [trainer] = probe.alive('trainer');
      const asked = trainer.asked;
      await probe.frames(10);
      return [[step, asked], [probe.state().step, trainer.asked]];`);
        assert.deepEqual(after, before, "steps and requests");
        await page.run("probe.hide(false)");
        await page.reach("training on", trainsBeyond(after[0]));
    },
};

export const chromiumRunControl = {
    async "restarts with another seed, and with another σ when the slider is released"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(50));
        await page.run(
            `window.steps = []; probe.when(({ phase }) => phase === 'opening', () => steps.push(probe.state().step)); probe.click('New seed')`,
        );
        const seeded = await page.reach(
            "training on another seed",
            (now) => /^#v=0&seed=\d+&steps=1000000$/.test(now.hash) && trainsBeyond(0)(now),
        );
        assert.deepEqual(await page.run("return steps"), [0]);
        await page.click("New seed");
        await page.reach("a third seed", (now) => now.hash !== seeded.hash && trainsBeyond(0)(now));
        const dragged = await page.run(`
      const slider = probe.find('.sigma input');
      slider.value = 800;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      return [probe.find('.sigma output').textContent, location.hash, slider.dispatchEvent(new Event('change', { bubbles: true }))];`);
        assert.ok(Number(dragged[0]) > 0.05 && !dragged[1].includes("sigma"), "nothing changes while it is dragged");
        const { hash } = await page.reach(
            "training on another σ",
            (now) => /train\.sigma=/.test(now.hash) && trainsBeyond(0)(now),
        );
        assert.ok(hash.includes(`train.sigma=${dragged[0]}&`), `${hash} with ${dragged[0]}`);
    },

    async "says that training diverged and what to do, and trains again after"(page) {
        await page.open("#v=0&train.rate=1&steps=1000000");
        await page.reach("the divergence", ({ phase }) => phase === "diverged");
        await until(
            "a sentence",
            async () =>
                (await page.run(`return probe.find('.statement').textContent`)) ===
                "Training diverged: lower the learning rate, then reset.",
        );
        await page.run(`probe.set('train.rate', '0.005')`);
        await page.reach("training", trainsBeyond(0));
    },

    async "does not start by itself if the user prefers reduced motion"(page) {
        await page.devtools("Emulation.setEmulatedMedia", {
            features: [{ name: "prefers-reduced-motion", value: "reduce" }],
        });
        try {
            await page.open(SHORT);
            await page.reach("a pause", ({ phase }) => phase === "paused");
            await page.frames(30);
            assert.equal((await page.state()).step, 0);
            await page.click("Train");
            await page.reach("training on demand", ({ step }) => step > 0);
        } finally {
            await page.devtools("Emulation.setEmulatedMedia", { features: [] });
        }
    },
};

// Tests that run in every engine. Each test gets a Page; its name is a claim.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./support/browser.mjs";
import { complete, ENDLESS, LONGER, ofLonger, ofShort, SHORT, trainsBeyond } from "./support/fixtures.mjs";
import { compressedSize } from "./support/server.mjs";

const FISHER_LIMIT = 0.15;
/** The second part of the module; the default experiment does not need it. */
const REST = "scorescape_rest.wasm";
const isRest = (path) => basename(path) === REST;
const FIRST_LOAD_LIMIT = 140 * 1024;

export const allEngines = {
    async "starts by itself, draws the learned score, and loads little before"(page) {
        const { requested } = page.site;
        const asksForRest = () => [...requested].some(isRest);
        requested.clear();
        page.site.hold(REST);
        const start = Date.now();
        await page.open();
        await page.reach("training", trainsBeyond(0));
        await page.arrows();
        const seconds = (Date.now() - start) / 1000;
        await until("the rest of the program to be asked for", 5000, asksForRest);
        const first = [...requested].filter((path) => !isRest(path));
        const size = compressedSize(first);
        await page.reach(
            "an error and samples without the rest",
            ({ step, error, notice }) => step > 100 && error !== null && notice === "",
        );
        await until("samples", 20_000, async () => (await page.ink("samples")).count > 200);
        assert.ok(size <= FIRST_LOAD_LIMIT, `${size} bytes before the first arrows`);
        await page.run(`probe.find('[name=learned]').click()`);
        await until("the learned score to go with its layer", 5000, async () => (await page.ink("learned")).count < 30);
        // Without arrows (the field worker does not answer), the page never requests the second part. A different
        // address is used, because a browser may delay a request until an earlier request to the same address is
        // answered.
        requested.clear();
        await page.open("", { query: "deaf=field", base: page.site.keptUrl });
        await page.reach("training unseen", trainsBeyond(100));
        assert.equal((await page.ink("learned")).count, 0);
        assert.ok(!asksForRest(), "the rest is asked for before there are arrows");
        return `arrows after ${seconds.toFixed(1)} s, ${(size / 1024).toFixed(1)} KB of ${FIRST_LOAD_LIMIT / 1024} KB by brotli in ${first.length} files`;
    },

    async "runs other experiments once the whole program is loaded"(page) {
        const release = page.site.hold(REST);
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("the opening", ({ phase }) => phase === "opening");
        await page.frames(10);
        assert.equal((await page.state()).phase, "opening");
        release();
        await page.reach("training", trainsBeyond(0));
        await page.arrows();
    },

    async "reports that the rest of the program is missing, and continues when it arrives"(page) {
        const lose = page.site.hold(REST);
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("the opening", ({ phase }) => phase === "opening");
        lose(false);
        await until("a word about it", 10_000, async () =>
            (await page.run("return probe.state().notice")).includes("could not be loaded"),
        );
        const now = await until("training", 20_000, async () => {
            const now = await page.run("return probe.state()");
            return trainsBeyond(0)(now) && now;
        });
        assert.equal(now.notice, "");
    },

    async "learns the score to a relative Fisher error under 0.15"(page) {
        const start = Date.now();
        await page.open();
        const now = await page.reach(
            "a small error",
            ({ step, error }) => step > 0 && error !== null && error < FISHER_LIMIT,
            60_000,
        );
        return `${now.error.toFixed(3)} at step ${now.step} after ${((Date.now() - start) / 1000).toFixed(1)} s`;
    },

    async "moves its chains"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(30));
        await until("samples", 20_000, async () => (await page.ink("samples")).count > 200);
        const before = await page.ink("samples");
        await until("the samples to move", 5000, async () => (await page.ink("samples")).hash !== before.hash);
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
        await page.reach("some steps", trainsBeyond(30));
        await page.run(`window.steps = [];
      probe.when(({ phase }) => phase === 'opening', () => probe.when(({ phase }) => phase === 'training', () => steps.push(probe.state().step)));
      probe.set('model.units', '64');`);
        const now = await page.reach("the new setting in the address", ({ hash }) => hash.includes("model.units=64"));
        assert.equal(now.hash, "#v=0&model.units=64&steps=1000000");
        const [first] = await until("training from the start", 5000, () => page.run("return steps.length && steps"));
        assert.ok(first < 100, `the first step seen is ${first}`);
        // The curves of the previous run are gone; curves of this run appear.
        const inked = () =>
            page.run(`const canvas = probe.find('.plot');
      return canvas.width > 1 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, i) => i % 4 === 3 && byte > 0).length`);
        await until("curves", 10_000, async () => (await inked()) > 500);
    },

    async "explains at the control why a value is refused, and changes nothing"(page) {
        await page.open(ENDLESS);
        const before = await page.reach("training", trainsBeyond(0));
        await page.run(`probe.set('train.rate', '-5')`);
        const note = await page.run(
            `return probe.find('[name="train.rate"]').parentElement.querySelector('.refused')?.textContent`,
        );
        assert.match(note ?? "", /^Learning rate .*\[0\.000001, 1\].*-5/);
        await page.frames(5);
        const now = await page.state();
        assert.equal(now.hash, before.hash);
        assert.ok(now.step >= before.step && now.phase === before.phase, "the run goes on");
    },

    async "shows a control only while it has an effect"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        const shown = (key) =>
            page.run(`return Boolean(probe.find('[name="' + arguments[0] + '"]')?.offsetParent)`, key);
        assert.deepEqual(
            await Promise.all(
                ["train.large-noise", "train.sigma-first", "sample.start-deviation", "view.plane", "train.rate"].map(
                    shown,
                ),
            ),
            [false, false, false, false, true],
        );
        await page.run(`probe.set('train.corruption', 'rare-large')`);
        await until("the share of large noise", 5000, () => shown("train.large-noise"));
        await page.run(`probe.set('data', 'iris')`);
        await until("the choice of a plane in four dimensions", 10_000, () => shown("view.plane"));
        await page.run(`probe.set('data', 'word')`);
        assert.match(
            await page.run(`return probe.find('[name="data.word"]').title`),
            /Up to 12 of these: letters digits blanks\.$/,
        );
        // Two datasets whose settings have the same keys but different meanings.
        const noise = () => page.run(`return probe.find('[name="data.noise"]').closest('.setting').textContent`);
        await page.run(`probe.set('data', 'two-moons')`);
        const moons = await noise();
        await page.run(`probe.set('data', 'ring')`);
        const ring = await noise();
        assert.ok(
            /^Data noise.*From 0 to 0\.3/.test(moons) && /^Width.*From 0\.001 to 1/.test(ring),
            `${moons} ${ring}`,
        );
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
        await until("the help", 3000, () => page.run(`return probe.find('dialog').open`));
        await page.press("?");
        await until("no help", 3000, () => page.run(`return !probe.find('dialog').open`));
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

    async "goes from the stage to the measures and the settings, or from the settings on where there is room, for eyes and for the Tab key"(
        page,
    ) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        for (const [width, first] of [
            [1300, "Experiment"],
            [900, "Stage"],
            [480, "Stage"],
        ]) {
            await page.browser.manage().window().setRect({ width, height: 900 });
            /** @type {{ left: number, top: number }[]} */
            let places;
            await until(
                `the order at ${width} pixels`,
                5000,
                async () => {
                    places = await page.run(
                        `return [...probe.find('.layout').children].map((part) => part.getBoundingClientRect()).map(({ left, top }) => ({ left, top }))`,
                    );
                    const second = await page.run(
                        `return probe.find('.layout').children[1].getAttribute('aria-label')`,
                    );
                    return (
                        second === first &&
                        places
                            .slice(1)
                            .every(
                                ({ left, top }, i) =>
                                    top > places[i].top + 50 || (top >= places[i].top && left > places[i].left),
                            )
                    );
                },
                () => places,
            );
            assert.equal(places.length, 4);
        }
        await page.browser.manage().window().setRect({ width: 1280, height: 860 });
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
        await until("chains to walk beyond their length", 10_000, async () => (await transitions()) > 25);
        await page.run("probe.skip(60_000)");
        await until("chains at rest", 5000, async () => {
            const before = await asked();
            return (await asked()) === before;
        });
        await until(
            "a word about it",
            3000,
            async () =>
                (await page.run(`return probe.find('.statement').textContent`)) ===
                "Training is paused, and the chains rest.",
        );
        await page.click("Train");
        await page.reach("training again", trainsBeyond(30));
        await page.click("Pause");
        const before = await asked();
        await until("chains that walk again", 5000, async () => (await asked()) > before + 30);
    },

    async "completes a run with the bits that Node computes, whatever the number of samplers"(page) {
        const expected = await ofShort();
        await page.open("#steps=300&data.count=2000&sample.chains=20&transitions=50", { query: "cores=4" });
        const now = await page.reach("completion", complete);
        assert.equal(await page.run(`return probe.alive('sampler').length`), 3);
        assert.equal(now.fingerprint, expected);
        assert.equal(now.hash, `${SHORT}&fingerprint=${expected}`);
        await page.open(now.hash, { query: "cores=2" });
        const again = await page.reach("completion", complete);
        assert.equal(await page.run(`return probe.alive('sampler').length`), 1);
        assert.match(again.note, /^Reproduced/);
        await page.click("Train again");
        await page.reach("the start", ({ phase }) => phase !== "complete");
        assert.equal((await page.reach("completion", complete)).fingerprint, expected);
        return expected;
    },

    async "reproduces a link in a fresh profile"(page) {
        const link = `${SHORT}&fingerprint=${await ofShort()}`;
        await page.elsewhere(async (other) => {
            await other.open(link);
            const now = await other.reach("completion", complete);
            assert.match(now.note, /^Reproduced/);
        });
    },

    async "reports a fingerprint that differs"(page) {
        const mark = await ofShort();
        const other = mark.slice(0, -1) + (mark.endsWith("0") ? "1" : "0");
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        // In the same document: the playground follows changes of the address.
        await page.run("location.hash = arguments[0]", `${SHORT}&fingerprint=${other}`);
        const now = await page.reach("the verdict", ({ note }) => /^Differs/.test(note));
        assert.equal(now.fingerprint, mark);
        assert.ok(now.note.includes(other) && now.note.includes(mark));
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

    async "shows other data"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.run(`location.hash = '#data=two-bumps&steps=1000000'`);
        const now = await page.reach(
            "training on other data",
            (now) => now.hash === "#v=0&data=two-bumps&steps=1000000" && trainsBeyond(0)(now),
        );
        assert.equal(now.notice, "");
        await page.arrows();
    },

    async "shows data on a line as curves from side to side"(page) {
        await page.open("#v=0&data=two-wells&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        const width = await page.run(`return probe.find('.stage canvas').width`);
        for (const curve of ["learned", "exact"]) {
            const drawn = () => page.ink(curve).then(({ count }) => count);
            // Some columns are hidden behind the other curve or outside the stage.
            await until(`the ${curve} score's curve`, 10_000, async () => (await drawn()) > 0.5 * width);
        }
        await page.run(`probe.find('[name=exact]').click()`);
        await until("the curve to go with its layer", 5000, async () => (await page.ink("exact")).count < 30);
    },

    async "names the other settings that a choice changes, and the scale of the arrows"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        const scale = (text) =>
            until(text, 5000, async () => (await page.run(`return probe.find('.scale').textContent`)) === text);
        await scale("An arrow half as long as its cell is a score, or a difference, of 1/σ = 20.");
        await page.run(`probe.set('data', 'iris')`);
        const { note } = await page.reach("training", (now) => now.hash.includes("iris") && trainsBeyond(0)(now));
        assert.equal(note, "Also adjusted: Points = 150, Hidden units = 64, Noise σ = 0.3, Step size τ = 0.2.");
        await page.run(`probe.set('data', 'two-wells')`);
        await scale("A curve half-way out is a score, or a difference, of 1/σ = 10.");
        await page.run(`probe.set('model.units', '65')`);
        assert.equal(
            (await page.reach("training", (now) => now.hash.includes("=65") && trainsBeyond(0)(now))).note,
            "",
        );
    },

    async "follows one chain after another"(page) {
        await page.open(SHORT);
        const { followed, torn, lengths, few } = await page.runAsync(`
      const { Trail } = await import('./www/stage/trail.js');
      const trail = new Trail();
      const [followed, lengths] = [new Set(), new Set()];
      let torn = 0;
      for (let step = 1; step <= 600; step++) {
        // Chain i is at (i, step).
        trail.update({ transitions: step, places: Float64Array.from({ length: 80 }, (_, i) => i % 2 ? step : i / 2) });
        for (const path of trail.paths) {
          followed.add(path[0]);
          lengths.add(path.length / 2);
          for (let i = 2; i < path.length; i += 2) torn += path[i] !== path[i - 2] || path[i + 1] !== path[i - 1] + 1;
        }
      }
      const few = [0, 1, 2, 3].map((count) => {
        const trail = new Trail();
        for (let step = 1; step <= 200; step++) trail.update({ transitions: step, places: new Float64Array(2 * count) });
        return Array.from(trail.paths, (path) => path?.length > 0);
      });
      return { followed: followed.size, torn, lengths: Math.max(...lengths), few };`);
        assert.deepEqual({ followed, torn, lengths }, { followed: 25, torn: 0, lengths: 8 });
        assert.deepEqual(few, [[], [true], [true, true], [true, true, true]]);
    },

    async "names the errors in a link and runs the rest"(page) {
        await page.open("#train.rate=-1&nonsense=<b>&steps=1000000");
        const now = await page.reach("training", trainsBeyond(0));
        for (const part of ["train.rate", '"-1"', "[0.000001, 1]", "nonsense"]) {
            assert.ok(now.notice.includes(part), `${part} in ${now.notice}`);
        }
        assert.equal(now.hash, ENDLESS);
    },

    async "shows a link as text, never as HTML"(page) {
        // Browsers escape text from the address bar; a page that embeds a playground may pass it unescaped.
        await page.open("", { file: "embedding.html" });
        await page.runAsync(`
      const { mount } = await import('./www/mount.js');
      window.host = document.querySelector('#one');
      window.handle = mount(host, '#nonsense=<b>bold</b>', { autoplay: false });`);
        await until("the notice", 10_000, () => page.run(`return probe.state(host).notice.includes('<b>bold</b>')`));
        assert.equal(
            await page.run(
                `return host.shadowRoot.querySelectorAll('b').length - host.shadowRoot.querySelectorAll('.caption b').length`,
            ),
            0,
        );
        await page.run("handle.destroy()");
    },

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

/** A sentence replaces the playground. */
const explains = (query, sentence) => async (page) => {
    await page.open("", { query });
    // The phase is set in the next frame.
    await page.reach("a sentence", ({ notice, phase }) => sentence.test(notice) && phase === "failed");
    await page.frames(10);
    assert.match((await page.state()).notice, sentence);
};

Object.assign(allEngines, {
    "says when WebAssembly is switched off": explains("without=wasm", /WebAssembly switched off/),
    "says when SIMD is missing": explains("without=simd", /no SIMD instructions/),
    "says when workers cannot be started": explains("without=workers", /needs workers.*no workers here/),
    "says when module workers are missing": explains("without=module-workers", /needs workers/),

    async "runs from a host that does not know what wasm is"(page) {
        await page.open(ENDLESS, { base: page.site.ignorantUrl });
        await page.reach("training", trainsBeyond(0));
    },
});

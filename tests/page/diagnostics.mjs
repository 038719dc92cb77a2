// The verdict on a complete run, in every engine.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { complete, program, SCATTERED, SHORT } from "./support/fixtures.mjs";

export const diagnostics = {
    async "shows the verdict on a complete run, and its reasons"(page) {
        await page.open(SHORT);
        await page.reach("a complete run", complete);
        const trust = () =>
            page.run(`
      const part = probe.find('.diagnostics');
      const text = (selector) => [...part.querySelectorAll(selector)].map(({ textContent }) => textContent);
      return part && { level: probe.find('.verdict').className, diagnostics: text('table:first-of-type td:last-child'),
        names: text('table:first-of-type th'), measures: text('table:last-of-type th[scope=row]'), captions: text('figcaption') };`);
        const { level, diagnostics, names, measures, captions } = await until("a verdict", trust);
        assert.deepEqual(names, [
            "R̂",
            "ESS, bulk",
            "ESS, tail",
            "Acceptance",
            "Asymmetry of J",
            "Circulation",
            "Fisher error",
        ]);
        const worst = ["green", "amber", "red"][
            Math.max(...diagnostics.map((word) => ["✓good", "!doubtful", "✗bad"].indexOf(word)))
        ];
        assert.equal(level, `verdict ${worst}`, diagnostics.join());
        assert.deepEqual(measures, [
            "Mean log p",
            "Sliced W₁",
            "Sliced W₂",
            "Energy distance",
            "MMD²",
            "Stein discrepancy²",
        ]);
        const drawn = () =>
            page.run(`return probe.all('.diagnostics canvas').filter((canvas) =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)).length`);
        await until("two plots", async () => (await drawn()) === 2);
        await page.run(`probe.all('.diagnostics canvas').forEach((canvas) => {
      const box = canvas.getBoundingClientRect();
      canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
    })`);
        assert.equal(captions.length, 2);
        for (const caption of (await trust()).captions) {
            assert.match(caption, /^(Transition|Lag) \d+: -?[\d.]/);
        }
        // Arrow keys move along the curve too. They must not also start a transition or training.
        const moved = await page.run(`
      const [canvas] = probe.all('.diagnostics canvas');
      const tell = () => canvas.parentElement.querySelector('figcaption').textContent;
      const before = tell();
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }));
      return [before, tell(), probe.state().phase];`);
        assert.notEqual(moved[1], moved[0]);
        assert.match(moved[1], /^Transition \d+: /);
        assert.equal(moved[2], "complete");
        // Each number that is not good has an explanation and a suggestion.
        const doubts = diagnostics.filter((word) => word !== "✓good").length;
        assert.equal(await page.run(`return probe.all('.diagnostics details p').length`), doubts);
        // Another sampler is offered for the current weights.
        const { step } = await page.state();
        await page.run(`probe.click('Sample again by the no-U-turn sampler')`);
        const again = await page.reach(
            "samples of another kind",
            (now) => now.hash.includes("sample.kernel=nuts") && complete(now),
        );
        assert.equal(again.step, step);
        await until("another verdict", trust);
        assert.ok(await page.run(`return !probe.button('Sample again by the no-U-turn sampler')`));
        // The verdict disappears together with its run.
        await page.run(`probe.click('Train again')`);
        await until("no verdict", async () => (await trust()) === null);
    },

    async "gives a red verdict to a sampler with a deliberate fault, even if it mixes well"(page) {
        const mixes =
            "#v=0&data=gaussian&data.count=500&model.units=32&sample.target=exact&sample.kernel=nuts&sample.chains=20&steps=20&transitions=1000";
        for (const [fault, expected] of [
            ["", ""],
            ["&sample.fault=wrong-sigma", "✗bad"],
        ]) {
            await page.open(mixes + fault);
            await page.reach("a complete run", complete);
            const words = await until("a verdict", () =>
                page.run(`
        const part = probe.find('.diagnostics');
        return part && [...part.querySelectorAll('table:first-of-type tr')].map((row) => [row.children[0].textContent, row.children[2].textContent]);`),
            );
            assert.equal(words.find(([name]) => name === "Sampler")?.[1] ?? "", expected);
            const speed = await page.run(`return probe.find('.diagnostics').innerText`);
            const [time, size] =
                /One independent draw in (?:at most )?([\d.]+) transitions.* made (?:at least )?([\d.]+[kM]?) effective draws per second/
                    .exec(speed)
                    ?.slice(1) ?? [];
            assert.ok(Number(time) >= 1 && Number(time) < 5 && parseFloat(size) > 0, speed);
            // Everything else is good.
            assert.deepEqual(
                words.filter(([name, word]) => name !== "Sampler" && word !== "✓good"),
                [],
            );
            assert.equal(
                await page.run(`return probe.find('.verdict').className`),
                `verdict ${fault ? "red" : "green"}`,
            );
        }
    },

    async "diagnoses fewer chains than samplers by their acceptance rate"(page) {
        for (const chains of [1, 2]) {
            await page.open(SHORT.replace("sample.chains=20", `sample.chains=${chains}`), { query: "cores=4" });
            await page.reach("a complete run", complete);
            const [shown] = await until("a verdict", () =>
                page.run(`
        const part = probe.find('.diagnostics');
        const row = part && [...part.querySelectorAll('tr')].find((row) => row.textContent.startsWith('Acceptance'));
        return part && [row.children[1].textContent];`),
            );
            assert.ok(Number(shown) > 0.3 && Number(shown) < 0.95, `${chains}: ${shown}`);
        }
    },

    async "diagnoses again if the diagnostics worker was killed"(page) {
        await page.open(SHORT);
        const kill = page.runAsync(`
      for (;;) {
        const [worker] = probe.alive('diagnostics');
        if (worker) return void probe.kill('diagnostics');
        await probe.frames(1);
      }`);
        await kill;
        await until("a verdict", () => page.run(`return probe.find('.diagnostics') !== null`));
    },

    async "leads chains from any start to the data"(page) {
        await page.open(SCATTERED);
        await page.reach("a complete run", complete);
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        // The saved numbers: the page itself shows only dots.
        const text = await page.runAsync(`
      const saved = new Promise((resolve) => (URL.createObjectURL = (blob) => (resolve(blob.text()), 'data:,')));
      HTMLAnchorElement.prototype.click = () => {};
      probe.click('CSV');
      return saved;`);
        const [names, ...rows] = text
            .trim()
            .split("\n")
            .map((row) => row.split(","));
        assert.deepEqual([names, rows.length], [["x1", "x2"], 100]);
        const { Observer } = await program();
        const points = new Observer(SCATTERED).points();
        const nearest = ([x, y]) =>
            Math.sqrt(
                points.reduce(
                    (least, _, i) => (i % 2 ? least : Math.min(least, (x - points[i]) ** 2 + (y - points[i + 1]) ** 2)),
                    Infinity,
                ),
            );
        const distances = rows.map((row) => nearest(row.map(Number))).sort((a, b) => a - b);
        // σ is 0.05. At the start, half of the chains are farther away than 0.7.
        assert.ok(distances[50] < 0.05 && distances[90] < 0.1, `${distances}`);
        return `half of them within ${distances[50].toFixed(3)} of a point, nine of ten within ${distances[90].toFixed(3)}`;
    },

    async "reports that all chains stand still if each proposal is rejected"(page) {
        await page.open(`${SHORT}&sample.step-size=100`);
        await page.reach("a complete run", complete);
        const verdict = await until("a verdict", () =>
            page.run(`
      const [level, trust] = ['.verdict', '.diagnostics'].map((part) => probe.find(part)?.textContent);
      return trust && { level, trust };`),
        );
        assert.equal(verdict.level, "✗ Don't trust these samples yet.");
        assert.match(verdict.trust, /All chains stand still/);
    },

    async "shows how the samples are spread, with values under the pointer and by keys"(page) {
        const cases = /** @type {[string, string[]][]} */ ([
            [SHORT, ["x1", "x2"]],
            ["#v=0&data=two-wells&sample.chains=20&steps=300&transitions=50", ["x"]],
            ["#v=0&data=wine&sample.chains=20&steps=300&transitions=50", ["Component 1", "Component 2"]],
        ]);
        // Captions of other data come from the core; engines could only draw otherwise.
        for (const [link, labels] of page.engine === "chromium" ? cases : cases.slice(0, 1)) {
            await page.open(link);
            await page.reach("a complete run", complete);
            await until("the plots", () => page.run(`return Boolean(probe.find('.marginals'))`));
            const plots = () =>
                page.run(`return probe.all('.marginals canvas').filter((canvas) =>
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)).length`);
            await until("that they are drawn", async () => (await plots()) === labels.length);
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
};

// Numbers at a place, and scores along a line through it.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { probeAt } from "../../www/workers/probe.js";
import { until } from "./support/browser.mjs";
import { complete, program, trainsBeyond } from "./support/fixtures.mjs";
import { openAfresh } from "./support/storage.mjs";

/** A density with a closed form: N(0, I) after blurring by σ = 0.6, because its own variance is 0.64. */
const NORMAL = "#v=0&data=gaussian&data.length=0.8&data.width=0.8&train.sigma=0.6&steps=1000000";

/** The probe's table: for each row, the texts of the learned and of the exact score. */
const table = (page) =>
    page.run(`
  const rows = [...probe.find('.probe tbody').rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  return { caption: probe.find('.probe caption').textContent, angle: probe.find('.probe p').textContent, ...Object.fromEntries(rows.map(([name, ...texts]) => [name, texts])) };`);
const numbers = (text) => (text.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);

/** Moves a mouse to a place on the stage, in shares of its width and height from its corner. */
const hover = (page, across, down) =>
    page.run(
        `
  const canvas = probe.find('.stage canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  canvas.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'mouse', clientX: left + arguments[0] * width, clientY: top + arguments[1] * height }));`,
        across,
        down,
    );

/** True once the table contains all numbers. */
const isWhole = ({ caption, angle, curvature }) =>
    /x = /.test(caption) && !/a while/.test(angle) && !/found/.test(curvature);
const told = (page, ready = (_now) => true) =>
    until("numbers", async () => {
        const now = await table(page);
        return isWhole(now) && ready(now) && now;
    });

/** The table once it no longer changes: at first the field worker may have older weights. */
async function toldLast(page, ready) {
    let last;
    return until("numbers that stay", async () => {
        const before = last;
        last = JSON.stringify(await told(page, ready));
        await page.frames(30);
        return last === before && JSON.parse(last);
    });
}

/** Position of the captioned place on the stage, from -1 (left and lower edge) to 1 (right and upper edge). */
const onStage = async (page, caption) => {
    const { seen } = await page.state();
    const [width, height] = await page.run(
        `const { clientWidth, clientHeight } = probe.find('.stage canvas'); return [clientWidth, clientHeight]`,
    );
    const [x, y] = numbers(caption);
    return [(x - seen.x) / width, (y - seen.y) / height].map((share) => (share * Math.min(width, height)) / seen.half);
};
const isSeen = async (page, caption) => (await onStage(page, caption)).every((share) => Math.abs(share) < 1.01);

async function opened(page, link) {
    await page.open(link);
    await page.reach("training", trainsBeyond(300));
    await until("the probe", () => page.run(`return Boolean(probe.button('Probe'))`));
    await page.click("Probe");
}

/** Numbers are displayed with three or four digits. */
const close = (a, b, tolerance = 6e-3) =>
    assert.ok(
        a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= tolerance * Math.max(1, Math.abs(b[i]))),
        `${a} ${b}`,
    );

export const probeTool = {
    async "shows numbers of both scores at a place, equal to closed forms"(page) {
        await opened(page, NORMAL);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        await hover(page, 0.55, 0.45);
        let last;
        // At first the field worker may have older weights, and the table shows their values.
        const now = await until(
            "a learned score that is about -x",
            async () => {
                last = await table(page);
                const [x] = numbers(last.caption);
                const [score] = numbers(last.score[0]);
                return isWhole(last) && x > 0.1 && Math.abs(score + x) < 0.3 * Math.max(1, x) && last;
            },
            () => last,
        );
        const { seen } = await page.state();
        const x = numbers(now.caption.split("σ")[0]);
        const [width, height] = await page.run(
            `const { clientWidth, clientHeight } = probe.find('.stage canvas'); return [clientWidth, clientHeight]`,
        );
        const scale = (2 * seen.half) / Math.min(width, height);
        close(x, [seen.x + 0.05 * width * scale, seen.y + 0.05 * height * scale], 0.01 * seen.half);
        // log p = -‖x‖²/2 + c: its score is -x, its curvature -1, its energy ‖x‖²/2. Above 1 the place itself is
        // rounded to 0.005.
        const rounded = 2e-2;
        const s = 0.36;
        const squared = x[0] ** 2 + x[1] ** 2;
        close(
            numbers(now.score[1]),
            x.map((value) => -value),
        );
        close(numbers(now["its length"][1]), [Math.sqrt(squared)]);
        close(
            numbers(now["r(x)"][1]),
            x.map((value) => (1 - s) * value),
        );
        close(numbers(now["‖r(x) - x‖²"][1]), [s * s * squared]);
        close(numbers(now.energy[1]), [squared / 2], rounded);
        close(numbers(now.curvature[1]), [-1, -1]);
        // The learned values are consistent with each other, and by now close to the exact values.
        const score = numbers(now.score[0]);
        const image = numbers(now["r(x)"][0]);
        close(
            image,
            x.map((value, i) => value + s * score[i]),
            rounded,
        );
        close(
            score,
            x.map((value) => -value),
            0.3,
        );
        const [away, ratio] = numbers(now.angle);
        const cosine = -(score[0] * x[0] + score[1] * x[1]) / Math.hypot(...score) / Math.sqrt(squared);
        close([Math.cos((away * Math.PI) / 180), ratio], [cosine, Math.hypot(...score) / Math.sqrt(squared)], rounded);
        close(numbers(now.energy[0]), [squared / 2], 0.2);
        return `${now.caption}: ${now.angle}`;
    },

    async "follows training, and draws both scores along a chosen line"(page) {
        await opened(page, NORMAL);
        await hover(page, 0.7, 0.4);
        const error = async () => (await table(page))["‖r(x) - x‖²"][0];
        const before = await until("a number", async () => (await error()) !== "–" && error());
        await until("another one", async () => (await error()) !== before);
        const plot = () =>
            page.run(`
      const { width, height } = probe.find('.probe canvas');
      const { data } = probe.find('.probe canvas').getContext('2d').getImageData(0, 0, width, height);
      return data.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0);`);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        await page.frames(20);
        const across = await plot();
        await page.run(
            `const select = probe.find('[name=direction]'); select.value = 'up'; select.dispatchEvent(new Event('change'))`,
        );
        await until("another line", async () => (await plot()) !== across);
        // Along a vertical line the exact component is minus the height.
        await page.run(
            `probe.find('.probe canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }))`,
        );
        const [told, at] = await page.run(
            `return [probe.find('.probe figcaption').textContent, probe.find('.probe caption').textContent]`,
        );
        const [way, , exact] = numbers(told);
        close([exact], [-(numbers(at)[1] + way)]);
    },

    async "shows nothing about previous data"(page) {
        await openAfresh(page, "#v=0");
        await opened(page, "#v=0&steps=1000000");
        await hover(page, 0.6, 0.4);
        await told(page);
        await until("arrows", async () => (await page.ink("exact")).count > 0);
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.frames(20);
        const { caption, angle, ...rows } = await table(page);
        assert.deepEqual([caption, angle, ...new Set(Object.values(rows).flat())], ["–", "", "–"]);
        assert.deepEqual([(await page.ink("exact")).count, (await page.ink("learned")).count], [0, 0]);
        await page.run(`probe.set('data', 'two-moons')`);
        await page.reach("other data", trainsBeyond(0));
        await told(page);
        // The table is also empty if the probe was off during the change.
        await page.click("Probe");
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.click("Probe");
        assert.equal((await table(page)).caption, "–");
    },

    async "keeps the values in the chart's caption equal to the values at the place"(page) {
        await opened(page, NORMAL);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        await hover(page, 0.6, 0.4);
        const before = (await told(page)).caption;
        await page.run(
            `probe.find('.probe figure canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }))`,
        );
        await hover(page, 0.3, 0.4);
        const { caption } = await told(page, (now) => now.caption !== before);
        const [, , exact] = numbers(await page.run(`return probe.find('.probe figcaption').textContent`));
        const [way] = numbers(await page.run(`return probe.find('.probe figcaption').textContent`));
        close([exact], [-(numbers(caption)[0] + way)]);
        await page.run(`probe.find('.probe figure canvas').dispatchEvent(new PointerEvent('pointerleave'))`);
        assert.match(await page.run(`return probe.find('.probe figcaption').textContent`), /^Component of the score/);
    },

    async "cuts off no number of a place"(page) {
        // Tables for many dimensions hold longer texts.
        await opened(page, "#v=0&data=gmm-manifold&data.dim=10&steps=1000000");
        await told(page);
        const widths = await page.run(`
      const cells = probe.all('.probe td').slice(1);
      cells.forEach((cell, i) => cell.textContent = i < 10 ? '(-0.0477, -0.0712)' : '-0.27, -0.031 … -3800, -457');
      return cells.map((cell) => [cell.textContent, cell.scrollWidth, cell.clientWidth]);`);
        assert.deepEqual(
            widths.filter(([, needed, there]) => needed > there),
            [],
        );
        const [table, room] = await page.run(
            `const table = probe.find('.probe table'); return [table, table.parentElement].map((it) => it.getBoundingClientRect().right)`,
        );
        assert.ok(table < room + 1, `the table ends at ${table}, its room at ${room}`);
    },

    async "shows numbers for data on a line, and on a plane in ten dimensions"(page) {
        await opened(page, "#v=0&data=two-wells&steps=1000000");
        await hover(page, 0.6, 0.5);
        const line = await told(page);
        assert.ok(numbers(line.score[0]).length === 1 && numbers(line.curvature[1]).length === 1, JSON.stringify(line));
        await page.click("Probe");
        assert.equal(await page.run(`return probe.find('.probe').hidden`), true);
        await opened(page, "#v=0&data=gmm-manifold&data.dim=10&steps=1000000");
        await hover(page, 0.6, 0.5);
        const plane = await told(page);
        assert.match(plane.caption, /plane that is shown, of 10 dimensions/);
        assert.match(plane.curvature[0], /…/);
    },
};

export const chromiumProbe = {
    async "shows the same energies for any path rule of the chains"(page) {
        const energies = {};
        for (const rule of ["trapezoid", "endpoint"]) {
            // The same number of steps gives the same weights.
            const manner = rule === "endpoint" ? "&sample.path-rule=endpoint" : "";
            await page.open(`${NORMAL.replace("1000000", "3000")}&sample.chains=10&transitions=1${manner}`);
            await page.reach("the end", complete);
            await until("the probe", () => page.run(`return Boolean(probe.button('Probe'))`));
            await page.click("Probe");
            await hover(page, 0.6, 0.35);
            energies[rule] = (await toldLast(page, ({ caption }) => numbers(caption)[0] > 0.1)).energy;
        }
        assert.deepEqual(energies.endpoint, energies.trapezoid);
        const [learned, exact] = energies.endpoint.map((text) => numbers(text)[0]);
        close([learned], [exact], 0.1);
        assert.ok(exact > 0.2, "a place that tells them apart");
        return energies.endpoint.join(" and ");
    },

    async "draws a line to where the network leads"(page) {
        await opened(page, NORMAL);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        // Zoomed in, r(x) is farther away than the arrow is long.
        await page.press("++++++ssssssdddddd");
        await page.frames(20);
        await hover(page, 0.55, 0.5);
        const now = await toldLast(page);
        const { seen } = await page.state();
        // Pixels between the learned arrow's tip and the ring.
        const missing = await page.run(
            `
      const [from, to, seen] = arguments;
      const canvas = probe.find('.stage canvas');
      const scale = Math.min(canvas.width, canvas.height) / (2 * seen.half);
      const [[x, y], [endX, endY]] = [from, to].map(([x, y]) => [canvas.width / 2 + (x - seen.x) * scale, canvas.height / 2 - (y - seen.y) * scale]);
      const ink = parseInt(getComputedStyle(probe.root()).getPropertyValue('--learned').trim().slice(1), 16);
      const context = canvas.getContext('2d');
      const isInk = (x, y) => {
        const { data } = context.getImageData(Math.round(x) - 1, Math.round(y) - 1, 3, 3);
        return [0, 4, 8, 12, 16, 20, 24, 28, 32].some((i) => data[i + 3] > 60 && [16, 8, 0].every((shift, k) => Math.abs(data[i + k] - (ink >> shift & 255)) < 60));
      };
      const length = Math.hypot(endX - x, endY - y);
      const steps = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40).filter((share) => share * length < length - 6 * devicePixelRatio);
      return { length, missing: steps.filter((share) => !isInk(x + share * (endX - x), y + share * (endY - y))) };`,
            numbers(now.caption.split("σ")[0]),
            numbers(now["r(x)"][0]),
            seen,
        );
        assert.deepEqual(missing.missing, [], JSON.stringify(missing));
        assert.ok(missing.length > 70, `a line of ${missing.length} pixels`);
        return `${missing.length.toFixed(0)} pixels`;
    },

    async "evaluates exact scores in short slices"() {
        const { Observer } = await program();
        const count = 16384;
        const dim = 64;
        const numbers = Array.from({ length: count * dim }, (_, i) => Math.sin(i * i * 0.7 + i).toFixed(3));
        const text = Array.from({ length: count }, (_, i) => numbers.slice(i * dim, (i + 1) * dim).join()).join("\n");
        const observer = new Observer("#v=0&data=user-data&train.sigma=5", new TextEncoder().encode(text));
        /** @type {import("../../www/workers/probe.js").ProbeRequest} */
        const question = { place: [0.3, 0.2], direction: [1, 0], reach: 1 };
        const places = Float64Array.from({ length: 322 }, (_, i) => (i % 2 ? 0.2 : 0.3 + (i / 160 - 1)));
        observer.exactField(places.slice(0, 2)); // builds the search tree of its points
        const timed = (act) => {
            const start = performance.now();
            return [act(), performance.now() - start];
        };
        const [whole, atOnce] = timed(() => observer.exactField(places));
        const answers = [];
        while (!answers.at(-1)?.[0].isFinal && answers.length < 100) {
            answers.push(structuredClone(timed(() => probeAt(observer, question)))); // as a message would
        }
        const [[first]] = answers;
        const known = Array.from(first.line.exact, (value, i) => (Number.isNaN(value) ? -1 : i)).filter((i) => i >= 0);
        assert.ok(
            known.length > 0 &&
                known.length < 161 &&
                known.includes(80) &&
                known.at(-1) - known[0] === known.length - 1,
            `at first ${known}`,
        );
        const [last] = answers.at(-1);
        assert.deepEqual(
            Array.from(last.line.exact),
            Array.from({ length: 161 }, (_, i) => whole[2 * i]),
        );
        assert.deepEqual(
            last.exact.eigenvalues,
            observer.exactCurvature(observer.fromView(Float64Array.from(question.place))).eigenvalues,
        );
        const [slowest] = answers.map(([, time]) => time).sort((a, b) => b - a);
        assert.ok(slowest < atOnce, `${slowest} ms of ${atOnce}`);
        return `${answers.length} questions of ${slowest.toFixed(0)} ms at most, ${atOnce.toFixed(0)} ms at once`;
    },

    async "keeps the cross on the picture"(page) {
        await opened(page, "#v=0&data=digits&steps=1000000");
        await hover(page, 0.95, 0.1);
        await told(page);
        await page.press(Key.ESCAPE);
        await page.run(`probe.set('data', 'spiral')`);
        await page.reach(
            "the spiral",
            ({ hash, phase, step, seen }) =>
                !hash.includes("digits") && phase === "training" && step > 0 && seen.half < 3,
        );
        await page.click("Probe");
        assert.ok(await isSeen(page, (await told(page)).caption), "asked anew");
        // Zoomed in, with the place outside the view.
        await page.press("d".repeat(14));
        await page.press("+");
        await page.press(Key.ARROW_RIGHT);
        let moved;
        await until("the cross a step from the middle", async () => {
            moved = (await table(page)).caption;
            const [across] = await onStage(page, moved);
            return across > 0 && across < 0.1;
        });
        // The place also stays within the stage.
        await page.run(
            `for (let i = 0; i < 30; i++) probe.find('.stage canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true }))`,
        );
        const { caption } = await told(page, (now) => now.caption !== moved);
        close([(await onStage(page, caption))[0]], [1], 0.01);
    },

    async "probes by keys alone, and at a tap"(other) {
        await other.elsewhere(async (page) => {
            await opened(page, NORMAL);
            const caption = async () => (await table(page)).caption;
            const first = await until("the middle", async () => {
                const now = await caption();
                return /x = /.test(now) && now;
            });
            await page.press(Key.ARROW_RIGHT);
            await until("a step to the right", async () => numbers(await caption())[0] > numbers(first)[0]);
            const [x, y] = await page.run(`
        const { left, top, width, height } = probe.find('.stage canvas').getBoundingClientRect();
        return [left + 0.25 * width, top + 0.25 * height];`);
            await page.devtools("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y, id: 0 }] });
            await page.devtools("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
            await until("the place of the tap", async () => {
                const [x, y] = numbers(await caption());
                return x < -0.1 && y > 0.1;
            });
            // Another tool replaces the probe.
            await page.click("Place the chains");
            assert.equal(await page.run(`return probe.find('.probe').hidden`), true);
            await page.press(Key.ESCAPE);
        });
    },
};

// The stage and the layout around it: layers, data of every kind, pixels, fingers and the mouse.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { ENDLESS, SHORT, trainsBeyond } from "./support/fixtures.mjs";

/** All layers except those drawn only while chains move. */
const LAYERS = [
    "clean",
    "density",
    "learned-density",
    "energy",
    "error",
    "curl",
    "points",
    "exact",
    "learned",
    "difference",
    "reconstructions",
    "hessian",
    "fixed",
    "samples",
    "flow",
];
export const stage = {
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

    async "shows data on a line as curves from side to side"(page) {
        await page.open("#v=0&data=two-wells&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        const width = await page.run(`return probe.find('.stage canvas').width`);
        for (const curve of ["learned", "exact"]) {
            const drawn = () => page.ink(curve).then(({ count }) => count);
            // Some columns are hidden behind the other curve or outside the stage.
            await until(`the ${curve} score's curve`, async () => (await drawn()) > 0.5 * width);
        }
        await page.run(`probe.find('[name=exact]').click()`);
        await until("the curve to go with its layer", async () => (await page.ink("exact")).count < 30);
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
};

export const chromiumStage = {
    async "draws every kind of data: on a line, from tables, in many dimensions, by an energy"(page) {
        const told = [];
        for (const data of ["two-wells", "iris", "wine", "gmm-manifold", "ninja-star", "butterfly"]) {
            await page.open(`#v=0&data=${data}&steps=1000000`);
            const { error, notice } = await page.reach(
                `the error of ${data}`,
                ({ error, step }) => step > 100 && error > 0,
            );
            assert.ok(error < 10 && notice === "", JSON.stringify({ data, error, notice }));
            await page.arrows();
            await until("samples", async () => (await page.ink("samples")).count > 200);
            told.push(`${data} ${error.toFixed(2)}`);
        }
        return `errors: ${told.join(", ")}`;
    },

    async "draws in each layer what no other shows"(page) {
        await page.open(ENDLESS);
        await page.reach("an error", ({ step, error }) => step > 100 && error > 0);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        const only = async (wanted) => {
            await page.run(
                `for (const box of probe.all('.layers input')) if (box.checked !== (box.name === arguments[0])) box.click()`,
                wanted,
            );
            // Waits until the worker has rendered this layer and the page has drawn it.
            await page.runAsync(`
        const busy = () => probe.alive('field')[0].waiting.size > 0;
        for (let quiet = 0; quiet < 5; quiet = busy() ? 0 : quiet + 1) await probe.frames(2);`);
            return page.run("return probe.stage()");
        };
        const seen = {};
        for (const layer of ["none", ...LAYERS]) {
            seen[layer] = await only(layer);
        }
        assert.equal(new Set(Object.values(seen)).size, 1 + LAYERS.length, JSON.stringify(seen));
        assert.equal(await only("none"), seen.none);
    },

    async "switches each layer by its key, and says what the colours of maps mean"(page) {
        await page.open(ENDLESS);
        await page.reach("an error", ({ step, error }) => step > 100 && error > 0);
        await page.click("Pause");
        await page.reach("a pause", ({ phase }) => phase === "paused");
        const shown = () => page.run(`return probe.all('.layers input:checked').map((box) => box.name).sort()`);
        const keys = await page.run(
            `return probe.all('.layers input').map((box) => [box.name, box.getAttribute('aria-keyshortcuts')])`,
        );
        assert.deepEqual(keys.map(([name]) => name).sort(), [...LAYERS, "proposals"].sort());
        const press = (key) =>
            page.run(
                `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], bubbles: true, composed: true }))`,
                key,
            );
        for (const [name, key] of keys) {
            const before = await shown();
            await press(key);
            const after = await shown();
            assert.deepEqual(
                after,
                before.includes(name) ? before.filter((other) => other !== name) : [...before, name].sort(),
                key,
            );
            await press(key);
        }
        const told = {};
        for (const map of ["clean", "density", "learned-density", "energy", "error", "curl"]) {
            await press(keys.find(([name]) => name === map)[1]);
            const legend = () => page.run(`return probe.all('.legend').map(({ innerText }) => innerText)`);
            const [text] = await until(`the legend of ${map}`, async () => {
                const legends = await legend();
                return legends.length === 1 && legends;
            });
            told[map] = text
                .split("\n")
                .map((word) => word.trim())
                .filter(Boolean);
            assert.ok(told[map].length > 2 && /\d/.test(told[map].slice(1).join()), text);
            await press(keys.find(([name]) => name === map)[1]);
            await until("the legend to go", async () => (await legend()).length === 0);
        }
        return Object.values(told)
            .map(([name, ...marks]) => `${name}: ${marks.join(" ")}`)
            .join("; ");
    },

    async "draws in the pixels of the screen, at any ratio and size"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        const sizes = new Set();
        try {
            for (const [width, height, deviceScaleFactor] of [
                [1280, 860, 2],
                [701, 903, 2],
                [701, 903, 1.5],
                [390, 844, 3],
            ]) {
                await page.devtools("Emulation.setDeviceMetricsOverride", {
                    width,
                    height,
                    deviceScaleFactor,
                    mobile: false,
                });
                /** @type {{ ratio: number, inner: number, stage: string[], plot: string[] }} */
                let now;
                await until(
                    `a crisp stage at ${width} × ${height} × ${deviceScaleFactor}`,
                    async () => {
                        now = await page.run(`
            const [stage, plot] = ['.stage canvas', '.readouts > .plot'].map((name) => probe.find(name)).map(({ width, height, clientWidth, clientHeight }) =>
              [[width, height], [clientWidth, clientHeight].map((length) => Math.round(length * devicePixelRatio))].map(String));
            return { ratio: devicePixelRatio, inner: innerWidth, stage, plot };`);
                        return (
                            now.ratio === deviceScaleFactor &&
                            now.inner === width &&
                            now.stage[0] === now.stage[1] &&
                            now.plot[0] === now.plot[1]
                        );
                    },
                    () => now,
                );
                sizes.add(now.stage[0]);
                await page.arrows();
            }
        } finally {
            await page.devtools("Emulation.clearDeviceMetricsOverride", {});
        }
        assert.equal(sizes.size, 4, [...sizes].join("; "));
        return [...sizes].join("; ");
    },

    async "zooms between two fingers, and moves with the mouse"(page) {
        await page.open(ENDLESS);
        const { seen } = await page.reach("training", trainsBeyond(0));
        const [x, y, perPixel] = await page.run(
            `
      const canvas = probe.find('.stage canvas');
      const { left, top, width, height } = canvas.getBoundingClientRect();
      return [left + width / 2, top + height / 2, 2 * arguments[0] / Math.min(canvas.clientWidth, canvas.clientHeight)];`,
            seen.half,
        );
        const touch = (type, ...xs) =>
            page.devtools("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
        await touch("touchStart", x - 20, x + 20);
        await touch("touchMove", x - 40, x + 80);
        await touch("touchEnd");
        // Three times as far apart, and their middle 20 pixels to the right.
        const near = (a, b) => Math.abs(a - b) < 1e-6;
        const expected = { half: seen.half / 3, x: seen.x - (20 * perPixel) / 3, y: seen.y };
        const { seen: after } = await page.reach("the zoom", ({ seen }) => near(seen.half, expected.half));
        assert.ok(near(after.x, expected.x) && near(after.y, expected.y), JSON.stringify({ after, expected }));
        const mouse = (type, dx, dy) =>
            page.devtools("Input.dispatchMouseEvent", {
                type,
                x: x + dx,
                y: y + dy,
                button: "left",
                buttons: 1,
                clickCount: 1,
            });
        await mouse("mousePressed", 0, 0);
        await mouse("mouseMoved", 30, 15);
        await mouse("mouseReleased", 30, 15);
        await page.reach(
            "the move",
            ({ seen }) => near(seen.x, after.x - (30 * perPixel) / 3) && near(seen.y, after.y + (15 * perPixel) / 3),
        );
    },
};

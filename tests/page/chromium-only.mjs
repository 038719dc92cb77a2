// Tests that run only in Chromium: they need its tools, or their result cannot differ between engines.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { ENDLESS, RING, SHORT, trainsBeyond } from "./support/fixtures.mjs";

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
/** A run of one second on user data. */
const SHORT_OWN = "#v=0&data=user-data&sample.chains=20&steps=300&transitions=50";

export const chromiumOnly = {
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
            await until("samples", 20_000, async () => (await page.ink("samples")).count > 200);
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
            const [text] = await until(`the legend of ${map}`, 10_000, async () => {
                const legends = await legend();
                return legends.length === 1 && legends;
            });
            told[map] = text
                .split("\n")
                .map((word) => word.trim())
                .filter(Boolean);
            assert.ok(told[map].length > 2 && /\d/.test(told[map].slice(1).join()), text);
            await press(keys.find(([name]) => name === map)[1]);
            await until("the legend to go", 5000, async () => (await legend()).length === 0);
        }
        return Object.values(told)
            .map(([name, ...marks]) => `${name}: ${marks.join(" ")}`)
            .join("; ");
    },

    async "uses the last of several given files, with the settings at the moment when it is read"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.run(
            `[window.slow, window.quick] = [probe.drop('slow.csv', arguments[0]), probe.drop('quick.csv', arguments[0] + '0.5,0.5\\n')]`,
            RING,
        );
        await page.run(`probe.set('model.units', '64')`);
        await page.runAsync("await quick()");
        const { hash } = await page.reach(
            "training on the last",
            (now) => /quick\.csv/.test(now.own) && trainsBeyond(0)(now),
        );
        assert.match(hash, /data=user-data&data\.digest=\w{12}&model\.units=64/);
        await page.runAsync("await slow()");
        const late = await page.state();
        assert.ok(late.hash === hash && /quick\.csv/.test(late.own), "the first is read too late");
        // If other data are chosen while a file loads, the later choice wins.
        await page.run(`window.slow = probe.drop('slow.csv', arguments[0]); probe.set('data', 'two-bumps')`, RING);
        await page.runAsync("await slow()");
        await page.reach(
            "training on what was chosen",
            (now) => now.own === "" && now.hash.includes("data=two-bumps") && trainsBeyond(0)(now),
        );
        // Files are identified by their content. The file before the last file is still available.
        await page.runAsync(`await probe.drop('slow.csv', arguments[0])()`, RING);
        await page.reach("training on another file", (now) => /slow\.csv/.test(now.own) && trainsBeyond(0)(now));
        await page.run("location.hash = arguments[0]", hash);
        await page.reach(
            "training on the file before",
            (now) => now.hash === hash && /quick\.csv/.test(now.own) && trainsBeyond(0)(now),
        );
    },

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
            const { complaints } = await until("a complaint", 10_000, async () => {
                const now = await page.run("return probe.state()");
                return now.complaints.length > 0 && now;
            });
            assert.deepEqual(complaints, [`a trainer died: ${how}`]);
        }
    },

    async "copies the link of what runs"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.run(
            `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => void (window.copied = text) } }); probe.click('Copy link')`,
        );
        await until("a word about it", 3000, () => page.run(`return Boolean(probe.button('Copied'))`));
        const [copied, address] = await page.run("return [window.copied, location.href]");
        assert.equal(copied, address);
        await until("the button as before", 3000, () => page.run(`return Boolean(probe.button('Copy link'))`));
        // If the clipboard is missing or refuses, the link is in the address bar.
        await page.run(
            `navigator.clipboard.writeText = async () => { throw new Error('no'); }; probe.click('Copy link')`,
        );
        await until("a hint", 3000, () => page.run(`return Boolean(probe.button('See address bar'))`));
    },

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
            3000,
            async () =>
                (await page.run(`return probe.find('.statement').textContent`)) ===
                "Training diverged: lower the learning rate, then reset.",
        );
        await page.run(`probe.set('train.rate', '0.005')`);
        await page.reach("training", trainsBeyond(0));
    },

    async "reports a link of another version of the arithmetic"(page) {
        await page.open(`${SHORT}&fingerprint=999.300.50.0123456789abcdef`);
        const { note, fingerprint } = await page.reach(
            "the verdict",
            ({ phase, note }) => phase === "complete" && note,
        );
        const [version] = fingerprint.split(".");
        assert.ok(
            note.startsWith(
                `Differs from the link's fingerprint: the link was made by version 999 of the arithmetic, this page has version ${version}`,
            ),
            note,
        );
    },

    async "reproduces a link to the user's own points once it has their file"(page) {
        await page.open(SHORT_OWN);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.runAsync(`await probe.drop('ring.csv', arguments[0])()`, RING);
        const { hash, fingerprint } = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(hash, /^#v=0&data=user-data&data\.digest=[0-9A-F]{12}&.*&fingerprint=/);
        assert.ok(hash.endsWith(`&fingerprint=${fingerprint}`), hash);
        await page.open(hash);
        await page.reach(
            "the wish for that file",
            ({ phase, own }) => phase === "needs-file" && own.includes("with the digest"),
        );
        assert.equal((await page.state()).note, "");
        await page.runAsync(`await probe.drop('the same.csv', arguments[0])()`, RING);
        const again = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(again.note, /^Reproduced/);
        assert.deepEqual([again.hash, again.fingerprint], [hash, fingerprint]);
        // A link makes no claim about other points.
        await page.open(hash);
        await page.reach("the wish for that file", ({ phase }) => phase === "needs-file");
        await page.runAsync(`await probe.drop('other.csv', arguments[0])()`, `${RING}0.5,0.5\n`);
        const other = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(other.note, /^Fingerprint /);
        assert.notEqual(other.fingerprint, fingerprint);
    },

    async "is traversed by the Tab key, with nothing skipped, no trap, and a name for everything"(page) {
        // Wide enough for three columns.
        await page.browser.manage().window().setRect({ width: 1300, height: 900 });
        // A complete run on user data has the most controls.
        await page.open(SHORT_OWN);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await until("a verdict", 20_000, () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        await page.run(`
      probe.find('.user-data').open = true;
      window.stops = probe.all('button, input, select, textarea, summary, [tabindex]')
        .filter((it) => it.checkVisibility({ visibilityProperty: true }));
      document.activeElement.blur();`);
        const labels = await page.run(
            `return stops.map((it) => it.name || it.textContent || it.className || it.tagName)`,
        );
        const focused = () => page.run(`return stops.indexOf(probe.root().shadowRoot.activeElement)`);
        const reached = [];
        while (reached.length < labels.length) {
            await page.press(Key.TAB);
            reached.push(await focused());
        }
        assert.deepEqual(
            reached.map((i) => labels[i]),
            labels,
        );
        // In reading order when there are three columns.
        const parts = await page.run(
            `return stops.map((stop) => [...probe.find('.layout').children].find((part) => part.contains(stop)).getAttribute('aria-label'))`,
        );
        assert.deepEqual(
            parts.filter((part, i) => part !== parts[i - 1]),
            ["Toolbar", "Experiment", "Stage", "Measures"],
        );
        await page.press(Key.TAB);
        assert.notEqual(await focused(), labels.length - 1, "the last lets go");
        const names = await Promise.all((await page.run("return stops")).map((stop) => stop.getAccessibleName()));
        // A title, shown only to a mouse pointer, does not count as a name.
        const hints = await page.run("return stops.map((stop) => stop.title)");
        assert.deepEqual(
            labels.filter((_, i) => ["", hints[i]].includes(names[i].trim())),
            [],
            "without a name",
        );
        const roles = await page.run(
            `return ['.statement', '.run-note', '.verdict', '.notice', '.user-data p.refused'].map((part) => probe.find(part).getAttribute('role'))`,
        );
        assert.deepEqual(roles, ["status", "status", "status", "alert", "alert"]);
        return `${labels.length} stops`;
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
                    5000,
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

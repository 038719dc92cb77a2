// Input methods: each control, the keyboard alone, and a phone; in Chromium.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { SHORT, trainsBeyond } from "./support/fixtures.mjs";

/** Experiments that together show every control. One experiment per kernel, objective and dataset is added below. */
const STARTS = [
    "#v=0",
    "#v=0&train.corruption=rare-large",
    "#v=0&train.sigma-levels=3",
    "#v=0&sample.start=gaussian",
    "#v=0&sample.start=point",
    "#v=0&model.layers=2",
    "#v=0&model.decoder=scaled",
    "#v=0&train.optimizer=momentum",
    "#v=0&train.optimizer=rmsprop",
    "#v=0&train.optimizer=lbfgs",
    "#v=0&train.schedule=cosine",
    "#v=0&sample.fault=wrong-sigma",
    "#v=0&data=gmm-manifold&view.plane=coordinates",
];

export const inputMethods = {
    async "changes the experiment and the link by each control"(page) {
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        const { unchanged, controls, hidden } = await page.runAsync(
            `
      const [{ changeSetting, parseLink }, { mount }] = await Promise.all(['./scorescape.js', './www/mount.js'].map((file) => import(file)));
      const chosen = (key) => parseLink('#v=0').settings.find((setting) => setting.key === key).kind.options.map(({ id }) => '#v=0&' + key + '=' + id);
      const starts = [...arguments[0], ...['data', 'sample.kernel', 'train.objective'].flatMap(chosen)].filter((link) => parseLink(link).errors.length === 0);
      const [unchanged, seen, all] = [[], new Set(), new Set()];
      /** Another valid value of the setting in this experiment. */
      const another = (link, { key, kind, value }) => {
        const near = [value * 2, value / 2, value + 1, value - 1, 1, 2].filter((x) => x !== value).map(String);
        const tries = kind.type === 'choice' ? kind.options.map(({ id }) => id).filter((id) => id !== value) : kind.type === 'text' ? ['AB', '3,2,1'] : near;
        return tries.find((text) => changeSetting(link, key, text).errors.length === 0);
      };
      for (const start of starts) {
        const fresh = parseLink(start).settings.filter(({ key, matters }) => matters && !seen.has(key));
        parseLink(start).settings.forEach(({ key }) => all.add(key));
        if (fresh.length === 0) continue;
        let link;
        const host = document.body.appendChild(document.createElement('div'));
        const { destroy } = mount(host, start, { autoplay: false, onLink: (now) => link = now });
        const shown = () => [...host.shadowRoot.querySelectorAll('.controls [name]')].filter((control) => !control.closest('[hidden]'));
        // Planes to view the data in are offered once the dimension of the data is known.
        while (host.dataset.scorescape !== 'paused' && host.dataset.scorescape !== 'needs-file') await probe.frames(1);
        await probe.frames(3);
        for (const { key } of fresh) {
          const control = shown().find(({ name }) => name === key);
          const before = parseLink(link).settings.find((setting) => setting.key === key);
          const value = control && before && another(link, before);
          if (value === undefined) continue;
          const set = (text) => {
            const now = shown().find(({ name }) => name === key);
            now.value = text;
            now.dispatchEvent(new Event('change', { bubbles: true }));
            return String(parseLink(link).settings.find((setting) => setting.key === key)?.value);
          };
          seen.add(key);
          const after = set(value);
          if (after !== value && Number(after) !== Number(value)) unchanged.push([start, key, value, after].join());
          set(String(before.value));
        }
        destroy();
        host.remove();
      }
      return { unchanged, controls: seen.size, hidden: [...all].filter((key) => !seen.has(key)) };`,
            STARTS,
        );
        assert.deepEqual(unchanged, []);
        // σ has a separate slider; the digest belongs to the file.
        assert.deepEqual(hidden.sort(), ["data.digest", "train.sigma"]);
        return `${controls} controls`;
    },

    async "is used by the keyboard alone"(page) {
        await page.open("#v=0&steps=1000000");
        await page.reach("training", trainsBeyond(0));
        const keys = (...sent) =>
            page.browser
                .actions()
                .sendKeys(...sent)
                .perform();
        const held = (key) => page.browser.actions().keyDown(Key.CONTROL).sendKeys(key).keyUp(Key.CONTROL).perform();
        const focused = () =>
            page.run(
                `const it = probe.root().shadowRoot.activeElement; return it && (it.name || it.textContent || it.tagName)`,
            );
        const tabTo = (what, test) =>
            until(what, async () => {
                await keys(Key.TAB);
                return test(await focused());
            });
        await tabTo("the button", (name) => name === "Pause");
        await keys(Key.ENTER);
        await page.reach("a pause", ({ phase }) => phase === "paused");
        await tabTo("σ", (name) => name === "INPUT" || name === "sigma");
        await keys(Key.ARROW_RIGHT);
        await page.reach("another σ", ({ hash }) => hash.includes("train.sigma="));
        await tabTo("the data", (name) => name === "data");
        await keys(Key.ARROW_DOWN);
        await page.reach("other data", ({ hash }) => /[#&]data=/.test(hash));
        // The first letter alone selects Wave; both letters together select Wine, not Iris.
        await keys("w", "i");
        await page.reach("wine", ({ hash }) => hash.includes("data=wine"));
        await keys(Key.HOME);
        await page.reach("the spiral", ({ hash }) => !/[#&]data=/.test(hash));
        await tabTo("a number", (name) => name === "model.units");
        await held("a");
        await keys("64", Key.TAB);
        await page.reach("fewer units", ({ hash }) => hash.includes("model.units=64"));
        await tabTo("the stage", (name) => name === "CANVAS");
        const { seen } = await page.reach("training at rest", ({ seen }) => seen);
        await keys("+", "d");
        await page.reach("a closer view", (now) => now.seen.half < seen.half && now.seen.x > seen.x);
        await keys("4");
        assert.equal(await page.run(`return probe.find('[name=difference]').checked`), true);
        await held("z");
        await page.reach("the units before", ({ hash }) => !hash.includes("model.units=64"));
        await keys("?");
        await until("the help", () => page.run(`return probe.find('dialog[open]')?.textContent`));
        await keys(Key.ESCAPE);
        await until("no help", () => page.run(`return !probe.find('dialog[open]')`));
        await keys(" ");
        await page.reach("training", trainsBeyond(0));
    },

    async "is used by fingers on a phone"(other) {
        await other.elsewhere(async (page) => {
            await page.devtools("Emulation.setDeviceMetricsOverride", {
                width: 360,
                height: 740,
                deviceScaleFactor: 2,
                mobile: true,
            });
            await page.devtools("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
            await page.open(SHORT.replace("300", "1000000"));
            await page.reach("training", trainsBeyond(0));
            const wide = await page.run(`return [document.documentElement.scrollWidth, innerWidth]`);
            assert.ok(wide[0] <= wide[1], `the page is ${wide[0]} pixels wide, the screen ${wide[1]}`);
            const middle = (find) =>
                page.run(`
        const it = ${find};
        it.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { left, top, width, height } = it.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2, width, height };`);
            const touch = (type, ...touchPoints) => page.devtools("Input.dispatchTouchEvent", { type, touchPoints });
            const tap = async (find, aside = 0) => {
                const { x, y, width } = await middle(find);
                await touch("touchStart", { x: x + aside * width, y });
                await touch("touchEnd");
            };
            await page.arrows();
            await tap(`probe.button('Pause')`);
            await page.reach("a pause", ({ phase }) => phase === "paused");
            await tap(`probe.find('.sigma input')`, 0.3);
            await page.reach("another σ", ({ hash }) => hash.includes("train.sigma="));
            await tap(`probe.find('[name=difference]').closest('label')`);
            await until("the layer", () => page.run(`return probe.find('[name=difference]').checked`));
            const { seen } = await page.state();
            const { x, y } = await middle(`probe.find('.stage canvas')`);
            await touch("touchStart", { x: x - 20, y, id: 0 }, { x: x + 20, y, id: 1 });
            await touch("touchMove", { x: x - 60, y, id: 0 }, { x: x + 60, y, id: 1 });
            await touch("touchEnd");
            await page.reach("a closer view", (now) => now.seen.half < 0.5 * seen.half);
            // Two fingers also zoom while a drawing tool is active, and draw nothing.
            await tap(`probe.button('Draw data')`);
            const empty = await page.reach("an empty page", (now) => now.seen.half > 2);
            const place = await middle(`probe.find('.stage canvas')`);
            await touch("touchStart", { x: place.x - 20, y: place.y, id: 1 });
            await touch("touchStart", { x: place.x + 20, y: place.y, id: 0 }, { x: place.x - 20, y: place.y, id: 1 });
            // The finger that rests and is lifted first does not count as a tap.
            await touch("touchMove", { x: place.x + 20, y: place.y, id: 0 }, { x: place.x - 100, y: place.y, id: 1 });
            await touch("touchEnd");
            await page.reach("a closer page", (now) => now.seen.half < 0.5 * empty.seen.half);
            assert.match(await page.run(`return probe.find('.brush p').textContent`), /^Drag over the picture/);
            await touch("touchStart", { ...place, id: 0 });
            await touch("touchEnd");
            await until("points", () => page.run(`return /^\\d+ points/.test(probe.find('.brush p').textContent)`));
            await tap(`probe.button('Draw data')`);
            // All buttons are at least 40 CSS pixels high, enough for a fingertip.
            const small = await page.run(`return probe.all('button, select, input[type=text], .layers label')
        .filter((it) => it.checkVisibility()).map((it) => [it.textContent || it.name, it.getBoundingClientRect().height]).filter(([, height]) => height < 40)`);
            assert.deepEqual(small, []);
            await tap(`probe.button('Examples')`);
            const card = `probe.all('.gallery .cards button').find((card) => card.innerText.startsWith('Two bumps'))`;
            await until("cards", () => page.run(`return Boolean(${card})`));
            await tap(card);
            await page.reach(
                "the example",
                ({ hash, phase }) => hash.includes("data=two-bumps") && phase !== "opening",
            );
        });
    },
};

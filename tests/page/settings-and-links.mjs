// Controls of settings, and links: values that are refused, settings that belong together, and text from links.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";
import { ENDLESS, trainsBeyond } from "./support/fixtures.mjs";

export const settingsAndLinks = {
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
        await until("the share of large noise", () => shown("train.large-noise"));
        await page.run(`probe.set('data', 'iris')`);
        await until("the choice of a plane in four dimensions", () => shown("view.plane"));
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

    async "names the other settings that a choice changes, and the scale of the arrows"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        const scale = (text) =>
            until(text, async () => (await page.run(`return probe.find('.scale').textContent`)) === text);
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
        await until("the notice", () => page.run(`return probe.state(host).notice.includes('<b>bold</b>')`));
        assert.equal(
            await page.run(
                `return host.shadowRoot.querySelectorAll('b').length - host.shadowRoot.querySelectorAll('.caption b').length`,
            ),
            0,
        );
        await page.run("handle.destroy()");
    },
};

export const chromiumSettingsAndLinks = {
    async "copies the link of what runs"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        await page.run(
            `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => void (window.copied = text) } }); probe.click('Copy link')`,
        );
        await until("a word about it", () => page.run(`return Boolean(probe.button('Copied'))`));
        const [copied, address] = await page.run("return [window.copied, location.href]");
        assert.equal(copied, address);
        await until("the button as before", () => page.run(`return Boolean(probe.button('Copy link'))`));
        // If the clipboard is missing or refuses, the link is in the address bar.
        await page.run(
            `navigator.clipboard.writeText = async () => { throw new Error('no'); }; probe.click('Copy link')`,
        );
        await until("a hint", () => page.run(`return Boolean(probe.button('See address bar'))`));
    },
};

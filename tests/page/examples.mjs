// The examples in the gallery.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { ENDLESS, trainsBeyond } from "./support/fixtures.mjs";

const cards = `probe.all('.gallery .cards button')`;

export const examples = {
    async "opens experiments and data from thumbnails, by keyboard"(page) {
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(30));
        await page.browser.actions().sendKeys("g").perform();
        const count = await until("cards", () => page.run(`return ${cards}.length`));
        const drawn = `${cards}.map((card) => card.querySelector('canvas')).filter((canvas) => canvas.width > 0
      && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0)).length`;
        // User data have no known picture: one example and one dataset have no thumbnail.
        const kept = await page.run(
            `return ${cards}.filter((card) => card.innerText.startsWith('Your earlier run')).length`,
        );
        await until("all thumbnails but two", async () => (await page.run(`return ${drawn}`)) === count - 2 - kept);
        await page.run(`${cards}.find((card) => card.innerText.startsWith('Two bumps')).focus()`);
        await page.browser.actions().sendKeys(Key.ENTER).perform();
        await page.reach("training", ({ phase, step }) => phase === "training" && step > 0);
        await page.arrows();
        assert.match(await page.browser.getCurrentUrl(), /data=two-bumps/);
        assert.match(await page.run(`return probe.find('.example-note').innerText`), /^Two bumps\. .*In the paper/s);
        assert.equal(await page.run(`return probe.find('.gallery').open`), false);
        return `${count} cards`;
    },
};

/** Tests that call the module directly: drivers of other engines load a separate copy of it. */
export const chromiumExamples = {
    async "has valid examples: links without errors, layers that exist"(page) {
        // Not the default experiment, so that the second part of the module loads.
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("training", trainsBeyond(1));
        const wrong = await page.runAsync(`
      const [{ EXAMPLES }, { LAYERS }, { parseLink }] = await Promise.all(['./www/content/examples.js', './www/drawing/layers.js', './scorescape.js'].map((file) => import(file)));
      const ids = new Set(LAYERS.map(({ id }) => id));
      return EXAMPLES.flatMap(({ id, link, layers = [] }, i) => [
        ...parseLink(link).errors.map(({ message }) => id + ': ' + message), ...(parseLink(link).link === link ? [] : [id + ' is ' + parseLink(link).link]),
        ...layers.filter((layer) => !ids.has(layer)), ...(EXAMPLES.findIndex((other) => other.id === id) < i ? [id + ' twice'] : []),
      ]);`);
        assert.deepEqual(wrong, []);
    },
};

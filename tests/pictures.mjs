// Takes the README's pictures of the built site in Chromium: node tests/pictures.mjs, after ./dev build.
import { mkdirSync, writeFileSync } from "node:fs";
import { until, withBrowser } from "./page/browser.mjs";
import { serve } from "./page/server.mjs";

const FOLDER = new URL("pictures/", import.meta.url);
/** The default experiment with chains that mix in as many transitions, complete after a few seconds. */
const LINK = "#v=0&steps=4000&sample.kernel=nuts&transitions=300";
const LINE = "#v=0&data=two-wells&steps=3000";
const DIGITS = "#v=0&data=digits&steps=2000&transitions=400";
/** Layers of a sampler at work, in place of the usual ones. */
const SAMPLING = ["energy", "samples", "proposals"];
/** Name, link, size in CSS pixels, pixel ratio and colour scheme of each picture; layers, if others than usual. */
const PICTURES = [
    { name: "desktop-light", link: LINK, width: 1280, height: 860, ratio: 1, scheme: "light" },
    { name: "desktop-dark", link: LINK, width: 1280, height: 860, ratio: 1, scheme: "dark" },
    { name: "phone", link: LINK, width: 390, height: 844, ratio: 1.5, scheme: "light" },
    { name: "line", link: LINE, width: 1280, height: 860, ratio: 1, scheme: "light" },
    { name: "digits", link: DIGITS, width: 1280, height: 1130, ratio: 1, scheme: "light" },
    { name: "sampling", link: LINK, width: 1280, height: 980, ratio: 1, scheme: "dark", layers: SAMPLING },
];

/** The state in which a picture is taken: the run is complete, and whether to believe it is told and drawn. */
async function complete(browser) {
    const told = () =>
        browser.executeScript(`
    const host = document.querySelector('[data-scorescape]');
    return host?.dataset.scorescape === 'complete' && Boolean(host.shadowRoot.querySelector('.diagnostics'));`);
    await until("a verdict on a complete run", 60_000, told);
    // Plots are drawn when their size is known, in the next frame, which is on the screen when the one after it begins.
    await browser.executeAsyncScript(
        "requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(arguments[0])))",
    );
}

/** Shows these layers and no others, once the field's worker has had time to paint them finely. */
async function show(browser, layers) {
    await browser.executeScript(
        `for (const box of document.querySelector('[data-scorescape]').shadowRoot.querySelectorAll('.layers input')) if (box.checked !== arguments[0].includes(box.name)) box.click()`,
        layers,
    );
    await browser.executeAsyncScript("setTimeout(arguments[0], 3000)");
}

mkdirSync(FOLDER, { recursive: true });
const site = await serve();
try {
    await withBrowser("chromium", async (browser) => {
        for (const { name, link, width, height, ratio, scheme, layers } of PICTURES) {
            const emulate = (command, values) => browser.sendDevToolsCommand(`Emulation.${command}`, values);
            await emulate("setDeviceMetricsOverride", { width, height, deviceScaleFactor: ratio, mobile: width < 600 });
            await emulate("setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
            await browser.get("about:blank");
            await browser.get(site.url + link);
            await complete(browser);
            if (layers) {
                await show(browser, layers);
            }
            const { data } = await browser.sendAndGetDevToolsCommand("Page.captureScreenshot", {
                format: "webp",
                quality: 80,
            });
            writeFileSync(new URL(`${name}.webp`, FOLDER), data, "base64");
            console.log(`tests/pictures/${name}.webp`);
        }
    });
} finally {
    site.close();
}

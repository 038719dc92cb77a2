// Takes the README's pictures of the built site in Chromium, or only the named pictures, after ./dev build:
// node tests/readme-pictures.mjs [NAME...].
import { mkdirSync, writeFileSync } from "node:fs";
import { animatedWebp } from "./animated-webp.mjs";
import { until, withBrowser } from "./page/support/browser.mjs";
import { serve } from "./page/support/server.mjs";

const FOLDER = new URL("pictures/", import.meta.url);
/** The default experiment with NUTS: its chains mix within 300 transitions, and the run takes a few seconds. */
const LINK = "#v=0&steps=4000&sample.kernel=nuts&transitions=300";
const LINE = "#v=0&data=two-wells&steps=3000";
const DIGITS = "#v=0&data=digits&steps=2000&transitions=400";
/** Layers that show a sampler at work. */
const SAMPLING = ["energy", "samples", "proposals"];
/**
 * Name, link, size in CSS pixels, pixel ratio and colour scheme of each picture, and layers unless the default ones.
 */
const PICTURES = [
    { name: "desktop-light", link: LINK, width: 1280, height: 860, ratio: 1, scheme: "light" },
    { name: "desktop-dark", link: LINK, width: 1280, height: 860, ratio: 1, scheme: "dark" },
    { name: "phone", link: LINK, width: 390, height: 844, ratio: 1.5, scheme: "light" },
    { name: "line", link: LINE, width: 1280, height: 860, ratio: 1, scheme: "light" },
    { name: "digits", link: DIGITS, width: 1280, height: 1130, ratio: 1, scheme: "light" },
    { name: "sampling", link: LINK, width: 1280, height: 980, ratio: 1, scheme: "dark", layers: SAMPLING },
];

/** The animation: its link, its size, and how many frames it has at each speed limit (an option of the toolbar). */
const ANIMATION = { link: "#v=0&steps=6000&sample.kernel=nuts&transitions=300", width: 960, height: 620 };
const FRAMES_AT_SPEED = { 10: 8, 100: 8, 1000: 6, Infinity: 4 };
const FRAME_MILLISECONDS = 180;
const LAST_FRAME_MILLISECONDS = 2500;

/** Waits until the run is complete and its verdict and diagnostics are drawn. */
async function complete(browser) {
    const told = () =>
        browser.executeScript(`
    const host = document.querySelector('[data-scorescape]');
    return host?.dataset.scorescape === 'complete' && Boolean(host.shadowRoot.querySelector('.diagnostics'));`);
    await until("a verdict on a complete run", told);
    // Plots are drawn in the next frame, when their size is known. They are on the screen when the frame after it
    // begins.
    await browser.executeAsyncScript(
        "requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(arguments[0])))",
    );
}

/** Shows exactly these layers, and waits until the field worker has painted them at full resolution. */
async function show(browser, layers) {
    await browser.executeScript(
        `for (const box of document.querySelector('[data-scorescape]').shadowRoot.querySelectorAll('.layers input')) if (box.checked !== arguments[0].includes(box.name)) box.click()`,
        layers,
    );
    await browser.executeAsyncScript("setTimeout(arguments[0], 3000)");
}

/** A screenshot as WebP. */
async function screenshot(browser, quality) {
    const format = { format: "webp", quality };
    const { data } = await browser.sendAndGetDevToolsCommand("Page.captureScreenshot", format);
    return Buffer.from(data, "base64");
}

/** Sets the window size, the pixel ratio and the colour scheme. */
async function emulate(browser, { width, height, ratio, scheme }) {
    const mobile = width < 600;
    await browser.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: ratio,
        mobile,
    });
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await browser.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
}

/** Trains slowly, then faster and faster, and takes frames on the way to a complete run. */
async function animation(browser) {
    const { link, width, height } = ANIMATION;
    await emulate(browser, { width, height, ratio: 1, scheme: "light" });
    await browser.get("about:blank");
    await browser.get(site.url + link);
    const setSpeed = (speed) =>
        browser.executeScript(
            `const select = document.querySelector('[data-scorescape]')?.shadowRoot.querySelector('[name="speed-limit"]');
            if (!select) return false;
            select.value = arguments[0];
            select.dispatchEvent(new Event('change'));
            return true;`,
            speed,
        );
    await until("the toolbar", () => setSpeed("10"));
    await browser.executeScript(
        `[...document.querySelector('[data-scorescape]').shadowRoot.querySelectorAll('button')]
            .find(({ textContent }) => textContent === 'Reset').click()`,
    );
    const frames = [];
    for (const [speed, count] of Object.entries(FRAMES_AT_SPEED)) {
        await setSpeed(speed);
        for (let i = 0; i < count; i++) {
            frames.push({ file: await screenshot(browser, 40), milliseconds: FRAME_MILLISECONDS });
            await browser.executeAsyncScript("setTimeout(arguments[0], 150)");
        }
    }
    await complete(browser);
    frames.push({ file: await screenshot(browser, 40), milliseconds: LAST_FRAME_MILLISECONDS });
    writeFileSync(new URL("training.webp", FOLDER), animatedWebp(frames, width, height));
    console.log("tests/pictures/training.webp");
}

const names = process.argv.slice(2);
const isWanted = (name) => names.length === 0 || names.includes(name);

mkdirSync(FOLDER, { recursive: true });
const site = await serve();
try {
    await withBrowser("chromium", async (browser) => {
        for (const { name, link, layers, ...appearance } of PICTURES.filter(({ name }) => isWanted(name))) {
            await emulate(browser, appearance);
            await browser.get("about:blank");
            await browser.get(site.url + link);
            await complete(browser);
            if (layers) {
                await show(browser, layers);
            }
            writeFileSync(new URL(`${name}.webp`, FOLDER), await screenshot(browser, 80));
            console.log(`tests/pictures/${name}.webp`);
        }
        if (isWanted("training")) {
            await animation(browser);
        }
    });
} finally {
    site.close();
}

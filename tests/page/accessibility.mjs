// Accessibility, in Chromium: axe-core must find no violation, and the Tab key reaches everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { RING, SHORT, SHORT_OWN } from "./support/fixtures.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LAYOUTS = [
    { name: "light", width: 1280, height: 900, scheme: "light" },
    // The scheme changes only colours.
    { name: "dark", width: 1280, height: 900, scheme: "dark", rules: ["color-contrast"] },
    { name: "phone", width: 390, height: 844, scheme: "light" },
];

/** Violations that axe-core finds on the page now, one line each; of `rules` only if they are given. */
async function violations(page, rules) {
    await page.browser.executeScript(AXE);
    return page.runAsync(
        `
    const options = { resultTypes: ['violations'], ...(arguments[0] && { runOnly: arguments[0] }) };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.flat().join(' '), failureSummary.split('\\n').slice(1).join(';')].join(': ')));`,
        rules,
    );
}

export const accessibility = {
    async "has no violations of accessibility, light, dark and on a phone, with its dialogs and panels"(page) {
        const emulate = (command, values = {}) => page.browser.sendDevToolsCommand(`Emulation.${command}`, values);
        try {
            for (const { name, width, height, scheme, rules } of LAYOUTS) {
                await emulate("setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
                await emulate("setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
                await page.open(SHORT);
                await page.reach("the end", ({ phase }) => phase === "complete");
                await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
                await page.run(`probe.find('.advanced').open = true`);
                assert.deepEqual(await violations(page, rules), [], name);
                for (const button of ["Examples", "Save", "?"]) {
                    await page.click(button);
                    await until(`the dialog of ${button}`, () =>
                        page.run(`return Boolean(probe.find('dialog[open] button'))`),
                    );
                    assert.deepEqual(await violations(page, rules), [], `${name}, ${button}`);
                    await page.run(`probe.find('dialog[open]').close()`);
                }
                for (const [button, panel] of [
                    ["Probe", ".probe canvas"],
                    ["Draw data", ".brush input"],
                ]) {
                    await page.click(button);
                    await until(`the panel of ${button}`, () =>
                        page.run(`return probe.find(arguments[0])?.checkVisibility()`, panel),
                    );
                    assert.deepEqual(await violations(page, rules), [], `${name}, ${button}`);
                    await page.click(button);
                }
                await page.run(`for (const fold of probe.all('.controls details')) fold.open = true`);
                assert.deepEqual(await violations(page, rules), [], `${name}, rare settings`);
            }
        } finally {
            await emulate("clearDeviceMetricsOverride");
            await emulate("setEmulatedMedia", { features: [] });
        }
    },

    async "is traversed by the Tab key, with nothing skipped, no trap, and a name for everything"(page) {
        // Wide enough for three columns.
        await page.browser.manage().window().setRect({ width: 1300, height: 900 });
        // A complete run on user data has the most controls.
        await page.open(SHORT_OWN);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
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
        // Chromium's own names would take 17 s, because it builds its accessibility tree for each of them.
        await page.browser.executeScript(AXE);
        const names = await page.run(`
      axe.setup(document);
      try { return stops.map((stop) => axe.commons.text.accessibleText(stop)); } finally { axe.teardown(); }`);
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
};

// Accessibility, in Chromium: axe-core must find no violation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { until } from "./support/browser.mjs";
import { SHORT } from "./support/fixtures.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LAYOUTS = [
    { name: "light", width: 1280, height: 900, scheme: "light" },
    { name: "dark", width: 1280, height: 900, scheme: "dark" },
    { name: "phone", width: 390, height: 844, scheme: "light" },
];

/** Violations that axe-core finds on the page now, one line each. */
async function violations(page) {
    await page.browser.executeScript(AXE);
    return page.runAsync(`
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.flat().join(' '), failureSummary.split('\\n').slice(1).join(';')].join(': ')));`);
}

export const accessibility = {
    async "has no violations of accessibility, light, dark and on a phone, with its dialogs and panels"(page) {
        const emulate = (command, values = {}) => page.browser.sendDevToolsCommand(`Emulation.${command}`, values);
        try {
            for (const { name, width, height, scheme } of LAYOUTS) {
                await emulate("setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
                await emulate("setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
                await page.open(SHORT);
                await page.reach("the end", ({ phase }) => phase === "complete");
                await until("a verdict", 20_000, () => page.run(`return Boolean(probe.find('.diagnostics'))`));
                await page.run(`probe.find('.advanced').open = true`);
                assert.deepEqual(await violations(page), [], name);
                for (const button of ["Examples", "Save", "?"]) {
                    await page.click(button);
                    await until(`the dialog of ${button}`, 20_000, () =>
                        page.run(`return Boolean(probe.find('dialog[open] button'))`),
                    );
                    assert.deepEqual(await violations(page), [], `${name}, ${button}`);
                    await page.run(`probe.find('dialog[open]').close()`);
                }
                for (const [button, panel] of [
                    ["Probe", ".probe canvas"],
                    ["Draw data", ".brush input"],
                ]) {
                    await page.click(button);
                    await until(`the panel of ${button}`, 20_000, () =>
                        page.run(`return probe.find(arguments[0])?.checkVisibility()`, panel),
                    );
                    assert.deepEqual(await violations(page), [], `${name}, ${button}`);
                    await page.click(button);
                }
                await page.run(`for (const fold of probe.all('.controls details')) fold.open = true`);
                assert.deepEqual(await violations(page), [], `${name}, rare settings`);
            }
        } finally {
            await emulate("clearDeviceMetricsOverride");
            await emulate("setEmulatedMedia", { features: [] });
        }
    },
};

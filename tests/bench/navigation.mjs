// Milliseconds from a navigation in Chromium until the built page shows arrows and a learned score of the default
// experiment. The server is on this machine.

import { until, withBrowser } from "../page/support/browser.mjs";
import { Page } from "../page/support/page.mjs";
import { serve } from "../page/support/server.mjs";
import { median } from "./rounds.mjs";

/** The relative Fisher error at which the score is called learned. */
const LEARNED = 0.1;
/** Upper limits for the medians, in milliseconds. */
export const REQUIRED = { "first arrows, cold": 1000, "first arrows, warm": 500, "Fisher error 0.10": 2500 };

/**
 * Opens the page repeatedly in several fresh profiles with empty caches: from the third time on, compiled code is
 * cached.
 */
export async function measureNavigation(rounds) {
    const site = await serve();
    const times = Object.fromEntries(Object.keys(REQUIRED).map((name) => [name, []]));
    try {
        for (let round = 0; round < rounds; round++) {
            await withBrowser("chromium", async (browser, address) => {
                const page = new Page("chromium", browser, site, address);
                const time = async (what, watch) => {
                    await page.open("", { query: `watch=${watch}`, base: site.keptUrl });
                    return until(what, () => page.run("return probe.watched[arguments[0]]", what));
                };
                times["first arrows, cold"].push(await time("arrows", ""));
                await time("arrows", "");
                times["first arrows, warm"].push(await time("arrows", ""));
                times[`Fisher error 0.10`].push(await time("low", LEARNED));
            });
        }
    } finally {
        site.close();
    }
    const isMet = Object.entries(REQUIRED).every(([name, most]) => median(times[name]) <= most);
    return { times, isMet };
}

export function printNavigation({ times, isMet }) {
    console.log(
        "milliseconds from navigation on the default experiment, the built page served from this machine: median, least to greatest\n",
    );
    for (const [name, values] of Object.entries(times)) {
        const [least, greatest] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0));
        console.log(
            `  ${name.padEnd(24)} ${median(values).toFixed(0).padStart(6)}, ${least} to ${greatest}  (at most ${REQUIRED[name]})`,
        );
    }
    console.log(`  ${isMet ? "ok" : "NOT MET"}\n`);
}

// Proposals per second in Chromium: our module in one worker against plain JavaScript, and two workers against one.

import { median, ratio } from "./rounds.mjs";

const CHAINS = 1000;
/**
 * Enough chains and transitions to compare acceptance rates; the standard error of a rate is at most .005.
 */
const COMPARED = [200, 100];
/** Required ratios: ours / plain JavaScript on one worker, and two of our workers / one. */
export const REQUIRED = { "ours / plain JavaScript": 8, "two workers / one": 1.8 };

/** Minimum number of rounds: on a shared host, the speed of one of two cores varies. */
const ROUNDS = 9;

/** Measures in turns; `page` is the page of chromium.mjs. */
export async function measureProposals(page, wanted, milliseconds) {
    const rounds = Math.max(ROUNDS, wanted);
    await page.gather("sampling.js", 2);
    await page.ask(["start", "scorescape_bg.wasm"], [0, 1]);
    const one = async (name) => {
        await page.ask(["enter", 0, CHAINS], [0]);
        return (await page.ask(["speed", name, milliseconds], [0]))[0];
    };
    const two = async () => {
        await page.ask(["enter", 0, CHAINS / 2], [0]);
        await page.ask(["enter", CHAINS / 2, CHAINS], [1]);
        return (await page.ask(["speed", "ours", milliseconds], [0, 1])).reduce((a, b) => a + b);
    };
    const speeds = { ours: [], "plain JavaScript": [], "ours on two": [] };
    await one("ours");
    for (let round = 0; round < rounds; round++) {
        speeds["plain JavaScript"].push(await one("plain JavaScript"));
        speeds.ours.push(await one("ours"));
        speeds["ours on two"].push(await two());
    }
    // Both follow the same score, so their acceptance rates are equal.
    await page.ask(["enter", 0, COMPARED[0]], [0]);
    const acceptance = {};
    for (const name of ["ours", "plain JavaScript"]) {
        [acceptance[name]] = await page.ask(["acceptance", name, COMPARED[1]], [0]);
    }
    const ratios = {
        "ours / plain JavaScript": ratio(speeds.ours, speeds["plain JavaScript"]),
        "two workers / one": ratio(speeds["ours on two"], speeds.ours),
    };
    const agrees = Math.abs(acceptance.ours - acceptance["plain JavaScript"]) < 0.02;
    const isMet = agrees && Object.entries(REQUIRED).every(([name, least]) => ratios[name] >= least);
    return { speeds, ratios, acceptance, isMet };
}

export function printProposals({ speeds, ratios, acceptance, isMet }) {
    console.log(`proposals per second of a random walk in Chromium: ${CHAINS} chains, 256 units, 20 intervals\n`);
    for (const [name, values] of Object.entries(speeds)) {
        console.log(`  ${name.padEnd(24)} ${median(values).toFixed(0).padStart(9)}`);
    }
    for (const [name, value] of Object.entries(ratios)) {
        console.log(`  ${name.padEnd(24)} ${value.toFixed(2).padStart(9)}  (required ${REQUIRED[name]})`);
    }
    const shares = Object.entries(acceptance)
        .map(([name, share]) => `${name} ${share.toFixed(3)}`)
        .join(", ");
    console.log(`  accepted: ${shares}\n  ${isMet ? "ok" : "NOT MET"}\n`);
}

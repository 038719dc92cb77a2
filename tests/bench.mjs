// Measures training steps per second of our module and of the same experiment in tfjs's WebAssembly backend, in turn,
// in a worker of Chromium, in Node and (ours) natively; proposals per second of a random walk; and times from a
// navigation in Chromium. Prints tables, writes target/bench.json, and fails when a result in Chromium misses its
// requirement.
//
//   node tests/bench.mjs [rounds] [seconds]
//
// All run on one thread: ours by design, tfjs because its threads need a cross-origin isolated page, and most hosts do
// not send the headers for it. The requirement is about `tfjs`, the idiomatic network; `tfjs by hand` shows how much
// manual optimisation gains (see bench/tfjs.mjs).

import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { buildModule, buildNative, buildPage, bundle, copyPeer, FOLDER } from "./bench/build.mjs";
import { withPage } from "./bench/chromium.mjs";
import { measureNavigation, printNavigation } from "./bench/navigation.mjs";
import { printHeads, printResult, write } from "./bench/report.mjs";
import { alternate } from "./bench/rounds.mjs";
import { inChromium, inNode, natively } from "./bench/runtimes.mjs";
import { measureProposals, printProposals } from "./bench/sampling.mjs";
import { judge, SIZES } from "./bench/thresholds.mjs";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 1.5);

console.log("building the native driver and the module (a minute or two when cold)");
const driver = buildNative();
const module = buildModule();
copyPeer();
buildPage();
await bundle();

const navigation = await measureNavigation(rounds);
printNavigation(navigation);
await withPage(FOLDER, async (page) => {
    const places = [await inChromium(page), await inNode(readFileSync(module)), natively(driver)];
    console.log(`${rounds} rounds of ${seconds} s on ${os.cpus()[0].model}`);
    for (const { about } of places) {
        console.log(about);
    }
    console.log();
    printHeads();
    const results = [];
    for (const size of SIZES) {
        results.push(judge(size, await measure(size, places)));
        printResult(results.at(-1));
    }
    const proposals = await measureProposals(page, rounds, 1000 * seconds);
    printProposals(proposals);
    const file = path.join("target", "bench.json");
    write(path.resolve(import.meta.dirname, "..", file), { rounds, seconds, places, results, proposals, navigation });
    console.log(`written to ${file}`);
    process.exitCode = navigation.isMet && proposals.isMet && results.every(({ verdict }) => verdict === "ok") ? 0 : 1;
});

/** Speeds of all contenders at all places, and their final losses. */
async function measure(size, places) {
    const contenders = [];
    for (const { name: place, enter } of places) {
        for (const [name, contender] of Object.entries(await enter(size))) {
            contenders.push({ place, name, ...contender });
        }
    }
    const speeds = await alternate(contenders, rounds, 1000 * seconds);
    const entries = [];
    for (const [i, { place, name, medianLoss }] of contenders.entries()) {
        entries.push({ place, name, speeds: speeds[i], loss: await medianLoss?.(100) });
    }
    return entries;
}

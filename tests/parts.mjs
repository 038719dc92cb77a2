// The module of dist/ in its two parts: the first part alone runs the default experiment; both together reproduce all
// goldens bit by bit. Prints one line for each claim.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { proveExports, proveSettings } from "./parts/hostile-arguments.mjs";

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url));
const { Observer, Session, parseLink, initSync } = await import(new URL("../dist/scorescape.js", import.meta.url).href);
const exports = initSync({ module: file("dist/scorescape_bg.wasm") });
const goldens = String(file("tests/goldens.txt"))
    .split("\n")
    .filter((line) => line.startsWith("#v="))
    .map((line) => line.split(" "));

/** @param {string[]} golden */
function assertGolden([link, golden]) {
    const { table, settings } = parseLink(link);
    const bytes = table === undefined ? undefined : file(table ? `www/data/${table}` : "tests/fixtures/own.csv");
    const [, steps, transitions] = golden.split(".").map(Number);
    const session = new Session(link, bytes);
    session.step(steps);
    const chains = settings.find(({ key }) => key === "sample.chains").value;
    const observer = new Observer(link, bytes);
    observer.setWeights(steps, session.parameters());
    const walkers = observer.chains(0, chains);
    walkers.step(transitions);
    assert.equal(session.fingerprint(walkers.states(), transitions), golden, link);
}

const usual = goldens.find(([link]) => link === "#v=0");
assertGolden(usual);
console.log("the first part alone gives the default experiment the bits of the golden");

const { exports: count, calls, missing } = await proveExports();
console.log(
    `none of ${count} exports of the first part alone traps in ${calls} hostile calls; ${missing} of these need the rest`,
);
const settings = await proveSettings();
console.log(`the first part alone changes ${settings} settings as the whole program does, also to hostile texts`);

const others = goldens.filter((golden) => golden !== usual);
assert.throws(() => others.forEach(assertGolden), { setting: "program" });
console.log("other goldens need the rest");

new WebAssembly.Instance(new WebAssembly.Module(file("dist/scorescape_rest.wasm")), { first: exports });
goldens.forEach(assertGolden);
console.log(`with the rest, all ${goldens.length} goldens have their bits`);

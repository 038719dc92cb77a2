// Shared runs, their results computed in Node, and conditions to wait for.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const PACKAGE = new URL("../../../target/pkg/", import.meta.url);
/** A run of one or two seconds, as a canonical link. */
export const SHORT = "#v=0&data.count=2000&sample.chains=20&steps=300&transitions=50";
/** A run whose chains start all over the plane, where data are sparse. */
export const SCATTERED =
    "#v=0&data.count=2000&sample.chains=100&sample.start=gaussian&sample.start-deviation=1&steps=1500&transitions=400";
/** A run long enough to be interrupted. */
export const LONGER = "#v=0&data.count=2000&model.units=512&sample.chains=60&steps=2500&transitions=300";
/** A run that does not finish during any test. */
export const ENDLESS = "#v=0&steps=1000000";
/** A file with forty points on a circle. */
export const RING = Array.from({ length: 40 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}\n`).join("");
/** A run of one second on user data. */
export const SHORT_OWN = "#v=0&data=user-data&sample.chains=20&steps=300&transitions=50";

let engine;
const fingerprints = new Map();

/** The module, in Node. */
export async function program() {
    engine ??= await import(new URL("scorescape.js", PACKAGE).href);
    await engine.default({ module_or_path: await readFile(new URL("scorescape_bg.wasm", PACKAGE)) });
    return engine;
}

/** The fingerprint of a link's run, computed in Node on one thread. */
async function fingerprint(link, steps, chains, transitions) {
    if (!fingerprints.has(link)) {
        const engine = await program();
        const session = new engine.Session(link);
        session.step(steps);
        assert.equal(session.progress().step, steps);
        const walkers = session.observer().chains(0, chains);
        walkers.step(transitions);
        fingerprints.set(link, session.fingerprint(walkers.states(), transitions));
    }
    return fingerprints.get(link);
}
export const ofShort = () => fingerprint(SHORT, 300, 20, 50);
export const ofLonger = () => fingerprint(LONGER, 2500, 60, 300);

export const trainsBeyond = (step) => (now) => now.phase === "training" && now.step > step;
export const complete = (now) => now.phase === "complete";

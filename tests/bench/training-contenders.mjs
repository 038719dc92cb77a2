// Contenders of the training step, for Node and a browser's worker: our module, and the same experiment in
// TensorFlow.js, idiomatic and optimised by hand (see tfjs.mjs).

import init, { Session } from "../../target/bench-pkg/scorescape.js";
import { median } from "./rounds.mjs";
import * as peer from "./tfjs.mjs";

/** Steps between two readings of the clock, and between two of our progress reports. */
const CHUNK = 20;

/**
 * Starts our module, given by address or bytes, and tfjs with the .wasm files in `folder`; returns a description of
 * tfjs.
 */
export async function start(module, folder) {
    await init({ module_or_path: module });
    return peer.start(folder);
}

/**
 * A network for each contender. `speed` trains it for some milliseconds and returns steps per second. `medianLoss` is
 * the median training loss of some more steps; a few jumps would dominate the mean.
 *
 * Each network keeps training through all rounds, tens of thousands of steps. This reveals a kernel that slows down
 * with time (subnormal numbers of dying units are ten times slower).
 */
export function contenders({ link, units, batch }) {
    return {
        ours: ours(new Session(link)),
        tfjs: theirs(peer.automatic(units, batch)),
        "tfjs by hand": theirs(peer.byHand(units, batch)),
    };
}

function ours(session) {
    return {
        speed: (milliseconds) => stepsPerSecond((count) => session.step(count), milliseconds),
        medianLoss(count) {
            const losses = Array.from({ length: count }, () => session.step(1));
            return median(losses.map(({ loss, diverged }) => (diverged ? Infinity : loss)));
        },
    };
}

function theirs(step) {
    return {
        speed: (milliseconds) => stepsPerSecond((count) => peer.train(step, count), milliseconds),
        medianLoss: (count) => peer.medianLoss(step, count),
    };
}

function stepsPerSecond(train, milliseconds) {
    const start = performance.now();
    let steps = 0;
    let elapsed = 0;
    while (elapsed < milliseconds) {
        train(CHUNK);
        steps += CHUNK;
        elapsed = performance.now() - start;
    }
    return (1000 * steps) / elapsed;
}

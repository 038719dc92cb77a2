// Contenders of the random walk, each in its own worker: our module, and the same network and rule in plain JavaScript
// with typed arrays. The JavaScript uses that each unit's input is linear along a line.

import init, { Session } from "../../target/bench-pkg/scorescape.js";
import { answer } from "./worker-requests.mjs";

/** The default experiment with a given number of chains: 256 units, trapezoid rule with 20 intervals. */
const LINK = "#v=0&sample.chains=1000";
const UNITS = 256;
const INTERVALS = 20;
const TAU = 0.08;
const SIGMA = 0.05;
/** Training steps before sampling, so that the network has learned something. */
const STEPS = 500;

let session;
let contenders;

answer({
    async start(module) {
        await init({ module_or_path: module });
        session = new Session(LINK);
        session.step(STEPS);
    },
    /** Creates chains `first` to `last`. */
    enter(first, last) {
        const observer = session.observer();
        const walkers = observer.chains(first, last);
        const walk = byHand(tensors(session.weights()), walkers.states());
        const transition = { ours: () => walkers.step(1), "plain JavaScript": walk.transition };
        const acceptance = { ours: () => walkers.acceptanceRate, "plain JavaScript": walk.acceptance };
        contenders = { count: last - first, transition, acceptance };
    },
    /** Proposals per second, measured over some milliseconds. */
    speed(name, milliseconds) {
        const start = performance.now();
        let transitions = 0;
        let elapsed = 0;
        while (elapsed < milliseconds) {
            contenders.transition[name]();
            transitions += 1;
            elapsed = performance.now() - start;
        }
        return (1000 * transitions * contenders.count) / elapsed;
    },
    /** The share of accepted proposals over a number of transitions. */
    acceptance(name, transitions) {
        for (let i = 0; i < transitions; i++) {
            contenders.transition[name]();
        }
        return contenders.acceptance[name]();
    },
});

/** The tensors of a safetensors file by name. */
function tensors(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const read = ([begin, end]) => new Float32Array(bytes.slice(8 + length + begin, 8 + length + end).buffer);
    return Object.fromEntries(
        Object.entries(header)
            .filter(([name]) => name !== "__metadata__")
            .map(([name, { data_offsets: ends }]) => [name, read(ends)]),
    );
}

/** Metropolis-Hastings with ΔE = -∫ s·dx by the trapezoid, s = (V tanh(W x + c) + b)/σ². */
function byHand({ "encoder.0.weight": W, "encoder.0.bias": c, "decoder.weight": V, "decoder.bias": b }, states) {
    const [start, slope, pull] = Array.from({ length: 3 }, () => new Float64Array(UNITS));
    let proposed = 0;
    let accepted = 0;

    function energyDifference(x, y, dx, dy) {
        for (let u = 0; u < UNITS; u++) {
            start[u] = W[2 * u] * x + W[2 * u + 1] * y + c[u];
            slope[u] = (W[2 * u] * dx + W[2 * u + 1] * dy) / INTERVALS;
            pull[u] = V[u] * dx + V[UNITS + u] * dy;
        }
        let sum = 0;
        for (let node = 0; node <= INTERVALS; node++) {
            let output = 0;
            for (let u = 0; u < UNITS; u++) {
                output += pull[u] * Math.tanh(start[u] + node * slope[u]);
            }
            sum += node === 0 || node === INTERVALS ? output / 2 : output;
        }
        return -(sum / INTERVALS + b[0] * dx + b[1] * dy) / SIGMA ** 2;
    }

    function transition() {
        for (let i = 0; i < states.length; i += 2) {
            const radius = TAU * Math.sqrt(-2 * Math.log(1 - Math.random()));
            const angle = 2 * Math.PI * Math.random();
            const dx = radius * Math.cos(angle);
            const dy = radius * Math.sin(angle);
            proposed += 1;
            if (Math.log(1 - Math.random()) <= -energyDifference(states[i], states[i + 1], dx, dy)) {
                states[i] += dx;
                states[i + 1] += dy;
                accepted += 1;
            }
        }
    }

    return { transition, acceptance: () => accepted / proposed };
}

// The bench's peer: the default experiment's network r(x) = x + V tanh(W x + c) + b, its spiral, batches and Adam, in
// TensorFlow.js's WebAssembly backend.
//
// Every choice favours the peer, as long as the results are the same:
// - batches and Gaussian noise come from plain JavaScript and are uploaded, a little faster than tf.gather and
//   tf.randomNormal;
// - the bias c is a third row of W against a column of ones, so no broadcast sum is differentiated;
// - V is stored as 2 x H, so its gradient's product is cheaper;
// - the error r(x + s) - x is V h + b + s, so the clean points are never uploaded;
// - production mode, the loss is not read back, and there is no exponential average of the weights, which ours
//   computes.

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { median } from "./rounds.mjs";

const POINTS = 10_000;
const SIGMA = 0.05;

/** Starts the backend with the .wasm files in `folder`; returns the name of the chosen build. */
export async function start(folder) {
    setWasmPaths(folder);
    tf.enableProdMode();
    if (!(await tf.setBackend("wasm"))) {
        throw new Error("tfjs's wasm backend did not start");
    }
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    const threads = await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
    return { version: tf.version_core, simd, threads };
}

/** The network in idiomatic tfjs: a loss, tf.tanh, automatic gradients, `minimize`. Returns a step function. */
export function automatic(units, batch) {
    const points = spiral();
    const { encoder, decoder, offset } = initial(units, points);
    const W = tf.variable(tf.tensor2d(encoder, [3, units]));
    const V = tf.variable(tf.tensor2d(decoder, [2, units]));
    const b = tf.variable(tf.tensor2d(offset, [1, 2]));
    const optimizer = adam();
    return () =>
        tf.tidy(() => {
            const { noisy, noise } = draw(points, batch);
            const loss = () => {
                const hidden = tf.tanh(tf.matMul(noisy, W));
                return meanSquare(tf.add(tf.add(tf.matMul(hidden, V, false, true), b), noise), batch);
            };
            return optimizer.minimize(loss, true, [W, V, b]);
        });
}

/**
 * The same computation with all optimisations that we found: gradients written out; all parameters in one vector, so
 * that Adam runs its twelve kernels once; products without transposed matrices, because only plain ones take the fast
 * path; and tanh z = 2 sigmoid(2 z) - 1, because tfjs's sigmoid is vectorised and its tanh is not.
 */
export function byHand(units, batch) {
    const points = spiral();
    const { encoder, decoder, offset } = initial(units, points);
    const packed = tf.variable(tf.tensor1d([...encoder, ...decoder, ...offset]));
    const optimizer = adam();
    const row = tf.ones([1, batch]);
    const column = tf.ones([units, 1]);
    return () =>
        tf.tidy(() => {
            const { noisy, noise } = draw(points, batch);
            const { W, V, b } = unpack(packed, units);
            const s = tf.sigmoid(tf.matMul(tf.mul(noisy, 2), W));
            const V2 = tf.mul(V, 2);
            const constant = tf.sub(b, tf.transpose(tf.matMul(V, column)));
            const error = tf.add(tf.add(tf.matMul(s, tf.transpose(V2)), constant), noise);
            const slope = tf.mul(error, 2 / batch);
            // tanh' = 4 (s - s²): one 2 is in V2, the other in the factor of slope.
            const hidden = tf.mul(tf.matMul(tf.mul(slope, 2), V2), tf.sub(s, tf.square(s)));
            const db = tf.matMul(row, slope);
            const dV = tf.sub(tf.matMul(tf.transpose(tf.mul(slope, 2)), s), tf.transpose(db));
            const dW = tf.matMul(tf.transpose(noisy), hidden);
            optimizer.applyGradients({ [packed.name]: tf.concat([dW, dV, db].map((part) => tf.reshape(part, [-1]))) });
            return meanSquare(error, batch);
        });
}

/** Runs `count` steps and discards their losses unread. */
export function train(step, count) {
    for (let i = 0; i < count; i++) {
        step().dispose();
    }
}

/** The median training loss of `count` more steps. */
export function medianLoss(step, count) {
    const losses = [];
    for (let i = 0; i < count; i++) {
        const loss = step();
        losses.push(loss.dataSync()[0]);
        loss.dispose();
    }
    return median(losses.map((loss) => (Number.isNaN(loss) ? Infinity : loss)));
}

function adam() {
    return tf.train.adam(5e-3, 0.9, 0.999, 1e-8);
}

function meanSquare(error, batch) {
    return tf.mul(tf.sum(tf.square(error)), 1 / batch);
}

function unpack(packed, units) {
    return {
        W: tf.reshape(tf.slice(packed, 0, 3 * units), [3, units]),
        V: tf.reshape(tf.slice(packed, 3 * units, 2 * units), [2, units]),
        b: tf.reshape(tf.slice(packed, 5 * units, 2), [1, 2]),
    };
}

/** x = 0.04 t (sin t, cos t) + 0.01 ε with t uniform in [3, 15]; two numbers per point. */
function spiral() {
    const points = gaussian(2 * POINTS, 0.01);
    for (let i = 0; i < points.length; i += 2) {
        const t = 3 + 12 * Math.random();
        points[i] += 0.04 * t * Math.sin(t);
        points[i + 1] += 0.04 * t * Math.cos(t);
    }
    return points;
}

/** Data-driven initialisation: w ~ N(0, (0.75 / σ)²), c = -w·x at a random point; V = 0, b = 0. */
function initial(units, points) {
    const encoder = gaussian(3 * units, 0.75 / SIGMA);
    for (let j = 0; j < units; j++) {
        const i = 2 * randomPoint();
        encoder[2 * units + j] = -(encoder[j] * points[i] + encoder[units + j] * points[i + 1]);
    }
    return { encoder, decoder: new Float32Array(2 * units), offset: new Float32Array(2) };
}

/** A batch x + s with a column of ones, and its noise s = σ ε. */
function draw(points, batch) {
    const noise = gaussian(2 * batch, SIGMA);
    const noisy = new Float32Array(3 * batch);
    for (let k = 0; k < batch; k++) {
        const i = 2 * randomPoint();
        noisy[3 * k] = points[i] + noise[2 * k];
        noisy[3 * k + 1] = points[i + 1] + noise[2 * k + 1];
        noisy[3 * k + 2] = 1;
    }
    return { noisy: tf.tensor2d(noisy, [batch, 3]), noise: tf.tensor2d(noise, [batch, 2]) };
}

function randomPoint() {
    return Math.floor(POINTS * Math.random());
}

/** An even number of normal variates, by the Box-Muller method. */
function gaussian(count, scale) {
    const values = new Float32Array(count + (count % 2));
    for (let i = 0; i < values.length; i += 2) {
        const radius = scale * Math.sqrt(-2 * Math.log(1 - Math.random()));
        const angle = 2 * Math.PI * Math.random();
        values[i] = radius * Math.cos(angle);
        values[i + 1] = radius * Math.sin(angle);
    }
    return values.subarray(0, count);
}

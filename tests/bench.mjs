// Measures training steps per second of the native kernel, of its WebAssembly build in Node and of the same experiment
// in tfjs's WebAssembly backend, in turn; prints a table, writes target/bench.json, fails below the promised ratios.
//
//   node tests/bench.mjs [rounds] [seconds]
//
// A machine's speed drifts, so every round runs all contenders one after the other and a ratio is the median of the
// rounds' own ratios. All run on one thread: ours by design, tfjs because its threaded build cannot start in Node.
// The promise is about `tfjs`, the network as one writes it there; `tfjs by hand` shows what the most patient rewriting
// gains (see peer.mjs).

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = path.dirname(import.meta.dirname);
const OUT = path.join(ROOT, 'target', 'bench-pkg');
const SIZES = [
  { units: 128, batch: 128, required: 20 },
  { units: 1000, batch: 128, required: 10 },
  { units: 256, batch: 512, required: 10 },
];
/** Steps between two readings of the clock, and between two progress reports of ours. */
const CHUNK = 20;
/** Printed ratio: the contender above over the contender below. */
const RATIOS = [['wasm', 'tfjs'], ['native', 'tfjs'], ['wasm', 'native'], ['wasm', 'tfjs by hand']];
/** What r(x) = x scores: E ‖σ ε‖² in two dimensions. */
const IDENTITY_LOSS = 2 * 0.05 ** 2;

const rounds = Number(process.argv[2] ?? 5);
const milliseconds = 1000 * Number(process.argv[3] ?? 1.5);

const tools = { binary: buildNative(), Session: await buildWasm(), peer: await buildPeer() };
const backend = await tools.peer.start(tfjsFolder());
console.log(`${rounds} rounds of ${milliseconds / 1000} s on ${os.cpus()[0].model}, Node ${process.version}`);
console.log(`tfjs ${backend.version}: wasm backend, SIMD ${backend.simd ? 'on' : 'off'}, threads ${backend.threads ? 'on' : 'off'}\n`);
const results = SIZES.map(measure);
print(results);
write(results);
process.exitCode = results.every((result) => result.passed) ? 0 : 1;

/** The compiled benches/training.rs. */
function buildNative() {
  console.log('building the native driver (about a minute when cold)');
  const messages = run('cargo', ['bench', '--locked', '--bench', 'training', '--no-run', '--message-format=json']);
  const artifacts = messages.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return artifacts.find((artifact) => artifact.executable && artifact.target?.name === 'training').executable;
}

/** The page's module, optimised as it is shipped. */
async function buildWasm() {
  console.log('building the WebAssembly module (about a minute when cold)');
  run('cargo', ['build', '--locked', '--release', '--lib', '--target', 'wasm32-unknown-unknown']);
  run('wasm-bindgen', ['--target', 'web', '--out-dir', OUT, 'target/wasm32-unknown-unknown/release/scorescape.wasm']);
  const module = path.join(OUT, 'scorescape_bg.wasm');
  // No feature flags: binaryen reads them from the module.
  run(path.join(ROOT, 'node_modules', '.bin', 'wasm-opt'), ['-Os', module, '-o', module]);
  writeFileSync(path.join(OUT, 'package.json'), '{ "type": "module" }\n');
  const bindings = await import(pathToFileURL(path.join(OUT, 'scorescape.js')));
  bindings.initSync({ module: readFileSync(module) });
  return bindings.Session;
}

/** tfjs-core's automatic gradients are published only as modules for bundlers, so Node needs a bundle. */
async function buildPeer() {
  const outfile = path.join(OUT, 'peer.cjs');
  const entry = path.join(ROOT, 'tests', 'peer.mjs');
  const options = { platform: 'node', format: 'cjs', mainFields: ['module', 'main'], logLevel: 'warning' };
  await build({ ...options, entryPoints: [entry], bundle: true, outfile });
  return createRequire(import.meta.url)(outfile);
}

/** Where tfjs's .wasm files lie. */
function tfjsFolder() {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return path.dirname(main) + path.sep;
}

function run(command, options) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  return execFileSync(command, options, { cwd: ROOT, encoding: 'utf8', stdio, maxBuffer: 1 << 28 });
}

function measure(size) {
  const link = `#model.units=${size.units}&train.batch=${size.batch}`;
  const { peer, Session } = tools;
  // One run through all rounds, tens of thousands of steps: a kernel that slows down with time (subnormal numbers of
  // dying units are ten times slower) shows here. The native driver starts afresh every round.
  const session = new Session(link);
  const steps = { tfjs: peer.automatic(size.units, size.batch), 'tfjs by hand': peer.byHand(size.units, size.batch) };
  const contenders = {
    native: () => Number(run(tools.binary, [link, String(milliseconds)])),
    wasm: (time) => stepsPerSecond(() => session.step(CHUNK), time),
    ...mapValues(steps, (step) => (time) => stepsPerSecond(() => peer.train(step, CHUNK), time)),
  };
  const speeds = alternate(contenders);
  const losses = { wasm: meanLoss(session, 100), ...mapValues(steps, (step) => peer.meanLoss(step, 100)) };
  return judge(size, speeds, losses);
}

/** Steps per second of each contender, one number a round. The native driver warms itself up. */
function alternate(contenders) {
  const { native, ...inProcess } = contenders;
  Object.values(inProcess).forEach((contender) => contender(milliseconds / 2));
  const speeds = mapValues(contenders, () => []);
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(contenders)) speeds[name].push(contenders[name](milliseconds));
  }
  return speeds;
}

function stepsPerSecond(trainChunk, time) {
  const start = performance.now();
  let [steps, elapsed] = [0, 0];
  while (elapsed < time) {
    trainChunk();
    steps += CHUNK;
    elapsed = performance.now() - start;
  }
  return (1000 * steps) / elapsed;
}

/** The training loss, averaged over `count` further steps; NaN once training has diverged. */
function meanLoss(session, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const { loss, diverged } = session.step(1);
    sum += diverged ? NaN : loss;
  }
  return sum / count;
}

/**
 * Speed counts only where the network learns. With batches of 512 it must beat the identity; with 128 the raw weights
 * jitter too much for that, and the test is that they stay near it.
 */
function judge(size, speeds, losses) {
  const ratios = Object.fromEntries(RATIOS.map(([a, b]) => [`${a} / ${b}`, ratio(speeds[a], speeds[b])]));
  const limit = size.batch === 512 ? IDENTITY_LOSS : 10 * IDENTITY_LOSS;
  const learns = Object.values(losses).every((loss) => loss < limit);
  const passed = learns && ratios['wasm / tfjs'] >= size.required;
  return { ...size, speeds, medians: mapValues(speeds, median), ratios, losses, learns, passed };
}

function ratio(above, below) {
  return median(above.map((speed, round) => speed / below[round]));
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function print(results) {
  const heads = ['units', 'batch', ...Object.keys(results[0].medians), ...Object.keys(results[0].ratios), 'required', ''];
  const rows = results.map((result) => [
    result.units,
    result.batch,
    ...Object.values(result.medians).map((speed) => speed.toFixed(0)),
    ...Object.values(result.ratios).map((value) => value.toFixed(2)),
    result.required,
    result.passed ? 'ok' : result.learns ? 'TOO SLOW' : 'DOES NOT LEARN',
  ]);
  for (const row of [heads, ...rows]) {
    console.log(row.map((cell, i) => String(cell).padStart(Math.max(6, heads[i].length))).join('  '));
  }
  console.log("\nsteps per second, then ratios; 'required' is the least wasm / tfjs");
}

function write(results) {
  const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length, platform: process.platform, architecture: process.arch, node: process.version };
  const report = { machine, tfjs: backend, rounds, seconds: milliseconds / 1000, results };
  const file = path.join(ROOT, 'target', 'bench.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log('written to target/bench.json');
}

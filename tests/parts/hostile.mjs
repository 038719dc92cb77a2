// The first part of the program alone, each of its exports called with hostile arguments: none may trap.
//
// What the page's own thread asks before it has the rest must be answered as by the whole program. All else answers, refuses
// what is wrong with an Error, or throws the Error that says that the rest is missing, after which a worker is replaced.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const dist = new URL('../../dist/', import.meta.url);
const [first, rest] = ['bg', 'rest'].map((part) => new WebAssembly.Module(readFileSync(new URL(`scorescape_${part}.wasm`, dist))));

let instances = 0;

/** A fresh instance of the program: an address of its own makes the glue a module of its own. */
async function instance(isWhole) {
  const api = await import(new URL(`scorescape.js?instance=${instances++}`, dist).href);
  const exports = api.initSync({ module: first });
  if (isWhole) new WebAssembly.Instance(rest, { first: exports });
  return api;
}

const LINK = '#v=0';
const TEXTS = [
  '', '#', 'x', '&', '===', '%', 'é', 'x=é', '#v=0&data=é', '#v=0&é=1', '#v=0&train.rate=١', '#v=0&train.list=ä', '🦀\0\ud800\u202e', `#v=0&a=${'é'.repeat(4000)}`,
  'x'.repeat(8192), 'x'.repeat(8193), 'é'.repeat(4097), '&a=b'.repeat(2000), '&a=b'.repeat(5000), '#v=1', '#v=', '#v=0&v=é', '#v=0&seed=-1', '#v=0&seed=4294967296',
  '#v=0&train.list=9:1:4294967295', '#v=0&train.list=', '#v=0&train.rate=1e400', `#v=0&train.rate=${'9'.repeat(7000)}`, '#v=0&train.sigma=0.0000000000000000000000001',
  '#v=0&fingerprint=é', `#v=0&fingerprint=${'1.'.repeat(4000)}`, '#v=0&fingerprint=1.2.3.00ff', '#v=0&data.digest=00&data=own', '#v=0&data=word&data.word=ſß',
  '#v=0&data=gmm-manifold&data.dim=101', '#v=0&sample.kernel=nuts&sample.depth=99&train.optimizer=lbfgs&train.memory=1e9&train.objective=walkback',
];
const NUMBERS = [NaN, Infinity, -1, 0, 0.5, -0, 1e300, 2 ** 31, 2 ** 32 - 1, 2 ** 53];
/** Of no type that anything takes: the glue does not check types, so that these may also trap, but not for want of a function. */
const OTHERS = [undefined, null, {}, [], 10n, () => 1];
const ARRAYS = [[], [NaN], [0.1, 0.2], [Infinity, -Infinity], [1, 2, 3], new Array(1000).fill(1e300)].flatMap((list) => [Float64Array, Float32Array, Uint8Array].map((Type) => Type.from(list)));

const POINTS = Float64Array.of(0.1, 0.2, 0.3, 0.4);
const BYTES = Uint8Array.of(1, 2, 3);
const STATES = new Float64Array(1000);
/** What takes as many steps as it is told. */
const SLOWLY = ['Session.step', 'Walkers.step'];

/** What can be called: sound arguments, and which hostile ones are left out. Functions by name, methods and accessors by class and name. */
const CALLS = {
  describe: [LINK], change: [LINK, 'seed', '2'], newSeed: [], algorithm: [], chainGroup: [], gridPoints: [-1, 1, -1, 1, 4, 4], tableDigest: [BYTES],
  autocorrelation: [POINTS], start: [], 'FixedPoints.constructor': [], 'GridQuery.constructor': [], 'Walkers.constructor': [],
  'Plot.constructor': [true], 'Plot.curve': [1, POINTS, POINTS], 'Plot.bars': [1, POINTS, POINTS], 'Plot.draw': [{}, 1, 0, 0], 'Plot.stepAt': [100, 50],
  'Session.constructor': [LINK, undefined], 'Session.restore': [BYTES, undefined], 'Session.checkpoint': [], 'Session.link': [], 'Session.step': [2], 'Session.progress': [],
  'Session.parameters': [], 'Session.weights': [], 'Session.observer': [], 'Session.fingerprint': [STATES, 1],
  'Observer.constructor': [LINK, undefined], 'Observer.look': [1, new Float32Array(4)], 'Observer.lookAt': [BYTES], 'Observer.step': [], 'Observer.dim': [], 'Observer.sigma': [],
  'Observer.points': [], 'Observer.prepare': [16], 'Observer.fisherError': [], 'Observer.chains': [0, 20],
  'Observer.optimalField': ['denoising', POINTS], 'Observer.energyDifference': [POINTS.slice(2), POINTS.slice(2)], 'Observer.tiedEnergyDifference': [POINTS.slice(2), POINTS.slice(2)],
  'Observer.exactEnergyDifference': [POINTS.slice(2), POINTS.slice(2)], 'Observer.fixedPoints': [POINTS], 'Observer.gridQuery': ['score', Float64Array.of(-1, 1, -1, 1), 4, 4],
  'Observer.judge': [POINTS, 2, STATES, 0.5], 'Observer.streamlines': [POINTS, 0.1, 5, Float64Array.of(-1, -1), Float64Array.of(1, 1)],
  'Walkers.step': [1], 'Walkers.transitions': [], 'Walkers.acceptanceRate': [], 'Walkers.recorded': [], 'Walkers.spacing': [],
  'FixedPoints.advance': [1], 'FixedPoints.followed': [], 'FixedPoints.found': [],
  'GridQuery.advance': [1], 'GridQuery.known': [], 'GridQuery.values': [], 'GridQuery.remainderShare': [], 'GridQuery.remainder': [],
};
for (const name of [
  'onStage', 'offStage', 'learnedField', 'exactField', 'densityField', 'cleanDensityField', 'hessianField', 'learnedScores', 'exactScores', 'logDensities', 'corrupted', 'reconstructed',
  'jacobians', 'curvature', 'exactCurvature', 'tableUnits', 'compare', 'marginals',
]) CALLS[`Observer.${name}`] = [POINTS];
for (const name of ['states', 'onStage', 'proposals', 'proposalsOnStage', 'accepted', 'draws']) CALLS[`Walkers.${name}`] = [];

/** What page and workers ask of others than these, with objects that are made only when they are asked for. */
const OF_OBJECTS = {
  'Walkers.retarget': ({ observer }) => [observer], 'Observer.foresee': ({ walkers }) => [walkers, 0],
};

/** Never to be missing: the page's own thread asks for it before the rest is there. */
const ANSWERED = ['describe', 'change', 'newSeed', 'algorithm', 'chainGroup', 'gridPoints', 'tableDigest', ...Object.keys(CALLS).filter((name) => name.startsWith('Plot.'))];

/** Objects to call methods of; of what the first part cannot make, one that was freed. */
function objects(api) {
  const observer = new api.Observer(LINK);
  const freed = (Class) => Object.create(Class.prototype, { __wbg_ptr: { value: 0, writable: true } });
  return {
    Session: () => new api.Session(LINK), Observer: () => observer, Walkers: () => observer.chains(0, 20), Plot: () => new api.Plot(),
    FixedPoints: () => freed(api.FixedPoints), GridQuery: () => freed(api.GridQuery), get observer() { return observer; }, get walkers() { return observer.chains(0, 20); },
  };
}

/** A call of the export `name` of `api`. */
function callOf(api, name, given) {
  const [owner, member] = name.split('.');
  if (!member) return api[owner];
  const Class = api[owner];
  if (member === 'constructor') return (...args) => new Class(...args);
  if (Object.hasOwn(Class, member)) return Class[member];
  const { get } = Object.getOwnPropertyDescriptor(Class.prototype, member);
  const object = given[owner]();
  return get ? () => get.call(object) : Class.prototype[member].bind(object);
}

/** Every export of the glue, but what starts it and what frees. */
function exportsOf(api) {
  const names = Object.keys(api).filter((name) => !['default', 'initSync'].includes(name));
  return names.flatMap((name) => {
    const { prototype } = api[name];
    if (!prototype || !('free' in prototype)) return [name];
    const members = [...Object.getOwnPropertyNames(prototype), ...Object.keys(Object.getOwnPropertyDescriptors(api[name])).filter((key) => !['length', 'name', 'prototype'].includes(key))];
    return members.filter((member) => !['free', '__destroy_into_raw', '__wrap', '__wbg_ptr'].includes(member)).map((member) => `${name}.${member}`);
  });
}

/** Hostile values of the type of `sound`; hidden from what takes as many steps as it says. */
function hostile(sound, isSlow) {
  if (typeof sound === 'string') return [...TEXTS, 'score'];
  if (typeof sound === 'number') return NUMBERS.filter((count) => !isSlow || count >>> 0 < 1000);
  return ArrayBuffer.isView(sound) ? ARRAYS.filter(({ constructor }) => constructor === sound.constructor) : [];
}

/** The argument lists to try: hostile values of the right type in each place, and in all of one type. */
const likely = (sound, isSlow) => [
  ...sound.flatMap((value, place) => hostile(value, isSlow).map((other) => sound.with(place, other))),
  ...NUMBERS.filter(() => !isSlow).map((number) => sound.map((value) => (typeof value === 'number' ? number : value))),
];
/** Those of wrong types: nothing at all, and others in each place. */
const unlikely = (sound) => [[], ...sound.flatMap((value, place) => [...OTHERS, typeof value === 'string' ? NaN : 'é'].map((other) => sound.with(place, other)))];

const brief = (args) => args.map((arg) => { try { return String(JSON.stringify(arg) ?? arg).slice(0, 60); } catch { return String(arg); } }).join(', ');

/** What a call comes to: an answer, the message of an Error, or that the rest is missing. */
function outcome(call, args, what, isTyped) {
  try {
    return { answer: call(...args) };
  } catch (error) {
    assert(error instanceof Error, `${what} throws ${error}`);
    const isTrap = error instanceof WebAssembly.RuntimeError;
    assert(!isTrap || !isTyped && !/null function|table/.test(error.message), `${what} traps: ${error}`);
    return error.field === 'program' ? { isMissing: true } : { message: error.message, isTrap };
  }
}

const plain = (answer) => (answer && typeof answer === 'object' && 'free' in answer ? 'an object' : answer);

/** Calls export `name` of the first part alone with all there is to try; answers how often the rest was missing, and of how many calls. */
async function proveOf(name, whole) {
  const isAnswered = ANSWERED.includes(name);
  let [alone, given] = [];
  const begin = async () => {
    alone = await instance(false);
    given = objects(alone);
  };
  await begin();
  const sound = CALLS[name] ?? OF_OBJECTS[name](given);
  // What is missing as a whole has changed nothing before it says so.
  const isElsewhere = outcome(callOf(alone, name, given), sound, name, true).isMissing;
  const all = [...likely(sound, SLOWLY.includes(name)).map((args) => [args, true]), ...unlikely(sound).map((args) => [args, false])];
  let missing = 0;
  for (const [args, isTyped] of all) {
    const what = `${name}(${brief(args)})`;
    const found = outcome(callOf(alone, name, given), args, what, isTyped);
    if (isAnswered) {
      assert(!found.isMissing, `${what} needs the rest`);
      if (isTyped && name !== 'newSeed') assert.deepEqual(plain(found.answer), plain(outcome(callOf(whole, name, objects(whole)), args, what, true).answer), what);
    }
    missing += Number(found.isMissing ?? false);
    if (found.isTrap || found.isMissing && !isElsewhere) await begin();
  }
  return { calls: all.length, missing };
}

/** Each export of the first part alone, with all there is to try; answers how many calls there were, and in how many the rest was missing. */
export async function proveExports() {
  globalThis.CanvasRenderingContext2D ??= class {};
  const whole = await instance(true);
  const names = Object.keys({ ...CALLS, ...OF_OBJECTS });
  assert.deepEqual(exportsOf(whole).sort(), [...names].sort(), 'each export is called');
  const found = { exports: names.length, calls: 0, missing: 0 };
  for (const name of names) {
    const { calls, missing } = await proveOf(name, whole);
    found.calls += calls;
    found.missing += missing;
  }
  return found;
}

/** Each setting that any alternative brings, changed to hostile texts, by the first part alone and by the whole program; answers how many there are. */
export async function proveSettings() {
  const [alone, whole] = [await instance(false), await instance(true)];
  const links = alone.describe(LINK).settings.flatMap(({ key, kind }) => (kind.options ?? []).map(({ id }) => `${LINK}&${key}=${id}`));
  const seen = new Set();
  for (const link of links) {
    for (const { key, kind } of alone.describe(link).settings) {
      const name = `${key} ${JSON.stringify(kind)}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const texts = ['', 'é', '-1', '1e300', 'NaN', '9:1:4294967295', '9'.repeat(9000), String(kind.min), String(kind.max), ...(kind.options ?? []).map(({ id }) => id)];
      for (const text of texts) assert.deepEqual(alone.change(link, key, text), whole.change(link, key, text), `${link}: ${key}=${text}`);
    }
  }
  return seen.size;
}

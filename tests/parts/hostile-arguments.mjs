// The first part of the module alone: each of its exports is called with hostile arguments, and none may trap.
//
// Exports that the page's own thread calls before the second part is loaded must return the same as the whole module.
// Each other export returns a result, refuses with an Error, or throws the Error with the setting "program". After that
// last Error a page replaces the worker.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const dist = new URL("../../dist/", import.meta.url);
const compiled = (name) => new WebAssembly.Module(readFileSync(new URL(name, dist)));
const first = compiled("scorescape_bg.wasm");
const rest = compiled("scorescape_rest.wasm");

let instances = 0;

/** A fresh instance of the module. Its address differs each time, so that the glue is a separate module. */
async function instance(isWhole) {
    const api = await import(new URL(`scorescape.js?instance=${instances++}`, dist).href);
    const exports = api.initSync({ module: first });
    if (isWhole) {
        new WebAssembly.Instance(rest, { first: exports });
    }
    return api;
}

const LINK = "#v=0";
const TEXTS = [
    // Empty, malformed, not ASCII.
    "",
    "#",
    "x",
    "score",
    "&",
    "===",
    "%",
    "é",
    "x=é",
    "#v=0&data=é",
    "#v=0&é=1",
    "#v=0&train.rate=١",
    "#v=0&train.sigma-list=ä",
    "🦀\0\ud800\u202e",
    "#v=0&data=word&data.word=ſß",
    "#v=0&fingerprint=é",
    "#v=1",
    "#v=",
    "#v=0&v=é",
    // Long.
    "x".repeat(8192),
    "x".repeat(8193),
    "é".repeat(4097),
    `#v=0&a=${"é".repeat(4000)}`,
    "&a=b".repeat(2000),
    "&a=b".repeat(5000),
    `#v=0&fingerprint=${"1.".repeat(4000)}`,
    `#v=0&train.rate=${"9".repeat(7000)}`,
    // Out of range.
    "#v=0&seed=-1",
    "#v=0&seed=4294967296",
    "#v=0&train.sigma-list=9:1:4294967295",
    "#v=0&train.sigma-list=",
    "#v=0&train.rate=1e400",
    "#v=0&train.sigma=0.0000000000000000000000001",
    "#v=0&fingerprint=1.2.3.00ff",
    // From other experiments.
    "#v=0&data.digest=00&data=user-data",
    "#v=0&data=gmm-manifold&data.dim=101",
    "#v=0&sample.kernel=nuts&sample.max-depth=99",
    "#v=0&train.optimizer=lbfgs&train.lbfgs-memory=1e9&train.objective=walkback",
];
const NUMBERS = [NaN, Infinity, -1, 0, 0.5, -0, 1e300, 2 ** 31, 2 ** 32 - 1, 2 ** 53];
const LISTS = [[], [NaN], [0.1, 0.2], [Infinity, -Infinity], [1, 2, 3], new Array(1000).fill(1e300)];
const ARRAYS = [Float64Array, Float32Array, Uint8Array].flatMap((Type) => LISTS.map((list) => Type.from(list)));
/**
 * Values of types that no export takes. The glue does not check types, so these may trap, but not with a null function.
 */
const OTHERS = [undefined, null, {}, [], 10n, () => 1];

const POINT = Float64Array.of(0.1, 0.2);
const POINTS = Float64Array.of(0.1, 0.2, 0.3, 0.4);
const BYTES = Uint8Array.of(1, 2, 3);
const STATES = new Float64Array(1000);
const CORNERS = [Float64Array.of(-1, -1), Float64Array.of(1, 1)];

/** `Class.name` of each of `names`, called with `args`. */
const members = (Class, names, args = []) =>
    Object.fromEntries(names.split(" ").map((name) => [`${Class}.${name}`, args]));

/** Valid arguments of each export: functions by name, methods and accessors by class and name. */
const CALLS = {
    start: [],
    parseLink: [LINK],
    changeSetting: [LINK, "seed", "2"],
    newSeed: [],
    algorithmVersion: [],
    chainsPerGroup: [],
    gridPoints: [-1, 1, -1, 1, 4, 4],
    tableDigest: [BYTES],
    "Plot.constructor": [true],
    "Plot.curve": [1, POINTS, POINTS],
    "Plot.bars": [1, POINTS, POINTS],
    "Plot.draw": [{}, 1, 0, 0],
    "Plot.stepAt": [100, 50],
    "Session.constructor": [LINK, undefined],
    "Session.restore": [BYTES, undefined],
    "Session.resume": [LINK, undefined, BYTES],
    "Session.step": [2],
    "Session.fingerprint": [STATES, 1],
    ...members("Session", "checkpoint link progress parameters weights observer"),
    "Observer.constructor": [LINK, undefined],
    "Observer.setWeights": [1, new Float32Array(4)],
    "Observer.loadWeights": [BYTES],
    "Observer.prepareFisherError": [16],
    "Observer.scoreQuality": [0.5],
    "Observer.learnedAt": [POINT],
    "Observer.exactAt": [POINT],
    "Observer.angleToLearned": [POINT, POINT],
    "Observer.chains": [0, 20],
    "Observer.optimalField": ["denoising", POINTS],
    "Observer.fixedPoints": [POINTS],
    "Observer.gridQuery": ["score", Float64Array.of(-1, 1, -1, 1), 4, 4],
    "Observer.diagnose": [POINTS, 2, STATES, 0.5],
    "Observer.streamlines": [POINTS, 0.1, 5, ...CORNERS],
    ...members("Observer", "step dim sigma points fisherError"),
    ...members("Observer", "energyDifference tiedEnergyDifference exactEnergyDifference", [POINT, POINT]),
    ...members("Observer", "toView fromView learnedField exactField logDensityField cleanLogDensityField", [POINTS]),
    ...members("Observer", "hessianField learnedScores exactScores logDensities corrupted reconstructed", [POINTS]),
    ...members("Observer", "scoreJacobians curvature exactCurvature toTableUnits compareWithExact marginals", [POINTS]),
    "Chains.step": [1],
    ...members("Chains", "constructor transitions acceptanceRate recorded spacing states toView"),
    ...members("Chains", "proposals proposalsInView accepted draws health"),
    "FixedPoints.advance": [1],
    ...members("FixedPoints", "constructor followed found"),
    "GridQuery.advance": [1],
    ...members("GridQuery", "constructor known values remainderShare remainder"),
};
/** Valid arguments of exports that take objects of the module. */
const OF_OBJECTS = {
    "Chains.retarget": ({ observer }) => [observer],
    "Observer.peekTransition": ({ observer }) => [observer.chains(0, 20), 0],
};

/** Exports that the page's own thread calls before the second part is loaded. */
const ANSWERED = [
    "parseLink",
    "changeSetting",
    "newSeed",
    "algorithmVersion",
    "chainsPerGroup",
    "tableDigest",
    "Plot.constructor",
    "Plot.curve",
    "Plot.draw",
];
/** Exports with random results. */
const RANDOM = ["newSeed"];
/** Exports with a number of steps as argument; a test cannot wait for 2³² steps. */
const STEPPING = ["Session.step", "Chains.step"];

/** Objects to call methods of, by class; for classes that the first part cannot make, a freed object. */
function objects(api) {
    const observer = new api.Observer(LINK);
    const freed = (Class) => Object.create(Class.prototype, { __wbg_ptr: { value: 0, writable: true } });
    return {
        observer,
        Observer: () => observer,
        Session: () => new api.Session(LINK),
        Chains: () => observer.chains(0, 20),
        Plot: () => new api.Plot(),
        FixedPoints: () => freed(api.FixedPoints),
        GridQuery: () => freed(api.GridQuery),
    };
}

/** The export `name` of `api` as a function. */
function callOf(api, name, given) {
    const [owner, member] = name.split(".");
    const Class = api[owner];
    if (!member) {
        return Class;
    }
    if (member === "constructor") {
        return (...args) => new Class(...args);
    }
    if (Object.hasOwn(Class, member)) {
        return Class[member];
    }
    const object = given[owner]();
    const { get } = Object.getOwnPropertyDescriptor(Class.prototype, member);
    return get ? () => get.call(object) : Class.prototype[member].bind(object);
}

/** Names of all exports of the glue, except loading the module and freeing objects. */
function exportsOf(api) {
    const own = ["length", "name", "prototype", "free", "__destroy_into_raw", "__wrap", "__wbg_ptr"];
    const names = Object.keys(api).filter((name) => !["default", "initSync"].includes(name));
    return names.flatMap((name) => {
        const Class = api[name];
        if (!("free" in (Class.prototype ?? {}))) {
            return [name];
        }
        const all = [...Object.getOwnPropertyNames(Class.prototype), ...Object.getOwnPropertyNames(Class)];
        return all.filter((member) => !own.includes(member)).map((member) => `${name}.${member}`);
    });
}

/** Hostile values of the type of `valid`. */
function hostile(valid, numbers) {
    if (typeof valid === "string") {
        return TEXTS;
    }
    if (typeof valid === "number") {
        return numbers;
    }
    return ArrayBuffer.isView(valid) ? ARRAYS.filter((array) => array.constructor === valid.constructor) : [];
}

/** Argument lists of the right types: a hostile value in each place, and one number in all places for numbers. */
function typed(valid, numbers) {
    const single = valid.flatMap((value, place) => hostile(value, numbers).map((other) => valid.with(place, other)));
    const all = numbers.map((number) => valid.map((value) => (typeof value === "number" ? number : value)));
    return [...single, ...all];
}

/** Argument lists of wrong types: none at all, and a value of another type in each place. */
function untyped(valid) {
    const others = (value) => [...OTHERS, typeof value === "string" ? NaN : "é"];
    return [[], ...valid.flatMap((value, place) => others(value).map((other) => valid.with(place, other)))];
}

/** The outcome of a call: a result, the message of an Error, or `isMissing`. */
function outcome(call, args, what, isTyped) {
    try {
        return { answer: call(...args) };
    } catch (error) {
        assert(error instanceof Error, `${what} throws ${error}`);
        const isTrap = error instanceof WebAssembly.RuntimeError;
        assert(!isTrap || (!isTyped && !/null function|table/.test(error.message)), `${what} traps: ${error}`);
        const { setting } = /** @type {Error & { setting?: string }} */ (error);
        return setting === "program" ? { isMissing: true } : { message: error.message, isTrap };
    }
}

const brief = (args) => args.map((arg) => (typeof arg === "string" ? JSON.stringify(arg) : String(arg)).slice(0, 40));
const isObject = (answer) => typeof answer === "object" && answer !== null && "free" in answer;

/** Asserts that `found` equals the outcome of the same call of the whole module. */
function assertSame(found, whole, name, args, what) {
    const expected = outcome(callOf(whole, name, objects(whole)), args, what, true);
    assert.equal(found.message, expected.message, what);
    if (!isObject(expected.answer)) {
        assert.deepEqual(found.answer, expected.answer, what);
    }
}

/**
 * Calls one export with all hostile arguments; returns the number of calls, and how many of them needed the second
 * part.
 */
async function proveExport(name, whole) {
    const begin = async () => {
        const api = await instance(false);
        return { api, given: objects(api) };
    };
    let { api, given } = await begin();
    const valid = CALLS[name] ?? OF_OBJECTS[name](given);
    const numbers = STEPPING.includes(name) ? NUMBERS.filter((number) => number >>> 0 < 1000) : NUMBERS;
    // A missing export throws before it changes anything, so its instance can be used again.
    const isElsewhere = outcome(callOf(api, name, given), valid, name, true).isMissing;
    const tries = [
        ...typed(valid, numbers).map((args) => [args, true]),
        ...untyped(valid).map((args) => [args, false]),
    ];
    let missing = 0;
    for (const [args, isTyped] of tries) {
        const what = `${name}(${brief(args)})`;
        const found = outcome(callOf(api, name, given), args, what, isTyped);
        assert(!found.isMissing || !ANSWERED.includes(name), `${what} needs the rest`);
        if (isTyped && ANSWERED.includes(name) && !RANDOM.includes(name)) {
            assertSame(found, whole, name, args, what);
        }
        if (found.isMissing) {
            missing++;
        }
        if (found.isTrap || (found.isMissing && !isElsewhere)) {
            ({ api, given } = await begin());
        }
    }
    return { calls: tries.length, missing };
}

/** Tests each export; returns the number of exports, of calls, and of calls that needed the second part. */
export async function proveExports() {
    globalThis.CanvasRenderingContext2D ??= /** @type {typeof CanvasRenderingContext2D} */ (
        /** @type {unknown} */ (class {})
    );
    const whole = await instance(true);
    const names = Object.keys({ ...CALLS, ...OF_OBJECTS });
    assert.deepEqual(exportsOf(whole).sort(), [...names].sort(), "each export is called");
    const found = { exports: names.length, calls: 0, missing: 0 };
    for (const name of names) {
        const { calls, missing } = await proveExport(name, whole);
        found.calls += calls;
        found.missing += missing;
    }
    return found;
}

/** Settings of all alternatives, each once, with a link that contains it. */
function* settings({ parseLink }) {
    const alternatives = ({ key, kind }) => (kind.options ?? []).map(({ id }) => `${LINK}&${key}=${id}`);
    const seen = new Set();
    for (const link of parseLink(LINK).settings.flatMap(alternatives)) {
        for (const { key, kind } of parseLink(link).settings) {
            const setting = key + JSON.stringify(kind);
            if (!seen.has(setting)) {
                yield { link, key, kind };
            }
            seen.add(setting);
        }
    }
}

/**
 * Changes each setting to hostile texts, by the first part and by the whole program. Returns the number of settings.
 */
export async function proveSettings() {
    const alone = await instance(false);
    const whole = await instance(true);
    const texts = ["", "é", "-1", "1e300", "NaN", "9:1:4294967295", "9".repeat(9000)];
    let count = 0;
    for (const { link, key, kind } of settings(alone)) {
        const options = (kind.options ?? []).map(({ id }) => id);
        for (const text of [...texts, String(kind.min), String(kind.max), ...options]) {
            assert.deepEqual(
                alone.changeSetting(link, key, text),
                whole.changeSetting(link, key, text),
                `${link}: ${key}=${text}`,
            );
        }
        count++;
    }
    return count;
}

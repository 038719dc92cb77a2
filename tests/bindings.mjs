// Claims about the JavaScript API in target/pkg (wasm-pack build --target web --out-dir target/pkg): the goldens' bits,
// shapes and signs of scores, and errors. Prints one line for each claim.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { claim, refuses, thrown } from "./bindings/assertions.mjs";
import * as chains from "./bindings/chains.mjs";
import * as diagnostics from "./bindings/diagnostics.mjs";
import * as optima from "./bindings/optima.mjs";
import * as queries from "./bindings/queries.mjs";
import * as settings from "./bindings/settings.mjs";
import * as weights from "./bindings/weights.mjs";

const folder = new URL(process.argv[2] ?? "../target/pkg/", import.meta.url);
const api = await import(new URL("scorescape.js", folder).href);
const { Observer, Session, algorithmVersion, chainsPerGroup, changeSetting, gridPoints, initSync, newSeed, parseLink } =
    api;
initSync({ module: readFileSync(new URL("scorescape_bg.wasm", folder)) });

const SMALL = "#v=0&data.count=200&model.units=32&train.batch=64";

claim("five bad links are refused as Errors that name field, value and range", () => {
    const bad = [
        ["model.units", "100001", "[1, 4096]"],
        ["train.batch", "0", "[1, 65536]"],
        ["train.rate", "NaN", "[0.000001, 1]"],
        ["nonsense", "1", "a setting of this experiment"],
        ["train.rat", "0.001", "a setting of this experiment"],
    ];
    for (const [field, value, range] of bad) {
        for (const Class of [Session, Observer]) {
            refuses(field, [`"${value}"`, range], () => new Class(`#v=0&${field}=${value}`));
        }
        const [error] = parseLink(`#v=0&${field}=${value}`).errors;
        assert.deepEqual([error.setting, error.value], [field, value]);
    }
});

claim("parseLink gives the canonical link, the claimed fingerprint and every setting with its range", () => {
    const { link, fingerprint, settings, errors } = parseLink("steps=300&train.rate=5e-3&fingerprint=1.300.50.00ff");
    assert.deepEqual([link, fingerprint, errors], ["#v=0&steps=300", "1.300.50.00ff", []]);
    const steps = settings.find(({ key }) => key === "steps");
    assert.deepEqual([steps.value, steps.default, steps.kind.type, steps.kind.min], [300, 5000, "integer", 1]);
    for (const { key, label, help, kind, value } of settings) {
        assert(label && help && value !== undefined, key);
        if (kind.type === "choice") {
            assert(
                kind.options.some(({ id }) => id === value),
                key,
            );
        } else if (kind.type === "text") {
            assert(value.length <= kind.max, key);
        } else {
            assert(kind.min <= value && value <= kind.max, key);
        }
    }
});

claim("changeSetting sets one setting, changes the dataset, and changes nothing when it refuses", () => {
    assert.equal(changeSetting("#v=0", "model.units", "64").link, "#v=0&model.units=64");
    assert.equal(changeSetting("#v=0&model.units=64", "data", "two-bumps").link, "#v=0&data=two-bumps&model.units=64");
    const { link, errors } = changeSetting("#v=0&model.units=64", "model.units", "-1");
    assert.deepEqual([link, errors.length, errors[0].setting], ["#v=0&model.units=64", 1, "model.units"]);
});

claim("newSeed gives seeds that links take, and not always the same", () => {
    const seeds = Array.from({ length: 8 }, newSeed);
    assert(new Set(seeds).size > 1);
    for (const seed of seeds) {
        assert.deepEqual(parseLink(`#v=0&seed=${seed}`).errors, []);
    }
});

claim("gridPoints gives the cells' centres, row by row from the bottom", () => {
    assert.deepEqual([...gridPoints(0, 2, 10, 30, 2, 2)], [0.5, 15, 1.5, 15, 0.5, 25, 1.5, 25]);
    assert.equal(gridPoints(0, 1, 0, 1, 2048, 1024).length, 2 ** 22);
});

claim("gridPoints refuses no cells, too many, also past 2³² of them, and edges without an area", () => {
    const limits = [
        ["columns", '"0"', [0, 1, 0, 1, 0, 5]],
        ["rows", '"0"', [0, 1, 0, 1, 5, 0]],
        ["columns", "1 to 2097152 cells", [0, 1, 0, 1, 1025, 2048]],
        ["columns", '"65536"', [0, 1, 0, 1, 65536, 65536]],
        ["columns", '"4294967295"', [0, 1, 0, 1, 4294967295, 4294967295]],
        ["left", '"NaN"', [NaN, 1, 0, 1, 2, 2]],
        ["top", "within 1e100", [0, 1, 0, Infinity, 2, 2]],
        ["right", "exceed left", [1, 1, 0, 1, 2, 2]],
        ["top", "exceed bottom", [0, 1, 2, 1, 2, 2]],
    ];
    for (const [field, word, grid] of limits) {
        refuses(field, [word], () => gridPoints(...grid));
    }
});

const trained = new Session(SMALL);
trained.step(400);
const observer = trained.observer();

claim("scores have two numbers for each point, log-densities one", () => {
    const points = gridPoints(-0.6, 0.6, -0.6, 0.6, 5, 3);
    assert.equal(points.length, 30);
    const lengths = [observer.learnedScores(points), observer.exactScores(points), observer.logDensities(points)];
    assert.deepEqual(
        lengths.map(({ length }) => length),
        [30, 30, 15],
    );
    assert.deepEqual([observer.dim, observer.sigma, observer.step, observer.points().length], [2, 0.05, 400, 400]);
    refuses("points", ["multiple of 2", '"3"'], () => observer.learnedScores(new Float64Array(3)));
});

claim("exact scores are the finite differences of the log-densities", () => {
    const h = 1e-5;
    for (const [x, y] of [
        [0.3, 0.2],
        [-0.2, 0.45],
        [0, -0.3],
    ]) {
        const log = observer.logDensities(Float64Array.of(x + h, y, x - h, y, x, y + h, x, y - h));
        const differences = [(log[0] - log[1]) / (2 * h), (log[2] - log[3]) / (2 * h)];
        const score = observer.exactScores(Float64Array.of(x, y));
        differences.forEach((d, k) => {
            assert(Math.abs(d - score[k]) < 1e-4 * (1 + Math.abs(d)), `${differences} at ${x}, ${y}: ${score}`);
        });
    }
});

claim("learned and exact scores at far points point towards the data", () => {
    const far = [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
    ];
    const learned = observer.learnedScores(Float64Array.from(far.flat()));
    const exact = observer.exactScores(Float64Array.from(far.flat()));
    far.forEach(([x, y], i) => {
        for (const score of [learned, exact]) {
            assert(score[2 * i] * x + score[2 * i + 1] * y < -10, `${score} at ${x}, ${y}`);
        }
    });
});

claim("training lowers the relative Fisher error below 1, the error of the score zero", () => {
    assert(observer.fisherError() < Math.min(1, new Observer(SMALL).fisherError()));
});

claim("parameters of another number are refused, and change nothing", () => {
    const point = Float64Array.of(0.3, 0.2);
    const parameters = trained.parameters();
    const before = observer.learnedScores(point);
    const wrong = [
        parameters.subarray(1),
        parameters.subarray(4),
        new Float32Array(0),
        new Float32Array(parameters.length + 4),
    ];
    for (const other of wrong) {
        refuses("snapshot", [`"${other.length}"`, String(parameters.length)], () => observer.setWeights(9, other));
    }
    assert.deepEqual([observer.step, observer.learnedScores(point)], [400, before]);
});

claim("chains outside of the experiment's are refused; those within move and count", () => {
    for (const range of [
        [3, 3],
        [5, 3],
        [0, 501],
    ]) {
        refuses("chains", [range.join(" to "), "500"], () => observer.chains(...range));
    }
    const walkers = observer.chains(10, 20);
    const start = walkers.states();
    assert.equal(start.length, 20);
    assert(Number.isNaN(walkers.acceptanceRate));
    walkers.step(5);
    assert.equal(walkers.transitions, 5);
    assert(walkers.acceptanceRate > 0 && walkers.acceptanceRate <= 1);
    assert.notDeepEqual(walkers.states(), start);
});

claim("parts of groups are refused while there is a warm-up, and whole groups are not", () => {
    const group = chainsPerGroup();
    const adapting = new Observer(`${SMALL}&sample.warm-up=5`);
    for (const range of [
        [1, group],
        [0, group + 1],
    ]) {
        refuses("chains", [range.join(" to "), `whole groups of ${group}`], () => adapting.chains(...range));
    }
    const walkers = [
        [0, group],
        [2 * group, 500],
    ].map((range) => adapting.chains(...range));
    assert.deepEqual(
        walkers.map((part) => part.states().length),
        [2 * group, 2 * (500 - 2 * group)],
    );
});

claim("chains return their last proposals and which of them were accepted", () => {
    const walkers = observer.chains(0, 20);
    assert.deepEqual(walkers.proposals(), walkers.states());
    walkers.step(4);
    const before = walkers.states();
    const taken = new Set();
    walkers.step(1);
    const states = walkers.states();
    const proposals = walkers.proposals();
    assert.equal(proposals.length, 40);
    states.forEach((x, i) => {
        const isTaken = states[i & ~1] === proposals[i & ~1];
        assert.equal(x, (isTaken ? proposals : before)[i]);
        taken.add(isTaken);
    });
    assert.equal(taken.size, 2);
});

claim("a damaged checkpoint is refused with the reason in full", () => {
    const whole = trained.checkpoint();
    const changed = (at, byte) => whole.map((old, i) => (i === at ? byte : old));
    const reasons = [
        [new Uint8Array(0), "this is not a checkpoint of Scorescape"],
        [changed(4, 99), `the checkpoint is of algorithm 99, this is algorithm ${algorithmVersion()}`],
        [changed(whole.length - 20, whole.at(-20) ^ 1), "the checkpoint is damaged"],
        [whole.subarray(0, -1), "the checkpoint is damaged"],
    ];
    for (const [bytes, message] of reasons) {
        const error = thrown(() => Session.restore(bytes));
        assert.deepEqual([error.message, error.setting], [message, "checkpoint"]);
    }
});

claim("a file of points is accepted for the link with its digest, and refused for another link", () => {
    const bytes = new TextEncoder().encode("1,2\n3,4\n5,7\n8,1\n");
    const digest = api.tableDigest(bytes);
    const session = new Session(`#v=0&data=user-data&data.digest=${digest}`, bytes);
    const other = new TextEncoder().encode("1,2\n3,4\n5,7\n8,2\n");
    for (const Class of [Session, Observer]) {
        refuses("data.digest", [digest, api.tableDigest(other)], () => new Class(session.link(), other));
    }
    refuses("data.digest", [digest], () => Session.restore(session.checkpoint(), other));
    assert.equal(Session.restore(session.checkpoint(), bytes).link(), session.link());
});

weights.prove(api, SMALL);
queries.prove(api, SMALL);
diagnostics.prove(api, SMALL);
chains.prove(api);
optima.prove(api);
settings.prove(api);

/** The fingerprint after `transitions` of the experiment's chains, split into `parts`. */
const fingerprint = (session, parts, transitions) => {
    const observer = session.observer();
    const chains = parseLink(session.link()).settings.find(({ key }) => key === "sample.chains").value;
    const end = (part) => Math.min(chains, chainsPerGroup() * Math.ceil((part * chains) / parts / chainsPerGroup()));
    const ranges = Array.from({ length: parts }, (_, part) => [end(part), end(part + 1)]).filter(
        ([first, last]) => first < last,
    );
    const states = ranges.map(([first, last]) => {
        const walkers = observer.chains(first, last);
        walkers.step(transitions);
        return [...walkers.states()];
    });
    return session.fingerprint(Float64Array.from(states.flat()), transitions);
};

/** The bytes of a table dataset: the page's file, or for user data the file of the goldens. */
const tableOf = (link) => {
    const file = parseLink(link).table;
    if (file === undefined) {
        return undefined;
    }
    return readFileSync(new URL(file ? `../www/data/${file}` : "fixtures/own.csv", import.meta.url));
};

const goldens = readFileSync(new URL("goldens.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => /^#v=/.test(line));
assert(goldens.length > 0);
for (const [link, golden] of goldens.map((line) => line.split(" "))) {
    claim(`${golden} again, in slices, from a checkpoint and with chains in parts: ${link}`, () => {
        const [, steps, transitions] = golden.split(".").map(Number);
        const first = new Session(link, tableOf(link));
        assert.equal(first.link(), parseLink(link).link);
        first.step(Math.floor(steps / 3));
        const second = Session.restore(first.checkpoint(), tableOf(link));
        assert.deepEqual(second.progress(), first.progress());
        for (const session of [first, second]) {
            assert.equal(session.step(steps - Math.floor(steps / 3)).step, steps);
        }
        assert.equal(fingerprint(first, 1, transitions), golden);
        const chains = parseLink(link).settings.find(({ key }) => key === "sample.chains").value;
        assert.equal(fingerprint(second, Math.min(4, chains), transitions), golden);
        assert.deepEqual(first.checkpoint(), second.checkpoint());
    });
}

claim("an object that was freed throws an Error instead of reading foreign memory", () => {
    const freed = new Session(SMALL);
    freed.free();
    assert(/null pointer/.test(thrown(() => freed.progress()).message));
});
// No argument is known to make the module panic, so no claim shows that a panic's text reaches console.error.

// The experiment's state and its history.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ExperimentStore } from "../../www/app/experiment-store.js";
import { isDefaultExceptSeed, movesData, settingOf, workerInput } from "../../www/app/experiments.js";
import { UserFiles } from "../../www/app/user-files.js";
import { fileOf, parser } from "./fakes.mjs";

let files;
let store;
let updates;

beforeEach(() => {
    files = new UserFiles();
    store = new ExperimentStore(parser, files);
    updates = [];
    store.subscribe((update) => updates.push(update));
});

const link = () => store.state.description.link;
const open = (opened, options) => store.apply({ type: "open", link: opened, ...options });
const set = (values) => store.apply({ type: "set", values });
const importFile = (length, options) =>
    store.apply({ type: "import", name: "ring.csv", bytes: new Uint8Array(length), ...options });

test("an opened link is parsed, with its fingerprint and its errors", () => {
    open("#data=ring&fingerprint=3.f&nonsense=1");
    assert.equal(link(), "#data=ring");
    assert.equal(store.state.claimedFingerprint, "3.f");
    assert.equal(store.state.description.errors.length, 1);
    assert.equal(updates[0].before, undefined);
    assert.equal(updates[0].after, store.state);
});

test("a changed setting drops the claimed fingerprint", () => {
    open("#data=ring&fingerprint=3.f");
    assert.equal(set({ "model.units": "64" }), undefined);
    assert.equal(link(), "#data=ring&model.units=64");
    assert.equal(store.state.claimedFingerprint, undefined);
});

test("a refused value changes nothing and returns the error", () => {
    open("#fingerprint=3.f");
    const before = store.state;
    assert.equal(set({ seed: "2", "model.units": "bad" }).message, "model.units must not be bad");
    assert.equal(store.state, before);
    assert.equal(updates.length, 1);
    assert.ok(!store.canUndo);
});

test("values that are set already are no change", () => {
    open("#data=ring&fingerprint=3.f");
    assert.equal(set({ data: "ring", seed: "1" }), undefined);
    assert.equal(updates.length, 1);
    assert.equal(store.state.claimedFingerprint, "3.f");
});

test("before the first experiment nothing can be set, imported, repeated or undone", () => {
    set({ seed: "2" });
    importFile(4);
    store.apply({ type: "restart" });
    store.undo();
    assert.equal(store.state, undefined);
    assert.equal(updates.length, 0);
});

test("undo and redo walk through the links, and a new change ends redo", () => {
    open("#");
    set({ seed: "2" });
    set({ seed: "3" });
    store.undo();
    assert.equal(link(), "#seed=2");
    store.undo();
    assert.equal(link(), "#");
    assert.ok(!store.canUndo && store.canRedo);
    store.redo();
    assert.equal(link(), "#seed=2");
    set({ seed: "4" });
    assert.ok(store.canUndo && !store.canRedo);
    store.redo();
    assert.equal(link(), "#seed=4");
    store.undo();
    assert.equal(link(), "#seed=2");
});

test("undo with an empty history does nothing", () => {
    open("#fingerprint=3.f");
    store.undo();
    store.redo();
    assert.equal(updates.length, 1);
    assert.equal(store.state.claimedFingerprint, "3.f");
});

test("a restart is no step of the history, keeps the claim and drops the errors", () => {
    open("#seed=2&fingerprint=3.f&nonsense=1");
    store.apply({ type: "restart" });
    assert.ok(!store.canUndo);
    assert.equal(store.state.claimedFingerprint, "3.f");
    assert.deepEqual(store.state.description.errors, []);
    assert.equal(updates.length, 2);
});

test("subscribers see the new state in the store, until they end their subscription", () => {
    let seen = [];
    const end = store.subscribe(({ after }) => {
        seen = [after, store.state, store.canUndo];
    });
    open("#");
    set({ seed: "2" });
    assert.deepEqual(seen, [store.state, store.state, true]);
    end();
    set({ seed: "3" });
    assert.notEqual(seen[0], store.state);
});

test("a file changes the experiment to its points, and is found again by its digest", () => {
    open("#seed=2");
    importFile(4);
    assert.equal(settingOf(store.state.description, "data"), "user-data");
    assert.equal(store.state.file.name, "ring.csv");
    assert.equal(store.findFile("d4"), store.state.file);
    store.undo();
    assert.equal(link(), "#seed=2");
    assert.equal(store.state.file, undefined);
    store.redo();
    assert.equal(store.state.file.digest, "d4");
});

test("a link to a missing file requests it; the right file keeps the claim", () => {
    open("#data=user-data&data.digest=d4&fingerprint=3.f");
    assert.ok(store.state.isFileMissing);
    importFile(4);
    assert.ok(!store.state.isFileMissing);
    assert.equal(store.state.claimedFingerprint, "3.f");
    assert.equal(updates.at(-1).digestMismatch, undefined);
});

test("another file than the link's is used, but named and without the claim", () => {
    open("#data=user-data&data.digest=d4&fingerprint=3.f");
    importFile(5);
    assert.equal(updates.at(-1).digestMismatch, "d4");
    assert.equal(store.state.claimedFingerprint, undefined);
    assert.equal(settingOf(store.state.description, "data.digest"), "d5");
});

test("a second file in place of a present file is no mismatch", () => {
    open("#data=user-data");
    importFile(4);
    importFile(5);
    assert.equal(updates.at(-1).digestMismatch, undefined);
});

test("an experiment on a file without a digest uses the last file", () => {
    files.add(fileOf("a", 3));
    files.add(fileOf("b", 4));
    open("#data=user-data", { completesFile: true });
    assert.equal(store.state.file.name, "b");
    set({ data: "ring" });
    set({ data: "user-data" });
    assert.equal(store.state.file.name, "b");
});

test("a drawing keeps its units, and a file after it is standardised again", () => {
    open("#");
    importFile(4, { values: { "data.standardise": "no" }, isDrawing: true });
    assert.equal(store.state.file.drawn, true);
    assert.equal(settingOf(store.state.description, "data.standardise"), "no");
    importFile(5);
    assert.equal(settingOf(store.state.description, "data.standardise"), "yes");
    set({ data: "ring" });
    files.add(fileOf("drawing", 4, true));
    open("#data=user-data", { completesFile: true });
    assert.equal(settingOf(store.state.description, "data.standardise"), "no");
});

test("a stored file that the link waits for starts the experiment", () => {
    open("#data=user-data&data.digest=d4&fingerprint=3.f");
    store.addStoredFiles([fileOf("other", 3), undefined, fileOf("wanted", 4)]);
    assert.equal(updates.at(-1).change.type, "find-file");
    assert.equal(store.state.file.name, "wanted");
    assert.equal(store.state.claimedFingerprint, "3.f");
    assert.equal(files.last.name, "wanted");
});

test("stored files count as older than files given since, and start nothing else", () => {
    open("#");
    importFile(5);
    store.addStoredFiles([fileOf("old", 3)]);
    assert.equal(updates.length, 2);
    assert.equal(files.last.name, "ring.csv");
    assert.equal(store.findFile("d3").name, "old");
});

test("files beyond 32 MB are dropped, the oldest first, but the last file stays", () => {
    const mega = 2 ** 20;
    for (const size of [10 * mega, 11 * mega, 20 * mega]) {
        files.add(fileOf(`${size / mega}`, size));
    }
    assert.deepEqual(
        [10, 11, 20].map((size) => files.find(`d${size * mega}`) !== undefined),
        [false, true, true],
    );
    files.add(fileOf("40", 40 * mega));
    assert.equal(files.find(`d${11 * mega}`), undefined);
    assert.equal(files.last.name, "40");
});

test("only the seed may differ for the first part of the module to suffice", () => {
    assert.ok(isDefaultExceptSeed(parser.parseLink("#seed=7")));
    assert.ok(!isDefaultExceptSeed(parser.parseLink("#steps=7")));
});

test("data move with their dataset and file, not with the network", () => {
    const [ring, other, units] = ["#data=ring", "#data=moons", "#data=ring&model.units=1"].map(parser.parseLink);
    assert.ok(movesData(ring, other) && !movesData(ring, units) && !movesData(undefined, ring));
});

test("an experiment carries its sizes and its file", () => {
    const file = fileOf("a", 4);
    const experiment = workerInput(parser.parseLink("#data=user-data&data.digest=d4&steps=7"), file);
    assert.deepEqual(experiment.runSize, { steps: 7, chains: 20, transitions: 5 });
    assert.equal(experiment.table, file.bytes);
    assert.ok(!experiment.isTableMissing);
    assert.ok(workerInput(parser.parseLink("#data=user-data&data.digest=d4"), undefined).isTableMissing);
});

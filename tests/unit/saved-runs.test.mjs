// Stored runs: when they are written, how they are validated, and which run a page continues.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ExperimentStore } from "../../www/app/experiment-store.js";
import { Persistence, restoreRun, resumeRun } from "../../www/app/persistence.js";
import { furthestPerLink, isRun } from "../../www/app/run-storage.js";
import { StoragePermission } from "../../www/app/storage-permission.js";
import { UserFiles } from "../../www/app/user-files.js";
import { FakeEnvironment, fileOf, parser, settle } from "./fakes.mjs";

const stored = (link, step, changes = {}) => ({
    link,
    step,
    checkpoint: undefined,
    shouldTrain: false,
    layers: ["points"],
    view: { x: 0, y: 0, half: 1 },
    ...changes,
});

/** An in-memory database with the methods of RunStorage. */
class FakeStorage {
    run;
    file;
    previousRuns = [];
    writes = [];
    isBroken = false;
    clears = 0;

    readRun = async () => this.run;
    readFile = async () => this.file;
    readPreviousRuns = async () => this.previousRuns;

    withFile(run, file) {
        const digest = new URLSearchParams(run.link.slice(1)).get("data.digest");
        return { run, file: file?.digest === digest ? file : undefined };
    }

    async writeRun(run, file, options) {
        this.writes.push({ run, file, ...options });
        if (this.isBroken) {
            throw new Error("full");
        }
        this.run = run;
    }

    async clear() {
        this.clears += 1;
        this.run = undefined;
    }
}

let environment;
let storage;
let store;
let files;
let page;
let permission;
let shown;

beforeEach(() => {
    environment = new FakeEnvironment();
    storage = new FakeStorage();
    files = new UserFiles();
    store = new ExperimentStore(parser, files);
    permission = new StoragePermission();
    shown = [];
    page = {
        store,
        isMounted: () => true,
        results: { phase: "training", checkpoint: undefined, shouldTrain: true, progress: { step: 0 } },
        view: () => page.seen,
        layers: () => ["points"],
        showStored: (run) => shown.push(run),
        seen: { x: 0, y: 0, half: 1 },
    };
});

async function persist(restored = /** @type {import("../../www/app/persistence.js").Restored} */ ("none")) {
    const persistence = new Persistence(page, { storage, permission, environment }, restored);
    await settle();
    return persistence;
}

/** Makes a step and a checkpoint, then waits for the next write. */
async function progress(step) {
    page.results = { ...page.results, progress: { step }, checkpoint: new Uint8Array(step) };
    environment.advance(1000);
    await settle();
}

test("a change is written within a second, and nothing is written twice", async () => {
    store.apply({ type: "open", link: "#seed=2" });
    await persist();
    await progress(10);
    environment.advance(5000);
    assert.equal(storage.writes.length, 1);
    const [{ run }] = storage.writes;
    assert.deepEqual([run.link, run.step, run.checkpoint.length, run.shouldTrain], ["#seed=2", 10, 10, true]);
    page.seen = { x: 1, y: 0, half: 1 };
    environment.advance(1000);
    assert.equal(storage.writes.length, 2);
});

test("a run that opens or has failed is not written", async () => {
    store.apply({ type: "open", link: "#" });
    await persist();
    for (const phase of ["opening", "failed"]) {
        page.results = { ...page.results, phase };
        await progress(5);
    }
    assert.equal(storage.writes.length, 0);
});

test("the visible tab writes when it is left, though nothing changed; a hidden one does not", async () => {
    store.apply({ type: "open", link: "#" });
    await persist();
    await progress(10);
    environment.leave();
    assert.deepEqual(storage.writes.at(-1).leaving, true);
    assert.equal(storage.writes.length, 2);
    environment.setHidden(true);
    environment.leave();
    assert.equal(storage.writes.length, 2);
    environment.setHidden(false);
    assert.equal(storage.writes.length, 3);
});

test("a refused write stops storing and says so, except on a page that is left", async () => {
    store.apply({ type: "open", link: "#" });
    const persistence = await persist();
    storage.isBroken = true;
    environment.leave();
    await settle();
    assert.equal(persistence.stopped, undefined);
    await progress(10);
    assert.equal(persistence.stopped, "refused");
    await progress(20);
    const { length } = storage.writes;
    await assert.rejects(persistence.resumeSaving(), /does not let/);
    storage.isBroken = false;
    await persistence.resumeSaving();
    assert.equal(persistence.stopped, undefined);
    assert.equal(storage.run.step, 20);
    assert.equal(storage.writes.length, length + 2);
});

test("erasing stops all playgrounds of the page, the other tabs and the offers", async () => {
    const sent = [];
    permission = new StoragePermission({ postMessage: (message) => sent.push(message), onmessage: null });
    storage.previousRuns = [{ run: stored("#seed=9", 3), file: undefined }];
    store.apply({ type: "open", link: "#" });
    const persistence = await persist();
    const other = await persist();
    assert.equal((await other.previousRuns).length, 1);
    let changes = 0;
    other.onChange = () => {
        changes += 1;
    };
    await persistence.erase();
    assert.deepEqual([sent, changes, storage.clears], [["forgotten"], 1, 1]);
    assert.deepEqual(await other.previousRuns, []);
    await progress(10);
    assert.equal(storage.writes.length, 0);
});

test("a write that was under way when another tab erased is erased too", async () => {
    const channel = { postMessage: () => {}, onmessage: () => {} };
    permission = new StoragePermission(channel);
    store.apply({ type: "open", link: "#" });
    await persist();
    page.results = { ...page.results, progress: { step: 1 }, checkpoint: new Uint8Array(1) };
    environment.advance(1000);
    channel.onmessage();
    await settle();
    assert.equal(storage.run, undefined);
    assert.equal(permission.stopped, "forgotten");
});

test("the last run is put aside by the first write, unless the page continues it", async () => {
    storage.run = stored("#seed=9", 30);
    store.apply({ type: "open", link: "#" });
    await persist();
    await progress(10);
    assert.deepEqual(
        storage.writes[0].previousRuns.map(({ run }) => run.link),
        ["#seed=9"],
    );
    await progress(20);
    assert.equal(storage.writes[1].previousRuns, undefined);
    storage.run = stored("#", 10);
    storage.writes = [];
    const continued = await persist("last");
    assert.deepEqual(await continued.previousRuns, []);
});

test("previous runs whose write was refused are written with the next one", async () => {
    storage.run = stored("#seed=9", 30);
    store.apply({ type: "open", link: "#" });
    await persist();
    storage.isBroken = true;
    environment.leave();
    await settle();
    storage.isBroken = false;
    await progress(10);
    assert.equal(storage.writes.at(-1).previousRuns.length, 1);
});

test("nothing is written before the stored runs are read", async () => {
    store.apply({ type: "open", link: "#" });
    storage.readRun = () => new Promise(() => {});
    await persist();
    await progress(10);
    assert.equal(storage.writes.length, 0);
});

test("a destroyed page writes no more", async () => {
    store.apply({ type: "open", link: "#" });
    const persistence = await persist();
    persistence.destroy();
    await progress(10);
    environment.leave();
    assert.equal(storage.writes.length, 0);
    assert.equal(environment.timerCount, 0);
});

const restore = (link) => restoreRun(page, storage, parser.parseLink(link), async () => {}, files);

test("a reload continues the stored run of its link, with its claim", async () => {
    storage.run = stored("#seed=2", 30, { checkpoint: Uint8Array.of(1), shouldTrain: true });
    const changes = [];
    store.subscribe(({ change }) => changes.push(change));
    assert.equal(await restore("#seed=2&fingerprint=3.f"), "last");
    assert.deepEqual([changes[0].checkpoint, changes[0].shouldTrain], [Uint8Array.of(1), true]);
    assert.equal(store.state.claimedFingerprint, "3.f");
    assert.equal(shown.length, 1);
});

test("a reload finds its run among the previous runs if another tab has written since", async () => {
    storage.run = stored("#seed=9", 7);
    storage.previousRuns = [{ run: stored("#seed=2", 30), file: undefined }];
    assert.equal(await restore("#seed=2"), "earlier");
    assert.equal(store.state.description.link, "#seed=2");
});

test("a run of another experiment is not continued", async () => {
    storage.run = stored("#seed=9", 7);
    assert.equal(await restore("#seed=2"), "none");
    assert.equal(store.state, undefined);
});

test("a stored file is available for its link, though there is no run", async () => {
    storage.file = fileOf("ring.csv", 4);
    assert.equal(await restore("#data=user-data&data.digest=d4"), "none");
    assert.equal(files.last.name, "ring.csv");
    await restore("#data=user-data&data.digest=d5");
    assert.equal(files.find("d5"), undefined);
});

test("a page that was left meanwhile continues nothing", async () => {
    storage.run = stored("#seed=2", 30);
    page.isMounted = () => false;
    assert.equal(await restore("#seed=2"), "none");
    assert.equal(store.state, undefined);
});

test("a previous run is resumed with its file and without a claim", () => {
    store.apply({ type: "open", link: "#fingerprint=3.f" });
    resumeRun(page, { run: stored("#data=user-data&data.digest=d4", 3), file: fileOf("ring.csv", 4) }, files);
    assert.equal(store.state.file.name, "ring.csv");
    assert.equal(store.state.claimedFingerprint, undefined);
    assert.ok(store.canUndo);
});

test("of runs with the same link the furthest is kept, three at most", () => {
    const runs = [
        ["#a", 1],
        ["#b", 5],
        ["#a", 9],
        ["#c", 1],
        ["#d", 1],
    ].map(([link, step]) => ({
        run: stored(link, step),
        file: undefined,
    }));
    assert.deepEqual(
        furthestPerLink(runs).map(({ run }) => [run.link, run.step]),
        [
            ["#a", 9],
            ["#b", 5],
            ["#c", 1],
        ],
    );
});

test("only values with the form of a run are accepted", () => {
    assert.ok(isRun(stored("#", 3)));
    assert.ok(isRun(stored("#", 3, { checkpoint: new Uint8Array(3) })));
    for (const bad of [
        undefined,
        null,
        7,
        "#",
        {},
        stored("#", 0.5),
        stored(7, 3),
        stored("#".repeat(20_000), 3),
        stored("#", 3, { layers: [1] }),
        stored("#", 3, { layers: "points" }),
        stored("#", 3, { layers: Array(65).fill("points") }),
        stored("#", 3, { view: undefined }),
        stored("#", 3, { view: { x: 0, y: NaN, half: 1 } }),
        stored("#", 3, { checkpoint: [1] }),
        stored("#", 3, { shouldTrain: 1 }),
    ]) {
        assert.ok(!isRun(bad), JSON.stringify(bad));
    }
});

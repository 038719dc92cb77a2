// The controller of a run: results, and requests to workers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeRun, stateOf } from "./run-with-fakes.mjs";

const SHORT = "#steps=30&transitions=5&sample.chains=20";
const ENDLESS = "#steps=1000000";

/** Chains 0 to 19 in order, each once, then the number of transitions. */
const FINGERPRINT = `3.${Array.from({ length: 20 }, (_, i) => i).join("-")}.5`;

test("trains to the last step, samples, and completes with the states of all chains", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    assert.equal(run.results.phase, "training");
    assert.equal(run.results.dataExtent, 2);
    const phases = new Set();
    for (let i = 0; i < 20; i++) {
        await run.frames(1);
        phases.add(run.results.phase);
    }
    assert.equal(run.results.phase, "complete");
    assert.equal(run.results.progress.step, 30);
    assert.deepEqual(run.fingerprints, [FINGERPRINT]);
    assert.ok(phases.has("training"));
});

test("the fingerprint does not depend on the number of samplers", async () => {
    for (const cores of [1, 2, 3, 4, 64]) {
        const run = new FakeRun({ cores });
        assert.equal(run.alive("sampler").length, Math.max(1, Math.min(4, cores - 1)));
        await run.start(SHORT);
        await run.frames(20);
        assert.deepEqual(run.fingerprints, [FINGERPRINT], `${cores} cores`);
    }
});

test("a complete run is diagnosed, with its speed", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    await run.frames(20);
    assert.equal(run.results.diagnostics.level, "green");
    assert.equal(run.results.diagnostics.transitionsPerSecond, 50);
    assert.equal(run.alive("diagnostics").length, 0);
});

test("a pause keeps the step, a step is one step, and training goes on from there", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(3);
    run.controller.pause();
    await run.answer();
    const { step } = run.results.progress;
    assert.ok(step > 0);
    assert.equal(run.results.phase, "paused");
    await run.frames(5);
    assert.equal(run.results.progress.step, step);
    run.controller.step();
    await run.frames(2);
    assert.equal(run.results.progress.step, step + 1);
    run.controller.step();
    run.controller.step();
    await run.frames(2);
    assert.equal(run.results.progress.step, step + 3);
    run.controller.start();
    await run.frames(2);
    assert.ok(run.results.progress.step > step + 3);
});

test("a step while training pauses after it", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    run.controller.step();
    await run.answer();
    assert.equal(run.results.phase, "paused");
    assert.ok(!run.results.shouldTrain);
});

test("other settings of the chains keep what is trained, and training goes on", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(3);
    const { step } = run.results.progress;
    run.newTypes("trainer");
    run.newTypes("field");
    assert.equal(run.open(`${ENDLESS}&sample.chains=40`), true);
    assert.equal(run.results.progress.step, step);
    assert.equal(run.results.phase, "training");
    assert.equal(run.results.states, undefined);
    await run.frames(3);
    assert.ok(run.results.progress.step > step);
    assert.ok(!run.newTypes("trainer").includes("open"));
    assert.ok(!run.newTypes("field").includes("open"));
    assert.ok(run.newTypes("sampler").includes("open"));
    assert.equal(run.results.states.length, 40);
});

test("a complete run with other chains samples again, and only that", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    await run.frames(20);
    run.newTypes("trainer");
    assert.ok(run.open("#steps=30&transitions=9&sample.chains=20"));
    assert.equal(run.results.phase, "sampling");
    await run.frames(20);
    assert.equal(run.results.phase, "complete");
    assert.match(run.fingerprints[1], /\.9$/);
    assert.deepEqual(new Set(run.newTypes("trainer")), new Set(["fingerprint"]));
});

test("chains that change while the trainer answers wait for its pause once more", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    run.held = (worker, { type }) => worker.name === "trainer" && type === "fingerprint";
    await run.frames(20);
    assert.equal(run.results.phase, "sampling");
    run.open("#steps=30&transitions=9&sample.chains=20");
    run.held = () => false;
    await run.frames(20);
    assert.deepEqual(run.fingerprints.length, 1);
    assert.match(run.fingerprints[0], /\.9$/);
});

test("the same link, or another network, keeps no training", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(3);
    assert.equal(run.open(ENDLESS), false);
    await run.frames(3);
    assert.equal(run.open(`${ENDLESS}&model.units=64`), false);
    await run.frames(3);
    assert.equal(run.open(`${ENDLESS}&model.units=64&sample.chains=40`, { isNew: true }), false);
});

test("diverged training is reported, moves no chains and is replaced by a new run", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(1);
    stateOf(run.alive("trainer")[0]).diverged = true;
    await run.frames(1);
    assert.equal(run.results.phase, "diverged");
    run.newTypes("sampler");
    await run.frames(2);
    assert.deepEqual(run.newTypes("sampler"), []);
    stateOf(run.alive("trainer")[0]).diverged = false;
    await run.start(ENDLESS);
    assert.equal(run.results.phase, "training");
});

test("another speed limit is sent once", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    const [trainer] = run.alive("trainer");
    trainer.requests.splice(0);
    run.controller.setSpeed(10);
    await run.frames(3);
    const runs = trainer.requests.filter(({ type }) => type === "run");
    assert.deepEqual(
        runs.map(({ speedLimit }) => speedLimit),
        [10],
    );
    assert.equal(run.results.speedLimit, 10);
});

test("idle chains move for half a minute, then rest until something is wanted", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    run.controller.pause();
    await run.frames(5);
    run.newTypes("sampler");
    await run.frames(5);
    assert.ok(run.newTypes("sampler").includes("preview"));
    run.environment.advance(60_000);
    run.newTypes("sampler");
    await run.frames(3);
    assert.ok(!run.results.isAnimating);
    assert.deepEqual(run.newTypes("sampler"), []);
    run.controller.start();
    await run.frames(1);
    run.controller.pause();
    await run.frames(5);
    assert.ok(run.results.isAnimating);
});

test("chains stand still while one of them is inspected, except to complete the run", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    run.controller.pause();
    await run.frames(5);
    run.controller.holdChains(true);
    await run.answer();
    run.newTypes("sampler");
    await run.frames(3);
    assert.deepEqual(run.newTypes("sampler"), []);
    const complete = new FakeRun();
    complete.controller.holdChains(true);
    await complete.start(SHORT);
    await complete.frames(20);
    assert.equal(complete.results.phase, "complete");
});

test("a transition is traced of a paused run alone, and by the sampler that has the chain", async () => {
    const run = new FakeRun({ cores: 3 });
    await run.start(ENDLESS);
    await run.frames(3);
    assert.equal(await run.results.peekTransition(17), undefined);
    run.controller.pause();
    await run.frames(5);
    const trace = run.results.peekTransition(17);
    await run.answer();
    assert.deepEqual(await trace, { chain: 1 });
});

test("proposals are requested while they are shown", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    const [sampler] = run.alive("sampler");
    assert.ok(!sampler.requests.some(({ proposals }) => proposals));
    run.controller.setWantsProposals(true);
    await run.frames(2);
    assert.ok(sampler.requests.at(-1).proposals);
    assert.ok(run.results.chainSnapshots[0].proposals);
});

test("a checkpoint is opened by the trainer, and training starts only if it is wanted", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS, { checkpoint: Uint8Array.of(42), shouldTrain: false });
    await run.frames(2);
    assert.equal(run.results.phase, "paused");
    assert.equal(run.results.progress.step, 42);
});

test("requests of views carry the engine, the scene and the states", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    run.results.inquire("probe", { place: [0, 0], direction: "score", reach: 2 });
    run.results.exportTable("samples");
    await run.answer();
    const [probe, table] = run.alive("field")[0].requests.slice(-2);
    assert.ok(probe.engine.extra && probe.reach === 2);
    assert.equal(table.states.length, 20);
    assert.deepEqual(table.scene.shown, ["learned"]);
});

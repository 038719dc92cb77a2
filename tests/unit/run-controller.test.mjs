// The run of an experiment: what the page sees, and what workers are asked for, whatever happens in between.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeRun, stateOf } from "./fake-run.mjs";
import { fileOf, settle } from "./fakes.mjs";

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

test("diagnostics of an earlier run are never shown", async () => {
    const run = new FakeRun();
    run.held = ({ name }) => name === "diagnostics";
    await run.start(SHORT);
    await run.frames(20);
    const [worker] = run.alive("diagnostics");
    assert.ok(worker);
    run.open(ENDLESS, { isNew: true });
    assert.ok(worker.isTerminated);
    worker.answer({ level: "red" });
    await run.frames(2);
    assert.equal(run.results.diagnostics, undefined);
});

test("late answers of an earlier run change nothing", async () => {
    const run = new FakeRun();
    run.held = () => true;
    run.open("#seed=2", { shouldTrain: true });
    await settle();
    const [[trainer], [field]] = [run.alive("trainer"), run.alive("field")];
    run.open("#seed=3");
    trainer.answer({
        progress: { step: 77, loss: 1, diverged: false, stopped: false },
        step: 77,
        parameters: new Float32Array(),
        stepsPerSecond: 1,
        checkpoint: Uint8Array.of(77),
    });
    field.answer({ dataExtent: 99, dim: 5 });
    await settle();
    assert.equal(run.results.progress.step, 0);
    assert.equal(run.results.dataExtent, undefined);
    assert.equal(run.results.checkpoint, undefined);
    run.held = () => false;
    await run.answer();
    assert.deepEqual(
        trainer.requests.filter(({ type }) => type === "open").map(({ link }) => link),
        ["#seed=2", "#seed=3"],
    );
    assert.equal(run.results.phase, "training");
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

test("a new run forgets all of the one before but its dimension and its pictures", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    await run.frames(20);
    const { painted } = run.results;
    run.held = () => true;
    run.open("#seed=2");
    const { results } = run;
    assert.deepEqual(results.progress, { step: 0, loss: NaN, diverged: false, stopped: false });
    for (const key of ["dataExtent", "lastRender", "fingerprint", "checkpoint", "states", "places", "diagnostics"]) {
        assert.equal(results[key], undefined, key);
    }
    assert.equal(results.stepsPerSecond, 0);
    assert.equal(results.transitionsPerSecond, 0);
    assert.equal(results.phase, "opening");
    assert.equal(results.dim, 2);
    assert.equal(results.painted, painted);
});

test("a new run pauses the trainer of the one before at once", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    run.newTypes("trainer");
    run.open("#seed=2");
    assert.equal(run.newTypes("trainer")[0], "pause");
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

test("a trainer that dies goes on from its last checkpoint, to the same end", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    await run.frames(1);
    run.controller.pause();
    await run.answer();
    const { step } = run.results.progress;
    run.controller.start();
    await run.frames(1);
    run.alive("trainer")[0].die("killed by the test");
    await settle();
    const [trainer] = run.alive("trainer");
    assert.deepEqual(trainer.requests[0].checkpoint, Uint8Array.of(step));
    assert.match(run.notices[0], /Training stopped \(killed by the test\)/);
    await run.frames(20);
    assert.deepEqual(run.fingerprints, [FINGERPRINT]);
});

test("a sampler that dies restarts its part alone, to the same end", async () => {
    const run = new FakeRun({ cores: 4 });
    await run.start(SHORT);
    for (let i = 0; i < 50 && run.results.phase !== "sampling"; i++) {
        run.held = (worker, { type }) => worker.name === "sampler" && type === "advance";
        await run.frames(1);
    }
    // The second sampler has no chains.
    const [first, , third] = run.alive("sampler");
    first.die("killed by the test");
    run.held = () => false;
    await run.frames(20);
    assert.match(run.notices[0], /sampler stopped \(killed by the test\)/);
    assert.equal(third.requests.filter(({ type }) => type === "open").length, 1);
    assert.deepEqual(run.fingerprints, [FINGERPRINT]);
});

test("a field worker that dies opens the experiment again and renders", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    run.alive("field")[0].die("killed by the test");
    await run.frames(2);
    assert.deepEqual(run.newTypes("field").slice(0, 2), ["open", "render"]);
    assert.equal(run.results.phase, "training");
});

test("any worker may die at any request, and the run ends in the same fingerprint", async () => {
    for (let victim = 0; victim < 60; victim++) {
        const run = new FakeRun({ cores: 3 });
        let count = 0;
        run.held = (worker) => {
            count += 1;
            if (count === victim) {
                worker.die("killed by the test");
                return true;
            }
            return false;
        };
        await run.start(SHORT);
        await run.frames(25);
        assert.equal(run.fingerprints.at(-1), FINGERPRINT, `death at request ${victim}`);
        assert.equal(run.results.phase, "complete", `death at request ${victim}`);
    }
});

test("three silent deaths end the run with the reason, and other settings run", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    run.held = (worker, { type }) => worker.name === "trainer" && type !== "open";
    for (let i = 0; i < 70 && run.results.phase !== "failed"; i++) {
        run.environment.advance(1000);
        run.controller.onFrame();
        await run.answer();
    }
    assert.equal(run.results.phase, "failed");
    assert.match(run.notices.at(-1), /too slow here/);
    run.held = () => false;
    await run.start("#model.units=32");
    assert.equal(run.results.phase, "training");
});

test("a refused experiment fails with the reason and asks for nothing more", async () => {
    const run = new FakeRun();
    run.open("#seed=2", { shouldTrain: true });
    run.alive("trainer")[0].refuse("the file has no rows");
    await run.answer();
    assert.equal(run.results.phase, "failed");
    assert.deepEqual(run.notices, ["the file has no rows"]);
    run.newTypes();
    await run.frames(3);
    assert.deepEqual(run.newTypes(), []);
    run.alive("field")[0].die("killed by the test");
    assert.equal(run.notices.length, 1);
});

test("training that breaks ends the run", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    run.alive("trainer")[0].send({ type: "training-failed", error: "out of memory" });
    assert.equal(run.results.phase, "failed");
    assert.deepEqual(run.notices, ["out of memory"]);
});

test("a hidden page trains and asks for nothing, and goes on when it is seen", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(2);
    run.newTypes();
    run.environment.setHidden(true);
    await run.answer();
    assert.deepEqual(run.newTypes("trainer"), ["pause"]);
    assert.equal(run.results.phase, "training");
    const { step } = run.results.progress;
    run.newTypes();
    for (let i = 0; i < 3; i++) {
        run.environment.advance(1000);
        await run.answer();
    }
    assert.deepEqual(run.newTypes(), []);
    run.environment.setHidden(false);
    await run.frames(2);
    assert.ok(run.results.progress.step > step);
});

test("a page that starts hidden does not train", async () => {
    const run = new FakeRun();
    run.environment.setHidden(true);
    await run.start(ENDLESS);
    assert.ok(!run.newTypes("trainer").includes("run"));
});

test("chains of a complete training go on though the page is hidden", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    for (let i = 0; i < 50 && run.results.phase !== "sampling"; i++) {
        run.held = (worker, { type }) => worker.name === "sampler" && type === "advance";
        await run.frames(1);
    }
    run.environment.setHidden(true);
    run.held = () => false;
    await run.answer();
    assert.equal(run.results.phase, "complete");
});

test("without its file an experiment asks no worker for anything", async () => {
    const run = new FakeRun();
    run.open("#data=user-data&data.digest=d4", { shouldTrain: true });
    await run.frames(3);
    assert.equal(run.results.phase, "needs-file");
    assert.deepEqual(run.newTypes(), []);
    run.open("#data=user-data&data.digest=d4", { isNew: true }, fileOf("ring.csv", 4));
    await run.frames(2);
    assert.equal(run.results.phase, "training");
    assert.ok(run.alive("field")[0]);
});

test("an experiment that needs the extra module waits for it", async () => {
    const run = new FakeRun({ extra: false });
    await run.start("#data=ring");
    assert.ok(run.controller.waitsForExtra);
    assert.equal(run.results.phase, "opening");
    assert.deepEqual(run.newTypes(), []);
    run.controller.setExtra({});
    await run.frames(2);
    assert.equal(run.results.phase, "training");
});

test("the default experiment trains without the extra module, whatever its seed; draws wait", async () => {
    const run = new FakeRun({ extra: false });
    await run.start("#seed=7");
    await run.frames(20);
    assert.equal(run.results.phase, "complete");
    assert.equal(run.results.diagnostics, undefined);
    run.controller.setExtra({});
    await run.frames(3);
    assert.equal(run.results.diagnostics.level, "green");
});

test("a worker that dies without the extra module may have needed it", async () => {
    const run = new FakeRun({ extra: false });
    await run.start("#");
    run.alive("trainer")[0].die("unreachable");
    await run.frames(2);
    assert.ok(run.controller.waitsForExtra);
    assert.deepEqual(run.newTypes("trainer"), []);
    run.controller.setExtra({});
    await run.frames(2);
    assert.equal(run.results.phase, "training");
});

test("diverged training is told, moves no chains and is replaced by a new run", async () => {
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
    assert.deepEqual(runs.map(({ speedLimit }) => speedLimit), [10]);
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

test("a trace of an earlier run is dropped", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    await run.frames(3);
    run.controller.pause();
    await run.frames(5);
    const trace = run.results.peekTransition(0);
    run.open("#seed=2");
    await run.answer();
    assert.equal(await trace, undefined);
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
    const [probe, table] = [run.results.inquire("probe", { reach: 2 }), run.results.exportTable("samples")];
    await run.answer();
    assert.ok((await probe).engine.extra && (await probe).reach === 2);
    assert.equal((await table).states.length, 20);
    assert.deepEqual((await table).scene.shown, ["learned"]);
});

test("a destroyed controller ends its workers and answers nothing", async () => {
    const run = new FakeRun();
    run.held = () => true;
    run.open(ENDLESS, { shouldTrain: true });
    const workers = run.alive();
    run.controller.destroy();
    assert.ok(workers.every(({ isTerminated }) => isTerminated));
    assert.equal(run.environment.timerCount, 0);
    for (const worker of workers) {
        worker.send({ id: 0, answer: { dataExtent: 1, dim: 1 } });
    }
    await settle();
    assert.equal(run.open("#seed=2"), false);
    run.controller.onFrame();
    run.environment.setHidden(true);
    assert.deepEqual(run.notices, []);
    assert.equal(run.alive().length, 0);
});

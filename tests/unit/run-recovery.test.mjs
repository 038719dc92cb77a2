// Recovery of a run: dead workers, a hidden or closed page, replacement by another run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf, settle } from "./fakes.mjs";
import { FakeRun, stateOf } from "./run-with-fakes.mjs";

const SHORT = "#steps=30&transitions=5&sample.chains=20";
const ENDLESS = "#steps=1000000";

/** Chains 0 to 19 in order, each once, then the number of transitions. */
const FINGERPRINT = `3.${Array.from({ length: 20 }, (_, i) => i).join("-")}.5`;

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
    const [trainer] = run.alive("trainer");
    const [field] = run.alive("field");
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

test("a new run keeps only the dimension and the pictures of the previous run", async () => {
    const run = new FakeRun();
    await run.start(SHORT);
    await run.frames(20);
    run.held = ({ name }) => name === "field";
    run.open("#seed=3");
    await run.answer();
    run.alive("field")[0].answer({ dataExtent: 1, dim: 3 });
    run.held = () => false;
    await run.answer();
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
    assert.equal(results.dim, 3);
    assert.equal(results.painted, painted);
});

test("a new run pauses the trainer of the previous run at once", async () => {
    const run = new FakeRun();
    await run.start(ENDLESS);
    run.newTypes("trainer");
    run.open("#seed=2");
    assert.equal(run.newTypes("trainer")[0], "pause");
});

test("a trainer that dies continues from its last checkpoint, to the same end", async () => {
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

test("a refused experiment fails with the reason and requests nothing more", async () => {
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

test("a hidden page does not train and requests nothing, and continues when it is visible", async () => {
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

test("without its file an experiment sends no request", async () => {
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

test("chains of a restored complete run do not move on before the field is there", async () => {
    const run = new FakeRun();
    run.held = ({ name }, { type }) => name === "field" && type === "open";
    run.open(SHORT, { checkpoint: Uint8Array.of(30) });
    await run.answer();
    await run.frames(20);
    const transitions = () => run.alive("sampler").map((worker) => stateOf(worker).transitions);
    assert.deepEqual([...new Set(transitions())], [5]);
    run.held = () => false;
    await run.frames(1);
    assert.deepEqual(run.fingerprints, [FINGERPRINT]);
});

// Requests to a worker, and its replacement.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerClient, WorkerLost } from "../../www/workers/worker-client.js";
import { FakeEnvironment } from "./fakes.mjs";

/** A client, and a log of its replacements and messages. */
function start() {
    const environment = new FakeEnvironment();
    const log = { replaced: [], messages: [] };
    const client = new WorkerClient("trainer", environment, {
        onReplaced: (reason) => log.replaced.push(reason),
        onMessage: (message) => log.messages.push(message),
    });
    return { environment, client, log, worker: () => environment.alive("trainer")[0] };
}

test("an answer goes to the request with its id", async () => {
    const { client, worker } = start();
    const first = client.call("a", { x: 1 });
    const second = client.call("b", {});
    const [a, b] = worker().pending;
    assert.deepEqual(a, { id: 0, type: "a", x: 1 });
    worker().send({ id: b.id, answer: "b" });
    worker().send({ id: a.id, answer: "a" });
    assert.deepEqual([await first, await second], ["a", "b"]);
    assert.ok(client.isIdle);
});

test("an error rejects its request and leaves the worker alone", async () => {
    const { client, worker, environment } = start();
    const call = client.call("a", {});
    worker().refuse("no such thing");
    await assert.rejects(call, /no such thing/);
    assert.equal(environment.workers.length, 1);
});

test("a message that answers no request is passed on", () => {
    const { worker, log } = start();
    worker().send({ type: "training-failed", error: "NaN" });
    assert.deepEqual(log.messages, [{ type: "training-failed", error: "NaN" }]);
});

test("a worker that dies is replaced, and its requests are lost", async () => {
    const { client, worker, environment, log } = start();
    client.openedRun = {};
    const call = client.call("a", {});
    const dead = worker();
    dead.die("killed");
    await assert.rejects(call, WorkerLost);
    assert.ok(dead.isTerminated && worker() !== dead);
    assert.equal(client.openedRun, undefined);
    assert.deepEqual(log.replaced, ["killed"]);
    assert.equal(environment.alive().length, 1);
});

test("a trap replaces the worker", async () => {
    const { client, worker, log } = start();
    const call = client.call("a", {});
    worker().trap("unreachable");
    await assert.rejects(call, WorkerLost);
    assert.deepEqual(log.replaced, ["unreachable"]);
});

test("late messages and errors of a replaced worker are dropped", async () => {
    const { client, worker, environment, log } = start();
    client.call("a", {}).catch(() => {});
    const dead = worker();
    dead.die("killed");
    const call = client.call("b", {});
    dead.send({ id: worker().pending[0].id, answer: "old" });
    dead.die("again");
    worker().answer("new");
    assert.equal(await call, "new");
    assert.equal(log.replaced.length, 1);
    assert.equal(environment.workers.length, 2);
});

test("a worker that is silent for ten seconds is replaced", async () => {
    const { client, worker, environment, log } = start();
    client.openedRun = {};
    const call = client.call("a", {});
    environment.advance(9_500);
    assert.deepEqual(log.replaced, []);
    environment.advance(500);
    await assert.rejects(call, WorkerLost);
    assert.deepEqual(log.replaced, ["it did not answer"]);
    assert.ok(worker());
});

test("each answer ends the silence, and idleness is no silence", () => {
    const { client, worker, environment, log } = start();
    client.openedRun = {};
    environment.advance(60_000);
    client.call("a", {});
    client.call("b", {});
    environment.advance(9_000);
    worker().answer(1);
    environment.advance(9_000);
    worker().answer(2);
    assert.deepEqual(log.replaced, []);
});

test("opening an experiment may take a minute", async () => {
    const { client, environment, log } = start();
    client.call("open", {}).catch(() => {});
    environment.advance(59_500);
    assert.deepEqual(log.replaced, []);
    environment.advance(500);
    assert.deepEqual(log.replaced, ["it did not answer"]);
});

test("silence does not count while the page is hidden", () => {
    const { client, environment, log } = start();
    client.openedRun = {};
    client.call("a", {});
    environment.setHidden(true);
    environment.advance(60_000);
    environment.setHidden(false);
    environment.advance(9_000);
    assert.deepEqual(log.replaced, []);
});

test("after three silent deaths the request fails, and other settings get three attempts again", async () => {
    const { client, worker, environment, log } = start();
    for (let death = 0; death < 2; death++) {
        client.openedRun = {};
        const call = client.call("a", {});
        environment.advance(10_000);
        await assert.rejects(call, WorkerLost);
    }
    client.openedRun = {};
    const third = client.call("a", {});
    environment.advance(10_000);
    await assert.rejects(
        third,
        (/** @type {Error} */ error) => !(error instanceof WorkerLost) && /too slow here/.test(error.message),
    );
    assert.equal(log.replaced.length, 2);
    client.openedRun = {};
    const other = client.call("b", {});
    environment.advance(10_000);
    await assert.rejects(other, WorkerLost);
    const last = client.call("b", {});
    worker().answer("ok");
    assert.equal(await last, "ok");
});

test("after three crashes within half a minute there is no further worker", async () => {
    const { client, worker, environment } = start();
    const calls = [];
    for (let crash = 0; crash < 3; crash++) {
        calls.push(client.call("a", {}).catch((error) => error));
        worker().die("no modules here");
    }
    const [first, second, third] = /** @type {Error[]} */ (await Promise.all(calls));
    assert.ok(first instanceof WorkerLost && second instanceof WorkerLost);
    assert.match(third.message, /needs workers.*no modules here/s);
    await assert.rejects(client.call("a", {}), third);
    assert.equal(environment.alive().length, 0);
    assert.equal(environment.timerCount, 0);
});

test("crashes that lie half a minute apart are forgiven", () => {
    const { client, worker, environment } = start();
    for (let crash = 0; crash < 6; crash++) {
        environment.advance(30_000);
        client.call("a", {}).catch(() => {});
        worker().die("killed");
    }
    assert.equal(environment.alive().length, 1);
});

test("time in silence is no time of life", () => {
    const { client, worker, environment } = start();
    for (let crash = 0; crash < 3; crash++) {
        client.call("a", {}).catch(() => {});
        environment.advance(31_000);
        worker().die("killed");
    }
    assert.equal(environment.alive().length, 0);
});

test("a slow start does not forgive a crash after the first answer", () => {
    const { client, worker, environment } = start();
    for (let crash = 0; crash < 3; crash++) {
        client.call("a", {}).catch(() => {});
        environment.advance(31_000);
        worker().answer("started");
        client.call("b", {}).catch(() => {});
        worker().die("killed");
    }
    assert.equal(environment.alive().length, 0);
});

test("a browser that starts no workers is named", () => {
    const environment = new FakeEnvironment();
    environment.createWorker = () => {
        throw new Error("no workers here");
    };
    assert.throws(() => new WorkerClient("trainer", environment), /needs workers.*no workers here/s);
});

test("a terminated client loses its requests and ends its checks", async () => {
    const { client, environment, log } = start();
    const call = client.call("a", {});
    client.terminate();
    await assert.rejects(call, WorkerLost);
    await assert.rejects(client.call("b", {}), WorkerLost);
    assert.equal(environment.alive().length, 0);
    assert.equal(environment.timerCount, 0);
    assert.deepEqual(log.replaced, []);
});

// The diagnostics of one complete run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticsClient } from "../../www/workers/diagnostics-client.js";
import { FakeEnvironment, settle } from "./fakes.mjs";

const request = {
    engine: { first: undefined },
    link: "#",
    step: 1,
    parameters: new Float32Array(),
    draws: new Float64Array(),
    chains: 1,
    spacing: 1,
    states: new Float64Array(),
    acceptanceRate: 1,
};
const record = { draws: new Float64Array(), chains: 1, spacing: 1, transitionsPerSecond: 7 };

test("the result comes with the record of its run, and the worker ends", async () => {
    const environment = new FakeEnvironment();
    const client = new DiagnosticsClient(environment);
    const run = client.run(request, record);
    environment.alive("diagnostics")[0].answer({ level: "green" });
    await run;
    assert.equal(client.result.level, "green");
    assert.equal(client.result.transitionsPerSecond, 7);
    assert.equal(environment.alive().length, 0);
});

test("a worker that dies gets the request once more", async () => {
    const environment = new FakeEnvironment();
    const client = new DiagnosticsClient(environment);
    const run = client.run(request, record);
    environment.alive("diagnostics")[0].die("killed");
    await settle();
    const [again] = environment.alive("diagnostics");
    assert.deepEqual(again.types, ["open"]);
    again.answer({ level: "amber" });
    await run;
    assert.equal(client.result.level, "amber");
});

test("a second death and a refusal are reported", async () => {
    const environment = new FakeEnvironment();
    const client = new DiagnosticsClient(environment);
    const run = client.run(request, record);
    environment.alive("diagnostics")[0].die("killed");
    await settle();
    environment.alive("diagnostics")[0].refuse("too few draws");
    await run;
    assert.equal(client.result, undefined);
    assert.equal(client.error, "too few draws");
});

test("a cancelled run leaves nothing behind, whenever its answer comes", async () => {
    const environment = new FakeEnvironment();
    const client = new DiagnosticsClient(environment);
    const run = client.run(request, record);
    const [worker] = environment.workers;
    client.cancel();
    worker.answer({ level: "green" });
    await run;
    assert.deepEqual([client.result, client.error], [undefined, undefined]);
    assert.equal(environment.alive().length, 0);
});

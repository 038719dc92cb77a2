// When the field worker has to render again.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FieldClient } from "../../www/workers/field-client.js";
import { FakeEnvironment } from "./fakes.mjs";

const scene = { shown: ["learned"] };
const engine = { first: {} };
const complete = { first: {}, extra: {} };
const weights = (step) => ({ step, parameters: new Float32Array() });

let environment;
let client;
let closed;

beforeEach(() => {
    environment = new FakeEnvironment();
    environment.advance(1000);
    client = new FieldClient(environment);
    closed = [];
});

const bitmap = (name) => ({ close: () => closed.push(name) });

/** The answer to a request: complete, except for `changes`. */
const answer = (step, changes = {}) => ({
    step,
    error: 0.1,
    static: { bitmap: bitmap(`static ${step}`), legends: [] },
    perWeights: { bitmap: bitmap(`weights ${step}`), legends: [] },
    isExactReady: true,
    areQueriesDone: true,
    withExtra: false,
    sigma: 0.05,
    flowField: undefined,
    ...changes,
});

/** One request and its answer; returns the result. */
function render(step, { isPaused = false, last = undefined, changes = {}, from = engine } = {}) {
    const request = client.request(from, weights(step), isPaused, last);
    assert.ok(request, "a request");
    return client.receive(answer(step, changes), request);
}

test("nothing is requested before there is a scene", () => {
    assert.equal(client.request(engine, weights(1), false, undefined), undefined);
    client.setScene(false, scene);
    assert.ok(client.request(engine, weights(1), false, undefined));
});

test("a picture that is up to date is not requested again", () => {
    client.setScene(false, scene);
    const last = render(1);
    environment.advance(1000);
    assert.equal(client.request(engine, weights(1), false, last), undefined);
});

test("new weights are rendered 25 times a second at most", () => {
    client.setScene(false, scene);
    const last = render(1);
    environment.advance(40);
    assert.equal(client.request(engine, weights(2), false, last), undefined);
    environment.advance(1);
    assert.ok(client.request(engine, weights(2), false, last));
});

test("another scene is rendered at once", () => {
    client.setScene(false, scene);
    const last = render(1);
    client.setScene(false, { shown: ["exact"] });
    assert.ok(client.request(engine, weights(1), false, last));
});

test("without a new scene the last scene stays", () => {
    client.setScene(false, scene);
    client.setScene(true, undefined);
    assert.equal(client.scene, scene);
});

test("exact scores and queries are requested until they are complete", () => {
    client.setScene(false, scene);
    const unready = render(1, { changes: { isExactReady: false } });
    assert.ok(client.request(engine, weights(1), false, unready));
    const unanswered = render(1, { isPaused: true, last: unready, changes: { areQueriesDone: false } });
    assert.ok(client.request(engine, weights(1), true, unanswered));
    const done = render(1, { isPaused: true, last: unanswered });
    assert.equal(client.request(engine, weights(1), true, done), undefined);
});

test("a pause asks once more, as rendering is finer then", () => {
    client.setScene(false, scene);
    const last = render(1);
    assert.equal(client.request(engine, weights(1), true, last)?.isPaused, true);
});

test("the extra module is sent along only if a layer needs it, and its arrival renders anew", () => {
    client.setScene(false, scene);
    assert.equal(client.request(complete, weights(1), false, undefined).engine, undefined);
    client.setScene(true, scene);
    const last = render(1);
    assert.equal(client.request(engine, weights(1), false, last), undefined);
    assert.equal(client.request(complete, weights(1), false, last)?.engine, complete);
});

test("old pictures are freed when new pictures arrive, and static pictures stay until then", () => {
    client.setScene(false, scene);
    const last = render(1);
    const before = client.painted;
    const kept = before.static;
    environment.advance(100);
    render(2, { last, changes: { static: undefined } });
    assert.deepEqual(closed, ["weights 1"]);
    assert.equal(client.painted.static, kept);
    assert.notEqual(client.painted, before);
    client.clear();
    assert.deepEqual(closed, ["weights 1", "static 1", "weights 2"]);
    assert.deepEqual(client.painted, {});
});

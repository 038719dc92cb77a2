// How a run starts after a change of the experiment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ExperimentStore } from "../../www/app/experiment-store.js";
import { runStartOf } from "../../www/app/run-start.js";
import { UserFiles } from "../../www/app/user-files.js";
import { parser } from "./fakes.mjs";

/** How the run opens after the last of `changes`. By default the page starts training automatically. */
function opening(changes, { autoplay = true, toolKeepsView = false } = {}) {
    const store = new ExperimentStore(parser, new UserFiles());
    const updates = [];
    store.subscribe((update) => updates.push(update));
    for (const change of changes) {
        store.apply(change);
    }
    return runStartOf(updates.at(-1), { autoplay, toolKeepsView });
}

const OPEN = { type: "open", link: "#seed=2" };
const DRAWING = { type: "import", name: "drawing", bytes: new Uint8Array(4), isDrawing: true };

test("a new experiment is fitted and trains by itself, unless the page does not", () => {
    const { experiment, needsFit, options } = opening([OPEN]);
    assert.equal(experiment.link, "#seed=2");
    assert.ok(needsFit && options.isNew);
    assert.equal(options.shouldTrain, true);
    assert.equal(opening([OPEN], { autoplay: false }).options.shouldTrain, undefined);
});

test("a stored run continues from its checkpoint, paused if it was", () => {
    const checkpoint = Uint8Array.of(1);
    const { options } = opening([{ ...OPEN, checkpoint, shouldTrain: false }]);
    assert.deepEqual(options, { isNew: true, checkpoint, shouldTrain: false });
});

test("a changed setting leaves the wish to train, and the view unless the data move", () => {
    const units = opening([OPEN, { type: "set", values: { "model.units": "64" } }]);
    assert.ok(!units.needsFit);
    assert.deepEqual(units.options, { isNew: false, checkpoint: undefined, shouldTrain: undefined });
    assert.ok(opening([OPEN, { type: "set", values: { data: "ring" } }]).needsFit);
});

test("a restart keeps the view, and trains if that is wished", () => {
    assert.ok(!opening([OPEN, { type: "restart" }]).needsFit);
    assert.equal(opening([OPEN, { type: "restart" }]).options.shouldTrain, undefined);
    assert.equal(opening([OPEN, { type: "restart", shouldTrain: true }]).options.shouldTrain, true);
});

test("a file is fitted; a drawing keeps the view and trains, even on a page that does not by itself", () => {
    assert.ok(opening([OPEN, { ...DRAWING, isDrawing: false }]).needsFit);
    const { needsFit, options } = opening([OPEN, DRAWING], { autoplay: false });
    assert.ok(!needsFit && !options.isNew);
    assert.equal(options.shouldTrain, true);
});

test("undo fits moved data, except while a tool keeps the view", () => {
    const changes = [OPEN, { type: "set", values: { data: "ring" } }, { type: "undo" }];
    assert.ok(opening(changes).needsFit);
    assert.ok(!opening(changes, { toolKeepsView: true }).needsFit);
    assert.ok(!opening(changes).options.isNew);
});

// Strokes of pointers over the stage: their pieces, their end, and how a second finger undoes them.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { StrokePointer } from "../../www/stage/stroke-pointer.js";

/** @typedef {import("../../www/panels/view-context.js").StageView} StageView */

/** A canvas that records captured pointers. */
class FakeCanvas extends EventTarget {
    captured = [];

    setPointerCapture(pointerId) {
        this.captured.push(pointerId);
    }
}

let stage;
let strokes;
let calls;
let isActive;

beforeEach(() => {
    calls = [];
    isActive = true;
    stage = {
        canvas: new FakeCanvas(),
        isHeld: false,
        placeAt: (x, y) => [x / 10, y / 10],
        addPointer: ({ pointerId, clientX }) => calls.push(`drag ${pointerId} from ${clientX}`),
    };
    const note =
        (name) =>
        (...places) =>
            calls.push([name, ...places].join(" "));
    strokes = new StrokePointer(/** @type {StageView} */ (/** @type {unknown} */ (stage)), {
        isActive: () => isActive,
        begin: note("begin"),
        move: () => {},
        draw: note("draw"),
        end: note("end"),
        undo: note("undo"),
    });
});

/** Sends an event; returns true if it belonged to a stroke. */
function send(type, pointerId, clientX, { button = 0, buttons = 1 } = {}) {
    let wasPassedOn = false;
    const pass = () => {
        wasPassedOn = true;
    };
    stage.canvas.addEventListener(`pointer${type}`, pass);
    const event = new Event(`pointer${type}`);
    stage.canvas.dispatchEvent(Object.assign(event, { pointerId, clientX, clientY: 0, button, buttons }));
    stage.canvas.removeEventListener(`pointer${type}`, pass);
    return !wasPassedOn;
}

test("a stroke goes from place to place and ends with its pointer", () => {
    assert.ok(send("down", 1, 10) && strokes.isDrawing);
    assert.ok(send("move", 1, 20) && send("move", 1, 40));
    assert.ok(!send("move", 2, 70) && !send("up", 2, 70));
    assert.ok(send("up", 1, 40) && !strokes.isDrawing);
    assert.deepEqual(calls, ["begin 1,0", "draw 1,0 2,0", "draw 2,0 4,0", "end"]);
    assert.deepEqual(stage.canvas.captured, [1]);
});

test("a second finger undoes the stroke and drags the picture with the first from where it is", () => {
    send("down", 1, 10);
    send("move", 1, 20);
    assert.ok(send("down", 2, 50));
    assert.ok(!send("move", 1, 30) && !send("up", 1, 30));
    assert.deepEqual(calls, ["begin 1,0", "draw 1,0 2,0", "drag 1 from 20", "drag 2 from 50", "undo"]);
});

test("a stroke whose end was swallowed ends with the next move, and other buttons draw nothing", () => {
    assert.ok(send("down", 1, 10, { button: 2 }));
    send("down", 1, 10);
    assert.ok(send("move", 1, 20, { buttons: 0 }));
    assert.deepEqual(calls, ["begin 1,0", "end"]);
});

test("no stroke begins while the picture is dragged or the brush is away", () => {
    stage.isHeld = true;
    assert.ok(!send("down", 1, 10));
    stage.isHeld = false;
    isActive = false;
    assert.ok(!send("down", 1, 10));
    isActive = true;
    strokes.destroy();
    assert.ok(!send("down", 1, 10));
    assert.deepEqual(calls, []);
});

// A layer is one entry of a list: a test layer loads when shown, and is drawn with its refresh group.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LAYERS, loadLayerCode, paintLayers } from "../../www/drawing/layers.js";

const LEGEND = { colors: ["#000000"], ticks: [] };
const VIEWPORT = /** @type {import("../../www/drawing/viewport.js").Viewport} */ ({});
const FIELD_DATA = /** @type {import("../../www/drawing/layers.js").FieldData} */ ({ dim: 3 });
const scene = (shown) => ({
    view: { x: 0, y: 0, half: 1 },
    width: 8,
    height: 8,
    ratio: 1,
    arrowsAcross: 2,
    shown,
    palette: { text: "#123456", background: "#ffffff" },
});

test("a custom layer is loaded when it is shown and drawn with its group alone", async () => {
    const drawn = [];
    LAYERS.push({
        id: "custom",
        label: "custom layer",
        help: "A layer of this test.",
        key: "z",
        color: "text",
        refresh: "perWeights",
        load: async () => (_viewport, fieldData, colors) => {
            drawn.push([fieldData.dim, colors.color]);
            return LEGEND;
        },
    });
    await loadLayerCode([]);
    assert.equal(LAYERS.at(-1).draw, undefined);
    await loadLayerCode(["custom"]);
    const paint = (refresh, shown) => paintLayers(VIEWPORT, refresh, FIELD_DATA, scene(shown));
    assert.deepEqual(paint("static", ["custom"]), []);
    assert.deepEqual(paint("perWeights", []), []);
    assert.deepEqual(paint("perWeights", ["custom"]), [{ id: "custom", legend: LEGEND }]);
    assert.deepEqual(drawn, [[3, "#123456"]]);
});

// A tool on the stage is one file and one entry of a list: a test tool gets its button, its panel and each frame.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";

/** @typedef {import("../../www/panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../../www/panels/view-context.js").ViewContext} ViewContext */

const STAGE = new URL("../../www/stage/", import.meta.url);
const WWW = new URL("../../www/", import.meta.url);

/** Elements with attributes and children, without a document. */
class FakeElement {
    attributes = {};
    children = [];

    setAttribute(name, value) {
        this.attributes[name] = value;
    }

    append(...children) {
        this.children.push(...children);
    }
}

class FakeStyleSheet {
    replaceSync(text) {
        this.text = text;
    }
}

const FAKES = { CSSStyleSheet: FakeStyleSheet, document: { createElement: () => new FakeElement() } };
for (const [name, fake] of Object.entries(FAKES)) {
    globalThis[name] = fake;
}
const { ToolHost } = await import("../../www/stage/tool-host.js");

/** Calls of all test tools, in order. */
let calls = [];
let sheets = [];
/** The custom tool of the present host. @type {CustomTool} */
let custom;

/** A tool that records its calls. */
class Neighbour {
    constructor(_context, deactivateOthers) {
        this.deactivateOthers = deactivateOthers;
    }

    deactivate() {
        calls.push("neighbour deactivated");
    }
}

/** The custom tool: all that a tool can have. */
class CustomTool {
    static styles = Object.assign(new FakeStyleSheet(), { text: ".custom {}" });
    buttons = [new FakeElement()];
    parts = [new FakeElement()];
    keepsView = false;
    overlay = {};

    constructor(given, deactivateOthers) {
        this.context = given;
        this.deactivateOthers = deactivateOthers;
        custom = this;
    }

    update(run) {
        calls.push(`updated at ${run.dim}`);
        return this.overlay;
    }

    draw(viewport, dim, palette) {
        calls.push(`drawn ${viewport.width} ${dim} ${palette.text}`);
    }

    deactivate() {
        calls.push("custom deactivated");
    }

    destroy() {
        calls.push("destroyed");
    }
}

const context = /** @type {ViewContext} */ (/** @type {unknown} */ ({ addStyles: (sheet) => sheets.push(sheet) }));
const RUN = /** @type {RunSnapshot} */ ({ dim: 3 });
const VIEWPORT = /** @type {import("../../www/drawing/viewport.js").Viewport} */ ({ width: 8 });
let host;

beforeEach(() => {
    calls = [];
    sheets = [];
    host = new ToolHost(context, [Neighbour, CustomTool]);
});

afterEach(() => host.destroy());

test("a custom tool gets its place in the row, its panel and its styles", () => {
    const [row, ...panels] = host.parts;
    assert.deepEqual(row.children, custom.buttons);
    assert.deepEqual(panels, custom.parts);
    assert.ok(sheets.includes(CustomTool.styles));
    assert.equal(custom.context, context);
});

test("a custom tool gets each frame, and the stage is drawn again when its result changes", () => {
    const first = host.update(RUN);
    assert.equal(host.update(RUN), first);
    custom.overlay = {};
    assert.notEqual(host.update(RUN), first);
    host.draw(VIEWPORT, 3, { text: "#123456" });
    assert.deepEqual(calls, ["updated at 3", "updated at 3", "updated at 3", "drawn 8 3 #123456"]);
});

test("a custom tool deactivates the others, keeps the view and ends with the page", () => {
    custom.deactivateOthers();
    assert.deepEqual(calls, ["neighbour deactivated"]);
    assert.equal(host.keepsView, false);
    custom.keepsView = true;
    assert.equal(host.keepsView, true);
    host.destroy();
    assert.equal(calls.at(-1), "destroyed");
});

/** File names of the modules below www/stage that a text imports, also as types. */
const stageImports = (text) => [...text.matchAll(/"(?:\.\.\/stage|\.)\/([a-z-]+\.js)"/g)].map(([, name]) => name);

test("no script but the list names a tool", () => {
    const list = stageImports(readFileSync(new URL("stage-tools.js", STAGE), "utf8"));
    const tools = list.filter((name) => name !== "tool-host.js");
    assert.ok(tools.length >= 5, `tools: ${tools}`);
    const scripts = readdirSync(WWW, { encoding: "utf8", recursive: true }).filter((name) =>
        /^(stage|app)\//.test(name),
    );
    const found = scripts
        .filter((name) => name !== "stage/stage-tools.js")
        .flatMap((name) => stageImports(readFileSync(new URL(name, WWW), "utf8")).map((used) => `${name} -> ${used}`))
        .filter((arrow) => tools.some((tool) => arrow.endsWith(` -> ${tool}`)));
    assert.deepEqual(found, []);
});

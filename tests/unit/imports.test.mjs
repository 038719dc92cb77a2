// Imports between the page's folders have one direction: an import, also of a type, never points to a higher folder.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const WWW = new URL("../../www/", import.meta.url);

/** Folders that each folder may import from, besides itself. "" holds main.js and mount.js. */
const ALLOWED = {
    content: [],
    drawing: ["content"],
    workers: ["content", "drawing"],
    panels: ["content", "drawing", "workers"],
    stage: ["content", "drawing", "workers", "panels"],
    app: ["content", "drawing", "workers", "panels", "stage"],
    "": ["app"],
};
/** Views may import only messages and their types from the workers' folder. */
const MESSAGES = ["workers/protocol.js"];
const VIEWS = ["panels", "stage"];

const scripts = readdirSync(WWW, { encoding: "utf8", recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".js"));

/** All nodes below `node`, and `node` itself. */
function* nodes(node) {
    yield node;
    for (const child of node.getChildren()) {
        yield* nodes(child);
    }
}

const textOf = (node) => (node && ts.isStringLiteralLike(node) ? node.text : undefined);

/** The module name in a node, if the node is an import, an export or import(). */
function moduleText(node) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
        return textOf(node.moduleSpecifier);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        return textOf(node.arguments[0]);
    }
    return undefined;
}

/**
 * Module names in a script's type comments. The parser drops comments before private fields, so comments are read as
 * text.
 */
const typeTexts = (text) =>
    [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap(([comment]) =>
        [...comment.matchAll(/import\("([^"]+)"\)/g)].map(([, specifier]) => specifier),
    );

/** Imported modules of a script as paths below www, each with whether only a type is imported. */
function importsOf(name, text) {
    const script = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const values = [...nodes(script)].map(moduleText).filter((specifier) => specifier !== undefined);
    const toImport = (isType) => (specifier) => ({
        path: posix.normalize(posix.join(posix.dirname(name), specifier)),
        isType,
    });
    const found = [...values.map(toImport(false)), ...typeTexts(text).map(toImport(true))];
    return found.filter(({ path }) => !path.startsWith(".."));
}

const folderOf = (path) => (path.includes("/") ? path.split("/")[0] : "");

/** Imports of a script that point to a forbidden folder. */
function violations(name, text) {
    const from = folderOf(name);
    const isAllowed = ({ path, isType }) => {
        const to = folderOf(path);
        const isHidden = VIEWS.includes(from) && to === "workers" && !isType && !MESSAGES.includes(path);
        return to === from || (ALLOWED[from].includes(to) && !isHidden);
    };
    return importsOf(name, text)
        .filter((one) => !isAllowed(one))
        .map(({ path }) => `${name} -> ${path}`);
}

test("every folder of the page has its place in the order", () => {
    assert.deepEqual([...new Set(scripts.map(folderOf))].sort(), Object.keys(ALLOWED).sort());
});

test("no import points back", () => {
    const found = scripts.flatMap((name) => violations(name, readFileSync(new URL(name, WWW), "utf8")));
    assert.deepEqual(found, []);
});

test("an arrow that points back is seen in every kind of import", () => {
    for (const text of [
        'import { Run } from "../app/run.js";',
        'import "../app/run.js";',
        'export { Run } from "../app/run.js";',
        'const part = await import("../app/run.js");',
        '/** @typedef {import("../app/run.js").Run} Run */',
        '/** @param {import("../app/run.js").Run} run */ function f(run) {}',
        'class A { /** @type {Map<string, import("../app/run.js").Run>} */ #runs; }',
    ]) {
        assert.deepEqual(violations("panels/planted.js", text), ["panels/planted.js -> app/run.js"], text);
    }
});

test("views reach no worker, though they may know the messages", () => {
    const client = 'import { WorkerClient } from "../workers/worker-client.js";';
    assert.deepEqual(violations("stage/planted.js", client), ["stage/planted.js -> workers/worker-client.js"]);
    assert.deepEqual(violations("stage/planted.js", 'import { OPEN } from "../workers/protocol.js";'), []);
    assert.deepEqual(violations("workers/planted.js", client), []);
    assert.deepEqual(violations("panels/planted.js", 'import { Stage } from "../stage/stage.js";'), [
        "panels/planted.js -> stage/stage.js",
    ]);
});

// Sentences that readers see stand in www/content: scripts of the app and the workers have none of six words or more.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

const WWW = new URL("../../www/", import.meta.url);
const SENTENCE = /^[A-Z]\S*(\s+\S+){5,}[.!?]$/;

/** Texts of all strings below a node; values in a template count as one word. */
function* strings(node) {
    if (ts.isStringLiteralLike(node)) {
        yield node.text;
    } else if (ts.isTemplateExpression(node)) {
        yield node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
    }
    for (const child of node.getChildren()) {
        yield* strings(child);
    }
}

/** Sentences in a script. */
const sentences = (text) =>
    [...strings(ts.createSourceFile("script.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS))].filter((one) =>
        SENTENCE.test(one.trim()),
    );

const scripts = ["app", "workers"].flatMap((folder) =>
    readdirSync(new URL(folder, WWW)).map((name) => `${folder}/${name}`),
);

test("a sentence is seen in a string and in a template", () => {
    assert.equal(sentences('f("The program could not be loaded."); g("it did not answer");').length, 1);
    assert.equal(sentences("h((reason) => `A sampler stopped ($" + "{reason}) and was replaced.`)").length, 1);
});

test("no sentence stands in a script of the app or the workers", () => {
    const found = scripts.flatMap((name) => sentences(readFileSync(new URL(name, WWW), "utf8")));
    assert.deepEqual(found, []);
    assert.ok(sentences(readFileSync(new URL("content/program-texts.js", WWW), "utf8")).length >= 5);
});

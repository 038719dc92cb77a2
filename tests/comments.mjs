// Fails where a comment is wider than 120 columns (the formatter does not wrap comments), or where a type is `any`.

import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

const WIDTH = 120;

/** The scripts and style sheets of a folder. @param {string} folder @param {boolean} recursive */
function sources(folder, recursive) {
    const names = readdirSync(new URL(`../${folder}`, import.meta.url), { encoding: "utf8", recursive });
    return names.filter((name) => /\.(js|mjs|css)$/.test(name)).map((name) => `${folder}${name}`);
}

/** All nodes below `node`, including types in comments. @param {ts.Node} node @returns {Generator<ts.Node>} */
function* nodes(node) {
    yield node;
    for (const child of node.getChildren()) {
        yield* nodes(child);
    }
}

/** Positions of a script's comments. @param {ts.SourceFile} script @returns {{ pos: number, end: number }[]} */
function scriptComments(script) {
    return [...nodes(script)].flatMap((node) => [
        ...(ts.getLeadingCommentRanges(script.text, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(script.text, node.end) ?? []),
    ]);
}

/** Positions of a style sheet's comments. @param {string} text @returns {{ pos: number, end: number }[]} */
function styleComments(text) {
    const matches = [...text.matchAll(/\/\*.*?\*\//gs)];
    return matches.map(({ 0: comment, index }) => ({ pos: index, end: index + comment.length }));
}

/** Complaints about one file. @param {string} file */
function complaints(file) {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    const isStyle = file.endsWith(".css");
    const script = ts.createSourceFile(file, isStyle ? "" : text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const comments = isStyle ? styleComments(text) : scriptComments(script);
    const lineAt = (/** @type {number} */ place) => text.slice(0, place).split("\n").length;
    const isComment = (/** @type {number} */ line) =>
        comments.some(({ pos, end }) => lineAt(pos) <= line && line <= lineAt(end));
    const wide = [...text.split("\n").entries()].filter(([, line]) => [...line].length > WIDTH).map(([i]) => i + 1);
    const vague = [...nodes(script)].filter(({ kind }) => kind === ts.SyntaxKind.AnyKeyword);
    return [
        ...wide.filter(isComment).map((line) => `${file}:${line}: a comment is wider than ${WIDTH} columns`),
        ...vague.map((node) => `${file}:${lineAt(node.getStart())}: a type is any`),
    ];
}

const files = [...sources("www/", true), ...sources("tests/", true), ...sources("tools/", true)];
const found = files.flatMap(complaints);
for (const complaint of found) {
    console.log(complaint);
}
console.log(`${found.length} complaints about comments and types in ${files.length} files`);
process.exitCode = found.length > 0 ? 1 : 0;

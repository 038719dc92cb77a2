// Counts circumlocutions in comments, documents and page texts, and fails above one per 1000 words overall.
//
//     node tests/plain-english.mjs               a table per folder
//     node tests/plain-english.mjs --list        each hit with file and line
//     node tests/plain-english.mjs --root=PATH   the same for another project
//
// The phrases are in plain-english-words.txt. A text without hits can still be hard to read.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Maximum number of hits per 1000 words. */
const LIMIT = 1;
/** Files and folders to read, relative to the root. */
const SOURCES = ["src", "tests", "examples", "benches", "tools", "www", "docs", "index.html"];
const SKIPPED = /(^|\/)(tests\/(fixtures|pictures)|www\/data)$/;
/** A character that matches no phrase. */
const SEPARATOR = "\0";

const here = dirname(fileURLToPath(import.meta.url));

/** The phrases of the word list, as one expression. White space in a phrase matches any white space. */
function readPhrases() {
    const lines = readFileSync(join(here, "plain-english-words.txt"), "utf8").split("\n");
    const phrases = lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
    const longestFirst = phrases.sort((a, b) => b.length - a.length);
    return new RegExp(
        `(?<![\\w’'-])(?:${longestFirst.map((phrase) => phrase.replace(/\s+/g, "\\s+")).join("|")})(?![\\w-])`,
        "giu",
    );
}

/** Text replaced by blanks. Line breaks and length stay, so that offsets stay valid. */
const blank = (/** @type {string} */ text) => text.replace(/[^\n]/g, " ");
/** Blanks that no phrase can match across. */
const separated = (/** @type {string} */ text) => blank(text).replace(" ", SEPARATOR);

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
const RUST_LITERAL = /r#+"[\s\S]*?"#+|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\\n]|\\[^'\n]+)'/;
const SCRIPT_LITERAL =
    /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:!&|?]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//;

/** Comments and page texts of a source file; everything else is blank. */
function proseOfCode(/** @type {string} */ path, /** @type {string} */ source) {
    const literal = path.endsWith(".rs") ? RUST_LITERAL : SCRIPT_LITERAL;
    let prose = "";
    let end = 0;
    for (const match of source.matchAll(new RegExp(`(?<comment>${COMMENT.source})|${literal.source}`, "g"))) {
        const [text] = match;
        const before = source.slice(end, match.index);
        // Code between two pieces of prose separates them; white space alone does not.
        prose += before.trim() ? separated(before) : before;
        if (match.groups?.comment) {
            prose += text.replace(/\/\/[/!]?|\/\*\*?|\*\/|(?<=\n\s*)\*/g, blank);
        } else {
            prose += isPageText(path, text, before) ? `${SEPARATOR}${text.slice(1, -1)}${SEPARATOR}` : separated(text);
        }
        end = match.index + text.length;
    }
    return prose + blank(source.slice(end));
}

/** True if a literal is a text of the page: a help text in Rust, or a sentence in the page's scripts. */
function isPageText(/** @type {string} */ path, /** @type {string} */ literal, /** @type {string} */ before) {
    if (path.endsWith(".rs")) {
        return /help:\s*$/.test(before);
    }
    return path.startsWith("www/") && /^["'`](?:\S+ ){3}/.test(literal) && !/[<>]|=>|\n/.test(literal);
}

/** The prose of a file, with code blanked. */
function proseOf(/** @type {string} */ path, /** @type {string} */ source) {
    let prose = source;
    if (/\.(rs|js|mjs)$/.test(path)) {
        prose = proseOfCode(path, source);
    } else if (path.endsWith(".html")) {
        prose = source.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, blank);
    }
    return prose.replace(/```[\s\S]*?```|`[^`\n]*`/g, blank);
}

/** Files with prose below `path`. @returns {string[]} */
function filesBelow(/** @type {string} */ path) {
    if (!statSync(path, { throwIfNoEntry: false })) {
        return [];
    }
    if (statSync(path).isFile()) {
        return [path];
    }
    const paths = readdirSync(path).map((name) => join(path, name));
    const files = paths.filter((below) => !SKIPPED.test(below)).flatMap(filesBelow);
    return files.filter((file) => /\.(rs|js|mjs|md|html)$/.test(file));
}

/** The folder in the table for a file: at most two levels deep. */
const folderOf = (/** @type {string} */ file) => file.split("/").slice(0, -1).slice(0, 2).join("/") || ".";

const root = process.argv.find((argument) => argument.startsWith("--root="))?.slice(7) ?? dirname(here);
const documents = readdirSync(root).filter((name) => name.endsWith(".md"));
const phrases = readPhrases();
/** @type {Map<string, { words: number, hits: number }>} */
const folders = new Map();
const total = { words: 0, hits: 0 };
/** @type {string[]} */
const list = [];

for (const path of [...SOURCES, ...documents].flatMap((name) => filesBelow(join(root, name)))) {
    const file = relative(root, path);
    const prose = proseOf(file, readFileSync(path, "utf8"));
    const count = folders.get(folderOf(file)) ?? { words: 0, hits: 0 };
    folders.set(folderOf(file), count);
    const words = prose.match(/\p{L}[\p{L}'’-]+/gu)?.length ?? 0;
    const hits = [...prose.matchAll(phrases)];
    for (const sum of [count, total]) {
        sum.words += words;
        sum.hits += hits.length;
    }
    for (const hit of hits) {
        const line = prose.slice(0, hit.index).split("\n").length;
        const around = prose.slice(Math.max(0, hit.index - 40), hit.index + hit[0].length + 40);
        list.push(`${file}:${line}: ${hit[0].replace(/\s+/g, " ")}  (${around.replace(/[\s\0]+/g, " ").trim()})`);
    }
}

const rate = (/** @type {{ words: number, hits: number }} */ { words, hits }) => (1000 * hits) / Math.max(words, 1);
const row = (/** @type {string} */ name, /** @type {{ words: number, hits: number }} */ count) =>
    `${name.padEnd(20)}${String(count.words).padStart(8)}${String(count.hits).padStart(6)}${rate(count).toFixed(1).padStart(8)}`;

if (process.argv.includes("--list")) {
    console.log(list.join("\n"));
}
console.log(`${"folder".padEnd(20)}${"words".padStart(8)}${"hits".padStart(6)}${"per 1000".padStart(9)}`);
for (const [name, count] of [...folders].sort()) {
    console.log(row(name, count));
}
console.log(row("all", total));
process.exitCode = rate(total) > LIMIT ? 1 : 0;

// The page gets settings from the core's descriptions: its scripts rarely name a key.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;
/** Limit; there were 67 before sections, hints and kernels moved to the settings table. */
const MOST_KEYS = 14;

/** Paths of all files below a folder with a given ending. @param {string} folder @param {string} ending */
const filesBelow = (folder, ending) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name));

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** Keys of the settings in the core's tables that have a section, such as train.sigma. */
function sectionedKeys() {
    const texts = filesBelow("src", ".rs").map(read);
    const keys = texts.flatMap((text) => [...text.matchAll(/"((?:data|model|train|sample|view)\.[a-z0-9-]+)"/g)]);
    return new Set(keys.map(([, key]) => key));
}

/** Places in the page's scripts where a string is one of these keys. @param {Set<string>} keys */
function writtenKeys(keys) {
    return filesBelow("www", ".js").flatMap((path) =>
        [...read(path).matchAll(/(["'`])([a-z]+\.[a-z0-9-]+)\1/g)]
            .filter(([, , text]) => keys.has(text))
            .map(([, , text]) => `${path}: ${text}`),
    );
}

test("the page's scripts write fewer than 15 keys of settings", () => {
    const keys = sectionedKeys();
    assert.ok(keys.size > 50, `only ${keys.size} keys found in the core`);
    const written = writtenKeys(keys);
    assert.ok(written.length > 0, "no key found in the page, so the search is broken");
    assert.ok(written.length <= MOST_KEYS, `${written.length} keys:\n${written.join("\n")}`);
});

test("controls and the inspector of transitions name no setting", () => {
    const keys = sectionedKeys();
    const own = ["controls", "setting-errors", "diagnostics", "verdict", "readouts", "chain-warnings"];
    const free = [...own.map((name) => `panels/${name}.js`), "stage/transition-inspector.js"];
    const written = writtenKeys(keys).filter((place) => free.some((name) => place.startsWith(`www/${name}`)));
    assert.deepEqual(written, []);
});

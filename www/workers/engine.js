// The compiled program: fetched and compiled once for the page, shared with every worker. It comes in two parts: the
// first is all that the default experiment needs, the rest can wait until there is something to see, or another
// experiment (see tools/wasm-split.mjs).

import init from "../../scorescape.js";

/**
 * @typedef {{ first: WebAssembly.Module, extra?: WebAssembly.Module }} Engine what a thread starts with; calls into a
 *     rest that is not there trap
 */

/** What has been asked for, remembered until it fails. @type {Map<string, Promise<WebAssembly.Module>>} */
const parts = new Map();
let hasExtra = false;

/** The first part, after the page's own instance of it has started. */
export const loadFirstPart = () => loadOnce("scorescape_bg.wasm", (first) => instantiate({ first }));

/** The rest, after the page's own instance has it too. @param {WebAssembly.Module} first */
export const loadExtraPart = (first) => loadOnce("scorescape_rest.wasm", (extra) => instantiate({ first, extra }));

/** @param {string} name @param {(module: WebAssembly.Module) => Promise<void>} onLoad */
function loadOnce(name, onLoad) {
    const module = parts.get(name) ?? load(name, onLoad);
    parts.set(name, module);
    module.catch(() => parts.delete(name));
    return module;
}

/** @param {string} name @param {(module: WebAssembly.Module) => Promise<void>} onLoad */
async function load(name, onLoad) {
    requireFeatures();
    const module = await compile(new URL(`../../${name}`, import.meta.url));
    await onLoad(module);
    return module;
}

/** Starts the program in this thread; again, it adds the rest if that was missing. @param {Engine} engine */
export async function instantiate({ first, extra }) {
    const exports = await init({ module_or_path: first });
    if (!extra || hasExtra) {
        return;
    }
    await WebAssembly.instantiate(extra, { first: /** @type {any} */ (exports) });
    hasExtra = true;
}

/** A function whose body is one SIMD instruction: a browser without SIMD finds it invalid. */
const SIMD_PROBE = Uint8Array.of(
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    5,
    1,
    96,
    0,
    1,
    123,
    3,
    2,
    1,
    0,
    10,
    10,
    1,
    8,
    0,
    65,
    0,
    253,
    15,
    253,
    98,
    11,
);

function requireFeatures() {
    if (typeof WebAssembly !== "object") {
        throw new Error(
            "This browser has WebAssembly switched off, and the training runs in it. Another browser, or this one" +
                " without its strictest protection for this site, will do.",
        );
    }
    if (typeof OffscreenCanvas === "undefined") {
        throw new Error("This browser does not let workers draw. Any browser from 2023 or later does.");
    }
    if (!WebAssembly.validate(SIMD_PROBE)) {
        throw new Error(
            "This browser's WebAssembly has no SIMD instructions. Any browser from 2023 or later has them.",
        );
    }
}

/** @param {URL} url */
async function compile(url) {
    const response = await fetch(url).catch(() => undefined);
    if (!response?.ok) {
        throw new Error("The program could not be loaded. Check the connection and reload the page.");
    }
    const copy = response.clone();
    // Some hosts serve the module as another type, which the streaming compiler refuses.
    return WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await copy.arrayBuffer()));
}

// The compiled WebAssembly, fetched and compiled once per page and shared with every worker. It has two parts: the
// first part suffices for the default experiment, the extra part is loaded later (see tools/wasm-split.mjs).

import init from "../../scorescape.js";
import { NOT_LOADED, UNSUPPORTED } from "../content/program-texts.js";

/**
 * The modules that a thread starts with. Calls into a missing extra part trap.
 * @typedef {{ first: WebAssembly.Module, extra?: WebAssembly.Module }} Engine
 */

/**
 * Loaded parts by file name; a part that failed to load is removed.
 * @type {Map<string, Promise<WebAssembly.Module>>}
 */
const parts = new Map();
let hasExtra = false;

/** Loads the first part, and instantiates it in the page's own thread. */
export const loadFirstPart = () => loadOnce("scorescape_bg.wasm", (first) => instantiate({ first }));

/** Loads the extra part, and instantiates it in the page's own thread. @param {WebAssembly.Module} first */
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

/** Instantiates the parts that this thread does not have yet. @param {Engine} engine */
export async function instantiate({ first, extra }) {
    const exports = await init({ module_or_path: first });
    if (!extra || hasExtra) {
        return;
    }
    await WebAssembly.instantiate(extra, { first: /** @type {WebAssembly.ModuleImports} */ ({ ...exports }) });
    hasExtra = true;
}

/** A module of one function with one SIMD instruction, in hexadecimal. Browsers without SIMD find it invalid. */
const SIMD_PROBE = "0061736d010000000105016000017b030201000a0a0108004100fd0ffd620b";

/** @param {string} hexadecimal */
const toBytes = (hexadecimal) =>
    Uint8Array.from({ length: hexadecimal.length / 2 }, (_, i) => parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16));

function requireFeatures() {
    if (typeof WebAssembly !== "object") {
        throw new Error(UNSUPPORTED.webAssembly);
    }
    if (typeof OffscreenCanvas === "undefined") {
        throw new Error(UNSUPPORTED.offscreenCanvas);
    }
    if (!WebAssembly.validate(toBytes(SIMD_PROBE))) {
        throw new Error(UNSUPPORTED.simd);
    }
}

/** @param {URL} url */
async function compile(url) {
    const response = await fetch(url).catch(() => undefined);
    if (!response?.ok) {
        throw new Error(NOT_LOADED.program);
    }
    const copy = response.clone();
    // The streaming compiler refuses modules that a host serves with another MIME type.
    return WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await copy.arrayBuffer()));
}

// The compiled module: fetched and compiled once for the page, shared with every worker.

import init from "../scorescape.js";

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/**
 * The compiled module, after the page's own instance of it has started. The glue keeps one instance for the page, so this is
 * remembered beside it; it never changes.
 */
export function engine() {
    compiled ??= start().catch((error) => {
        compiled = undefined;
        throw error;
    });
    return compiled;
}

async function start() {
    requireFeatures();
    const module = await compile(new URL("../scorescape_bg.wasm", import.meta.url));
    await init({ module_or_path: module });
    return module;
}

/** A function whose body is one SIMD instruction: a browser without SIMD finds it invalid. */
const SIMD_PROBE = Uint8Array.of(
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

function requireFeatures() {
    if (typeof WebAssembly !== "object") {
        throw new Error("This browser has WebAssembly switched off, and the training runs in it. Another browser, or this one"
            + " without its strictest protection for this site, will do.");
    }
    if (typeof OffscreenCanvas === "undefined") {
        throw new Error("This browser does not let workers draw. Any browser from 2023 or later does.");
    }
    if (!WebAssembly.validate(SIMD_PROBE)) {
        throw new Error("This browser's WebAssembly has no SIMD instructions. Any browser from 2023 or later has them.");
    }
}

/** @param {URL} url */
async function compile(url) {
    const response = await fetch(url).catch(() => undefined);
    if (!response?.ok) throw new Error("The program could not be loaded. Check the connection and reload the page.");
    const copy = response.clone();
    // Some hosts serve the module as another type, which the streaming compiler refuses.
    return WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await copy.arrayBuffer()));
}

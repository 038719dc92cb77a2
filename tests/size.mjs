// Fails when the first part of the module, or the rest, exceeds its size limit.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

/** Bytes after brotli. A first view may have 140 KB; the first part leaves 38 KB of them for all other files. */
const LIMITS = { "scorescape_bg.wasm": 102 * 1024, "scorescape_rest.wasm": 142 * 1024 };

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
for (const [name, limit] of Object.entries(LIMITS)) {
    const module = readFileSync(new URL(`../dist/${name}`, import.meta.url));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: module.length };
    const size = brotliCompressSync(module, { params }).length;
    console.log(`${name}: ${kilobytes(module.length)}, by brotli ${kilobytes(size)} of ${kilobytes(limit)}`);
    if (size > limit) {
        process.exitCode = 1;
    }
    // 8 KB of float formatting come with the message of f64::clamp.
    if (module.includes("min > max, or either was NaN")) {
        console.log(`${name} has f64::clamp between variables in it`);
        process.exitCode = 1;
    }
}

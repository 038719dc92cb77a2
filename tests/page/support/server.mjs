// Serves dist/ from a sub-path of this process, like a static host.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, resolve, sep } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const DIST = resolve(import.meta.dirname, "../../../dist");
const BASE = "/any/sub-path/";
/** A host without the MIME type of wasm. */
const IGNORANT = "/ignorant/";
/** A host that allows caching, as static hosts do. */
const KEPT = "/kept/";

const TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
};

const PROBE = `<script>${readFileSync(new URL("page-hooks.js", import.meta.url))}</script>`;
/** An embedding page with two places for playgrounds. */
const EMBEDDING =
    '<!DOCTYPE html><html><head><link rel="icon" href="data:,"></head><body><div id="one"></div><div id="two"></div></body></html>';

/**
 * `missing` collects requested paths without a file; `requested` collects all requested paths, until the test clears
 * it. `hold(name)` delays the response for that file until the function that it returns is called; `hold(name)(false)`
 * responds 404 instead. `releaseAll()` ends all delays.
 */
export async function serve() {
    const missing = [];
    const requested = new Set();
    const held = new Map();
    const hold = (name) => {
        let answer;
        const promise = new Promise((resolve) => {
            answer = resolve;
        });
        const release = (there = true) => {
            held.delete(name);
            answer(there);
        };
        held.set(name, { promise, release });
        return release;
    };
    const releaseAll = () => {
        for (const { release } of held.values()) {
            release();
        }
    };
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url, "http://localhost");
        const base = [BASE, IGNORANT, KEPT].find((prefix) => pathname.startsWith(prefix));
        const path = resolve(DIST, decodeURIComponent(pathname.slice(base?.length)) || "index.html");
        const embeds = path === resolve(DIST, "embedding.html");
        const inside = base && path.startsWith(DIST + sep);
        if (inside && !embeds) {
            requested.add(path);
        }
        const lost = (await held.get(basename(path))?.promise) === false;
        const found = inside && !embeds && !lost ? await readFile(path).catch(() => null) : null;
        const bytes = embeds ? EMBEDDING : found;
        if (bytes === null) {
            if (!lost) {
                missing.push(pathname);
            }
            response.writeHead(404).end();
            return;
        }
        const type = base === IGNORANT && path.endsWith(".wasm") ? undefined : TYPES[extname(path)];
        if (base === KEPT) {
            response.setHeader("Cache-Control", "max-age=600");
        }
        response.writeHead(200, { "Content-Type": type ?? "application/octet-stream" });
        response.end(path.endsWith(".html") ? String(bytes).replace("<head>", () => `<head>${PROBE}`) : bytes);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const origin = `http://127.0.0.1:${port}`;
    return {
        url: origin + BASE,
        ignorantUrl: origin + IGNORANT,
        keptUrl: origin + KEPT,
        missing,
        requested,
        hold,
        releaseAll,
        close: () => server.close(),
    };
}

/** Bytes of the files at `paths` as sent by a host with good compression. */
export function compressedSize(paths) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    return [...paths].reduce((sum, path) => sum + brotliCompressSync(readFileSync(path), { params }).length, 0);
}

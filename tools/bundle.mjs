// Bundles and minifies the scripts and styles of a built site, so that a first visit loads few files:
// node tools/bundle.mjs FOLDER
//
// Scripts opened by name keep their paths: the page, `mount`, the workers, and the modules that page tests import.
// Shared code goes to chunks in www/workers, so that addresses relative to a worker's script stay valid. The module's
// glue stays a separate file, because page and workers compile it once.
import { readdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const site = resolve(process.argv[2]);
const folder = resolve(site, "www");
const source = new URL("../www/", import.meta.url).pathname;

const ENTRIES = [
    "page.css",
    "main",
    "mount",
    ...["trainer", "field", "sampler", "diagnostics", "thumbnail"].map((name) => `workers/${name}`),
    "content/examples",
    ...["layers", "primitives", "svg", "viewport"].map((name) => `drawing/${name}`),
    ...["flow-particles", "recent-proposals", "trail"].map((name) => `stage/${name}`),
];

/** Keeps the module's glue at its path: two folders above each chunk. */
const externalGlue = {
    name: "external glue",
    setup: ({ onResolve }) => {
        onResolve({ filter: /\/scorescape\.js$/ }, () => ({ path: "../../scorescape.js", external: true }));
    },
};

const minified = { minify: true, target: "es2022", logLevel: /** @type {const} */ ("warning") };

for (const name of readdirSync(folder)) {
    if (name !== "data") {
        rmSync(`${folder}/${name}`, { recursive: true });
    }
}
await build({
    ...minified,
    entryPoints: ENTRIES.map((name) => source + (name.includes(".") ? name : `${name}.js`)),
    outbase: source,
    outdir: folder,
    chunkNames: "workers/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    allowOverwrite: true,
    plugins: [externalGlue],
});
const glue = resolve(site, "scorescape.js");
await build({ ...minified, entryPoints: [glue], outfile: glue, allowOverwrite: true });

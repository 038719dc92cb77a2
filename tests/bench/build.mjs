// Builds the programs of the bench: the native driver and, in target/bench-pkg, our module and the bundles of the
// contenders.

import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as esbuild from "esbuild";

const ROOT = path.resolve(import.meta.dirname, "../..");
export const FOLDER = path.join(ROOT, "target", "bench-pkg");

/** Runs a program in the checkout; returns its output. */
export function run(command, options) {
    const stdio = ["ignore", "pipe", "inherit"];
    return execFileSync(command, options, { cwd: ROOT, encoding: "utf8", stdio, maxBuffer: 1 << 28 });
}

/** The compiled benches/training.rs. */
export function buildNative() {
    const messages = run("cargo", ["bench", "--locked", "--bench", "training", "--no-run", "--message-format=json"]);
    const artifacts = messages
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    return artifacts.find((artifact) => artifact.executable && artifact.target?.name === "training").executable;
}

/** The page's module, optimised as in a release. */
export function buildModule() {
    run("cargo", ["build", "--locked", "--release", "--lib", "--target", "wasm32-unknown-unknown"]);
    run("wasm-bindgen", [
        "--target",
        "web",
        "--out-dir",
        FOLDER,
        "target/wasm32-unknown-unknown/release/scorescape.wasm",
    ]);
    const module = path.join(FOLDER, "scorescape_bg.wasm");
    // No feature flags: binaryen reads them from the module.
    run(path.join(ROOT, "node_modules", ".bin", "wasm-opt"), [
        "-O3",
        "--one-caller-inline-max-function-size=100",
        module,
        "-o",
        module,
    ]);
    return module;
}

/** Builds the page in dist/. */
export function buildPage() {
    run("trunk", ["build", "--release", "--log=error"]);
}

/**
 * Bundles training.cjs for Node and worker.js for the page, both from the same sources, and sampling.js. Node needs a
 * bundle too: tfjs-core's automatic gradients are published only as modules for bundlers.
 */
export async function bundle() {
    const source = (name) => path.join(import.meta.dirname, name);
    // By default our glue loads the module from its own folder; here it gets the address.
    const options = { bundle: true, logLevel: "warning", logOverride: { "empty-import-meta": "silent" } };
    const node = { platform: "node", format: "cjs", mainFields: ["module", "main"] };
    const page = { platform: "browser", format: "esm" };
    await Promise.all([
        esbuild.build({
            ...options,
            ...node,
            entryPoints: [source("training-contenders.mjs")],
            outfile: path.join(FOLDER, "training.cjs"),
        }),
        esbuild.build({
            ...options,
            ...page,
            entryPoints: [source("worker.mjs")],
            outfile: path.join(FOLDER, "worker.js"),
        }),
        esbuild.build({
            ...options,
            ...page,
            entryPoints: [source("sampling-contenders.mjs")],
            outfile: path.join(FOLDER, "sampling.js"),
        }),
    ]);
}

/** Copies tfjs's .wasm files beside the bundles; its backend chooses one. */
export function copyPeer() {
    const peer = path.dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
    for (const file of readdirSync(peer)) {
        if (file.endsWith(".wasm")) {
            copyFileSync(path.join(peer, file), path.join(FOLDER, file));
        }
    }
}

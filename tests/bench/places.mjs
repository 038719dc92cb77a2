// Where contenders run: a worker in Chromium, Node, natively. Each place has a name, says what it is, and lets the
// contenders of a size enter: for each name what training.mjs describes, here or elsewhere.

import { createRequire } from "node:module";
import path from "node:path";
import { FOLDER, run } from "./build.mjs";

/** The page of chromium.mjs: a new worker for each size, so that none is left when the next begins. */
export async function inChromium(page) {
    const begin = async () => {
        await page.replaceWorker("worker.js");
        return page.call("start");
    };
    const enter = async (size) => {
        await begin();
        const names = await page.call("enter", size);
        const remote = (name) => ({
            speed: (milliseconds) => page.call("speed", name, milliseconds),
            medianLoss: (count) => page.call("medianLoss", name, count),
        });
        return Object.fromEntries(names.map((name) => [name, remote(name)]));
    };
    const backend = await begin();
    return {
        name: "Chromium",
        about: `Chromium ${page.version}, in a module worker: ${parseLink(backend)}`,
        backend,
        enter,
    };
}

/** This process. */
export async function inNode(moduleBytes) {
    const { start, contenders } = createRequire(import.meta.url)(path.join(FOLDER, "training.cjs"));
    const backend = await start(moduleBytes, FOLDER + path.sep);
    return { name: "Node", about: `Node ${process.version}: ${parseLink(backend)}`, backend, enter: contenders };
}

/** The compiled driver, which has no peer and starts afresh every round, warming itself up. */
export function natively(driver) {
    const enter = ({ link }) => ({
        ours: { speed: (milliseconds) => Number(run(driver, [link, String(milliseconds)])) },
    });
    return { name: "native", about: "native: ours alone", enter };
}

function parseLink({ version, simd, threads, isolated }) {
    const single = isolated === false ? "without threads (the page is not cross-origin isolated)" : "without threads";
    return `tfjs ${version}, wasm backend with${simd ? "" : "out"} SIMD, ${threads ? "with threads" : single}`;
}

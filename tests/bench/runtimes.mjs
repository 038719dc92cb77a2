// Places where contenders run: a worker in Chromium, Node, and natively. Each place has a name and a description, and
// creates the contenders of a size: by name, the functions of training-contenders.mjs, called here or in a worker.

import { createRequire } from "node:module";
import path from "node:path";
import { FOLDER, run } from "./build.mjs";

/** The page of chromium.mjs, with a new worker for each size, so that sizes do not influence each other. */
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
        about: `Chromium ${page.version}, in a module worker: ${describeBackend(backend)}`,
        backend,
        enter,
    };
}

/** This process. */
export async function inNode(moduleBytes) {
    const { start, contenders } = createRequire(import.meta.url)(path.join(FOLDER, "training.cjs"));
    const backend = await start(moduleBytes, FOLDER + path.sep);
    return { name: "Node", about: `Node ${process.version}: ${describeBackend(backend)}`, backend, enter: contenders };
}

/** The compiled driver. It has no peer, starts as a new process in each round, and warms up by itself. */
export function natively(driver) {
    const enter = ({ link }) => ({
        ours: { speed: (milliseconds) => Number(run(driver, [link, String(milliseconds)])) },
    });
    return { name: "native", about: "native: ours alone", enter };
}

function describeBackend({ version, simd, threads, isolated }) {
    const single = isolated === false ? "without threads (the page is not cross-origin isolated)" : "without threads";
    return `tfjs ${version}, wasm backend with${simd ? "" : "out"} SIMD, ${threads ? "with threads" : single}`;
}

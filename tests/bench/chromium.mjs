// A page in headless Chromium that runs one or several module workers and calls them.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { withBrowser } from "../page/support/browser.mjs";

const PAGE = '<!DOCTYPE html><link rel="icon" href="data:,"><title>bench</title>';
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
/** Waits for the worker's next message: { answer } or { error }. */
const LISTEN = `
  const done = arguments[arguments.length - 1];
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = ({ message }) => done({ error: message ?? 'the worker did not load' });`;

/** Replaces all workers by `count` new workers of a file, and waits until all of them listen. */
const GATHER = `
  const [file, count] = arguments;
  (window.workers ?? []).forEach((worker) => worker.terminate());
  window.workers = Array.from({ length: count }, () => new Worker(file, { type: 'module' }));
  window.answer = (worker) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message ?? 'the worker did not load' });
  });
  Promise.all(workers.map(answer)).then(arguments[arguments.length - 1]);`;
/** Sends the same request to several workers at the same time. */
const ASK = `
  const [request, asked] = arguments;
  const all = Promise.all(asked.map((i) => answer(workers[i])));
  asked.forEach((i) => workers[i].postMessage(request));
  all.then(arguments[arguments.length - 1]);`;

/**
 * Opens a page whose files lie in `folder`. `use` gets Chromium's version, `replaceWorker(file)`, which ends the
 * current worker and returns when the new worker listens, and `call(request, ...values)`; for several workers at a time
 * `gather(file, count)` and `ask([request, ...values], workers)`.
 */
export async function withPage(folder, use) {
    const server = await serve(folder);
    try {
        await withBrowser("chromium", async (browser) => {
            await browser.get(`http://127.0.0.1:${server.address().port}/`);
            const run = async (script, ...values) => {
                const { answer, error } = await browser.executeAsyncScript(script, ...values);
                if (error) {
                    throw new Error(`in Chromium's worker: ${error}`);
                }
                return answer;
            };
            const runAll = async (script, ...values) =>
                (await browser.executeAsyncScript(script, ...values)).map(({ answer, error }) => {
                    if (error) {
                        throw new Error(`in Chromium's worker: ${error}`);
                    }
                    return answer;
                });
            await use({
                gather: (file, count) => runAll(GATHER, file, count),
                ask: (request, workers) => runAll(ASK, request, workers),
                version: (await browser.getCapabilities()).getBrowserVersion(),
                replaceWorker: (file) =>
                    run(
                        `window.worker?.terminate(); window.worker = new Worker(arguments[0], { type: 'module' }); ${LISTEN}`,
                        file,
                    ),
                call: (...request) => run(`${LISTEN} worker.postMessage(arguments[0]);`, request),
            });
        });
    } finally {
        server.close();
    }
}

/** A server without the headers of cross-origin isolation, like most static hosts: its pages have no threads. */
async function serve(folder) {
    const server = createServer(async (request, response) => {
        const name = path.basename(request.url);
        const body = name ? await readFile(path.join(folder, name)).catch(() => null) : PAGE;
        response.writeHead(body === null ? 404 : 200, { "Content-Type": TYPES[path.extname(name)] ?? "text/html" });
        response.end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
}

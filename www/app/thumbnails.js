// Starts the worker that computes the gallery's thumbnails.

import { browserEnvironment } from "../workers/environment.js";
import { OPEN, ThumbnailRequest } from "../workers/protocol.js";
import { WorkerClient } from "../workers/worker-client.js";

/** @param {import("../workers/engine.js").Engine} engine with its extra module */
export function startThumbnails(engine) {
    /** @type {WorkerClient<import("../workers/protocol.js").ThumbnailRequests>} */
    const worker = new WorkerClient("thumbnail", browserEnvironment);
    const ready = worker.call(OPEN, { engine });
    ready.catch(() => {}); // `points` rejects then
    return {
        /** Positions of the points of a link's data on the stage. @param {string} link @param {number} count */
        async points(link, count) {
            await ready;
            return worker.call(ThumbnailRequest.POINTS, { link, count });
        },
        close: () => worker.terminate(),
    };
}

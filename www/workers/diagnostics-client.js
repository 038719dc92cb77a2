// Asks a worker what a complete run may be believed by, of one run at a time.

import { OPEN } from "./protocol.js";
import { Lost, Remote } from "./worker-client.js";

/** @typedef {import("./protocol.js").Draws & { perSecond: number }} Kept what goes with a verdict: the draws that it is of, and how fast they were made */

export class Judging {
    /** What the run may be believed by, once that is known. @type {import("./protocol.js").Verdict & Kept | undefined} */
    verdict;
    /** Why that cannot be known. @type {string | undefined} */
    unjudged;
    /** Who finds it out. @type {Remote | undefined} */
    #remote;

    /** @param {URL} url of the worker */
    constructor(url) {
        this.url = url;
    }

    /** Forgets the run. */
    leave() {
        this.#remote?.terminate();
        [this.#remote, this.verdict, this.unjudged] = [undefined, undefined, undefined];
    }

    /** @param {object} request @param {Kept} kept */
    async ask(request, kept) {
        const remote = this.#remote = new Remote(this.url, { onDeath: () => {} });
        const call = () => remote.call(OPEN, request);
        try {
            // A worker that died is replaced; what it was asked is asked once more.
            const verdict = await call().catch((error) => error instanceof Lost ? call() : Promise.reject(error));
            if (remote === this.#remote) this.verdict = { ...verdict, ...kept };
        } catch (error) {
            if (remote === this.#remote) this.unjudged = error instanceof Error ? error.message : String(error);
        }
        remote.terminate();
    }
}

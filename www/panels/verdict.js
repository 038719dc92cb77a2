// Whether the run may be believed, told by a part of the page that nobody needs before.

import { say } from "./element.js";

/** @typedef {import("../app/run-controller.js").Client} Client */

export class Belief {
    /** The verdict that is told, and the state that the sentence over it is about. @type {Client["verdict"]} */
    #told;
    #state = ",,false";
    #judgement = new AbortController();

    /** @param {import("./readouts.js").Readouts} readouts where it is told @param {Pick<import("../stage/stage-tools.js").Playground, "color" | "adopt" | "shown" | "setting" | "change">} playground */
    constructor(readouts, playground) {
        this.readouts = readouts;
        this.playground = playground;
    }

    /** Called once a frame. @param {Client} client */
    follow(client) {
        const { verdict, unjudged, phase } = client;
        const state = [verdict, unjudged, phase === "complete"].join();
        if (verdict !== this.#told || state !== this.#state) this.#tell(client);
        this.#state = state;
    }

    /** @param {Client} client */
    async #tell({ phase, verdict, unjudged, dim }) {
        const { readouts, playground } = this;
        const { color, adopt, shown } = playground;
        this.#told = verdict;
        this.#judgement.abort();
        readouts.trust.replaceChildren();
        readouts.level.className = `level ${verdict?.level ?? ""}`;
        say(readouts.level, unjudged ? `The samples could not be judged (${unjudged}).` : phase === "complete" ? "Judging the samples…" : "");
        if (!verdict) return;
        const { signal } = this.#judgement = new AbortController();
        const part = await import("./diagnostics.js").catch(() => undefined);
        if (signal.aborted) return;
        if (!part) return say(readouts.level, "The verdict on the samples could not be loaded: check the connection, then train again.");
        adopt(part.sheet);
        say(readouts.level, part.sentence(verdict));
        const page = { color, signal, shown, kernel: playground.setting("sample.kernel"), change: (/** @type {Record<string, string>} */ values) => void playground.change(values) };
        readouts.trust.replaceChildren(part.trust(verdict, dim, page), ...part.spread(verdict, { color, signal }));
    }

    destroy() {
        this.#judgement.abort();
    }
}

// What can be done with the chains: start them at a place of one's choice, see their proposals, look at one transition slowly.

import { element, say } from "../panels/element.js";
import { Picking } from "./place-picker.js";
import { Proposals } from "./proposals.js";
import { Slow } from "./transition-inspector.js";

/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("./place-picker.js").Place} Place */
/** @typedef {"start" | "slow"} Mode what a place on the stage is chosen for */
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.slow { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; }
.slow p { margin: 0 0 0.4rem; }
.slow p[role="status"] { min-height: 4.35em; }
.slow .sum { min-height: 1.45em; font-variant-numeric: tabular-nums; }
.slow figure { margin: 0; }
@container (min-width: 42rem) { .slow > div:first-child { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; } }
/* Both are seen at once. */
section:has(.slow:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

/** @type {Record<Mode, string>} */
const HINTS = {
    start: "Click or tap the picture where all chains shall start; or move the cross with the arrow keys and press Enter. Escape ends this.",
    slow: "Click or tap beside another chain to see its next transition; or move the cross with the arrow keys and press Enter. Escape ends this.",
};

/** Why a chain cannot be looked at slowly. */
const NOT_YET = "Pause training first, or wait until the chains of the complete run have come to their end.";

export class Tools {
    static sheet = sheet;
    proposals = new Proposals();
    /** @type {Slow | undefined} */
    slow;
    /** @type {Mode | undefined} */
    #mode;
    /** Another one whenever something on the stage has to be drawn anew. */
    #overlay = {};
    #plots = new AbortController();
    /** Who is asked what a chain will do: another one for each question. @type {object | undefined} */
    #question;
    #hint = element("p", { class: "hint", role: "status" });
    #panel = element("section", { class: "slow", "aria-label": "One transition, slowly", hidden: true });

    /** @param {Playground} playground @param {() => void} hold */
    constructor(playground, hold) {
        this.playground = playground;
        this.hold = hold;
        const button = (/** @type {Mode} */ mode, /** @type {string} */ label, /** @type {string} */ title) => element("button", { type: "button", title,
            "aria-pressed": "false", onclick: (/** @type {Event} */ event) => isOn(/** @type {HTMLElement} */ (event.currentTarget)) ? this.#toggle(mode) : say(this.#hint, NOT_YET) }, label);
        this.modes = {
            start: button("start", "Start from here", "Choose a place on the picture where all chains start"),
            slow: button("slow", "One transition, slowly", "Look at the next transition of one chain, when training is paused or complete"),
        };
        const stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.picking = new Picking(stage, () => this.#overlay = {}, () => this.#turn(undefined));
        this.buttons = Object.values(this.modes);
        this.parts = [this.#hint, this.#panel];
    }

    /** @param {Mode} mode */
    #toggle(mode) {
        const wanted = this.#mode === mode ? undefined : mode;
        this.#turn(wanted);
        if (wanted === "slow") this.#show(0);
    }

    /** @param {Mode | undefined} mode */
    #turn(mode) {
        const { client } = this.playground;
        if (mode) this.hold();
        this.#mode = mode;
        for (const [name, button] of Object.entries(this.modes)) button.setAttribute("aria-pressed", String(name === mode));
        say(this.#hint, mode ? HINTS[mode] : "");
        if (client) client.holds = mode === "slow";
        if (mode !== "slow") this.#close();
        this.picking.ask(mode === "start" ? (place) => this.#start(place) : mode === "slow" ? (place) => this.#show(this.#nearest(place)) : undefined);
    }

    /** Gives up the stage. */
    release() {
        if (this.#mode) this.#turn(undefined);
    }

    /** @param {Place} place */
    #start(place) {
        const { stage, client, change } = this.playground;
        if (!stage || !client) return;
        // As many digits as the place was chosen to.
        const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(2 * stage.view.half / Math.min(stage.canvas.clientWidth, stage.canvas.clientHeight)))));
        const [x, y] = place.map((value) => String(Number(value.toFixed(digits))));
        const values = { "sample.start": "point", "sample.x": x, ...client.dim > 1 ? { "sample.y": y } : {} };
        const refusal = change.call(this.playground, values);
        const when = client.progress.step > 0 ? "" : " as soon as there is something learned to follow";
        say(this.#hint, refusal ?? `All chains start at ${client.dim > 1 ? `(${x}, ${y})` : x}${when}. ${HINTS.start}`);
    }

    /** The chain that is nearest to a place. @param {Place} place */
    #nearest([x, y]) {
        const { places, dim } = /** @type {Client} */ (this.playground.client);
        let [best, least] = [0, Infinity];
        for (let i = 0; i < (places?.length ?? 0); i += 2) {
            const distance = Math.hypot(/** @type {Float64Array} */ (places)[i] - x, dim > 1 ? /** @type {Float64Array} */ (places)[i + 1] - y : 0);
            if (distance < least) [best, least] = [i / 2, distance];
        }
        return best;
    }

    /** @param {number} chain */
    async #show(chain) {
        const { client, setting, root } = this.playground;
        const question = this.#question = {};
        const foresight = await client?.foresee(chain);
        if (question !== this.#question || this.#mode !== "slow" || !client) return;
        if (!foresight) return say(this.#hint, "The chains are not there yet: try again in a moment.");
        this.#plots.abort();
        this.#plots = new AbortController();
        const color = (/** @type {string} */ name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
        const told = (/** @type {string} */ key) => setting.call(this.playground, key);
        const manner = { kernel: String(told("sample.kernel")), weighs: told("sample.accept") !== "always", temperature: Number(told("sample.temperature") ?? 1), faulty: told("sample.fault") !== "off", dim: client.dim };
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.slow = new Slow(chain, foresight, manner, { color, signal: this.#plots.signal }, still);
        const again = element("button", { type: "button", onclick: () => this.#show(chain) }, "Again");
        const close = element("button", { type: "button", onclick: () => {
            this.modes.slow.focus(); // as the button goes
            this.#turn(undefined);
        } }, "Close");
        this.#panel.replaceChildren(this.slow.root, element("div", { class: "bar" }, again, close));
        this.#panel.hidden = false;
        this.#panel.scrollIntoView({ block: "nearest" });
        this.#overlay = {};
    }

    #close() {
        this.#plots.abort();
        [this.slow, this.#question, this.#overlay, this.#panel.hidden] = [undefined, undefined, {}, true];
        this.#panel.replaceChildren();
    }

    /** Looks at what the chains do, once a frame; the same answer as before if there is nothing new to draw. @param {Client} client */
    look(client) {
        client.tells = this.playground.shown.has("proposals");
        this.proposals.follow(client.walks.find((walk) => walk?.places.length), this.playground.trail.chains);
        const rests = client.phase === "complete" || client.phase === "paused" && client.progress.step > 0;
        this.modes.slow.setAttribute("aria-disabled", String(!rests));
        if (this.#mode === "slow" && !rests) this.#turn(undefined);
        if (this.slow?.advance()) this.#overlay = {};
        return this.#overlay;
    }

    /** @param {import("../drawing/viewport.js").Plate} plate @param {number} dim @param {Record<string, string>} inks */
    draw(plate, dim, inks) {
        if (this.playground.shown.has("proposals")) this.proposals.draw(plate, dim, inks.text);
        this.slow?.draw(plate);
        this.picking.draw(plate, inks.difference);
    }

    destroy() {
        this.#plots.abort();
        this.picking.destroy();
    }
}

/** @param {HTMLElement} button */
const isOn = (button) => button.getAttribute("aria-disabled") !== "true";

// Play, step, reset, a new seed, the link, and σ.

import { brief } from "../drawing/number-format.js";
import { element, say } from "./element.js";

/**
 * @typedef {{
 *     toggle: () => void, step: () => void, reset: () => void, reseed: () => void, copy: () => Promise<boolean>,
 *     setSigma: (sigma: string) => void, examples: () => void, take: () => void,
 *     undo: () => void, redo: () => void, setPace: (pace: number) => void,
 * }} Actions
 */

/** What the keys do, for the page's help and for listeners. */
export const KEYS = [
    { key: " ", name: "space", does: "train or pause", action: "toggle" },
    { key: "ArrowRight", name: "→", does: "one training step", action: "step" },
    { key: "r", name: "R", does: "start again from the first step", action: "reset" },
    { key: "g", name: "G", does: "examples: experiments and data to choose from", action: "examples" },
];

/** How many steps a second it may take, for those who want to watch. */
const PACES = [Infinity, 1000, 100, 10];

/** The ratio of one value of the slider to the one before: two digits tell them apart. */
const STEP = 1.055;

export class Transport {
    #play;
    #step;
    #slider;
    #value;
    #sigmaRow;
    #undo;
    #redo;
    #name = element("span");
    /** @type {{ min: number, max: number }} */
    #range = { min: 0.005, max: 10 };

    /** @param {Actions} actions */
    constructor(actions) {
        this.actions = actions;
        this.#play = element("button", { type: "button", class: "primary", onclick: () => isOn(this.#play) && actions.toggle() }, "Train");
        this.#step = element("button", { type: "button", title: "One training step (→)", onclick: () => isOn(this.#step) && actions.step() }, "Step");
        const reset = element("button", { type: "button", title: "Start again (R)", onclick: () => actions.reset() }, "Reset");
        const seed = element("button", { type: "button", title: "Other data, weights and noise", onclick: () => actions.reseed() }, "New seed");
        /** @type {HTMLSelectElement} */
        const pace = element("select", { name: "pace", "aria-label": "Pace of training", title: "How fast it trains; the bits are the same at any pace",
            onchange: () => actions.setPace(Number(pace.value)) }, ...PACES.map((most) => element("option", { value: most }, most === Infinity ? "Full speed" : `${most} steps/s`)));
        const copy = element("button", { type: "button", onclick: async () => this.#copied(copy, await actions.copy()) }, "Copy link");
        const help = element("button", { type: "button", title: "Words and keys (?)", "aria-label": "Help and keys", onclick: () => this.help() }, "?");
        this.#slider = element("input", { type: "range", min: 0, max: 100, step: 1,
            oninput: () => say(this.#value, brief(this.#sigma())), onchange: () => actions.setSigma(String(this.#sigma())) });
        this.#value = element("output", {}, "");
        this.#sigmaRow = element("label", { class: "sigma" }, this.#name, this.#slider, this.#value);
        /** @type {HTMLDialogElement} */
        this.dialog = element("dialog", { "aria-label": "Words and keys", onclose: () => letGo(this.dialog) });
        this.#undo = element("button", { type: "button", title: "Undo the last change of the experiment or its data (Ctrl+Z)", "aria-label": "Undo", onclick: () => actions.undo() }, "↶");
        this.#redo = element("button", { type: "button", title: "Redo (Ctrl+Shift+Z)", "aria-label": "Redo", onclick: () => actions.redo() }, "↷");
        this.showWays(false, false);
        const take = element("button", { type: "button", title: "Pictures, numbers, weights, the experiment, a citation", onclick: () => actions.take() }, "Save");
        const examples = element("button", { type: "button", title: "Choose an experiment or data (G)", onclick: () => actions.examples() }, "Examples");
        const row = (/** @type {HTMLElement[]} */ ...parts) => element("div", { class: "bar" }, ...parts);
        this.root = element("div", { class: "bar transport", role: "group", "aria-label": "Transport" }, row(this.#play, this.#step, pace, reset, seed), this.#sigmaRow,
            row(this.#undo, this.#redo, examples, take, copy, help), this.dialog);
    }

    /** The slider is logarithmic; its value has two digits, so that links stay short. */
    #sigma() {
        const { min, max } = this.#range;
        return Number((min * (max / min) ** (Number(this.#slider.value) / Number(this.#slider.max))).toPrecision(2));
    }

    /** @param {import("../../scorescape.js").Setting} setting of σ */
    showSigma({ label, kind, value, default: usual }) {
        say(this.#name, label);
        this.#slider.setAttribute("aria-label", label);
        // Far above a dataset's own σ there is only blur to see.
        if (kind.type === "real") this.#range = { min: kind.min, max: Math.min(kind.max, Math.max(20 * Number(usual), Number(value))) };
        const { min, max } = this.#range;
        this.#sigmaRow.title = `How much noise the network learns to remove, in the data's units: from ${brief(min)} to ${brief(max)}, far beyond what suits these data`;
        // Each step, as arrow keys take it, makes another number.
        const steps = Math.floor(Math.log(max / min) / Math.log(STEP));
        this.#slider.max = String(steps);
        this.#slider.value = String(steps * Math.log(Number(value) / min) / Math.log(max / min));
        this.#slider.setAttribute("aria-valuetext", brief(Number(value)));
        say(this.#value, brief(Number(value)));
    }

    /** @param {import("../app/run-controller.js").Phase} phase */
    showPhase(phase) {
        const trains = phase === "training";
        say(this.#play, trains ? "Pause" : phase === "sampling" ? "Sampling…" : phase === "complete" ? "Train again" : "Train");
        this.#play.title = trains ? "Pause training (space); the chains walk on for a while" : "Train (space)";
        turn(this.#play, trains || phase === "paused" || phase === "complete");
        turn(this.#step, trains || phase === "paused");
    }

    /** Whether there is something to take back, and to make again. @param {boolean} back @param {boolean} forth */
    showWays(back, forth) {
        turn(this.#undo, back);
        turn(this.#redo, forth);
    }

    /** Shows or hides the help, which is loaded when it is first asked for. */
    async help() {
        const { dialog } = this;
        if (dialog.open) {
            dialog.close();
            return letGo(dialog);
        }
        const part = await import("./help.js").catch(() => undefined);
        if (!dialog.isConnected || dialog.open) return;
        if (!dialog.firstChild && part) {
            dialog.append(...part.help(KEYS, () => dialog.close()));
            /** @type {ShadowRoot} */ (dialog.getRootNode()).adoptedStyleSheets.push(part.sheet);
        }
        if (dialog.firstChild) dialog.showModal();
    }

    /** @param {HTMLButtonElement} button @param {boolean} done */
    #copied(button, done) {
        say(button, done ? "Copied" : "See address bar");
        setTimeout(() => say(button, "Copy link"), 1500);
    }
}

/** Turns a button on or off, so that it keeps the focus: one that is disabled would drop it. @param {HTMLElement} button @param {boolean} on */
const turn = (button, on) => button.setAttribute("aria-disabled", String(!on));

/** @param {HTMLElement} button */
const isOn = (button) => button.getAttribute("aria-disabled") !== "true";

/** Takes the focus from a closed dialog: browsers do so at some later time, and send keys to its hidden button until then. @param {HTMLDialogElement} dialog */
function letGo(dialog) {
    const focused = /** @type {ShadowRoot} */ (dialog.getRootNode()).activeElement;
    if (focused instanceof HTMLElement && dialog.contains(focused)) focused.blur();
}

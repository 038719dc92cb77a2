// Play, step, reset, a new seed, the link, and σ.

import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "./element.js";

/**
 * @typedef {{
 *     toggle: () => void, step: () => void, reset: () => void, reseed: () => void, copyLink: () => Promise<boolean>,
 *     setSigma: (sigma: string) => void, openExamples: () => void, openExports: () => void,
 *     undo: () => void, redo: () => void, setSpeedLimit: (speedLimit: number) => void,
 * }} Actions
 */

/** What the keys do, for the page's help and for listeners. */
export const KEYS = [
    { key: " ", name: "space", does: "train or pause", action: "toggle" },
    { key: "ArrowRight", name: "→", does: "one training step", action: "step" },
    { key: "r", name: "R", does: "start again from the first step", action: "reset" },
    { key: "g", name: "G", does: "examples: experiments and data to choose from", action: "openExamples" },
];

/** How many steps a second it may take, for those who want to watch. */
const SPEED_LIMITS = [Infinity, 1000, 100, 10];

/** The ratio of one value of the slider to the one before: two digits tell them apart. */
const SLIDER_RATIO = 1.055;

export class Toolbar {
    #trainButton;
    #step;
    #slider;
    #value;
    #sigmaRow;
    #undo;
    #redo;
    #name = element("span");
    /** @type {{ min: number, max: number }} */
    #sigmaRange = { min: 0.005, max: 10 };

    /** @param {Actions} actions */
    constructor(actions) {
        this.actions = actions;
        this.#trainButton = element(
            "button",
            { type: "button", class: "primary", onclick: () => isEnabled(this.#trainButton) && actions.toggle() },
            "Train",
        );
        this.#step = element(
            "button",
            { type: "button", title: "One training step (→)", onclick: () => isEnabled(this.#step) && actions.step() },
            "Step",
        );
        const reset = element(
            "button",
            { type: "button", title: "Start again (R)", onclick: () => actions.reset() },
            "Reset",
        );
        const seed = element(
            "button",
            { type: "button", title: "Other data, weights and noise", onclick: () => actions.reseed() },
            "New seed",
        );
        /** @type {HTMLSelectElement} */
        const speedLimit = element(
            "select",
            {
                name: "speed-limit",
                "aria-label": "Pace of training",
                title: "How fast it trains; the bits are the same at any pace",
                onchange: () => actions.setSpeedLimit(Number(speedLimit.value)),
            },
            ...SPEED_LIMITS.map((most) =>
                element("option", { value: most }, most === Infinity ? "Full speed" : `${most} steps/s`),
            ),
        );
        const copy = element(
            "button",
            { type: "button", onclick: async () => this.#showCopied(copy, await actions.copyLink()) },
            "Copy link",
        );
        const help = element(
            "button",
            {
                type: "button",
                title: "Words and keys (?)",
                "aria-label": "Help and keys",
                onclick: () => this.toggleHelp(),
            },
            "?",
        );
        this.#slider = element("input", {
            type: "range",
            min: 0,
            max: 100,
            step: 1,
            oninput: () => setText(this.#value, formatShort(this.#sigma())),
            onchange: () => actions.setSigma(String(this.#sigma())),
        });
        this.#value = element("output", {}, "");
        this.#sigmaRow = element("label", { class: "sigma" }, this.#name, this.#slider, this.#value);
        /** @type {HTMLDialogElement} */
        this.dialog = element("dialog", { "aria-label": "Words and keys", onclose: () => blurDialog(this.dialog) });
        this.#undo = element(
            "button",
            {
                type: "button",
                title: "Undo the last change of the experiment or its data (Ctrl+Z)",
                "aria-label": "Undo",
                onclick: () => actions.undo(),
            },
            "↶",
        );
        this.#redo = element(
            "button",
            { type: "button", title: "Redo (Ctrl+Shift+Z)", "aria-label": "Redo", onclick: () => actions.redo() },
            "↷",
        );
        this.showHistory(false, false);
        const saveButton = element(
            "button",
            {
                type: "button",
                title: "Pictures, numbers, weights, the experiment, a citation",
                onclick: () => actions.openExports(),
            },
            "Save",
        );
        const examplesButton = element(
            "button",
            { type: "button", title: "Choose an experiment or data (G)", onclick: () => actions.openExamples() },
            "Examples",
        );
        const row = (/** @type {HTMLElement[]} */ ...parts) => element("div", { class: "bar" }, ...parts);
        this.root = element(
            "div",
            { class: "bar toolbar", role: "group", "aria-label": "Toolbar" },
            row(this.#trainButton, this.#step, speedLimit, reset, seed),
            this.#sigmaRow,
            row(this.#undo, this.#redo, examplesButton, saveButton, copy, help),
            this.dialog,
        );
    }

    /** The slider is logarithmic; its value has two digits, so that links stay short. */
    #sigma() {
        const { min, max } = this.#sigmaRange;
        return Number((min * (max / min) ** (Number(this.#slider.value) / Number(this.#slider.max))).toPrecision(2));
    }

    /** @param {import("../../scorescape.js").Setting} setting of σ */
    showSigma({ label, kind, value, default: defaultValue }) {
        setText(this.#name, label);
        this.#slider.setAttribute("aria-label", label);
        // Far above a dataset's own σ there is only blur to see.
        if (kind.type === "real") {
            this.#sigmaRange = {
                min: kind.min,
                max: Math.min(kind.max, Math.max(20 * Number(defaultValue), Number(value))),
            };
        }
        const { min, max } = this.#sigmaRange;
        this.#sigmaRow.title = `How much noise the network learns to remove, in the data's units: from ${formatShort(min)} to ${formatShort(max)}, far beyond what suits these data`;
        // Each step, as arrow keys take it, makes another number.
        const steps = Math.floor(Math.log(max / min) / Math.log(SLIDER_RATIO));
        this.#slider.max = String(steps);
        this.#slider.value = String((steps * Math.log(Number(value) / min)) / Math.log(max / min));
        this.#slider.setAttribute("aria-valuetext", formatShort(Number(value)));
        setText(this.#value, formatShort(Number(value)));
    }

    /** @param {import("../app/run-controller.js").Phase} phase */
    showPhase(phase) {
        const isTraining = phase === "training";
        setText(
            this.#trainButton,
            isTraining ? "Pause" : phase === "sampling" ? "Sampling…" : phase === "complete" ? "Train again" : "Train",
        );
        this.#trainButton.title = isTraining
            ? "Pause training (space); the chains walk on for a while"
            : "Train (space)";
        setEnabled(this.#trainButton, isTraining || phase === "paused" || phase === "complete");
        setEnabled(this.#step, isTraining || phase === "paused");
    }

    /** Whether there is something to take back, and to make again. @param {boolean} canUndo @param {boolean} canRedo */
    showHistory(canUndo, canRedo) {
        setEnabled(this.#undo, canUndo);
        setEnabled(this.#redo, canRedo);
    }

    /** Shows or hides the help, which is loaded when it is first asked for. */
    async toggleHelp() {
        const { dialog } = this;
        if (dialog.open) {
            dialog.close();
            return blurDialog(dialog);
        }
        const part = await import("./help.js").catch(() => undefined);
        if (!dialog.isConnected || dialog.open) {
            return;
        }
        if (!dialog.firstChild && part) {
            dialog.append(...part.helpContent(KEYS, () => dialog.close()));
            /** @type {ShadowRoot} */ (dialog.getRootNode()).adoptedStyleSheets.push(part.styles);
        }
        if (dialog.firstChild) {
            dialog.showModal();
        }
    }

    /** @param {HTMLButtonElement} button @param {boolean} done */
    #showCopied(button, done) {
        setText(button, done ? "Copied" : "See address bar");
        setTimeout(() => setText(button, "Copy link"), 1500);
    }
}

/**
 * Turns a button on or off, so that it keeps the focus: one that is disabled would drop it.
 * @param {HTMLElement} button
 * @param {boolean} on
 */
const setEnabled = (button, on) => button.setAttribute("aria-disabled", String(!on));

/** @param {HTMLElement} button */
const isEnabled = (button) => button.getAttribute("aria-disabled") !== "true";

/**
 * Takes the focus from a closed dialog: browsers do so at some later time, and send keys to its hidden button until
 * then.
 * @param {HTMLDialogElement} dialog
 */
function blurDialog(dialog) {
    const focused = /** @type {ShadowRoot} */ (dialog.getRootNode()).activeElement;
    if (focused instanceof HTMLElement && dialog.contains(focused)) {
        focused.blur();
    }
}

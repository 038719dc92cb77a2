// The toolbar: training, seed, speed, σ, undo, and the buttons of dialogs.

import { formatShort } from "../drawing/number-format.js";
import { button, element, isEnabled, setEnabled, setText } from "./element.js";

/**
 * Actions of the buttons. `copyLink` gives false if the browser allows no copying.
 * @typedef {{
 *     toggle: () => void, step: () => void, reset: () => void, reseed: () => void, copyLink: () => Promise<boolean>,
 *     setSigma: (sigma: string) => void, openExamples: () => void, openExports: () => void,
 *     undo: () => void, redo: () => void, setSpeedLimit: (stepsPerSecond: number) => void,
 * }} Actions
 */

/** Keys of the page with their actions, for listeners and for the help. */
export const KEYS = [
    { key: " ", name: "space", does: "train or pause", action: "toggle" },
    { key: "ArrowRight", name: "→", does: "one training step", action: "step" },
    { key: "r", name: "R", does: "start again from the first step", action: "reset" },
    { key: "g", name: "G", does: "examples: experiments and data to choose from", action: "openExamples" },
];

/** Choices of the speed limit, in steps per second. */
const SPEED_LIMITS = [Infinity, 1000, 100, 10];

/** Ratio of two neighbouring values of the σ slider: large enough to differ in two digits. */
const SLIDER_RATIO = 1.055;
/** Milliseconds for which "Copied" is shown. */
const COPIED_DURATION = 1500;

export class Toolbar {
    #trainButton;
    #stepButton;
    #undo;
    #redo;
    #slider;
    #sigmaName = element("span");
    #sigmaValue = element("output", {}, "");
    #sigmaRow;
    #sigmaRange = { min: 0.005, max: 10 };
    /** @type {HTMLDialogElement} */
    dialog = element("dialog", {
        class: "help",
        "aria-label": "Words and keys",
        onclose: () => releaseFocus(this.dialog),
    });

    /** @param {Actions} actions */
    constructor(actions) {
        this.actions = actions;
        this.#trainButton = button("Train", () => isEnabled(this.#trainButton) && actions.toggle(), {
            class: "primary",
        });
        this.#stepButton = button("Step", () => isEnabled(this.#stepButton) && actions.step(), {
            title: "One training step (→)",
        });
        this.#slider = element("input", {
            type: "range",
            min: 0,
            max: 100,
            step: 1,
            oninput: () => setText(this.#sigmaValue, formatShort(this.#sigma())),
            onchange: () => actions.setSigma(String(this.#sigma())),
        });
        this.#sigmaRow = element("label", { class: "sigma" }, this.#sigmaName, this.#slider, this.#sigmaValue);
        this.#undo = button("↶", actions.undo, {
            title: "Undo the last change of the experiment or its data (Ctrl+Z)",
            "aria-label": "Undo",
        });
        this.#redo = button("↷", actions.redo, { title: "Redo (Ctrl+Shift+Z)", "aria-label": "Redo" });
        this.root = element(
            "div",
            { class: "bar toolbar", role: "group", "aria-label": "Toolbar" },
            this.#trainingButtons(),
            this.#sigmaRow,
            this.#pageButtons(),
            this.dialog,
        );
        this.showHistory(false, false);
    }

    #trainingButtons() {
        const { actions } = this;
        /** @type {HTMLSelectElement} */
        const speedLimit = element(
            "select",
            {
                name: "speed-limit",
                "aria-label": "Speed of training",
                title: "How fast it trains; the result is the same at any speed",
                onchange: () => actions.setSpeedLimit(Number(speedLimit.value)),
            },
            ...SPEED_LIMITS.map((limit) =>
                element("option", { value: limit }, limit === Infinity ? "Full speed" : `${limit} steps/s`),
            ),
        );
        return element(
            "div",
            { class: "bar" },
            this.#trainButton,
            this.#stepButton,
            speedLimit,
            button("Reset", actions.reset, { title: "Start again (R)" }),
            button("New seed", actions.reseed, { title: "Other data, weights and noise" }),
        );
    }

    #pageButtons() {
        const { actions } = this;
        const copy = button("Copy link", async () => showCopied(copy, await actions.copyLink()));
        return element(
            "div",
            { class: "bar" },
            this.#undo,
            this.#redo,
            button("Examples", actions.openExamples, { title: "Choose an experiment or data (G)" }),
            button("Save", actions.openExports, { title: "Pictures, numbers, weights, the experiment, a citation" }),
            copy,
            button("?", () => this.toggleHelp(), { title: "Words and keys (?)", "aria-label": "Help and keys" }),
        );
    }

    /** Value of the logarithmic slider, to two digits: links stay short. */
    #sigma() {
        const { min, max } = this.#sigmaRange;
        return Number((min * (max / min) ** (Number(this.#slider.value) / Number(this.#slider.max))).toPrecision(2));
    }

    /** @param {import("../../scorescape.js").Setting} setting of σ */
    showSigma({ label, kind, value, default: defaultValue }) {
        setText(this.#sigmaName, label);
        this.#slider.setAttribute("aria-label", label);
        // Far above a dataset's own σ all data are blurred into one blob.
        if (kind.type === "real") {
            this.#sigmaRange = {
                min: kind.min,
                max: Math.min(kind.max, Math.max(20 * Number(defaultValue), Number(value))),
            };
        }
        const { min, max } = this.#sigmaRange;
        this.#sigmaRow.title = `How much noise the network learns to remove, in the data's units: from ${formatShort(min)} to ${formatShort(max)}, far beyond what suits these data`;
        // Each arrow key press changes the rounded value.
        const steps = Math.floor(Math.log(max / min) / Math.log(SLIDER_RATIO));
        this.#slider.max = String(steps);
        this.#slider.value = String((steps * Math.log(Number(value) / min)) / Math.log(max / min));
        this.#slider.setAttribute("aria-valuetext", formatShort(Number(value)));
        setText(this.#sigmaValue, formatShort(Number(value)));
    }

    /** @param {import("./view-context.js").Phase} phase */
    showPhase(phase) {
        const isTraining = phase === "training";
        setText(this.#trainButton, TRAIN_LABELS[phase] ?? "Train");
        this.#trainButton.title = isTraining
            ? "Pause training (space); the chains move on for a while"
            : "Train (space)";
        setEnabled(this.#trainButton, isTraining || phase === "paused" || phase === "complete");
        setEnabled(this.#stepButton, isTraining || phase === "paused");
    }

    /** @param {boolean} canUndo @param {boolean} canRedo */
    showHistory(canUndo, canRedo) {
        setEnabled(this.#undo, canUndo);
        setEnabled(this.#redo, canRedo);
    }

    /** Shows or hides the help, which is loaded when it is first shown. */
    async toggleHelp() {
        const { dialog } = this;
        if (dialog.open) {
            dialog.close();
            releaseFocus(dialog);
            return;
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
}

/** Labels of the button that trains, by phase. @type {Partial<Record<import("./view-context.js").Phase, string>>} */
const TRAIN_LABELS = { training: "Pause", sampling: "Sampling…", complete: "Train again" };

/** @param {HTMLButtonElement} copy @param {boolean} done */
function showCopied(copy, done) {
    setText(copy, done ? "Copied" : "See address bar");
    setTimeout(() => setText(copy, "Copy link"), COPIED_DURATION);
}

/**
 * Takes the focus from a closed dialog. Browsers do so some time later, and send keys to its hidden button until then.
 * @param {HTMLDialogElement} dialog
 */
function releaseFocus(dialog) {
    const focused = /** @type {ShadowRoot} */ (dialog.getRootNode()).activeElement;
    if (focused instanceof HTMLElement && dialog.contains(focused)) {
        focused.blur();
    }
}

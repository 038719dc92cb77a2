// The brush's panel: size, eraser, buttons that copy and clear points, and a word to trace.

import { BRUSH } from "../content/tool-texts.js";
import { button, element, setText } from "../panels/element.js";

/** Radius of the brush as a share of the view's half width: at first, and the ends of its logarithmic slider. */
const START_RADIUS = 0.06;
const MIN_RADIUS = 0.01;
const MAX_RADIUS = 0.3;
/** Greatest number of letters of a word. */
const MAX_LETTERS = 12;

export const styles = new CSSStyleSheet();
styles.replaceSync(`
.brush { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.brush p { margin: 0 0 0.4rem; }
.brush label { display: inline-flex; gap: 0.4rem; align-items: center; }
.brush input[type="range"] { width: 7rem; accent-color: var(--accent); }
.brush input[type="text"] { width: 9rem; }
.brush button { background: var(--background); }
.stage.drawing .user-data { display: none; }
`);

/**
 * @typedef {{
 *     toggle: () => void, resize: () => void, copy: () => void, clear: () => void, traceWord: (word: string) => void,
 * }} BrushActions
 */

export class BrushPanel {
    isErasing = false;
    #status = element("p", { role: "status" });
    #sizeSlider;
    #clear;
    #copy;

    /** @param {BrushActions} actions */
    constructor(actions) {
        this.toggle = button("Draw data", actions.toggle, { title: BRUSH.title, "aria-pressed": "false" });
        const eraser = button("Eraser", () => this.#toggleEraser(eraser), {
            title: BRUSH.eraserTitle,
            "aria-pressed": "false",
        });
        this.#sizeSlider = element("input", {
            type: "range",
            name: "brush",
            min: 0,
            max: 100,
            value: (100 * Math.log(START_RADIUS / MIN_RADIUS)) / Math.log(MAX_RADIUS / MIN_RADIUS),
            oninput: actions.resize,
        });
        this.#clear = button("Clear", actions.clear);
        this.#copy = button("Draw on these data", actions.copy, { title: BRUSH.copyTitle });
        this.root = element(
            "section",
            { class: "brush", "aria-label": "Drawing", hidden: true },
            this.#status,
            element(
                "div",
                { class: "bar" },
                this.#copy,
                eraser,
                element("label", {}, "Size", this.#sizeSlider),
                this.#clear,
                ...wordInput(actions.traceWord),
            ),
        );
    }

    /** @param {HTMLElement} eraser */
    #toggleEraser(eraser) {
        this.isErasing = !this.isErasing;
        eraser.setAttribute("aria-pressed", String(this.isErasing));
    }

    /** Radius of the brush as a share of the view's half width. */
    get radius() {
        return MIN_RADIUS * (MAX_RADIUS / MIN_RADIUS) ** (Number(this.#sizeSlider.value) / 100);
    }

    /** @param {boolean} isActive */
    setActive(isActive) {
        this.toggle.setAttribute("aria-pressed", String(isActive));
        this.root.hidden = !isActive;
    }

    /** @param {boolean} isCopyable true if there are other points to begin with */
    showCopy(isCopyable) {
        this.#copy.hidden = !isCopyable;
    }

    /** @param {string} status @param {boolean} canRestore true if cleared points can be restored */
    showStatus(status, canRestore) {
        setText(this.#clear, canRestore ? "Bring back" : "Clear");
        setText(this.#status, status);
    }

    /** @param {string} message */
    showError(message) {
        setText(this.#status, message);
    }
}

/** @param {(word: string) => void} traceWord */
function wordInput(traceWord) {
    const word = element("input", {
        type: "text",
        name: "word",
        maxlength: MAX_LETTERS,
        autocomplete: "off",
        placeholder: "SCORE",
        onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && traceWord(word.value),
    });
    return [element("label", {}, "or type a word", word), button("Trace it", () => traceWord(word.value))];
}

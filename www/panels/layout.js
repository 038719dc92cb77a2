// Order of the playground's parts: the stage comes first, or the controls if there is room for three columns.

import { element } from "./element.js";

/** Least number of columns with the controls before the stage. */
const WIDE_COLUMNS = 3;

export class Layout {
    #controls;
    #stage;
    /** Moves parts in the next frame: a move inside the callback would report further size changes. */
    #observer = new ResizeObserver(() => requestAnimationFrame(() => this.#arrange()));

    /** @param {{ toolbar: HTMLElement, stage: HTMLElement, readouts: HTMLElement, controls: HTMLElement }} parts */
    constructor({ toolbar, stage, readouts, controls }) {
        this.#controls = controls;
        this.#stage = stage;
        this.root = element("div", { class: "layout" }, toolbar, stage, readouts, controls);
        this.#observer.observe(this.root);
    }

    /** Puts the parts into visual order, so that the Tab key follows this order. */
    #arrange() {
        const wide = getComputedStyle(this.root).gridTemplateColumns.split(" ").length >= WIDE_COLUMNS;
        if (wide === (this.#controls.nextElementSibling === this.#stage)) {
            return;
        }
        const focused = /** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement;
        if (wide) {
            this.#stage.before(this.#controls);
        } else {
            this.root.append(this.#controls);
        }
        // An element that is moved loses the focus.
        if (focused instanceof HTMLElement && this.#controls.contains(focused)) {
            focused.focus({ preventScroll: true });
        }
    }

    destroy() {
        this.#observer.disconnect();
    }
}

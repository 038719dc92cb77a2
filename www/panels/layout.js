// Where the parts of a playground are: the stage first, or, where there is room for three columns, the experiment
// beside it first.

import { element } from "./element.js";

/** From so many columns on the experiment stands before the stage. */
const WIDE_COLUMNS = 3;

export class Layout {
    #controls;
    #stage;
    /** What it moves must not change sizes while they are told. */
    #observer = new ResizeObserver(() => requestAnimationFrame(() => this.#arrange()));

    /** @param {{ toolbar: HTMLElement, stage: HTMLElement, readouts: HTMLElement, controls: HTMLElement }} parts */
    constructor({ toolbar, stage, readouts, controls }) {
        this.#controls = controls;
        this.#stage = stage;
        this.root = element("div", { class: "layout" }, toolbar, stage, readouts, controls);
        this.#observer.observe(this.root);
    }

    /** Puts the experiment where it is seen: the Tab key goes as the eye does. */
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
        // What is moved loses the focus.
        if (focused instanceof HTMLElement && this.#controls.contains(focused)) {
            focused.focus({ preventScroll: true });
        }
    }

    destroy() {
        this.#observer.disconnect();
    }
}

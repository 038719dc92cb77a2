// The section of the stage: the picture with notices over it, and legends, tools and layers beneath.

import { element, setText } from "../panels/element.js";

/**
 * @param {{
 *     stage: import("../stage/stage.js").Stage, notice: HTMLElement, userData: HTMLElement, beneath: HTMLElement[],
 * }} parts `notice` and `userData` lie over the picture
 */
export function createStageSection({ stage, notice, userData, beneath }) {
    stage.overlay.append(notice, createCloseButton(stage, notice), userData);
    return element("section", { "aria-label": "Stage" }, stage.root, ...beneath);
}

/** @param {import("../stage/stage.js").Stage} stage @param {HTMLElement} notice */
function createCloseButton({ canvas }, notice) {
    const close = () => {
        setText(notice, "");
        canvas.focus(); // the button disappears with the notice
    };
    return element("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×");
}

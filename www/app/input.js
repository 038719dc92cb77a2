// What keys, pastes and drops do to a playground. They belong to the page around, unless it leaves them to us.

import { KEYS } from "../panels/toolbar.js";

/**
 * What they act on.
 * @typedef {{
 *     root: HTMLElement, options: import("./playground.js").Options, own?: import("../panels/user-data.js").OwnPoints, desk?: import("../panels/menu.js").Desk,
 *     transport?: import("../panels/toolbar.js").Transport, panel?: import("../panels/layer-panel.js").Panel,
 * }} Playground
 */

/** @param {Playground} playground @param {AbortSignal} signal */
export function listen(playground, signal) {
    const { root, options } = playground;
    const reach = options.pageWide ? document : root;
    reach.addEventListener("keydown", (event) => key(playground, /** @type {KeyboardEvent} */ (event)), { signal });
    reach.addEventListener("paste", (event) => paste(playground, /** @type {ClipboardEvent} */ (event)), { signal });
    root.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    root.addEventListener("drop", (event) => playground.own?.receive(event.dataTransfer) && event.preventDefault(), { signal });
}

/** Takes numbers that are pasted into the page where it asks for some. @param {Playground} playground @param {ClipboardEvent} event */
function paste({ own }, event) {
    const target = event.composedPath()[0];
    const typing = target instanceof Element && target.matches("input, select, textarea");
    if (!typing && own && !own.root.hidden && own.receive(event.clipboardData)) event.preventDefault();
}

/** @param {Playground} playground @param {KeyboardEvent} event */
function key({ root, desk, transport, panel }, event) {
    const [target] = event.composedPath();
    const elsewhere = target !== document.body && !event.composedPath().includes(root);
    const typing = target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");
    const pressing = target instanceof Element && [" ", "Enter"].includes(event.key) && target.matches("button, input, summary");
    if (elsewhere || event.defaultPrevented) return;
    // Text that is typed has an undo of its own.
    const writing = target instanceof Element && target.matches("input[type=text], textarea");
    if (!writing && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
        event.preventDefault();
        return event.shiftKey ? desk?.redo() : desk?.undo();
    }
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const known = KEYS.find(({ key }) => key === event.key || key === event.key.toLowerCase());
    if (desk?.open || transport?.dialog.open && event.key !== "?") return;
    if (known) transport?.actions[/** @type {"toggle"} */ (known.action)]();
    else if (event.key === "?") transport?.help();
    else if (!panel?.press(event.key.toLowerCase())) return;
    event.preventDefault();
}

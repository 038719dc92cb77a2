// What keys, pastes and drops do to a playground. They belong to the page around, unless it leaves them to us.

import { KEYS } from "../panels/toolbar.js";

/**
 * What they act on.
 * @typedef {{
 *     root: HTMLElement, options: import("./playground.js").Options, userData?:
 *     import("../panels/user-data.js").UserData, menu?: import("../panels/menu.js").Menu,
 *     toolbar?: import("../panels/toolbar.js").Toolbar, layerPanel?: import("../panels/layer-panel.js").LayerPanel,
 * }} Playground
 */

/** @param {Playground} playground @param {AbortSignal} signal */
export function listenForInput(playground, signal) {
    const { root, options } = playground;
    const target = options.pageWide ? document : root;
    target.addEventListener("keydown", (event) => key(playground, /** @type {KeyboardEvent} */ (event)), { signal });
    target.addEventListener("paste", (event) => paste(playground, /** @type {ClipboardEvent} */ (event)), { signal });
    root.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    root.addEventListener(
        "drop",
        (event) => playground.userData?.acceptTransfer(event.dataTransfer) && event.preventDefault(),
        { signal },
    );
}

/**
 * Takes numbers that are pasted into the page where it asks for some.
 * @param {Playground} playground
 * @param {ClipboardEvent} event
 */
function paste({ userData }, event) {
    const element = event.composedPath()[0];
    const typing = element instanceof Element && element.matches("input, select, textarea");
    if (!typing && userData && !userData.root.hidden && userData.acceptTransfer(event.clipboardData)) {
        event.preventDefault();
    }
}

/** @param {Playground} playground @param {KeyboardEvent} event */
function key({ root, menu, toolbar, layerPanel }, event) {
    const [element] = event.composedPath();
    const elsewhere = element !== document.body && !event.composedPath().includes(root);
    const typing = element instanceof Element && element.matches("input:not([type=checkbox]), select, textarea");
    const pressing =
        element instanceof Element && [" ", "Enter"].includes(event.key) && element.matches("button, input, summary");
    if (elsewhere || event.defaultPrevented) {
        return;
    }
    // Text that is typed has an undo of its own.
    const writing = element instanceof Element && element.matches("input[type=text], textarea");
    if (!writing && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
        event.preventDefault();
        return toolbar?.actions[event.shiftKey ? "redo" : "undo"]();
    }
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
        return;
    }
    const shortcut = KEYS.find(({ key }) => key === event.key || key === event.key.toLowerCase());
    if (menu?.isOpen || (toolbar?.dialog.open && event.key !== "?")) {
        return;
    }
    if (shortcut) {
        toolbar?.actions[/** @type {"toggle"} */ (shortcut.action)]();
    } else if (event.key === "?") {
        toolbar?.toggleHelp();
    } else if (!layerPanel?.toggleByKey(event.key.toLowerCase())) {
        return;
    }
    event.preventDefault();
}

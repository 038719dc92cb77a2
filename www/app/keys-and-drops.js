// Keyboard shortcuts, pasted and dropped data of a playground.

import { KEYS } from "../panels/toolbar.js";

/**
 * What input acts on. `pageWide`: keys and pastes anywhere on the page count, not only those in the playground.
 * @typedef {{
 *     root: HTMLElement, pageWide: boolean, store: import("./experiment-store.js").ExperimentStore,
 *     userData: import("../panels/user-data.js").UserData, dialogs: import("../panels/dialogs.js").Dialogs,
 *     toolbar: import("../panels/toolbar.js").Toolbar, layerPanel: import("../panels/layer-panel.js").LayerPanel,
 * }} InputTarget
 */

/** @param {InputTarget} target @param {AbortSignal} signal */
export function listenForKeysAndDrops(target, signal) {
    const { root, pageWide, userData } = target;
    const source = pageWide ? document : root;
    source.addEventListener("keydown", (event) => onKey(target, /** @type {KeyboardEvent} */ (event)), { signal });
    source.addEventListener("paste", (event) => onPaste(userData, /** @type {ClipboardEvent} */ (event)), { signal });
    root.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    root.addEventListener(
        "drop",
        (event) => {
            if (userData.acceptTransfer(event.dataTransfer)) {
                event.preventDefault();
            }
        },
        { signal },
    );
}

/**
 * Takes pasted numbers while the panel of own points is open.
 * @param {InputTarget["userData"]} userData
 * @param {ClipboardEvent} event
 */
function onPaste(userData, event) {
    const [element] = event.composedPath();
    const isTyping = element instanceof Element && element.matches("input, select, textarea");
    if (!isTyping && !userData.root.hidden && userData.acceptTransfer(event.clipboardData)) {
        event.preventDefault();
    }
}

/** @param {InputTarget} target @param {KeyboardEvent} event */
function onKey(target, event) {
    const path = event.composedPath();
    const isElsewhere = path[0] !== document.body && !path.includes(target.root);
    if (isElsewhere || event.defaultPrevented) {
        return;
    }
    if (isUndo(event)) {
        event.preventDefault();
        if (event.shiftKey) {
            target.store.redo();
        } else {
            target.store.undo();
        }
        return;
    }
    if (!isForControl(event) && runShortcut(target, event.key)) {
        event.preventDefault();
    }
}

/** @param {KeyboardEvent} event @param {string} selector of the focused element */
function isOn(event, selector) {
    const [element] = event.composedPath();
    return element instanceof Element && element.matches(selector);
}

/** True for Ctrl+Z, except in text fields: the browser undoes changes of their text. @param {KeyboardEvent} event */
function isUndo(event) {
    const isText = isOn(event, "input[type=text], textarea");
    return !isText && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
}

/** True for keys that the focused control or the browser handles. @param {KeyboardEvent} event */
function isForControl(event) {
    const isTyping = isOn(event, "input:not([type=checkbox]), select, textarea");
    const isPressing = [" ", "Enter"].includes(event.key) && isOn(event, "button, input, summary");
    return isTyping || isPressing || event.ctrlKey || event.metaKey || event.altKey || event.repeat;
}

/** Returns true if the key has an action. @param {InputTarget} target @param {string} key */
function runShortcut({ dialogs, toolbar, layerPanel }, key) {
    if (dialogs.isOpen || (toolbar.dialog.open && key !== "?")) {
        return false;
    }
    const shortcut = KEYS.find((candidate) => candidate.key === key || candidate.key === key.toLowerCase());
    if (shortcut) {
        toolbar.actions[/** @type {"toggle"} */ (shortcut.action)]();
        return true;
    }
    if (key === "?") {
        toolbar.toggleHelp();
        return true;
    }
    return layerPanel.toggleByKey(key.toLowerCase());
}

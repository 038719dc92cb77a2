// Builds DOM elements from attributes, listeners and children; text never becomes markup.

/** @typedef {string | number | boolean | ((event: never) => void) | undefined} Attribute */

/**
 * An element with attributes, listeners and children. Functions are listeners, under names like `onclick`; `true` sets
 * an attribute without a value, `false` and undefined set none.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") {
            node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
        } else if (value === true) {
            node.setAttribute(name, "");
        } else if (value !== false && value !== undefined) {
            node.setAttribute(name, String(value));
        }
    }
    node.append(...children);
    return node;
}

/**
 * A button with a text and a listener.
 * @param {string} label
 * @param {() => void} onclick
 * @param {Record<string, Attribute>} [attributes]
 */
export const button = (label, onclick, attributes = {}) =>
    element("button", { type: "button", ...attributes, onclick }, label);

/**
 * Sets a node's text if it differs, to avoid needless layout and announcements by screen readers.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
    if (node.textContent !== text) {
        node.textContent = text;
    }
}

/**
 * Marks a button as usable or not. `aria-disabled` keeps the focus, `disabled` would drop it.
 * @param {HTMLElement} control
 * @param {boolean} enabled
 */
export const setEnabled = (control, enabled) => control.setAttribute("aria-disabled", String(!enabled));

/** @param {HTMLElement} control */
export const isEnabled = (control) => control.getAttribute("aria-disabled") !== "true";

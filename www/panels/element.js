// Elements in one expression; text goes in as text, never as HTML.

/**
 * An element with attributes, listeners (functions under `onclick` and the like), and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void) | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") node.addEventListener(name.slice(2), value);
        else if (value === true) node.setAttribute(name, "");
        else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
    }
    node.append(...children);
    return node;
}

/** Sets a node's text only if it changed, so that screen readers and layout are not bothered. @param {Node} node @param {string} text */
export function say(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/** A number as people read it: three significant digits, no exponent where that is short. @param {number | undefined} value @returns {string} */
export function brief(value) {
    if (value === undefined || Number.isNaN(value)) return "–";
    if (value < 0) return `-${brief(-value)}`;
    if (!Number.isFinite(value)) return "∞";
    if (value >= 1e9) return `${Number((value / 1e9).toPrecision(2))} billion`;
    if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`;
    if (value >= 20_000) return `${(value / 1000).toFixed(0)}k`;
    if (value >= 100) return value.toFixed(0);
    return String(Number(value.toPrecision(2)));
}

/** A number to four significant digits. @param {number} value */
export function precise(value) {
    return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : brief(value);
}

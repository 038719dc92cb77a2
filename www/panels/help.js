// Content of the help dialog: terms of the page, its keys, and the mouse.

import { MOUSE_HELP, OTHER_KEYS, TERMS } from "../content/dialog-texts.js";
import { LAYERS } from "../drawing/layers.js";
import { button, element } from "./element.js";

export const styles = new CSSStyleSheet();
styles.replaceSync(`
.help > button { position: sticky; top: 0; }
.help h2 { font-size: 1.05rem; margin: 0 0 0.75rem; }
.help .terms { display: block; margin: 0 0 1rem; }
.help .terms dt { font-weight: 600; }
.help .terms dd { margin: 0 0 0.35rem; text-align: left; }
.help kbd { display: inline-block; min-width: 2.5rem; padding: 0 0.3rem; border: 1px solid var(--grid); border-radius: 4px; text-align: center; }
`);

/** @param {{ name: string, does: string }[]} keys @param {() => void} close */
export function helpContent(keys, close) {
    const layerKeys = LAYERS.map(({ label, key }) => ({ name: key, does: `layer: ${label}` }));
    const rows = [...keys, ...OTHER_KEYS, ...layerKeys];
    const list = rows.map(({ name, does }) => element("p", {}, element("kbd", {}, name), ` ${does}`));
    const terms = element(
        "dl",
        { class: "terms" },
        ...TERMS.flatMap(([term, meaning]) => [element("dt", {}, term), element("dd", {}, meaning)]),
    );
    // The button comes first, since it gets the focus: at the end it would scroll long help to its end.
    return [
        button("Close", close, { autofocus: true }),
        element("h2", {}, "Words and keys"),
        terms,
        ...list,
        element("p", {}, MOUSE_HELP),
    ];
}

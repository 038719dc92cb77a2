// The page's help: what its words mean, and what keys and the mouse do.

import { LAYERS } from "../drawing/layers.js";
import { element } from "./element.js";

/** What is seen, in the words that the page uses. */
const TERMS = [
    ["score", "the direction in which data get denser, and how fast: the gradient of the density's logarithm"],
    ["learned score", "what the network makes of it: (its reconstruction - the point) / σ²"],
    ["exact score", "that of the data's own density, blurred by σ as the network sees it, where it is known"],
    [
        "relative Fisher error",
        "the mean square of their difference, as a share of the exact score's: 0 is perfect, 1 no better than nothing",
    ],
    [
        "samples",
        "where Markov chains are that propose random steps and accept them by the learned score alone; lines trail a few of them",
    ],
    ["flow", "particles that drift along the learned score; those that come to rest are where it vanishes"],
    ["probe", "numbers of both scores at one place, and how they run along a line through it"],
    ["curvature", "how the score changes around a place: strongly negative across thin data, near zero along them"],
    [
        "proposals",
        "where a few of the chains tried to go: filled if they were accepted, hollow if not, with a line from where the chain was",
    ],
    ["fingerprint", "a mark of all bits of weights and samples, by which others see that they got the same"],
    [
        "effective draws",
        "how many independent draws would say as much; of chains that go slowly it is few, however many transitions they make",
    ],
    [
        "asymmetry, circulation",
        "how far the learned score is from being the gradient of any energy, on which accepting and rejecting rests: zero if it is one",
    ],
    [
        "distances",
        "how unlike two sets of draws are, in ways that notice different things: near those of exact draws is good, whatever the number",
    ],
    [
        "R̂",
        "how much wider all chains spread together than each on its own; only near 1 have they forgotten where they started",
    ],
];

export const styles = new CSSStyleSheet();
styles.replaceSync(`
dialog[aria-label="Words and keys"] > button { position: sticky; top: 0; }
dialog h2 { font-size: 1.05rem; margin: 0 0 0.75rem; }
dialog .words { display: block; margin: 0 0 1rem; }
dialog .words dt { font-weight: 600; }
dialog .words dd { margin: 0 0 0.35rem; text-align: left; }
dialog kbd { display: inline-block; min-width: 2.5rem; padding: 0 0.3rem; border: 1px solid var(--grid); border-radius: 4px; text-align: center; }
`);

/** @param {{ name: string, does: string }[]} keys @param {() => void} close */
export function helpContent(keys, close) {
    const rows = [
        ...keys,
        { name: "?", does: "this help" },
        { name: "+ − 0", does: "on the picture: zoom in, out, show all" },
        { name: "w a s d", does: "on the picture: move" },
        {
            name: "← ↑ ↓ →",
            does: "while a place is probed, drawn at or chosen: move the cross; Enter takes it, Escape ends that",
        },
        { name: "Ctrl Z", does: "undo; with Shift, redo" },
        ...LAYERS.map(({ key, label }) => ({ name: key, does: `layer: ${label}` })),
    ];
    const mouse =
        "Drag the picture to move it. To zoom, pinch it, or turn the wheel over it after a click there or with Ctrl held down.";
    const list = rows.map(({ name, does }) => element("p", {}, element("kbd", {}, name), ` ${does}`));
    const terms = element(
        "dl",
        { class: "words" },
        ...TERMS.flatMap(([term, meaning]) => [element("dt", {}, term), element("dd", {}, meaning)]),
    );
    // The button first, as the focus goes there: at the end it would open long help scrolled to its end.
    return [
        element("button", { type: "button", autofocus: true, onclick: close }, "Close"),
        element("h2", {}, "Words and keys"),
        terms,
        ...list,
        element("p", {}, mouse),
    ];
}

// The note beneath the stage about the chosen example.

import { paperSentence } from "../content/texts.js";
import { element } from "../panels/element.js";

export class ExampleNote {
    root = element("p", { class: "example-note" });

    /** @param {import("../content/examples.js").Example} example */
    show({ title, caption, lookFor, paperSection }) {
        this.root.replaceChildren(
            element("b", {}, title),
            `. ${caption} ${lookFor} `,
            element("small", {}, paperSentence(paperSection)),
        );
    }

    clear() {
        this.root.replaceChildren();
    }
}

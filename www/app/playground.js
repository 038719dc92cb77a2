// A playground in an element: mount(root, link, options) -> { destroy }. Several may stand on one page.

import { element, setText } from "../panels/element.js";
import { styles } from "../panels/styles.js";
import { loadFirstPart } from "../workers/engine.js";
import { PlaygroundView } from "./playground-view.js";
import { clearAttributes, showFailure } from "./root-attributes.js";

/**
 * autoplay: training starts by itself, by default unless the visitor prefers reduced motion.
 * pageWide: keys and pastes anywhere on the page count, not only those in the playground.
 * persist: the experiment and the visitor's points are stored on this machine.
 * restore: a stored run of the link is continued.
 * onLink: called with the link of the experiment whenever it changes.
 * toAddress: turns a link into an address for the copy button.
 * @typedef {{ autoplay?: boolean, pageWide?: boolean, persist?: boolean, restore?: boolean, onLink?: (link: string) =>
 *     void, toAddress?: (fragment: string) => string }} Options
 */

/**
 * Shows and runs the experiment of a link in `root`.
 * @param {HTMLElement} root gets a shadow root; its own children stay
 * @param {string} link the fragment of a link, empty for the default experiment; errors in it are shown
 * @param {Options} [options]
 * @returns {{ destroy: () => void }}
 */
export function mount(root, link, options = {}) {
    const playground = new Playground(root, options);
    playground.start(link);
    return { destroy: () => playground.destroy() };
}

class Playground {
    #root;
    #options;
    #shadow;
    #isMounted = true;
    #notice = element("p", { class: "notice", role: "alert" });
    /** @type {PlaygroundView | undefined} */
    #view;

    /** @param {HTMLElement} root @param {Options} options */
    constructor(root, options) {
        this.#root = root;
        this.#options = options;
        this.#shadow = root.shadowRoot ?? root.attachShadow({ mode: "open" });
        this.#shadow.adoptedStyleSheets = [styles];
        this.#shadow.replaceChildren(this.#notice);
    }

    /** @param {string} link */
    async start(link) {
        try {
            const first = await loadFirstPart();
            if (!this.#isMounted) {
                return;
            }
            this.#view = new PlaygroundView(this.#root, this.#shadow, this.#notice, this.#options, first);
            await this.#view.open(link);
        } catch (error) {
            if (this.#isMounted) {
                setText(this.#notice, error instanceof Error ? error.message : String(error));
                showFailure(this.#root);
            }
        }
    }

    destroy() {
        this.#isMounted = false;
        this.#view?.destroy();
        this.#shadow.replaceChildren();
        clearAttributes(this.#root);
    }
}

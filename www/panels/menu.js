// What lies around an experiment: examples to choose from, what can be taken away, and the way back. Its dialogs are
// filled by parts of the page that nobody needs before.

import { loadExtraPart } from "../workers/engine.js";
import { element, setText } from "./element.js";

/** @typedef {import("../../scorescape.js").Description} Description */
/**
 * What it works for.
 * @typedef {import("../app/persistence.js").Playground & {
 *     controller?: import("../app/run-controller.js").RunController, stage?: import("../stage/stage.js").Stage,
 *     toolbar?: import("./toolbar.js").Toolbar, shadow: ShadowRoot, description: Description | undefined,
 *     loadPersistence: () => Promise<import("../app/persistence.js").Persistence | undefined>,
 *     options: { toAddress?: (fragment: string) => string }, notice: HTMLElement, colorOf: (name: string) => string,
 *     addStyles: (style: CSSStyleSheet) => void,
 *     change: (values: Record<string, string>) => string | undefined, openLink: (link: string) => void, openExample:
 *     (example: import("../content/examples.js").Example) => void,
 *     drawScene: (seen: Pick<import("../app/run-controller.js").RunController, "painted" | "places" | "dim">, viewport:
 *     import("../drawing/viewport.js").Viewport, scene: import("../drawing/viewport.js").Scene) => void,
 * }} Playground
 */

export class Menu {
    #gallery = element("dialog", { class: "gallery", "aria-label": "Examples" });
    #exports = element("dialog", { class: "exports", "aria-label": "Save" });
    /** Links of the experiments before this one, and of those that were taken back. @type {string[]} */
    #past = [];
    /** @type {string[]} */
    #future = [];

    /** @param {Playground} playground @param {WebAssembly.Module} firstPart part of the program */
    constructor(playground, firstPart) {
        this.playground = playground;
        this.firstPart = firstPart;
        this.dialogs = [this.#gallery, this.#exports];
    }

    /** Whether a dialog is open. */
    get isOpen() {
        return this.dialogs.some(({ open }) => open);
    }

    /**
     * Opens a dialog once its part and the whole program are there.
     * @template {{ styles: CSSStyleSheet }} T
     * @param {HTMLDialogElement} dialog
     * @param {Promise<T>} loading
     * @param {(part: T, engine: import("../workers/engine.js").Engine) => void} fill
     */
    async #show(dialog, loading, fill) {
        const { playground, firstPart } = this;
        try {
            const [part, extra] = await Promise.all([loading, loadExtraPart(firstPart)]);
            if (!playground.isMounted || this.isOpen) {
                return;
            }
            playground.addStyles(part.styles);
            fill(part, { first: firstPart, extra });
            dialog.showModal();
        } catch {
            setText(playground.notice, "A part of the page could not be loaded: check the connection, then try again.");
        }
    }

    /** Goes on with what was kept before. @param {import("../app/storage.js").RunWithFile} previousRuns */
    async #resumePrevious(previousRuns) {
        const { playground } = this;
        const part = await import("../app/persistence.js").catch(() => undefined);
        if (!part || !playground.isMounted) {
            return;
        }
        playground.claimedFingerprint = undefined;
        part.resumeRun(playground, previousRuns);
    }

    /** Offers experiments and data. */
    async openExamples() {
        const { playground } = this;
        const previousRuns = (await (await playground.loadPersistence())?.previousRuns) ?? [];
        return this.#show(this.#gallery, import("./gallery.js"), (part, engine) => {
            const kind = playground.description?.settings.find(({ key }) => key === "data")?.kind;
            const onChoose = {
                example: (/** @type {import("../content/examples.js").Example} */ example) =>
                    playground.openExample(example),
                data: (/** @type {string} */ data) => {
                    playground.change({ data });
                },
                previousRuns: (/** @type {import("../app/storage.js").RunWithFile} */ last) => {
                    this.#resumePrevious(last);
                },
            };
            part.fillGallery(
                this.#gallery,
                engine,
                kind?.type === "choice" ? kind.options : [],
                onChoose,
                previousRuns,
                playground.colorOf,
            );
        });
    }

    /** Offers what can be taken away. */
    async openExports() {
        const { playground } = this;
        const persistence = await playground.loadPersistence();
        return this.#show(this.#exports, import("./exports.js"), (part, engine) => {
            const { controller, stage, shadow, colorOf } = playground;
            if (!controller || !stage) {
                return;
            }
            const plots = () => /** @type {HTMLCanvasElement[]} */ ([...shadow.querySelectorAll(".readouts canvas")]);
            const description = () => /** @type {Description} */ (playground.description);
            const drawScene = (
                /** @type {import("../drawing/viewport.js").Viewport} */ viewport,
                /** @type {import("../drawing/viewport.js").Scene} */ scene,
            ) => playground.drawScene({ painted: {}, places: controller.places, dim: controller.dim }, viewport, scene);
            part.fillExports(this.#exports, {
                drawScene,
                controller,
                engine,
                stage: stage.canvas,
                plots,
                description,
                colorOf,
                toAddress: (link) => playground.options.toAddress?.(link) ?? link,
                persistence,
            });
        });
    }

    /** What dialogs hold is let go when they are closed, and they are not by being taken away. */
    destroy() {
        for (const dialog of this.dialogs) {
            dialog.close();
        }
    }

    /** Keeps the link of an experiment that another one takes the place of. @param {string} link */
    pushHistory(link) {
        this.#past.push(link);
        this.#future = [];
        this.#showHistory();
    }

    #showHistory() {
        this.playground.toolbar?.showHistory(this.#past.length > 0, this.#future.length > 0);
    }

    undo() {
        this.#rewind(this.#past, this.#future);
    }

    redo() {
        this.#rewind(this.#future, this.#past);
    }

    /** Goes to the last link of `from`, keeping the present one in `to`. @param {string[]} from @param {string[]} to */
    #rewind(from, to) {
        const link = from.pop();
        const current = this.playground.description?.link;
        if (link === undefined || current === undefined) {
            return;
        }
        to.push(current);
        this.playground.openLink(link);
        this.#showHistory();
    }
}

// The dialogs of examples and of saving; their content is loaded when they are first opened.

import { PART_NOT_LOADED } from "../content/texts.js";
import { element } from "./element.js";

/** @typedef {import("./view-context.js").ViewContext} ViewContext */
/** @typedef {import("../content/examples.js").Example} Example */
/**
 * Callbacks of the dialogs beyond the context. `loadProgram` loads the second part of the program.
 * @typedef {{
 *     isMounted: () => boolean, loadProgram: () => Promise<unknown>, showNotice: (text: string) => void,
 *     previousRuns: () => Promise<import("./gallery.js").PreviousRun[]>,
 *     startThumbnails: () => import("./gallery.js").Thumbnails, openExample: (example: Example) => void,
 *     storage: () => Promise<import("./exports.js").Storage | undefined>, plots: () => HTMLCanvasElement[],
 *     toAddress: (fragment: string) => string, drawOverlay: import("./exports.js").ExportSource["drawOverlay"],
 * }} DialogsSource
 */

export class Dialogs {
    #gallery = element("dialog", { class: "gallery", "aria-label": "Examples" });
    #exports = element("dialog", { class: "exports", "aria-label": "Save" });

    /** @param {ViewContext} context @param {DialogsSource} source */
    constructor(context, source) {
        this.context = context;
        this.source = source;
        this.elements = [this.#gallery, this.#exports];
    }

    /** True while a dialog is open. */
    get isOpen() {
        return this.elements.some(({ open }) => open);
    }

    /**
     * Opens a dialog once its content and the whole program are loaded.
     * @template {{ styles: CSSStyleSheet }} T
     * @param {HTMLDialogElement} dialog
     * @param {Promise<T>} loading
     * @param {(part: T) => void} fill
     */
    async #show(dialog, loading, fill) {
        const { context, source } = this;
        try {
            const [part] = await Promise.all([loading, source.loadProgram()]);
            if (!source.isMounted() || this.isOpen) {
                return;
            }
            context.addStyles(part.styles);
            fill(part);
            dialog.showModal();
        } catch {
            source.showNotice(PART_NOT_LOADED);
        }
    }

    async openExamples() {
        const { context, source } = this;
        const previousRuns = await source.previousRuns();
        await this.#show(this.#gallery, import("./gallery.js"), (part) => {
            const kind = context.description()?.settings.find(({ key }) => key === "data")?.kind;
            part.fillGallery(this.#gallery, {
                datasets: kind?.type === "choice" ? kind.options : [],
                previousRuns,
                thumbnails: source.startThumbnails(),
                colorOf: context.colorOf,
                openExample: source.openExample,
                openData: (data) => {
                    context.changeSettings({ data });
                },
            });
        });
    }

    async openExports() {
        const { context, source } = this;
        const { plots, toAddress, drawOverlay } = source;
        const storage = await source.storage();
        await this.#show(this.#exports, import("./exports.js"), (part) =>
            part.fillExports(this.#exports, { context, plots, toAddress, drawOverlay, storage }),
        );
    }

    /** Closes the dialogs: an open dialog that is only removed never fires its close event. */
    destroy() {
        for (const dialog of this.elements) {
            dialog.close();
        }
    }
}

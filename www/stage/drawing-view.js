// The blank page to draw on: its view replaces the view of other data until the visitor draws.

import { viewOfExtent } from "./stage.js";

/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {import("../panels/view-context.js").StageView} StageView */

/** Half width of the page's view. The default settings for own points suit points spread over this view. */
const HALF_WIDTH = 2.2;

export class DrawingView {
    /**
     * The stage's views before the page was opened, and the page's own.
     * @type {Record<"view" | "homeView" | "page", View> | undefined}
     */
    #before;

    /** @param {StageView} stage */
    constructor(stage) {
        this.stage = stage;
    }

    open() {
        const { stage } = this;
        const page = { x: 0, y: 0, half: HALF_WIDTH };
        this.#before = { view: stage.view, homeView: stage.homeView, page };
        stage.homeView = page;
        stage.setView(page);
    }

    /** Restores the views from before the page was opened, unless data changed the view since. */
    restoreView() {
        const { stage } = this;
        if (this.#before && this.#before.page === stage.homeView) {
            stage.homeView = this.#before.homeView;
            stage.setView(this.#before.view);
        }
    }

    /**
     * Keeps the view of a drawing; key 0 shows all its points from now on.
     * @param {number | undefined} dataExtent
     */
    keepView(dataExtent) {
        if (dataExtent !== undefined) {
            this.stage.homeView = viewOfExtent(dataExtent);
        }
    }

    close() {
        this.#before = undefined;
    }
}

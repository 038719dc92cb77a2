// Holds the tools on the stage: one row of buttons, the panels beneath, and each frame passed on to all tools.

import { element } from "../panels/element.js";

/** @typedef {import("../panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/**
 * A tool. The `buttons` of all tools are in one row; the `parts` of a tool are below this row. `update` is called once
 * a frame and returns another value whenever the stage has to be drawn again; `draw` draws over the rest of the stage.
 * `followExperiment` is called at each change of the experiment, also several times between two frames.
 * `deactivate` stops its handling of clicks and keys; while `keepsView` is true the view stays though data change.
 * @typedef {{
 *     buttons?: HTMLElement[], parts?: HTMLElement[], update?: (run: RunSnapshot) => unknown,
 *     followExperiment?: () => void,
 *     draw?: (viewport: import("../drawing/viewport.js").Viewport, dim: number, palette: Record<string, string>) =>
 *     void, deactivate?: () => void, destroy?: () => void, keepsView?: boolean,
 * }} StageTool
 *
 * `deactivateOthers` deactivates all other tools: only one tool at a time handles the stage's clicks and keys.
 * @typedef {{ new (context: ViewContext, deactivateOthers: () => void): StageTool, styles?: CSSStyleSheet }}
 *     StageToolClass
 */

const styles = new CSSStyleSheet();
styles.replaceSync(`
.stage-tools .bar { margin: 0; }
.stage-tools button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.stage-tools .hint { margin: 0.35rem 0; color: var(--faint); font-size: 0.8125rem; }
.stage-tools .hint:empty { display: none; }
`);

export class ToolHost {
    /** @type {StageTool[]} */
    #all;
    /** @type {unknown[]} */
    #results = [];

    /** @param {ViewContext} context @param {StageToolClass[]} toolClasses in the order of their buttons */
    constructor(context, toolClasses) {
        for (const sheet of [styles, ...toolClasses.map((toolClass) => toolClass.styles)]) {
            if (sheet) {
                context.addStyles(sheet);
            }
        }
        this.#all = toolClasses.map((ToolClass, i) => new ToolClass(context, () => this.#deactivateAllBut(i)));
        const bar = element(
            "div",
            { class: "bar", role: "group", "aria-label": "Instruments" },
            ...this.#all.flatMap(({ buttons = [] }) => buttons),
        );
        this.parts = [bar, ...this.#all.flatMap(({ parts = [] }) => parts)];
    }

    /** @param {number} index */
    #deactivateAllBut(index) {
        for (const [i, tool] of this.#all.entries()) {
            if (i !== index) {
                tool.deactivate?.();
            }
        }
    }

    /** True if the view stays though data change. */
    get keepsView() {
        return this.#all.some(({ keepsView }) => keepsView);
    }

    /** Has all tools follow a change of the experiment. */
    followExperiment() {
        for (const tool of this.#all) {
            tool.followExperiment?.();
        }
    }

    /** Updates all tools; returns another list whenever the stage has to be drawn again. @param {RunSnapshot} run */
    update(run) {
        const results = this.#all.map((tool) => tool.update?.(run));
        if (results.length !== this.#results.length || results.some((result, i) => result !== this.#results[i])) {
            this.#results = results;
        }
        return this.#results;
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, dim, palette) {
        for (const tool of this.#all) {
            tool.draw?.(viewport, dim, palette);
        }
    }

    destroy() {
        for (const tool of this.#all) {
            tool.destroy?.();
        }
    }
}

// What can be done on the stage beyond looking: each instrument is one file and one line here. Loaded once there is
// something to see.

import { element } from "../panels/element.js";
import { Brush } from "./brush.js";
import { ChainTools } from "./chain-tools.js";
import { ImagePanel } from "./images.js";
import { Particles } from "./particles.js";
import { Probe } from "./probe.js";

/** @typedef {import("../app/run-controller.js").RunController} RunController */
/**
 * The playground as far as instruments need it.
 * @typedef {{
 *     controller?: RunController, stage?: import("./stage.js").Stage, trail: import("./trail.js").Trail, shown:
 *     Set<string>, root: HTMLElement, shadow: ShadowRoot,
 *     options: import("../app/playground.js").Options, description: import("../../scorescape.js").Description |
 *     undefined, colorOf: (name: string) => string,
 *     addStyles: (style: CSSStyleSheet) => void, change: (values: Record<string, string>) => string | undefined,
 *     setting: (key: string) => unknown,
 *     useFile: (name: string, bytes: Uint8Array, options?: { values?: Record<string, string>, keepsView?: boolean }) =>
 *     void,
 * }} Playground
 *
 * An instrument. `buttons` stand in one row with those of the others, `parts` beneath it; `look` is called once a frame
 * and answers another value whenever `draw` has to be called anew, over everything else on the stage; `release` gives
 * up clicks and keys that it had taken. While one is `steady` the picture stays where it is though data change.
 * @typedef {{
 *     buttons?: HTMLElement[], parts?: HTMLElement[], update?: (controller: RunController) => unknown,
 *     draw?: (viewport: import("../drawing/viewport.js").Viewport, dim: number, palette: Record<string, string>) =>
 *     void, deactivate?: () => void, destroy?: () => void, keepsView?: boolean,
 * }} StageTool
 *
 * Makes one; `hold` releases all others, as one at a time may have the stage's clicks and keys.
 * @typedef {{ new (playground: Playground, deactivateOthers: () => void): StageTool, styles?: CSSStyleSheet }}
 *     StageToolClass
 */

/** @type {StageToolClass[]} */
const STAGE_TOOLS = [Particles, Probe, Brush, ChainTools, ImagePanel];

const styles = new CSSStyleSheet();
styles.replaceSync(`
.stage-tools .bar { margin: 0; }
.stage-tools button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.stage-tools .hint { margin: 0.35rem 0; color: var(--faint); font-size: 0.8125rem; }
.stage-tools .hint:empty { display: none; }
`);

export class StageTools {
    /** @type {StageTool[]} */
    #all = [];
    /** @type {unknown[]} */
    #results = [];

    /** @param {Playground} playground */
    constructor(playground) {
        for (const style of [styles, ...STAGE_TOOLS.map((toolClass) => toolClass.styles)]) {
            if (style) {
                playground.addStyles(style);
            }
        }
        for (const StageToolClass of STAGE_TOOLS) {
            const tool = new StageToolClass(playground, () =>
                this.#all.forEach((other) => {
                    if (other !== tool) {
                        other.deactivate?.();
                    }
                }),
            );
            this.#all.push(tool);
        }
        const bar = element(
            "div",
            { class: "bar", role: "group", "aria-label": "Instruments" },
            ...this.#all.flatMap(({ buttons = [] }) => buttons),
        );
        this.parts = [bar, ...this.#all.flatMap(({ parts = [] }) => parts)];
    }

    get keepsView() {
        return this.#all.some(({ keepsView }) => keepsView);
    }

    /**
     * What they make of the frame; the same answer as before if there is nothing new to draw.
     * @param {RunController} controller
     */
    update(controller) {
        const results = this.#all.map((tool) => tool.update?.(controller));
        if (results.length !== this.#results.length || results.some((update, i) => update !== this.#results[i])) {
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

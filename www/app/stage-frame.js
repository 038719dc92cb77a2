// Draws the stage and the numbers around it, once a frame.

import { drawHistogram } from "../drawing/line.js";
import { drawDots, drawPaths } from "../drawing/primitives.js";
import { PALETTE } from "../panels/layer-panel.js";

/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/**
 * @typedef {{
 *     stage: import("../stage/stage.js").Stage, layerPanel: import("../panels/layer-panel.js").LayerPanel,
 *     readouts: import("../panels/readouts.js").Readouts, controls: import("../panels/controls.js").Controls,
 *     verdictPanel: import("../panels/verdict.js").VerdictPanel,
 *     controller: import("./run-controller.js").RunController, colorOf: (name: string) => string,
 * }} FrameParts
 */

/** Milliseconds between two updates of the numbers: nobody reads faster. */
const READOUT_INTERVAL = 125;
/** Radius of a chain's dot in CSS pixels. */
const DOT_RADIUS = 1.4;

export class StageFrame {
    /** Tools of the stage, once they are loaded. @type {import("../stage/tool-host.js").ToolHost | undefined} */
    tools;
    /** True until the view shows all data of the present run. */
    needsFit = false;
    /** The view of the present run, in place of all data. @type {View | undefined} */
    targetView;
    #parts;
    /** Dimensions for which controls and layers were chosen. */
    #dim = 0;
    /** Inputs of the last frame; drawing is skipped while they are the same. @type {unknown[]} */
    #lastInputs = [undefined];
    #lastReadout = -Infinity;

    /** @param {FrameParts} parts */
    constructor(parts) {
        this.#parts = parts;
    }

    draw() {
        const { controller, verdictPanel, readouts } = this.#parts;
        const { results } = controller;
        this.#fitView();
        this.#setDimension();
        this.#drawStage();
        readouts.record(results);
        verdictPanel.update(results);
        if (performance.now() >= this.#lastReadout + READOUT_INTERVAL) {
            this.#lastReadout = performance.now();
            this.#updateReadouts();
        }
        controller.onFrame();
    }

    #fitView() {
        const { stage, controller } = this.#parts;
        const { dataExtent } = controller.results;
        if (dataExtent === undefined || !this.needsFit) {
            return;
        }
        stage.fit(dataExtent);
        if (this.targetView) {
            stage.setView(this.targetView);
        }
        this.targetView = undefined;
        this.needsFit = false;
    }

    /** Shows the controls and layers that have a meaning for the data. */
    #setDimension() {
        const { controls, layerPanel, controller } = this.#parts;
        const { dataExtent, dim } = controller.results;
        if (dataExtent === undefined || dim === this.#dim) {
            return;
        }
        this.#dim = dim;
        controls.setDimension(dim);
        layerPanel.setDimension(dim);
    }

    #drawStage() {
        const { stage, layerPanel, controller, colorOf } = this.#parts;
        const { results } = controller;
        const palette = Object.fromEntries(PALETTE.map((name) => [name, colorOf(name)]));
        const scene = stage.scene([...layerPanel.shown], palette);
        controller.setScene(layerPanel.needsExtra, this.needsFit ? undefined : scene);
        stage.trail.update(results.chainSnapshots.find((snapshot) => snapshot?.places.length));
        const { painted, chainSnapshots } = results;
        const inputs = [scene, painted, chainSnapshots, this.tools?.update(results)];
        if (inputs.some((part, i) => part !== this.#lastInputs[i])) {
            const viewport = stage.clear(scene);
            this.#drawPainted(viewport);
            this.drawOverlay(viewport, scene);
        }
        this.#lastInputs = inputs;
    }

    /** Draws the field worker's pictures. @param {Viewport} viewport */
    #drawPainted(viewport) {
        const { painted } = this.#parts.controller.results;
        for (const layers of [painted.static, painted.perWeights]) {
            if (layers) {
                viewport.drawBitmap(layers.bitmap, layers.scene);
            }
        }
    }

    /** Draws the chains and the tools' marks over the pictures. @param {Viewport} viewport @param {Scene} scene */
    drawOverlay(viewport, { palette, shown }) {
        const { dim } = this.#parts.controller.results;
        if (shown.includes("samples")) {
            this.#drawChains(viewport, palette.samples);
        }
        this.tools?.draw(viewport, dim, palette);
    }

    /** @param {Viewport} viewport @param {string} color */
    #drawChains(viewport, color) {
        const { stage, controller } = this.#parts;
        const { places, dim } = controller.results;
        if (places && dim === 1) {
            drawHistogram(viewport, places, color, false);
        } else if (places) {
            drawDots(viewport, places, color, DOT_RADIUS);
        }
        drawPaths(viewport, dim > 1 ? stage.trail.paths : stage.trail.pathsOverLine(viewport), color);
    }

    #updateReadouts() {
        const { readouts, layerPanel, controller, colorOf } = this.#parts;
        readouts.update(controller.results, layerPanel.shown, colorOf);
        layerPanel.update(controller.results);
    }
}

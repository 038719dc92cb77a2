// Builds the context that every view gets: the run's results, the experiment, and commands.

import { settingOf } from "./experiments.js";

/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("../panels/view-context.js").ImportOptions} ImportOptions */

/**
 * @param {{
 *     root: HTMLElement, shadow: ShadowRoot, store: import("./experiment-store.js").ExperimentStore,
 *     controller: import("./run-controller.js").RunController, stage: import("../stage/stage.js").Stage,
 *     layerPanel: import("../panels/layer-panel.js").LayerPanel,
 * }} parts
 * @returns {ViewContext}
 */
export function createViewContext({ root, shadow, store, controller, stage, layerPanel }) {
    const description = () => store.state?.description;
    return {
        colorOf: (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim(),
        addStyles: (sheet) => addStyles(shadow, sheet),
        description,
        setting: (key) => settingOf(description(), key),
        shownLayers: () => layerPanel.shown,
        userFile: (digest) => store.findFile(digest),
        changeSettings: (values) => store.apply({ type: "set", values }),
        openLink: (link) => {
            store.apply({ type: "open", link, completesFile: true });
        },
        importFile: (name, bytes, { values, keepsView } = {}) => {
            store.apply({ type: "import", name, bytes, values, isDrawing: keepsView });
        },
        run: controller.results,
        stage,
        start: () => controller.start(),
        pause: () => controller.pause(),
        toggle: () => toggleTraining(controller, store),
        step: () => controller.step(),
        reset: () => {
            store.apply({ type: "restart" });
        },
        setSpeed: (stepsPerSecond) => controller.setSpeed(stepsPerSecond),
        setWantsProposals: (isWanted) => controller.setWantsProposals(isWanted),
        holdChains: (areHeld) => controller.holdChains(areHeld),
    };
}

/** @param {ShadowRoot} shadow @param {CSSStyleSheet} sheet */
function addStyles({ adoptedStyleSheets }, sheet) {
    if (!adoptedStyleSheets.includes(sheet)) {
        adoptedStyleSheets.push(sheet);
    }
}

/**
 * Starts or pauses training; a complete run starts again.
 * @param {import("./run-controller.js").RunController} controller
 * @param {import("./experiment-store.js").ExperimentStore} store
 */
function toggleTraining(controller, store) {
    const { phase, shouldTrain } = controller.results;
    if (phase === "complete") {
        store.apply({ type: "restart", shouldTrain: true });
    } else if (["opening", "training", "paused"].includes(phase)) {
        if (shouldTrain) {
            controller.pause();
        } else {
            controller.start();
        }
    }
}

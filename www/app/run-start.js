// How a run starts after a change of the experiment.

import { movesData, workerInput } from "./experiments.js";

/**
 * `needsFit`: the view must be fitted to the data. `options`: for the run controller.
 * @typedef {{
 *     experiment: import("./experiments.js").Experiment, needsFit: boolean,
 *     options: { isNew: boolean, checkpoint: Uint8Array | undefined, shouldTrain: boolean | undefined },
 * }} RunStart
 */

/**
 * @param {Pick<import("./experiment-store.js").Update, "change" | "before" | "after">} update
 * @param {{ autoplay: boolean, toolKeepsView: boolean }} page `autoplay`: new experiments train by themselves;
 *     `toolKeepsView`: the view stays while a tool is in use
 * @returns {RunStart}
 */
export function runStartOf({ change, before, after }, { autoplay, toolKeepsView }) {
    const isDrawing = change.type === "import" && change.isDrawing === true;
    const isRewind = change.type === "undo" || change.type === "redo";
    const isNew = !isDrawing && ["open", "import", "find-file"].includes(change.type);
    const keepsView = isDrawing || (isRewind && toolKeepsView);
    const wished = change.type === "open" || change.type === "restart" ? change.shouldTrain : undefined;
    const startsItself = isDrawing || (isNew && autoplay);
    return {
        experiment: workerInput(after.description, after.file),
        needsFit: !keepsView && (isNew || movesData(before?.description, after.description)),
        options: {
            isNew,
            checkpoint: change.type === "open" ? change.checkpoint : undefined,
            shouldTrain: wished ?? (startsItself || undefined),
        },
    };
}

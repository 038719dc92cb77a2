// The sentence about the run's phase and the picture.

import { COMPLETE_STATEMENTS, PHASE_STATEMENTS } from "../content/texts.js";

/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */

/**
 * @param {RunSnapshot} run
 * @param {ReadonlySet<string>} shownLayers
 * @param {boolean} usesLearnedScore whether chains follow the learned score
 */
export function statement(run, shownLayers, usesLearnedScore) {
    const { phase, lastRender, progress, isAnimating, runSize } = run;
    const isHidden = ["learned", "exact"].some((layer) => !shownLayers.has(layer));
    const isUnknown = isHidden || (lastRender?.isExactReady && lastRender.error === undefined);
    switch (phase) {
        case "training":
            return isUnknown ? PHASE_STATEMENTS.trainingWithoutExact : PHASE_STATEMENTS.training;
        case "sampling":
            return PHASE_STATEMENTS.sampling(runSize.chains);
        case "complete":
            return completeStatement(run, usesLearnedScore);
        case "paused":
            if (progress.step === 0) {
                return isUnknown ? PHASE_STATEMENTS.untrained : PHASE_STATEMENTS.untrainedWithArrows;
            }
            return isAnimating ? PHASE_STATEMENTS.paused : PHASE_STATEMENTS.resting;
        default:
            return PHASE_STATEMENTS[phase];
    }
}

/** @param {RunSnapshot} run @param {boolean} usesLearnedScore */
function completeStatement({ lastRender, diagnostics, speedLimit }, usesLearnedScore) {
    const { learnedScore, givenScore, slowerHint } = COMPLETE_STATEMENTS;
    const quality = usesLearnedScore ? lastRender?.quality : undefined;
    const isDoubtful = diagnostics !== undefined && diagnostics.level !== "green";
    const hint = speedLimit === Infinity ? slowerHint : "";
    if (quality === "far-off" || quality === "worse-than-none") {
        return COMPLETE_STATEMENTS[quality === "far-off" ? "inaccurate" : "useless"] + hint;
    }
    return COMPLETE_STATEMENTS[isDoubtful ? "doubtful" : "good"](usesLearnedScore ? learnedScore : givenScore) + hint;
}

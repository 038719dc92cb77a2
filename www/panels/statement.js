// The sentence about the run's phase and the picture.

import { COMPLETE_STATEMENTS, STATEMENTS } from "../content/texts.js";

/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */

/** Relative Fisher errors above which a complete run is called useless or inaccurate. */
const USELESS_FROM = 1;
const INACCURATE_FROM = 0.3;

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
            return isUnknown ? STATEMENTS.trainingWithoutExact : STATEMENTS.training;
        case "sampling":
            return STATEMENTS.sampling(runSize.chains);
        case "complete":
            return completeStatement(run, usesLearnedScore);
        case "paused":
            if (progress.step === 0) {
                return isUnknown ? STATEMENTS.untrained : STATEMENTS.untrainedWithArrows;
            }
            return isAnimating ? STATEMENTS.paused : STATEMENTS.resting;
        default:
            return STATEMENTS[phase];
    }
}

/** @param {RunSnapshot} run @param {boolean} usesLearnedScore */
function completeStatement({ lastRender, diagnostics, speedLimit }, usesLearnedScore) {
    const { learnedScore, givenScore, slowerHint } = COMPLETE_STATEMENTS;
    const error = usesLearnedScore ? (lastRender?.error ?? 0) : 0;
    const isDoubtful = diagnostics !== undefined && diagnostics.level !== "green";
    const hint = speedLimit === Infinity ? slowerHint : "";
    if (error > INACCURATE_FROM) {
        return COMPLETE_STATEMENTS[error > USELESS_FROM ? "useless" : "inaccurate"] + hint;
    }
    return COMPLETE_STATEMENTS[isDoubtful ? "doubtful" : "good"](usesLearnedScore ? learnedScore : givenScore) + hint;
}

// The verdict on a complete run's samples; its panel is loaded when the first diagnostics arrive.

import { VERDICT_PENDING } from "../content/texts.js";
import { setText } from "./element.js";

/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("./view-context.js").ViewContext} ViewContext */

export class VerdictPanel {
    /** @type {RunSnapshot["diagnostics"]} */
    #shownDiagnostics;
    /** Diagnostics, their error and completeness of the run at the last update, as text. */
    #shownState = ",,false";
    #abort = new AbortController();

    /** @param {import("./readouts.js").Readouts} readouts @param {ViewContext} context */
    constructor(readouts, context) {
        this.readouts = readouts;
        this.context = context;
    }

    /** Called once a frame. @param {RunSnapshot} run */
    update(run) {
        const { diagnostics, diagnosticsError, phase } = run;
        const shownState = [diagnostics, diagnosticsError, phase === "complete"].join();
        if (diagnostics !== this.#shownDiagnostics || shownState !== this.#shownState) {
            this.#show(run);
        }
        this.#shownState = shownState;
    }

    /** @param {RunSnapshot} run */
    async #show(run) {
        const { diagnostics, dim } = run;
        const { verdictLine, diagnosticsRoot } = this.readouts;
        this.#shownDiagnostics = diagnostics;
        this.#abort.abort();
        diagnosticsRoot.replaceChildren();
        verdictLine.className = `verdict ${diagnostics?.level ?? ""}`;
        setText(verdictLine, statusText(run));
        if (!diagnostics) {
            return;
        }
        const abort = new AbortController();
        this.#abort = abort;
        const panel = await import("./diagnostics.js").catch(() => undefined);
        if (abort.signal.aborted) {
            return;
        }
        if (!panel) {
            setText(verdictLine, VERDICT_PENDING.notLoaded);
            return;
        }
        this.context.addStyles(panel.styles);
        setText(verdictLine, panel.verdictSentence(diagnostics));
        const context = this.#diagnosticsContext(abort.signal);
        diagnosticsRoot.replaceChildren(
            panel.diagnosticsSection(diagnostics, dim, context),
            ...panel.marginalsSection(diagnostics, context),
        );
    }

    /** @param {AbortSignal} signal */
    #diagnosticsContext(signal) {
        const { colorOf, shownLayers, changeSettings } = this.context;
        return {
            colorOf,
            signal,
            shown: shownLayers(),
            change: (/** @type {Record<string, string>} */ values) => {
                changeSettings(values);
            },
        };
    }

    destroy() {
        this.#abort.abort();
    }
}

/** @param {RunSnapshot} run */
function statusText({ phase, diagnosticsError }) {
    if (diagnosticsError) {
        return VERDICT_PENDING.failed(diagnosticsError);
    }
    return phase === "complete" ? VERDICT_PENDING.pending : "";
}

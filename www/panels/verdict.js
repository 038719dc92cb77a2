// Whether the run may be believed, told by a part of the page that nobody needs before.

import { setText } from "./element.js";

/** @typedef {import("../app/run-controller.js").RunController} RunController */

export class VerdictPanel {
    /**
     * The verdict that is told, and the state that the sentence over it is about.
     * @type {RunController["diagnostics"]}
     */
    #shownDiagnostics;
    #shownState = ",,false";
    #abort = new AbortController();

    /**
     * @param {import("./readouts.js").Readouts} readouts where it is told
     * @param {Pick<import("../stage/stage-tools.js").Playground, "colorOf" | "addStyles" | "shown" | "setting" |
     *     "change">} playground
     */
    constructor(readouts, playground) {
        this.readouts = readouts;
        this.playground = playground;
    }

    /** Called once a frame. @param {RunController} controller */
    update(controller) {
        const { diagnostics, diagnosticsError, phase } = controller;
        const shownState = [diagnostics, diagnosticsError, phase === "complete"].join();
        if (diagnostics !== this.#shownDiagnostics || shownState !== this.#shownState) {
            this.#show(controller);
        }
        this.#shownState = shownState;
    }

    /** @param {RunController} controller */
    async #show({ phase, diagnostics, diagnosticsError, dim }) {
        const { readouts, playground } = this;
        const { colorOf, addStyles, shown } = playground;
        this.#shownDiagnostics = diagnostics;
        this.#abort.abort();
        readouts.diagnosticsRoot.replaceChildren();
        readouts.verdictLine.className = `verdict ${diagnostics?.level ?? ""}`;
        setText(
            readouts.verdictLine,
            diagnosticsError
                ? `The samples could not be judged (${diagnosticsError}).`
                : phase === "complete"
                  ? "Judging the samples…"
                  : "",
        );
        if (!diagnostics) {
            return;
        }
        const { signal } = (this.#abort = new AbortController());
        const diagnosticsPanel = await import("./diagnostics.js").catch(() => undefined);
        if (signal.aborted) {
            return;
        }
        if (!diagnosticsPanel) {
            return setText(
                readouts.verdictLine,
                "The verdict on the samples could not be loaded: check the connection, then train again.",
            );
        }
        addStyles(diagnosticsPanel.styles);
        setText(readouts.verdictLine, diagnosticsPanel.verdictSentence(diagnostics));
        const page = {
            colorOf,
            signal,
            shown,
            kernel: playground.setting("sample.kernel"),
            change: (/** @type {Record<string, string>} */ values) => {
                playground.change(values);
            },
        };
        readouts.diagnosticsRoot.replaceChildren(
            diagnosticsPanel.diagnosticsSection(diagnostics, dim, page),
            ...diagnosticsPanel.marginalsSection(diagnostics, { colorOf, signal }),
        );
    }

    destroy() {
        this.#abort.abort();
    }
}

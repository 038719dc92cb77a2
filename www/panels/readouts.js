// Numbers and curves of the run, and a sentence that says what is being seen.

import { algorithmVersion, Plot } from "../../scorescape.js";
import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "./element.js";

/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("../../scorescape.js").Description} Description */

/** More points than pixels are not kept: every other one goes. */
const MOST_POINTS = 600;

/** What is being seen, by phase. @type {Record<import("../app/run-controller.js").Phase, string>} */
const STATEMENTS = {
    "needs-file": "There are no points yet.",
    opening: "Drawing the data and the first weights…",
    paused: "Training is paused. The chains walk on: each of their steps is decided by the learned score alone.",
    training:
        "The network only learns to remove noise. Yet its blue arrows turn into the orange ones, the exact score: the way in which the blurred data get denser.",
    sampling: "Training is done. The chains restart and walk on the final score.",
    complete:
        "The run is complete: the chains have walked by the learned score alone, and where it is right they stay where the data lie.",
    diverged: "Training diverged: lower the learning rate, then reset.",
    failed: "The run has stopped.",
};

/** The same of data whose exact score nobody knows, so that there is nothing to compare with. */
const NO_EXACT_SCORE =
    "The network only learns to remove noise. Yet what it takes away is σ² times the score: the way in which the blurred data get denser.";

/** Of a complete run that may not quite be believed. */
const DOUBTFUL =
    "The run is complete: the chains have walked by the learned score alone. The numbers below say what to think of their samples.";

/** For those who missed it. */
const SLOWER_HINT = " To watch it learn, choose a slower pace and train again.";

/** What a relative Fisher error above the first number means for a complete run. @type {[number, string][]} */
const FISHER_WARNINGS = [
    [
        1,
        "The run is complete, but the learned score is worse than none: do not believe the samples. More steps, more points or a larger σ may help.",
    ],
    [
        0.3,
        "The run is complete, but the learned score is still far off, and so may the samples be. More steps, more units or a larger σ may help.",
    ],
];

/** @param {RunController} controller @param {boolean} usesLearnedScore whether chains follow the learned score */
function statement(
    { phase, lastRender, progress, isAnimating, diagnostics, speedLimit, fieldClient },
    usesLearnedScore,
) {
    const isHidden = ["learned", "exact"].some((layer) => !fieldClient.scene?.shown.includes(layer));
    const isUnknown = isHidden || (lastRender?.isExactReady && lastRender.error === undefined);
    if (phase === "paused" && progress.step === 0 && isUnknown) {
        return "The network is as it was born. Press Train, and it learns to remove noise.";
    }
    if (phase === "training" && isUnknown) {
        return NO_EXACT_SCORE;
    }
    if (phase === "paused" && progress.step === 0) {
        return "The network is as it was born. Press Train, and watch its blue arrows turn into the orange ones, the exact score.";
    }
    if (phase === "paused" && !isAnimating) {
        return "Training is paused, and the chains rest.";
    }
    if (phase !== "complete") {
        return STATEMENTS[phase];
    }
    const fisherWarning = FISHER_WARNINGS.find(([error]) => usesLearnedScore && (lastRender?.error ?? 0) > error);
    const isDoubtful = diagnostics && diagnostics.level !== "green";
    const text = fisherWarning?.[1] ?? (isDoubtful ? DOUBTFUL : STATEMENTS.complete);
    return (
        (usesLearnedScore ? text : text.replace("the learned score", "the score they were given")) +
        (speedLimit === Infinity ? SLOWER_HINT : "")
    );
}

/** While chains are on their way, and for so many transitions at least, they may be in trouble. */
const UNFINISHED_PHASES = ["training", "paused", "sampling"];
const MIN_STALLED = 20;

export class Readouts {
    /** @type {{ steps: number[], losses: number[], errors: number[] }} */
    #history = { steps: [], losses: [], errors: [] };
    #spacing = 1;
    #drawn = "";
    /** Where its colours come from. @type {(name: string) => string} */
    #colorOf = () => "";
    #numbers;
    /**
     * What tells of chains in trouble, once there were some.
     * @type {typeof import("./chain-warnings.js").chainWarning | undefined}
     */
    #chainWarning;
    #isLoadingWarnings = false;
    #usesLearnedScore = true;

    constructor() {
        this.statement = element("p", { class: "statement", role: "status", "aria-live": "polite" });
        this.#numbers = [
            "Step",
            "Loss",
            "Relative Fisher error",
            "Steps per second",
            "Acceptance",
            "Proposals per second",
            "Transitions",
        ].map((name) => {
            const value = element("dd", {}, "–");
            return { name, value };
        });
        const list = element("dl", {}, ...this.#numbers.flatMap(({ name, value }) => [element("dt", {}, name), value]));
        this.canvas = element("canvas", {
            class: "plot",
            role: "img",
            "aria-label": "Loss and relative Fisher error against training steps",
        });
        this.errorLabel = element(
            "span",
            {},
            element("b", { style: "--color: var(--learned)" }, "relative Fisher error"),
            " and ",
        );
        this.caption = element(
            "p",
            { class: "caption" },
            this.errorLabel,
            element("b", { style: "--color: var(--samples)" }, "loss"),
            " by step, on a logarithmic scale",
        );
        this.runNote = element("p", { class: "run-note", role: "status" });
        /** Whether the complete run may be believed, and by what. */
        this.verdictLine = element("p", { class: "verdict", role: "status" });
        this.diagnosticsRoot = element("div");
        this.canvas.addEventListener("redraw", () => {
            this.#drawn = "";
            this.#plot(this.#colorOf);
        });
        this.root = element(
            "section",
            { class: "readouts", "aria-label": "Measures" },
            this.statement,
            list,
            this.caption,
            this.canvas,
            this.runNote,
            this.verdictLine,
            this.diagnosticsRoot,
        );
    }

    /** Forgets the run before. */
    reset() {
        this.#history = { steps: [], losses: [], errors: [] };
        this.#spacing = 1;
        this.#drawn = "";
        this.canvas.width = 1; // wipes it
    }

    /**
     * Says which settings a choice brought with it: each dataset has its own.
     * @param {Description | undefined} before
     * @param {Description} after
     */
    showSideEffects(before, after) {
        this.#usesLearnedScore =
            (after.settings.find(({ key }) => key === "sample.target")?.value ?? "learned") === "learned";
        const old = new Map(before?.settings.map((setting) => [setting.key, setting]));
        const sideEffects = after.settings
            .filter(({ key, value, default: defaultValue, matters }) => {
                const setting = old.get(key);
                return (
                    matters &&
                    setting &&
                    setting.value !== value &&
                    setting.default !== defaultValue &&
                    value === defaultValue
                );
            })
            .map(
                ({ label, value, kind }) =>
                    `${label} to ${kind.type === "choice" ? kind.options.find(({ id }) => id === value)?.label : formatShort(Number(value))}`,
            );
        setText(
            this.runNote,
            sideEffects.length
                ? `This choice also set ${sideEffects.join(", ").replace(/, ([^,]*)$/, " and $1")}.`
                : "",
        );
    }

    /** @param {RunController} controller @param {(name: string) => string} colorOf */
    update(controller, colorOf) {
        const { phase, progress, runSize, lastRender, stepsPerSecond, chainSnapshots } = controller;
        const known = chainSnapshots
            .filter((snapshot) => snapshot !== undefined)
            .filter(({ states }) => states.length > 0);
        setText(
            this.statement,
            this.#chainWarningText(controller, known) ?? statement(controller, this.#usesLearnedScore),
        );
        const texts = [
            progressText(progress.step, runSize.steps),
            formatShort(progress.loss),
            formatShort(lastRender?.error),
            formatShort(stepsPerSecond || undefined),
            formatShort(controller.acceptanceRate),
            formatShort(controller.transitionsPerSecond || undefined),
            known.length
                ? progressText(
                      Math.min(
                          ...known.map((snapshot) => snapshot.transitions),
                          phase === "complete" ? runSize.transitions : Infinity,
                      ),
                      runSize.transitions,
                  )
                : "–",
        ];
        this.#numbers.forEach(({ value }, i) => {
            setText(value, texts[i]);
        });
        this.#plot(colorOf);
    }

    /**
     * What is wrong with the chains.
     * @param {RunController} controller
     * @param {import("../workers/protocol.js").ChainSnapshot[]} chainSnapshots
     */
    #chainWarningText({ phase }, chainSnapshots) {
        if (
            !UNFINISHED_PHASES.includes(phase) ||
            !chainSnapshots.some(({ escaped, stalledTransitions }) => escaped > 0 || stalledTransitions >= MIN_STALLED)
        ) {
            return undefined;
        }
        if (!this.#isLoadingWarnings) {
            import("./chain-warnings.js")
                .then(({ chainWarning }) => (this.#chainWarning = chainWarning))
                .catch(() => {});
        }
        this.#isLoadingWarnings = true;
        return this.#chainWarning?.(chainSnapshots);
    }

    /**
     * Compares a complete run's fingerprint with the one that its link claims.
     * @param {string} fingerprint
     * @param {string | undefined} claimedFingerprint
     */
    showFingerprint(fingerprint, claimedFingerprint) {
        setText(this.runNote, fingerprintSentence(fingerprint, claimedFingerprint));
    }

    /** Remembers the step at hand for the curves. @param {RunController} controller */
    record({ phase, progress: { step, loss }, lastRender }) {
        const { steps, losses, errors } = this.#history;
        if (phase === "opening" || phase === "needs-file" || !(step > 0)) {
            return;
        }
        // Training that goes on from a checkpoint takes back what came after.
        while (steps.length > 0 && steps[steps.length - 1] > step) {
            for (const list of [steps, losses, errors]) {
                list.pop();
            }
        }
        if (steps.length > 0 && step < steps[steps.length - 1] + this.#spacing) {
            return;
        }
        steps.push(step);
        losses.push(loss);
        errors.push(lastRender?.error ?? NaN);
        if (steps.length < MOST_POINTS) {
            return;
        }
        this.#spacing *= 2;
        for (const list of [steps, losses, errors]) {
            list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 1));
        }
    }

    /** Draws the curves, if they or the canvas changed. @param {(name: string) => string} colorOf */
    #plot(colorOf) {
        const { canvas } = this;
        this.#colorOf = colorOf;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) =>
            Math.round(length * devicePixelRatio),
        );
        this.caption.style.visibility = this.#history.steps.length < 2 ? "hidden" : "visible";
        const state = [width, height, this.#history.steps.length, colorOf("text")].join();
        if (state === this.#drawn || width * height === 0 || this.#history.steps.length < 2) {
            return;
        }
        this.#drawn = state;
        this.errorLabel.hidden = this.#history.errors.every(Number.isNaN);
        canvas.width = width;
        canvas.height = height;
        const number = (/** @type {string} */ name) => parseInt(colorOf(name).slice(1), 16);
        const plot = new Plot();
        const steps = Float64Array.from(this.#history.steps);
        plot.curve(number("samples"), steps, Float64Array.from(this.#history.losses));
        plot.curve(number("learned"), steps, Float64Array.from(this.#history.errors));
        plot.draw(canvas, devicePixelRatio, number("text"), number("grid"));
        plot.free();
    }
}

/** How many, on the way to how many. @param {number} done @param {number} all */
const progressText = (done, all) => (done < all ? `${done} of ${formatShort(all)}` : String(done));

/** @param {string} fingerprint @param {string | undefined} claimedFingerprint */
function fingerprintSentence(fingerprint, claimedFingerprint) {
    if (claimedFingerprint === undefined) {
        return `Fingerprint ${fingerprint}: who opens the link gets the same bits.`;
    }
    if (claimedFingerprint === fingerprint) {
        return `Reproduced: every weight and every sample has the bits that the link promises (${fingerprint}).`;
    }
    const [version] = claimedFingerprint.split(".");
    const reason =
        Number(version) === algorithmVersion()
            ? "the link's settings were changed after its fingerprint was taken, or this browser computes differently"
            : `the link was made by version ${version} of the arithmetic, this page has version ${algorithmVersion()}`;
    return `Differs from the link's fingerprint: ${reason} (${claimedFingerprint} there, ${fingerprint} here).`;
}

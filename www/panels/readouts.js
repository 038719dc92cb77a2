// Numbers of the run, its learning curve, notes on its link, and the place of the verdict.

import { algorithmVersion } from "../../scorescape.js";
import { FINGERPRINTS, sideEffectsSentence } from "../content/texts.js";
import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "./element.js";
import { LearningCurve } from "./learning-curve.js";
import { statement } from "./statement.js";

/** @typedef {import("./view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {import("../../scorescape.js").Setting} Setting */

const NUMBERS = [
    "Step",
    "Loss",
    "Relative Fisher error",
    "Steps per second",
    "Acceptance rate",
    "Proposals per second",
    "Transitions",
];
/** Phases in which warnings about chains appear. */
const UNFINISHED_PHASES = ["training", "paused", "sampling"];

export class Readouts {
    #curve = new LearningCurve();
    #values = NUMBERS.map(() => element("dd", {}, "–"));
    #statement = element("p", { class: "statement", role: "status", "aria-live": "polite" });
    #runNote = element("p", { class: "run-note", role: "status" });
    /**
     * Loaded when chains are stuck or escaped.
     * @type {typeof import("./chain-warnings.js").chainWarning | undefined}
     */
    #chainWarning;
    #isLoadingWarnings = false;
    #usesLearnedScore = true;
    /** Label of the setting that makes the chains' steps smaller. @type {string | undefined} */
    #stepSize;
    verdictLine = element("p", { class: "verdict", role: "status" });
    diagnosticsRoot = element("div");

    constructor() {
        const list = element("dl", {}, ...NUMBERS.flatMap((name, i) => [element("dt", {}, name), this.#values[i]]));
        this.root = element(
            "section",
            { class: "readouts", "aria-label": "Measures" },
            this.#statement,
            list,
            this.#curve.caption,
            this.#curve.canvas,
            this.#runNote,
            this.verdictLine,
            this.diagnosticsRoot,
        );
    }

    /** Clears the learning curve for another run. */
    reset() {
        this.#curve.reset();
    }

    /**
     * Names the settings that changed together with the chosen one: each dataset has its own defaults.
     * @param {Description | undefined} before
     * @param {Description} after
     */
    showSideEffects(before, after) {
        this.#usesLearnedScore = after.followsLearned;
        this.#stepSize = after.stepSize;
        const old = new Map(before?.settings.map((setting) => [setting.key, setting]));
        const changes = after.settings
            .filter((setting) => isSideEffect(old.get(setting.key), setting))
            .map((setting) => `${setting.label} = ${valueText(setting)}`);
        setText(this.#runNote, changes.length ? sideEffectsSentence(changes) : "");
    }

    /**
     * Updates sentence, numbers and plot.
     * @param {RunSnapshot} run
     * @param {ReadonlySet<string>} shownLayers
     * @param {(name: string) => string} colorOf
     */
    update(run, shownLayers, colorOf) {
        const { progress, runSize, lastRender, stepsPerSecond } = run;
        const snapshots = run.chainSnapshots
            .filter((snapshot) => snapshot !== undefined)
            .filter(({ states }) => states.length > 0);
        const warning = this.#warningText(run, snapshots);
        setText(this.#statement, warning ?? statement(run, shownLayers, this.#usesLearnedScore));
        const texts = [
            progressText(progress.step, runSize.steps),
            formatShort(progress.loss),
            formatShort(lastRender?.error),
            formatShort(stepsPerSecond || undefined),
            formatShort(run.acceptanceRate),
            formatShort(run.transitionsPerSecond || undefined),
            transitionsText(run, snapshots),
        ];
        this.#values.forEach((value, i) => {
            setText(value, texts[i]);
        });
        this.#curve.draw(colorOf);
    }

    /**
     * The warning about stuck or escaped chains, if there is one.
     * @param {RunSnapshot} run
     * @param {import("../workers/protocol.js").ChainSnapshot[]} snapshots
     */
    #warningText({ phase }, snapshots) {
        if (
            !UNFINISHED_PHASES.includes(phase) ||
            !snapshots.some(({ escaped, isStalled }) => escaped > 0 || isStalled)
        ) {
            return undefined;
        }
        if (!this.#isLoadingWarnings) {
            import("./chain-warnings.js")
                .then(({ chainWarning }) => {
                    this.#chainWarning = chainWarning;
                })
                .catch(() => {});
        }
        this.#isLoadingWarnings = true;
        return this.#chainWarning?.(snapshots, this.#stepSize);
    }

    /**
     * Compares a complete run's fingerprint with the fingerprint in its link.
     * @param {string} fingerprint
     * @param {string | undefined} claimedFingerprint
     */
    showFingerprint(fingerprint, claimedFingerprint) {
        setText(this.#runNote, fingerprintSentence(fingerprint, claimedFingerprint));
    }

    /** Adds the current step to the learning curve. @param {RunSnapshot} run */
    record(run) {
        this.#curve.record(run);
    }
}

/**
 * True if another choice changed the default of this setting, and the setting now has the new default.
 * @param {Setting | undefined} before
 * @param {Setting} after
 */
const isSideEffect = (before, after) =>
    before !== undefined &&
    after.matters &&
    before.value !== after.value &&
    before.default !== after.default &&
    after.value === after.default;

/** @param {Setting} setting */
const valueText = ({ kind, value }) =>
    kind.type === "choice" ? kind.options.find(({ id }) => id === value)?.label : formatShort(Number(value));

/** @param {number} done @param {number} all */
const progressText = (done, all) => (done < all ? `${done} of ${formatShort(all)}` : String(done));

/**
 * Number of transitions of the slowest sampler; for a complete run at most the length of the run.
 * @param {RunSnapshot} run
 * @param {import("../workers/protocol.js").ChainSnapshot[]} snapshots
 */
function transitionsText({ phase, runSize }, snapshots) {
    if (snapshots.length === 0) {
        return "–";
    }
    const most = phase === "complete" ? runSize.transitions : Infinity;
    return progressText(Math.min(...snapshots.map(({ transitions }) => transitions), most), runSize.transitions);
}

/** @param {string} fingerprint @param {string | undefined} claimedFingerprint */
function fingerprintSentence(fingerprint, claimedFingerprint) {
    if (claimedFingerprint === undefined) {
        return FINGERPRINTS.own(fingerprint);
    }
    if (claimedFingerprint === fingerprint) {
        return FINGERPRINTS.same(fingerprint);
    }
    const [version] = claimedFingerprint.split(".");
    const reason =
        Number(version) === algorithmVersion()
            ? FINGERPRINTS.otherSettings
            : FINGERPRINTS.otherVersion(version, algorithmVersion());
    return FINGERPRINTS.differs(reason, claimedFingerprint, fingerprint);
}

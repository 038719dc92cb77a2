// Numbers and curves of the run, and a sentence that says what is being seen.

import { algorithm, Plot } from "../../scorescape.js";
import { brief } from "../drawing/number-format.js";
import { element, say } from "./element.js";

/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("../../scorescape.js").Description} Description */

/** More points than pixels are not kept: every other one goes. */
const MOST_POINTS = 600;

/** What is being seen, by phase. @type {Record<import("../app/run-controller.js").Phase, string>} */
const STATEMENTS = {
    asking: "There are no points yet.",
    opening: "Drawing the data and the first weights…",
    paused: "Training is paused. The chains walk on: each of their steps is decided by the learned score alone.",
    training: "The network only learns to remove noise. Yet its blue arrows turn into the orange ones, the exact score: the way in which the blurred data get denser.",
    sampling: "Training is done. The chains restart and walk on the final score.",
    complete: "The run is complete: the chains have walked by the learned score alone, and where it is right they stay where the data lie.",
    diverged: "Training diverged: lower the learning rate, then reset.",
    broken: "The run has stopped.",
};

/** The same of data whose exact score nobody knows, so that there is nothing to compare with. */
const UNKNOWN = "The network only learns to remove noise. Yet what it takes away is σ² times the score: the way in which the blurred data get denser.";

/** Of a complete run that may not quite be believed. */
const MIXED = "The run is complete: the chains have walked by the learned score alone. The numbers below say what to think of their samples.";

/** For those who missed it. */
const AGAIN = " To watch it learn, choose a slower pace and train again.";

/** What a relative Fisher error above the first number means for a complete run. @type {[number, string][]} */
const DOUBTS = [
    [1, "The run is complete, but the learned score is worse than none: do not believe the samples. More steps, more points or a larger σ may help."],
    [0.3, "The run is complete, but the learned score is still far off, and so may the samples be. More steps, more units or a larger σ may help."],
];

/** @param {Client} client @param {boolean} follows whether chains follow the learned score */
function statement({ phase, look, progress, lively, verdict, pace, looking }, follows) {
    const hidden = ["learned", "exact"].some((layer) => !looking.sight?.shown.includes(layer));
    const unknown = hidden || look?.complete && look.error === undefined;
    if (phase === "paused" && progress.step === 0 && unknown) return "The network is as it was born. Press Train, and it learns to remove noise.";
    if (phase === "training" && unknown) return UNKNOWN;
    if (phase === "paused" && progress.step === 0) return "The network is as it was born. Press Train, and watch its blue arrows turn into the orange ones, the exact score.";
    if (phase === "paused" && !lively) return "Training is paused, and the chains rest.";
    if (phase !== "complete") return STATEMENTS[phase];
    const doubt = DOUBTS.find(([error]) => follows && (look?.error ?? 0) > error);
    const mixed = verdict && verdict.level !== "green";
    const told = doubt?.[1] ?? (mixed ? MIXED : STATEMENTS.complete);
    return (follows ? told : told.replace("the learned score", "the score they were given")) + (pace === Infinity ? AGAIN : "");
}

/** While chains are on their way, and for so many transitions at least, they may be in trouble. */
const [ON_THE_WAY, WHILE] = [["training", "paused", "sampling"], 20];

export class Readouts {
    /** @type {{ steps: number[], losses: number[], errors: number[] }} */
    #history = { steps: [], losses: [], errors: [] };
    #spacing = 1;
    #drawn = "";
    /** Where its colours come from. @type {(name: string) => string} */
    #color = () => "";
    #numbers;
    /** What tells of chains in trouble, once there were some. @type {typeof import("./chain-warnings.js").plight | undefined} */
    #plight;
    #asked = false;
    #follows = true;

    constructor() {
        this.statement = element("p", { class: "statement", role: "status", "aria-live": "polite" });
        this.#numbers = ["Step", "Loss", "Relative Fisher error", "Steps per second", "Acceptance", "Proposals per second", "Transitions"].map((name) => {
            const value = element("dd", {}, "–");
            return { name, value };
        });
        const list = element("dl", {}, ...this.#numbers.flatMap(({ name, value }) => [element("dt", {}, name), value]));
        this.canvas = element("canvas", { class: "plot", role: "img", "aria-label": "Loss and relative Fisher error against training steps" });
        this.both = element("span", {}, element("b", { style: "--ink: var(--learned)" }, "relative Fisher error"), " and ");
        this.caption = element("p", { class: "caption" }, this.both,
            element("b", { style: "--ink: var(--samples)" }, "loss"), " by step, on a logarithmic scale");
        this.verdict = element("p", { class: "verdict", role: "status" });
        /** Whether the complete run may be believed, and by what. */
        this.level = element("p", { class: "level", role: "status" });
        this.trust = element("div");
        this.canvas.addEventListener("redraw", () => {
            this.#drawn = "";
            this.#plot(this.#color);
        });
        this.root = element("section", { class: "readouts", "aria-label": "Measures" }, this.statement, list, this.caption, this.canvas, this.verdict, this.level, this.trust);
    }

    /** Forgets the run before. */
    restart() {
        this.#history = { steps: [], losses: [], errors: [] };
        [this.#spacing, this.#drawn] = [1, ""];
        this.canvas.width = 1; // wipes it
    }

    /** Says which settings a choice brought with it: each dataset has its own. @param {Description | undefined} before @param {Description} after */
    compare(before, after) {
        this.#follows = (after.settings.find(({ key }) => key === "sample.target")?.value ?? "learned") === "learned";
        const old = new Map(before?.settings.map((setting) => [setting.key, setting]));
        const brought = after.settings.filter(({ key, value, default: usual, matters }) => {
            const setting = old.get(key);
            return matters && setting && setting.value !== value && setting.default !== usual && value === usual;
        }).map(({ label, value, kind }) => `${label} to ${kind.type === "choice" ? kind.options.find(({ id }) => id === value)?.label : brief(Number(value))}`);
        say(this.verdict, brought.length ? `This choice also set ${brought.join(", ").replace(/, ([^,]*)$/, " and $1")}.` : "");
    }

    /** @param {Client} client @param {(name: string) => string} color */
    show(client, color) {
        const { phase, progress, lengths, look, stepsPerSecond, walks } = client;
        const known = walks.filter((walk) => walk !== undefined).filter(({ states }) => states.length > 0);
        say(this.statement, this.#trouble(client, known) ?? statement(client, this.#follows));
        const texts = [
            count(progress.step, lengths.steps), brief(progress.loss), brief(look?.error), brief(stepsPerSecond || undefined), brief(client.acceptance),
            brief(client.perSecond || undefined), known.length ? count(Math.min(...known.map((walk) => walk.transitions), phase === "complete" ? lengths.transitions : Infinity), lengths.transitions) : "–",
        ];
        this.#numbers.forEach(({ value }, i) => say(value, texts[i]));
        this.#plot(color);
    }

    /** What is wrong with the chains. @param {Client} client @param {import("../workers/protocol.js").Walk[]} walks */
    #trouble({ phase }, walks) {
        if (!ON_THE_WAY.includes(phase) || !walks.some(({ lost, idle }) => lost > 0 || idle >= WHILE)) return undefined;
        if (!this.#asked) import("./chain-warnings.js").then(({ plight }) => this.#plight = plight).catch(() => {});
        this.#asked = true;
        return this.#plight?.(walks);
    }

    /** Compares a complete run's fingerprint with the one that its link claims. @param {string} mark @param {string | undefined} claim */
    judge(mark, claim) {
        say(this.verdict, verdict(mark, claim));
    }

    /** Remembers the step at hand for the curves. @param {Client} client */
    record({ phase, progress: { step, loss }, look }) {
        const { steps, losses, errors } = this.#history;
        if (phase === "opening" || phase === "asking" || !(step > 0)) return;
        // Training that goes on from a checkpoint takes back what came after.
        while (steps.length > 0 && steps[steps.length - 1] > step) for (const list of [steps, losses, errors]) list.pop();
        if ((steps.length > 0 && step < steps[steps.length - 1] + this.#spacing)) return;
        steps.push(step);
        losses.push(loss);
        errors.push(look?.error ?? NaN);
        if (steps.length < MOST_POINTS) return;
        this.#spacing *= 2;
        for (const list of [steps, losses, errors]) list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 1));
    }

    /** Draws the curves, if they or the canvas changed. @param {(name: string) => string} color */
    #plot(color) {
        const { canvas } = this;
        this.#color = color;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) => Math.round(length * devicePixelRatio));
        this.caption.style.visibility = this.#history.steps.length < 2 ? "hidden" : "visible";
        const state = [width, height, this.#history.steps.length, color("text")].join();
        if (state === this.#drawn || width * height === 0 || this.#history.steps.length < 2) return;
        this.#drawn = state;
        this.both.hidden = this.#history.errors.every(Number.isNaN);
        [canvas.width, canvas.height] = [width, height];
        const number = (/** @type {string} */ name) => parseInt(color(name).slice(1), 16);
        const plot = new Plot();
        const steps = Float64Array.from(this.#history.steps);
        plot.curve(number("samples"), steps, Float64Array.from(this.#history.losses));
        plot.curve(number("learned"), steps, Float64Array.from(this.#history.errors));
        plot.draw(canvas, devicePixelRatio, number("text"), number("grid"));
        plot.free();
    }
}

/** How many, on the way to how many. @param {number} done @param {number} all */
const count = (done, all) => done < all ? `${done} of ${brief(all)}` : String(done);

/** @param {string} mark @param {string | undefined} claim */
function verdict(mark, claim) {
    if (claim === undefined) return `Fingerprint ${mark}: who opens the link gets the same bits.`;
    if (claim === mark) return `Reproduced: every weight and every sample has the bits that the link promises (${mark}).`;
    const [version] = claim.split(".");
    const reason = Number(version) !== algorithm()
        ? `the link was made by version ${version} of the arithmetic, this page has version ${algorithm()}`
        : "the link's settings were changed after its fingerprint was taken, or this browser computes differently";
    return `Differs from the link's fingerprint: ${reason} (${claim} there, ${mark} here).`;
}

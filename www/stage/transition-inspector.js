// One transition, slowly: where a chain is, what it proposes, the energy summed up node by node on the way there, and what decides.

import { movingChart } from "../panels/chart.js";
import { brief, precise } from "../drawing/number-format.js";
import { element, say } from "../panels/element.js";

/** @typedef {import("../workers/protocol.js").Foresight} Foresight */
/** @typedef {import("../drawing/viewport.js").Plate} Plate */
/** @typedef {{ kernel: string, weighs: boolean, temperature: number, faulty: boolean, dim: number }} Manner how the chain moves */

/** Milliseconds until it proposes, until the first node, and for all nodes together. */
const [PROPOSES, STARTS, NODES] = [900, 2200, 3200];
/** How much of what else is on the stage shines through. */
const VEIL = 0.65;
/** Radii in CSS pixels. */
const [CHAIN, NODE] = [5, 2.6];
/** Where data on a line are shown, as a share of the stage's height. */
const LEVEL = 0.66;

const STRAIGHT = "log α is -ΔE/T.";
const CORRECTED = "To -ΔE/T comes how likely the way back is.";
const ALWAYS = "This sampler accepts whatever comes, and asks for no energy; the sum is shown all the same.";
/** What is special about a sampler's moves. @type {Record<string, string>} */
const MANNERS = {
    "random-walk": STRAIGHT, mala: CORRECTED, "reconstruct-mh": CORRECTED, "merge-x": CORRECTED, "noise-r": CORRECTED, "noise-e": CORRECTED,
    hmc: "The point rolled there along a curve. The straight line stands for it: where the score is a gradient, energy differs as much along any way. log α also weighs the momentum.",
    nuts: "A trajectory was doubled until it turned back, and one of its points taken: there is no single proposal that is accepted or not. The straight line leads to the point.",
    langevin: ALWAYS, reconstruct: ALWAYS, walkback: ALWAYS,
};

export class Slow {
    #sight = -1;
    #start = performance.now();
    #sum = element("p", { class: "sum" });
    #told = element("p", { role: "status" });

    /**
     * @param {number} chain @param {Foresight} foresight @param {Manner} manner
     * @param {import("../panels/chart.js").Page} page @param {boolean} still whether to show the end at once
     */
    constructor(chain, foresight, manner, page, still) {
        this.chain = chain;
        this.foresight = foresight;
        this.manner = manner;
        this.page = page;
        this.still = still;
        const { sums, exact, edges } = foresight;
        const steps = Float64Array.of(0, ...edges);
        const blank = () => new Float64Array(steps.length).fill(NaN);
        /** What is drawn so far, and all of it. @type {(import("../panels/chart.js").Curve & { all: number[] })[]} */
        this.curves = [{ ink: "learned", name: "summed", steps, values: blank(), all: [0, ...sums] },
            ...exact ? [{ ink: "exact", name: "exact", steps, values: blank(), all: [0, ...exact] }] : []];
        const heights = this.curves.flatMap(({ all }) => all).filter(Number.isFinite);
        // Two points and no line, so that the axes stay where they are.
        const frame = { ink: "grid", untold: true, steps: Float64Array.of(0, 0.5, 1), values: Float64Array.of(Math.min(...heights), NaN, Math.max(...heights)) };
        this.chart = movingChart(`Rise in energy along the line: summed from the score${exact ? ", and exact (orange)" : ""}`, "Share of the way", [...this.curves, frame], page);
        this.root = element("div", {}, element("div", {}, this.#told, this.#sum), this.chart.root);
    }

    /** How much of it is seen: 0 the chain, 1 its proposal, then the nodes, and at last what is decided. */
    get #last() {
        return this.foresight.nodes.length + 2;
    }

    /** Goes on to what is to be seen now; whether that is more than before. */
    advance() {
        const [elapsed, { nodes }] = [performance.now() - this.#start, this.foresight];
        const node = Math.floor((elapsed - STARTS) / NODES * nodes.length);
        const sight = this.still || node > nodes.length ? this.#last : elapsed < PROPOSES ? 0 : node < 0 ? 1 : 1 + Math.min(node + 1, nodes.length);
        if (sight === this.#sight) return false;
        this.#sight = sight;
        this.#tell(sight);
        return true;
    }

    /** @param {number} sight */
    #tell(sight) {
        const { nodes, sums, exact } = this.foresight;
        const count = Math.min(sight - 1, nodes.length);
        for (const { values, all } of this.curves) values.forEach((_, i) => values[i] = i <= count ? all[i] : NaN);
        this.chart.draw();
        const known = exact && count > 0 ? `; exactly ${precise(exact[count - 1])}` : "";
        say(this.#sum, count > 0 ? `${count} of ${nodes.length} nodes: -∫ s·dx = ${precise(sums[count - 1])}${known}` : "");
        // In whole steps, so that nobody is read to all the time.
        const texts = [this.#place(0), this.#proposal(), sight === this.#last ? this.#decision() : ""];
        say(this.#told, texts.slice(0, sight === 0 ? 1 : sight === this.#last ? 3 : 2).join(" "));
    }

    /** @param {0 | 1} end */
    #coordinates(end) {
        const [x, y] = [0, 1].map((axis) => precise(this.foresight.ends[2 * end + axis]));
        return this.manner.dim === 1 ? x : `(${x}, ${y})${this.manner.dim > 2 ? " on the picture" : ""}`;
    }

    /** @param {0 | 1} end */
    #place(end) {
        return `Chain ${this.chain + 1} is at ${this.#coordinates(end)}.`;
    }

    #proposal() {
        const fault = this.manner.faulty ? " A deliberate fault is at work: the sampler's own numbers may differ from the sum." : "";
        return `It proposes ${this.#coordinates(1)}. ${this.manner.weighs ? MANNERS[this.manner.kernel] ?? "" : ALWAYS}${fault}`;
    }

    #decision() {
        const { energyDifference, logAcceptance, logUniform, accepted } = this.foresight;
        const fate = accepted ? "accepted, and the chain goes there" : "rejected, and the chain stays";
        if (Number.isNaN(logUniform)) return accepted ? "It goes there." : "It stays where it is.";
        const energy = `ΔE = ${precise(energyDifference)}, T = ${precise(this.manner.temperature)}, log α = ${precise(logAcceptance)}.`;
        if (Number.isNaN(logAcceptance)) return `${energy} What is no number is never accepted: the chain stays.`;
        const chance = brief(Math.min(100, 100 * Math.exp(logAcceptance)));
        return `${energy} So the chance to be accepted is ${chance} %. A random log u = ${precise(logUniform)} is ${logUniform <= logAcceptance ? "no more" : "more"} than that: ${fate}.`;
    }

    /** @param {Plate} plate */
    draw(plate) {
        const { context, ratio, width, height } = plate;
        const { foresight: { ends, places, accepted }, manner: { dim }, page: { color } } = this;
        const at = (/** @type {Float64Array} */ list, /** @type {number} */ i) =>
            /** @type {[number, number]} */ ([plate.across(list[2 * i]), dim === 1 ? LEVEL * height : plate.down(list[2 * i + 1])]);
        const disc = (/** @type {[number, number]} */ place, /** @type {number} */ radius) => {
            context.beginPath();
            context.arc(...place, radius * ratio, 0, 2 * Math.PI);
        };
        [context.fillStyle, context.globalAlpha] = [color("background"), VEIL];
        context.fillRect(0, 0, width, height);
        context.globalAlpha = 1;
        [context.fillStyle, context.strokeStyle, context.lineWidth] = [color("samples"), color("samples"), 2 * ratio];
        if (this.#sight > 0) {
            context.beginPath();
            context.moveTo(...at(ends, 0));
            context.lineTo(...at(ends, 1));
            context.stroke();
            disc(at(ends, 1), CHAIN);
            if (this.#sight === this.#last && accepted) context.fill();
            else {
                context.fillStyle = color("background");
                context.fill();
                context.fillStyle = color("samples");
            }
            context.stroke();
        }
        disc(at(ends, 0), CHAIN);
        context.fill();
        context.fillStyle = color("learned");
        for (let i = 0; i < Math.min(this.#sight - 1, places.length / 2); i++) {
            disc(at(places, i), NODE);
            context.fill();
        }
    }
}

// One transition in slow motion: a chain's state, its proposal, the energy summed node by node, and the decision.

import { formatPrecise, formatShort } from "../drawing/number-format.js";
import { updatableChart } from "../panels/chart.js";
import { element, setText } from "../panels/element.js";

/** @typedef {import("../workers/protocol.js").TransitionTrace} TransitionTrace */
/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/** Milliseconds until the proposal, until the first node, and for all nodes together. */
const PROPOSAL_AT = 900;
const NODES_AT = 2200;
const NODES_DURATION = 3200;
/** Opacity of the veil over the rest of the stage. */
const VEIL = 0.65;
/** Radii in CSS pixels. */
const CHAIN = 5;
const NODE = 2.6;
/** Height of the marks for data on a line, as a share of the stage's height. */
const LINE_HEIGHT = 0.66;

export class TransitionInspector {
    #phase = -1;
    #start = performance.now();
    #sumText = element("p", { class: "sum" });
    #text = element("p", { role: "status" });

    /**
     * @param {number} chain @param {TransitionTrace} trace @param {number} dim
     * @param {import("../panels/chart.js").ChartContext} context
     * @param {boolean} skipsAnimation true to show the end at once
     */
    constructor(chain, trace, dim, context, skipsAnimation) {
        this.chain = chain;
        this.trace = trace;
        this.dim = dim;
        this.context = context;
        this.skipsAnimation = skipsAnimation;
        const { sums, exact, edges } = trace;
        const steps = Float64Array.of(0, ...edges);
        const blank = () => new Float64Array(steps.length).fill(NaN);
        /**
         * Curves with the values drawn so far, and all values.
         * @type {(import("../panels/chart.js").Curve & { allValues: number[] })[]}
         */
        this.curves = [
            { color: "learned", name: "summed", steps, values: blank(), allValues: [0, ...sums] },
            ...(exact ? [{ color: "exact", name: "exact", steps, values: blank(), allValues: [0, ...exact] }] : []),
        ];
        const heights = this.curves.flatMap(({ allValues }) => allValues).filter(Number.isFinite);
        // Two invisible points keep the axes fixed.
        const frame = {
            color: "grid",
            isSilent: true,
            steps: Float64Array.of(0, 0.5, 1),
            values: Float64Array.of(Math.min(...heights), NaN, Math.max(...heights)),
        };
        this.chart = updatableChart(
            `Rise in energy along the line: summed from the score${exact ? ", and exact (orange)" : ""}`,
            "Share of the way",
            [...this.curves, frame],
            context,
        );
        this.root = element("div", {}, element("div", {}, this.#text, this.#sumText), this.chart.root);
    }

    /** Last phase. Phase 0 shows the chain, 1 its proposal, then one node each, the last one the decision. */
    get #lastPhase() {
        return this.trace.nodes.length + 2;
    }

    /** Phase after a time in milliseconds. @param {number} elapsed */
    #phaseAt(elapsed) {
        const count = this.trace.nodes.length;
        const node = Math.floor(((elapsed - NODES_AT) / NODES_DURATION) * count);
        if (this.skipsAnimation || node > count) {
            return this.#lastPhase;
        }
        if (elapsed < PROPOSAL_AT) {
            return 0;
        }
        return node < 0 ? 1 : 1 + Math.min(node + 1, count);
    }

    /** Goes to the current phase; false if nothing changed. */
    advance() {
        const phase = this.#phaseAt(performance.now() - this.#start);
        if (phase === this.#phase) {
            return false;
        }
        this.#phase = phase;
        this.#updateText(phase);
        return true;
    }

    /** @param {number} phase */
    #updateText(phase) {
        const { nodes, sums, exact } = this.trace;
        const count = Math.min(phase - 1, nodes.length);
        for (const { values, allValues } of this.curves) {
            values.forEach((_, i) => {
                values[i] = i <= count ? allValues[i] : NaN;
            });
        }
        this.chart.draw();
        const known = exact && count > 0 ? `; exactly ${formatPrecise(exact[count - 1])}` : "";
        setText(
            this.#sumText,
            count > 0 ? `${count} of ${nodes.length} nodes: -∫ s·dx = ${formatPrecise(sums[count - 1])}${known}` : "",
        );
        // The text grows in three steps: screen readers announce each change.
        const proposal = phase > 0 ? [this.#proposalText()] : [];
        const decision = phase === this.#lastPhase ? [this.#decisionText()] : [];
        setText(this.#text, [this.#placeText(0), ...proposal, ...decision].join(" "));
    }

    /** @param {0 | 1} end */
    #coordinatesOf(end) {
        const [x, y] = [0, 1].map((axis) => formatPrecise(this.trace.ends[2 * end + axis]));
        return this.dim === 1 ? x : `(${x}, ${y})${this.dim > 2 ? " on the picture" : ""}`;
    }

    /** @param {0 | 1} end */
    #placeText(end) {
        return `Chain ${this.chain + 1} is at ${this.#coordinatesOf(end)}.`;
    }

    #proposalText() {
        const { hasFault, transition } = this.trace.kernel;
        const fault = hasFault
            ? " A deliberate fault is at work: the sampler's own numbers may differ from the sum."
            : "";
        return `It proposes ${this.#coordinatesOf(1)}. ${transition}${fault}`;
    }

    #decisionText() {
        const { energyDifference, logAcceptance, logUniform, accepted } = this.trace;
        const outcome = accepted ? "accepted, and the chain goes there" : "rejected, and the chain stays";
        if (Number.isNaN(logUniform)) {
            return accepted ? "It goes there." : "It stays where it is.";
        }
        const energy = `ΔE = ${formatPrecise(energyDifference)}, T = ${formatPrecise(this.trace.kernel.temperature)}, log α = ${formatPrecise(logAcceptance)}.`;
        if (Number.isNaN(logAcceptance)) {
            return `${energy} NaN is never accepted: the chain stays.`;
        }
        const chance = formatShort(Math.min(100, 100 * Math.exp(logAcceptance)));
        return `${energy} So the chance to be accepted is ${chance} %. A random log u = ${formatPrecise(logUniform)} is ${logUniform <= logAcceptance ? "no more" : "more"} than that: ${outcome}.`;
    }

    /** @param {Viewport} viewport */
    draw(viewport) {
        const { context, ratio, width, height } = viewport;
        const {
            trace: { ends, places, accepted },
            dim,
            context: { colorOf },
        } = this;
        const at = (/** @type {Float64Array} */ list, /** @type {number} */ i) =>
            /** @type {[number, number]} */ ([
                viewport.toX(list[2 * i]),
                dim === 1 ? LINE_HEIGHT * height : viewport.toY(list[2 * i + 1]),
            ]);
        const disc = (/** @type {[number, number]} */ placeText, /** @type {number} */ radius) => {
            context.beginPath();
            context.arc(...placeText, radius * ratio, 0, 2 * Math.PI);
        };
        context.fillStyle = colorOf("background");
        context.globalAlpha = VEIL;
        context.fillRect(0, 0, width, height);
        context.globalAlpha = 1;
        context.fillStyle = colorOf("samples");
        context.strokeStyle = colorOf("samples");
        context.lineWidth = 2 * ratio;
        if (this.#phase > 0) {
            context.beginPath();
            context.moveTo(...at(ends, 0));
            context.lineTo(...at(ends, 1));
            context.stroke();
            disc(at(ends, 1), CHAIN);
            if (this.#phase === this.#lastPhase && accepted) {
                context.fill();
            } else {
                context.fillStyle = colorOf("background");
                context.fill();
                context.fillStyle = colorOf("samples");
            }
            context.stroke();
        }
        disc(at(ends, 0), CHAIN);
        context.fill();
        context.fillStyle = colorOf("learned");
        for (let i = 0; i < Math.min(this.#phase - 1, places.length / 2); i++) {
            disc(at(places, i), NODE);
            context.fill();
        }
    }
}

// Tools for the chains: start them at a picked place, show their proposals, inspect one transition.

import { CHAIN_HINTS } from "../content/tool-texts.js";
import { element, isEnabled, setEnabled, setText } from "../panels/element.js";
import { rejectionText } from "../panels/setting-errors.js";
import { PlacePicker } from "./place-picker.js";
import { Proposals } from "./recent-proposals.js";
import { TransitionInspector } from "./transition-inspector.js";

/** @typedef {import("../panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("./place-picker.js").Place} Place */
/** @typedef {"start" | "inspect"} Mode purpose of the picked place */

const styles = new CSSStyleSheet();
styles.replaceSync(`
.transition-inspector { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; }
.transition-inspector p { margin: 0 0 0.4rem; }
.transition-inspector p[role="status"] { min-height: 4.35em; }
.transition-inspector .sum { min-height: 1.45em; font-variant-numeric: tabular-nums; }
.transition-inspector figure { margin: 0; }
@container (min-width: 42rem) { .transition-inspector > div:first-child { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; } }
/* The stage shrinks, so that both are visible at once. */
section:has(.transition-inspector:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

export class ChainTools {
    static styles = styles;
    proposals = new Proposals();
    /** @type {TransitionInspector | undefined} */
    inspector;
    /** @type {Mode | undefined} */
    #mode;
    /** A new object whenever the stage has to be drawn again. */
    #overlay = {};
    #chartAbort = new AbortController();
    /** Identifies the last request: earlier answers are dropped. @type {object | undefined} */
    #pendingRequest;
    #hint = element("p", { class: "hint", role: "status" });
    #panel = element("section", {
        class: "transition-inspector",
        "aria-label": "One transition",
        hidden: true,
    });

    /** @param {ViewContext} context @param {() => void} deactivateOthers */
    constructor(context, deactivateOthers) {
        this.context = context;
        this.deactivateOthers = deactivateOthers;
        const button = (/** @type {Mode} */ mode, /** @type {string} */ label, /** @type {string} */ title) =>
            element(
                "button",
                {
                    type: "button",
                    title,
                    "aria-pressed": "false",
                    onclick: (/** @type {Event} */ event) =>
                        isEnabled(/** @type {HTMLElement} */ (event.currentTarget))
                            ? this.#toggle(mode)
                            : setText(this.#hint, CHAIN_HINTS.notYet),
                },
                label,
            );
        this.modeButtons = {
            start: button("start", "Place the chains", "Choose a place on the picture where all chains start"),
            inspect: button(
                "inspect",
                "Watch one transition",
                "Look at the next transition of one chain, when training is paused or complete",
            ),
        };
        this.picker = new PlacePicker(
            context.stage,
            () => {
                this.#overlay = {};
            },
            () => this.#setMode(undefined),
        );
        this.buttons = Object.values(this.modeButtons);
        this.parts = [this.#hint, this.#panel];
    }

    /** @param {Mode} mode */
    #toggle(mode) {
        const wanted = this.#mode === mode ? undefined : mode;
        this.#setMode(wanted);
        if (wanted === "inspect") {
            this.#inspect(0);
        }
    }

    /** @param {Mode | undefined} mode */
    #setMode(mode) {
        if (mode) {
            this.deactivateOthers();
        }
        this.#mode = mode;
        for (const [name, button] of Object.entries(this.modeButtons)) {
            button.setAttribute("aria-pressed", String(name === mode));
        }
        setText(this.#hint, mode ? CHAIN_HINTS[mode] : "");
        this.context.holdChains(mode === "inspect");
        if (mode !== "inspect") {
            this.#close();
        }
        this.picker.setHandler(mode && ((place) => this.#pick(mode, place)));
    }

    /** @param {Mode} mode @param {Place} place */
    #pick(mode, place) {
        if (mode === "start") {
            this.#start(place);
        } else {
            this.#inspect(this.#nearest(place));
        }
    }

    deactivate() {
        if (this.#mode) {
            this.#setMode(undefined);
        }
    }

    /** @param {Place} place */
    #start(place) {
        const { stage, run, changeSettings } = this.context;
        // Rounded to about a pixel.
        const digits = Math.min(
            12,
            Math.max(
                0,
                Math.ceil(
                    -Math.log10((2 * stage.view.half) / Math.min(stage.canvas.clientWidth, stage.canvas.clientHeight)),
                ),
            ),
        );
        const [x, y] = place.map((value) => String(Number(value.toFixed(digits))));
        const values = {
            "sample.start": "point",
            "sample.start-x1": x,
            ...(run.dim > 1 ? { "sample.start-x2": y } : {}),
        };
        const rejection = changeSettings(values);
        const when = run.progress.step > 0 ? "" : " after the first training step";
        setText(
            this.#hint,
            rejection
                ? rejectionText(rejection)
                : `All chains start at ${run.dim > 1 ? `(${x}, ${y})` : x}${when}. ${CHAIN_HINTS.start}`,
        );
    }

    /** Index of the chain nearest to a place. @param {Place} place */
    #nearest([x, y]) {
        const { places = new Float64Array(), dim } = this.context.run;
        let best = 0;
        let least = Infinity;
        for (let i = 0; i < places.length; i += 2) {
            const distance = Math.hypot(places[i] - x, dim > 1 ? places[i + 1] - y : 0);
            if (distance < least) {
                best = i / 2;
                least = distance;
            }
        }
        return best;
    }

    /** @param {number} chain */
    async #inspect(chain) {
        const pendingRequest = {};
        this.#pendingRequest = pendingRequest;
        const trace = await this.context.run.peekTransition(chain);
        if (pendingRequest !== this.#pendingRequest || this.#mode !== "inspect") {
            return;
        }
        if (trace) {
            this.#showTransition(chain, trace);
        } else {
            setText(this.#hint, CHAIN_HINTS.noChains);
        }
    }

    /** @param {number} chain @param {import("../workers/protocol.js").TransitionTrace} trace */
    #showTransition(chain, trace) {
        const { colorOf, run } = this.context;
        this.#chartAbort.abort();
        this.#chartAbort = new AbortController();
        const skipsAnimation = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.inspector = new TransitionInspector(
            chain,
            trace,
            run.dim,
            { colorOf, signal: this.#chartAbort.signal },
            skipsAnimation,
        );
        const againButton = element("button", { type: "button", onclick: () => this.#inspect(chain) }, "Again");
        const close = element(
            "button",
            {
                type: "button",
                onclick: () => {
                    this.modeButtons.inspect.focus(); // the button disappears
                    this.#setMode(undefined);
                },
            },
            "Close",
        );
        this.#panel.replaceChildren(this.inspector.root, element("div", { class: "bar" }, againButton, close));
        this.#panel.hidden = false;
        this.#panel.scrollIntoView({ block: "nearest" });
        this.#overlay = {};
    }

    #close() {
        this.#chartAbort.abort();
        this.inspector = undefined;
        this.#pendingRequest = undefined;
        this.#overlay = {};
        this.#panel.hidden = true;
        this.#panel.replaceChildren();
    }

    /**
     * Called once a frame; returns another object whenever the stage has to be drawn again.
     * @param {RunSnapshot} run
     */
    update({ chainSnapshots, phase, progress }) {
        const { context } = this;
        context.setWantsProposals(context.shownLayers().has("proposals"));
        this.proposals.update(
            chainSnapshots.find((snapshot) => snapshot?.places.length),
            context.stage.trail.chains,
        );
        const canInspect = phase === "complete" || (phase === "paused" && progress.step > 0);
        setEnabled(this.modeButtons.inspect, canInspect);
        if (this.#mode === "inspect" && !canInspect) {
            this.#setMode(undefined);
        }
        if (this.inspector?.advance()) {
            this.#overlay = {};
        }
        return this.#overlay;
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, dim, palette) {
        if (this.context.shownLayers().has("proposals")) {
            this.proposals.draw(viewport, dim, palette.text);
        }
        this.inspector?.draw(viewport);
        this.picker.draw(viewport, palette.difference);
    }

    destroy() {
        this.#chartAbort.abort();
        this.picker.destroy();
    }
}

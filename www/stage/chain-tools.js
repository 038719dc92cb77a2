// What can be done with the chains: start them at a place of one's choice, see their proposals, look at one transition
// slowly.

import { element, setText } from "../panels/element.js";
import { PlacePicker } from "./place-picker.js";
import { Proposals } from "./proposals.js";
import { TransitionInspector } from "./transition-inspector.js";

/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("./place-picker.js").Place} Place */
/** @typedef {"start" | "inspect"} Mode what a place on the stage is chosen for */
const styles = new CSSStyleSheet();
styles.replaceSync(`
.transition-inspector { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; }
.transition-inspector p { margin: 0 0 0.4rem; }
.transition-inspector p[role="status"] { min-height: 4.35em; }
.transition-inspector .sum { min-height: 1.45em; font-variant-numeric: tabular-nums; }
.transition-inspector figure { margin: 0; }
@container (min-width: 42rem) { .transition-inspector > div:first-child { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; } }
/* Both are seen at once. */
section:has(.transition-inspector:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

/** @type {Record<Mode, string>} */
const HINTS = {
    start: "Click or tap the picture where all chains shall start; or move the cross with the arrow keys and press Enter. Escape ends this.",
    inspect:
        "Click or tap beside another chain to see its next transition; or move the cross with the arrow keys and press Enter. Escape ends this.",
};

/** Why a chain cannot be looked at slowly. */
const NOT_YET = "Pause training first, or wait until the chains of the complete run have come to their end.";

export class ChainTools {
    static styles = styles;
    proposals = new Proposals();
    /** @type {TransitionInspector | undefined} */
    inspector;
    /** @type {Mode | undefined} */
    #mode;
    /** Another one whenever something on the stage has to be drawn anew. */
    #overlay = {};
    #chartAbort = new AbortController();
    /** Who is asked what a chain will do: another one for each question. @type {object | undefined} */
    #pendingRequest;
    #hint = element("p", { class: "hint", role: "status" });
    #panel = element("section", {
        class: "transition-inspector",
        "aria-label": "One transition, slowly",
        hidden: true,
    });

    /** @param {Playground} playground @param {() => void} deactivateOthers */
    constructor(playground, deactivateOthers) {
        this.playground = playground;
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
                            : setText(this.#hint, NOT_YET),
                },
                label,
            );
        this.modeButtons = {
            start: button("start", "Start from here", "Choose a place on the picture where all chains start"),
            inspect: button(
                "inspect",
                "One transition, slowly",
                "Look at the next transition of one chain, when training is paused or complete",
            ),
        };
        const stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.picker = new PlacePicker(
            stage,
            () => (this.#overlay = {}),
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
        const { controller } = this.playground;
        if (mode) {
            this.deactivateOthers();
        }
        this.#mode = mode;
        for (const [name, button] of Object.entries(this.modeButtons)) {
            button.setAttribute("aria-pressed", String(name === mode));
        }
        setText(this.#hint, mode ? HINTS[mode] : "");
        if (controller) {
            controller.chainsPaused = mode === "inspect";
        }
        if (mode !== "inspect") {
            this.#close();
        }
        this.picker.setHandler(
            mode === "start"
                ? (place) => this.#start(place)
                : mode === "inspect"
                  ? (place) => this.#inspect(this.#nearest(place))
                  : undefined,
        );
    }

    /** Gives up the stage. */
    deactivate() {
        if (this.#mode) {
            this.#setMode(undefined);
        }
    }

    /** @param {Place} place */
    #start(place) {
        const { stage, controller, change } = this.playground;
        if (!stage || !controller) {
            return;
        }
        // As many digits as the place was chosen to.
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
            ...(controller.dim > 1 ? { "sample.start-x2": y } : {}),
        };
        const rejection = change.call(this.playground, values);
        const when = controller.progress.step > 0 ? "" : " as soon as there is something learned to follow";
        setText(
            this.#hint,
            rejection ?? `All chains start at ${controller.dim > 1 ? `(${x}, ${y})` : x}${when}. ${HINTS.start}`,
        );
    }

    /** The chain that is nearest to a place. @param {Place} place */
    #nearest([x, y]) {
        const { places, dim } = /** @type {RunController} */ (this.playground.controller);
        let best = 0;
        let least = Infinity;
        for (let i = 0; i < (places?.length ?? 0); i += 2) {
            const distance = Math.hypot(
                /** @type {Float64Array} */ (places)[i] - x,
                dim > 1 ? /** @type {Float64Array} */ (places)[i + 1] - y : 0,
            );
            if (distance < least) {
                best = i / 2;
                least = distance;
            }
        }
        return best;
    }

    /** @param {number} chain */
    async #inspect(chain) {
        const { controller, setting, root } = this.playground;
        const pendingRequest = (this.#pendingRequest = {});
        const trace = await controller?.peekTransition(chain);
        if (pendingRequest !== this.#pendingRequest || this.#mode !== "inspect" || !controller) {
            return;
        }
        if (!trace) {
            return setText(this.#hint, "The chains are not there yet: try again in a moment.");
        }
        this.#chartAbort.abort();
        this.#chartAbort = new AbortController();
        const colorOf = (/** @type {string} */ name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
        const settingOf = (/** @type {string} */ key) => setting.call(this.playground, key);
        const kernel = {
            id: String(settingOf("sample.kernel")),
            isAdjusted: settingOf("sample.accept-rule") !== "always",
            temperature: Number(settingOf("sample.temperature") ?? 1),
            faulty: settingOf("sample.fault") !== "off",
            dim: controller.dim,
        };
        const skipsAnimation = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.inspector = new TransitionInspector(
            chain,
            trace,
            kernel,
            { colorOf, signal: this.#chartAbort.signal },
            skipsAnimation,
        );
        const againButton = element("button", { type: "button", onclick: () => this.#inspect(chain) }, "Again");
        const close = element(
            "button",
            {
                type: "button",
                onclick: () => {
                    this.modeButtons.inspect.focus(); // as the button goes
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
     * Looks at what the chains do, once a frame; the same answer as before if there is nothing new to draw.
     * @param {RunController} controller
     */
    update(controller) {
        controller.wantsProposals = this.playground.shown.has("proposals");
        this.proposals.update(
            controller.chainSnapshots.find((snapshot) => snapshot?.places.length),
            this.playground.trail.chains,
        );
        const canInspect =
            controller.phase === "complete" || (controller.phase === "paused" && controller.progress.step > 0);
        this.modeButtons.inspect.setAttribute("aria-disabled", String(!canInspect));
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
        if (this.playground.shown.has("proposals")) {
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

/** @param {HTMLElement} button */
const isEnabled = (button) => button.getAttribute("aria-disabled") !== "true";

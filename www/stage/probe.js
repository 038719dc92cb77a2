// The probe: numbers of both scores at the place under the pointer, or under a cross that arrow keys move.

import { PROBE } from "../content/tool-texts.js";
import { button, element } from "../panels/element.js";
import { FieldRequest } from "../workers/protocol.js";
import { LineProfile } from "./line-profile.js";
import { PlacePicker } from "./place-picker.js";
import { drawReconstruction, drawScore, drawVertical } from "./probe-marks.js";
import { ProbeTable } from "./probe-table.js";

/** @typedef {import("../panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("../panels/view-context.js").FieldAnswers["probe"]} Answer */

/** Least time between two requests, in milliseconds. */
const REQUEST_INTERVAL = 80;
/** Length of the line to either side of the place, as a share of the view's half width. */
const REACH = 0.6;

const styles = new CSSStyleSheet();
styles.replaceSync(`
.probe { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.probe p { margin: 0.3rem 0 0; font-size: 0.8125rem; min-height: 4.35em; }
.probe tr > :first-child { width: 4.9rem; }
.probe table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
/* A caption on one line would widen the table. */
.probe caption { text-align: left; font-weight: 600; min-height: 1.6em; }
.probe th { text-align: left; font-weight: 400; color: var(--faint); }
.probe thead th { font-weight: 600; color: var(--text); border-bottom: 3px solid var(--color); }
.probe td { height: 1.5em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
/* Four eigenvalues may take two lines. */
.probe tbody tr:last-child > * { white-space: normal; vertical-align: top; }
.probe figure { margin: 0.5rem 0 0; }
@container (min-width: 66rem) { .probe > .columns { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 0 1rem; } .probe .plot { height: 10.5rem; } }
/* The stage shrinks, so that both are visible at once. */
section:has(.probe:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 29rem)); }
`);

export class Probe {
    static styles = styles;
    #isActive = false;
    /** @type {[number, number] | undefined} */
    #place;
    /** Last answer and its place. @type {{ answer: Answer, at: [number, number] } | undefined} */
    #shownAnswer;
    /** Inputs of the last request. @type {unknown[]} */
    #lastRequest = [];
    #isRequesting = false;
    #nextRequestAt = -Infinity;
    /** A new object whenever the stage has to be drawn again. */
    #overlay = {};
    #table = new ProbeTable();
    #listeners = new AbortController();

    /** @param {ViewContext} context @param {() => void} deactivateOthers */
    constructor(context, deactivateOthers) {
        const { stage } = context;
        this.context = context;
        this.deactivateOthers = deactivateOthers;
        this.picker = new PlacePicker(
            stage,
            (place) => this.#moveTo(place),
            () => this.#setActive(false),
        );
        stage.canvas.addEventListener("pointermove", (event) => this.#hover(event), {
            signal: this.#listeners.signal,
        });
        this.button = button("Probe", () => this.#setActive(!this.#isActive), {
            "aria-pressed": "false",
            title: PROBE.title,
        });
        this.profile = new LineProfile(context, () => {
            this.#lastRequest = [];
        });
        this.panel = element(
            "section",
            { class: "probe", "aria-label": "Probe", hidden: true },
            element("div", { class: "columns" }, this.#table.root, this.profile.root),
        );
        this.buttons = [this.button];
        this.parts = [this.panel];
    }

    /** @param {PointerEvent} event */
    #hover({ pointerType, buttons, clientX, clientY }) {
        if (pointerType === "mouse" && buttons === 0) {
            this.picker.moveTo(this.context.stage.placeAt(clientX, clientY));
        }
    }

    /** @param {boolean} isActive */
    #setActive(isActive) {
        if (isActive) {
            this.deactivateOthers();
        }
        this.#isActive = isActive;
        this.button.setAttribute("aria-pressed", String(isActive));
        this.panel.hidden = !isActive;
        this.picker.setHandler(isActive ? () => {} : undefined);
        this.#clear();
    }

    deactivate() {
        if (this.#isActive) {
            this.#setActive(false);
        }
    }

    /** @param {[number, number] | undefined} place */
    #moveTo(place) {
        this.#place = place;
        this.#overlay = {};
    }

    /** Requests the numbers again if anything changed. @param {RunSnapshot} run */
    update({ lastRender, dim }) {
        // Without a render the answer belongs to the previous experiment.
        if (!lastRender && this.#shownAnswer) {
            this.#clear();
        }
        const inputs = [this.#place, lastRender, this.profile.direction];
        if (
            !this.#isActive ||
            !this.#place ||
            !lastRender ||
            this.#isRequesting ||
            performance.now() < this.#nextRequestAt ||
            inputs.every((part, i) => part === this.#lastRequest[i])
        ) {
            return this.#overlay;
        }
        this.#lastRequest = inputs;
        this.#request(dim, dim === 1 ? [this.#place[0], 0] : this.#place);
        return this.#overlay;
    }

    /** Empties table and chart, and requests the numbers again. */
    #clear() {
        this.#lastRequest = [];
        this.#shownAnswer = undefined;
        this.#overlay = {};
        this.#table.clear();
        this.profile.clear();
    }

    /** @param {number} dim @param {[number, number]} place */
    async #request(dim, place) {
        const { context, profile } = this;
        this.#isRequesting = true;
        this.#nextRequestAt = performance.now() + REQUEST_INTERVAL;
        /** @type {import("../workers/probe.js").ProbeRequest} */
        const request = {
            place,
            direction: dim === 1 ? [1, 0] : profile.direction,
            reach: REACH * context.stage.view.half,
        };
        // A request that is lost with its worker is repeated.
        const answer = await context.run.inquire(FieldRequest.PROBE, request).catch(() => undefined);
        this.#isRequesting = false;
        // Values that take long arrive over several requests.
        if (!answer?.isFinal) {
            this.#lastRequest = [];
        }
        // The answer may belong to the previous experiment.
        if (!answer || !this.#isActive || !context.run.lastRender) {
            return;
        }
        this.#shownAnswer = { answer, at: place };
        this.#overlay = {};
        this.#table.show(place, answer);
        profile.update(answer, place);
    }

    /**
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {number} dim
     * @param {Record<string, string>} palette
     */
    draw(viewport, dim, palette) {
        if (!this.#isActive || !this.#place) {
            return;
        }
        if (dim === 1) {
            drawVertical(viewport, this.#place[0], palette.text);
            return;
        }
        if (this.#shownAnswer) {
            // Marks stay at the place of the answer: the cross may have moved on.
            const { answer, at } = this.#shownAnswer;
            const { learned, exact, line, sigma } = answer;
            this.profile.draw(viewport, at, line, palette.text);
            if (exact) {
                drawScore(viewport, at, exact.score, sigma, palette.exact);
            }
            drawScore(viewport, at, learned.score, sigma, palette.learned);
            drawReconstruction(viewport, at, learned.image, palette.learned);
        }
        this.picker.draw(viewport, palette.difference);
    }

    destroy() {
        this.#listeners.abort();
        this.picker.destroy();
        this.profile.destroy();
    }
}

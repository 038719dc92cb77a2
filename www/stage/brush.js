// Drawing data: a brush that sprays points on the stage, an eraser, and a word to be traced.

import { changeSetting } from "../../scorescape.js";
import { formatShort } from "../drawing/number-format.js";
import { drawDots } from "../drawing/primitives.js";
import { element, setText } from "../panels/element.js";
import { DrawnPoints, MAX_POINTS, MIN_POINTS } from "./drawn-points.js";
import { PlacePicker } from "./place-picker.js";
import { viewOfExtent } from "./stage.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/** @typedef {import("./stage.js").Pointer} Pointer */

/**
 * Half the width of the plane that an empty page shows: points there have about the spread that the settings for one's
 * own points suit.
 */
const PAGE_HALF_WIDTH = 2.2;
/** The brush's radius as a share of half the width of what is seen: at first, and the ends of its slider. */
const START_RADIUS = 0.06;
const MIN_RADIUS = 0.01;
const MAX_RADIUS = 0.3;
/** Points of a touch, and for each radius that the brush moves. */
const POINTS_PER_TOUCH = 12;
const POINTS_PER_RADIUS = 8;
/** How much of what is beneath shines through until it is of what is drawn. */
const VEIL = 0.85;

const HINT =
    "Drag over the picture, or move the cross with the arrow keys and press Enter for a touch of the brush. Escape ends this.";

const styles = new CSSStyleSheet();
styles.replaceSync(`
.brush { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.brush p { margin: 0 0 0.4rem; }
.brush label { display: inline-flex; gap: 0.4rem; align-items: center; }
.brush input[type="range"] { width: 7rem; accent-color: var(--accent); }
.brush input[type="text"] { width: 9rem; }
.brush button { background: var(--background); }
.stage.drawing .user-data { display: none; }
`);

export class Brush {
    static styles = styles;
    #on = false;
    #isErasing = false;
    #drawn = new DrawnPoints();
    /** The file that the experiment was about when it was looked at last. */
    #seenDigest = "";
    /**
     * Where the stroke is, what there was before it, and where on the screen the pointer is that makes it.
     * @type {{ id: number, place: [number, number], before: number[], pointer: Pointer } | undefined}
     */
    #stroke;
    /** Where the brush is. @type {[number, number] | undefined} */
    #place;
    /**
     * What was seen before there was a page to draw on, and that page.
     * @type {Record<"view" | "homeView" | "page", import("../drawing/viewport.js").View> | undefined}
     */
    #before;
    /** How many points it began with, and of how many. @type {{ count: number, all: number } | undefined} */
    #copied;
    /** What was told of it last. @type {unknown} */
    #seenDescription;
    #overlay = {};
    #listeners = new AbortController();
    #status = element("p", { role: "status" });
    #sizeSlider = element("input", {
        type: "range",
        name: "brush",
        min: 0,
        max: 100,
        value: (100 * Math.log(START_RADIUS / MIN_RADIUS)) / Math.log(MAX_RADIUS / MIN_RADIUS),
        oninput: () => (this.#overlay = {}),
    });

    /** @param {Playground} playground @param {() => void} deactivateOthers */
    constructor(playground, deactivateOthers) {
        this.playground = playground;
        this.deactivateOthers = deactivateOthers;
        this.stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.picker = new PlacePicker(
            this.stage,
            (place) => ((this.#place = place), (this.#overlay = {})),
            () => this.#setActive(false),
        );
        const pressed = (/** @type {string} */ label, /** @type {string} */ title, /** @type {() => void} */ onclick) =>
            element("button", { type: "button", title, "aria-pressed": "false", onclick }, label);
        this.button = pressed("Draw data", "Draw points of your own on the picture, or type a word", () =>
            this.#setActive(!this.#on),
        );
        this.eraser = pressed("Eraser", "Take points away instead", () =>
            this.eraser.setAttribute("aria-pressed", String((this.#isErasing = !this.#isErasing))),
        );
        this.clear = element("button", { type: "button", onclick: () => this.#clear() }, "Clear");
        this.copy = element(
            "button",
            {
                type: "button",
                title: "Begin with the points that are trained on now: add to them, or take some away",
                onclick: () => this.#copy(),
            },
            "Draw on these data",
        );
        /** @type {HTMLInputElement} */
        const word = element("input", {
            type: "text",
            name: "word",
            maxlength: 12,
            autocomplete: "off",
            placeholder: "SCORE",
            onkeydown: (event) => event.key === "Enter" && this.#traceWord(word.value),
        });
        const traceButton = element(
            "button",
            { type: "button", onclick: () => this.#traceWord(word.value) },
            "Trace it",
        );
        this.panel = element(
            "section",
            { class: "brush", "aria-label": "Drawing", hidden: true },
            this.#status,
            element(
                "div",
                { class: "bar" },
                this.copy,
                this.eraser,
                element("label", {}, "Size", this.#sizeSlider),
                this.clear,
                element("label", {}, "or type a word", word),
                traceButton,
            ),
        );
        this.buttons = [this.button];
        this.parts = [this.panel];
        this.#listenForInput();
    }

    #listenForInput() {
        const { signal } = this.#listeners;
        // Before the stage hears of them: what draws does not move the picture.
        const on = (/** @type {string} */ type, /** @type {(event: PointerEvent) => boolean} */ act) =>
            this.stage.canvas.addEventListener(
                type,
                (event) => {
                    if (this.#on && act(/** @type {PointerEvent} */ (event))) {
                        event.stopImmediatePropagation();
                    }
                },
                { capture: true, signal },
            );
        on("pointerdown", (event) => this.#begin(event));
        on("pointermove", (event) => this.#move(event));
        on("pointerup", (event) => this.#end(event));
        on("pointercancel", (event) => this.#end(event));
    }

    /** @param {boolean} on */
    #setActive(on) {
        if (on) {
            this.deactivateOthers();
        }
        this.#on = on;
        this.#stroke = undefined;
        this.button.setAttribute("aria-pressed", String(on));
        this.panel.hidden = !on;
        this.stage.root.classList.toggle("drawing", on);
        this.stage.canvas.style.touchAction = on ? "none" : "";
        this.picker.setHandler(on ? (place) => (this.#touch(place), this.#train()) : undefined);
        this.#showPage(on);
        this.#updateStatus();
        this.#overlay = {};
    }

    /**
     * Shows an empty page to draw on, and afterwards what was shown before unless something was drawn.
     * @param {boolean} on
     */
    #showPage(on) {
        const {
            stage,
            playground: { controller },
        } = this;
        if (on && !this.#isExperimentDrawn) {
            this.#before = { view: stage.view, homeView: stage.homeView, page: { x: 0, y: 0, half: PAGE_HALF_WIDTH } };
            stage.setView((stage.homeView = this.#before.page));
        } else if (!on && this.#isExperimentDrawn && controller?.dataExtent !== undefined) {
            stage.homeView = viewOfExtent(controller.dataExtent);
        } else if (!on && !this.#isExperimentDrawn && this.#before?.page === stage.homeView) {
            stage.homeView = this.#before.homeView;
            stage.setView(this.#before.view);
        }
        if (!on) {
            this.#before = undefined;
        }
    }

    deactivate() {
        if (this.#on) {
            this.#setActive(false);
        }
    }

    get keepsView() {
        return this.#on;
    }

    /** Whether the experiment is about what is drawn here, in its own units. */
    get #isExperimentDrawn() {
        const { playground } = this;
        const seenDescription = (/** @type {string} */ key) => playground.setting(`data${key}`);
        return (
            this.#drawn.digest !== "" &&
            seenDescription("") === "user-data" &&
            seenDescription(".digest") === this.#drawn.digest &&
            seenDescription(".standardise") === "no"
        );
    }

    /** In units of the plane. */
    get #radius() {
        return this.stage.view.half * MIN_RADIUS * (MAX_RADIUS / MIN_RADIUS) ** (Number(this.#sizeSlider.value) / 100);
    }

    /** @param {PointerEvent} event */
    #begin({ button, pointerId, clientX, clientY }) {
        if (button !== 0 || this.#stroke?.id === pointerId) {
            return true;
        }
        if (this.#stroke) {
            return this.#startPinch(this.#stroke, { button, pointerId, clientX, clientY });
        }
        if (this.stage.isHeld) {
            return false;
        }
        this.stage.canvas.setPointerCapture(pointerId);
        const pointer = { button, pointerId, clientX, clientY };
        this.#stroke = {
            id: pointerId,
            place: this.stage.placeAt(clientX, clientY),
            before: [...this.#drawn.points],
            pointer,
        };
        this.#touch(this.#stroke.place);
        return true;
    }

    /**
     * Another finger takes hold of the picture together with the first, which drew nothing then.
     * @param {{ before: number[], pointer: Pointer }} stroke
     * @param {Pointer} other
     */
    #startPinch({ before, pointer }, other) {
        this.#stroke = undefined;
        this.#drawn.points = before;
        this.#overlay = {};
        for (const finger of [pointer, other]) {
            this.stage.addPointer(finger);
        }
        this.#updateStatus();
        return true;
    }

    /** @param {PointerEvent} event */
    #move({ pointerId, buttons, clientX, clientY }) {
        const place = this.stage.placeAt(clientX, clientY);
        const stroke = this.#stroke;
        this.picker.moveTo(place);
        if (stroke?.id !== pointerId) {
            return false;
        }
        // A menu may have swallowed the release.
        if (buttons === 0) {
            return this.#end({ pointerId });
        }
        const way = Math.hypot(place[0] - stroke.place[0], place[1] - stroke.place[1]) / this.#radius;
        const dabs = Math.ceil(way);
        for (let i = 1; i <= dabs; i++) {
            const share = i / dabs;
            this.#spray(
                [0, 1].map((axis) => stroke.place[axis] + share * (place[axis] - stroke.place[axis])),
                Math.max(1, Math.round((POINTS_PER_RADIUS * way) / dabs)),
            );
        }
        stroke.place = place;
        stroke.pointer = { ...stroke.pointer, clientX, clientY };
        return true;
    }

    /** @param {{ pointerId: number }} event */
    #end({ pointerId }) {
        if (this.#stroke?.id !== pointerId) {
            return false;
        }
        this.#stroke = undefined;
        this.#train();
        return true;
    }

    /** @param {[number, number]} place */
    #touch(place) {
        this.#spray(place, POINTS_PER_TOUCH);
    }

    /**
     * Sprays points within the brush's circle about a place, or takes those there away.
     * @param {number[]} place
     * @param {number} count
     */
    #spray(place, count) {
        this.#overlay = {};
        if (this.#isErasing) {
            this.#drawn.erase(place, this.#radius);
        } else {
            this.#drawn.spray(place, this.#radius, count, this.stage.view.half);
        }
        this.#updateStatus();
    }

    /** Takes all points away, or brings them back. */
    #clear() {
        if (this.#drawn.count > 0) {
            return this.#putAside();
        }
        this.#drawn.restore();
        this.#train();
        this.#refresh();
    }

    /** Begins with what is trained on, where it is seen. */
    async #copy() {
        const { controller, description } = this.playground;
        if (!controller) {
            return;
        }
        try {
            const { values } = await controller.exportTable("points", controller.engine);
            if (!this.#on || this.#stroke || this.#drawn.count > 0 || this.playground.description !== description) {
                return;
            }
            if (this.#before?.page === this.stage.homeView) {
                this.stage.homeView = this.#before.homeView;
                this.stage.setView(this.#before.view);
            }
            this.#drawn.copyFrom(values);
            this.#copied = { count: this.#drawn.count, all: values.length / 2 };
            this.#train(this.#otherSettings);
            this.#refresh();
            this.stage.canvas.focus(); // as the button goes
        } catch (error) {
            setText(this.#status, error instanceof Error ? error.message : String(error));
        }
    }

    /** Whether there are other points to begin with. */
    get #isCopyable() {
        const { controller } = this.playground;
        return (
            this.#drawn.count === 0 &&
            controller?.dim === 2 &&
            !["opening", "needs-file", "failed"].includes(controller.phase)
        );
    }

    /** What the choice of one's own points would set beside them, as it is now. */
    get #otherSettings() {
        const now = (/** @type {string} */ key) => this.playground.setting(key);
        const { settings } = changeSetting(String(this.playground.description?.link), "data", "user-data");
        const otherSettings = settings.filter(
            ({ key, value }) => !/^(data|view)/.test(key) && now(key) !== undefined && now(key) !== value,
        );
        return Object.fromEntries(otherSettings.map(({ key }) => [key, String(now(key))]));
    }

    /** Trains on what is drawn. @param {Record<string, string>} [otherSettings] settings that go with it */
    #train(otherSettings) {
        if (this.#drawn.count < MIN_POINTS) {
            return;
        }
        const bytes = this.#drawn.toFile();
        /** Of a table no more are taken than are asked for. @type {Record<string, string>} */
        const enough =
            Number(this.playground.setting("data.count")) < this.#drawn.count
                ? { "data.count": String(MAX_POINTS) }
                : {};
        // An eraser that met nothing changes nothing.
        if (!this.#isExperimentDrawn) {
            this.playground.useFile("your drawing", bytes, {
                values: { "data.standardise": "no", ...enough, ...otherSettings },
                keepsView: true,
            });
        }
    }

    /** @param {string} word */
    #traceWord(word) {
        const rejection = this.playground.change({ data: "word", "data.word": word.trim().toUpperCase() });
        if (rejection) {
            setText(this.#status, `${rejection}.`);
        } else {
            this.#setActive(false);
        }
    }

    #updateStatus() {
        const { count, canRestore } = this.#drawn;
        const of = this.#copied?.count === count && this.#copied.all > count ? ` of ${this.#copied.all}` : "";
        setText(this.clear, canRestore ? "Bring back" : "Clear");
        setText(
            this.#status,
            count === 0
                ? HINT
                : count < MIN_POINTS
                  ? `${count} points: draw at least ${MIN_POINTS}.`
                  : count >= MAX_POINTS
                    ? `${count} points, and no more are taken.`
                    : `${count}${of} points, which stay on this machine. Eight of ten are trained on and shown, the others held out. σ is ${formatShort(Number(this.playground.setting("train.sigma")))}, and has its slider above.`,
        );
    }

    /** Follows what is taken back, once a frame. */
    update() {
        const { playground } = this;
        if (this.#on && this.#seenDescription !== playground.description) {
            this.#updateStatus();
        }
        this.copy.hidden = !this.#isCopyable;
        this.#seenDescription = playground.description;
        const digest = playground.setting("data") === "user-data" ? String(playground.setting("data.digest")) : "";
        if (this.#stroke || digest === this.#seenDigest) {
            return this.#overlay;
        }
        this.#seenDigest = digest;
        if (digest === this.#drawn.digest) {
            return this.#overlay;
        }
        if (this.#drawn.load(digest)) {
            this.#refresh();
        } else if (this.#drawn.digest !== "") {
            this.#putAside();
        }
        return this.#overlay;
    }

    /** Draws it anew, and says how much there is. */
    #refresh() {
        this.#overlay = {};
        this.#updateStatus();
    }

    /** The experiment is about something else now: what was drawn is put aside. */
    #putAside() {
        this.#drawn.clear();
        this.#refresh();
    }

    /** @param {Viewport} viewport @param {number} dim @param {Record<string, string>} palette */
    draw(viewport, dim, palette) {
        if (!this.#on) {
            return;
        }
        const { context, ratio } = viewport;
        if (!this.#isExperimentDrawn) {
            context.globalAlpha = VEIL;
            context.fillStyle = palette.background;
            context.fillRect(0, 0, viewport.width, viewport.height);
            context.globalAlpha = 1;
        }
        drawDots(viewport, Float64Array.from(this.#drawn.points), palette.data, 1);
        if (!this.#place) {
            return;
        }
        context.strokeStyle = palette.difference;
        context.lineWidth = 1.5 * ratio;
        context.beginPath();
        context.arc(
            viewport.toX(this.#place[0]),
            viewport.toY(this.#place[1]),
            this.#radius * viewport.scale,
            0,
            2 * Math.PI,
        );
        context.stroke();
        this.picker.draw(viewport, palette.difference);
    }

    destroy() {
        this.#listeners.abort();
        this.picker.destroy();
    }
}

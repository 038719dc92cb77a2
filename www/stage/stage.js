// The stage: a canvas that shows a rectangle of the plane and can be moved and zoomed by pointers, wheel and keys.

import { Viewport } from "../drawing/viewport.js";
import { element } from "../panels/element.js";
import { Trail } from "./trail.js";

/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {Pick<PointerEvent, "button" | "pointerId" | "clientX" | "clientY">} Pointer */

/** Wanted size of an arrow in CSS pixels, and least and greatest number of arrows across the shorter side. */
const ARROW_SIZE = 20;
const MIN_ARROWS = 12;
const MAX_ARROWS = 32;
const HOME = { x: 0, y: 0, half: 0.75 };
/** Least and greatest half width of a view. */
const MIN_HALF_WIDTH = 1e-3;
const MAX_HALF_WIDTH = 1e3;

/** View of all points whose coordinates are at most `extent`, with a margin. @param {number} extent @returns {View} */
export const viewOfExtent = (extent) => ({ ...HOME, half: 1.15 * extent || HOME.half });

export class Stage {
    /** @type {View} */
    view = HOME;
    /** View that key 0 shows. @type {View} */
    homeView = HOME;
    /** Recent paths of a few chains. */
    trail = new Trail();
    /** @type {Scene | undefined} */
    #scene;
    /** Positions of fingers or the mouse that drag the plane, by pointer id. @type {Map<number, [number, number]>} */
    #pointers = new Map();

    constructor() {
        const release = (/** @type {PointerEvent} */ event) => {
            this.#pointers.delete(event.pointerId);
        };
        this.canvas = element("canvas", {
            tabindex: 0,
            role: "img",
            "aria-label": "The plane with data, scores and samples. Plus and minus zoom, 0 shows all.",
            onpointerdown: (/** @type {PointerEvent} */ event) => this.addPointer(event),
            onpointermove: (/** @type {PointerEvent} */ event) => this.#drag(event),
            onpointerup: release,
            onpointercancel: release,
            // One finger scrolls the page, two fingers zoom.
            ontouchstart: (/** @type {TouchEvent} */ event) => event.touches.length > 1 && event.preventDefault(),
            onwheel: (/** @type {WheelEvent} */ event) => this.#wheel(event),
            onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
        });
        /** Place of notices over the canvas. */
        this.overlay = element("div", { class: "overlay" });
        this.root = element("div", { class: "stage" }, this.canvas, this.overlay);
        this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    }

    /**
     * The scene to draw; the same object until it changes. Resizes the canvas to its place.
     * @param {string[]} shown
     * @param {Record<string, string>} palette
     */
    scene(shown, palette) {
        const { canvas, view } = this;
        const ratio = devicePixelRatio;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) =>
            Math.max(1, Math.round(length * ratio)),
        );
        if (canvas.width !== width || canvas.height !== height) {
            canvas.width = width;
            canvas.height = height;
        }
        const arrowsAcross = Math.min(
            MAX_ARROWS,
            Math.max(MIN_ARROWS, Math.round(Math.min(width, height) / ratio / ARROW_SIZE)),
        );
        const scene = { view, width, height, ratio, arrowsAcross, shown, palette };
        if (JSON.stringify(scene) !== JSON.stringify(this.#scene)) {
            this.#scene = scene;
        }
        return /** @type {Scene} */ (this.#scene);
    }

    /** Clears the canvas for a scene. @param {Scene} scene */
    clear(scene) {
        this.context.clearRect(0, 0, scene.width, scene.height);
        return new Viewport(this.context, scene);
    }

    /** Shows all points whose coordinates are at most `extent`. @param {number} extent */
    fit(extent) {
        this.homeView = viewOfExtent(extent);
        this.setView(this.homeView);
    }

    /** @param {View} view */
    setView({ x, y, half }) {
        this.view = { x, y, half: Math.min(MAX_HALF_WIDTH, Math.max(MIN_HALF_WIDTH, half)) };
    }

    /** Units of the plane per CSS pixel. */
    get #unitsPerPixel() {
        return (2 * this.view.half) / Math.min(this.canvas.clientWidth, this.canvas.clientHeight);
    }

    /**
     * Position relative to the canvas's middle in CSS pixels, upwards positive.
     * @param {number} clientX
     * @param {number} clientY
     */
    #fromMiddle(clientX, clientY) {
        const { left, top, width, height } = this.canvas.getBoundingClientRect();
        return [clientX - left - width / 2, top + height / 2 - clientY];
    }

    /**
     * Point of the plane at a position of the page.
     * @param {number} clientX
     * @param {number} clientY
     * @returns {[number, number]}
     */
    placeAt(clientX, clientY) {
        const [right, up] = this.#fromMiddle(clientX, clientY);
        return [this.view.x + right * this.#unitsPerPixel, this.view.y + up * this.#unitsPerPixel];
    }

    /**
     * Zooms so that the point at `from` moves to `to`, both in CSS pixels from the middle.
     * @param {number} factor
     * @param {number[]} from
     * @param {number[]} [to]
     */
    zoom(factor, from = [0, 0], to = from) {
        const before = this.#unitsPerPixel;
        const x = this.view.x + from[0] * before;
        const y = this.view.y + from[1] * before;
        this.setView({ ...this.view, half: this.view.half * factor });
        const after = this.#unitsPerPixel;
        this.setView({ x: x - to[0] * after, y: y - to[1] * after, half: this.view.half });
    }

    /** Starts to drag the plane with a pointer. @param {Pointer} pointer */
    addPointer({ button, pointerId, clientX, clientY }) {
        if (button !== 0) {
            return;
        }
        this.canvas.setPointerCapture(pointerId);
        this.#pointers.set(pointerId, [clientX, clientY]);
    }

    /** True while a pointer drags the plane. */
    get isHeld() {
        return this.#pointers.size > 0;
    }

    /** Middle of the dragging pointers, and the distance of the first two. */
    get #grip() {
        const pointers = [...this.#pointers.values()];
        const [x, y] = [0, 1].map((axis) => pointers.reduce((sum, place) => sum + place[axis], 0) / pointers.length);
        const spread =
            pointers.length > 1 ? Math.hypot(pointers[0][0] - pointers[1][0], pointers[0][1] - pointers[1][1]) : 1;
        return { middle: this.#fromMiddle(x, y), spread: Math.max(1, spread) };
    }

    /** @param {PointerEvent} event */
    #drag(event) {
        if (!this.#pointers.has(event.pointerId)) {
            return;
        }
        // There is no pointerup event if a context menu opened.
        if (event.buttons === 0) {
            this.#pointers.delete(event.pointerId);
            return;
        }
        const before = this.#grip;
        this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
        const after = this.#grip;
        this.zoom(before.spread / after.spread, before.middle, after.middle);
    }

    /**
     * Zooms about the pointer. Until the stage has the focus, the wheel scrolls the page.
     * @param {WheelEvent} event
     */
    #wheel(event) {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey && !this.canvas.matches(":focus")) {
            return;
        }
        event.preventDefault();
        this.zoom(Math.exp(0.002 * (event.deltaY || event.deltaX)), this.#fromMiddle(event.clientX, event.clientY));
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const { x, y, half } = this.view;
        const step = 0.2 * half;
        /** @type {Record<string, () => void>} */
        const actions = {
            "+": () => this.zoom(0.8),
            "=": () => this.zoom(0.8),
            "-": () => this.zoom(1.25),
            0: () => this.setView(this.homeView),
            w: () => this.setView({ x, y: y + step, half }),
            s: () => this.setView({ x, y: y - step, half }),
            a: () => this.setView({ x: x - step, y, half }),
            d: () => this.setView({ x: x + step, y, half }),
        };
        if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) {
            return;
        }
        actions[event.key]();
        event.preventDefault();
    }
}

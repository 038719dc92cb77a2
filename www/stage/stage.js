// The stage: a canvas that shows a rectangle of the plane, crisp at any pixel ratio and size, that can be moved and
// zoomed.

import { Viewport } from "../drawing/viewport.js";
import { element } from "../panels/element.js";

/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {Pick<PointerEvent, "button" | "pointerId" | "clientX" | "clientY">} Pointer a pointer where it is */

/** How many CSS pixels an arrow should have, and the least and most arrows across the shorter side. */
const ARROW_SIZE = 20;
const MIN_ARROWS = 12;
const MAX_ARROWS = 32;
const HOME = { x: 0, y: 0, half: 0.75 };
/** How far one may zoom, as half the width of what is shown. */
const MIN_HALF_WIDTH = 1e-3;
const MAX_HALF_WIDTH = 1e3;

/** What shows all points whose coordinates are within `reach`, with a margin. @param {number} extent @returns {View} */
export const viewOfExtent = (extent) => ({ ...HOME, half: 1.15 * extent || HOME.half });

export class Stage {
    /** @type {View} */
    view = HOME;
    /** What key 0 shows. @type {View} */
    homeView = HOME;
    /** @type {Scene | undefined} */
    #scene;
    /** Where fingers or the mouse hold the plane, by pointer. @type {Map<number, [number, number]>} */
    #pointers = new Map();

    constructor() {
        const release = (/** @type {PointerEvent} */ event) => {
            this.#pointers.delete(event.pointerId);
        };
        this.canvas = element("canvas", {
            tabindex: 0,
            role: "img",
            "aria-label": "The plane with data, scores and samples. Plus and minus zoom, 0 shows all.",
            onpointerdown: (event) => this.addPointer(event),
            onpointermove: (event) => this.#drag(event),
            onpointerup: release,
            onpointercancel: release,
            // One finger scrolls the page around, two zoom.
            ontouchstart: (event) => event.touches.length > 1 && event.preventDefault(),
            onwheel: (event) => this.#wheel(event),
            onkeydown: (event) => this.#key(event),
        });
        /** What is told over it. */
        this.overlay = element("div", { class: "overlay" });
        this.root = element("div", { class: "stage" }, this.canvas, this.overlay);
        this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    }

    /**
     * What is seen now; the same object until it changes. The canvas is fitted to its place.
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

    /** An empty plate for `sight`. @param {Scene} scene */
    clear(scene) {
        this.context.clearRect(0, 0, scene.width, scene.height);
        return new Viewport(this.context, scene);
    }

    /** Shows all points whose coordinates are within `reach`. @param {number} extent */
    fit(extent) {
        this.setView((this.homeView = viewOfExtent(extent)));
    }

    /** @param {View} view */
    setView({ x, y, half }) {
        this.view = { x, y, half: Math.min(MAX_HALF_WIDTH, Math.max(MIN_HALF_WIDTH, half)) };
    }

    /** Units of the plane for each CSS pixel. */
    get #unitsPerPixel() {
        return (2 * this.view.half) / Math.min(this.canvas.clientWidth, this.canvas.clientHeight);
    }

    /**
     * The way from the canvas's middle, in CSS pixels, up being positive.
     * @param {number} clientX
     * @param {number} clientY
     */
    #fromMiddle(clientX, clientY) {
        const { left, top, width, height } = this.canvas.getBoundingClientRect();
        return [clientX - left - width / 2, top + height / 2 - clientY];
    }

    /** The point of the plane there. @param {number} clientX @param {number} clientY @returns {[number, number]} */
    placeAt(clientX, clientY) {
        const [right, up] = this.#fromMiddle(clientX, clientY);
        return [this.view.x + right * this.#unitsPerPixel, this.view.y + up * this.#unitsPerPixel];
    }

    /**
     * Zooms so that what was `from` the middle comes to lie `to`.
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

    /** Lets a pointer take hold of the plane. @param {Pointer} pointer */
    addPointer({ button, pointerId, clientX, clientY }) {
        if (button !== 0) {
            return;
        }
        this.canvas.setPointerCapture(pointerId);
        this.#pointers.set(pointerId, [clientX, clientY]);
    }

    /** Whether one does. */
    get isHeld() {
        return this.#pointers.size > 0;
    }

    /** The middle of what holds the plane, and how far apart that is. */
    get #grip() {
        const pointers = [...this.#pointers.values()];
        const [x, y] = [0, 1].map(
            (axis) => pointers.reduce((sum, addPointer) => sum + addPointer[axis], 0) / pointers.length,
        );
        const spread =
            pointers.length > 1 ? Math.hypot(pointers[0][0] - pointers[1][0], pointers[0][1] - pointers[1][1]) : 1;
        return { middle: this.#fromMiddle(x, y), spread: Math.max(1, spread) };
    }

    /** @param {PointerEvent} event */
    #drag(event) {
        if (!this.#pointers.has(event.pointerId)) {
            return;
        }
        // A menu may have swallowed the release.
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
     * Zooms about the pointer. The wheel belongs to the page around until the stage has the focus.
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

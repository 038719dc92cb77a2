// The stage: a canvas that shows a rectangle of the plane, crisp at any pixel ratio and size, that can be moved and zoomed.

import { element } from "./element.js";

/** @typedef {import("../protocol.js").Grid} Grid */

/** How many arrows cross the shorter side. */
const ARROWS = 32;
const HOME = { x: 0, y: 0, half: 0.75 };
/** How far one may zoom, as half the width of what is shown. */
const [CLOSEST, WIDEST] = [1e-3, 1e3];

export class Stage {
    /** What is shown: its centre and half its width. */
    view = { ...HOME };
    /** What key 0 shows. @type {typeof HOME | undefined} */
    home = undefined;
    #grid;

    /** @param {() => void} changed called when what is shown changes */
    constructor(changed) {
        this.changed = changed;
        this.canvas = element("canvas", {
            tabindex: 0, role: "img", "aria-label": "The plane with data, scores and samples. Plus and minus zoom, 0 shows all.",
            onpointerdown: (event) => this.#grab(event), onwheel: (event) => this.#wheel(event), onkeydown: (event) => this.#key(event),
        });
        this.root = element("div", { class: "stage" }, this.canvas);
        this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
        this.#grid = this.#makeGrid();
    }

    /** The rectangle that is shown and its grid; the same object until it changes. @returns {Grid} */
    get grid() {
        return this.#grid;
    }

    #makeGrid() {
        const { x, y, half } = this.view;
        return { left: x - half, right: x + half, bottom: y - half, top: y + half, columns: ARROWS, rows: ARROWS };
    }

    /** Shows all of `points` with a margin. @param {Float64Array} points pairs */
    fit(points) {
        let reach = 0;
        for (const value of points) reach = Math.max(reach, Math.abs(value));
        this.show({ x: 0, y: 0, half: 1.15 * reach || HOME.half });
    }

    /** @param {{ x: number, y: number, half: number }} view */
    show(view) {
        this.view = { ...view, half: Math.min(WIDEST, Math.max(CLOSEST, view.half)) };
        this.home ??= this.view;
        this.#grid = this.#makeGrid();
        this.changed();
    }

    /** Fits the canvas to its place on the page; pixels for each unit of the plane follow. Answers what the picture depends on. */
    measure() {
        const { canvas } = this;
        this.ratio = devicePixelRatio;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((length) => Math.max(1, Math.round(length * this.ratio)));
        if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
        this.scale = Math.min(width, height) / (2 * this.view.half);
        this.middle = [width / 2, height / 2];
        return [this.#grid, width, height];
    }

    clear() {
        this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    }

    /**
     * Shows what `paint` draws, from memory while no part of `key` changes: ten thousand points take longer than a frame has.
     * @param {string} name @param {unknown[]} key @param {() => void} paint
     */
    keep(name, key, paint) {
        const { width, height } = this.canvas;
        const kept = this.#pictures.get(name) ?? { canvas: element("canvas"), key: [] };
        this.#pictures.set(name, kept);
        if (!same(kept.key, key)) {
            [kept.canvas.width, kept.canvas.height, kept.key] = [width, height, key];
            const screen = this.context;
            this.context = /** @type {CanvasRenderingContext2D} */ (kept.canvas.getContext("2d"));
            paint();
            this.context = screen;
        }
        this.context.drawImage(kept.canvas, 0, 0);
    }

    /** @type {Map<string, { canvas: HTMLCanvasElement, key: unknown[] }>} */
    #pictures = new Map();

    scale = 1;
    ratio = 1;
    middle = [0, 0];

    /** @param {number} x */
    across(x) {
        return this.middle[0] + (x - this.view.x) * this.scale;
    }

    /** @param {number} y */
    down(y) {
        return this.middle[1] - (y - this.view.y) * this.scale;
    }

    /** @param {PointerEvent} start */
    #grab(start) {
        const from = { ...this.view };
        const perPixel = this.ratio / this.scale;
        const move = (/** @type {PointerEvent} */ event) => this.show({
            x: from.x - (event.clientX - start.clientX) * perPixel, y: from.y + (event.clientY - start.clientY) * perPixel, half: from.half,
        });
        const stop = () => ["pointermove", "pointerup", "pointercancel"].forEach((name, i) =>
            this.canvas.removeEventListener(name, /** @type {EventListener} */ (i ? stop : move)));
        this.canvas.setPointerCapture(start.pointerId);
        this.canvas.addEventListener("pointermove", move);
        this.canvas.addEventListener("pointerup", stop);
        this.canvas.addEventListener("pointercancel", stop);
    }

    /** Zooms about the pointer. Without a modifier the wheel belongs to the page around. @param {WheelEvent} event */
    #wheel(event) {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey && document.activeElement === document.body) return;
        event.preventDefault();
        const box = this.canvas.getBoundingClientRect();
        const x = this.view.x + ((event.clientX - box.left) * this.ratio - this.middle[0]) / this.scale;
        const y = this.view.y - ((event.clientY - box.top) * this.ratio - this.middle[1]) / this.scale;
        this.zoom(Math.exp(0.002 * (event.deltaY || event.deltaX)), x, y);
    }

    /** @param {number} factor @param {number} x @param {number} y the point that stays where it is */
    zoom(factor, x = this.view.x, y = this.view.y) {
        const half = Math.min(WIDEST, Math.max(CLOSEST, this.view.half * factor));
        const shrink = half / this.view.half;
        this.show({ x: x + (this.view.x - x) * shrink, y: y + (this.view.y - y) * shrink, half });
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const step = 0.2 * this.view.half;
        const { x, y, half } = this.view;
        /** @type {Record<string, () => void>} */
        const actions = {
            "+": () => this.zoom(0.8), "=": () => this.zoom(0.8), "-": () => this.zoom(1.25), "0": () => this.show(this.home ?? HOME),
            w: () => this.show({ x, y: y + step, half }), s: () => this.show({ x, y: y - step, half }),
            a: () => this.show({ x: x - step, y, half }), d: () => this.show({ x: x + step, y, half }),
        };
        if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
        actions[event.key]();
        event.preventDefault();
    }
}

/** @param {unknown[]} one @param {unknown[]} other */
export const same = (one, other) => one.length === other.length && one.every((part, i) => part === other[i]);

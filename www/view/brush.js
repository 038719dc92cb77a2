// Drawing data: a brush that sprays points on the stage, an eraser, and a word to be traced.

import { tableDigest } from "../../scorescape.js";
import { fileOf } from "../descriptions.js";
import { brief, element, say } from "./element.js";
import { dots } from "./marks.js";
import { Picking } from "./picking.js";

/** @typedef {import("./instruments.js").Playground} Playground */
/** @typedef {import("./plate.js").Plate} Plate */

/** Half the width of the plane that an empty page shows: points there have about the spread that the settings for one's own points suit. */
const HALF = 2.2;
/** The brush's radius as a share of half the width of what is seen: at first, and the ends of its slider. */
const [RADIUS, FINEST, WIDEST] = [0.06, 0.01, 0.3];
/** Points of a touch, and for each radius that the brush moves; the fewest that are trained on, and the most. */
const [TOUCH, STROKE, FEWEST, MOST] = [12, 8, 10, 10_000];
/** How much of what is beneath shines through until it is of what is drawn. */
const VEIL = 0.85;

const HINT = "Drag over the picture, or move the cross with the arrow keys and press Enter for a touch of the brush. Escape ends this.";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.brush { padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; margin-top: 0.4rem; }
.brush p { margin: 0 0 0.4rem; }
.brush label { display: inline-flex; gap: 0.4rem; align-items: center; }
.brush input[type="range"] { width: 7rem; accent-color: var(--accent); }
.brush input[type="text"] { width: 9rem; }
.brush button { background: var(--background); }
`);

/** The points of a drawing that was kept. @param {import("./own.js").Own | undefined} file */
function read(file) {
    const points = file?.drawn ? new TextDecoder().decode(file.bytes).trim().split(/[\n,]/).map(Number) : [];
    return points.length > 0 && points.length <= 2 * MOST && points.length % 2 === 0 && points.every(Number.isFinite) ? points : undefined;
}

export class Brush {
    static sheet = sheet;
    #on = false;
    #erases = false;
    /** Of what is drawn, pairs of coordinates. @type {number[]} */
    #points = [];
    /** What was drawn, by the digest of its file: who takes a stroke back goes on from there. @type {Map<string, number[]>} */
    #drawings = new Map();
    /** The drawing at hand, and what the experiment was about when it was looked at last. */
    #digest = "";
    #seen = "";
    /** What was cleared, until there is something else. @type {number[]} */
    #cleared = [];
    /** Where the stroke is, what there was before it, and where on the screen the pointer is that makes it. @type {{ id: number, place: [number, number], before: number[], pointer: import("./stage.js").Hold } | undefined} */
    #stroke;
    /** Where the brush is. @type {[number, number] | undefined} */
    #place;
    /** What was told of it last. @type {unknown} */
    #about;
    #overlay = {};
    #listeners = new AbortController();
    #told = element("p", { role: "status" });
    #size = element("input", { type: "range", name: "brush", min: 0, max: 100, value: 100 * Math.log(RADIUS / FINEST) / Math.log(WIDEST / FINEST), oninput: () => this.#overlay = {} });

    /** @param {Playground} playground @param {() => void} hold */
    constructor(playground, hold) {
        this.playground = playground;
        this.hold = hold;
        this.stage = /** @type {import("./stage.js").Stage} */ (playground.stage);
        this.picking = new Picking(this.stage, (place) => (this.#place = place, this.#overlay = {}), () => this.#turn(false));
        const pressed = (/** @type {string} */ label, /** @type {string} */ title, /** @type {() => void} */ onclick) => element("button", { type: "button", title, "aria-pressed": "false", onclick }, label);
        this.button = pressed("Draw data", "Draw points of your own on the picture, or type a word", () => this.#turn(!this.#on));
        this.eraser = pressed("Eraser", "Take points away instead", () => this.eraser.setAttribute("aria-pressed", String(this.#erases = !this.#erases)));
        this.clear = element("button", { type: "button", onclick: () => this.#clear() }, "Clear");
        /** @type {HTMLInputElement} */
        const word = element("input", { type: "text", name: "word", maxlength: 12, autocomplete: "off", placeholder: "SCORE", onkeydown: (event) => event.key === "Enter" && this.#type(word.value) });
        const trace = element("button", { type: "button", onclick: () => this.#type(word.value) }, "Trace it");
        this.panel = element("section", { class: "brush", "aria-label": "Drawing", hidden: true }, this.#told,
            element("div", { class: "bar" }, this.eraser, element("label", {}, "Size", this.#size), this.clear, element("label", {}, "or type a word", word), trace));
        this.buttons = [this.button];
        this.parts = [this.panel];
        this.#listen();
    }

    #listen() {
        const { signal } = this.#listeners;
        // Before the stage hears of them: what draws does not move the picture.
        const on = (/** @type {string} */ type, /** @type {(event: PointerEvent) => boolean} */ act) => this.stage.canvas.addEventListener(type, (event) => {
            if (this.#on && act(/** @type {PointerEvent} */ (event))) event.stopImmediatePropagation();
        }, { capture: true, signal });
        on("pointerdown", (event) => this.#begin(event));
        on("pointermove", (event) => this.#move(event));
        on("pointerup", (event) => this.#end(event));
        on("pointercancel", (event) => this.#end(event));
    }

    /** @param {boolean} on */
    #turn(on) {
        if (on) this.hold();
        [this.#on, this.#stroke] = [on, undefined];
        this.button.setAttribute("aria-pressed", String(on));
        this.panel.hidden = !on;
        this.stage.canvas.style.touchAction = on ? "none" : "";
        this.picking.ask(on ? (place) => (this.#touch(place), this.#use()) : undefined);
        if (on && !this.#isOurs) this.stage.show(this.stage.home = { x: 0, y: 0, half: HALF });
        this.#tell();
        this.#overlay = {};
    }

    release() {
        if (this.#on) this.#turn(false);
    }

    get steady() {
        return this.#on;
    }

    /** Whether the experiment is about what is drawn here. */
    get #isOurs() {
        return this.#digest !== "" && this.playground.setting("data") === "own" && this.playground.setting("data.digest") === this.#digest;
    }

    /** In units of the plane. */
    get #radius() {
        return this.stage.view.half * FINEST * (WIDEST / FINEST) ** (Number(this.#size.value) / 100);
    }

    /** @param {PointerEvent} event */
    #begin({ button, pointerId, clientX, clientY }) {
        if (button !== 0 || this.#stroke?.id === pointerId) return true;
        if (this.#stroke) return this.#pinch(this.#stroke);
        if (this.stage.held) return false;
        this.stage.canvas.setPointerCapture(pointerId);
        const pointer = { button, pointerId, clientX, clientY };
        this.#stroke = { id: pointerId, place: this.stage.placeAt(clientX, clientY), before: [...this.#points], pointer };
        this.#touch(this.#stroke.place);
        return true;
    }

    /** Another finger takes hold of the picture together with the first, which drew nothing then. @param {{ before: number[], pointer: import("./stage.js").Hold }} stroke */
    #pinch({ before, pointer }) {
        [this.#stroke, this.#points, this.#overlay] = [undefined, before, {}];
        this.stage.hold(pointer);
        this.#tell();
        return false;
    }

    /** @param {PointerEvent} event */
    #move({ pointerId, buttons, clientX, clientY }) {
        const [place, stroke] = [this.stage.placeAt(clientX, clientY), this.#stroke];
        this.picking.point(place);
        if (stroke?.id !== pointerId) return false;
        // A menu may have swallowed the release.
        if (buttons === 0) return this.#end({ pointerId });
        const way = Math.hypot(place[0] - stroke.place[0], place[1] - stroke.place[1]) / this.#radius;
        const dabs = Math.ceil(way);
        for (let i = 1; i <= dabs; i++) {
            const share = i / dabs;
            this.#dab([0, 1].map((axis) => stroke.place[axis] + share * (place[axis] - stroke.place[axis])), Math.max(1, Math.round(STROKE * way / dabs)));
        }
        [stroke.place, stroke.pointer] = [place, { ...stroke.pointer, clientX, clientY }];
        return true;
    }

    /** @param {{ pointerId: number }} event */
    #end({ pointerId }) {
        if (this.#stroke?.id !== pointerId) return false;
        this.#stroke = undefined;
        this.#use();
        return true;
    }

    /** @param {[number, number]} place */
    #touch(place) {
        this.#dab(place, TOUCH);
    }

    /** Sprays points within the brush's circle about a place, or takes those there away. @param {number[]} place @param {number} count */
    #dab([x, y], count) {
        const [points, radius] = [this.#points, this.#radius];
        this.#overlay = {};
        if (this.#erases) {
            this.#points = points.filter((_, i) => Math.hypot(points[i - i % 2] - x, points[i - i % 2 + 1] - y) > radius);
        } else {
            for (let i = 0; i < count && points.length < 2 * MOST; i++) {
                const [angle, distance] = [2 * Math.PI * Math.random(), radius * Math.sqrt(Math.random())];
                points.push(x + distance * Math.cos(angle), y + distance * Math.sin(angle));
            }
        }
        this.#tell();
    }

    /** Takes all points away, or brings them back. */
    #clear() {
        const back = this.#points.length === 0;
        [this.#points, this.#cleared, this.#digest, this.#overlay] = back ? [this.#cleared, [], "", {}] : [[], this.#points, "", {}];
        if (back) this.#use();
        this.#tell();
    }

    /** Trains on what is drawn. */
    #use() {
        const { playground, stage } = this;
        if (this.#points.length < 2 * FEWEST) return;
        const digits = Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(stage.view.half))));
        const rows = Array.from({ length: this.#points.length / 2 }, (_, i) => `${this.#points[2 * i].toFixed(digits)},${this.#points[2 * i + 1].toFixed(digits)}\n`);
        const bytes = new TextEncoder().encode(rows.join(""));
        this.#digest = tableDigest(bytes);
        this.#drawings.set(this.#digest, [...this.#points]);
        playground.take("your drawing", bytes, { values: { "data.standardise": "no" }, steady: true });
    }

    /** @param {string} word */
    #type(word) {
        const refusal = this.playground.change({ data: "word", "data.word": word.trim().toUpperCase() });
        if (refusal) say(this.#told, `${refusal}.`);
        else this.#turn(false);
    }

    #tell() {
        const count = this.#points.length / 2;
        say(this.clear, count === 0 && this.#cleared.length > 0 ? "Bring back" : "Clear");
        say(this.#told, count === 0 ? HINT : count < FEWEST ? `${count} points: draw at least ${FEWEST}.` : count >= MOST ? `${count} points, and no more are taken.`
            : `${count} points, which stay on this machine. Eight of ten are trained on and shown, the others held out. σ is ${brief(Number(this.playground.setting("train.sigma")))}, and has its slider above.`);
    }

    /** Follows what is taken back, once a frame. */
    look() {
        const { playground } = this;
        if (this.#on && this.#about !== playground.description) this.#tell();
        this.#about = playground.description;
        const digest = playground.setting("data") === "own" ? String(playground.setting("data.digest")) : "";
        if (this.#stroke || digest === this.#seen) return this.#overlay;
        this.#seen = digest;
        const drawn = digest === this.#digest ? undefined : this.#drawings.get(digest) ?? read(fileOf(digest));
        if (drawn) {
            [this.#digest, this.#points, this.#overlay] = [digest, [...drawn], {}];
            this.#tell();
        }
        return this.#overlay;
    }

    /** @param {Plate} plate @param {number} dim @param {Record<string, string>} inks */
    draw(plate, dim, inks) {
        if (!this.#on) return;
        const { context, ratio } = plate;
        if (!this.#isOurs) {
            [context.globalAlpha, context.fillStyle] = [VEIL, inks.background];
            context.fillRect(0, 0, plate.width, plate.height);
            context.globalAlpha = 1;
        }
        dots(plate, Float64Array.from(this.#points), inks.text, 1);
        if (!this.#place) return;
        [context.strokeStyle, context.lineWidth] = [inks.difference, 1.5 * ratio];
        context.beginPath();
        context.arc(plate.across(this.#place[0]), plate.down(this.#place[1]), this.#radius * plate.scale, 0, 2 * Math.PI);
        context.stroke();
        this.picking.draw(plate, inks.difference);
    }

    destroy() {
        this.#listeners.abort();
        this.picking.destroy();
    }
}

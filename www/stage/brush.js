// Drawing data: a brush that sprays points on the stage, an eraser, and a word to be traced.

import { change } from "../../scorescape.js";
import { Drawing, FEWEST, MOST } from "./drawn-points.js";
import { brief } from "../drawing/number-format.js";
import { element, say } from "../panels/element.js";
import { dots } from "../drawing/primitives.js";
import { Picking } from "./place-picker.js";
import { homeOf } from "./stage.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../drawing/viewport.js").Plate} Plate */
/** @typedef {import("./stage.js").Hold} Hold */

/** Half the width of the plane that an empty page shows: points there have about the spread that the settings for one's own points suit. */
const HALF = 2.2;
/** The brush's radius as a share of half the width of what is seen: at first, and the ends of its slider. */
const [RADIUS, FINEST, WIDEST] = [0.06, 0.01, 0.3];
/** Points of a touch, and for each radius that the brush moves. */
const [TOUCH, STROKE] = [12, 8];
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
.stage.drawing .own { display: none; }
`);

export class Brush {
    static sheet = sheet;
    #on = false;
    #erases = false;
    #drawing = new Drawing();
    /** The file that the experiment was about when it was looked at last. */
    #seen = "";
    /** Where the stroke is, what there was before it, and where on the screen the pointer is that makes it. @type {{ id: number, place: [number, number], before: number[], pointer: Hold } | undefined} */
    #stroke;
    /** Where the brush is. @type {[number, number] | undefined} */
    #place;
    /** What was seen before there was a page to draw on, and that page. @type {Record<"view" | "home" | "page", import("../drawing/viewport.js").View> | undefined} */
    #before;
    /** How many points it began with, and of how many. @type {{ count: number, all: number } | undefined} */
    #copied;
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
        this.copy = element("button", { type: "button", title: "Begin with the points that are trained on now: add to them, or take some away", onclick: () => this.#copy() }, "Draw on these data");
        /** @type {HTMLInputElement} */
        const word = element("input", { type: "text", name: "word", maxlength: 12, autocomplete: "off", placeholder: "SCORE", onkeydown: (event) => event.key === "Enter" && this.#type(word.value) });
        const trace = element("button", { type: "button", onclick: () => this.#type(word.value) }, "Trace it");
        this.panel = element("section", { class: "brush", "aria-label": "Drawing", hidden: true }, this.#told,
            element("div", { class: "bar" }, this.copy, this.eraser, element("label", {}, "Size", this.#size), this.clear, element("label", {}, "or type a word", word), trace));
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
        this.stage.root.classList.toggle("drawing", on);
        this.stage.canvas.style.touchAction = on ? "none" : "";
        this.picking.ask(on ? (place) => (this.#touch(place), this.#use()) : undefined);
        this.#frame(on);
        this.#tell();
        this.#overlay = {};
    }

    /** Shows an empty page to draw on, and afterwards what was shown before unless something was drawn. @param {boolean} on */
    #frame(on) {
        const { stage, playground: { client } } = this;
        if (on && !this.#isOurs) {
            this.#before = { view: stage.view, home: stage.home, page: { x: 0, y: 0, half: HALF } };
            stage.show(stage.home = this.#before.page);
        } else if (!on && this.#isOurs && client?.reach !== undefined) {
            stage.home = homeOf(client.reach);
        } else if (!on && !this.#isOurs && this.#before?.page === stage.home) {
            stage.home = this.#before.home;
            stage.show(this.#before.view);
        }
        if (!on) this.#before = undefined;
    }

    release() {
        if (this.#on) this.#turn(false);
    }

    get steady() {
        return this.#on;
    }

    /** Whether the experiment is about what is drawn here, in its own units. */
    get #isOurs() {
        const { playground } = this;
        const about = (/** @type {string} */ key) => playground.setting(`data${key}`);
        return this.#drawing.digest !== "" && about("") === "own" && about(".digest") === this.#drawing.digest && about(".standardise") === "no";
    }

    /** In units of the plane. */
    get #radius() {
        return this.stage.view.half * FINEST * (WIDEST / FINEST) ** (Number(this.#size.value) / 100);
    }

    /** @param {PointerEvent} event */
    #begin({ button, pointerId, clientX, clientY }) {
        if (button !== 0 || this.#stroke?.id === pointerId) return true;
        if (this.#stroke) return this.#pinch(this.#stroke, { button, pointerId, clientX, clientY });
        if (this.stage.held) return false;
        this.stage.canvas.setPointerCapture(pointerId);
        const pointer = { button, pointerId, clientX, clientY };
        this.#stroke = { id: pointerId, place: this.stage.placeAt(clientX, clientY), before: [...this.#drawing.points], pointer };
        this.#touch(this.#stroke.place);
        return true;
    }

    /** Another finger takes hold of the picture together with the first, which drew nothing then. @param {{ before: number[], pointer: Hold }} stroke @param {Hold} other */
    #pinch({ before, pointer }, other) {
        [this.#stroke, this.#drawing.points, this.#overlay] = [undefined, before, {}];
        for (const finger of [pointer, other]) this.stage.hold(finger);
        this.#tell();
        return true;
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
    #dab(place, count) {
        this.#overlay = {};
        if (this.#erases) this.#drawing.erase(place, this.#radius);
        else this.#drawing.spray(place, this.#radius, count, this.stage.view.half);
        this.#tell();
    }

    /** Takes all points away, or brings them back. */
    #clear() {
        if (this.#drawing.count > 0) return this.#leave();
        this.#drawing.bringBack();
        this.#use();
        this.#renew();
    }

    /** Begins with what is trained on, where it is seen. */
    async #copy() {
        const { client, description } = this.playground;
        if (!client) return;
        try {
            const { values } = await client.table("points", client.engine);
            if (!this.#on || this.#stroke || this.#drawing.count > 0 || this.playground.description !== description) return;
            if (this.#before?.page === this.stage.home) {
                this.stage.home = this.#before.home;
                this.stage.show(this.#before.view);
            }
            this.#drawing.begin(values);
            this.#copied = { count: this.#drawing.count, all: values.length / 2 };
            this.#use(this.#others);
            this.#renew();
            this.stage.canvas.focus(); // as the button goes
        } catch (error) {
            say(this.#told, error instanceof Error ? error.message : String(error));
        }
    }

    /** Whether there are other points to begin with. */
    get #isCopyable() {
        const { client } = this.playground;
        return this.#drawing.count === 0 && client?.dim === 2 && !["opening", "asking", "broken"].includes(client.phase);
    }

    /** What the choice of one's own points would set beside them, as it is now. */
    get #others() {
        const now = (/** @type {string} */ key) => this.playground.setting(key);
        const { settings } = change(String(this.playground.description?.link), "data", "own");
        const others = settings.filter(({ key, value }) => !/^(data|view)/.test(key) && now(key) !== undefined && now(key) !== value);
        return Object.fromEntries(others.map(({ key }) => [key, String(now(key))]));
    }

    /** Trains on what is drawn. @param {Record<string, string>} [others] settings that go with it */
    #use(others) {
        if (this.#drawing.count < FEWEST) return;
        const bytes = this.#drawing.write();
        /** Of a table no more are taken than are asked for. @type {Record<string, string>} */
        const enough = Number(this.playground.setting("data.count")) < this.#drawing.count ? { "data.count": String(MOST) } : {};
        // An eraser that met nothing changes nothing.
        if (!this.#isOurs) this.playground.take("your drawing", bytes, { values: { "data.standardise": "no", ...enough, ...others }, steady: true });
    }

    /** @param {string} word */
    #type(word) {
        const refusal = this.playground.change({ data: "word", "data.word": word.trim().toUpperCase() });
        if (refusal) say(this.#told, `${refusal}.`);
        else this.#turn(false);
    }

    #tell() {
        const { count, isAside } = this.#drawing;
        const of = this.#copied?.count === count && this.#copied.all > count ? ` of ${this.#copied.all}` : "";
        say(this.clear, isAside ? "Bring back" : "Clear");
        say(this.#told, count === 0 ? HINT : count < FEWEST ? `${count} points: draw at least ${FEWEST}.` : count >= MOST ? `${count} points, and no more are taken.`
            : `${count}${of} points, which stay on this machine. Eight of ten are trained on and shown, the others held out. σ is ${brief(Number(this.playground.setting("train.sigma")))}, and has its slider above.`);
    }

    /** Follows what is taken back, once a frame. */
    look() {
        const { playground } = this;
        if (this.#on && this.#about !== playground.description) this.#tell();
        this.copy.hidden = !this.#isCopyable;
        this.#about = playground.description;
        const digest = playground.setting("data") === "own" ? String(playground.setting("data.digest")) : "";
        if (this.#stroke || digest === this.#seen) return this.#overlay;
        this.#seen = digest;
        if (digest === this.#drawing.digest) return this.#overlay;
        if (this.#drawing.recall(digest)) this.#renew();
        else if (this.#drawing.digest !== "") this.#leave();
        return this.#overlay;
    }

    /** Draws it anew, and says how much there is. */
    #renew() {
        this.#overlay = {};
        this.#tell();
    }

    /** The experiment is about something else now: what was drawn is put aside. */
    #leave() {
        this.#drawing.clear();
        this.#renew();
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
        dots(plate, Float64Array.from(this.#drawing.points), inks.data, 1);
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

// Strokes of one pointer over the stage. A second finger undoes the stroke and drags the picture with the first.

/** @typedef {[number, number]} Place a point of the plane */
/** @typedef {import("./stage.js").Pointer} Pointer */
/**
 * `isActive`: pointers draw strokes. `move` gets places of every pointer, `draw` both ends of a piece of the stroke.
 * @typedef {{
 *     isActive: () => boolean, begin: (place: Place) => void, move: (place: Place) => void,
 *     draw: (from: Place, to: Place) => void, end: () => void, undo: () => void,
 * }} StrokeActions
 */

export class StrokePointer {
    #stage;
    #actions;
    /** The stroke's pointer and its last place. @type {{ place: Place, pointer: Pointer } | undefined} */
    #stroke;
    #listeners = new AbortController();

    /** @param {import("../panels/view-context.js").StageView} stage @param {StrokeActions} actions */
    constructor(stage, actions) {
        this.#stage = stage;
        this.#actions = actions;
        this.#listen();
    }

    /** Listens in the capture phase, before the stage: a stroke must not drag the picture. */
    #listen() {
        /** @type {[`pointer${"down" | "move" | "up" | "cancel"}`, (event: PointerEvent) => boolean][]} */
        const handlers = [
            ["pointerdown", (event) => this.#begin(event)],
            ["pointermove", (event) => this.#move(event)],
            ["pointerup", (event) => this.#end(event)],
            ["pointercancel", (event) => this.#end(event)],
        ];
        for (const [type, handle] of handlers) {
            const listener = (/** @type {PointerEvent} */ event) => {
                if (this.#actions.isActive() && handle(event)) {
                    event.stopImmediatePropagation();
                }
            };
            this.#stage.canvas.addEventListener(type, listener, { capture: true, signal: this.#listeners.signal });
        }
    }

    get isDrawing() {
        return this.#stroke !== undefined;
    }

    /** Discards the stroke in progress; its points stay. */
    cancel() {
        this.#stroke = undefined;
    }

    /** Handlers return true if the event belongs to a stroke. @param {PointerEvent} event */
    #begin({ button, pointerId, clientX, clientY }) {
        const stage = this.#stage;
        if (button !== 0 || this.#stroke?.pointer.pointerId === pointerId) {
            return true;
        }
        const pointer = { button, pointerId, clientX, clientY };
        if (this.#stroke) {
            return this.#startPinch(this.#stroke.pointer, pointer);
        }
        if (stage.isHeld) {
            return false;
        }
        stage.canvas.setPointerCapture(pointerId);
        this.#stroke = { place: stage.placeAt(clientX, clientY), pointer };
        this.#actions.begin(this.#stroke.place);
        return true;
    }

    /** @param {Pointer[]} fingers */
    #startPinch(...fingers) {
        this.#stroke = undefined;
        for (const finger of fingers) {
            this.#stage.addPointer(finger);
        }
        this.#actions.undo();
        return true;
    }

    /** @param {PointerEvent} event */
    #move({ pointerId, buttons, clientX, clientY }) {
        const place = this.#stage.placeAt(clientX, clientY);
        const stroke = this.#stroke;
        this.#actions.move(place);
        if (stroke?.pointer.pointerId !== pointerId) {
            return false;
        }
        // There is no pointerup event if a context menu opened.
        if (buttons === 0) {
            return this.#end({ pointerId });
        }
        this.#actions.draw(stroke.place, place);
        stroke.place = place;
        stroke.pointer = { ...stroke.pointer, clientX, clientY };
        return true;
    }

    /** @param {{ pointerId: number }} event */
    #end({ pointerId }) {
        if (this.#stroke?.pointer.pointerId !== pointerId) {
            return false;
        }
        this.#stroke = undefined;
        this.#actions.end();
        return true;
    }

    destroy() {
        this.#listeners.abort();
    }
}

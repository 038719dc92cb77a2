// Picks a place on the stage by a click, a tap, or a crosshair that arrow keys move.

/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/** @typedef {[number, number]} Place a point of the plane */

/** Greatest movement of a click, in CSS pixels. */
const CLICK_TOLERANCE = 5;
/** Number of arrow key presses that cross the shorter side, and the factor of a move with Shift held down. */
const STEPS_ACROSS = 60;
const SHIFT_FACTOR = 5;
/** Half length of the crosshair, and half the gap in its middle, in CSS pixels. */
const ARM = 14;
const GAP = 4;

export class PlacePicker {
    /** Gets the picked place; undefined while the picker is inactive. @type {((place: Place) => void) | undefined} */
    #onPick;
    /** @type {Place | undefined} */
    #cross;
    /** @type {{ x: number, y: number, id: number } | undefined} */
    #pressed;
    #listeners = new AbortController();

    /**
     * @param {import("../panels/view-context.js").StageView} stage
     * @param {(place: Place | undefined) => void} onMove gets the crosshair's place
     * @param {() => void} onEnd called by Escape
     */
    constructor(stage, onMove, onEnd) {
        this.stage = stage;
        this.onMove = onMove;
        this.onEnd = onEnd;
        const { canvas } = stage;
        const { signal } = this.#listeners;
        canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
        canvas.addEventListener("pointerup", (event) => this.#up(event), { signal });
        canvas.addEventListener(
            "pointercancel",
            () => {
                this.#pressed = undefined;
            },
            { signal },
        );
        canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
    }

    /**
     * Activates the picker with a handler for picked places, or ends it.
     * @param {((place: Place) => void) | undefined} onPick
     */
    setHandler(onPick) {
        this.#onPick = onPick;
        this.#move(onPick && this.#visibleCross);
        this.stage.canvas.style.cursor = onPick ? "crosshair" : "";
        if (onPick) {
            this.stage.canvas.focus({ preventScroll: true });
        }
    }

    /** Half width and half height of the view, in the plane's units. */
    get #viewExtent() {
        const {
            canvas: { clientWidth, clientHeight },
            view: { half },
        } = this.stage;
        return [clientWidth, clientHeight].map((length) => (half * length) / Math.min(clientWidth, clientHeight));
    }

    /** Place of the crosshair, or the middle of the view if the crosshair is outside of it. @returns {Place} */
    get #visibleCross() {
        const { x, y } = this.stage.view;
        const cross = this.#cross ?? [x, y];
        const [aside, above] = this.#viewExtent;
        // A crosshair at the very edge counts as inside, despite rounding.
        const far = Math.abs(cross[0] - x) / aside;
        const high = Math.abs(cross[1] - y) / above;
        return Math.max(far, high) < 1 + 1e-9 ? [cross[0], cross[1]] : [x, y];
    }

    /** Moves the crosshair, up to the edge of the view. @param {number} x @param {number} y */
    #moveWithin(x, y) {
        const { view } = this.stage;
        const [aside, above] = this.#viewExtent;
        const within = (/** @type {number} */ value, /** @type {number} */ middle, /** @type {number} */ most) =>
            Math.max(middle - most, Math.min(middle + most, value));
        this.#move([within(x, view.x, aside), within(y, view.y, above)]);
    }

    /** Moves the crosshair if the picker is active. @param {Place} place */
    moveTo(place) {
        if (this.#onPick) {
            this.#move(place);
        }
    }

    /** @param {Place | undefined} place */
    #move(place) {
        this.#cross = place ?? this.#cross;
        this.onMove(place);
    }

    /** A press with two pointers is no click. @param {PointerEvent} event */
    #down({ button, clientX, clientY, pointerId }) {
        this.#pressed = this.#pressed || button !== 0 ? undefined : { x: clientX, y: clientY, id: pointerId };
    }

    /** @param {PointerEvent} event */
    #up({ clientX, clientY, pointerId }) {
        const pressed = this.#pressed;
        this.#pressed = undefined;
        if (
            !this.#onPick ||
            pressed?.id !== pointerId ||
            Math.hypot(clientX - pressed.x, clientY - pressed.y) > CLICK_TOLERANCE
        ) {
            return;
        }
        this.#pick(this.stage.placeAt(clientX, clientY));
    }

    /** @param {Place} place */
    #pick(place) {
        this.#move(place);
        this.#onPick?.(place);
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (!this.#onPick || !this.#cross || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const [x, y] = this.#visibleCross;
        const step = ((2 * this.stage.view.half) / STEPS_ACROSS) * (event.shiftKey ? SHIFT_FACTOR : 1);
        /** @type {Record<string, () => void>} */
        const actions = {
            ArrowLeft: () => this.#moveWithin(x - step, y),
            ArrowRight: () => this.#moveWithin(x + step, y),
            ArrowUp: () => this.#moveWithin(x, y + step),
            ArrowDown: () => this.#moveWithin(x, y - step),
            Enter: () => this.#pick([x, y]),
            Escape: () => this.onEnd(),
        };
        if (!actions[event.key]) {
            return;
        }
        actions[event.key]();
        event.preventDefault();
    }

    /** @param {Viewport} viewport @param {string} color */
    draw(viewport, color) {
        if (!this.#onPick || !this.#cross) {
            return;
        }
        const { context, ratio } = viewport;
        const x = viewport.toX(this.#cross[0]);
        const y = viewport.toY(this.#cross[1]);
        context.strokeStyle = color;
        context.lineWidth = 2 * ratio;
        context.beginPath();
        for (const [u, v] of [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
        ]) {
            context.moveTo(x + u * GAP * ratio, y + v * GAP * ratio);
            context.lineTo(x + u * ARM * ratio, y + v * ARM * ratio);
        }
        context.stroke();
    }

    destroy() {
        this.#listeners.abort();
        this.stage.canvas.style.cursor = "";
    }
}

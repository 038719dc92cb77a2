// Choosing a place on the stage: by a click or a tap, or by a crosshair that arrow keys move.

/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */
/** @typedef {[number, number]} Place a point of the plane */

/** How far a pointer may stray, in CSS pixels, and still have clicked. */
const CLICK_TOLERANCE = 5;
/** How many moves of the crosshair cross the shorter side, and how many times as far it goes with Shift held down. */
const STEPS_ACROSS = 60;
const SHIFT_FACTOR = 5;
/** Half the crosshair, and the gap in its middle, in CSS pixels. */
const ARM = 14;
const GAP = 4;

export class PlacePicker {
    /** What gets the place that is chosen; nobody while none is wanted. @type {((place: Place) => void) | undefined} */
    #onPick;
    /** @type {Place | undefined} */
    #cross;
    /** @type {{ x: number, y: number, id: number } | undefined} */
    #pressed;
    #listeners = new AbortController();

    /**
     * @param {import("./stage.js").Stage} stage
     * @param {(place: Place | undefined) => void} onMove told where the crosshair is
     * @param {() => void} onEnd by Escape
     */
    constructor(stage, onMove, onEnd) {
        this.stage = stage;
        this.onMove = onMove;
        this.onEnd = onEnd;
        const { signal } = this.#listeners;
        const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ act) =>
            stage.canvas.addEventListener(type, act, { signal });
        on(
            "pointerdown",
            ({ button, clientX, clientY, pointerId }) =>
                (this.#pressed = this.#pressed || button !== 0 ? undefined : { x: clientX, y: clientY, id: pointerId }),
        );
        on("pointerup", (event) => this.#up(event));
        on("pointercancel", () => (this.#pressed = undefined));
        on("keydown", (event) => this.#key(event));
    }

    get isActive() {
        return this.#onPick !== undefined;
    }

    /**
     * Hands each place that is chosen to `take`, until that is undefined.
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

    /** How far what is seen reaches from its middle, aside and above. */
    get #viewExtent() {
        const {
            canvas: { clientWidth, clientHeight },
            view: { half },
        } = this.stage;
        return [clientWidth, clientHeight].map((length) => (half * length) / Math.min(clientWidth, clientHeight));
    }

    /** Where the crosshair is; the middle of what is seen if it has got out of sight. @returns {Place} */
    get #visibleCross() {
        const { x, y } = this.stage.view;
        const cross = this.#cross ?? [x, y];
        const [aside, above] = this.#viewExtent;
        // One at the very edge is in sight, however its place is rounded.
        const far = Math.abs(cross[0] - x) / aside;
        const high = Math.abs(cross[1] - y) / above;
        return Math.max(far, high) < 1 + 1e-9 ? [cross[0], cross[1]] : [x, y];
    }

    /** Moves it by keys, up to the edge of what is seen. @param {number} x @param {number} y */
    #moveWithin(x, y) {
        const { view } = this.stage;
        const [aside, above] = this.#viewExtent;
        const within = (/** @type {number} */ value, /** @type {number} */ middle, /** @type {number} */ most) =>
            Math.max(middle - most, Math.min(middle + most, value));
        this.#move([within(x, view.x, aside), within(y, view.y, above)]);
    }

    /** Puts the crosshair there, as long as a place is wanted. @param {Place} place */
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

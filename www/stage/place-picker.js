// Choosing a place on the stage: by a click or a tap, or by a crosshair that arrow keys move.

/** @typedef {import("../drawing/viewport.js").Plate} Plate */
/** @typedef {[number, number]} Place a point of the plane */

/** How far a pointer may stray, in CSS pixels, and still have clicked. */
const STEADY = 5;
/** How many moves of the crosshair cross the shorter side, and how many times as far it goes with Shift held down. */
const [MOVES, LEAP] = [60, 5];
/** Half the crosshair, and the gap in its middle, in CSS pixels. */
const [ARM, GAP] = [14, 4];

export class Picking {
    /** What gets the place that is chosen; nobody while none is wanted. @type {((place: Place) => void) | undefined} */
    #take;
    /** @type {Place | undefined} */
    #cross;
    /** @type {{ x: number, y: number, id: number } | undefined} */
    #down;
    #listeners = new AbortController();

    /** @param {import("./stage.js").Stage} stage @param {(place: Place | undefined) => void} moved told where the crosshair is @param {() => void} ended by Escape */
    constructor(stage, moved, ended) {
        this.stage = stage;
        this.moved = moved;
        this.ended = ended;
        const { signal } = this.#listeners;
        const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ act) => stage.canvas.addEventListener(type, act, { signal });
        on("pointerdown", ({ button, clientX, clientY, pointerId }) => this.#down = this.#down || button !== 0 ? undefined : { x: clientX, y: clientY, id: pointerId });
        on("pointerup", (event) => this.#up(event));
        on("pointercancel", () => this.#down = undefined);
        on("keydown", (event) => this.#key(event));
    }

    get active() {
        return this.#take !== undefined;
    }

    /** Hands each place that is chosen to `take`, until that is undefined. @param {((place: Place) => void) | undefined} take */
    ask(take) {
        this.#take = take;
        this.#move(take && this.#seen);
        this.stage.canvas.style.cursor = take ? "crosshair" : "";
        if (take) this.stage.canvas.focus({ preventScroll: true });
    }

    /** How far what is seen reaches from its middle, aside and above. */
    get #reach() {
        const { canvas: { clientWidth, clientHeight }, view: { half } } = this.stage;
        return [clientWidth, clientHeight].map((length) => half * length / Math.min(clientWidth, clientHeight));
    }

    /** Where the crosshair is; the middle of what is seen if it has got out of sight. @returns {Place} */
    get #seen() {
        const { x, y } = this.stage.view;
        const [cross, [aside, above]] = [this.#cross ?? [x, y], this.#reach];
        // One at the very edge is in sight, however its place is rounded.
        const [far, high] = [Math.abs(cross[0] - x) / aside, Math.abs(cross[1] - y) / above];
        return Math.max(far, high) < 1 + 1e-9 ? [cross[0], cross[1]] : [x, y];
    }

    /** Moves it by keys, up to the edge of what is seen. @param {number} x @param {number} y */
    #push(x, y) {
        const { view } = this.stage;
        const [aside, above] = this.#reach;
        const within = (/** @type {number} */ value, /** @type {number} */ middle, /** @type {number} */ most) => Math.max(middle - most, Math.min(middle + most, value));
        this.#move([within(x, view.x, aside), within(y, view.y, above)]);
    }

    /** Puts the crosshair there, as long as a place is wanted. @param {Place} place */
    point(place) {
        if (this.#take) this.#move(place);
    }

    /** @param {Place | undefined} place */
    #move(place) {
        this.#cross = place ?? this.#cross;
        this.moved(place);
    }

    /** @param {PointerEvent} event */
    #up({ clientX, clientY, pointerId }) {
        const down = this.#down;
        this.#down = undefined;
        if (!this.#take || down?.id !== pointerId || Math.hypot(clientX - down.x, clientY - down.y) > STEADY) return;
        this.#choose(this.stage.placeAt(clientX, clientY));
    }

    /** @param {Place} place */
    #choose(place) {
        this.#move(place);
        this.#take?.(place);
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (!this.#take || !this.#cross || event.ctrlKey || event.metaKey || event.altKey) return;
        const [x, y] = this.#seen;
        const step = 2 * this.stage.view.half / MOVES * (event.shiftKey ? LEAP : 1);
        /** @type {Record<string, () => void>} */
        const actions = {
            ArrowLeft: () => this.#push(x - step, y), ArrowRight: () => this.#push(x + step, y),
            ArrowUp: () => this.#push(x, y + step), ArrowDown: () => this.#push(x, y - step),
            Enter: () => this.#choose([x, y]), Escape: () => this.ended(),
        };
        if (!actions[event.key]) return;
        actions[event.key]();
        event.preventDefault();
    }

    /** @param {Plate} plate @param {string} ink */
    draw(plate, ink) {
        if (!this.#take || !this.#cross) return;
        const { context, ratio } = plate;
        const [x, y] = [plate.across(this.#cross[0]), plate.down(this.#cross[1])];
        [context.strokeStyle, context.lineWidth] = [ink, 2 * ratio];
        context.beginPath();
        for (const [u, v] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
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

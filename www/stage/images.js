// Data that are images, seen as such: data, the same corrupted and reconstructed, samples, and a chain as a strip.

import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "../panels/element.js";
import { FieldRequest } from "../workers/protocol.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("../workers/protocol.js").ImageRows} ImageRows */
/** @typedef {NonNullable<import("../../scorescape.js").Description["image"]>} Image */

/** Images in a row. */
const COUNT = 12;
/** Milliseconds between two looks. */
const REQUEST_INTERVAL = 200;
/** Transitions from one frame of the strip to the next, at least: chains may leap. */
const FRAME_SPACING = 20;

/** @type {{ id: keyof ImageRows["rows"], label: (sigma: string) => string, help: string }[]} */
const ROWS = [
    { id: "data", label: () => "data", help: "The first training points" },
    {
        id: "corrupted",
        label: (sigma) => `noise, σ = ${sigma}`,
        help: "The same with normal noise on every pixel, always alike",
    },
    { id: "reconstructed", label: () => "reconstructed", help: "What the network makes of the noisy ones, r(x)" },
    { id: "samples", label: () => "samples", help: "Where the first chains are now" },
    {
        id: "strip",
        label: () => "one chain",
        help: `The first chain, a frame every ${FRAME_SPACING} transitions or more, newest on the right`,
    },
];

const styles = new CSSStyleSheet();
styles.replaceSync(`
.images { margin-top: 0.5rem; padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; }
/* Both are seen at once. */
@container (min-width: 42rem) { section:has(.images[open]:not([hidden])) .stage canvas { max-height: max(15rem, calc(100vh - 32rem)); } }
.images summary { font-weight: 600; cursor: pointer; }
.images dl { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0.4rem 0.75rem; align-items: center; margin: 0.5rem 0 0; max-width: 40rem; }
.images dt { font-size: 0.8125rem; }
.images dd { margin: 0; }
.images canvas { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.images p { margin: 0.4rem 0 0; font-size: 0.8125rem; color: var(--faint); }
@container (max-width: 30rem) { .images dl { grid-template-columns: minmax(0, 1fr); gap: 0.15rem; } .images dd { margin-bottom: 0.3rem; } }
`);

export class ImagePanel {
    static styles = styles;
    /** Where the first chain was, oldest first, and at which transition last. @type {Float64Array[]} */
    #frames = [];
    #transitions = -1;
    #isVisible = false;
    #isRequesting = false;
    #nextRequestAt = -Infinity;
    /** @type {unknown[]} */
    #lastRequest = [];
    /** What frames and rows are about. @type {unknown} */
    #seenDescription;
    #scale = element("p");
    #rows = ROWS.map(({ help }) => ({
        label: element("dt", { title: help }),
        canvas: element("canvas", { role: "img", width: 1, height: 1 }),
    }));

    /** @param {Playground} playground */
    constructor(playground) {
        this.playground = playground;
        const list = element(
            "dl",
            {},
            ...this.#rows.flatMap(({ label, canvas }) => [label, element("dd", {}, canvas)]),
        );
        this.panel = element(
            "details",
            { class: "images", open: true, hidden: true },
            element("summary", {}, "Images"),
            list,
            this.#scale,
        );
        this.parts = [this.panel];
        // Folded away, scrolled away or hidden there is nothing to do.
        this.visibilityObserver = new IntersectionObserver(
            (entries) => (this.#isVisible = entries[entries.length - 1].isIntersecting),
        );
        this.visibilityObserver.observe(list);
    }

    /** Asks for images if there are any, they are seen, and something has changed. @param {RunController} controller */
    update(controller) {
        const { description } = this.playground;
        const image = description?.image;
        if (this.panel.hidden !== !image) {
            this.panel.hidden = !image;
        }
        if (!image || !controller.lastRender) {
            return undefined;
        }
        if (this.#seenDescription !== description) {
            this.#reset();
        }
        this.#seenDescription = description;
        this.#recordFrame(controller);
        const inputs = [controller.lastRender, controller.chainSnapshots, description];
        if (
            !this.#isVisible ||
            document.hidden ||
            this.#isRequesting ||
            performance.now() < this.#nextRequestAt ||
            inputs.every((part, i) => part === this.#lastRequest[i])
        ) {
            return undefined;
        }
        this.#lastRequest = inputs;
        this.#request(controller, image);
        return undefined;
    }

    /** Nothing of an experiment before is shown with this one's words. */
    #reset() {
        this.#frames = [];
        this.#transitions = -1;
        this.#lastRequest = [];
        for (const { canvas } of this.#rows) {
            canvas.width = 1;
            canvas.height = 1;
        }
    }

    /** Keeps where the first chain is, now and then. @param {RunController} controller */
    #recordFrame({ chainSnapshots: [snapshot], dim }) {
        if (!snapshot?.states.length) {
            return;
        }
        if (snapshot.transitions < this.#transitions) {
            this.#frames = [];
            this.#transitions = -1;
        }
        if (this.#transitions >= 0 && snapshot.transitions < this.#transitions + FRAME_SPACING) {
            return;
        }
        this.#transitions = snapshot.transitions;
        this.#frames.push(snapshot.states.slice(0, dim));
        if (this.#frames.length > COUNT) {
            this.#frames.shift();
        }
    }

    /** @param {RunController} controller @param {Image} image */
    async #request(controller, image) {
        [this.#isRequesting, this.#nextRequestAt] = [true, performance.now() + REQUEST_INTERVAL];
        const requested = this.#seenDescription;
        const states = controller.states?.slice(0, COUNT * controller.dim) ?? new Float64Array();
        const strip = Float64Array.from(this.#frames.flatMap((frame) => [...frame]));
        // Who was asked may be replaced; then the question comes again.
        const shown = await controller
            .queryField(FieldRequest.IMAGES, { count: COUNT, states, strip })
            .catch(() => undefined);
        this.#isRequesting = false;
        if (!shown) {
            this.#lastRequest = [];
            return;
        }
        if (requested === this.#seenDescription) {
            this.#show(shown, image);
        }
    }

    /** @param {ImageRows} shown @param {Image} image */
    #show({ sigma, rows }, image) {
        const { width, height, black, white } = image;
        ROWS.forEach(({ id, label, help }, i) => {
            const { canvas, label: place } = this.#rows[i];
            const text = label(formatShort(sigma));
            const count = Math.floor(rows[id].length / (width * height));
            setText(place, text);
            const description =
                count > 0 ? `${text}: ${count} images of ${width} × ${height} pixels. ${help}.` : `${text}: none yet`;
            if (canvas.getAttribute("aria-label") !== description) {
                canvas.setAttribute("aria-label", description);
            }
            drawImages(canvas, rows[id], image);
        });
        setText(
            this.#scale,
            `Pixels from ${black} (black) to ${white} (white); what lies beyond is clipped. The chain's frames are ${FRAME_SPACING} transitions or more apart.`,
        );
    }

    destroy() {
        this.visibilityObserver.disconnect();
    }
}

/**
 * Images side by side, a pixel apart, in the table's units.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} values
 * @param {Image} image
 */
function drawImages(canvas, values, { width, height, black, white }) {
    const across = COUNT * (width + 1) - 1;
    if (canvas.width !== across || canvas.height !== height) {
        canvas.width = across;
        canvas.height = height;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const picture = context.createImageData(across, height);
    for (let i = 0; i < values.length; i++) {
        const which = Math.floor(i / (width * height));
        const pixel = i % (width * height);
        const at = 4 * (Math.floor(pixel / width) * across + which * (width + 1) + (pixel % width));
        // The array clamps and rounds.
        picture.data.fill((255 * (values[i] - black)) / (white - black), at, at + 3);
        picture.data[at + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
}

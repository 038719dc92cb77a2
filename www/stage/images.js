// Rows of images for data that are images: data, corrupted and reconstructed data, samples, and one chain over time.

import { imageRowTexts, imageScale } from "../content/tool-texts.js";
import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "../panels/element.js";
import { FieldRequest } from "../workers/protocol.js";

/** @typedef {import("../panels/view-context.js").RunSnapshot} RunSnapshot */
/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("../workers/protocol.js").ImageRows} ImageRows */
/** @typedef {NonNullable<import("../../scorescape.js").Description["image"]>} Image */

/** Images in a row. */
const COUNT = 12;
/** Least time between two requests, in milliseconds. */
const REQUEST_INTERVAL = 200;
/** Least number of transitions between two frames of the strip: snapshots may be further apart. */
const FRAME_SPACING = 20;

/** @type {{ id: keyof ImageRows["rows"], label: (sigma: string) => string, help: string }[]} */
const ROWS = Object.entries(imageRowTexts(FRAME_SPACING)).map(([id, texts]) => ({
    id: /** @type {keyof ImageRows["rows"]} */ (id),
    ...texts,
}));

const styles = new CSSStyleSheet();
styles.replaceSync(`
.images { margin-top: 0.5rem; padding: 0.5rem 0.75rem; background: var(--panel); border-radius: 6px; }
/* The stage shrinks, so that both are visible at once. */
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
    /** States of the first chain, oldest first. @type {Float64Array[]} */
    #frames = [];
    /** Number of transitions at the last frame. */
    #transitions = -1;
    #isVisible = false;
    #isRequesting = false;
    #nextRequestAt = -Infinity;
    /** Inputs of the last request. @type {unknown[]} */
    #lastRequest = [];
    /** Experiment that frames and rows belong to. @type {unknown} */
    #seenDescription;
    #scale = element("p");
    #rows = ROWS.map(({ help }) => ({
        label: element("dt", { title: help }),
        canvas: element("canvas", { role: "img", width: 1, height: 1 }),
    }));

    /** @param {ViewContext} context */
    constructor(context) {
        this.context = context;
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
        // Images that are folded or scrolled away are not requested.
        this.visibilityObserver = new IntersectionObserver((entries) => {
            this.#isVisible = entries[entries.length - 1].isIntersecting;
        });
        this.visibilityObserver.observe(list);
    }

    /** Requests images if they are visible and something changed. @param {RunSnapshot} run */
    update(run) {
        const description = this.context.description();
        const image = description?.image;
        if (this.panel.hidden !== !image) {
            this.panel.hidden = !image;
        }
        if (!image || !run.lastRender) {
            return undefined;
        }
        if (this.#seenDescription !== description) {
            this.#reset();
        }
        this.#seenDescription = description;
        this.#recordFrame(run);
        const inputs = [run.lastRender, run.chainSnapshots, description];
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
        this.#request(run, image);
        return undefined;
    }

    /** Clears frames and images of the previous experiment. */
    #reset() {
        this.#frames = [];
        this.#transitions = -1;
        this.#lastRequest = [];
        for (const { canvas } of this.#rows) {
            canvas.width = 1;
            canvas.height = 1;
        }
    }

    /** Records the first chain's state from time to time. @param {RunSnapshot} run */
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

    /** @param {RunSnapshot} run @param {Image} image */
    async #request(run, image) {
        this.#isRequesting = true;
        this.#nextRequestAt = performance.now() + REQUEST_INTERVAL;
        const requested = this.#seenDescription;
        const states = run.states?.slice(0, COUNT * run.dim) ?? new Float64Array();
        const strip = Float64Array.from(this.#frames.flatMap((frame) => [...frame]));
        // A request that is lost with its worker is repeated.
        const shown = await this.context.run
            .inquire(FieldRequest.IMAGES, { count: COUNT, states, strip })
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
        setText(this.#scale, imageScale(black, white, FRAME_SPACING));
    }

    destroy() {
        this.visibilityObserver.disconnect();
    }
}

/**
 * Draws images side by side, a pixel apart, from pixel values in the table's units.
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
        // The clamped array clips and rounds.
        picture.data.fill((255 * (values[i] - black)) / (white - black), at, at + 3);
        picture.data[at + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
}

// Data that are images, seen as such: data, the same corrupted and reconstructed, samples, and a chain as a strip.

import { brief } from "../drawing/number-format.js";
import { element, say } from "../panels/element.js";
import { Field } from "../workers/protocol.js";

/** @typedef {import("./stage-tools.js").Playground} Playground */
/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("../workers/protocol.js").Images} Shown */
/** @typedef {NonNullable<import("../../scorescape.js").Description["image"]>} Image */

/** Images in a row. */
const COUNT = 12;
/** Milliseconds between two looks. */
const ASK_EVERY = 200;
/** Transitions from one frame of the strip to the next, at least: chains may leap. */
const APART = 20;

/** @type {{ id: keyof Shown["rows"], label: (sigma: string) => string, help: string }[]} */
const ROWS = [
    { id: "data", label: () => "data", help: "The first training points" },
    { id: "corrupted", label: (sigma) => `noise, σ = ${sigma}`, help: "The same with normal noise on every pixel, always alike" },
    { id: "reconstructed", label: () => "reconstructed", help: "What the network makes of the noisy ones, r(x)" },
    { id: "samples", label: () => "samples", help: "Where the first chains are now" },
    { id: "strip", label: () => "one chain", help: `The first chain, a frame every ${APART} transitions or more, newest on the right` },
];

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
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

export class Images {
    static sheet = sheet;
    /** Where the first chain was, oldest first, and at which transition last. @type {Float64Array[]} */
    #frames = [];
    #transitions = -1;
    #visible = false;
    #asking = false;
    #next = -Infinity;
    /** @type {unknown[]} */
    #asked = [];
    /** What frames and rows are about. @type {unknown} */
    #about;
    #scale = element("p");
    #rows = ROWS.map(({ help }) => ({ label: element("dt", { title: help }), canvas: element("canvas", { role: "img", width: 1, height: 1 }) }));

    /** @param {Playground} playground */
    constructor(playground) {
        this.playground = playground;
        const list = element("dl", {}, ...this.#rows.flatMap(({ label, canvas }) => [label, element("dd", {}, canvas)]));
        this.panel = element("details", { class: "images", open: true, hidden: true }, element("summary", {}, "Images"), list, this.#scale);
        this.parts = [this.panel];
        // Folded away, scrolled away or hidden there is nothing to do.
        this.watch = new IntersectionObserver((entries) => this.#visible = entries[entries.length - 1].isIntersecting);
        this.watch.observe(list);
    }

    /** Asks for images if there are any, they are seen, and something has changed. @param {Client} client */
    look(client) {
        const { description } = this.playground;
        const image = description?.image;
        if (this.panel.hidden !== !image) this.panel.hidden = !image;
        if (!image || !client.look) return undefined;
        if (this.#about !== description) this.#begin();
        this.#about = description;
        this.#follow(client);
        const wanted = [client.look, client.walks, description];
        if (!this.#visible || document.hidden || this.#asking || performance.now() < this.#next || wanted.every((part, i) => part === this.#asked[i])) return undefined;
        this.#asked = wanted;
        this.#ask(client, image);
        return undefined;
    }

    /** Nothing of an experiment before is shown with this one's words. */
    #begin() {
        [this.#frames, this.#transitions, this.#asked] = [[], -1, []];
        for (const { canvas } of this.#rows) [canvas.width, canvas.height] = [1, 1];
    }

    /** Keeps where the first chain is, now and then. @param {Client} client */
    #follow({ walks: [walk], dim }) {
        if (!walk?.states.length) return;
        if (walk.transitions < this.#transitions) [this.#frames, this.#transitions] = [[], -1];
        if (this.#transitions >= 0 && walk.transitions < this.#transitions + APART) return;
        this.#transitions = walk.transitions;
        this.#frames.push(walk.states.slice(0, dim));
        if (this.#frames.length > COUNT) this.#frames.shift();
    }

    /** @param {Client} client @param {Image} image */
    async #ask(client, image) {
        [this.#asking, this.#next] = [true, performance.now() + ASK_EVERY];
        const about = this.#about;
        const states = client.states?.slice(0, COUNT * client.dim) ?? new Float64Array();
        const strip = Float64Array.from(this.#frames.flatMap((frame) => [...frame]));
        // Who was asked may be replaced; then the question comes again.
        const shown = await client.inquire(Field.IMAGES, { count: COUNT, states, strip }).catch(() => undefined);
        this.#asking = false;
        if (!shown) return void (this.#asked = []);
        if (about === this.#about) this.#show(shown, image);
    }

    /** @param {Shown} shown @param {Image} image */
    #show({ sigma, rows }, image) {
        const { width, height, black, white } = image;
        ROWS.forEach(({ id, label, help }, i) => {
            const { canvas, label: place } = this.#rows[i];
            const [text, count] = [label(brief(sigma)), Math.floor(rows[id].length / (width * height))];
            say(place, text);
            const description = count > 0 ? `${text}: ${count} images of ${width} × ${height} pixels. ${help}.` : `${text}: none yet`;
            if (canvas.getAttribute("aria-label") !== description) canvas.setAttribute("aria-label", description);
            paint(canvas, rows[id], image);
        });
        say(this.#scale, `Pixels from ${black} (black) to ${white} (white); what lies beyond is clipped. The chain's frames are ${APART} transitions or more apart.`);
    }

    destroy() {
        this.watch.disconnect();
    }
}

/** Images side by side, a pixel apart, in the table's units. @param {HTMLCanvasElement} canvas @param {Float64Array} values @param {Image} image */
function paint(canvas, values, { width, height, black, white }) {
    const across = COUNT * (width + 1) - 1;
    if (canvas.width !== across || canvas.height !== height) [canvas.width, canvas.height] = [across, height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const picture = context.createImageData(across, height);
    for (let i = 0; i < values.length; i++) {
        const [which, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
        const at = 4 * (Math.floor(pixel / width) * across + which * (width + 1) + pixel % width);
        // The array clamps and rounds.
        picture.data.fill(255 * (values[i] - black) / (white - black), at, at + 3);
        picture.data[at + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
}

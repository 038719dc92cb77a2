// What can be done on the stage beyond looking: each instrument is one file and one line here. Loaded once there is something to see.

import { Brush } from "./brush.js";
import { element } from "../panels/element.js";
import { Images } from "./images.js";
import { Flow } from "./particles.js";
import { Probe } from "./probe.js";
import { Tools } from "./chain-tools.js";

/** @typedef {import("../app/run-controller.js").Client} Client */
/**
 * The playground as far as instruments need it.
 * @typedef {{
 *     client?: Client, stage?: import("./stage.js").Stage, trail: import("./trail.js").Trail, shown: Set<string>, root: HTMLElement, shadow: ShadowRoot,
 *     options: import("../app/playground.js").Options, description: import("../../scorescape.js").Description | undefined, color: (name: string) => string,
 *     adopt: (style: CSSStyleSheet) => void, change: (values: Record<string, string>) => string | undefined, setting: (key: string) => unknown,
 *     take: (name: string, bytes: Uint8Array, options?: { values?: Record<string, string>, steady?: boolean }) => void,
 * }} Playground
 *
 * An instrument. `buttons` stand in one row with those of the others, `parts` beneath it; `look` is called once a frame and answers another
 * value whenever `draw` has to be called anew, over everything else on the stage; `release` gives up clicks and keys that it had taken. While one is
 * `steady` the picture stays where it is though data change.
 * @typedef {{
 *     buttons?: HTMLElement[], parts?: HTMLElement[], look?: (client: Client) => unknown,
 *     draw?: (plate: import("../drawing/viewport.js").Plate, dim: number, inks: Record<string, string>) => void, release?: () => void, destroy?: () => void, steady?: boolean,
 * }} Instrument
 *
 * Makes one; `hold` releases all others, as one at a time may have the stage's clicks and keys.
 * @typedef {{ new (playground: Playground, hold: () => void): Instrument, sheet?: CSSStyleSheet }} Maker
 */

/** @type {Maker[]} */
const INSTRUMENTS = [Flow, Probe, Brush, Tools, Images];

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.tools .bar { margin: 0; }
.tools button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.tools .hint { margin: 0.35rem 0; color: var(--faint); font-size: 0.8125rem; }
.tools .hint:empty { display: none; }
`);

export class Instruments {
    /** @type {Instrument[]} */
    #all = [];
    /** @type {unknown[]} */
    #looks = [];

    /** @param {Playground} playground */
    constructor(playground) {
        for (const style of [sheet, ...INSTRUMENTS.map((maker) => maker.sheet)]) if (style) playground.adopt(style);
        for (const Maker of INSTRUMENTS) {
            const instrument = new Maker(playground, () => this.#all.forEach((other) => other !== instrument && other.release?.()));
            this.#all.push(instrument);
        }
        const bar = element("div", { class: "bar", role: "group", "aria-label": "Instruments" }, ...this.#all.flatMap(({ buttons = [] }) => buttons));
        this.parts = [bar, ...this.#all.flatMap(({ parts = [] }) => parts)];
    }

    get steady() {
        return this.#all.some(({ steady }) => steady);
    }

    /** What they make of the frame; the same answer as before if there is nothing new to draw. @param {Client} client */
    look(client) {
        const looks = this.#all.map((instrument) => instrument.look?.(client));
        if (looks.length !== this.#looks.length || looks.some((look, i) => look !== this.#looks[i])) this.#looks = looks;
        return this.#looks;
    }

    /** @param {import("../drawing/viewport.js").Plate} plate @param {number} dim @param {Record<string, string>} inks */
    draw(plate, dim, inks) {
        for (const instrument of this.#all) instrument.draw?.(plate, dim, inks);
    }

    destroy() {
        for (const instrument of this.#all) instrument.destroy?.();
    }
}

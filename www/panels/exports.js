// What can be taken away from a run: pictures, numbers, weights, the experiment, and how to cite it. Loaded when it is first asked for.

import { algorithm } from "../../scorescape.js";
import { element, say } from "./element.js";
import { snippet } from "./python-snippet.js";
import { Field } from "../workers/protocol.js";
import { Plate } from "../drawing/viewport.js";
import { coordinates, csv, npy } from "../drawing/file-formats.js";
import { save } from "./download.js";

/** @typedef {import("../app/run-controller.js").Client} Client */
/** @typedef {import("../../scorescape.js").Description} Description */
/**
 * Where things come from; the engine is the whole program.
 * @typedef {{
 *     client: Client, engine: import("../workers/engine.js").Engine, stage: HTMLCanvasElement, plots: () => HTMLCanvasElement[], description: () => Description,
 *     address: (fragment: string) => string, color: (name: string) => string, keeper?: import("../app/persistence.js").Keeper,
 *     compose: (plate: Plate, sight: import("../drawing/viewport.js").Sight) => void,
 * }} Source
 */

/** Of a picture's caption, in CSS pixels. */
const LINE = 18;
/** The width of a letter of it, at most about that. */
const LETTER = 8;

const css = `
.exports { max-width: 46rem; }
.exports .bar { margin: 0.25rem 0 0.75rem; }
.exports pre { overflow: auto; max-height: 14rem; padding: 0.5rem; background: var(--panel); border-radius: 6px; font-size: 0.8125rem; }
.exports h2 { font-size: 1rem; margin: 0; }
`;
export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** @param {HTMLDialogElement} dialog @param {Source} source */
export function fill(dialog, source) {
    const told = element("p", { role: "status" });
    const code = element("pre", { hidden: true, tabindex: 0 });
    const button = (/** @type {string} */ label, /** @type {() => Promise<string | void> | string | void} */ act) => element("button", { type: "button", onclick: async () => {
        try {
            const text = await act();
            say(told, `${label}: done.`);
            say(code, text ?? "");
            code.hidden = !text;
        } catch (error) {
            say(told, `${label}: ${error instanceof Error ? error.message : error}`);
        }
    } }, label);
    const group = (/** @type {string} */ title, /** @type {HTMLElement[]} */ ...buttons) => [element("h2", {}, title), element("div", { class: "bar" }, ...buttons)];
    const table = (/** @type {string} */ name, /** @type {() => Promise<{ values: Float64Array, columns: string[] }>} */ ask) => [
        button(`${name} as CSV`, async () => {
            const { values, columns } = await ask();
            save(`${name}.csv`.toLowerCase(), csv(values, columns.length, columns), "text/csv");
        }),
        button(`${name} as .npy`, async () => {
            const { values, columns } = await ask();
            save(`${name}.npy`.toLowerCase(), npy(values, columns.length), "application/octet-stream");
            return `# columns: ${columns.join(", ")}\nimport numpy as np\n${name.toLowerCase()} = np.load("${name.toLowerCase()}.npy")\n`;
        }),
    ];
    dialog.replaceChildren(
        element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close"),
        ...group("Pictures", button("Stage as PNG", () => picture([source.stage], "scorescape-stage.png", source)), button("Plots as PNG", () => picture(source.plots(), "scorescape-plots.png", source)),
            button("Stage as SVG", () => stageDrawing(source)), button("Plots as SVG", () => plotDrawing(source))),
        ...group("Numbers", ...table("Data", () => source.client.table("data", source.engine)), ...table("Field", () => source.client.table("field", source.engine)), ...table("Samples", () => samples(source))),
        ...group("Network", button("Weights as safetensors", async () => {
            const file = await source.client.weights(source.engine);
            save("scorescape.safetensors", file, "application/octet-stream");
            return snippet(file, "scorescape.safetensors");
        })),
        ...group("Experiment", button("Experiment as JSON", () => save("scorescape.json", encoded(experiment(source)), "application/json")), button("BibTeX", () => bibtex(source))),
        ...source.keeper ? keeping(source.keeper, button) : [],
        told, code,
    );
}

/** What is kept without being asked for. */
const KEPT = "So that a reload or a crash loses nothing, this browser keeps the experiment, the last state of its training, your own points and what you had before. They are sent nowhere.";
/** What is said when nothing is. @type {Record<import("../app/persistence.js").Why, string>} */
const STOPPED = {
    forgotten: "Nothing is kept: it was forgotten. A reload or a crash would lose what is here; once the page is loaded again, it keeps again.",
    refused: "Nothing more is kept: this browser does not let the page, as in a private window or with a full disk. A reload or a crash would lose what is here.",
};

/** What is kept, how to be rid of it, and how to have it kept again. @param {import("../app/persistence.js").Keeper} keeper @param {(label: string, act: () => Promise<void>) => HTMLElement} button */
function keeping(keeper, button) {
    const sentence = element("p");
    const [forget, again] = [button("Forget them", () => keeper.forget()), button("Keep again", () => keeper.keepAgain())];
    keeper.told = () => {
        const { stopped } = keeper;
        say(sentence, stopped ? STOPPED[stopped] : KEPT);
        const focused = forget.matches(":focus") || again.matches(":focus");
        // What was kept before the browser refused can still be forgotten.
        [forget.hidden, again.hidden] = [stopped === "forgotten", !stopped];
        if (focused) (stopped ? again : forget).focus();
    };
    keeper.told();
    return [element("h2", {}, "On this machine"), sentence, element("div", { class: "bar" }, forget, again)];
}

/** Those of the complete run, which were judged, though the chains walk on; else where the chains are. @param {Source} source @returns {Promise<import("../workers/protocol.js").Table>} */
async function samples({ client, engine }) {
    return client.verdict ? { values: client.verdict.samples, columns: coordinates(client.dim) } : client.table("samples", engine);
}

/** @param {string} text */
const encoded = (text) => new TextEncoder().encode(text);

/** @param {Source} source */
function experiment({ client, description, address }) {
    const { link, settings } = description();
    const values = Object.fromEntries(settings.map(({ key, value }) => [key, value]));
    const state = { algorithm: algorithm(), step: client.progress.step, loss: client.progress.loss, relativeFisherError: client.look?.error, fingerprint: client.fingerprint };
    return `${JSON.stringify({ link: address(link), settings: values, ...state }, undefined, 2)}\n`;
}

/** @param {Source} source */
function bibtex({ client, description, address }) {
    const { link } = description();
    return `@article{alain2014regularized,
  author = {Alain, Guillaume and Bengio, Yoshua},
  title = {What Regularized Auto-Encoders Learn from the Data-Generating Distribution},
  journal = {Journal of Machine Learning Research},
  volume = {15},
  pages = {3743--3773},
  year = {2014}
}
@misc{scorescape,
  title = {Scorescape: an experiment on the score that an auto-encoder learns},
  howpublished = {\\url{${address(link)}}},
  note = {algorithm ${algorithm()}${client.fingerprint ? `, fingerprint ${client.fingerprint}` : ""}}
}
`;
}

/** How to get a picture again, in lines. @param {Source} source */
function captionOf({ client, description, address }) {
    const { link, settings } = description();
    const seed = settings.find(({ key }) => key === "seed")?.value;
    return [`Scorescape, step ${client.progress.step}, seed ${seed}${client.fingerprint ? `, fingerprint ${client.fingerprint}` : ""}`, address(link)];
}

/** Saves what the stage shows as lines, squares and text: the field's worker draws its layers, the page what it draws itself. @param {Source} source */
async function stageDrawing(source) {
    const { client, engine, compose } = source;
    /** @type {[import("../workers/protocol.js").Drawing, typeof import("../drawing/svg.js")]} */
    const [{ markup, sight }, { Recorder }] = await Promise.all([client.inquire(Field.DRAWING, { engine }), import("../drawing/svg.js")]);
    const recorder = new Recorder();
    compose(new Plate(/** @type {any} */ (recorder), sight), sight);
    const { width, height, ratio } = sight;
    await saveDrawing("scorescape-stage.svg", [{ markup: markup + await recorder.markup(), width: width / ratio, height: height / ratio, scale: 1 / ratio }], source);
}

/** Saves plots as what they are drawn of: each is asked to draw once more, on what writes it down. @param {Source} source */
async function plotDrawing(source) {
    const { Recorder } = await import("../drawing/svg.js");
    // The plots' code draws on nothing but a canvas' own kind of context.
    if (!(Recorder.prototype instanceof CanvasRenderingContext2D)) Object.setPrototypeOf(Recorder.prototype, CanvasRenderingContext2D.prototype);
    const parts = [];
    for (const canvas of source.plots().filter(({ clientWidth, clientHeight }) => clientWidth * clientHeight > 1)) {
        const recorder = new Recorder();
        canvas.getContext = /** @type {any} */ (() => recorder);
        canvas.dispatchEvent(new Event("redraw"));
        Reflect.deleteProperty(canvas, "getContext");
        canvas.dispatchEvent(new Event("redraw"));
        const markup = await recorder.markup();
        parts.push({ markup, width: canvas.clientWidth, height: canvas.clientHeight, scale: 1 / devicePixelRatio });
    }
    await saveDrawing("scorescape-plots.svg", parts, source);
}

/** Saves drawings one beneath the other, with their caption as text. @param {string} name @param {{ markup: string, width: number, height: number, scale: number }[]} parts sizes in CSS pixels @param {Source} source */
async function saveDrawing(name, parts, source) {
    if (!parts.some(({ markup }) => markup)) throw new Error("there is nothing to be seen yet.");
    const { Recorder, file } = await import("../drawing/svg.js");
    const width = Math.max(...parts.map((part) => part.width));
    // Text in a file does not shrink to its place: it goes on in another line, a long link in the midst of it.
    const most = Math.max(1, Math.floor((width - 12) / LETTER));
    const caption = captionOf(source);
    const lines = caption.flatMap((line) => line.match(new RegExp(`\\S.{0,${most - 1}}(?!\\S)|\\S.{0,${most - 1}}`, "gu")) ?? []);
    let [body, top] = ["", 0];
    for (const part of parts) {
        body += `<svg x="0" y="${top}" width="${part.width}" height="${part.height}"><g transform="scale(${part.scale})">${part.markup}</g></svg>`;
        top += part.height;
    }
    const height = top + (lines.length + 0.5) * LINE;
    const [ground, words] = [new Recorder(), new Recorder()];
    ground.fillStyle = source.color("background");
    ground.fillRect(0, 0, width, height);
    [words.fillStyle, words.font] = [source.color("text"), "12px system-ui, sans-serif"];
    lines.forEach((line, i) => words.fillText(line, 6, top + (i + 0.9) * LINE));
    save(name, encoded(file(width, height, caption.join(", "), await ground.markup() + body + await words.markup())), "image/svg+xml");
}

/** Saves canvases one beneath the other, with a caption that says how to get them again. @param {HTMLCanvasElement[]} canvases @param {string} name @param {Source} source */
async function picture(canvases, name, source) {
    const drawn = canvases.filter(({ width, height }) => width > 1 && height > 1);
    if (drawn.length === 0) throw new Error("there is nothing to be seen yet.");
    const [lines, { color }] = [captionOf(source), source];
    const [ratio, width] = [devicePixelRatio, Math.max(...drawn.map((canvas) => canvas.width))];
    const canvas = element("canvas");
    [canvas.width, canvas.height] = [width, drawn.reduce((sum, { height }) => sum + height, 0) + (lines.length + 0.5) * LINE * ratio];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = color("background");
    context.fillRect(0, 0, canvas.width, canvas.height);
    let top = 0;
    for (const part of drawn) {
        context.drawImage(part, 0, top);
        top += part.height;
    }
    [context.fillStyle, context.font] = [color("text"), `${12 * ratio}px system-ui, sans-serif`];
    lines.forEach((line, i) => context.fillText(line, 6 * ratio, top + (i + 0.9) * LINE * ratio, width - 12 * ratio));
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!(blob instanceof Blob)) throw new Error("this browser cannot make a picture of it.");
    save(name, new Uint8Array(await blob.arrayBuffer()), "image/png");
}

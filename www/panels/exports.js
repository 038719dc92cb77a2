// What can be taken away from a run: pictures, numbers, weights, the experiment, and how to cite it. Loaded when it is
// first asked for.

import { algorithmVersion } from "../../scorescape.js";
import { columnNames, toCsv, toNpy } from "../drawing/file-formats.js";
import { Viewport } from "../drawing/viewport.js";
import { FieldRequest } from "../workers/protocol.js";
import { download } from "./download.js";
import { element, setText } from "./element.js";
import { pythonSnippet } from "./python-snippet.js";

/** @typedef {import("../app/run-controller.js").RunController} RunController */
/** @typedef {import("../../scorescape.js").Description} Description */
/**
 * Where things come from; the engine is the whole program.
 * @typedef {{
 *     controller: RunController, engine: import("../workers/engine.js").Engine, stage: HTMLCanvasElement, plots: () =>
 *     HTMLCanvasElement[], description: () => Description,
 *     toAddress: (fragment: string) => string, colorOf: (name: string) => string, persistence?:
 *     import("../app/persistence.js").Persistence,
 *     drawScene: (viewport: Viewport, scene: import("../drawing/viewport.js").Scene) => void,
 * }} ExportSource
 */

/** Of a picture's caption, in CSS pixels. */
const LINE_HEIGHT = 18;
/** The width of a letter of it, at most about that. */
const LETTER_WIDTH = 8;

const css = `
.exports { max-width: 46rem; }
.exports .bar { margin: 0.25rem 0 0.75rem; }
.exports pre { overflow: auto; max-height: 14rem; padding: 0.5rem; background: var(--panel); border-radius: 6px; font-size: 0.8125rem; }
.exports h2 { font-size: 1rem; margin: 0; }
`;
export const styles = new CSSStyleSheet();
styles.replaceSync(css);

/** @param {HTMLDialogElement} dialog @param {ExportSource} source */
export function fillExports(dialog, source) {
    const status = element("p", { role: "status" });
    const code = element("pre", { hidden: true, tabindex: 0 });
    const button = (/** @type {string} */ label, /** @type {() => Promise<string | void> | string | void} */ act) =>
        element(
            "button",
            {
                type: "button",
                onclick: async () => {
                    try {
                        const text = await act();
                        setText(status, `${label}: done.`);
                        setText(code, text ?? "");
                        code.hidden = !text;
                    } catch (error) {
                        setText(status, `${label}: ${error instanceof Error ? error.message : error}`);
                    }
                },
            },
            label,
        );
    const section = (/** @type {string} */ title, /** @type {HTMLElement[]} */ ...buttons) => [
        element("h2", {}, title),
        element("div", { class: "bar" }, ...buttons),
    ];
    const table = (
        /** @type {string} */ name,
        /** @type {() => Promise<{ values: Float64Array, columns: string[] }>} */ load,
    ) => [
        button(`${name} as CSV`, async () => {
            const { values, columns } = await load();
            download(`${name}.csv`.toLowerCase(), toCsv(values, columns.length, columns), "text/csv");
        }),
        button(`${name} as .npy`, async () => {
            const { values, columns } = await load();
            download(`${name}.npy`.toLowerCase(), toNpy(values, columns.length), "application/octet-stream");
            return `# columns: ${columns.join(", ")}\nimport numpy as np\n${name.toLowerCase()} = np.load("${name.toLowerCase()}.npy")\n`;
        }),
    ];
    dialog.replaceChildren(
        element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close"),
        ...section(
            "Pictures",
            button("Stage as PNG", () => downloadPng([source.stage], "scorescape-stage.png", source)),
            button("Plots as PNG", () => downloadPng(source.plots(), "scorescape-plots.png", source)),
            button("Stage as SVG", () => downloadStageSvg(source)),
            button("Plots as SVG", () => downloadPlotsSvg(source)),
        ),
        ...section(
            "Numbers",
            ...table("Data", () => source.controller.exportTable("data", source.engine)),
            ...table("Field", () => source.controller.exportTable("field", source.engine)),
            ...table("Samples", () => samplesTable(source)),
        ),
        ...section(
            "Network",
            button("Weights as safetensors", async () => {
                const file = await source.controller.exportWeights(source.engine);
                download("scorescape.safetensors", file, "application/octet-stream");
                return pythonSnippet(file, "scorescape.safetensors");
            }),
        ),
        ...section(
            "Experiment",
            button("Experiment as JSON", () =>
                download("scorescape.json", encode(experimentJson(source)), "application/json"),
            ),
            button("BibTeX", () => bibtexEntry(source)),
        ),
        ...(source.persistence ? storageSection(source.persistence, button) : []),
        status,
        code,
    );
}

/** What is kept without being asked for. */
const STORAGE_NOTE =
    "So that a reload or a crash loses nothing, this browser keeps the experiment, the last state of its training, your own points and what you had before. They are sent nowhere.";
/** What is said when nothing is. @type {Record<import("../app/persistence.js").StopReason, string>} */
const STOPPED_NOTES = {
    forgotten:
        "Nothing is kept: it was forgotten. A reload or a crash would lose what is here; once the page is loaded again, it keeps again.",
    refused:
        "Nothing more is kept: this browser does not let the page, as in a private window or with a full disk. A reload or a crash would lose what is here.",
};

/**
 * What is kept, how to be rid of it, and how to have it kept again.
 * @param {import("../app/persistence.js").Persistence} persistence
 * @param {(label: string, act: () => Promise<void>) => HTMLElement} button
 */
function storageSection(persistence, button) {
    const note = element("p");
    const erase = button("Forget them", () => persistence.erase());
    const resume = button("Keep again", () => persistence.resumeSaving());
    persistence.onChange = () => {
        const { stopped } = persistence;
        setText(note, stopped ? STOPPED_NOTES[stopped] : STORAGE_NOTE);
        const focused = erase.matches(":focus") || resume.matches(":focus");
        // What was kept before the browser refused can still be forgotten.
        erase.hidden = stopped === "forgotten";
        resume.hidden = !stopped;
        if (focused) {
            (stopped ? resume : erase).focus();
        }
    };
    persistence.onChange();
    return [element("h2", {}, "On this machine"), note, element("div", { class: "bar" }, erase, resume)];
}

/**
 * Those of the complete run, which were judged, though the chains walk on; else where the chains are.
 * @param {ExportSource} source
 * @returns {Promise<import("../workers/protocol.js").Table>}
 */
async function samplesTable({ controller, engine }) {
    return controller.diagnostics
        ? { values: controller.diagnostics.samples, columns: columnNames(controller.dim) }
        : controller.exportTable("samples", engine);
}

/** @param {string} text */
const encode = (text) => new TextEncoder().encode(text);

/** @param {ExportSource} source */
function experimentJson({ controller, description, toAddress }) {
    const { link, settings } = description();
    const values = Object.fromEntries(settings.map(({ key, value }) => [key, value]));
    const state = {
        algorithm: algorithmVersion(),
        step: controller.progress.step,
        loss: controller.progress.loss,
        relativeFisherError: controller.lastRender?.error,
        fingerprint: controller.fingerprint,
    };
    return `${JSON.stringify({ link: toAddress(link), settings: values, ...state }, undefined, 2)}\n`;
}

/** @param {ExportSource} source */
function bibtexEntry({ controller, description, toAddress }) {
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
  howpublished = {\\url{${toAddress(link)}}},
  note = {algorithm ${algorithmVersion()}${controller.fingerprint ? `, fingerprint ${controller.fingerprint}` : ""}}
}
`;
}

/** How to get a picture again, in lines. @param {ExportSource} source */
function captionLines({ controller, description, toAddress }) {
    const { link, settings } = description();
    const seed = settings.find(({ key }) => key === "seed")?.value;
    return [
        `Scorescape, step ${controller.progress.step}, seed ${seed}${controller.fingerprint ? `, fingerprint ${controller.fingerprint}` : ""}`,
        toAddress(link),
    ];
}

/**
 * Saves what the stage shows as lines, squares and text: the field's worker draws its layers, the page what it draws
 * itself.
 * @param {ExportSource} source
 */
async function downloadStageSvg(source) {
    const { controller, engine, drawScene } = source;
    /** @type {[import("../workers/protocol.js").SvgLayers, typeof import("../drawing/svg.js")]} */
    const [{ markup, scene }, { SvgContext }] = await Promise.all([
        controller.queryField(FieldRequest.EXPORT_SVG, { engine }),
        import("../drawing/svg.js"),
    ]);
    const recorder = new SvgContext();
    drawScene(new Viewport(/** @type {any} */ (recorder), scene), scene);
    const { width, height, ratio } = scene;
    await downloadSvg(
        "scorescape-stage.svg",
        [
            {
                markup: markup + (await recorder.markup()),
                width: width / ratio,
                height: height / ratio,
                scale: 1 / ratio,
            },
        ],
        source,
    );
}

/**
 * Saves plots as what they are drawn of: each is asked to draw once more, on what writes it down.
 * @param {ExportSource} source
 */
async function downloadPlotsSvg(source) {
    const { SvgContext } = await import("../drawing/svg.js");
    // The plots' code draws on nothing but a canvas' own kind of context.
    if (!(SvgContext.prototype instanceof CanvasRenderingContext2D)) {
        Object.setPrototypeOf(SvgContext.prototype, CanvasRenderingContext2D.prototype);
    }
    const parts = [];
    for (const canvas of source.plots().filter(({ clientWidth, clientHeight }) => clientWidth * clientHeight > 1)) {
        const recorder = new SvgContext();
        canvas.getContext = /** @type {any} */ (() => recorder);
        canvas.dispatchEvent(new Event("redraw"));
        Reflect.deleteProperty(canvas, "getContext");
        canvas.dispatchEvent(new Event("redraw"));
        const markup = await recorder.markup();
        parts.push({ markup, width: canvas.clientWidth, height: canvas.clientHeight, scale: 1 / devicePixelRatio });
    }
    await downloadSvg("scorescape-plots.svg", parts, source);
}

/**
 * Saves drawings one beneath the other, with their caption as text.
 * @param {string} name
 * @param {{ markup: string, width: number, height: number, scale: number }[]} parts sizes in CSS pixels
 * @param {ExportSource} source
 */
async function downloadSvg(name, parts, source) {
    if (!parts.some(({ markup }) => markup)) {
        throw new Error("there is nothing to be seen yet.");
    }
    const { SvgContext, svgDocument } = await import("../drawing/svg.js");
    const width = Math.max(...parts.map((part) => part.width));
    // Text in a file does not shrink to its place: it goes on in another line, a long link in the midst of it.
    const most = Math.max(1, Math.floor((width - 12) / LETTER_WIDTH));
    const caption = captionLines(source);
    const lines = caption.flatMap(
        (line) => line.match(new RegExp(`\\S.{0,${most - 1}}(?!\\S)|\\S.{0,${most - 1}}`, "gu")) ?? [],
    );
    let body = "";
    let top = 0;
    for (const part of parts) {
        body += `<svg x="0" y="${top}" width="${part.width}" height="${part.height}"><g transform="scale(${part.scale})">${part.markup}</g></svg>`;
        top += part.height;
    }
    const height = top + (lines.length + 0.5) * LINE_HEIGHT;
    const background = new SvgContext();
    const captionContext = new SvgContext();
    background.fillStyle = source.colorOf("background");
    background.fillRect(0, 0, width, height);
    captionContext.fillStyle = source.colorOf("text");
    captionContext.font = "12px system-ui, sans-serif";
    lines.forEach((line, i) => {
        captionContext.fillText(line, 6, top + (i + 0.9) * LINE_HEIGHT);
    });
    download(
        name,
        encode(
            svgDocument(
                width,
                height,
                caption.join(", "),
                (await background.markup()) + body + (await captionContext.markup()),
            ),
        ),
        "image/svg+xml",
    );
}

/**
 * Saves canvases one beneath the other, with a caption that says how to get them again.
 * @param {HTMLCanvasElement[]} canvases
 * @param {string} name
 * @param {ExportSource} source
 */
async function downloadPng(canvases, name, source) {
    const drawn = canvases.filter(({ width, height }) => width > 1 && height > 1);
    if (drawn.length === 0) {
        throw new Error("there is nothing to be seen yet.");
    }
    const lines = captionLines(source);
    const { colorOf } = source;
    const ratio = devicePixelRatio;
    const width = Math.max(...drawn.map((canvas) => canvas.width));
    const canvas = element("canvas");
    [canvas.width, canvas.height] = [
        width,
        drawn.reduce((sum, { height }) => sum + height, 0) + (lines.length + 0.5) * LINE_HEIGHT * ratio,
    ];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = colorOf("background");
    context.fillRect(0, 0, canvas.width, canvas.height);
    let top = 0;
    for (const part of drawn) {
        context.drawImage(part, 0, top);
        top += part.height;
    }
    context.fillStyle = colorOf("text");
    context.font = `${12 * ratio}px system-ui, sans-serif`;
    lines.forEach((line, i) => {
        context.fillText(line, 6 * ratio, top + (i + 0.9) * LINE_HEIGHT * ratio, width - 12 * ratio);
    });
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!(blob instanceof Blob)) {
        throw new Error("this browser cannot make a picture of it.");
    }
    download(name, new Uint8Array(await blob.arrayBuffer()), "image/png");
}

// Content of the dialog that saves pictures, numbers, weights and the experiment, and manages stored data.

import { algorithmVersion } from "../../scorescape.js";
import { bibtex, STORAGE } from "../content/dialog-texts.js";
import { columnNames, toCsv, toNpy } from "../drawing/file-formats.js";
import { download } from "./download.js";
import { button, element, setText } from "./element.js";
import { downloadPng, downloadSvg, plotParts, stagePart } from "./pictures.js";
import { pythonSnippet } from "./python-snippet.js";

/** @typedef {import("./view-context.js").ViewContext} ViewContext */
/** @typedef {import("./view-context.js").Table} Table */
/**
 * Data stored in the browser. `stopped` says why nothing is stored any more: the visitor deleted the data, here or in
 * another tab, or the browser refused.
 * @typedef {{
 *     readonly stopped: "forgotten" | "refused" | undefined, onChange: () => void, erase: () => Promise<void>,
 *     resumeSaving: () => Promise<void>,
 * }} Storage
 *
 * Source of the saved files. `toAddress` turns a link into an address; `drawOverlay` draws the page's own marks.
 * @typedef {{
 *     context: ViewContext, plots: () => HTMLCanvasElement[], toAddress: (fragment: string) => string,
 *     drawOverlay: (viewport: import("../drawing/viewport.js").Viewport, scene:
 *     import("../drawing/viewport.js").Scene) => void,
 *     storage: Storage | undefined,
 * }} ExportSource
 *
 * A button that runs an action, and shows its status and the text that the action returns.
 * @typedef {(label: string, act: () => Promise<string | void> | string | void) => HTMLElement} ActionButton
 */

const BINARY = "application/octet-stream";
const WEIGHTS_FILE = "scorescape.safetensors";

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
    /** @type {ActionButton} */
    const action = (label, act) =>
        button(label, async () => {
            try {
                const text = await act();
                setText(status, `${label}: done.`);
                setText(code, text ?? "");
                code.hidden = !text;
            } catch (error) {
                setText(status, `${label}: ${error instanceof Error ? error.message : error}`);
            }
        });
    dialog.replaceChildren(
        button("Close", () => dialog.close(), { autofocus: true }),
        ...section("Pictures", ...pictureButtons(source, action)),
        ...section("Numbers", ...numberButtons(source, action)),
        ...section("Network", weightsButton(source, action)),
        ...section("Experiment", ...experimentButtons(source, action)),
        ...(source.storage ? storageSection(source.storage, action) : []),
        status,
        code,
    );
}

/** @param {string} title @param {...HTMLElement} buttons */
const section = (title, ...buttons) => [element("h2", {}, title), element("div", { class: "bar" }, ...buttons)];

/** @param {ExportSource} source @param {ActionButton} action */
function pictureButtons(source, action) {
    const { context, plots } = source;
    const lines = () => captionLines(source);
    return [
        action("Stage as PNG", () => downloadPng("scorescape-stage.png", [context.stage.canvas], lines(), context)),
        action("Plots as PNG", () => downloadPng("scorescape-plots.png", plots(), lines(), context)),
        action("Stage as SVG", async () =>
            downloadSvg("scorescape-stage.svg", [await stagePart(context, source.drawOverlay)], lines(), context),
        ),
        action("Plots as SVG", async () =>
            downloadSvg("scorescape-plots.svg", await plotParts(plots()), lines(), context),
        ),
    ];
}

/** @param {ExportSource} source @param {ActionButton} action */
const numberButtons = ({ context }, action) => [
    ...tableButtons("Data", () => context.run.exportTable("data"), action),
    ...tableButtons("Field", () => context.run.exportTable("field"), action),
    ...tableButtons("Samples", () => samplesTable(context), action),
];

/** @param {string} title @param {() => Promise<Table>} load @param {ActionButton} action */
function tableButtons(title, load, action) {
    const name = title.toLowerCase();
    return [
        action(`${title} as CSV`, async () => {
            const { values, columns } = await load();
            download(`${name}.csv`, toCsv(values, columns.length, columns), "text/csv");
        }),
        action(`${title} as .npy`, async () => {
            const { values, columns } = await load();
            download(`${name}.npy`, toNpy(values, columns.length), BINARY);
            return `# columns: ${columns.join(", ")}\nimport numpy as np\n${name} = np.load("${name}.npy")\n`;
        }),
    ];
}

/**
 * The samples that the diagnostics of a complete run describe; before completion the chains' present states.
 * @param {ViewContext} context
 * @returns {Promise<Table>}
 */
async function samplesTable({ run }) {
    const { diagnostics, dim } = run;
    return diagnostics ? { values: diagnostics.samples, columns: columnNames(dim) } : run.exportTable("samples");
}

/** @param {ExportSource} source @param {ActionButton} action */
const weightsButton = ({ context }, action) =>
    action("Weights as safetensors", async () => {
        const file = await context.run.exportWeights();
        download(WEIGHTS_FILE, file, BINARY);
        return pythonSnippet(file, WEIGHTS_FILE);
    });

/** @param {ExportSource} source @param {ActionButton} action */
const experimentButtons = (source, action) => [
    action("Experiment as JSON", () =>
        download("scorescape.json", new TextEncoder().encode(experimentJson(source)), "application/json"),
    ),
    action("BibTeX", () => bibtex(addressOf(source), algorithmVersion(), source.context.run.fingerprint)),
];

/** @param {ExportSource} source */
const addressOf = ({ context, toAddress }) => toAddress(context.description()?.link ?? "");

/** @param {ExportSource} source */
function experimentJson(source) {
    const { run, description } = source.context;
    const values = Object.fromEntries((description()?.settings ?? []).map(({ key, value }) => [key, value]));
    const state = {
        algorithm: algorithmVersion(),
        step: run.progress.step,
        loss: run.progress.loss,
        relativeFisherError: run.lastRender?.error,
        fingerprint: run.fingerprint,
    };
    return `${JSON.stringify({ link: addressOf(source), settings: values, ...state }, undefined, 2)}\n`;
}

/** Caption of a picture: step, seed, fingerprint and link, to reproduce it. @param {ExportSource} source */
function captionLines(source) {
    const { run, setting } = source.context;
    const fingerprint = run.fingerprint ? `, fingerprint ${run.fingerprint}` : "";
    return [`Scorescape, step ${run.progress.step}, seed ${setting("seed")}${fingerprint}`, addressOf(source)];
}

/**
 * Note on stored data, and buttons that delete them and store them again.
 * @param {Storage} storage
 * @param {ActionButton} action
 */
function storageSection(storage, action) {
    const note = element("p");
    const erase = action("Delete saved data", () => storage.erase());
    const resume = action("Save again", () => storage.resumeSaving());
    const update = () => {
        const { stopped } = storage;
        setText(note, STORAGE[stopped ?? "note"]);
        const focused = erase.matches(":focus") || resume.matches(":focus");
        // Data stored before the browser refused can still be deleted.
        erase.hidden = stopped === "forgotten";
        resume.hidden = !stopped;
        if (focused) {
            (stopped ? resume : erase).focus();
        }
    };
    storage.onChange = update;
    update();
    return [element("h2", {}, "On this machine"), note, element("div", { class: "bar" }, erase, resume)];
}

// A gallery of experiments and data to choose from by what they look like. Loaded when it is first opened.

import { changeSetting, parseLink } from "../../scorescape.js";
import { EXAMPLES } from "../content/examples.js";
import { OPEN, ThumbnailRequest } from "../workers/protocol.js";
import { WorkerClient } from "../workers/worker-client.js";
import { element } from "./element.js";

/** @typedef {import("../content/examples.js").Example} Example */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {{ id: string, label: string, help: string }} Option */
/** @typedef {import("../app/storage.js").RunWithFile} RunWithFile */

/** Of a thumbnail, in CSS pixels. */
const SIZE = 72;
/** Points in one that shows all data, and in one that shows a part of them. */
const FEW_POINTS = 400;
const MANY_POINTS = 4000;

const css = `
.gallery { max-width: none; width: min(64rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 1rem; }
.gallery > button { position: sticky; top: 0; margin-bottom: 0.5rem; }
.gallery h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
.gallery .cards { clear: both; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.5rem; margin-bottom: 1rem; }
.gallery .cards button { display: grid; grid-template-columns: ${SIZE}px 1fr; gap: 0.6rem; align-items: start; text-align: left; padding: 0.5rem; }
.gallery .cards span { min-width: 0; overflow-wrap: anywhere; }
.gallery .cards small { display: block; color: var(--faint); line-height: 1.3; }
.gallery canvas { width: ${SIZE}px; height: ${SIZE}px; background: var(--background); border-radius: 4px; }
`;
export const styles = new CSSStyleSheet();
styles.replaceSync(css);

/**
 * Fills a dialog with cards.
 * @param {HTMLDialogElement} dialog
 * @param {import("../workers/engine.js").Engine} engine with the whole program
 * @param {Option[]} datasets
 * @param {{ example: (example: Example) => void, data: (id: string) => void, previousRuns: (previous: RunWithFile) =>
 *     void }} onChoose what a click does
 * @param {RunWithFile[]} previousRuns what was kept on this machine
 * @param {(name: string) => string} colorOf
 */
export function fillGallery(dialog, engine, datasets, onChoose, previousRuns, colorOf) {
    const worker = new WorkerClient(new URL("../workers/thumbnail.js", import.meta.url), { onReplaced: () => {} });
    const ready = worker.call(OPEN, { engine });
    const thumbnail = (/** @type {string} */ link, /** @type {View | undefined} */ view) => {
        const canvas = element("canvas", { "aria-hidden": "true" });
        ready
            .then(() => worker.call(ThumbnailRequest.POINTS, { link, count: view ? MANY_POINTS : FEW_POINTS }))
            .then(
                ({ places, dim }) => drawThumbnail(canvas, places, dim, colorOf("accent"), view),
                () => {},
            );
        return canvas;
    };
    const card = (
        /** @type {string} */ title,
        /** @type {string} */ text,
        /** @type {string | undefined} */ link,
        /** @type {() => void} */ act,
        /** @type {View | undefined} */ view = undefined,
    ) =>
        element(
            "button",
            { type: "button", onclick: () => (dialog.close(), act()) },
            link ? thumbnail(link, view) : element("canvas", { "aria-hidden": "true" }),
            element("span", {}, element("b", {}, title), element("small", {}, text)),
        );
    dialog.addEventListener("close", () => worker.terminate(), { once: true });
    dialog.replaceChildren(
        element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close"),
        element("h2", {}, "Experiments"),
        element(
            "div",
            { class: "cards" },
            ...previousRuns.map((previous) =>
                card("What you had before", describeRun(previous, datasets), undefined, () =>
                    onChoose.previousRuns(previous),
                ),
            ),
            ...EXAMPLES.map((example) =>
                card(example.title, example.caption, example.link, () => onChoose.example(example), example.view),
            ),
        ),
        element("h2", {}, "Data"),
        element(
            "div",
            { class: "cards" },
            ...datasets.map(({ id, label, help }) =>
                card(label, help, changeSetting("#v=0", "data", id).link, () => onChoose.data(id)),
            ),
        ),
    );
}

/** What a run is about that was kept. @param {RunWithFile} previous @param {Option[]} datasets */
function describeRun({ run: { link, step }, file }, datasets) {
    const data = parseLink(link).settings.find(({ key }) => key === "data")?.value;
    const label = datasets.find(({ id }) => id === data)?.label ?? "An experiment";
    return `${file ? `${label}, ${file.name}` : label}, at step ${step}. Kept on this machine.`;
}

/**
 * Points in the square, or how many lie where on the line: all of them, or those in view.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} places
 * @param {number} dim @param {string} color @param {View | undefined} view
 */
function drawThumbnail(canvas, places, dim, color, view) {
    const size = (canvas.width = canvas.height = Math.round(SIZE * devicePixelRatio));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const [xs, ys] = [0, 1].map((axis) => places.filter((_, i) => i % 2 === axis));
    const [x, y] = view
        ? [view.x, view.y].map((middle) => [middle - view.half, middle + view.half])
        : [xs, ys].map((values) =>
              values.reduce(
                  ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
                  [Infinity, -Infinity],
              ),
          );
    const reach = (view ? 1 : 1.15) * Math.max(x[1] - x[0], y[1] - y[0], 1e-9);
    const at = (/** @type {number} */ value, /** @type {number[]} */ [low, high]) =>
        size * (0.5 + (value - (low + high) / 2) / reach);
    context.fillStyle = color;
    if (dim > 1) {
        return xs.forEach((value, i) => {
            context.fillRect(at(value, x), size - at(ys[i], y), size / 48, size / 48);
        });
    }
    const counts = new Array(24).fill(0);
    xs.forEach((value) => {
        counts[Math.min(23, Math.max(0, Math.floor((24 * at(value, x)) / size)))]++;
    });
    counts.forEach((count, i) => {
        context.fillRect((i * size) / 24, size, size / 24 - 1, (-0.9 * size * count) / Math.max(...counts));
    });
}

// Content of the dialog of examples: cards of experiments, earlier runs and datasets, each with a thumbnail.

import { changeSetting, parseLink } from "../../scorescape.js";
import { previousRunSentence } from "../content/dialog-texts.js";
import { EXAMPLES } from "../content/examples.js";
import { button, element } from "./element.js";
import { drawThumbnail, THUMBNAIL_SIZE } from "./thumbnail.js";

/** @typedef {import("../content/examples.js").Example} Example */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {{ id: string, label: string, help: string }} Dataset */
/**
 * A run of an earlier visit, with the name of its file of own points.
 * @typedef {{ link: string, step: number, fileName: string | undefined, resume: () => void }} PreviousRun
 *
 * Draws points of experiments; `close` ends the worker.
 * @typedef {{
 *     points: (link: string, count: number) => Promise<{ places: Float64Array, dim: number }>, close: () => void,
 * }} Thumbnails
 *
 * @typedef {{
 *     datasets: Dataset[], previousRuns: PreviousRun[], thumbnails: Thumbnails, colorOf: (name: string) => string,
 *     openExample: (example: Example) => void, openData: (id: string) => void,
 * }} GallerySource
 *
 * @typedef {{ title: string, text: string, link?: string, view?: View, act: () => void }} Card
 */

/** Number of points in a thumbnail of all data, and in a thumbnail of a part of the data. */
const FEW_POINTS = 400;
const MANY_POINTS = 4000;

const css = `
.gallery { max-width: none; width: min(64rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 1rem; }
.gallery > button { position: sticky; top: 0; margin-bottom: 0.5rem; }
.gallery h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
.gallery .cards { clear: both; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.5rem; margin-bottom: 1rem; }
.gallery .cards button { display: grid; grid-template-columns: ${THUMBNAIL_SIZE}px 1fr; gap: 0.6rem; align-items: start; text-align: left; padding: 0.5rem; }
.gallery .cards span { min-width: 0; overflow-wrap: anywhere; }
.gallery .cards small { display: block; color: var(--faint); line-height: 1.3; }
.gallery canvas { width: ${THUMBNAIL_SIZE}px; height: ${THUMBNAIL_SIZE}px; background: var(--background); border-radius: 4px; }
`;
export const styles = new CSSStyleSheet();
styles.replaceSync(css);

/** @param {HTMLDialogElement} dialog @param {GallerySource} source */
export function fillGallery(dialog, source) {
    const { thumbnails } = source;
    const cards = (/** @type {Card[]} */ ...list) =>
        element("div", { class: "cards" }, ...list.map((card) => cardButton(dialog, card, source)));
    dialog.addEventListener("close", () => thumbnails.close(), { once: true });
    dialog.replaceChildren(
        button("Close", () => dialog.close(), { autofocus: true }),
        element("h2", {}, "Experiments"),
        cards(...previousRunCards(source), ...exampleCards(source)),
        element("h2", {}, "Data"),
        cards(...datasetCards(source)),
    );
}

/** @param {GallerySource} source @returns {Card[]} */
const previousRunCards = ({ previousRuns, datasets }) =>
    previousRuns.map((previous) => ({
        title: "Your earlier run",
        text: describeRun(previous, datasets),
        act: previous.resume,
    }));

/** @param {GallerySource} source @returns {Card[]} */
const exampleCards = ({ openExample }) =>
    EXAMPLES.map((example) => ({
        title: example.title,
        text: example.caption,
        link: example.link,
        view: example.view,
        act: () => openExample(example),
    }));

/** @param {GallerySource} source @returns {Card[]} */
const datasetCards = ({ datasets, openData }) =>
    datasets.map(({ id, label, help }) => ({
        title: label,
        text: help,
        link: changeSetting("#v=0", "data", id).link,
        act: () => openData(id),
    }));

/** @param {HTMLDialogElement} dialog @param {Card} card @param {GallerySource} source */
function cardButton(dialog, { title, text, link, view, act }, { thumbnails, colorOf }) {
    const canvas = element("canvas", { "aria-hidden": "true" });
    if (link) {
        thumbnails.points(link, view ? MANY_POINTS : FEW_POINTS).then(
            ({ places, dim }) => drawThumbnail(canvas, places, dim, colorOf("accent"), view),
            () => {},
        );
    }
    const onclick = () => {
        dialog.close();
        act();
    };
    const words = element("span", {}, element("b", {}, title), element("small", {}, text));
    return element("button", { type: "button", onclick }, canvas, words);
}

/** @param {PreviousRun} previous @param {Dataset[]} datasets */
function describeRun({ link, step, fileName }, datasets) {
    const data = parseLink(link).settings.find(({ key }) => key === "data")?.value;
    const label = datasets.find(({ id }) => id === data)?.label ?? "An experiment";
    return previousRunSentence(label, fileName, step);
}

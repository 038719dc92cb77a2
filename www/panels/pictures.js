// Pictures of the stage and of plots as PNG and SVG files, with a caption that says how to reproduce them.

import { NO_PICTURE, NOTHING_TO_SAVE } from "../content/dialog-texts.js";
import { Viewport } from "../drawing/viewport.js";
import { FieldRequest } from "../workers/protocol.js";
import { download } from "./download.js";
import { element } from "./element.js";

/** @typedef {import("./view-context.js").ViewContext} ViewContext */
/**
 * A drawing as SVG elements; width and height are in CSS pixels.
 * @typedef {{ markup: string, width: number, height: number, scale: number }} SvgPart
 */

/** Height of a caption's line, left margin, font size and greatest width of a letter, in CSS pixels. */
const LINE_HEIGHT = 18;
const MARGIN = 6;
const FONT_SIZE = 12;
const LETTER_WIDTH = 8;

/** @param {number} ratio canvas pixels per CSS pixel */
const font = (ratio) => `${FONT_SIZE * ratio}px system-ui, sans-serif`;

/**
 * The stage: the field's worker draws its layers, the page the rest.
 * @param {ViewContext} context
 * @param {(viewport: Viewport, scene: import("../drawing/viewport.js").Scene) => void} drawOverlay
 * @returns {Promise<SvgPart>}
 */
export async function stagePart({ run }, drawOverlay) {
    const [{ markup, scene }, { SvgContext }] = await Promise.all([
        run.inquire(FieldRequest.EXPORT_SVG),
        import("../drawing/svg.js"),
    ]);
    const recorder = new SvgContext();
    drawOverlay(new Viewport(recorder.asCanvasContext(), scene), scene);
    const { width, height, ratio } = scene;
    return {
        markup: markup + (await recorder.markup()),
        width: width / ratio,
        height: height / ratio,
        scale: 1 / ratio,
    };
}

/**
 * The plots: each draws once more, on a context that records SVG.
 * @param {HTMLCanvasElement[]} canvases
 */
export async function plotParts(canvases) {
    const { SvgContext } = await import("../drawing/svg.js");
    // The plots' code accepts instances of the canvas's own context only.
    if (!(SvgContext.prototype instanceof CanvasRenderingContext2D)) {
        Object.setPrototypeOf(SvgContext.prototype, CanvasRenderingContext2D.prototype);
    }
    /** @type {SvgPart[]} */
    const parts = [];
    for (const canvas of canvases.filter(({ clientWidth, clientHeight }) => clientWidth * clientHeight > 1)) {
        const recorder = new SvgContext();
        Object.defineProperty(canvas, "getContext", { value: () => recorder, configurable: true });
        canvas.dispatchEvent(new Event("redraw"));
        Reflect.deleteProperty(canvas, "getContext");
        canvas.dispatchEvent(new Event("redraw"));
        const markup = await recorder.markup();
        parts.push({ markup, width: canvas.clientWidth, height: canvas.clientHeight, scale: 1 / devicePixelRatio });
    }
    return parts;
}

/**
 * Saves drawings one beneath the other, with their caption as text.
 * @param {string} name
 * @param {SvgPart[]} parts
 * @param {string[]} caption
 * @param {ViewContext} context
 */
export async function downloadSvg(name, parts, caption, { colorOf }) {
    if (!parts.some(({ markup }) => markup)) {
        throw new Error(NOTHING_TO_SAVE);
    }
    const { SvgContext, svgDocument } = await import("../drawing/svg.js");
    const width = Math.max(...parts.map((part) => part.width));
    const lines = wrapLines(caption, Math.max(1, Math.floor((width - 2 * MARGIN) / LETTER_WIDTH)));
    let body = "";
    let top = 0;
    for (const part of parts) {
        body += `<svg x="0" y="${top}" width="${part.width}" height="${part.height}"><g transform="scale(${part.scale})">${part.markup}</g></svg>`;
        top += part.height;
    }
    const height = top + (lines.length + 0.5) * LINE_HEIGHT;
    const background = new SvgContext();
    background.fillStyle = colorOf("background");
    background.fillRect(0, 0, width, height);
    const text = new SvgContext();
    text.fillStyle = colorOf("text");
    text.font = font(1);
    lines.forEach((line, i) => {
        text.fillText(line, MARGIN, top + (i + 0.9) * LINE_HEIGHT);
    });
    const markup = (await background.markup()) + body + (await text.markup());
    download(name, new TextEncoder().encode(svgDocument(width, height, caption.join(", "), markup)), "image/svg+xml");
}

/**
 * Breaks lines between words, and words longer than a line: text in an SVG neither wraps nor shrinks.
 * @param {string[]} lines
 * @param {number} most characters in a line
 */
function wrapLines(lines, most) {
    const pattern = new RegExp(`\\S.{0,${most - 1}}(?!\\S)|\\S.{0,${most - 1}}`, "gu");
    return lines.flatMap((line) => line.match(pattern) ?? []);
}

/**
 * Saves canvases one beneath the other, with their caption.
 * @param {string} name
 * @param {HTMLCanvasElement[]} canvases
 * @param {string[]} lines
 * @param {ViewContext} context
 */
export async function downloadPng(name, canvases, lines, { colorOf }) {
    const drawn = canvases.filter(({ width, height }) => width > 1 && height > 1);
    if (drawn.length === 0) {
        throw new Error(NOTHING_TO_SAVE);
    }
    const ratio = devicePixelRatio;
    const canvas = element("canvas");
    canvas.width = Math.max(...drawn.map(({ width }) => width));
    canvas.height = drawn.reduce((sum, { height }) => sum + height, 0) + (lines.length + 0.5) * LINE_HEIGHT * ratio;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = colorOf("background");
    context.fillRect(0, 0, canvas.width, canvas.height);
    let top = 0;
    for (const part of drawn) {
        context.drawImage(part, 0, top);
        top += part.height;
    }
    context.fillStyle = colorOf("text");
    context.font = font(ratio);
    lines.forEach((line, i) => {
        const y = top + (i + 0.9) * LINE_HEIGHT * ratio;
        context.fillText(line, MARGIN * ratio, y, canvas.width - 2 * MARGIN * ratio);
    });
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!(blob instanceof Blob)) {
        throw new Error(NO_PICTURE);
    }
    download(name, new Uint8Array(await blob.arrayBuffer()), "image/png");
}

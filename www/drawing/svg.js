// A 2D context that records drawings as SVG, so that the code for canvases makes files too; on the page and in workers.

/** Bytes of a data URL that are converted at once. */
const CHUNK = 0x8000;
const ESCAPES = /** @type {Record<string, string>} */ ({
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
});
const ANCHORS = /** @type {Record<string, string>} */ ({ center: "middle", right: "end", end: "end" });
const BASELINES = /** @type {Record<string, string>} */ ({
    middle: "central",
    top: "text-before-edge",
    bottom: "text-after-edge",
});

/** Text escaped for XML; characters that XML does not allow are left out. @param {string} text */
export const escapeXml = (text) =>
    text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "").replace(/[&<>"']/g, (sign) => ESCAPES[sign]);

/** @param {number} value */
const round = (value) => String(Math.round(value * 100) / 100);

/**
 * A canvas ignores calls with numbers that are not finite, such as places of escaped chains. In an SVG such a number
 * would end the path.
 * @param {...number} values
 */
const allFinite = (...values) => values.every(Number.isFinite);

/**
 * An SVG file.
 * @param {number} width in CSS pixels
 * @param {number} height
 * @param {string} title
 * @param {string} body
 */
export const svgDocument = (width, height, title, body) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"><title>${escapeXml(title)}</title>${body}</svg>\n`;

/** The part of CanvasRenderingContext2D that this program uses. */
export class SvgContext {
    fillStyle = "#000000";
    strokeStyle = "#000000";
    lineWidth = 1;
    lineCap = "butt";
    lineJoin = "miter";
    globalAlpha = 1;
    font = "10px sans-serif";
    textAlign = "left";
    textBaseline = "alphabetic";
    /** @type {(string | Promise<string>)[]} */
    #parts = [];
    #path = "";
    /** Consecutive squares of one style, joined into one path. */
    #rectangles = { style: "", path: "" };
    #dash = "";
    #scale = 1;

    /** This recorder, typed as the context that drawing code expects. */
    asCanvasContext() {
        return /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (this));
    }

    /** The drawing as SVG elements. */
    async markup() {
        this.#flush();
        return (await Promise.all(this.#parts)).join("");
    }

    /** @param {string | Promise<string>} part */
    #append(part) {
        this.#flush();
        this.#parts.push(part);
    }

    #flush() {
        const { style, path } = this.#rectangles;
        if (path) {
            this.#parts.push(`<path ${style} d="${path}"/>`);
        }
        this.#rectangles = { style: "", path: "" };
    }

    get #opacity() {
        return this.globalAlpha < 1 ? ` opacity="${round(this.globalAlpha)}"` : "";
    }

    get #fillAttributes() {
        return `fill="${escapeXml(this.fillStyle)}"${this.#opacity}`;
    }

    /**
     * Supports equal scales in both directions; they are applied to the numbers.
     * @param {number} scale
     */
    setTransform(scale) {
        this.#scale = scale;
    }

    beginPath() {
        this.#path = "";
    }

    /** @param {number} x @param {number} y */
    moveTo(x, y) {
        if (allFinite(x, y)) {
            this.#path += `M${this.#scaled(x)} ${this.#scaled(y)}`;
        }
    }

    /** @param {number} x @param {number} y */
    lineTo(x, y) {
        if (allFinite(x, y)) {
            this.#path += `${this.#path ? "L" : "M"}${this.#scaled(x)} ${this.#scaled(y)}`;
        }
    }

    closePath() {
        if (this.#path) {
            this.#path += "Z";
        }
    }

    /** Whole circles only. @param {number} x @param {number} y @param {number} radius */
    arc(x, y, radius) {
        if (!allFinite(x, y, radius)) {
            return;
        }
        const r = this.#scaled(radius);
        const width = this.#scaled(2 * radius);
        this.#path += `M${this.#scaled(x - radius)} ${this.#scaled(y)}a${r} ${r} 0 1 1 ${width} 0a${r} ${r} 0 1 1 -${width} 0Z`;
    }

    /** @param {number} value */
    #scaled(value) {
        return round(value * this.#scale);
    }

    fill() {
        if (this.#path) {
            this.#append(`<path ${this.#fillAttributes} d="${this.#path}"/>`);
        }
    }

    stroke() {
        if (!this.#path) {
            return;
        }
        const line = `stroke="${escapeXml(this.strokeStyle)}" stroke-width="${this.#scaled(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"`;
        this.#append(`<path fill="none" ${line}${this.#dash}${this.#opacity} d="${this.#path}"/>`);
    }

    /** @param {number[]} lengths */
    setLineDash(lengths) {
        this.#dash =
            lengths.length > 0 ? ` stroke-dasharray="${lengths.map((length) => this.#scaled(length)).join(" ")}"` : "";
    }

    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    fillRect(x, y, width, height) {
        if (!allFinite(x, y, width, height)) {
            return;
        }
        const style = this.#fillAttributes;
        if (style !== this.#rectangles.style) {
            this.#flush();
        }
        this.#rectangles = {
            style,
            path: `${this.#rectangles.path}M${this.#scaled(x)} ${this.#scaled(y)}h${this.#scaled(width)}v${this.#scaled(height)}h${this.#scaled(-width)}z`,
        };
    }

    clearRect() {}

    /** @param {string} text @param {number} x @param {number} y */
    fillText(text, x, y) {
        if (!allFinite(x, y)) {
            return;
        }
        const [, size, family] = /^([\d.]+)px (.*)$/.exec(this.font) ?? ["", "10", "sans-serif"];
        const place = `x="${this.#scaled(x)}" y="${this.#scaled(y)}" text-anchor="${ANCHORS[this.textAlign] ?? "start"}" dominant-baseline="${BASELINES[this.textBaseline] ?? "alphabetic"}"`;
        this.#append(
            `<text ${place} font-size="${this.#scaled(Number(size))}" font-family="${escapeXml(family)}" ${this.#fillAttributes}>${escapeXml(text)}</text>`,
        );
    }

    /**
     * Embeds a picture as PNG.
     * @param {OffscreenCanvas} image
     * @param {number} x
     * @param {number} y
     * @param {number} width
     * @param {number} height
     */
    drawImage(image, x, y, width = image.width, height = image.height) {
        if (!allFinite(x, y, width, height)) {
            return;
        }
        const place = `x="${this.#scaled(x)}" y="${this.#scaled(y)}" width="${this.#scaled(width)}" height="${this.#scaled(height)}" preserveAspectRatio="none"${this.#opacity}`;
        this.#append(dataUrl(image).then((url) => `<image ${place} href="${url}"/>`));
    }
}

/** @param {OffscreenCanvas} image */
async function dataUrl(image) {
    const bytes = new Uint8Array(await (await image.convertToBlob({ type: "image/png" })).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += CHUNK) {
        text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
    }
    return `data:image/png;base64,${btoa(text)}`;
}

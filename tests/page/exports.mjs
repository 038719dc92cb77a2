// Saved files, read by other programs: by NumPy where it is installed, by Node everywhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./support/browser.mjs";
import { complete } from "./support/fixtures.mjs";

const RUN = "#v=0&model.units=32&train.batch=64&model.activation=silu&sample.chains=20&steps=300&transitions=50";
const PYTHONPATH = fileURLToPath(new URL("../../.tools/python", import.meta.url));
const python = (folder, code) =>
    spawnSync("python3", ["-c", code], { cwd: folder, encoding: "utf8", env: { ...process.env, PYTHONPATH } });
const hasNumpy = () => python(".", "import numpy").status === 0;

/** Clicks a button of the dialog; returns the saved file and the displayed text. */
async function take(page, label) {
    const { name, bytes, text } = await page.runAsync(
        `
    const saved = new Promise((resolve) => {
      URL.createObjectURL = (blob) => (resolve(blob.arrayBuffer()), 'data:,');
      setTimeout(() => resolve(undefined), 3000);
    });
    const click = HTMLAnchorElement.prototype.click;
    let name;
    HTMLAnchorElement.prototype.click = function () { name = this.download; };
    probe.all('.exports button').find((button) => button.textContent === arguments[0]).click();
    const buffer = arguments[0] === 'BibTeX' ? undefined : await saved;
    await probe.frames(5);
    HTMLAnchorElement.prototype.click = click;
    const binary = buffer && Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
    return { name, bytes: binary && btoa(binary), text: probe.find('.exports pre').textContent, };`.replaceAll(
            "arguments[0]",
            JSON.stringify(label),
        ),
    );
    return { name, bytes: bytes && Buffer.from(bytes, "base64"), text };
}

/** Rows of numbers by name. */
const rowsOf = (csv) =>
    csv
        .toString()
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));

/** The numbers of a two-dimensional .npy file, parsed as the format's description says. */
function readNpy(bytes) {
    const length = bytes.readUInt16LE(8);
    const [, rows, columns] = /'shape': \((\d+), (\d+)\)/.exec(bytes.toString("latin1", 10, 10 + length)).map(Number);
    return Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (_, k) => bytes.readDoubleLE(10 + length + 8 * (i * columns + k))),
    );
}

/**
 * Runs in the page: compares an SVG, as an XML parser and an image read it, with the canvases that it shows, stacked
 * vertically.
 */
const readSvg = async (text, selector) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    const all = [...parsed.querySelectorAll("*")];
    const paths = all.filter(({ localName }) => localName === "path").map((it) => it.getAttribute("d"));
    const count = (pattern) => paths.reduce((sum, path) => sum + (path.match(pattern)?.length ?? 0), 0);
    const canvases = probe.all(selector).filter(({ clientWidth, clientHeight }) => clientWidth * clientHeight > 1);
    const width = Math.max(...canvases.map((it) => it.clientWidth));
    const height = canvases.reduce((sum, it) => sum + it.clientHeight, 0);
    const background = getComputedStyle(probe.root()).getPropertyValue("--background");
    // Low resolution, so that a shift of half a pixel makes no difference.
    const raster = (paint) => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [width / 4, height / 4].map(Math.floor);
        const context = canvas.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.fillStyle = background;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.scale(0.25, 0.25);
        paint(context);
        return context.getImageData(0, 0, canvas.width, canvas.height).data;
    };
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    // First painted at full size, so that both images are scaled down in the same way.
    const full = document.createElement("canvas");
    full.width = image.width;
    full.height = image.height;
    full.getContext("2d").drawImage(image, 0, 0);
    const shown = raster((context) => {
        let top = 0;
        for (const it of canvases) {
            context.drawImage(it, 0, top, it.clientWidth, it.clientHeight);
            top += it.clientHeight;
        }
    });
    const drawn = raster((context) => context.drawImage(full, 0, 0));
    const blank = raster(() => {});
    const gap = (a) => Math.sqrt(a.reduce((sum, value, i) => sum + (value - shown[i]) ** 2, 0) / a.length);
    const [across, down] = [width, height].map((length) =>
        Math.round(
            (Math.min(32, Math.max(12, Math.round(Math.min(width, height) / 20))) * length) / Math.min(width, height),
        ),
    );
    return {
        broken: Boolean(parsed.querySelector("parsererror")),
        names: all.map(({ localName }) => localName),
        text: parsed.documentElement.textContent,
        gap: gap(drawn),
        blank: gap(blank),
        places: across * down,
        arrows: count(/Z/g) - count(/a[\d.]/g) / 2,
        squares: count(/z/g),
    };
};

export const exportFiles = {
    async "saves numbers, weights, pictures and the experiment, which other programs read"(page) {
        await page.open(RUN);
        await page.reach("a complete run", complete);
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        await page.click("Save");
        await until("what can be saved", () => page.run(`return Boolean(probe.find('.exports[open] pre'))`));
        const files = {};
        for (const name of ["Data", "Field", "Samples"]) {
            const csv = await take(page, `${name} as CSV`);
            const npy = await take(page, `${name} as .npy`);
            files[name] = npy;
            assert.deepEqual([csv.name, npy.name], [`${name.toLowerCase()}.csv`, `${name.toLowerCase()}.npy`]);
            assert.deepEqual(rowsOf(csv.bytes), readNpy(npy.bytes), name);
        }
        const field = readNpy(files.Field.bytes);
        assert.equal(field[0].length, 6, "places, learned and exact scores");
        const weights = await take(page, "Weights as safetensors");
        const { link, settings, fingerprint } = JSON.parse(String((await take(page, "Experiment as JSON")).bytes));
        assert.ok(
            link.includes("model.units=32") &&
                settings["model.activation"] === "silu" &&
                fingerprint === (await page.state()).fingerprint,
            link,
        );
        const { text } = await take(page, "BibTeX");
        assert.ok(text.includes(link) && text.includes(fingerprint) && text.includes("alain2014regularized"), text);
        for (const picture of ["Stage as PNG", "Plots as PNG"]) {
            const { bytes } = await take(page, picture);
            assert.ok(
                bytes.toString("latin1", 1, 4) === "PNG" &&
                    bytes.readUInt32BE(16) > 200 &&
                    bytes.readUInt32BE(20) > 100 &&
                    bytes.length > 2000,
                picture,
            );
        }
        if (!hasNumpy()) {
            return "no NumPy here: read by Node alone";
        }
        const folder = mkdtempSync(join(tmpdir(), "exports-"));
        try {
            for (const { name, bytes } of [...Object.values(files), weights]) {
                writeFileSync(join(folder, name), bytes);
            }
            // The Python lines from the page run unchanged and reproduce the saved scores.
            const { stdout, stderr, status } = python(
                folder,
                `${weights.text}
field = np.load("field.npy")
print(json.dumps([np.abs([score(row[:2]) for row in field] - field[:, 2:4]).max().item(), *map(list, (np.load("data.npy").shape, np.load("samples.npy").shape))]))`,
            );
            assert.equal(status, 0, stderr);
            const [gap, ...shapes] = JSON.parse(stdout);
            assert.ok(gap < 1e-6 / 0.05 ** 2, `scores differ by ${gap}`);
            assert.deepEqual(shapes, [
                [readNpy(files.Data.bytes).length, 2],
                [20, 2],
            ]);
            assert.equal(weights.text.trim().split("\n").length, 10);
            return `NumPy's scores differ by ${gap.toExponential(1)}`;
        } finally {
            rmSync(folder, { recursive: true });
        }
    },

    async "saves stage and plots as SVG that other programs draw as the page does"(page) {
        await page.open(`${RUN}&data.count=6000`);
        await page.reach("a complete run", complete);
        await until("a verdict", () => page.run(`return Boolean(probe.find('.diagnostics'))`));
        await page.click("Save");
        await until("what can be saved", () => page.run(`return Boolean(probe.find('.exports[open] pre'))`));
        const { link, fingerprint } = JSON.parse(String((await take(page, "Experiment as JSON")).bytes));
        // The chains finish, so that the picture no longer changes.
        await page.run("probe.skip(60_000)");
        await page.frames(10);
        const told = [];
        for (const [label, canvases] of [
            ["Stage as SVG", ".stage canvas"],
            ["Plots as SVG", ".readouts canvas"],
        ]) {
            const { name, bytes } = await take(page, label);
            assert.match(name, /\.svg$/);
            assert.ok(bytes.length > 2000 && bytes.length < 2_000_000, `${label}: ${bytes.length} bytes`);
            const read = await page.runAsync(
                `return (${readSvg})(arguments[0], arguments[1])`
                    .replaceAll("arguments[0]", JSON.stringify(bytes.toString()))
                    .replaceAll("arguments[1]", JSON.stringify(canvases)),
            );
            assert.equal(read.broken, false, label);
            assert.deepEqual(
                read.names.filter((it) => !["svg", "title", "g", "path", "text", "image"].includes(it)),
                [],
                "nothing but drawings",
            );
            for (const part of [link, "seed 1", fingerprint]) {
                assert.ok(read.text.includes(part), `${label}: ${part} in ${read.text}`);
            }
            // The file must differ from a blank sheet and resemble the canvas: without a layer of arrows the gap is
            // more than half. Text looks slightly different in files; curves are thin.
            assert.ok(
                read.gap < (label.startsWith("Stage") ? 0.35 : 0.4) * read.blank,
                `${label}: ${read.gap} from the canvas, which is ${read.blank} from blank`,
            );
            if (label.startsWith("Stage")) {
                // Each arrow is one closed path. Two layers draw one arrow per place each. Only a score of zero has no
                // arrow, and few scores are zero.
                assert.ok(
                    read.arrows <= 2 * read.places && read.arrows > 1.9 * read.places,
                    `${read.arrows} arrows at ${read.places} places`,
                );
                assert.equal(read.squares, 1 + 6000 + 20, "the sheet, data and samples");
            }
            told.push(`${label}: ${Math.round(bytes.length / 1024)} KB, gap ${(read.gap / read.blank).toFixed(3)}`);
        }
        return told.join("; ");
    },

    async "saves complete drawings, though some chains have escaped to infinity"(page) {
        await page.open("#v=0&steps=1000");
        const gaps = await page.runAsync(`
      const [{ SvgContext, svgDocument }, { Viewport }, { drawDots, drawPaths }] = await Promise.all(['./www/drawing/svg.js', './www/drawing/viewport.js', './www/drawing/primitives.js'].map((file) => import(file)));
      const scene = { width: 200, height: 200, ratio: 1, view: { x: 0, y: 0, half: 1 } };
      const lost = [[NaN, NaN], [Infinity, 0], [0.3, -Infinity]];
      const paint = (context, far) => {
        drawDots(new Viewport(context, scene), Float64Array.from([...far, [0, 0], [0.5, 0.5], [-0.5, 0.2]].flat()), '#a01060', 8);
        drawPaths(new Viewport(context, scene), [[-0.8, -0.8, 0.1, -0.7, ...far.flat(), 0.8, -0.2]], '#1060a0');
        context.fillText('text', 20, 20);
      };
      const raster = async (act) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [200, 200];
        const context = canvas.getContext('2d');
        await act(context);
        return context.getImageData(0, 0, 200, 200).data;
      };
      const saved = async (far) => {
        const recorder = new SvgContext();
        paint(recorder, far);
        const image = new Image();
        image.src = 'data:image/svg+xml,' + encodeURIComponent(svgDocument(200, 200, 'some', await recorder.markup()));
        await image.decode();
        return raster((context) => context.drawImage(image, 0, 0));
      };
      const gap = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);
      const [canvas, blank, drawing] = [await raster((context) => paint(context, lost)), await raster(() => {}), await saved(lost)];
      return { own: gap(drawing, canvas), blank: gap(blank, canvas) };`);
        assert.ok(gaps.own < 0.3 * gaps.blank, `${gaps.own} from the canvas, which is ${gaps.blank} from blank`);
        return `gap ${(gaps.own / gaps.blank).toFixed(3)}`;
    },

    async "undoes and redoes changes, by buttons and keys"(page) {
        await page.open("#v=0&steps=1000000");
        await page.reach("training", ({ step }) => step > 0);
        const links = async () =>
            (await page.browser.getCurrentUrl())
                .split("#")[1]
                .replace("&steps=1000000", "")
                .replace("steps=1000000", "");
        const change = (key, value) =>
            page.run(
                `
      const input = probe.find('[name="' + arguments[0] + '"]');
      input.value = arguments[1];
      input.dispatchEvent(new Event('change'));`,
                key,
                value,
            );
        const start = await links();
        assert.deepEqual(
            await page.run(
                `return ['Undo', 'Redo'].map((label) => probe.find('[aria-label="' + label + '"]').getAttribute('aria-disabled'))`,
            ),
            ["true", "true"],
        );
        await change("model.units", "64");
        const one = await links();
        await change("data", "ring");
        const two = await links();
        assert.equal(new Set([start, one, two]).size, 3);
        const press = (shiftKey) =>
            page.run(
                `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, shiftKey: arguments[0], bubbles: true, composed: true }))`,
                shiftKey,
            );
        const off = () =>
            page.run(
                `return ['Undo', 'Redo'].map((label) => probe.find('[aria-label="' + label + '"]').getAttribute('aria-disabled'))`,
            );
        assert.deepEqual(await off(), ["false", "true"]);
        const seen = [];
        for (const act of [
            () => press(false),
            () => page.run(`probe.find('[aria-label="Undo"]').click()`),
            () => press(false),
            () => press(true),
            () => page.run(`probe.find('[aria-label="Redo"]').click()`),
            () => press(true),
        ]) {
            await act();
            seen.push(await links());
        }
        assert.deepEqual(seen, [one, start, start, one, two, two]);
        // A new change after an undo removes the undone change from the history.
        await press(false);
        await change("model.units", "32");
        const other = await links();
        await press(true);
        assert.equal(await links(), other);
        await page.reach("training", ({ phase, step }) => phase === "training" && step > 0);
    },
};

// The brush: sprays and erases points of own data on the stage, or traces a word.

import { changeSetting } from "../../scorescape.js";
import { BRUSH } from "../content/tool-texts.js";
import { formatShort } from "../drawing/number-format.js";
import { drawDots } from "../drawing/primitives.js";
import { rejectionText } from "../panels/setting-errors.js";
import { BrushPanel, styles } from "./brush-panel.js";
import { DrawingView } from "./drawing-view.js";
import { DrawnPoints, MAX_POINTS, MIN_POINTS } from "./drawn-points.js";
import { PlacePicker } from "./place-picker.js";
import { StrokePointer } from "./stroke-pointer.js";

/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */
/** @typedef {import("../drawing/viewport.js").Viewport} Viewport */

/** Points per touch, and per radius of the brush's way. */
const POINTS_PER_TOUCH = 12;
const POINTS_PER_RADIUS = 8;
/** Opacity of the veil over the picture of other data. */
const VEIL = 0.85;
/** Phases without data that could be copied. */
const PHASES_WITHOUT_DATA = ["opening", "needs-file", "failed"];

export class Brush {
    static styles = styles;
    #isActive = false;
    #drawn;
    /** Digest of the experiment's own points at the last frame. */
    #seenDigest = "";
    /** Points before the present stroke. @type {number[]} */
    #before = [];
    /** Place of the brush. @type {[number, number] | undefined} */
    #place;
    /**
     * Number of copied points, and number of all points of the copied data.
     * @type {{ count: number, all: number } | undefined}
     */
    #copied;
    /** Experiment of the last frame. @type {unknown} */
    #seenDescription;
    /** A new object whenever the stage has to be drawn again. */
    #overlay = {};
    #panel = new BrushPanel({
        toggle: () => this.#setActive(!this.#isActive),
        resize: () => this.#redraw(),
        copy: () => this.#copy(),
        clear: () => this.#clear(),
        traceWord: (word) => this.#traceWord(word),
    });

    /** @param {ViewContext} context @param {() => void} deactivateOthers */
    constructor(context, deactivateOthers) {
        this.context = context;
        this.deactivateOthers = deactivateOthers;
        this.#drawn = new DrawnPoints(context.userFile);
        this.drawingView = new DrawingView(context.stage);
        this.picker = new PlacePicker(
            context.stage,
            (place) => {
                this.#place = place;
                this.#redraw();
            },
            () => this.#setActive(false),
        );
        this.buttons = [this.#panel.toggle];
        this.parts = [this.#panel.root];
        this.strokes = new StrokePointer(context.stage, {
            isActive: () => this.#isActive,
            begin: (place) => this.#beginStroke(place),
            move: (place) => this.picker.moveTo(place),
            draw: (from, to) => this.#sprayAlong(from, to),
            end: () => this.#train(),
            undo: () => this.#undoStroke(),
        });
    }

    /** @param {boolean} isActive */
    #setActive(isActive) {
        const { stage } = this.context;
        if (isActive) {
            this.deactivateOthers();
        }
        this.#isActive = isActive;
        this.strokes.cancel();
        this.#panel.setActive(isActive);
        stage.root.classList.toggle("drawing", isActive);
        stage.canvas.style.touchAction = isActive ? "none" : "";
        this.picker.setHandler(isActive ? (place) => this.#pick(place) : undefined);
        if (isActive) {
            this.#openPage();
        } else {
            this.#closePage();
        }
        this.#refresh();
    }

    #openPage() {
        if (!this.#isExperimentDrawn) {
            this.drawingView.open();
        }
    }

    #closePage() {
        if (this.#isExperimentDrawn) {
            this.drawingView.keepView(this.context.run.dataExtent);
        } else {
            this.drawingView.restoreView();
        }
        this.drawingView.close();
    }

    deactivate() {
        if (this.#isActive) {
            this.#setActive(false);
        }
    }

    get keepsView() {
        return this.#isActive;
    }

    /** True if the experiment's data are the drawn points in their own units. */
    get #isExperimentDrawn() {
        const { setting, description } = this.context;
        return (
            this.#drawn.digest !== "" &&
            description()?.digest === this.#drawn.digest &&
            setting("data.standardise") === "no"
        );
    }

    /** Radius of the brush in the plane's units. */
    get #radius() {
        return this.context.stage.view.half * this.#panel.radius;
    }

    /** @param {[number, number]} place */
    #beginStroke(place) {
        this.#before = [...this.#drawn.points];
        this.#touch(place);
    }

    /** Removes the points of the present stroke. */
    #undoStroke() {
        this.#drawn.points = this.#before;
        this.#refresh();
    }

    /** @param {[number, number]} from @param {[number, number]} to */
    #sprayAlong(from, to) {
        const length = Math.hypot(to[0] - from[0], to[1] - from[1]) / this.#radius;
        const dabs = Math.ceil(length);
        for (let i = 1; i <= dabs; i++) {
            this.#spray(
                [0, 1].map((axis) => from[axis] + (i / dabs) * (to[axis] - from[axis])),
                Math.max(1, Math.round((POINTS_PER_RADIUS * length) / dabs)),
            );
        }
    }

    /** A touch by the keyboard. @param {[number, number]} place */
    #pick(place) {
        this.#touch(place);
        this.#train();
    }

    /** @param {[number, number]} place */
    #touch(place) {
        this.#spray(place, POINTS_PER_TOUCH);
    }

    /**
     * Adds points within the brush's circle, or erases those in it.
     * @param {number[]} place
     * @param {number} count
     */
    #spray(place, count) {
        if (this.#panel.isErasing) {
            this.#drawn.erase(place, this.#radius);
        } else {
            this.#drawn.spray(place, this.#radius, count, this.context.stage.view.half);
        }
        this.#refresh();
    }

    /** Removes all points, or restores the removed ones. */
    #clear() {
        if (this.#drawn.count > 0) {
            this.#putAside();
            return;
        }
        this.#drawn.restore();
        this.#train();
        this.#refresh();
    }

    /** Copies the present training points and keeps their view. */
    async #copy() {
        const { context } = this;
        const description = context.description();
        try {
            const { values } = await context.run.exportTable("points");
            if (
                !this.#isActive ||
                this.strokes.isDrawing ||
                this.#drawn.count > 0 ||
                context.description() !== description
            ) {
                return;
            }
            this.drawingView.restoreView();
            this.#drawn.copyFrom(values);
            this.#copied = { count: this.#drawn.count, all: values.length / 2 };
            this.#train(this.#otherSettings);
            this.#refresh();
            context.stage.canvas.focus(); // the button disappears
        } catch (error) {
            this.#panel.showError(error instanceof Error ? error.message : String(error));
        }
    }

    /** True if there are training points to begin with. */
    get #isCopyable() {
        const { dim, phase } = this.context.run;
        return this.#drawn.count === 0 && dim === 2 && !PHASES_WITHOUT_DATA.includes(phase);
    }

    /** Present values of the settings that the choice of own points would change. */
    get #otherSettings() {
        const { setting, description } = this.context;
        const { settings } = changeSetting(String(description()?.link), "data", "user-data");
        const changed = settings.filter(
            ({ key, value }) => !/^(data|view)/.test(key) && setting(key) !== undefined && setting(key) !== value,
        );
        return Object.fromEntries(changed.map(({ key }) => [key, String(setting(key))]));
    }

    /** Trains on the drawn points. @param {Record<string, string>} [otherSettings] settings to change with the data */
    #train(otherSettings) {
        if (this.#drawn.count < MIN_POINTS) {
            return;
        }
        const { setting, importFile } = this.context;
        const bytes = this.#drawn.toFile();
        /** The number of points used may be limited by a setting. @type {Record<string, string>} */
        const enough = Number(setting("data.count")) < this.#drawn.count ? { "data.count": String(MAX_POINTS) } : {};
        // An eraser may have removed no point.
        if (!this.#isExperimentDrawn) {
            importFile("your drawing", bytes, {
                values: { "data.standardise": "no", ...enough, ...otherSettings },
                keepsView: true,
            });
        }
    }

    /** @param {string} word */
    #traceWord(word) {
        const rejection = this.context.changeSettings({ data: "word", "data.word": word.trim().toUpperCase() });
        if (rejection) {
            this.#panel.showError(`${rejectionText(rejection)}.`);
        } else {
            this.#setActive(false);
        }
    }

    get #statusText() {
        const { count } = this.#drawn;
        if (count === 0) {
            return BRUSH.hint;
        }
        if (count < MIN_POINTS) {
            return BRUSH.tooFew(count, MIN_POINTS);
        }
        if (count >= MAX_POINTS) {
            return BRUSH.full(count);
        }
        const isPart = this.#copied?.count === count && this.#copied.all > count;
        const sigma = formatShort(Number(this.context.setting("train.sigma")));
        return BRUSH.status(isPart ? `${count} of ${this.#copied?.all}` : String(count), sigma);
    }

    /** Called once a frame. */
    update() {
        const { description } = this.context;
        if (this.#isActive && this.#seenDescription !== description()) {
            this.#refresh();
        }
        this.#panel.showCopy(this.#isCopyable);
        this.#seenDescription = description();
        this.followExperiment();
        return this.#overlay;
    }

    /**
     * Shows the drawing of the present experiment. Called at each change, so that a drawing that an undo passes between
     * two frames is not left out; a change during a stroke is followed after it.
     */
    followExperiment() {
        const digest = this.context.description()?.digest ?? "";
        if (this.strokes.isDrawing || digest === this.#seenDigest) {
            return;
        }
        this.#seenDigest = digest;
        if (digest === this.#drawn.digest) {
            return;
        }
        if (this.#drawn.load(digest)) {
            this.#refresh();
        } else if (this.#drawn.digest !== "") {
            this.#putAside();
        }
    }

    /** Has the stage drawn again. */
    #redraw() {
        this.#overlay = {};
    }

    /** Requests a redraw of the stage, and updates the status. */
    #refresh() {
        this.#redraw();
        this.#panel.showStatus(this.#statusText, this.#drawn.canRestore);
    }

    /** Clears the drawing, which can be restored. */
    #putAside() {
        this.#drawn.clear();
        this.#refresh();
    }

    /** @param {Viewport} viewport @param {number} _dim @param {Record<string, string>} palette */
    draw(viewport, _dim, palette) {
        if (!this.#isActive) {
            return;
        }
        const { context, ratio } = viewport;
        if (!this.#isExperimentDrawn) {
            context.globalAlpha = VEIL;
            context.fillStyle = palette.background;
            context.fillRect(0, 0, viewport.width, viewport.height);
            context.globalAlpha = 1;
        }
        drawDots(viewport, Float64Array.from(this.#drawn.points), palette.data, 1);
        if (!this.#place) {
            return;
        }
        const [x, y] = this.#place;
        context.strokeStyle = palette.difference;
        context.lineWidth = 1.5 * ratio;
        context.beginPath();
        context.arc(viewport.toX(x), viewport.toY(y), this.#radius * viewport.scale, 0, 2 * Math.PI);
        context.stroke();
        this.picker.draw(viewport, palette.difference);
    }

    destroy() {
        this.strokes.destroy();
        this.picker.destroy();
    }
}

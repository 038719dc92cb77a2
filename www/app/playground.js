// A playground in an element: mount(root, link, options) -> { destroy }. Several may stand on one page.

import { changeSetting, newSeed, parseLink, tableDigest } from "../../scorescape.js";
import { USER_DATA } from "../content/texts.js";
import { drawHistogram } from "../drawing/line.js";
import { drawDots, drawPaths } from "../drawing/primitives.js";
import { Controls } from "../panels/controls.js";
import { element, setText } from "../panels/element.js";
import { LayerPanel, PALETTE } from "../panels/layer-panel.js";
import { Layout } from "../panels/layout.js";
import { Menu } from "../panels/menu.js";
import { Readouts } from "../panels/readouts.js";
import { rejectionHint, showSettingErrors } from "../panels/setting-errors.js";
import { styles } from "../panels/styles.js";
import { Toolbar } from "../panels/toolbar.js";
import { NO_DIGEST, UserData } from "../panels/user-data.js";
import { VerdictPanel } from "../panels/verdict.js";
import { Stage } from "../stage/stage.js";
import { loadExtraPart, loadFirstPart } from "../workers/engine.js";
import { OPEN, ThumbnailRequest } from "../workers/protocol.js";
import { WorkerClient } from "../workers/worker-client.js";
import { differInChainsOnly, isDefaultExceptSeed, withUserFile } from "./experiments.js";
import { listenForInput } from "./input.js";
import { RunController } from "./run-controller.js";
import { addFile, findFile } from "./user-files.js";

/**
 * @typedef {{ autoplay?: boolean, pageWide?: boolean, persist?: boolean, restore?: boolean, onLink?: (link: string) =>
 *     void, toAddress?: (fragment: string) => string }} Options
 */
/** @typedef {import("../../scorescape.js").Description} Description */

/** Milliseconds between two showings of the numbers: nobody reads faster. */
const READOUT_INTERVAL = 125;
/** Milliseconds until what could not be loaded is asked for again. */
const RETRY_AFTER = 3000;

/**
 * Shows and runs the experiment of a link in `root`.
 * @param {HTMLElement} root gets a shadow root; its own children are left alone
 * @param {string} link the fragment of a link, empty for the default experiment; what cannot be used in it is told in
 *     the page
 * @param {Options} [options] autoplay: whether training starts by itself (by default unless the user asked for less
 *     motion);
 *     pageWide: whether keys and what is pasted are its own wherever on the page they come, else only while the focus
 *     is in it;
 *     keeps: whether the experiment and the visitor's own points are kept on the machine; returns: whether it goes on
 *     with what was kept, if that has the link;
 *     onLink: told the link of the experiment whenever it changes; linkOf: makes a fragment an address for the copy
 *     button
 * @returns {{ destroy: () => void }}
 */
export function mount(root, link, options = {}) {
    const playground = new Playground(root, options);
    playground.start(link);
    return { destroy: () => playground.destroy() };
}

class Playground {
    /** @type {RunController | undefined} */
    controller;
    /** @type {Description | undefined} */
    description;
    /** @type {string | undefined} */
    claimedFingerprint;
    isMounted = true;
    /** The loading of the rest of the program. @type {Promise<void> | undefined} */
    loadingExtra;
    /** Whether it has been told that the rest is missing. */
    isExtraMissing = false;
    /** What the stage shows was drawn from. @type {unknown[]} */
    lastInputs = [undefined];
    lastReadout = -Infinity;
    #listeners = new AbortController();

    /** @param {HTMLElement} root @param {Options} options */
    constructor(root, options) {
        this.root = root;
        this.options = options;
        this.shadow = root.shadowRoot ?? root.attachShadow({ mode: "open" });
        this.shadow.adoptedStyleSheets = [styles];
        this.notice = element("p", { class: "notice", role: "alert" });
        this.shadow.replaceChildren(this.notice);
    }

    /** @param {string} link */
    async start(link) {
        try {
            const first = await loadFirstPart();
            if (!this.isMounted) {
                return;
            }
            this.build(first);
            const description = parseLink(link);
            this.claimedFingerprint = description.fingerprint;
            this.isRestored =
                Boolean(this.options.restore) &&
                (await import("./persistence.js")
                    .then(({ restoreRun }) => restoreRun(this, first, description))
                    .catch((error) => (console.warn(error), false)));
            if (!this.isMounted) {
                return;
            }
            if (!this.isRestored) {
                this.open(withUserFile(description), true);
            }
            this.frame();
        } catch (error) {
            if (!this.isMounted) {
                return;
            }
            setText(this.notice, error instanceof Error ? error.message : String(error));
            this.root.dataset.scorescape = "failed";
        }
    }

    /** @param {WebAssembly.Module} first */
    build(first) {
        this.controller = new RunController(
            { first },
            {
                notice: (text) => setText(this.notice, text),
                changed: () => this.showState(),
                complete: (fingerprint) => this.complete(fingerprint),
            },
        );
        this.stage = new Stage();
        this.toolbar = new Toolbar({
            toggle: () => (this.controller?.phase === "complete" ? this.trainAgain() : this.controller?.toggle()),
            step: () => this.controller?.step(),
            reset: () => this.reset(),
            reseed: () => {
                this.change({ seed: String(newSeed()) });
            },
            copyLink: () => this.copyLink(),
            setSigma: (sigma) => {
                this.change({ "train.sigma": sigma });
            },
            openExamples: () => this.menu?.openExamples(),
            setSpeedLimit: (speedLimit) => this.controller && (this.controller.speedLimit = speedLimit),
            openExports: () => this.menu?.openExports(),
            undo: () => this.rewind(this.past, this.future),
            redo: () => this.rewind(this.future, this.past),
        });
        this.controls = new Controls((key, value) => this.change({ [key]: value }), rejectionHint);
        this.readouts = new Readouts();
        this.context = viewContext(this, this.controller, this.stage);
        this.verdictPanel = new VerdictPanel(this.readouts, this.context);
        this.userData = new UserData(
            () => loadExtraPart(first),
            (name, bytes) => this.useFile(name, bytes),
        );
        this.layerPanel = new LayerPanel();
        this.menu = new Menu(this.context, menuSource(this, this.controller, first));
        const main = element(
            "section",
            { "aria-label": "Stage" },
            this.stage.root,
            this.layerPanel.legends,
            this.exampleNote,
            this.toolsSlot,
            this.layerPanel.root,
            ...this.menu.dialogs,
        );
        const close = element(
            "button",
            {
                type: "button",
                class: "close",
                "aria-label": "Close",
                onclick: () => {
                    setText(this.notice, "");
                    this.stage?.canvas.focus(); // as the button goes, too
                },
            },
            "×",
        );
        this.stage.overlay.append(this.notice, close, this.userData.root);
        this.layout = new Layout({
            toolbar: this.toolbar.root,
            stage: main,
            readouts: this.readouts.root,
            controls: this.controls.root,
        });
        this.shadow.replaceChildren(this.layout.root);
        this.controller.movesWhenIdle = !prefersReducedMotion();
        this.addListeners();
    }

    /** What a chosen example is about. */
    exampleNote = element("p", { class: "example-note" });
    /**
     * Where the view goes when the experiment that it belongs to is there.
     * @type {import("../drawing/viewport.js").View | undefined}
     */
    targetView;
    /** Where what is loaded later has its place. */
    toolsSlot = element("div", { class: "stage-tools" });
    /**
     * What can be done on the stage, once it is loaded.
     * @type {import("../stage/stage-tools.js").StageTools | undefined}
     */
    stageTools;

    /** Links of the experiments before this one, and of those that were undone. @type {string[]} */
    past = [];
    /** @type {string[]} */
    future = [];

    /** @param {string} link */
    pushHistory(link) {
        this.past.push(link);
        this.future = [];
        this.showHistory();
    }

    showHistory() {
        this.toolbar?.showHistory(this.past.length > 0, this.future.length > 0);
    }

    /** Goes to the last link of `from`, keeping the present one in `to`. @param {string[]} from @param {string[]} to */
    rewind(from, to) {
        const link = from.pop();
        if (link === undefined || !this.description) {
            return;
        }
        to.push(this.description.link);
        this.openLink(link);
        this.showHistory();
    }

    /** Of how many dimensions the data are that controls and layers were chosen for. */
    dim = 0;

    /** Whether it goes on with what was kept. */
    isRestored = false;
    /** @type {import("./persistence.js").Persistence | undefined} */
    persistence;

    /** Which layers are shown. @returns {Set<string>} */
    get shown() {
        return this.layerPanel?.shown ?? new Set();
    }

    /** Runs an example, and says what it is about. @param {import("../content/examples.js").Example} example */
    openExample({ title, link, layers, view, caption, lookFor, paperSection }) {
        this.claimedFingerprint = undefined;
        this.open(withUserFile(parseLink(link)), true);
        this.targetView = view;
        if (layers) {
            this.layerPanel?.showOnly(layers);
        }
        this.exampleNote.replaceChildren(
            element("b", {}, title),
            `. ${caption} ${lookFor} `,
            element("small", {}, `In the paper (Alain and Bengio 2014): ${paperSection}.`),
        );
    }

    /** Goes to another state of the experiment. @param {string} link */
    openLink(link) {
        this.claimedFingerprint = undefined;
        this.open(parseLink(link), false, false);
        this.needsFit &&= !this.stageTools?.keepsView;
    }

    /** A colour of the style. @param {string} name */
    colorOf = (name) => getComputedStyle(this.root).getPropertyValue(`--${name}`).trim();

    addListeners() {
        const { signal } = this.#listeners;
        document.addEventListener("visibilitychange", () => this.controller?.setHidden(document.hidden), { signal });
        listenForInput(this, signal);
    }

    /**
     * Runs on a file of points. @param {string} name @param {Uint8Array} bytes
     * @param {{ values?: Record<string, string>, keepsView?: boolean }} [options] settings that go with it; whether the
     *     picture stays where it is, and training starts
     */
    useFile(name, bytes, { values = {}, keepsView = false } = {}) {
        const { description } = this;
        if (!description) {
            return;
        }
        const linkDigest = description.table === "" ? this.setting("data.digest") : NO_DIGEST;
        const wantedDigest = findFile(linkDigest) ? NO_DIGEST : linkDigest;
        const digest = tableDigest(bytes);
        // A drawing stays in its units; a file after it is looked at afresh.
        if (!keepsView && findFile(linkDigest)?.drawn) {
            values = { "data.standardise": "yes", ...values };
        }
        addFile({ name, bytes, digest, drawn: keepsView });
        if (wantedDigest !== digest) {
            this.claimedFingerprint = undefined;
        }
        const settings = Object.entries({ data: "user-data", "data.digest": digest, ...values });
        const { controller } = this;
        if (keepsView && controller) {
            controller.shouldTrain = true;
        }
        this.open(
            settings.reduce((changed, [key, value]) => changeSetting(changed.link, key, value), description),
            !keepsView,
        );
        if (keepsView) {
            this.needsFit = false;
        }
        if (wantedDigest !== NO_DIGEST && wantedDigest !== digest) {
            this.userData?.showError(USER_DATA.otherFile(digest, String(wantedDigest)));
        }
    }

    /**
     * Takes over a description and starts its run.
     * @param {Description} description
     * @param {boolean} [showsAll] whether to show all data
     * @param {boolean} [undoable]
     * @param {Uint8Array} [checkpoint] of its training, if that goes on from one
     */
    open(description, showsAll = false, undoable = true, checkpoint = undefined) {
        const { controller } = this;
        if (!controller) {
            return;
        }
        if (this.description && this.description.link !== description.link) {
            this.exampleNote.replaceChildren();
            if (undoable) {
                this.pushHistory(this.description.link);
            }
        }
        const dataChanged = ["data", "data.digest", "view.plane", "view.across", "view.up"].some(
            (key) =>
                this.description &&
                this.setting(key) !== description.settings.find((setting) => setting.key === key)?.value,
        );
        const { phase } = controller;
        const keepsTraining =
            !showsAll &&
            ["training", "paused", "sampling", "complete"].includes(phase) &&
            this.description !== undefined &&
            differInChainsOnly(this.description, description);
        if (!keepsTraining) {
            this.readouts?.reset();
        }
        this.readouts?.showSideEffects(this.description, description);
        this.description = description;
        delete this.root.dataset.fingerprint;
        this.needsFit = showsAll || dataChanged;
        showSettingErrors(this.notice, description.errors);
        this.controls?.show(description.settings);
        const sigma = description.settings.find(({ key }) => key === "train.sigma");
        if (sigma) {
            this.toolbar?.showSigma(sigma);
        }
        controller.shouldTrain ||= showsAll && (this.options.autoplay ?? !prefersReducedMotion());
        const number = (/** @type {string} */ key) => Number(this.setting(key));
        const digest = description.table === "" ? String(this.setting("data.digest")) : undefined;
        const file = findFile(digest);
        this.userData?.show(digest, file);
        const runSize = { steps: number("steps"), chains: number("sample.chains"), transitions: number("transitions") };
        if (keepsTraining) {
            controller.resample(description.link, runSize);
        } else {
            controller.open(description.link, runSize, {
                firstPartSuffices: isDefaultExceptSeed(description),
                table: file?.bytes,
                isTableMissing: digest !== undefined && !file,
                checkpoint,
            });
        }
        this.options.onLink?.(
            this.claimedFingerprint ? `${description.link}&fingerprint=${this.claimedFingerprint}` : description.link,
        );
    }

    /** @param {string} key */
    setting(key) {
        return this.description?.settings.find((setting) => setting.key === key)?.value;
    }

    /** Changes settings and starts anew; answers why not, if not. @param {Record<string, string>} values by key */
    change(values) {
        const changes = Object.entries(values).filter(([key, value]) => String(this.setting(key)) !== value);
        if (!this.description || changes.length === 0) {
            return undefined;
        }
        let changed = this.description;
        for (const [key, value] of changes) {
            changed = changeSetting(changed.link, key, value);
            if (changed.errors.length > 0) {
                return changed.errors[0].message;
            }
        }
        this.claimedFingerprint = undefined;
        if ("data" in values) {
            this.userData?.cancelRead();
        }
        this.open(withUserFile(changed));
        if (this.controller?.phase === "needs-file") {
            this.userData?.root.scrollIntoView({ block: "nearest" });
        }
        return undefined;
    }

    reset() {
        if (this.description) {
            this.open({ ...this.description, errors: [] });
        }
    }

    trainAgain() {
        if (this.controller) {
            this.controller.shouldTrain = true;
        }
        this.reset();
    }

    async copyLink() {
        const link = this.controller?.fingerprint
            ? `${this.description?.link}&fingerprint=${this.controller.fingerprint}`
            : (this.description?.link ?? "");
        const text = this.options.toAddress?.(link) ?? link;
        // Pages from elsewhere than https or this machine have no clipboard.
        return navigator.clipboard
            ? navigator.clipboard.writeText(text).then(
                  () => true,
                  () => false,
              )
            : false;
    }

    /** The run is complete: compares its fingerprint with the one its link claims. @param {string} fingerprint */
    complete(fingerprint) {
        this.readouts?.showFingerprint(fingerprint, this.claimedFingerprint);
        this.root.dataset.fingerprint = fingerprint;
        this.options.onLink?.(`${this.description?.link}&fingerprint=${this.claimedFingerprint ?? fingerprint}`);
    }

    frame() {
        if (!this.isMounted) {
            return;
        }
        requestAnimationFrame(() => this.frame());
        const { controller, stage, layerPanel } = this;
        if (!controller || !stage || !layerPanel) {
            return;
        }
        if (controller.dataExtent !== undefined && this.needsFit) {
            stage.fit(controller.dataExtent);
            if (this.targetView) {
                stage.setView(this.targetView);
            }
            this.targetView = undefined;
            this.needsFit = false;
        }
        if (controller.dataExtent !== undefined && controller.dim !== this.dim) {
            this.setDimension(controller.dim, layerPanel);
        }
        this.draw(controller, stage, layerPanel);
        controller.onFrame();
    }

    /** Offers what says something of data of so many dimensions. @param {number} dim @param {LayerPanel} layerPanel */
    setDimension(dim, layerPanel) {
        this.dim = dim;
        this.controls?.setDimension(dim);
        layerPanel.setDimension(dim);
    }

    /** Shows what the run is doing as soon as it changes; frames may come late. */
    showState() {
        const { controller, root } = this;
        if (!controller || !this.isMounted) {
            return;
        }
        const { phase, progress, lastRender } = controller;
        if (controller.waitsForExtra || lastRender) {
            this.loadExtra(controller);
        }
        this.toolbar?.showPhase(phase);
        const data = {
            scorescape: phase,
            step: String(progress.step),
            error: lastRender?.error === undefined ? undefined : String(lastRender.error),
        };
        for (const [key, value] of Object.entries(data)) {
            if (value === undefined) {
                delete root.dataset[key];
            } else if (root.dataset[key] !== value) {
                root.dataset[key] = value;
            }
        }
    }

    /**
     * Loads the rest of the program, once: when it is needed, or when there is something to see meanwhile.
     * @param {RunController} controller
     */
    loadExtra(controller) {
        if (controller.engine.extra || this.loadingExtra) {
            return;
        }
        this.loadingExtra = loadExtraPart(controller.engine.first).then(
            (extra) => {
                if (this.isExtraMissing) {
                    setText(this.notice, "");
                }
                controller.setExtra(extra);
                this.loadStageTools();
            },
            (error) => {
                this.isExtraMissing ||= controller.waitsForExtra;
                if (controller.waitsForExtra) {
                    setText(this.notice, error.message);
                }
                setTimeout(() => (this.loadingExtra = undefined), RETRY_AFTER);
            },
        );
    }

    /** Takes over the style of a part that came later. @param {CSSStyleSheet} style */
    addStyles = (style) => {
        const { adoptedStyleSheets } = this.shadow;
        if (!adoptedStyleSheets.includes(style)) {
            adoptedStyleSheets.push(style);
        }
    };

    /** Who keeps what runs, if somebody shall. */
    async loadPersistence() {
        // What is kept is checked by the whole program.
        const coming =
            this.options.persist && this.controller
                ? Promise.all([import("./persistence.js"), loadExtraPart(this.controller.engine.first)])
                : undefined;
        const [part] = (await coming?.catch(() => undefined)) ?? [];
        if (part && this.isMounted) {
            this.persistence ??= new part.Persistence(this, this.isRestored);
        }
        return this.persistence;
    }

    /** Loads what can be done on the stage. */
    async loadStageTools() {
        const part = await import("../stage/stage-tools.js").catch(() => undefined);
        if (!this.isMounted || !part || !this.context) {
            return;
        }
        this.stageTools = new part.StageTools(this.context);
        this.loadPersistence();
        this.toolsSlot.replaceChildren(...this.stageTools.parts);
    }

    /** @param {RunController} controller @param {Stage} stage @param {LayerPanel} layerPanel */
    draw(controller, stage, layerPanel) {
        const style = getComputedStyle(this.root);
        const colorOf = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
        const scene = stage.scene(
            [...layerPanel.shown],
            Object.fromEntries(PALETTE.map((name) => [name, colorOf(name)])),
        );
        controller.fieldClient.needsExtra = layerPanel.needsExtra;
        if (!this.needsFit) {
            controller.fieldClient.scene = scene;
        }
        stage.trail.update(controller.chainSnapshots.find((snapshot) => snapshot?.places.length));
        const { painted, chainSnapshots } = controller;
        const run = runSnapshot(controller);
        const overlay = this.stageTools?.update(run);
        const inputs = [scene, painted, chainSnapshots, overlay];
        if (inputs.some((part, i) => part !== this.lastInputs[i])) {
            this.drawScene(controller, stage.clear(scene), scene, stage.trail);
        }
        this.lastInputs = inputs;
        this.readouts?.record(run);
        this.verdictPanel?.update(run);
        if (performance.now() < this.lastReadout + READOUT_INTERVAL) {
            return;
        }
        this.lastReadout = performance.now();
        this.readouts?.update(run, layerPanel.shown, colorOf);
        layerPanel.update(controller);
    }

    /**
     * @param {Pick<RunController, "painted" | "places" | "dim">} seen
     * @param {import("../drawing/viewport.js").Viewport} viewport
     * @param {import("../drawing/viewport.js").Scene} scene
     * @param {import("../stage/trail.js").Trail} trail
     */
    drawScene({ painted, places, dim }, viewport, { palette, shown }, trail) {
        for (const layers of [painted.static, painted.perWeights]) {
            if (layers) {
                viewport.drawBitmap(layers.bitmap, layers.scene);
            }
        }
        if (shown.includes("samples")) {
            if (dim === 1) {
                if (places) {
                    drawHistogram(viewport, places, palette.samples, false);
                }
            } else if (places) {
                drawDots(viewport, places, palette.samples, 1.4);
            }
            drawPaths(viewport, dim > 1 ? trail.paths : trail.pathsOverLine(viewport), palette.samples);
        }
        this.stageTools?.draw(viewport, dim, palette);
    }

    destroy() {
        this.isMounted = false;
        this.userData?.cancelRead();
        this.#listeners.abort();
        this.layout?.destroy();
        this.verdictPanel?.destroy();
        this.persistence?.destroy();
        this.menu?.destroy();
        this.stageTools?.destroy();
        this.controller?.destroy();
        this.shadow.replaceChildren();
        for (const key of ["scorescape", "step", "error", "fingerprint"]) {
            delete this.root.dataset[key];
        }
    }
}

const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @typedef {import("../panels/view-context.js").ViewContext} ViewContext */

/** @param {RunController} controller @returns {import("../panels/view-context.js").RunSnapshot} */
const runSnapshot = (controller) => ({
    phase: controller.phase,
    progress: controller.progress,
    runSize: controller.runSize,
    stepsPerSecond: controller.stepsPerSecond,
    speedLimit: controller.speedLimit,
    isAnimating: controller.isAnimating,
    dim: controller.dim,
    dataExtent: controller.dataExtent,
    lastRender: controller.lastRender,
    painted: controller.painted,
    chainSnapshots: controller.chainSnapshots,
    // Computed when they are read: they join the states of all samplers.
    get states() {
        return controller.states;
    },
    get places() {
        return controller.places;
    },
    acceptanceRate: controller.acceptanceRate,
    transitionsPerSecond: controller.transitionsPerSecond,
    fingerprint: controller.fingerprint,
    diagnostics: controller.diagnostics,
    diagnosticsError: controller.diagnosticsError,
});

/** @param {Playground} playground @param {RunController} controller @param {Stage} stage @returns {ViewContext} */
function viewContext(playground, controller, stage) {
    const { first } = controller.engine;
    const program = async () => ({ first, extra: await loadExtraPart(first) });
    const requests = {
        inquire: async (/** @type {string} */ type, /** @type {object} */ request = {}) =>
            controller.queryField(type, { ...request, engine: await program() }),
        peekTransition: (/** @type {number} */ chain) => controller.peekTransition(chain),
        exportTable: async (/** @type {string} */ name) => controller.exportTable(name, await program()),
        exportWeights: async () => controller.exportWeights(await program()),
    };
    return {
        colorOf: playground.colorOf,
        addStyles: playground.addStyles,
        description: () => playground.description,
        setting: (key) => playground.setting(key),
        shownLayers: () => playground.shown,
        userFile: findFile,
        changeSettings: (values) => playground.change(values),
        openLink: (link) => playground.openLink(link),
        importFile: (name, bytes, options) => playground.useFile(name, bytes, options),
        get run() {
            return Object.assign(runSnapshot(controller), requests);
        },
        stage,
        start: () => !controller.shouldTrain && controller.toggle(),
        pause: () => controller.shouldTrain && controller.toggle(),
        toggle: () => controller.toggle(),
        step: () => controller.step(),
        reset: () => playground.reset(),
        setSpeed: (stepsPerSecond) => {
            controller.speedLimit = stepsPerSecond;
        },
        setWantsProposals: (wanted) => {
            controller.wantsProposals = wanted;
        },
        holdChains: (held) => {
            controller.chainsPaused = held;
        },
    };
}

/**
 * @param {Playground} playground
 * @param {RunController} controller
 * @param {WebAssembly.Module} first
 * @returns {import("../panels/menu.js").MenuSource}
 */
function menuSource(playground, controller, first) {
    return {
        isMounted: () => playground.isMounted,
        loadProgram: () => loadExtraPart(first),
        showNotice: (text) => setText(playground.notice, text),
        previousRuns: async () => {
            const persistence = await playground.loadPersistence();
            const previous = (await persistence?.previousRuns) ?? [];
            return previous.map((last) => ({
                link: last.run.link,
                step: last.run.step,
                fileName: last.file?.name,
                resume: () => resumePrevious(playground, last),
            }));
        },
        startThumbnails: () => startThumbnails(first),
        openExample: (example) => playground.openExample(example),
        storage: () => playground.loadPersistence(),
        plots: () => /** @type {HTMLCanvasElement[]} */ ([...playground.shadow.querySelectorAll(".readouts canvas")]),
        toAddress: (link) => playground.options.toAddress?.(link) ?? link,
        drawOverlay: (viewport, scene) => {
            const { places, dim } = controller;
            if (playground.stage) {
                playground.drawScene({ painted: {}, places, dim }, viewport, scene, playground.stage.trail);
            }
        },
    };
}

/** @param {Playground} playground @param {import("./storage.js").RunWithFile} last */
async function resumePrevious(playground, last) {
    const part = await import("./persistence.js").catch(() => undefined);
    if (part && playground.isMounted) {
        playground.claimedFingerprint = undefined;
        part.resumeRun(playground, last);
    }
}

/** @param {WebAssembly.Module} first @returns {import("../panels/gallery.js").Thumbnails} */
function startThumbnails(first) {
    const worker = new WorkerClient(new URL("../workers/thumbnail.js", import.meta.url), { onReplaced: () => {} });
    const ready = loadExtraPart(first).then((extra) => worker.call(OPEN, { engine: { first, extra } }));
    return {
        points: async (link, count) => {
            await ready;
            return worker.call(ThumbnailRequest.POINTS, { link, count });
        },
        close: () => worker.terminate(),
    };
}

// The parts of a playground, and the wiring between them: changes of the experiment go to the run controller and the
// panels, results of the run to a frame.

import { chainsPerGroup, changeSetting, newSeed, parseLink, tableDigest } from "../../scorescape.js";
import { USER_DATA } from "../content/texts.js";
import { Controls } from "../panels/controls.js";
import { Dialogs } from "../panels/dialogs.js";
import { element, setText } from "../panels/element.js";
import { LayerPanel } from "../panels/layer-panel.js";
import { Layout } from "../panels/layout.js";
import { Readouts } from "../panels/readouts.js";
import { showSettingErrors } from "../panels/setting-errors.js";
import { Toolbar } from "../panels/toolbar.js";
import { UserData } from "../panels/user-data.js";
import { VerdictPanel } from "../panels/verdict.js";
import { Stage } from "../stage/stage.js";
import { loadExtraPart } from "../workers/engine.js";
import { browserEnvironment } from "../workers/environment.js";
import { ExampleNote } from "./example-note.js";
import { ExperimentStore } from "./experiment-store.js";
import { fileDigestOf, sigmaSetting, withFingerprint } from "./experiments.js";
import { ExtraPart } from "./extra-part.js";
import { listenForKeysAndDrops } from "./keys-and-drops.js";
import { LazyPersistence } from "./lazy-persistence.js";
import { showFingerprint, showRunState } from "./root-attributes.js";
import { RunController } from "./run-controller.js";
import { runStartOf } from "./run-start.js";
import { StageFrame } from "./stage-frame.js";
import { createStageSection } from "./stage-section.js";
import { startThumbnails } from "./thumbnails.js";
import { userFiles } from "./user-files.js";
import { createViewContext } from "./view-context.js";

/** @typedef {import("./experiment-store.js").Update} Update */
/** @typedef {import("./playground.js").Options} Options */

const parser = { parseLink, changeSetting, tableDigest };

export class PlaygroundView {
    #root;
    #shadow;
    #notice;
    #options;
    #first;
    #isMounted = true;
    #listeners = new AbortController();
    #exampleNote = new ExampleNote();
    /** Place of the tools, which are loaded later. */
    #toolsSlot = element("div", { class: "stage-tools" });
    /** True once a notice about the missing extra module was shown. */
    #isExtraMissing = false;
    #store = new ExperimentStore(parser, userFiles);
    #stage = new Stage();
    #layerPanel = new LayerPanel();
    #readouts = new Readouts();
    #controls = new Controls((key, value) => this.#change({ [key]: value }));
    #controller;
    #context;
    #verdictPanel;
    #toolbar;
    #userData;
    #dialogs;
    #layout;
    #frame;
    #session;
    #extraPart;

    /**
     * @param {HTMLElement} root
     * @param {ShadowRoot} shadow
     * @param {HTMLElement} notice
     * @param {Options} options
     * @param {WebAssembly.Module} first
     */
    constructor(root, shadow, notice, options, first) {
        this.#root = root;
        this.#shadow = shadow;
        this.#notice = notice;
        this.#options = options;
        this.#first = first;
        this.#extraPart = this.#createExtraPart();
        this.#controller = this.#createController();
        this.#context = createViewContext({
            root,
            shadow,
            store: this.#store,
            controller: this.#controller,
            stage: this.#stage,
            layerPanel: this.#layerPanel,
        });
        this.#verdictPanel = new VerdictPanel(this.#readouts, this.#context);
        this.#frame = this.#createFrame();
        this.#session = this.#createSession();
        this.#toolbar = this.#createToolbar();
        this.#userData = new UserData(() => loadExtraPart(first), this.#context.importFile);
        this.#dialogs = this.#createDialogs();
        this.#layout = this.#createLayout();
        shadow.replaceChildren(this.#layout.root);
        this.#store.subscribe((update) => this.#onChange(update));
        this.#listenForKeysAndDrops();
    }

    // Parts.

    #createExtraPart() {
        return new ExtraPart(() => loadExtraPart(this.#first), {
            loaded: (extra) => {
                if (this.#isExtraMissing) {
                    setText(this.#notice, "");
                }
                this.#controller.setExtra(extra);
                this.#loadTools();
            },
            failed: (message) => {
                if (this.#controller.waitsForExtra) {
                    this.#isExtraMissing = true;
                    setText(this.#notice, message);
                }
            },
        });
    }

    #createController() {
        return new RunController(
            {
                engine: { first: this.#first },
                environment: browserEnvironment,
                chainsPerGroup: chainsPerGroup(),
                movesWhenIdle: !prefersReducedMotion(),
            },
            {
                notice: (text) => setText(this.#notice, text),
                changed: () => this.#showState(),
                complete: (fingerprint) => this.#onComplete(fingerprint),
            },
        );
    }

    #createFrame() {
        return new StageFrame({
            stage: this.#stage,
            layerPanel: this.#layerPanel,
            readouts: this.#readouts,
            controls: this.#controls,
            verdictPanel: this.#verdictPanel,
            controller: this.#controller,
            colorOf: this.#context.colorOf,
        });
    }

    #createSession() {
        return new LazyPersistence(
            {
                store: this.#store,
                isMounted: () => this.#isMounted,
                results: this.#controller.results,
                view: () => this.#stage.view,
                layers: () => [...this.#layerPanel.shown],
                showStored: ({ view, layers }) => {
                    this.#frame.targetView = view;
                    this.#layerPanel.showOnly(layers);
                },
            },
            { parser, files: userFiles, environment: browserEnvironment, loadExtra: () => loadExtraPart(this.#first) },
        );
    }

    #createToolbar() {
        const { toggle, step, reset, setSpeed } = this.#context;
        return new Toolbar({
            toggle,
            step,
            reset,
            setSpeedLimit: setSpeed,
            reseed: () => {
                this.#change({ seed: String(newSeed()) });
            },
            setSigma: (sigma) => {
                const setting = sigmaSetting(this.#store.state?.description);
                if (setting) {
                    this.#change({ [setting.key]: sigma });
                }
            },
            copyLink: () => this.#copyLink(),
            openExamples: () => this.#dialogs.openExamples(),
            openExports: () => this.#dialogs.openExports(),
            undo: () => this.#store.undo(),
            redo: () => this.#store.redo(),
        });
    }

    #createDialogs() {
        const { persist = false, toAddress = (link) => link } = this.#options;
        return new Dialogs(this.#context, {
            isMounted: () => this.#isMounted,
            loadProgram: () => this.#extraPart.load(),
            showNotice: (text) => setText(this.#notice, text),
            previousRuns: async () => (persist ? this.#session.previousRuns() : []),
            startThumbnails: () => startThumbnails(this.#controller.engine),
            openExample: (example) => this.#openExample(example),
            storage: async () => (persist ? this.#session.persistence() : undefined),
            plots: () => [...this.#shadow.querySelectorAll(".readouts canvas")].filter(isCanvas),
            toAddress,
            drawOverlay: (viewport, scene) => this.#frame.drawOverlay(viewport, scene),
        });
    }

    #createLayout() {
        const stage = createStageSection({
            stage: this.#stage,
            notice: this.#notice,
            userData: this.#userData.root,
            beneath: [
                this.#layerPanel.legends,
                this.#exampleNote.root,
                this.#toolsSlot,
                this.#layerPanel.root,
                ...this.#dialogs.elements,
            ],
        });
        return new Layout({
            toolbar: this.#toolbar.root,
            stage,
            readouts: this.#readouts.root,
            controls: this.#controls.root,
        });
    }

    #listenForKeysAndDrops() {
        const target = {
            root: this.#root,
            pageWide: this.#options.pageWide ?? false,
            store: this.#store,
            userData: this.#userData,
            dialogs: this.#dialogs,
            toolbar: this.#toolbar,
            layerPanel: this.#layerPanel,
        };
        listenForKeysAndDrops(target, this.#listeners.signal);
    }

    async #loadTools() {
        const part = await import("../stage/stage-tools.js").catch(() => undefined);
        if (!this.#isMounted || !part) {
            return;
        }
        this.#frame.tools = part.createStageTools(this.#context);
        this.#toolsSlot.replaceChildren(...this.#frame.tools.parts);
        if (this.#options.persist) {
            this.#session.persistence();
        }
    }

    // The experiment.

    /** Shows the experiment of a link, or continues its stored run. @param {string} link */
    async open(link) {
        const isRestored = this.#options.restore && (await this.#session.restore(link));
        if (!this.#isMounted) {
            return;
        }
        if (!isRestored) {
            this.#store.apply({ type: "open", link, completesFile: true });
        }
        this.#drawFrames();
    }

    /** @param {import("../content/examples.js").Example} example */
    #openExample(example) {
        const { link, layers, view } = example;
        this.#store.apply({ type: "open", link, completesFile: true });
        this.#frame.targetView = view;
        if (layers) {
            this.#layerPanel.showOnly(layers);
        }
        this.#exampleNote.show(example);
    }

    /** Returns the error if a value is refused. @param {Record<string, string>} values */
    #change(values) {
        return this.#context.changeSettings(values);
    }

    /** @param {Update} update */
    #onChange(update) {
        const { change, before, after, digestMismatch } = update;
        const { description, file } = after;
        if (before && before.description.link !== description.link) {
            this.#exampleNote.clear();
        }
        showFingerprint(this.#root, undefined);
        this.#readouts.showSideEffects(before?.description, description);
        showSettingErrors(this.#notice, description.errors);
        this.#controls.show(description.settings);
        this.#showSigma(description);
        this.#toolbar.showHistory(this.#store.canUndo, this.#store.canRedo);
        if (change.type === "set" && "data" in change.values) {
            this.#userData.cancelRead();
        }
        this.#userData.show(fileDigestOf(description), file);
        this.#runExperiment(update);
        this.#frame.tools?.followExperiment();
        this.#options.onLink?.(withFingerprint(description, after.claimedFingerprint));
        if (digestMismatch) {
            this.#userData.showError(USER_DATA.otherFile(String(fileDigestOf(description)), digestMismatch));
        }
        if (change.type === "set" && after.isFileMissing) {
            this.#userData.root.scrollIntoView({ block: "nearest" });
        }
    }

    /** @param {import("../../scorescape.js").Description} description */
    #showSigma(description) {
        const sigma = sigmaSetting(description);
        if (sigma) {
            this.#toolbar.showSigma(sigma);
        }
    }

    /** @param {Update} update */
    #runExperiment(update) {
        const { experiment, needsFit, options } = runStartOf(update, {
            autoplay: this.#options.autoplay ?? !prefersReducedMotion(),
            toolKeepsView: this.#frame.tools?.keepsView ?? false,
        });
        this.#frame.needsFit = needsFit;
        if (!this.#controller.open(experiment, options)) {
            this.#readouts.reset();
        }
    }

    /** Shows the fingerprint of the complete run beside the claimed fingerprint. @param {string} fingerprint */
    #onComplete(fingerprint) {
        const { state } = this.#store;
        if (!state) {
            return;
        }
        this.#readouts.showFingerprint(fingerprint, state.claimedFingerprint);
        showFingerprint(this.#root, fingerprint);
        this.#options.onLink?.(withFingerprint(state.description, state.claimedFingerprint ?? fingerprint));
    }

    /** Resolves with false where the browser has no clipboard, as on insecure pages. */
    async #copyLink() {
        const { state } = this.#store;
        const link = state ? withFingerprint(state.description, this.#controller.results.fingerprint) : "";
        try {
            await navigator.clipboard.writeText(this.#options.toAddress?.(link) ?? link);
            return true;
        } catch {
            return false;
        }
    }

    // The run.

    #drawFrames() {
        if (this.#isMounted) {
            requestAnimationFrame(() => this.#drawFrames());
            this.#frame.draw();
        }
    }

    /** Shows the phase as soon as it changes; frames may come late. */
    #showState() {
        if (!this.#isMounted) {
            return;
        }
        const { results } = this.#controller;
        if (this.#controller.waitsForExtra || results.lastRender) {
            this.#extraPart.request();
        }
        this.#toolbar.showPhase(results.phase);
        showRunState(this.#root, results);
    }

    destroy() {
        this.#isMounted = false;
        this.#userData.cancelRead();
        this.#listeners.abort();
        this.#layout.destroy();
        this.#verdictPanel.destroy();
        this.#session.destroy();
        this.#dialogs.destroy();
        this.#frame.tools?.destroy();
        this.#controller.destroy();
    }
}

const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {Element} part @returns {part is HTMLCanvasElement} */
const isCanvas = (part) => part instanceof HTMLCanvasElement;

// Types of what views get from the playground: the run to show, the experiment, and commands.
//
// Arrows between folders: content, drawing <- workers <- panels <- stage <- app. Views import none of app and, of
// workers, the protocol alone.

/** @typedef {import("../../scorescape.js").SettingError} SettingError */
/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/** @typedef {import("../drawing/viewport.js").View} View */
/** @typedef {import("../workers/protocol.js").ChainSnapshot} ChainSnapshot */
/** @typedef {import("../workers/protocol.js").FieldRequests} FieldRequests */
/** @typedef {import("../workers/protocol.js").Table} Table */
/** @typedef {import("./user-data.js").UserFile} UserFile */
/**
 * Phases of a run.
 * @typedef {"needs-file" | "opening" | "training" | "paused" | "sampling" | "complete" | "diverged" | "failed"} Phase
 *
 * Lengths of the complete run: training steps, chains, transitions per chain.
 * @typedef {{ steps: number, chains: number, transitions: number }} RunSize
 *
 * Last result of the field's worker, without its pictures; `isPaused` is true if training was paused then.
 * @typedef {Omit<import("../workers/protocol.js").RenderResult, "static" | "perWeights"> & { isPaused: boolean }}
 *     LastRender
 *
 * A picture of some layers, and the scene that it shows.
 * @typedef {import("../workers/protocol.js").LayerImage & { scene: Scene }} PaintedLayers
 * @typedef {{ static?: PaintedLayers, perWeights?: PaintedLayers }} Painted
 *
 * Diagnostics of a complete run, with its recorded draws and the sampling speed.
 * @typedef {import("../workers/protocol.js").RunDiagnostics & import("../workers/protocol.js").Draws
 *     & { transitionsPerSecond: number }} Diagnostics
 *
 * Results of `inquire`, by request type.
 * @typedef {{
 *     probe: import("../workers/protocol.js").ProbeResult & { isFinal: boolean },
 *     images: import("../workers/protocol.js").ImageRows,
 *     "export-svg": import("../workers/protocol.js").SvgLayers,
 * }} FieldAnswers
 *
 * The run at one frame, read-only. `dataExtent` is the largest absolute coordinate on the stage, undefined until the
 * data are there; `states` and `places` hold all chains, undefined until each sampler has sent its chains.
 * @typedef {Readonly<{
 *     phase: Phase, progress: import("../../scorescape.js").Progress, runSize: RunSize, stepsPerSecond: number,
 *     speedLimit: number, isAnimating: boolean, dim: number, dataExtent: number | undefined,
 *     lastRender: LastRender | undefined, painted: Painted,
 *     chainSnapshots: (ChainSnapshot | undefined)[],
 *     states: Float64Array | undefined, places: Float64Array | undefined,
 *     acceptanceRate: number, transitionsPerSecond: number, fingerprint: string | undefined,
 *     diagnostics: Diagnostics | undefined, diagnosticsError: string | undefined,
 * }>} RunSnapshot
 *
 * Requests to the workers of the current run. A promise rejects if a worker was lost; `peekTransition` gives undefined
 * while chains move or training runs. Tables are named data, points, field and samples.
 * @typedef {{
 *     inquire: <T extends keyof FieldAnswers>(type: T, request?: Omit<FieldRequests[T]["request"], "engine">) =>
 *         Promise<FieldRequests[T]["answer"]>,
 *     peekTransition: (chain: number) => Promise<import("../workers/protocol.js").TransitionTrace | undefined>,
 *     exportTable: (name: string) => Promise<Table>, exportWeights: () => Promise<Uint8Array<ArrayBuffer>>,
 * }} RunRequests
 *
 * The stage as its tools use it.
 * @typedef {{
 *     root: HTMLElement, canvas: HTMLCanvasElement, view: View, homeView: View, readonly isHeld: boolean,
 *     trail: { readonly chains: number[] }, setView: (view: View) => void,
 *     placeAt: (clientX: number, clientY: number) => [number, number],
 *     addPointer: (pointer: Pick<PointerEvent, "button" | "pointerId" | "clientX" | "clientY">) => void,
 * }} StageView
 *
 * With `importFile`: settings that go with the file; and for a drawing `keepsView`, which keeps the view and starts
 * training.
 * @typedef {{ values?: Record<string, string>, keepsView?: boolean }} ImportOptions
 *
 * What every view gets. `colorOf` gives a colour of the style by name, `changeSettings` returns the error of a refused
 * value.
 * @typedef {{
 *     colorOf: (name: string) => string, addStyles: (sheet: CSSStyleSheet) => void,
 *     description: () => Description | undefined, setting: (key: string) => number | string | undefined,
 *     shownLayers: () => ReadonlySet<string>, userFile: (digest: unknown) => UserFile | undefined,
 *     changeSettings: (values: Record<string, string>) => SettingError | undefined, openLink: (link: string) => void,
 *     importFile: (name: string, bytes: Uint8Array, options?: ImportOptions) => void,
 *     readonly run: RunSnapshot & RunRequests, readonly stage: StageView,
 *     start: () => void, pause: () => void, toggle: () => void, step: () => void, reset: () => void,
 *     setSpeed: (stepsPerSecond: number) => void, setWantsProposals: (wanted: boolean) => void,
 *     holdChains: (held: boolean) => void,
 * }} ViewContext
 */

export {};

// The messages between a playground and its workers: request names, and the type of each request and its answer.
//
// A request carries an id. The worker answers it once, with { id, answer }, { id, error } or { id, trap }. Workers
// handle requests in order, including requests that arrive while the module compiles.

/** Request to every worker. */
export const OPEN = "open";

/** Requests to the trainer. */
export const TrainerRequest = /** @type {const} */ ({
    RUN: "run",
    PAUSE: "pause",
    STEP: "step",
    SNAPSHOT: "snapshot",
    FINGERPRINT: "fingerprint",
    EXPORT_WEIGHTS: "export-weights",
});

/** Requests to the field worker. */
export const FieldRequest = /** @type {const} */ ({
    RENDER: "render",
    EXPORT_TABLE: "export-table",
    PROBE: "probe",
    IMAGES: "images",
    EXPORT_SVG: "export-svg",
});

/** Requests to a sampler. */
export const SamplerRequest = /** @type {const} */ ({
    PREVIEW: "preview",
    RESTART: "restart",
    ADVANCE: "advance",
    DRAWS: "draws",
    PEEK_TRANSITION: "peek-transition",
});

/** Requests to the gallery's worker. */
export const ThumbnailRequest = /** @type {const} */ ({ POINTS: "points" });

/** Event of the trainer, sent without a request: training threw an error. */
export const TRAINING_ERROR = "training-failed";

/**
 * Any message of a worker. `trap` means that its memory is no longer reliable.
 * @typedef {{ id?: number, type?: string, answer?: unknown, error?: string, trap?: string }} WorkerMessage
 */
/**
 * @template Request
 * @template Answer
 * @typedef {{ request: Request, answer: Answer }} Call
 */
/**
 * The requests of one kind of worker, by name.
 * @typedef {Record<string, Call<object, unknown>>} RequestMap
 */
/**
 * An answer, and the buffers to transfer with it.
 * @template Answer
 * @typedef {[answer: Answer, transfer?: Transferable[]]} Reply
 */
/**
 * One handler per request of a worker.
 * @template {RequestMap} Requests
 * @typedef {{ [Name in keyof Requests]: (request: Requests[Name]["request"]) => Reply<Requests[Name]["answer"]> |
 *     Promise<Reply<Requests[Name]["answer"]>> }} Handlers
 */
/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("../drawing/viewport.js").Scene} Scene */
/**
 * An experiment. `tableFile` names the file of the page's data folder that its data come from. `table` holds the bytes
 * of the visitor's own file of points.
 * @typedef {{ engine: Engine, link: string, tableFile?: string, table?: Uint8Array }} OpenRequest
 */
/**
 * Averaged parameters at a step.
 * @typedef {{ step: number, parameters: Float32Array }} Weights
 */

/**
 * The trainer's state. It sends a checkpoint about once a second, and whenever training pauses.
 * @typedef {Weights & {
 *     progress: import("../../scorescape.js").Progress, stepsPerSecond: number, checkpoint: Uint8Array | undefined,
 * }} WeightsSnapshot
 */
/**
 * @typedef {{
 *     open: Call<OpenRequest & { steps: number, checkpoint?: Uint8Array }, WeightsSnapshot>,
 *     run: Call<{ speedLimit: number }, null>,
 *     pause: Call<object, WeightsSnapshot>,
 *     step: Call<object, WeightsSnapshot>,
 *     snapshot: Call<object, WeightsSnapshot>,
 *     fingerprint: Call<{ states: Float64Array, transitions: number }, string>,
 *     "export-weights": Call<{ engine: Engine }, Uint8Array<ArrayBuffer>>,
 * }} TrainerRequests
 */

/**
 * A picture of the layers of one refresh group, and the legends of their colour maps.
 * @typedef {{
 *     bitmap: ImageBitmap, legends: { id: string, legend: import("../drawing/heatmaps.js").Legend }[],
 * }} LayerImage
 */
/**
 * The learned score at the centres of a grid's cells, row by row from the bottom, and σ there.
 * @typedef {{ grid: import("../drawing/viewport.js").Grid, learned: Float64Array, sigma: number }} FlowField
 */
/**
 * The answer to RENDER. `error` is the relative Fisher error if the exact score is known, and `quality` its class.
 * `static` is the picture of the layers that do not depend on the weights, if it changed; `perWeights` is the picture
 * of the others. `isExactReady` is false while exact scores are still being evaluated, over several requests.
 * `areQueriesDone` is false while a layer's queries are unanswered. `withExtra` repeats whether the request came with
 * the extra module.
 * @typedef {{
 *     step: number, error: number | undefined, quality: import("../../scorescape.js").ScoreQuality | undefined,
 *     static: LayerImage | undefined, perWeights: LayerImage,
 *     isExactReady: boolean, areQueriesDone: boolean, withExtra: boolean, sigma: number,
 *     flowField: FlowField | undefined,
 * }} RenderResult
 */
/**
 * `isPaused`: the weights come from a paused trainer. `engine` is present if a shown layer needs the extra module.
 * @typedef {Weights & { scene: Scene, isPaused: boolean, engine: Engine | undefined }} RenderRequest
 */
/**
 * The learned score, and the exact score where it is known, at a place on the stage and along a line through it.
 * @typedef {{ sigma: number, dim: number, angle: number, learned: LocalScore, exact: LocalScore | undefined, line: {
 *     reach: number, learned: Float64Array, exact: Float64Array | undefined, direction: [number, number] } }}
 *     ProbeResult
 */
/**
 * A score at a place, and the eigenvalues of the symmetric part of its Jacobian, in descending order, once they are
 * known.
 * @typedef {import("../../scorescape.js").LocalScore & { eigenvalues: Float64Array | undefined }} LocalScore
 */
/**
 * Points one after another in the table's units, and the σ of the noise on them.
 * @typedef {{ sigma: number, rows: Record<"data" | "corrupted" | "reconstructed" | "samples" | "strip", Float64Array>
 *     }} ImageRows
 */
/**
 * The field's layers as SVG elements in pixels, and their scene.
 * @typedef {{ markup: string, scene: Scene }} SvgLayers
 */
/**
 * Rows of numbers, and the name of each column.
 * @typedef {{ values: Float64Array, columns: string[] }} Table
 */
/**
 * `dataExtent` is the largest coordinate of the points on the stage.
 * @typedef {{
 *     open: Call<OpenRequest, { dataExtent: number, dim: number }>,
 *     render: Call<RenderRequest, RenderResult>,
 *     "export-table": Call<{ engine: Engine, name: string, scene?: Scene, states?: Float64Array }, Table>,
 *     probe: Call<{ engine: Engine } & import("./probe.js").ProbeRequest, import("./probe.js").ProbeAnswer>,
 *     images: Call<{ engine: Engine } & import("./images.js").ImageRequest, ImageRows>,
 *     "export-svg": Call<{ engine: Engine }, SvgLayers>,
 * }} FieldRequests
 */

/**
 * Evenly spaced draws of the recorded chains, chain after chain.
 * @typedef {{ draws: Float64Array, chains: number, spacing: number }} Draws
 */
/**
 * The next transition of one chain, computed on a copy.
 * @typedef {import("../../scorescape.js").TransitionTrace} TransitionTrace
 */
/**
 * The states of a sampler's chains, and their positions on the stage; the number of escaped chains, and whether all
 * stand still. On request also the last proposals in stage coordinates; `accepted` is 1 or 0 for each.
 * @typedef {{
 *     states: Float64Array, places: Float64Array, transitions: number, acceptanceRate: number, transitionsPerSecond:
 *     number, escaped: number, isStalled: boolean,
 *     proposals?: Float64Array, accepted?: Float64Array,
 * }} ChainSnapshot
 */
/**
 * `first` and `last` limit the sampler's chains. `proposals` is the engine with its extra module, if proposals are
 * wanted.
 * @typedef {{
 *     open: Call<OpenRequest & { first: number, last: number }, null>,
 *     preview: Call<Weights & { proposals?: Engine }, ChainSnapshot>,
 *     restart: Call<Weights, ChainSnapshot>,
 *     advance: Call<{ transitions: number, proposals?: Engine }, ChainSnapshot>,
 *     draws: Call<{ engine: Engine }, Draws>,
 *     "peek-transition": Call<{ engine: Engine, chain: number }, TransitionTrace>,
 * }} SamplerRequests
 */

/**
 * Diagnostics of a complete run, the spread of its samples, and the samples in the units of their table.
 * @typedef {import("../../scorescape.js").Diagnosis & {
 *     comparisons: import("../../scorescape.js").SampleQuality[] | undefined, marginals:
 *     import("../../scorescape.js").Marginal[], samples: Float64Array,
 * }} RunDiagnostics
 */
/**
 * @typedef {OpenRequest & Weights & Draws & { states: Float64Array, acceptanceRate: number }} DiagnosticsRequest
 */
/** @typedef {{ open: Call<DiagnosticsRequest, RunDiagnostics> }} DiagnosticsRequests */

/**
 * `count` limits the points of a generated dataset.
 * @typedef {{
 *     open: Call<{ engine: Engine }, null>,
 *     points: Call<{ link: string, count: number }, { places: Float64Array, dim: number }>,
 * }} ThumbnailRequests
 */

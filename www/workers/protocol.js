// The messages between a playground and its workers. Their names are written here and nowhere else.
//
// Each request carries an id and is answered once, by { id, answer } or { id, error } or { id, trap }. Requests are
// read in order, also those that arrive while the module is still being compiled.

/** Requests to every worker. */
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

/** Requests to the field's worker. */
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

/** Requests to a gallery's worker. */
export const ThumbnailRequest = /** @type {const} */ ({ POINTS: "points" });

/** Told by the trainer without being asked: training broke. */
export const TRAINING_FAILED = "training-failed";

/**
 * Averaged parameters at a step.
 * @typedef {{ step: number, parameters: Float32Array }} Weights
 *
 * The trainer's answer to OPEN, PAUSE, STEP and SNAPSHOT. A checkpoint comes about once a second, and when the trainer
 * rests.
 * @typedef {Weights & {
 *     progress: import("../../scorescape.js").Progress, stepsPerSecond: number, checkpoint: Uint8Array | undefined,
 * }} WeightsSnapshot
 *
 * The layers of a pace, and which of their colours stand for which numbers.
 * @typedef {{ bitmap: ImageBitmap, legends: { id: string, legend: import("../drawing/maps.js").Legend }[] }} LayerImage
 *
 * The learned score at the middles of a grid's cells, row by row from the bottom, and σ there.
 * @typedef {{ grid: import("../drawing/viewport.js").Grid, learned: Float64Array, sigma: number }} FlowField
 *
 * The field's answer to RENDER: the relative Fisher error, if the truth is known; a picture of the layers that go with
 * the weights; one of those that do not, if it is new; whether it is complete: exact scores that take long are looked
 * at over several requests; whether all that single layers ask is answered, which needs the whole program; σ at that
 * step; and the learned score in numbers, where particles drift along it.
 * @typedef {{
 *     step: number, error: number | undefined, static: LayerImage | undefined, perWeights: LayerImage, isExactReady:
 *     boolean, areQueriesDone: boolean,
 *     withExtra: boolean, sigma: number, flowField: FlowField | undefined,
 * }} RenderResult
 *
 * The field's answer to PROBE, what is known of the learned score and of the exact one, if there is one, at a place on
 * the stage; and of a line through it.
 * @typedef {{ sigma: number, dim: number, angle: number, learned: LocalScore, exact: LocalScore | undefined, line: {
 *     reach: number, learned: Float64Array, exact: Float64Array | undefined, direction: [number, number] } }}
 *     ProbeResult
 *
 * About a score at a place: how it is seen on the stage and how long it is; where it leads, r(x) = x + σ² s(x), as it
 * is seen, and ‖r(x) - x‖²; the energy above that in the middle of the stage; and the eigenvalues of its Jacobian's
 * symmetric part, greatest first: as far as these are known.
 * @typedef {{ score: Float64Array, length: number, image: Float64Array, error: number, energy: number | undefined,
 *     eigenvalues: Float64Array | undefined }} LocalScore
 *
 * The field's answer to IMAGES: points one after another in the table's units, and σ of the noise on them.
 * @typedef {{ sigma: number, rows: Record<"data" | "corrupted" | "reconstructed" | "samples" | "strip", Float64Array>
 *     }} ImageRows
 *
 * The field's answer to EXPORT_SVG: its layers as elements of an SVG in pixels, and the sight that they are of.
 * @typedef {{ markup: string, scene: import("../drawing/viewport.js").Scene }} SvgLayers
 *
 * The field's answer to EXPORT_TABLE: rows of numbers, and what each column is.
 * @typedef {{ values: Float64Array, columns: string[] }} Table
 *
 * The judge's answer to OPEN: what the run may be believed by, how its samples are spread, and these in the units of
 * the table that they are of.
 * @typedef {import("../../scorescape.js").Diagnosis & {
 *     comparisons: import("../../scorescape.js").SampleQuality[] | undefined, marginals:
 *     import("../../scorescape.js").Marginal[], samples: Float64Array,
 * }} RunDiagnostics
 *
 * A sampler's answer to DRAWS: evenly spaced draws of those of its chains that are recorded, one chain after another.
 * @typedef {{ draws: Float64Array, chains: number, spacing: number }} Draws
 *
 * A sampler's answer to PEEK_TRANSITION: what the next transition of one of its chains will come to.
 * @typedef {import("../../scorescape.js").TransitionTrace} TransitionTrace
 *
 * A sampler's answer to all else: its chains' states as they are now, and where they lie on the stage; how many of them
 * are lost, and for how many transitions none has moved; where their last proposals lie, and which of these were
 * accepted, if that was asked for.
 * @typedef {{
 *     states: Float64Array, places: Float64Array, transitions: number, acceptanceRate: number, transitionsPerSecond:
 *     number, escaped: number, stalledTransitions: number,
 *     proposals?: Float64Array, accepted?: Float64Array,
 * }} ChainSnapshot
 */

// Texts about the program and its workers: features that this browser lacks, parts that did not load, stopped workers.

/** Features that this browser lacks. */
export const UNSUPPORTED = {
    webAssembly:
        "This browser has WebAssembly switched off, and the training needs it. Use another browser, or this one without its strictest protection for this site.",
    simd: "This browser's WebAssembly has no SIMD instructions. Any browser from 2023 or later has them.",
    offscreenCanvas: "This browser does not let workers draw. Any browser from 2023 or later does.",
    workers: (/** @type {string} */ reason) =>
        `The training needs workers, and this browser does not start them or keep them running (${reason}). Any browser from 2023 or later does, unless it is short of memory or uses its strictest protection.`,
};

/** Files that could not be loaded. */
export const NOT_LOADED = {
    program: "The program could not be loaded. Check the connection and reload the page.",
    data: (/** @type {string} */ fileName, /** @type {number} */ status) =>
        `The data could not be loaded: ${fileName} (${status}).`,
};

/** Workers that were replaced, by the name of their script. */
export const WORKER_REPLACED = {
    trainer: (/** @type {string} */ reason) => `Training stopped (${reason}) and continues from its last checkpoint.`,
    field: (/** @type {string} */ reason) => `The field worker stopped (${reason}) and was replaced.`,
    sampler: (/** @type {string} */ reason) => `A sampler stopped (${reason}) and was replaced.`,
};

/** Reasons for a replacement, besides messages of the browser and the module. */
export const REPLACEMENT_REASONS = { notLoaded: "it could not be loaded", silent: "it did not answer" };

export const TOO_SLOW =
    "These settings are too slow here: three times a worker was silent for more than ten seconds, because a single step of its work takes that long. Choose fewer units or layers, a smaller batch or fewer chains.";

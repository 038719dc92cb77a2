// Attributes of a playground's root that show the state of its run, for styles and for tests of pages that embed it.

/** All attributes: the phase, the training step, the error of the learned score and the fingerprint. */
const KEYS = ["scorescape", "step", "error", "fingerprint"];

/**
 * Sets or deletes an attribute if it changes.
 * @param {DOMStringMap} data
 * @param {string} key
 * @param {string | undefined} value
 */
function setData(data, key, value) {
    if (value === undefined) {
        delete data[key];
    } else if (data[key] !== value) {
        data[key] = value;
    }
}

/**
 * @param {HTMLElement} root
 * @param {Pick<import("../panels/view-context.js").RunSnapshot, "phase" | "progress" | "lastRender">} run
 */
export function showRunState({ dataset }, { phase, progress, lastRender }) {
    setData(dataset, "scorescape", phase);
    setData(dataset, "step", String(progress.step));
    setData(dataset, "error", lastRender?.error === undefined ? undefined : String(lastRender.error));
}

/** @param {HTMLElement} root @param {string | undefined} fingerprint of the complete run */
export const showFingerprint = ({ dataset }, fingerprint) => setData(dataset, "fingerprint", fingerprint);

/** The playground could not start. @param {HTMLElement} root */
export const showFailure = ({ dataset }) => setData(dataset, "scorescape", "failed");

/** @param {HTMLElement} root */
export function clearAttributes({ dataset }) {
    for (const key of KEYS) {
        delete dataset[key];
    }
}

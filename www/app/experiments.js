// Functions of descriptions of experiments.

/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {import("../panels/user-data.js").UserFile} UserFile */
/**
 * The workers' input. `isTableMissing`: the experiment uses a file of points that the page does not have.
 * @typedef {{
 *     link: string, trainingKey: string, runSize: import("../panels/view-context.js").RunSize,
 *     firstPartSuffices: boolean,
 *     tableFile: string | undefined, table: Uint8Array | undefined, isTableMissing: boolean,
 * }} Experiment
 */

/** The value of a setting. @param {Description | undefined} description @param {string} key */
export const settingOf = (description, key) => description?.settings.find((setting) => setting.key === key)?.value;

/** The setting of σ, which has a slider. @param {Description | undefined} description */
export const sigmaSetting = (description) => description?.settings.find(({ place }) => place === "slider");

/**
 * The digest of the visitor's file that an experiment uses; undefined for other data.
 * @param {Description} description
 */
export const fileDigestOf = ({ digest }) => digest;

/** True if an experiment uses a visitor's file but names none. @param {Description} description */
export const namesNoFile = ({ settings }) =>
    settings.some(({ place, value, default: defaultValue }) => place === "file" && value === defaultValue);

/**
 * The link of an experiment, with a fingerprint if there is one.
 * @param {Description} description
 * @param {string | undefined} fingerprint
 */
export const withFingerprint = ({ link }, fingerprint) => (fingerprint ? `${link}&fingerprint=${fingerprint}` : link);

/**
 * True if the data of two experiments have different places on the stage.
 * @param {Description | undefined} before
 * @param {Description} after
 */
export const movesData = (before, after) =>
    before !== undefined &&
    [before, after].some(({ settings }) =>
        settings.some(({ key, changesView }) => changesView && settingOf(before, key) !== settingOf(after, key)),
    );

/**
 * True if an experiment differs from the default one in its seed at most; then the first part of the module suffices.
 * @param {Description} description
 */
export const isDefaultExceptSeed = ({ settings }) =>
    settings.every(({ key, value, default: defaultValue }) => key === "seed" || value === defaultValue);

/** @param {Description} description @param {UserFile | undefined} file @returns {Experiment} */
export function workerInput(description, file) {
    return {
        link: description.link,
        trainingKey: description.trainingKey,
        runSize: description.runSize,
        firstPartSuffices: isDefaultExceptSeed(description),
        tableFile: description.table,
        table: file?.bytes,
        isTableMissing: fileDigestOf(description) !== undefined && !file,
    };
}

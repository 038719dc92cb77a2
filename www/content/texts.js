// Texts of the page itself: sentences about the run, layers, own data, errors. Short labels stay with their controls.

/** Statements about the run, by phase; `chains` is the number of chains of the complete run. */
export const PHASE_STATEMENTS = {
    "needs-file": "There are no points yet.",
    opening: "Drawing the data and the initial weights…",
    untrained: "Not trained yet. Press Train, and the network learns to remove noise.",
    untrainedWithArrows:
        "Not trained yet. Press Train, and watch the blue arrows turn until they match the orange ones, the exact score.",
    paused: "Training is paused. The chains still move: the learned score alone decides each of their steps.",
    resting: "Training is paused, and the chains rest.",
    training:
        "The network only learns to remove noise. Yet its blue arrows turn until they match the orange ones, the exact score, which point to where the blurred data are denser.",
    trainingWithoutExact:
        "The network only learns to remove noise. Yet the part that it removes is σ² times the score, which points to where the blurred data are denser.",
    sampling: (/** @type {number} */ chains) =>
        `Training has finished. Now ${chains} Markov chains use the learned score.`,
    diverged: "Training diverged: lower the learning rate, then reset.",
    failed: "The run has stopped.",
};

/** About a complete run; `score` names the score that its chains followed. */
export const COMPLETE_STATEMENTS = {
    good: (/** @type {string} */ score) =>
        `The run is complete: the chains followed ${score} alone, and where it is right they stay near the data.`,
    doubtful: (/** @type {string} */ score) =>
        `The run is complete: the chains followed ${score} alone. The numbers below tell how good their samples are.`,
    inaccurate:
        "The run is complete, but the learned score is still inaccurate, and so may the samples be. More steps, more units or a larger σ may help.",
    useless:
        "The run is complete, but the learned score is worse than none: do not trust the samples. More steps, more points or a larger σ may help.",
    learnedScore: "the learned score",
    givenScore: "the score they were given",
    slowerHint: " To watch it learn, choose a slower speed and train again.",
};

/** Sentences about the complete run's fingerprint. */
export const FINGERPRINTS = {
    own: (/** @type {string} */ found) => `Fingerprint ${found}: anyone who opens this link gets exactly this result.`,
    same: (/** @type {string} */ found) =>
        `Reproduced: all weights and samples equal the link's, bit for bit (${found}).`,
    differs: (/** @type {string} */ reason, /** @type {string} */ claimed, /** @type {string} */ found) =>
        `Differs from the link's fingerprint: ${reason} (${claimed} there, ${found} here).`,
    otherSettings:
        "the link's settings were changed after its fingerprint was taken, or this browser computes differently",
    otherVersion: (/** @type {string} */ theirs, /** @type {number} */ ours) =>
        `the link was made by version ${theirs} of the arithmetic, this page has version ${ours}`,
};

/** Settings that changed together with the chosen one. @param {string[]} changes */
export const sideEffectsSentence = (changes) => `Also adjusted: ${changes.join(", ")}.`;

/** Warnings about chains during a run. */
export const CHAIN_WARNINGS = {
    stuck: (/** @type {string | undefined} */ stepSize) =>
        `All chains stand still: every proposal is rejected. ${stepSize ? `A smaller value of “${stepSize}” sets them free.` : ""}`.trim(),
    escaped: (/** @type {"All" | "Most" | "Some"} */ which) =>
        `${which} chains are far outside of the data, and the field that they follow does not lead them back. Smaller steps, more training or another start may help; fault injection should be off.`,
};

/** Where the paper has what an example shows. @param {string} section */
export const paperSentence = (section) => `In the paper (Alain and Bengio 2014): ${section}.`;

/** The score that arrows or curves of half the greatest length stand for. @param {number} dim @param {string} score */
export const scaleSentence = (dim, score) =>
    `${dim === 1 ? "A curve half-way out" : "An arrow half as long as its cell"} is a score, or a difference, of 1/σ = ${score}.`;

/** Own points: a file, its digest, and errors in it. */
export const USER_DATA = {
    noFile: "Choose a CSV, TSV or .npy file with a point in each row, drop one on the page, or paste numbers. It stays on this machine.",
    fileMissing: (/** @type {string} */ digest) =>
        `This link uses a file of points with the digest ${digest}, but does not contain it. If you have the file, choose it here: it stays on this machine.`,
    hasFile: (/** @type {string} */ digest) =>
        `The points stay on this machine; the link contains only their digest, ${digest}. About eight of ten rows are for training and are drawn; the others are held out.`,
    otherFile: (/** @type {string} */ digest, /** @type {string} */ wanted) =>
        `This is not the file of the link: its digest is ${digest}, not ${wanted}. The page now uses this file.`,
    tooLarge: (/** @type {string} */ name, /** @type {number} */ megabytes, /** @type {number} */ most) =>
        `${name} has ${megabytes} MB, and at most ${most} MB are read.`,
    unreadable: (/** @type {string} */ name, /** @type {string} */ reason) => `${name} cannot be read: ${reason}`,
    numbersHelp: "One point per line, with commas, tabs or blanks between its coordinates",
};

/** The verdict's line until the verdict is there. */
export const VERDICT_PENDING = {
    pending: "Checking the samples…",
    failed: (/** @type {string} */ reason) => `The samples could not be checked (${reason}).`,
    notLoaded: "The verdict on the samples could not be loaded: check the connection, then train again.",
};

export const PART_NOT_LOADED = "A part of the page could not be loaded: check the connection, then try again.";

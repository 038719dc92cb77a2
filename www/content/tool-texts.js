// Texts of the tools on the stage: probe, brush, chains, images.

/** Rows of the probe's table. */
export const PROBE_ROWS = {
    score: {
        label: "score",
        help: "The direction in which the density grows, and how fast: the gradient of its logarithm",
    },
    length: { label: "its length", help: "In all dimensions" },
    image: {
        label: "r(x)",
        help: "The reconstruction of x, by the network or by the best possible network: x + σ² times the score",
    },
    error: {
        label: "‖r(x) - x‖²",
        help: "The reconstruction error. It is not an energy: it is zero at maxima, minima and saddles alike",
    },
    energy: {
        label: "energy",
        help: "Minus the density's logarithm, relative to the middle of the first view (0, 0). The learned energy is minus the integral of the learned score along the line from there",
    },
    curvature: {
        label: "curvature",
        help: "Eigenvalues of the Hessian of the density's logarithm, greatest first: about -1/σ² across the data, near 0 along them",
    },
};

export const PROBE = {
    title: "Numbers at the place under the pointer, or under a cross that arrow keys move",
    unknown: "not known",
    pending: "being found",
    caption: (/** @type {string} */ place, /** @type {string} */ sigma, /** @type {number} */ dim) =>
        `At x = ${place}${dim > 2 ? ` in the plane that is shown, of ${dim} dimensions` : ""}, σ = ${sigma}`,
    noExact: "The exact score of these data is not known in closed form.",
    noAngle: "Where one of the scores is zero there is no angle between them.",
    comparison: (/** @type {string} */ degrees, /** @type {string} */ ratio) =>
        `The learned score points ${degrees}° away from the exact score and is ${ratio} times as long. Energies are relative to the origin.`,
    exactPending: " Along the line the exact score takes a while: it appears from the place outwards.",
};

/** Directions of the line through the probed place. */
export const LINE_DIRECTIONS = {
    across: "from left to right",
    up: "from bottom to top",
    rising: "rising to the right",
    falling: "falling to the right",
    score: "along the learned score",
};

/** Caption of the scores along that line. @param {number} dim @param {boolean} hasExact */
export const lineCaption = (dim, hasExact) =>
    `${dim === 1 ? "Score" : "Component of the score along the line"}: learned, (r(x) - x)/σ², in blue${hasExact ? ", exact in orange" : ""}`;

export const BRUSH = {
    hint: "Drag over the picture, or move the cross with the arrow keys and press Enter for a touch of the brush. Escape ends this.",
    title: "Draw your own points on the picture, or type a word",
    eraserTitle: "Remove points instead of adding them",
    copyTitle: "Copy the present training points, then add or remove some",
    tooFew: (/** @type {number} */ count, /** @type {number} */ least) => `${count} points: draw at least ${least}.`,
    full: (/** @type {number} */ count) => `${count} points, the maximum.`,
    status: (/** @type {string} */ count, /** @type {string} */ sigma) =>
        `${count} points, which stay on this machine. Eight of ten are for training and are shown; the others are held out. σ is ${sigma}; its slider is above.`,
};

/** Hints of the chain tools. */
export const CHAIN_HINTS = {
    start: "Click or tap the picture where all chains should start; or move the cross with the arrow keys and press Enter. Escape ends this.",
    inspect:
        "Click or tap beside another chain to see its next transition; or move the cross with the arrow keys and press Enter. Escape ends this.",
    notYet: "Pause training first, or wait until the run is complete.",
    noChains: "The chains are not there yet: try again in a moment.",
};

/** Rows of images; `frames` is the number of transitions between frames of one chain. @param {number} frames */
export const imageRowTexts = (frames) => ({
    data: { label: () => "data", help: "The first training points" },
    corrupted: {
        label: (/** @type {string} */ sigma) => `noise, σ = ${sigma}`,
        help: "The same points with Gaussian noise on every pixel",
    },
    reconstructed: { label: () => "reconstructed", help: "Their reconstructions r(x) by the network" },
    samples: { label: () => "samples", help: "The present states of the first chains" },
    strip: {
        label: () => "one chain",
        help: `The first chain, a frame every ${frames} transitions or more, newest on the right`,
    },
});

/** @param {number} black @param {number} white @param {number} frames */
export const imageScale = (black, white, frames) =>
    `Pixels from ${black} (black) to ${white} (white); values beyond are clipped. The chain's frames are ${frames} transitions or more apart.`;

// Texts of the dialogs: help, examples, saving.

/** Terms of the page with their definitions. */
export const TERMS = [
    ["score", "the direction in which data get denser, and how fast: the gradient of the density's logarithm"],
    ["learned score", "the network's estimate of the score: (its reconstruction - the point) / σ²"],
    ["exact score", "the score of the data's density blurred by σ, where it is known"],
    [
        "relative Fisher error",
        "the mean square of the difference of both scores, divided by the mean square of the exact score: 0 is perfect, 1 is as bad as a score of zero; it can exceed 1",
    ],
    [
        "samples",
        "states of Markov chains that propose random steps and accept them by the learned score alone; lines trail a few of them",
    ],
    ["flow", "particles that drift along the learned score; they stop where it is zero"],
    ["probe", "numbers of both scores at one place, and both scores along a line through it"],
    ["curvature", "how the score changes around a place: strongly negative across thin data, near zero along them"],
    [
        "proposals",
        "places where a few of the chains tried to go: filled if accepted, hollow if rejected, with a line from where the chain was",
    ],
    ["fingerprint", "a hash of all bits of weights and samples: equal fingerprints show equal results"],
    [
        "ESS, effective sample size",
        "the number of independent draws that give the same accuracy; it is small for chains that move slowly, even after many transitions",
    ],
    [
        "asymmetry, circulation",
        "how far the learned score is from the gradient of an energy: zero for a gradient. The acceptance rule is exact only for a gradient",
    ],
    [
        "distances",
        "differences between samples and exact draws; good if close to the distances between two sets of exact draws",
    ],
    [
        "R̂",
        "the spread of all chains together, relative to the spread of each chain; near 1 if the chains no longer depend on their start",
    ],
];

/** Keys other than the keys of the toolbar and of layers. */
export const OTHER_KEYS = [
    { name: "?", does: "this help" },
    { name: "+ − 0", does: "on the picture: zoom in, out, show all" },
    { name: "w a s d", does: "on the picture: move" },
    {
        name: "← ↑ ↓ →",
        does: "while probing, drawing or choosing a place: move the cross; Enter picks the place, Escape ends the tool",
    },
    { name: "Ctrl Z", does: "undo; with Shift, redo" },
];

export const MOUSE_HELP =
    "Drag the picture to move it. To zoom, pinch it, or turn the wheel over it after a click there or with Ctrl held down.";

/** Notes on data stored in this browser. */
export const STORAGE = {
    note: "This browser stores the experiment, the last state of its training, your own points and your earlier runs, so that a reload or a crash loses nothing. Nothing is uploaded.",
    forgotten:
        "Nothing is stored: the data were deleted. A reload or a crash would lose this run; after a reload the page stores data again.",
    refused:
        "Nothing more is stored: this browser does not allow it, as in a private window or with a full disk. A reload or a crash would lose this run.",
};

/** @param {string} data @param {string | undefined} file @param {number} step */
export const previousRunSentence = (data, file, step) =>
    `${file ? `${data}, ${file}` : data}, at step ${step}. Stored on this machine.`;

export const NOTHING_TO_SAVE = "there is nothing to be seen yet.";
export const NO_PICTURE = "this browser cannot make a picture of it.";

/** @param {string} link @param {number} algorithm @param {string | undefined} fingerprint */
export const bibtex = (link, algorithm, fingerprint) => `@article{alain2014regularized,
  author = {Alain, Guillaume and Bengio, Yoshua},
  title = {What Regularized Auto-Encoders Learn from the Data-Generating Distribution},
  journal = {Journal of Machine Learning Research},
  volume = {15},
  pages = {3743--3773},
  year = {2014}
}
@misc{scorescape,
  title = {Scorescape: an experiment on the score that an auto-encoder learns},
  howpublished = {\\url{${link}}},
  note = {algorithm ${algorithm}${fingerprint ? `, fingerprint ${fingerprint}` : ""}}
}
`;

// Hints on refused values: the effect that they would have.

/**
 * Hints on zero and on negative values, by key.
 * @type {Record<string, { zero: string, negative: string }>}
 */
const HINTS = {
    "sample.temperature": {
        zero: "At zero no rise in energy is ever accepted: chains would slide into the nearest peak of the density and stand still there.",
        negative:
            "Below zero the density would be turned upside down: chains would flee from the data, and there is no bottom for them to rest at.",
    },
    ...Object.fromEntries(
        ["sample.step-size", "sample.step-size-in-sigma"].map((key) => [
            key,
            {
                zero: "With steps of no size every proposal is where the chain stands already: all would be accepted, and nothing would ever move.",
                negative:
                    "A step's size is a distance, and the way is drawn at random: a negative one would be the same step.",
            },
        ]),
    ),
    "sample.noise": {
        zero: "Without noise each chain would follow the reconstruction to a fixed point and stay there.",
        negative: "It is a variance, and no noise has a negative one.",
    },
    "sample.relaxation": {
        zero: "To go none of the way is to stay: no chain would ever move.",
        negative: "It is a share of the way to the reconstruction: below zero chains would flee from the data.",
    },
    "sample.leapfrog-steps": { zero: "Without a step the point would not roll at all.", negative: "It is a count." },
    "sample.start-deviation": { zero: "", negative: "It is a standard deviation, and none is negative." },
    "train.sigma": {
        zero: "Without noise there is nothing to remove: the network would learn to copy, and its error over σ² is no score.",
        negative: "It is a standard deviation, and none is negative.",
    },
    "train.rate": {
        zero: "The weights would never change.",
        negative: "Training would climb: the loss grows until it is no number.",
    },
};

/** The hint on a refused value after a blank, or nothing. @param {string} key @param {string} value */
export function settingHint(key, value) {
    const hints = HINTS[key];
    const number = Number(value);
    if (!hints || value.trim() === "" || !Number.isFinite(number)) {
        return "";
    }
    if (number > 0) {
        return "";
    }
    const hint = number < 0 ? hints.negative : hints.zero;
    return hint && ` ${hint}`;
}

// Required speed of the training step: its ratio to tfjs in Chromium, by size, while the network learns.

import { ratio } from "./rounds.mjs";

const size = (units, batch, required) => ({
    units,
    batch,
    link: `#v=0&model.units=${units}&train.batch=${batch}`,
    required,
});
/** Sizes of network and batch, and the required ratio ours / tfjs in Chromium. */
export const SIZES = [size(128, 128, 20), size(1000, 128, 10), size(256, 512, 10)];

/** The loss of r(x) = x: E ‖σ ε‖² in two dimensions. */
const IDENTITY_LOSS = 2 * 0.05 ** 2;

/**
 * Judges the entries of one size: each has a place, a name, its speeds round by round and, except for the native one, a
 * loss.
 *
 * Speed counts only if the network learns. With batches of 512 its loss must be below the loss of r(x) = x. With 128
 * the raw weights jitter too much for that, and the loss must stay close to the loss of r(x) = x.
 */
export function judge(size, entries) {
    const limit = size.batch === 512 ? IDENTITY_LOSS : 10 * IDENTITY_LOSS;
    const learns = entries.every(({ loss }) => loss === undefined || loss < limit);
    const places = [...new Set(entries.map(({ place }) => place))];
    const ratios = Object.fromEntries(places.map((place) => [place, ratiosAt(place, entries)]));
    const speedVerdict = ratios.Chromium["ours / tfjs"] >= size.required ? "ok" : "TOO SLOW";
    const verdict = learns ? speedVerdict : "DOES NOT LEARN";
    return { ...size, entries, ratios, verdict };
}

/** Our speed at a place divided by the speed of each peer there, and by our native speed. */
function ratiosAt(place, entries) {
    const speeds = (where, name) => entries.find((entry) => entry.place === where && entry.name === name)?.speeds;
    const ours = speeds(place, "ours");
    const below = {
        "ours / tfjs": speeds(place, "tfjs"),
        "ours / tfjs by hand": speeds(place, "tfjs by hand"),
        "ours / native": place === "native" ? undefined : speeds("native", "ours"),
    };
    const known = Object.entries(below).filter(([, other]) => other);
    return Object.fromEntries(known.map(([name, other]) => [name, ratio(ours, other)]));
}

// Example experiments, one row each: link, layers, view, texts, and the section of the paper.

/**
 * `layers`: ids of the shown layers, unless the default layers. `view`: the shown part of the plane, unless all data.
 * @typedef {{
 *     id: string, title: string, link: string, layers?: string[], view?: { x: number, y: number, half: number },
 *     caption: string, lookFor: string, paperSection: string,
 * }} Example
 */

/** @param {number} half @param {string} title @returns {Example} */
const zoom = (half, title) => ({
    id: `zoom-${String(half).slice(2)}`,
    title,
    link: "#v=0&train.sigma=0.02&steps=10000",
    view: { x: 0.02, y: -0.12, half },
    layers: ["points", "exact", "learned"],
    caption: `The spiral's middle, from ${half} on either side.`,
    lookFor:
        "Nearer than σ the arrows point straight across the curve: near a manifold the score only says which way back to it.",
    paperSection: "Vector Field Around a Manifold",
});

/** @type {Example[]} */
export const EXAMPLES = [
    {
        id: "spiral",
        title: "A field around a spiral",
        link: "#v=0",
        layers: ["points", "exact", "learned"],
        caption:
            "Ten thousand points of a thin spiral, and a network that only learns to remove noise of σ = 0.05 from them.",
        lookFor:
            "The blue arrows, learned, turn until they match the orange ones, the exact score of the blurred data. Between two turns of the spiral both are short: there the density is flat.",
        paperSection: "Vector Field Around a Manifold",
    },
    zoom(0.5, "Closer to it"),
    zoom(0.3, "Closer still"),
    {
        id: "sampled",
        title: "The spiral, sampled",
        link: "#v=0&sample.kernel=nuts&steps=4000&transitions=300",
        layers: ["points", "samples"],
        caption:
            "Markov chains that use the learned score alone: they accept by energy differences, which are integrals of it.",
        lookFor: "After training the samples lie on the data. The numbers beside the picture tell how good they are.",
        paperSection: "Sampling with Metropolis-Hastings",
    },
    {
        id: "sigma",
        title: "σ from wide to narrow",
        link: "#v=0&data=two-wells&train.sigma=0.05&train.sigma-levels=5&train.sigma-first=10&steps=6000",
        layers: ["points", "exact", "learned", "density", "samples"],
        caption: "Two wells on a line; σ falls in five levels, each starting from the weights of the previous level.",
        lookFor: "With much noise both wells are one. As σ falls the score gets the detail that was blurred away.",
        paperSection: "Simple Numerical Example",
    },
    {
        id: "bumps",
        title: "Two bumps",
        link: "#v=0&data=two-bumps",
        layers: ["points", "exact", "learned", "samples"],
        caption: "Two slanted Gaussians that cross.",
        lookFor:
            "Each bump's score is linear on its own; where they meet the field has to bend, which needs the hidden units.",
        paperSection: "Vector Field Around a Manifold",
    },
    {
        id: "spurious",
        title: "Maxima where no data are",
        link: "#v=0&data=ring&data.count=500&model.units=64&train.sigma=0.02&seed=2&steps=3000",
        layers: ["points", "learned", "fixed"],
        caption:
            "Training uses only points near the data. Farther away the field is arbitrary, and may lead to places far from all data.",
        lookFor:
            "Discs in a ring attract, and are more than 5σ from every training point. Then set Corruption to “Sometimes 10σ”, and train again.",
        paperSection: "Spurious Maxima",
    },
    {
        id: "repaired",
        title: "The same with rare large noise",
        link: "#v=0&data=ring&data.count=500&model.units=64&train.sigma=0.02&train.corruption=rare-large&seed=2&steps=3000",
        layers: ["points", "learned", "fixed"],
        caption:
            "One in twenty points is corrupted ten times as much, so that the network learns about places far away.",
        lookFor: "Discs in a ring are gone, or fewer, and far arrows lead back to the data.",
        paperSection: "Spurious Maxima",
    },
    {
        id: "manifold",
        title: "A manifold in ten dimensions",
        link: "#v=0&data=gmm-manifold&data.dim=10&steps=8000&view.plane=coordinates",
        layers: ["points", "learned", "samples"],
        caption: "Gaussians along a curve in R¹⁰, shown by two of its coordinates.",
        lookFor: "Choose other pairs under View. The samples follow the curve in all of them.",
        paperSection: "Sampling with Metropolis-Hastings",
    },
    {
        id: "ninja",
        title: "The ninja star",
        link: "#v=0&data=ninja-star&sample.path-rule=endpoint",
        layers: ["density", "points", "samples"],
        caption:
            "An energy with four arms, sampled with ΔE from the score at one end of each step: the approximation of the first experiments.",
        lookFor:
            "The approximation is biased. Set Path rule to trapezoid, train again, and compare the distances to exact draws.",
        paperSection: "Sampling with Metropolis-Hastings",
    },
    {
        id: "energy",
        title: "A field that has an energy",
        link: "#v=0&model.decoder=scaled&train.rate=0.001&steps=10000",
        layers: ["energy", "curl", "points"],
        caption:
            "With tied weights the learned score is the gradient of an energy in closed form, and its curl is zero.",
        lookFor: "Set Decoder to untied: colours of curl appear, and no energy fits the arrows exactly.",
        paperSection: "Limited Parameterization",
    },
    {
        id: "slopes",
        title: "Tangents from Jacobians",
        link: "#v=0&train.sigma=0.04&steps=8000",
        layers: ["points", "hessian"],
        caption:
            "The Jacobian of r is I + σ²H, with H the Hessian of log p: r keeps displacements along the data and removes those across.",
        lookFor: "Each ellipse is the image of a circle under r. On the spiral the ellipses are needles along it.",
        paperSection: "Estimating the Hessian",
    },
    {
        id: "digits",
        title: "Handwritten digits",
        link: "#v=0&data=digits",
        layers: ["points", "samples"],
        caption: "1,797 images of 8 × 8 pixels, so 64 dimensions, by their two principal components.",
        lookFor:
            "The true density of digits is unknown; the exact score here is the score of these 1,797 images, blurred. Beneath the picture are original, noisy and reconstructed images; samples; and one chain, frame by frame.",
        paperSection: "Sampling with Metropolis-Hastings",
    },
    {
        id: "user-data",
        title: "Your own points",
        link: "#v=0&data=user-data",
        layers: ["points", "learned", "samples"],
        caption: "From a CSV, TSV or .npy file, or pasted. They stay on your machine.",
        lookFor: "Start with a σ near the distance between neighbours.",
        paperSection: "Perfect World Scenario",
    },
];

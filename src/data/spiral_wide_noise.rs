//! The longer weighted spiral, called `linear_02` in the paper's code: t in [π, 4.75π] and noise of 0.05.

use core::f64::consts::PI;

use super::Dataset;
use super::curve::noise;
use super::spiral_weighted::{LAW, build};
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "spiral-linear-02",
        label: "Spiral, wide noise",
        help: "The weighted spiral with more turns and more noise.",
    },
    settings: &[noise(0.05), LAW],
    suggest: &[],
    build: |settings, _| build(settings, PI, 4.75 * PI),
};

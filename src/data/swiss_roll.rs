//! The Swiss roll's cross-section: 0.05 t (cos t, sin t) with t uniform on [3π/2, 9π/2], and isotropic noise.

use alloc::boxed::Box;
use core::f64::consts::PI;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use super::spiral::archimedean;
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "swiss-roll", label: "Swiss roll", help: "A sheet rolled up, seen from its end." },
    settings: &[noise(0.02)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

const CURVE: Curve = Curve {
    at: |_, t| {
        let [y, x] = archimedean(0.05, t);
        [x, y]
    },
    branches: &[0.0],
    start: 1.5 * PI,
    end: 4.5 * PI,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 12.6,
};

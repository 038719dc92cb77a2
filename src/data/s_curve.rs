//! The S-curve's cross-section: two three-quarter circles of radius 0.4 that meet at the origin,
//! ±0.4 (sin t, cos t - 1) with t uniform on [0, 3π/2], and isotropic noise.

use alloc::boxed::Box;
use core::f64::consts::PI;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::math;
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "s-curve", label: "S-curve", help: "A sheet bent to an S, seen from its end." },
    settings: &[noise(0.02)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

/// The second half is the first half reflected in the origin.
const CURVE: Curve = Curve {
    at: |sign, t| {
        let (sine, cosine) = math::sin_cos(t);
        [0.4 * sign * sine, 0.4 * sign * (cosine - 1.0)]
    },
    branches: &[1.0, -1.0],
    start: 0.0,
    end: 1.5 * PI,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 5.5,
};

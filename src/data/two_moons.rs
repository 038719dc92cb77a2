//! Two moons: interleaved half circles of radius ½, ±½ (cos t - ½, sin t - ¼) with t uniform on [0, π], and isotropic
//! noise.

use alloc::boxed::Box;
use core::f64::consts::PI;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::math;
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "two-moons", label: "Two moons", help: "Two half circles, each reaching into the other." },
    settings: &[noise(0.03)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

/// The second moon is the first moon reflected in the origin.
const CURVE: Curve = Curve {
    at: |sign, t| {
        let (sine, cosine) = math::sin_cos(t);
        [0.5 * sign * (cosine - 0.5), 0.5 * sign * (sine - 0.25)]
    },
    branches: &[1.0, -1.0],
    start: 0.0,
    end: PI,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 4.0,
};

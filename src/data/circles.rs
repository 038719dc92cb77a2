//! Two concentric circles of radii 0.35 and 0.7 with equal mass, uniform along each, and isotropic noise.

use alloc::boxed::Box;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::math::{self, TAU};
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "circles", label: "Circles", help: "A circle within a circle." },
    settings: &[noise(0.02)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

const CURVE: Curve = Curve {
    at: |radius, t| {
        let (sine, cosine) = math::sin_cos(t);
        [radius * cosine, radius * sine]
    },
    branches: &[0.35, 0.7],
    start: 0.0,
    end: TAU,
    law: Law::Uniform,
    closed: true,
    nodes_per_inverse_width: 6.2,
};

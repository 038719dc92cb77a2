//! Two periods of a sine: (x, sin 2πx) with x uniform on [-1, 1], and optional isotropic noise.

use alloc::boxed::Box;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::math::{self, TAU};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "sine", label: "Sine", help: "Two periods of a sine, evenly spread over its argument." },
    settings: &[noise(0.0)],
    suggest: &[("data.count", Value::Integer(1000)), ("sample.start-deviation", Value::Real(0.7))],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

const CURVE: Curve = Curve {
    at: |_, t| [t, math::sin_cos(TAU * t).0],
    branches: &[0.0],
    start: -1.0,
    end: 1.0,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 20.5,
};

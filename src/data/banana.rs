//! A banana: the parabola (0.3 t, 0.18 t² - 0.45) with t standard normal on [-2.5, 2.5], and isotropic noise. Samplers
//! with straight proposals mix slowly on such a bent ridge (Haario, Saksman and Tamminen 1999).

use alloc::boxed::Box;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "banana", label: "Banana", help: "A bent ridge, dense in its middle and thin at its tips." },
    settings: &[noise(0.05)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

const CURVE: Curve = Curve {
    at: |_, t| [0.3 * t, 0.18 * t * t - 0.45],
    branches: &[0.0],
    start: -2.5,
    end: 2.5,
    law: Law::Normal { mean: 0.0, deviation: 1.0 },
    closed: false,
    nodes_per_inverse_width: 5.5,
};

//! A pinwheel of five arms: 0.4 t (cos α, sin α), α = 2πk/5 + ¼ exp t, with t ~ N(1, 0.3²) truncated to [0, 2], and
//! isotropic noise (after Johnson et al. 2016, whose noise is across the arms only).

use alloc::boxed::Box;

use super::Dataset;
use super::curve::{Curve, Law, NoisyCurve, noise};
use crate::math::{self, TAU};
use crate::setting::Choice;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "pinwheel",
        label: "Pinwheel",
        help: "Five arms that bend more with distance from the centre.",
    },
    settings: &[noise(0.03)],
    suggest: &[],
    build: |settings, _| Ok(Box::new(NoisyCurve::new(CURVE, settings.real("data.noise"))?)),
};

const CURVE: Curve = Curve {
    at: |arm, t| {
        let (sine, cosine) = math::sin_cos(TAU * arm / 5.0 + 0.25 * math::exp(t));
        [0.4 * t * cosine, 0.4 * t * sine]
    },
    branches: &[0.0, 1.0, 2.0, 3.0, 4.0],
    start: 0.0,
    end: 2.0,
    law: Law::Normal { mean: 1.0, deviation: 0.3 },
    closed: false,
    nodes_per_inverse_width: 4.0,
};

//! Twenty-five Gaussians N(0.3 (i, j), σ_n² I), i and j from -2 to 2.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::ring_of_gaussians::deviation;
use super::{Dataset, Mixture};
use crate::setting::Choice;

const SPACING: f64 = 0.3;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "grid", label: "Grid of Gaussians", help: "Five rows of five equal Gaussians." },
    settings: &[deviation(0.03)],
    suggest: &[],
    build: |settings, _| {
        let deviation = settings.real("data.noise");
        let mean = |k: i32| [SPACING * f64::from(k % 5 - 2), SPACING * f64::from(k / 5 - 2)];
        let means: Vec<f64> = (0..25).flat_map(mean).collect();
        Ok(Box::new(Mixture::isotropic(2, &[1.0; 25], means, deviation * deviation)?))
    },
};

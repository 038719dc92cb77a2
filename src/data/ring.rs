//! Eight Gaussians N(0.6 (cos kπ/4, sin kπ/4), σ_n² I) on a ring.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Dataset, Mixture};
use crate::math::{self, TAU};
use crate::setting::{Choice, Section, Setting, SettingKind};

const COUNT: usize = 8;
const RADIUS: f64 = 0.6;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "ring", label: "Ring of Gaussians", help: "Eight equal Gaussians on a circle." },
    settings: &[deviation(0.05)],
    suggest: &[],
    build: |settings, _| {
        let deviation = settings.real("data.noise");
        let mean = |k| math::sin_cos(TAU * k as f64 / COUNT as f64);
        let means: Vec<f64> =
            (0..COUNT).map(mean).flat_map(|(sine, cosine)| [RADIUS * cosine, RADIUS * sine]).collect();
        Ok(Box::new(Mixture::isotropic(2, &[1.0; COUNT], means, deviation * deviation)?))
    },
};

/// The setting for the width of each of several Gaussians.
pub(super) const fn deviation(default: f64) -> Setting {
    Setting {
        key: "data.noise",
        label: "Width",
        unit: "data units",
        help: "Standard deviation of each Gaussian.",
        kind: SettingKind::Real { default, min: 1e-3, max: 1.0 },
        ..Setting::of(Section::Data)
    }
}

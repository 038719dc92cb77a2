//! A mixture of K Gaussians along a curve in R^d. Coordinate i of the means is sin(2π f_i t)^{e_i} at K equally spaced
//! t in [0, 1], with f_i ~ U(-1, 1) and e_i in {1, 2} drawn from the seed.
//!
//! Component k has standard deviation ‖m_{k+1} - m_k‖ along the direction to the next mean, and ρ‖m_{k+1} - m_k‖
//! across. The last component reuses direction and length of the previous component.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::mixture::Variances;
use super::{Dataset, Mixture};
use crate::math::{self, TAU};
use crate::rng::{Purpose, stream};
use crate::setting::{Choice, Section, Setting, SettingError, SettingKind, Settings, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "gmm-manifold",
        label: "Mixture along a curve",
        help: "Gaussians strung along a random curve in two to a hundred dimensions.",
    },
    settings: &[
        Setting {
            key: "data.dim",
            label: "Dimension d",
            unit: "",
            help: "The number of coordinates of a point.",
            kind: SettingKind::Integer { default: 2, min: 2, max: 100 },
            ..Setting::of(Section::Data)
        },
        Setting {
            key: "data.components",
            label: "Components K",
            unit: "",
            help: "The number of Gaussians.",
            kind: SettingKind::Integer { default: 25, min: 2, max: 200 },
            ..Setting::of(Section::Data)
        },
        Setting {
            key: "data.thickness",
            label: "Thickness ρ",
            unit: "",
            help: "The width of each Gaussian across the curve, as a share of its length.",
            kind: SettingKind::Real { default: 0.1, min: 0.01, max: 1.0 },
            ..Setting::of(Section::Data)
        },
    ],
    suggest: &[("train.sigma", Value::Real(0.1))],
    build: |settings, _| Ok(Box::new(build(settings)?)),
};

fn build(settings: &Settings) -> Result<Mixture, SettingError> {
    let (dim, count) = (settings.integer("data.dim") as usize, settings.integer("data.components") as usize);
    let means = means(dim, count, settings.integer("seed"));
    let thickness = settings.real("data.thickness");
    let (mut axes, mut variances) = (Vec::new(), Vec::new());
    for k in 0..count {
        let from = k.min(count - 2) * dim;
        let (here, next) = (&means[from..from + dim], &means[from + dim..from + 2 * dim]);
        let length = math::sqrt(math::squared_distance(here, next));
        axes.extend(here.iter().zip(next).map(|(a, b)| (b - a) / length));
        variances.push(Variances { along: length * length, across: thickness * thickness * length * length });
    }
    Mixture::spiked(dim, &alloc::vec![1.0; count], means, axes, variances)
}

/// `count` means in R^`dim`, stored mean after mean.
fn means(dim: usize, count: usize, seed: u32) -> Vec<f64> {
    let mut rng = stream(seed, Purpose::Density, 0);
    let coordinates: Vec<(f64, bool)> = (0..dim).map(|_| (2.0 * rng.uniform() - 1.0, rng.index(2) == 1)).collect();
    let at = |(frequency, is_squared): (f64, bool), t: f64| {
        let sine = math::sin_cos(TAU * frequency * t).0;
        if is_squared { sine * sine } else { sine }
    };
    let times = (0..count).map(|k| k as f64 / (count - 1) as f64);
    times.flat_map(|t| coordinates.iter().map(move |&coordinate| at(coordinate, t))).collect()
}

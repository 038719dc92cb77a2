//! What the samplers that reconstruct have in common: the merge (1 - β) y + β r(y) of a point with its reconstruction, its
//! Jacobian's determinant, and their settings.
//!
//! As r(y) = y + σ² s(y), the merge is the reconstruction for corruption σ√β.

use alloc::vec;
use alloc::vec::Vec;

use crate::math::{self, linear_solve};
use crate::score::{Reconstruction, Score};
use crate::setting::{Hints, Section, Setting, SettingKind};

/// The noise λ.
pub(super) const NOISE: Setting = Setting {
    key: "sample.noise",
    label: "Noise λ",
    unit: "Tσ²",
    help: "Half the variance of the noise added before each reconstruction.",
    kind: SettingKind::Real { default: 1.0, min: 1e-3, max: 1000.0 },
    hints: Hints {
        zero: "Without noise each chain follows the reconstruction to a fixed point and stays there.",
        negative: "It is a variance, and none is negative.",
    },
    ..Setting::of(Section::Sampling)
};

/// The share β.
pub(super) const RELAXATION: Setting = Setting {
    key: "sample.relaxation",
    label: "Relaxation β",
    unit: "",
    help: "The share of the way to the reconstruction that each step goes: 0 is none, 1 all of it.",
    kind: SettingKind::Real { default: 0.5, min: 0.01, max: 1.0 },
    hints: Hints {
        zero: "At zero each proposal is the chain's own state: no chain moves.",
        negative: "It is a share of the way to the reconstruction: below zero chains flee from the data.",
    },
    ..Setting::of(Section::Sampling)
};

/// The reconstruction of `score` for `sigma`, which kernels check when they are made.
pub(super) fn reconstruction(score: &dyn Score, sigma: f64) -> Reconstruction<'_> {
    Reconstruction::new(score, sigma).expect("σ is positive and finite")
}

/// The share β that steps go towards, or along, the reconstruction of a noisy copy, and the standard deviation s = σ√(2T/β) of its
/// noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relaxation {
    pub(super) sigma: f64,
    temperature: f64,
    /// β as it was set, and as it is.
    first: f64,
    pub(super) merge: f64,
    pub(super) noise: f64,
}

impl Relaxation {
    /// The share `merge` for corruption `sigma`.
    ///
    /// # Panics
    ///
    /// Unless both are positive and finite.
    pub(super) fn new(sigma: f64, merge: f64, temperature: f64) -> Self {
        assert!([sigma, merge].iter().all(|size| *size > 0.0 && size.is_finite()));
        let mut share = Self { sigma, temperature, first: merge, merge, noise: 0.0 };
        share.scale_step(1.0);
        share
    }

    /// The factor that makes it all the way.
    pub(super) fn max_step_scale(&self) -> f64 {
        1.0 / self.first
    }

    pub(super) fn scale_step(&mut self, factor: f64) {
        self.merge = factor * self.first;
        self.noise = self.sigma * math::sqrt(2.0 * self.temperature / self.merge);
    }

    /// log N(y; x, s² I) up to a constant.
    #[inline(never)]
    pub(super) fn log_noise(&self, x: &[f64], y: &[f64]) -> f64 {
        -0.5 * math::squared_distance(x, y) / (self.noise * self.noise)
    }
}

/// So many Jacobians are made at once, in up to so many dimensions; they take 2 MB then.
const ABREAST: usize = 4;
const WIDEST: usize = 256;

/// Workspace for Jacobians.
#[derive(Clone, Debug)]
pub(super) struct Determinants {
    dim: usize,
    abreast: usize,
    jacobians: Vec<f64>,
}

impl Determinants {
    pub(super) fn new(dim: usize) -> Self {
        let abreast = if dim <= WIDEST { ABREAST } else { 1 };
        Self { dim, abreast, jacobians: vec![0.0; abreast * dim * dim] }
    }

    /// Writes log |det ∂r/∂y| to `out` for each y in `points`.
    pub(super) fn logarithms(&mut self, map: &Reconstruction<'_>, points: &[f64], out: &mut [f64]) {
        let (dim, size) = (self.dim, self.dim * self.dim);
        let mut first = 0;
        while first < out.len() {
            let last = out.len().min(first + self.abreast);
            map.jacobians(&points[first * dim..last * dim], &mut self.jacobians[..(last - first) * size]);
            for (out, jacobian) in out[first..last].iter_mut().zip(self.jacobians.chunks_exact_mut(size)) {
                *out = linear_solve::log_determinant(jacobian, dim);
            }
            first = last;
        }
    }
}

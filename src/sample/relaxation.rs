//! Parts shared by the samplers that reconstruct: the relaxation (1 - β) y + β r(y) of a point towards its
//! reconstruction, the determinant of its Jacobian, and settings.
//!
//! As r(y) = y + σ² s(y), the relaxation is the reconstruction for corruption σ√β.

use alloc::vec;
use alloc::vec::Vec;

use crate::math::{self, linalg};
use crate::score::{Reconstruction, Score};
use crate::setting::{Hints, Section, Setting, SettingKind};

/// The setting for the noise λ.
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

/// The setting for the relaxation β.
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

/// The reconstruction of `score` for `sigma`. Kernels check `sigma` when they are built.
pub(super) fn reconstruction(score: &dyn Score, sigma: f64) -> Reconstruction<'_> {
    Reconstruction::new(score, sigma).expect("σ is positive and finite")
}

/// The relaxation β of steps towards, or along, the reconstruction of a noisy copy, and the standard deviation
/// s = σ√(2T/β) of the noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relaxation {
    pub(super) sigma: f64,
    temperature: f64,
    /// β as set, and the present β.
    first: f64,
    pub(super) merge: f64,
    pub(super) noise: f64,
}

impl Relaxation {
    /// The relaxation β = `merge` for corruption `sigma`.
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

    /// The factor that raises β to 1.
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

/// Number of Jacobians computed at once, and the maximum dimension for it: they then take 2 MB.
const ABREAST: usize = 4;
const WIDEST: usize = 256;

/// Buffers for Jacobians.
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
                *out = linalg::log_determinant(jacobian, dim);
            }
            first = last;
        }
    }
}

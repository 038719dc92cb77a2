//! What the samplers that reconstruct have in common: the merge (1 - β) y + β r(y) of a point with its reconstruction, its
//! Jacobian's determinant, and their settings.
//!
//! As r(y) = y + σ² s(y), the merge is the reconstruction for corruption σ√β.

use alloc::vec;
use alloc::vec::Vec;

use crate::field::{Field, Kind};
use crate::math::{self, linear};
use crate::score::{Reconstruction, Score};

/// The noise λ.
pub(super) const NOISE: Field = Field {
    key: "sample.noise",
    label: "Noise λ",
    unit: "Tσ²",
    help: "Half the variance of the noise that is added before each reconstruction.",
    kind: Kind::Real { default: 1.0, min: 1e-3, max: 1000.0 },
};

/// The share β.
pub(super) const MERGE: Field = Field {
    key: "sample.merge",
    label: "Merge β",
    unit: "",
    help: "How far each step goes towards the reconstruction: 0 is to stay, 1 to go all the way.",
    kind: Kind::Real { default: 0.5, min: 0.01, max: 1.0 },
};

/// The reconstruction of `score` for `sigma`, which kernels check when they are made.
pub(super) fn reconstruction(score: &dyn Score, sigma: f64) -> Reconstruction<'_> {
    Reconstruction::new(score, sigma).expect("σ is positive and finite")
}

/// The standard deviation s = σ√(2T/β) of the noise of a copy towards whose reconstruction a step goes the share β.
pub(super) fn noise(sigma: f64, merge: f64, temperature: f64) -> f64 {
    sigma * math::sqrt(2.0 * temperature / merge)
}

/// So many Jacobians are made at once, but no more numbers unless one alone has them.
const ABREAST: usize = 4;
const MOST_NUMBERS: usize = 1 << 18;

/// Room for Jacobians.
#[derive(Clone, Debug)]
pub(super) struct Determinants {
    dim: usize,
    jacobians: Vec<f64>,
}

impl Determinants {
    pub(super) fn new(dim: usize) -> Self {
        let size = dim * dim;
        Self { dim, jacobians: vec![0.0; size * (MOST_NUMBERS / size).clamp(1, ABREAST)] }
    }

    /// Writes log |det ∂r/∂y| to `out` for each y in `points`.
    pub(super) fn logarithms(&mut self, map: &Reconstruction<'_>, points: &[f64], out: &mut [f64]) {
        let (dim, size) = (self.dim, self.dim * self.dim);
        let abreast = self.jacobians.len() / size;
        for (points, out) in points.chunks(abreast * dim).zip(out.chunks_mut(abreast)) {
            map.jacobians(points, &mut self.jacobians[..out.len() * size]);
            for (out, jacobian) in out.iter_mut().zip(self.jacobians.chunks_exact_mut(size)) {
                *out = linear::log_determinant(jacobian, dim);
            }
        }
    }
}

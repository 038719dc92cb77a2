//! The Hessian of log p as a score has it: the symmetric part of ∂s/∂x, its eigenvalues, and the directions of the data
//! (Alain and Bengio 2014: J = ∂r/∂x ≈ I + σ² ∂² log p).

use alloc::vec;
use alloc::vec::Vec;

use super::{asymmetry, curl};
use crate::math::eigen::SymmetricEigen;
use crate::score::Score;

/// A score's derivatives at a point, with the buffers to look at another; looking allocates nothing of its own.
#[derive(Clone, Debug)]
pub struct Hessian {
    dim: usize,
    jacobian: Vec<f64>,
    eigen: SymmetricEigen,
}

impl Hessian {
    /// Workspace for scores on R^`dim`.
    pub fn new(dim: usize) -> Self {
        Self { dim, jacobian: vec![0.0; dim * dim], eigen: SymmetricEigen::new(dim) }
    }

    /// Looks at `score` at `x` (length d).
    pub fn update(&mut self, score: &dyn Score, x: &[f64]) {
        score.jacobian(x, &mut self.jacobian);
        self.eigen.decompose(&self.jacobian);
    }

    /// ∂s_i/∂x_j (d×d, row-major), which is symmetric only if the field is a gradient.
    pub fn jacobian(&self) -> &[f64] {
        &self.jacobian
    }

    /// The eigenvalues λ of the symmetric part, greatest first; J has about 1 + σ²λ. NaN where the score is.
    pub fn eigenvalues(&self) -> &[f64] {
        self.eigen.values()
    }

    /// The unit eigenvector of eigenvalue `k`; the first of its greatest entries is positive.
    pub fn eigenvector(&self, k: usize) -> &[f64] {
        self.eigen.vector(k)
    }

    /// How many of the leading eigenvectors are tangent to the data: those along which r keeps more than half of a small
    /// displacement, 1 + σ²λ > ½. Where the data are Gaussian with variance s² along an eigenvector, and the score that of
    /// p_σ, J has the eigenvalue s²/(s² + σ²) there: tangents are the directions in which the data spread wider than the
    /// corruption.
    pub fn tangents(&self, sigma: f64) -> usize {
        self.eigenvalues().iter().take_while(|value| 1.0 + sigma * sigma * **value > 0.5).count()
    }

    /// The asymmetry of J; see [`asymmetry()`].
    pub fn asymmetry(&self, sigma: f64) -> f64 {
        asymmetry(&self.jacobian, self.dim, sigma)
    }

    /// The curl in the plane of two perpendicular unit vectors; see [`curl`].
    pub fn curl(&self, across: &[f64], up: &[f64]) -> f64 {
        curl(&self.jacobian, across, up)
    }
}

//! The Hessian of log p by a score: the symmetric part of ∂s/∂x, its eigenvalues, and the tangent directions of the
//! data (Alain and Bengio 2014: J = ∂r/∂x ≈ I + σ² ∂² log p).

use alloc::vec;
use alloc::vec::Vec;

use super::{asymmetry, curl};
use crate::math::eigen::SymmetricEigen;
use crate::score::Score;

/// The derivatives of a score at a point, with reusable buffers; updates themselves allocate nothing.
#[derive(Clone, Debug)]
pub struct Hessian {
    dim: usize,
    jacobian: Vec<f64>,
    eigen: SymmetricEigen,
}

impl Hessian {
    /// Buffers for scores on R^`dim`.
    pub fn new(dim: usize) -> Self {
        Self { dim, jacobian: vec![0.0; dim * dim], eigen: SymmetricEigen::new(dim) }
    }

    /// Computes the derivatives of `score` at `x` (length d).
    pub fn update(&mut self, score: &dyn Score, x: &[f64]) {
        score.jacobian(x, &mut self.jacobian);
        self.eigen.decompose(&self.jacobian);
    }

    /// ∂s_i/∂x_j (d×d, row-major); symmetric only if the field is a gradient.
    pub fn jacobian(&self) -> &[f64] {
        &self.jacobian
    }

    /// The eigenvalues λ of the symmetric part in descending order. The eigenvalues of ∂r/∂x are about 1 + σ²λ. NaN if
    /// the score is NaN.
    pub fn eigenvalues(&self) -> &[f64] {
        self.eigen.values()
    }

    /// The unit eigenvector of eigenvalue `k`. Its entry of greatest modulus is positive; the first, if several are
    /// equal.
    pub fn eigenvector(&self, k: usize) -> &[f64] {
        self.eigen.vector(k)
    }

    /// The number of leading eigenvectors that are tangent to the data: along them r keeps more than half of a small
    /// displacement, 1 + σ²λ > ½. For Gaussian data with variance s² along an eigenvector and the score of p_σ, J has
    /// the eigenvalue s²/(s² + σ²). Tangents are therefore the directions in which the data are wider than the
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

//! Queries of a score field, each against an independently computed value.

use scorescape::data::{Density, Mixture};
use scorescape::score::{Exact, Score};

mod derivatives;
mod fixed_points;
mod grids;
mod helmholtz;
mod streamlines;

/// The field s(x) = A (x - c).
pub struct Linear {
    matrix: Vec<f64>,
    center: Vec<f64>,
}

impl Linear {
    /// Around the origin.
    pub fn new(matrix: &[f64]) -> Self {
        Self { matrix: matrix.to_vec(), center: vec![0.0; matrix.len().isqrt()] }
    }

    /// The rotation ω (-y, x) of the plane.
    pub fn rotation(omega: f64) -> Self {
        Self::new(&[0.0, -omega, omega, 0.0])
    }
}

impl Score for Linear {
    fn dim(&self) -> usize {
        self.center.len()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        let d = self.dim();
        for (x, out) in points.chunks_exact(d).zip(out.chunks_exact_mut(d)) {
            for (i, s) in out.iter_mut().enumerate() {
                *s = (0..d).map(|j| self.matrix[i * d + j] * (x[j] - self.center[j])).sum();
            }
        }
    }

    fn jacobian(&self, _x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&self.matrix);
    }
}

/// A field of the plane given by a formula, without derivatives.
pub struct Plane<F>(pub F);

impl<F: Fn(f64, f64) -> [f64; 2] + Send + Sync> Score for Plane<F> {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        for (x, out) in points.chunks_exact(2).zip(out.chunks_exact_mut(2)) {
            out.copy_from_slice(&(self.0)(x[0], x[1]));
        }
    }

    fn jacobian(&self, _x: &[f64], out: &mut [f64]) {
        out.fill(f64::NAN);
    }
}

/// The exact score of a mixture of N(m_k, `variance` I).
pub fn gaussians(dim: usize, weights: &[f64], means: &[f64], variance: f64) -> Exact {
    Exact::new(Box::new(Mixture::isotropic(dim, weights, means.to_vec(), variance).unwrap())).unwrap()
}

/// Three wide Gaussians in the plane, none of them round.
pub fn three_gaussians() -> Exact {
    let covariances = vec![0.5, 0.2, 0.2, 0.3, 0.3, -0.1, -0.1, 0.6, 0.4, 0.0, 0.0, 0.2];
    let mixture = Mixture::full(2, &[1.0, 2.0, 1.5], vec![-1.0, 0.0, 1.0, 0.5, 0.2, -1.2], covariances).unwrap();
    Exact::new(Box::new(mixture)).unwrap()
}

/// s(x).
pub fn score_at(score: &dyn Score, x: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; x.len()];
    score.scores(x, &mut out);
    out
}

/// -log p of an exact score's density.
pub fn energy(exact: &Exact, x: &[f64]) -> f64 {
    -Density::log_density(exact.density(), x).unwrap()
}

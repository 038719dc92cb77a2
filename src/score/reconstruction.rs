//! The reconstruction of a score: r(x) = x + σ² s(x) (Alain and Bengio 2014).
//!
//! For the score of p_σ, the smoothed density, r is the denoising optimum r*_σ(y) = E[X | X + σε = y], and σ² times its
//! Jacobian is the covariance of X given y (Robbins, *An empirical Bayes approach to statistics*, 1956, and Efron,
//! *Tweedie's formula and selection bias*, 2011).

use super::Score;
use crate::setting::{SettingError, Value};

/// The reconstruction x + σ² s(x) of any score s.
#[derive(Clone, Copy)]
pub struct Reconstruction<'a> {
    score: &'a dyn Score,
    variance: f64,
}

impl<'a> Reconstruction<'a> {
    /// The reconstruction of `score` for corruption `sigma`; an error unless `sigma` and its square are positive and
    /// finite.
    pub fn new(score: &'a dyn Score, sigma: f64) -> Result<Self, SettingError> {
        let variance = sigma * sigma;
        if !(sigma > 0.0 && variance > 0.0 && variance.is_finite()) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be positive and finite, and its square too"));
        }
        Ok(Self { score, variance })
    }

    /// Writes r(x) to `out` for each point of `points`; both hold points of d coordinates, one after another.
    // Not inlined, because it has many callers: this keeps the page's module small.
    #[inline(never)]
    pub fn reconstruct(&self, points: &[f64], out: &mut [f64]) {
        self.score.scores(points, out);
        out.iter_mut().zip(points).for_each(|(r, x)| *r = x + self.variance * *r);
    }

    /// The relative rounding error of r(x).
    pub fn rounding(&self) -> f64 {
        self.score.rounding()
    }

    /// Writes ∂r_i/∂x_j = I + σ² ∂s_i/∂x_j at x to `out` (d×d, row-major).
    pub fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.jacobians(x, out);
    }

    /// Writes the same Jacobian for each point of `points` to `out`, one after another.
    pub fn jacobians(&self, points: &[f64], out: &mut [f64]) {
        let d = self.score.dim();
        if self.score.jacobians(points, out).is_none() {
            points.chunks_exact(d).zip(out.chunks_exact_mut(d * d)).for_each(|(x, out)| self.score.jacobian(x, out));
        }
        out.iter_mut().for_each(|entry| *entry *= self.variance);
        for jacobian in out.chunks_exact_mut(d * d) {
            jacobian.iter_mut().step_by(d + 1).for_each(|entry| *entry += 1.0);
        }
    }

    /// Writes σ² ∂r_i/∂x_j at y to `out` (d×d, row-major); for the score of p_σ it is the covariance of X given y.
    pub fn posterior_covariance(&self, y: &[f64], out: &mut [f64]) {
        self.jacobian(y, out);
        out.iter_mut().for_each(|entry| *entry *= self.variance);
    }
}

//! Tweedie's formula: the score of a smoothed density from the posterior of the clean point.
//!
//! For Y = X + √v ε the posterior of X given Y = x has mean x + v s(x) and covariance v I + v² H(x); s and H are the
//! score and the Hessian of the log-density of Y (Robbins 1956; Alain and Bengio 2014).

use crate::data::smoothed::ClosedForm;
use crate::math;

/// Moments of X given Y = x in the plane. On the line the first axis is zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Posterior {
    /// The log-density of Y at x.
    pub log_density: f64,
    /// E[X - x].
    pub shift: [f64; 2],
    /// The entries (0, 0), (0, 1) and (1, 1) of E[(X - x)(X - x)ᵀ].
    pub second: [f64; 3],
    /// The noise variance v.
    pub variance: f64,
}

/// Σ w, Σ w δ and the entries (0, 0), (0, 1) and (1, 1) of Σ w δδᵀ over values x + δ of X with weights w.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Σ w.
    pub mass: f64,
    first: [f64; 2],
    second: [f64; 3],
}

impl Sums {
    /// Adds values of X with the common first coordinate δ₀ = `a`: their Σ w, Σ w δ₁ and Σ w δ₁², each multiplied by
    /// `gain`.
    pub fn add(&mut self, gain: f64, a: f64, [mass, first, second]: [f64; 3]) {
        self.mass += gain * mass;
        self.first[0] += gain * mass * a;
        self.first[1] += gain * first;
        self.second[0] += gain * mass * a * a;
        self.second[1] += gain * first * a;
        self.second[2] += gain * second;
    }

    /// The posterior for a log-density at x of `log_factor` + log Σ w.
    pub fn posterior(&self, log_factor: f64, variance: f64) -> Posterior {
        let mean = |sum: f64| sum / self.mass;
        let log_density = log_factor + math::ln(self.mass);
        Posterior { log_density, shift: self.first.map(mean), second: self.second.map(mean), variance }
    }
}

/// A smoothed density with its posterior at every point.
pub trait HasPosterior: Send + Sync {
    /// The posterior at x in R or R².
    fn posterior(&self, x: &[f64]) -> Posterior;
}

/// Log-density, score and Hessian by Tweedie's formula.
pub struct Tweedie<B>(pub B);

impl<B: HasPosterior> ClosedForm for Tweedie<B> {
    fn log_density(&self, x: &[f64]) -> Option<f64> {
        Some(self.0.posterior(x).log_density)
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let Posterior { shift, variance, .. } = self.0.posterior(x);
        out.iter_mut().zip(&shift[2 - x.len()..]).for_each(|(s, shift)| *s = shift / variance);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let Posterior { shift: [a, b], second, variance: v, .. } = self.0.posterior(x);
        let entry = |second: f64, product: f64, unit: f64| ((second - product) / v - unit) / v;
        let last = entry(second[2], b * b, 1.0);
        let mixed = entry(second[1], a * b, 0.0);
        match out {
            [only] => *only = last,
            _ => out.copy_from_slice(&[entry(second[0], a * a, 1.0), mixed, mixed, last]),
        }
        Some(())
    }
}

//! A density smoothed by Gaussian noise: draws are X + σε, and p * N(0, σ²I) is evaluated in closed form.

use alloc::boxed::Box;

use super::Density;
use crate::math;
use crate::rng::Stream;

/// Log-density, score and Hessian of a density, as in [`Density`] but without draws.
pub trait ClosedForm: Send + Sync {
    /// log p(x).
    fn log_density(&self, x: &[f64]) -> Option<f64>;

    /// Writes ∇ log p(x) to `out` (length d).
    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()>;

    /// Writes the Hessian of log p at x to `out` (d×d, row-major).
    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()>;
}

impl<D: Density> ClosedForm for D {
    fn log_density(&self, x: &[f64]) -> Option<f64> {
        Density::log_density(self, x)
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        Density::score(self, x, out)
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        Density::hessian(self, x, out)
    }
}

/// The density of X + σε, X from `original` and ε standard normal.
pub struct Smoothed {
    original: Box<dyn Density>,
    sigma: f64,
    form: Box<dyn ClosedForm>,
}

impl Smoothed {
    /// `form` evaluates the density of `original` smoothed by `sigma`.
    pub fn new(original: Box<dyn Density>, sigma: f64, form: Box<dyn ClosedForm>) -> Self {
        Self { original, sigma, form }
    }
}

impl Density for Smoothed {
    fn dim(&self) -> usize {
        self.original.dim()
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        self.original.sample(rng, out);
        out.iter_mut().for_each(|x| *x += self.sigma * rng.normal());
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        self.form.log_density(x)
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.form.score(x, out)
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.form.hessian(x, out)
    }

    /// Variances add up.
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        self.original.smoothed(math::sqrt(self.sigma * self.sigma + sigma * sigma))
    }
}

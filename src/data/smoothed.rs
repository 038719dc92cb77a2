//! A density blurred by Gaussian noise: X + σε is drawn as such, p * N(0, σ²I) is evaluated in the form that suits it.

use alloc::boxed::Box;

use super::Density;
use crate::math;
use crate::rng::Stream;

/// The density of X + σε, X from `original` and ε standard normal.
pub struct Smoothed {
    original: Box<dyn Density>,
    sigma: f64,
    form: Box<dyn Density>,
}

impl Smoothed {
    /// `form` gives log-density, score and Hessian of `original` blurred by `sigma`; it is never sampled or smoothed itself.
    pub fn new(original: Box<dyn Density>, sigma: f64, form: Box<dyn Density>) -> Self {
        debug_assert_eq!(original.dim(), form.dim());
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

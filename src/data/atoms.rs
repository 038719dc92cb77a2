//! A finite set of equally likely points without noise. It has draws but no density; smoothed, it is a Gaussian
//! mixture.

use alloc::boxed::Box;
use alloc::vec;

use super::{Density, Mixture, Points, Smoothed};
use crate::rng::Stream;

/// One or more points, drawn with equal probability.
#[derive(Clone, Debug)]
pub struct Atoms(pub Points);

impl Density for Atoms {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out.copy_from_slice(self.0.point(rng.index(self.0.len() as u32)));
    }

    fn log_density(&self, _: &[f64]) -> Option<f64> {
        None
    }

    fn score(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    fn hessian(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let (dim, weights) = (self.dim(), vec![1.0; self.0.len()]);
        let form = Mixture::isotropic(dim, &weights, self.0.values().to_vec(), sigma * sigma).ok()?;
        Some(Box::new(Smoothed::new(Box::new(self.clone()), sigma, Box::new(form))))
    }
}

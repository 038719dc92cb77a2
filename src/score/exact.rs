//! The exact score of a density with a closed form.

use alloc::boxed::Box;
use alloc::vec;

use super::Score;
use crate::data::Density;

/// The score and the energy of a density with a closed form.
pub struct Exact {
    density: Box<dyn Density>,
}

impl Exact {
    /// The score of `density`; `None` if it has no closed form.
    pub fn new(density: Box<dyn Density>) -> Option<Self> {
        let d = density.dim();
        let somewhere = vec![0.5; d];
        density.score(&somewhere, &mut vec![0.0; d])?;
        density.hessian(&somewhere, &mut vec![0.0; d * d])?;
        density.log_density(&somewhere)?;
        Some(Self { density })
    }

    /// The density.
    pub fn density(&self) -> &dyn Density {
        &*self.density
    }
}

impl Score for Exact {
    fn dim(&self) -> usize {
        self.density.dim()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        let d = self.dim();
        for (x, out) in points.chunks_exact(d).zip(out.chunks_exact_mut(d)) {
            if self.density.score(x, out).is_none() {
                out.fill(f64::NAN);
            }
        }
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        if self.density.hessian(x, out).is_none() {
            out.fill(f64::NAN);
        }
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        Some(self.density.log_density(from)? - self.density.log_density(to)?)
    }
}

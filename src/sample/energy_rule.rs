//! How a sampler gets E(x*) - E(x) from a score: by a path integral (Alain and Bengio 2014, section 3.4), or exactly.

use crate::score::{Path, Score};

/// How a sampler gets E(x*) - E(x) from a score.
#[derive(Clone, Debug)]
pub enum EnergyRule {
    /// The integral of the score along the straight line.
    Path(Path),
    /// The energy itself, where it is known; NaN, so that nothing is accepted, where it is not.
    Exact,
}

impl EnergyRule {
    /// E(to) - E(from).
    pub fn difference(&mut self, target: &dyn Score, from: &[f64], to: &[f64]) -> f64 {
        match self {
            Self::Path(path) => target.path_energy_difference(from, to, path),
            Self::Exact => target.exact_energy_difference(from, to).unwrap_or(f64::NAN),
        }
    }
}

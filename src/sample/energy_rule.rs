//! How a sampler computes E(x*) - E(x) from a score: by a path integral (Alain and Bengio 2014), or exactly.

use super::states::row;
use crate::model::Architecture;
use crate::score::{Path, Score, path};
use crate::setting::{SettingError, Settings};

/// Refuses the exact rule for an `architecture` whose energy has no closed form.
pub fn check(settings: &Settings, architecture: &Architecture) -> Result<(), SettingError> {
    let rule = path::RULE.key;
    if architecture.has_energy() || !settings.has(rule) || settings.choice(rule) != path::EXACT.id {
        return Ok(());
    }
    let expected = "be another while model.decoder is untied, model.output-scaling is per-output or model.output-activation is not identity: there is no energy";
    Err(SettingError::new(rule, path::EXACT.id, expected))
}

/// How a sampler computes E(x*) - E(x) from a score.
#[derive(Clone, Debug)]
pub enum EnergyRule {
    /// The integral of the score along the straight line.
    Path(Path),
    /// The energy itself; NaN if it is unknown, so that nothing is accepted.
    Exact,
}

impl EnergyRule {
    /// The rule chosen in `settings` for R^`dim`. An error if the path does not allow the number of intervals.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, SettingError> {
        if settings.choice(path::RULE.key) == path::EXACT.id {
            return Ok(Self::Exact);
        }
        Path::from_settings(settings, dim).map(Self::Path)
    }

    /// Writes E(to) - E(from) to `out` for each pair of points in `from` and `to`. Lines are integrated one by one: the
    /// nodes of one line share a block of hidden units and fill the SIMD lanes, so joining lines gains nothing.
    pub fn differences(&mut self, target: &dyn Score, from: &[f64], to: &[f64], out: &mut [f64]) {
        for (i, out) in out.iter_mut().enumerate() {
            let (from, to) = (row(from, target.dim(), i), row(to, target.dim(), i));
            *out = match self {
                Self::Path(path) => target.path_energy_difference(from, to, path),
                Self::Exact => target.exact_energy_difference(from, to).unwrap_or(f64::NAN),
            };
        }
    }
}

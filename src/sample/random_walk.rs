//! Random-walk Metropolis-Hastings: x* = x + τε, accepted with probability min(1, exp(-ΔE)) (Metropolis et al. 1953).
//! Exact when the score is the gradient of an energy and ΔE is its difference.

use super::{EnergyRule, Info, Sampler, accept};
use crate::field::{Field, Kind, Problem, Settings};
use crate::rng::Stream;
use crate::score::{Path, Score};

/// The proposals' size.
pub const STEP: Field = Field {
    key: "sample.step",
    label: "Step size τ",
    unit: "data units",
    help: "Standard deviation of the proposals; small steps are accepted more often but lead less far.",
    kind: Kind::Real { default: 0.08, min: 1e-4, max: 100.0 },
};

/// The kernel with its step size τ and its way to get energy differences.
#[derive(Clone, Debug)]
pub struct RandomWalk {
    step_size: f64,
    energy: EnergyRule,
}

impl RandomWalk {
    /// Proposals of standard deviation `step_size`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, energy: EnergyRule) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, energy }
    }

    /// The kernel chosen in `settings`, with energies by path integral, in R^`dim`; an error if the path's settings do not
    /// suit each other.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, Problem> {
        Ok(Self::new(settings.real("sample.step"), EnergyRule::Path(Path::from_settings(settings, dim)?)))
    }
}

impl Sampler for RandomWalk {
    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut [f64], info: &mut Info) {
        for (proposal, x) in info.proposal.iter_mut().zip(&*state) {
            *proposal = x + self.step_size * rng.normal();
        }
        info.energy_difference = self.energy.difference(target, state, &info.proposal);
        info.log_acceptance = -info.energy_difference;
        info.accepted = accept(rng, info.log_acceptance);
        if info.accepted {
            state.copy_from_slice(&info.proposal);
        }
    }
}

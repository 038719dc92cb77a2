//! The Metropolis-Hastings rule (Hastings 1970): log α = -ΔE/T + log q(x|x*) - log q(x*|x). If the proposal is a map of
//! a random variable with a density, log α also has the log determinants of the map's Jacobian.

use super::{EnergyRule, Fault, InfosMut, accept};
use crate::rng::Stream;
use crate::score::{Path, Score};
use crate::setting::{Hints, Section, Setting, SettingError, SettingKind, Settings};

/// Text for the step-by-step view: kernels with symmetric proposals.
pub(super) const SYMMETRIC: &str = "log α is -ΔE/T.";

/// Text for the step-by-step view: kernels that correct for asymmetric proposals.
pub(super) const CORRECTED: &str = "log α is -ΔE/T plus a term for how likely the way back is.";

/// Text for the step-by-step view: kernels that accept every proposal.
pub const ALWAYS: &str = "This sampler accepts every proposal and needs no energy; the sum is shown all the same.";

/// The temperature setting.
pub const TEMPERATURE: Setting = Setting {
    key: "sample.temperature",
    label: "Temperature T",
    unit: "",
    help: "Chains sample the density to the power 1/T: flatter for T above 1, sharper below.",
    kind: SettingKind::Real { default: 1.0, min: 0.01, max: 100.0 },
    is_advanced: true,
    hints: Hints {
        zero: "At zero no rise in energy is accepted: chains slide to the nearest peak of the density and stay there.",
        negative: "Below zero the density is turned upside down: chains flee from the data without end.",
    },
    ..Setting::of(Section::Sampling)
};

/// How moves are accepted: the energy rule, the temperature T and a deliberate fault.
#[derive(Clone, Debug)]
pub struct Acceptance {
    energy: EnergyRule,
    temperature: f64,
    fault: Fault,
}

impl From<EnergyRule> for Acceptance {
    /// At temperature 1, without fault.
    fn from(energy: EnergyRule) -> Self {
        Self { energy, temperature: 1.0, fault: Fault::None }
    }
}

impl Acceptance {
    /// The rule chosen in `settings` for moves in R^`dim`. An error if the settings of the path are incompatible.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, SettingError> {
        Self::with_energy(settings, EnergyRule::from_settings(settings, dim)?, dim)
    }

    /// The rule chosen in `settings`, with `energy` as its energy rule.
    pub(super) fn with_energy(settings: &Settings, energy: EnergyRule, dim: usize) -> Result<Self, SettingError> {
        let rule = Self::from(energy).at(settings.real(TEMPERATURE.key));
        Ok(rule.with_fault(Fault::from_settings(settings), dim))
    }

    /// The same rule at `temperature`.
    ///
    /// # Panics
    ///
    /// Unless it is positive and finite.
    pub fn at(mut self, temperature: f64) -> Self {
        assert!(temperature > 0.0 && temperature.is_finite());
        self.temperature = temperature;
        self
    }

    /// The same rule with `fault`, for moves in R^`dim`. Faults of the score come from [`Fault::inject`].
    pub fn with_fault(mut self, fault: Fault, dim: usize) -> Self {
        if fault == Fault::Endpoint {
            self.energy = EnergyRule::Path(Path::endpoint(dim));
        }
        self.fault = fault;
        self
    }

    /// The temperature T.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Writes E(to) - E(from) to `out` for each pair of points in `from` and `to`.
    pub fn energy_differences(&mut self, target: &dyn Score, from: &[f64], to: &[f64], out: &mut [f64]) {
        self.energy.differences(target, from, to, out);
    }

    /// log α of a symmetric proposal that raises the energy by `difference`.
    pub fn log_symmetric(&self, difference: f64) -> f64 {
        -difference / self.temperature
    }

    /// log α of an asymmetric proposal, with `correction` = log q(x|x*) - log q(x*|x).
    pub fn log_corrected(&self, difference: f64, correction: f64) -> f64 {
        let correction = if self.fault == Fault::MissingCorrection { 0.0 } else { correction };
        self.log_symmetric(difference) + correction
    }

    /// log α of a proposal by a map, with `correction` and the sum `jacobian` of its log determinants.
    pub fn log_mapped(&self, difference: f64, correction: f64, jacobian: f64) -> f64 {
        let jacobian = if self.fault == Fault::MissingJacobian { 0.0 } else { jacobian };
        self.log_corrected(difference, correction) + jacobian
    }
}

/// Accepts or rejects each proposal in `infos`, and moves the chains that accept.
pub(super) fn decide(rngs: &mut [Stream], positions: &mut [f64], infos: &mut InfosMut<'_>) {
    for (chain, rng) in rngs.iter_mut().enumerate() {
        (infos.accepted[chain], infos.log_uniforms[chain]) = accept(rng, infos.log_acceptances[chain]);
    }
    infos.move_accepted(positions);
}

/// Moves the chains to their proposals in `infos` without an energy. Rejects proposals with a coordinate that is not
/// finite.
pub(super) fn always(positions: &mut [f64], infos: &mut InfosMut<'_>) {
    for chain in 0..infos.accepted.len() {
        infos.accepted[chain] = infos.proposal(chain).iter().all(|x| x.is_finite());
    }
    infos.energy_differences.fill(f64::NAN);
    infos.log_acceptances.fill(0.0);
    infos.log_uniforms.fill(f64::NAN);
    infos.move_accepted(positions);
}

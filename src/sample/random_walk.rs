//! Random-walk Metropolis-Hastings: x* = x + τε, log α = -ΔE/T (Metropolis et al. 1953). Exact when the score is the
//! gradient of an energy and ΔE is its difference.

use alloc::boxed::Box;

use super::acceptance::{Acceptance, SYMMETRIC, TEMPERATURE, decide};
use super::adaptation::{WARM_UP, random_walk_target_acceptance};
use super::fault_injection::FAULT;
use super::states::corrupt;
use super::{Builder, InfosMut, KernelProperties, Sampler, States};
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{Choice, Hints, Section, Setting, SettingKind, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "random-walk",
        label: "random walk",
        help: "Propose a Gaussian step and accept it unless the energy rises too much; exact where the score is the gradient of an \
               energy.",
    },
    settings: &[STEP, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: SYMMETRIC,
        step_size: Some(STEP.key),
        build: |settings, _, dim| {
            Ok(Box::new(RandomWalk::new(settings.real(STEP.key), Acceptance::from_settings(settings, dim)?)))
        },
    },
};

/// The setting for the standard deviation of proposals.
pub const STEP: Setting = Setting {
    key: "sample.step-size",
    label: "Step size τ",
    unit: "data units",
    help: "Standard deviation of the proposals; small steps are accepted more often but explore more slowly.",
    kind: SettingKind::Real { default: 0.08, min: 1e-4, max: 100.0 },
    hints: Hints {
        zero: "With steps of size zero every proposal is the chain's own state: all are accepted, and nothing moves.",
        negative: "The step size is a standard deviation, and none is negative.",
    },
    ..Setting::of(Section::Sampling)
};

/// The kernel with its step size τ.
#[derive(Clone, Debug)]
pub struct RandomWalk {
    step_size: f64,
    /// The factor on the step size.
    factor: f64,
    acceptance: Acceptance,
}

impl RandomWalk {
    /// Proposals of standard deviation `step_size`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, acceptance: impl Into<Acceptance>) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, factor: 1.0, acceptance: acceptance.into() }
    }
}

impl Sampler for RandomWalk {
    fn properties(&self, dim: usize) -> KernelProperties {
        KernelProperties { target_acceptance: Some(random_walk_target_acceptance(dim)), ..KernelProperties::default() }
    }

    fn scale_step(&mut self, factor: f64) {
        self.factor = factor;
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        corrupt(rngs, states.positions, self.factor * self.step_size, infos.proposals);
        self.acceptance.energy_differences(target, states.positions, infos.proposals, infos.energy_differences);
        for (log_acceptance, difference) in infos.log_acceptances.iter_mut().zip(&*infos.energy_differences) {
            *log_acceptance = self.acceptance.log_symmetric(*difference);
        }
        decide(rngs, states.positions, infos);
    }
}

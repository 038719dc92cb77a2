//! Moves along the reconstruction error of a noisy copy, or against it: y = x + sε, x* = x ± β (r(y) - y) with a random
//! sign, s² = 2Tσ²/β; log α = -ΔE/T + (‖y - x‖² - ‖y - x*‖²)/2s². Given y the move is symmetric, and each transition
//! draws a new y. So it is exact for any r, if the score is the gradient of an energy and ΔE is its difference.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE, always, decide};
use super::adaptation::{LANGEVIN_TARGET_ACCEPTANCE, WARM_UP};
use super::fault_injection::FAULT;
use super::relaxation::{RELAXATION, Relaxation, reconstruction};
use super::states::{corrupt, row};
use super::{Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, Sampler, States};
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};

static WEIGHED: Choice = Choice {
    id: "weighed",
    label: "Metropolis-Hastings",
    help: "Draws are exact where the score is the gradient of an energy.",
};
static ALWAYS: Choice = Choice { id: "always", label: "always (inexact)", help: "Every proposal is accepted." };

/// The setting for the rule that accepts proposals.
const ACCEPT_RULE: Setting = Setting {
    key: "sample.accept-rule",
    label: "Accept rule",
    unit: "",
    help: "The rule that accepts or rejects proposals.",
    kind: SettingKind::Choice { default: "weighed", options: &[&WEIGHED, &ALWAYS] },
    ..Setting::of(Section::Sampling)
};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "error-move-mh",
        label: "along the reconstruction error",
        help: "Propose a step along the reconstruction error of a noisy copy, or against it.",
    },
    settings: &[RELAXATION, ACCEPT_RULE, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: CORRECTED,
        step_size: Some(RELAXATION.key),
        build: |settings, sigma, dim| {
            let acceptance = Acceptance::from_settings(settings, dim)?;
            let kernel = ErrorMoveMh::new(sigma, settings.real(RELAXATION.key), acceptance, dim);
            Ok(Box::new(if settings.choice(ACCEPT_RULE.key) == ALWAYS.id { kernel.unweighed() } else { kernel }))
        },
    },
};

/// The kernel with its σ and relaxation β.
#[derive(Clone, Debug)]
pub struct ErrorMoveMh {
    relaxation: Relaxation,
    acceptance: Acceptance,
    is_weighed: bool,
    /// y and the sign of each chain.
    corrupted: Vec<f64>,
    signs: Vec<f64>,
}

impl ErrorMoveMh {
    /// Steps by β = `merge` times the reconstruction error for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn new(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        let acceptance = acceptance.into();
        let relaxation = Relaxation::new(sigma, merge, acceptance.temperature());
        let (corrupted, signs) = (vec![0.0; CHAINS_PER_GROUP * dim], vec![0.0; CHAINS_PER_GROUP]);
        Self { relaxation, acceptance, is_weighed: true, corrupted, signs }
    }

    /// The same kernel with all moves accepted: inexact.
    pub fn unweighed(mut self) -> Self {
        self.is_weighed = false;
        self
    }

    /// log N(y; x, s² I) up to a constant.
    pub fn log_noise(&self, x: &[f64], y: &[f64]) -> f64 {
        self.relaxation.log_noise(x, y)
    }

    /// Writes x ± β (r(y) - y) to `to` for the position x, the y and the sign of each chain.
    pub fn shift(&self, target: &dyn Score, positions: &[f64], corrupted: &[f64], signs: &[f64], to: &mut [f64]) {
        let dim = target.dim();
        reconstruction(target, self.relaxation.sigma).reconstruct(corrupted, to);
        for (i, ((to, x), y)) in to.iter_mut().zip(positions).zip(corrupted).enumerate() {
            *to = x + signs[i / dim] * self.relaxation.merge * (*to - y);
        }
    }

    /// log α of the move for a given y that raises the energy by `difference`.
    pub fn log_acceptance(&self, difference: f64, from: &[f64], to: &[f64], y: &[f64]) -> f64 {
        let correction = self.log_noise(to, y) - self.log_noise(from, y);
        self.acceptance.log_corrected(difference, correction)
    }

    /// Writes ΔE and log α of each chain's move from `positions` to its proposal to `infos`.
    fn weigh(&mut self, target: &dyn Score, positions: &[f64], infos: &mut InfosMut<'_>) {
        let dim = infos.dim();
        self.acceptance.energy_differences(target, positions, infos.proposals, infos.energy_differences);
        for (chain, difference) in infos.energy_differences.iter().enumerate() {
            let (from, y) = (row(positions, dim, chain), row(&self.corrupted, dim, chain));
            infos.log_acceptances[chain] = self.log_acceptance(*difference, from, infos.proposal(chain), y);
        }
    }
}

impl Sampler for ErrorMoveMh {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties {
            target_acceptance: self.is_weighed.then_some(LANGEVIN_TARGET_ACCEPTANCE),
            is_adjusted: self.is_weighed,
            max_step_scale: self.relaxation.max_step_scale(),
            ..KernelProperties::default()
        }
    }

    fn scale_step(&mut self, factor: f64) {
        self.relaxation.scale_step(factor);
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let corrupted = &mut self.corrupted[..states.positions.len()];
        corrupt(rngs, states.positions, self.relaxation.noise, corrupted);
        for (sign, rng) in self.signs.iter_mut().zip(&mut *rngs) {
            *sign = if rng.uniform() < 0.5 { 1.0 } else { -1.0 };
        }
        let corrupted = &self.corrupted[..states.positions.len()];
        self.shift(target, states.positions, corrupted, &self.signs, infos.proposals);
        if self.is_weighed {
            self.weigh(target, states.positions, infos);
            decide(rngs, states.positions, infos);
        } else {
            always(states.positions, infos);
        }
    }
}

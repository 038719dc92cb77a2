//! Move along the reconstruction error of a noisy copy, or against it: y = x + sε, x* = x ± β (r(y) - y) with a random sign,
//! s² = 2Tσ²/β; log α = -ΔE/T + (‖y - x‖² - ‖y - x*‖²)/2s². Given y the move is symmetric, and y is drawn anew each time, so
//! it is exact whatever r is, when the score is the gradient of an energy and ΔE is its difference.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE, always, decide};
use super::adaptation::{IDEAL_OF_LANGEVIN, WARM_UP};
use super::fault::FAULT;
use super::merge::{MERGE, Share, reconstruction};
use super::states::{corrupt, row};
use super::{Builder, GROUP, InfosMut, Sampler, States};
use crate::field::{Choice, Field, Kind, Variant};
use crate::rng::Stream;
use crate::score::{Score, path};

static WEIGHED: Choice = Choice {
    id: "weighed",
    label: "by weight",
    help: "Moves are accepted so that draws are exact where the score is the gradient of an energy.",
};
static ALWAYS: Choice = Choice { id: "always", label: "always (inexact)", help: "Whatever comes is accepted." };

/// Whether moves are weighed.
const WEIGHING: Field = Field {
    key: "sample.accept",
    label: "Accept",
    unit: "",
    help: "Whether moves are weighed before they are accepted.",
    kind: Kind::Choice { default: "weighed", options: &[&WEIGHED, &ALWAYS] },
};

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "noise-e",
        label: "along the reconstruction error",
        help: "Propose a step along what reconstruction would remove from a noisy copy, or against it.",
    },
    fields: &[MERGE, WEIGHING, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let acceptance = Acceptance::from_settings(settings, dim)?;
        let kernel = NoiseE::new(sigma, settings.real(MERGE.key), acceptance, dim);
        Ok(Box::new(if settings.choice(WEIGHING.key) == ALWAYS.id { kernel.unweighed() } else { kernel }))
    },
};

/// The kernel with its σ and share β.
#[derive(Clone, Debug)]
pub struct NoiseE {
    share: Share,
    acceptance: Acceptance,
    is_weighed: bool,
    /// y and the sign of each chain.
    corrupted: Vec<f64>,
    signs: Vec<f64>,
}

impl NoiseE {
    /// Steps by the share `merge` of reconstruction errors for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn new(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        let acceptance = acceptance.into();
        let share = Share::new(sigma, merge, acceptance.temperature());
        let (corrupted, signs) = (vec![0.0; GROUP * dim], vec![0.0; GROUP]);
        Self { share, acceptance, is_weighed: true, corrupted, signs }
    }

    /// The same with all moves accepted: inexact.
    pub fn unweighed(mut self) -> Self {
        self.is_weighed = false;
        self
    }

    /// log N(y; x, s² I) up to a constant.
    pub fn log_noise(&self, x: &[f64], y: &[f64]) -> f64 {
        self.share.log_noise(x, y)
    }

    /// Writes x ± β (r(y) - y) to `to` for the position x, the y and the sign of each chain.
    pub fn shift(&self, target: &dyn Score, positions: &[f64], corrupted: &[f64], signs: &[f64], to: &mut [f64]) {
        let dim = target.dim();
        reconstruction(target, self.share.sigma).reconstruct(corrupted, to);
        for (i, ((to, x), y)) in to.iter_mut().zip(positions).zip(corrupted).enumerate() {
            *to = x + signs[i / dim] * self.share.merge * (*to - y);
        }
    }

    /// log α of the move for a given y that raises the energy by `difference`.
    pub fn log_acceptance(&self, difference: f64, from: &[f64], to: &[f64], y: &[f64]) -> f64 {
        let correction = self.log_noise(to, y) - self.log_noise(from, y);
        self.acceptance.log_corrected(difference, correction)
    }

    /// Tells ΔE and log α of each chain's move from `positions` to its proposal.
    fn weigh(&mut self, target: &dyn Score, positions: &[f64], infos: &mut InfosMut<'_>) {
        let dim = infos.dim();
        self.acceptance.energy_differences(target, positions, infos.proposals, infos.energy_differences);
        for (chain, difference) in infos.energy_differences.iter().enumerate() {
            let (from, y) = (row(positions, dim, chain), row(&self.corrupted, dim, chain));
            infos.log_acceptances[chain] = self.log_acceptance(*difference, from, infos.proposal(chain), y);
        }
    }
}

impl Sampler for NoiseE {
    fn ideal_acceptance(&self, _: usize) -> Option<f64> {
        self.is_weighed.then_some(IDEAL_OF_LANGEVIN)
    }

    fn weighs(&self) -> bool {
        self.is_weighed
    }

    fn largest_factor(&self) -> f64 {
        self.share.largest_factor()
    }

    fn resize(&mut self, factor: f64) {
        self.share.resize(factor);
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let corrupted = &mut self.corrupted[..states.positions.len()];
        corrupt(rngs, states.positions, self.share.noise, corrupted);
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

//! The Metropolis-adjusted Langevin algorithm: x* = x + (τ²/2T) s(x) + τε, log α = -ΔE/T + log q(x|x*) - log q(x*|x),
//! where q(x*|x) is the proposal's density (Roberts and Tweedie 1996). Exact when the score is the gradient of an
//! energy and ΔE is its difference.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE, decide};
use super::adaptation::{LANGEVIN_TARGET_ACCEPTANCE, WARM_UP};
use super::fault_injection::FAULT;
use super::states::{fill_normal, row};
use super::{
    Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, STEP_SIZE_IN_SIGMA, Sampler, States, step_size_in_sigma,
};
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "mala",
        label: "MALA",
        help: "Propose a step with a drift along the score, and correct for the drift in the acceptance; \
               exact where the score is the gradient of an energy.",
    },
    settings: &[step_size_in_sigma(1.0), TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: CORRECTED,
        step_size: Some(STEP_SIZE_IN_SIGMA),
        build: |settings, sigma, dim| {
            let step_size = sigma * settings.real(STEP_SIZE_IN_SIGMA);
            Ok(Box::new(Mala::new(step_size, Acceptance::from_settings(settings, dim)?, dim)))
        },
    },
};

/// The kernel with its step size τ.
#[derive(Clone, Debug)]
pub struct Mala {
    step_size: f64,
    drift: Drift,
    acceptance: Acceptance,
    /// The scores at the chains' positions, and at their proposals.
    here: Vec<f64>,
    there: Vec<f64>,
}

impl Mala {
    /// Proposals of standard deviation `step_size` in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        let acceptance = acceptance.into();
        let drift = Drift::new(step_size, acceptance.temperature());
        Self {
            step_size,
            drift,
            acceptance,
            here: vec![0.0; CHAINS_PER_GROUP * dim],
            there: vec![0.0; CHAINS_PER_GROUP * dim],
        }
    }

    /// log q(to | from) up to a constant; `score` is the score at `from`.
    pub fn log_proposal(&self, score: &[f64], from: &[f64], to: &[f64]) -> f64 {
        self.drift.log_density(score, from, to)
    }

    /// log α of the move between two points that raises the energy by `difference`. Each point comes with its score.
    pub fn log_acceptance(&self, difference: f64, from: (&[f64], &[f64]), to: (&[f64], &[f64])) -> f64 {
        let correction = self.log_proposal(to.1, to.0, from.0) - self.log_proposal(from.1, from.0, to.0);
        self.acceptance.log_corrected(difference, correction)
    }
}

impl Sampler for Mala {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties { target_acceptance: Some(LANGEVIN_TARGET_ACCEPTANCE), ..KernelProperties::default() }
    }

    fn scale_step(&mut self, factor: f64) {
        self.drift = Drift::new(factor * self.step_size, self.acceptance.temperature());
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let (length, dim) = (states.positions.len(), infos.dim());
        target.scores(states.positions, &mut self.here[..length]);
        self.drift.propose(rngs, &self.here, states.positions, infos.proposals);
        target.scores(infos.proposals, &mut self.there[..length]);
        self.acceptance.energy_differences(target, states.positions, infos.proposals, infos.energy_differences);
        for chain in 0..rngs.len() {
            let from = (row(states.positions, dim, chain), row(&self.here, dim, chain));
            let to = (infos.proposal(chain), row(&self.there, dim, chain));
            infos.log_acceptances[chain] = self.log_acceptance(infos.energy_differences[chain], from, to);
        }
        decide(rngs, states.positions, infos);
    }
}

/// The proposal N(x + (τ²/2T) s(x), τ² I).
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    step_size: f64,
    /// τ²/2T
    pull: f64,
}

impl Drift {
    pub(super) fn new(step_size: f64, temperature: f64) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, pull: 0.5 * step_size * step_size / temperature }
    }

    /// Writes a proposal of each chain to `to`, from its position in `from` and the score there.
    // Not inlined, like the density: that keeps the page's module small.
    #[inline(never)]
    pub(super) fn propose(&self, rngs: &mut [Stream], scores: &[f64], from: &[f64], to: &mut [f64]) {
        fill_normal(rngs, to);
        for ((to, x), s) in to.iter_mut().zip(from).zip(scores) {
            *to = x + self.pull * s + self.step_size * *to;
        }
    }

    #[inline(never)]
    fn log_density(&self, score: &[f64], from: &[f64], to: &[f64]) -> f64 {
        let noise = |((to, x), s): ((&f64, &f64), &f64)| (to - x - self.pull * s) / self.step_size;
        -0.5 * to.iter().zip(from).zip(score).map(noise).map(|noise| noise * noise).sum::<f64>()
    }
}

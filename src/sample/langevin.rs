//! Unadjusted Langevin dynamics: x* = x + (τ²/2T) s(x) + τε, always accepted (Roberts and Tweedie 1996). Exact only as
//! τ → 0: for the score -(x - μ)/v the chains' variance is v T/(1 - τ²/4vT) instead of v T.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{ALWAYS, TEMPERATURE, always};
use super::fault_injection::FAULT;
use super::mala::Drift;
use super::{
    Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, STEP_SIZE_IN_SIGMA, Sampler, States, step_size_in_sigma,
};
use crate::rng::Stream;
use crate::score::Score;
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "langevin",
        label: "Langevin (inexact)",
        help: "Step along the score, add noise and accept every proposal; nearly right for small steps only.",
    },
    settings: &[step_size_in_sigma(0.5), TEMPERATURE, FAULT],
    suggest: &[],
    build: Builder {
        transition: ALWAYS,
        step_size: Some(STEP_SIZE_IN_SIGMA),
        build: |settings, sigma, dim| {
            Ok(Box::new(Langevin::new(sigma * settings.real(STEP_SIZE_IN_SIGMA), settings.real(TEMPERATURE.key), dim)))
        },
    },
};

/// The kernel with its step size τ and temperature T.
#[derive(Clone, Debug)]
pub struct Langevin {
    drift: Drift,
    scores: Vec<f64>,
}

impl Langevin {
    /// Steps whose noise has the standard deviation `step_size`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, temperature: f64, dim: usize) -> Self {
        Self { drift: Drift::new(step_size, temperature), scores: vec![0.0; CHAINS_PER_GROUP * dim] }
    }
}

impl Sampler for Langevin {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties { is_adjusted: false, ..KernelProperties::default() }
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let scores = &mut self.scores[..states.positions.len()];
        target.scores(states.positions, scores);
        self.drift.propose(rngs, scores, states.positions, infos.proposals);
        always(states.positions, infos);
    }
}

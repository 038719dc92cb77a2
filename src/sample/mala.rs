//! The Metropolis-adjusted Langevin algorithm: x* = x + (τ²/2T) s(x) + τε, log α = -ΔE/T + log q(x|x*) - log q(x*|x), where
//! q(x*|x) is the proposal's density (Roberts and Tweedie 1996). Exact when the score is the gradient of an energy and ΔE is
//! its difference.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE, decide};
use super::adaptation::{IDEAL_OF_LANGEVIN, WARM_UP};
use super::fault::FAULT;
use super::{Builder, Info, STRIDE, Sampler, State, stride};
use crate::field::{Choice, Variant};
use crate::rng::Stream;
use crate::score::{Score, path};

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "mala",
        label: "MALA",
        help: "Propose a step that leans along the score, and correct for the lean when it is accepted or not.",
    },
    fields: &[stride(1.0), TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let step_size = sigma * settings.real(STRIDE);
        Ok(Box::new(Mala::new(step_size, Acceptance::from_settings(settings, dim)?, dim)))
    },
};

/// The kernel with its step size τ.
#[derive(Clone, Debug)]
pub struct Mala {
    step_size: f64,
    drift: Drift,
    acceptance: Acceptance,
    /// Both ends of a move, and the scores there.
    ends: Vec<f64>,
    scores: Vec<f64>,
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
        Self { step_size, drift, acceptance, ends: vec![0.0; 2 * dim], scores: vec![0.0; 2 * dim] }
    }

    /// log q(to | from) up to a constant, `score` being that at `from`.
    pub fn log_proposal(&self, score: &[f64], from: &[f64], to: &[f64]) -> f64 {
        self.drift.log_density(score, from, to)
    }

    /// ΔE and log α of the move.
    pub fn log_acceptance(&mut self, target: &dyn Score, from: &[f64], to: &[f64]) -> (f64, f64) {
        let dim = from.len();
        self.ends[..dim].copy_from_slice(from);
        self.ends[dim..].copy_from_slice(to);
        target.scores(&self.ends, &mut self.scores);
        let (there, back) = self.scores.split_at(dim);
        let correction = self.log_proposal(back, to, from) - self.log_proposal(there, from, to);
        let difference = self.acceptance.energy_difference(target, from, to);
        (difference, self.acceptance.log_corrected(difference, correction))
    }
}

impl Sampler for Mala {
    fn ideal_acceptance(&self, _: usize) -> Option<f64> {
        Some(IDEAL_OF_LANGEVIN)
    }

    fn resize(&mut self, factor: f64) {
        self.drift = Drift::new(factor * self.step_size, self.acceptance.temperature());
    }

    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut State<'_>, info: &mut Info) {
        let score = &mut self.scores[..state.position.len()];
        target.scores(state.position, score);
        self.drift.propose(rng, score, state.position, &mut info.proposal);
        (info.energy_difference, info.log_acceptance) = self.log_acceptance(target, state.position, &info.proposal);
        decide(rng, state.position, info);
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

    pub(super) fn propose(&self, rng: &mut Stream, score: &[f64], from: &[f64], to: &mut [f64]) {
        for ((to, x), s) in to.iter_mut().zip(from).zip(score) {
            *to = x + self.pull * s + self.step_size * rng.normal();
        }
    }

    fn log_density(&self, score: &[f64], from: &[f64], to: &[f64]) -> f64 {
        let noise = |((to, x), s): ((&f64, &f64), &f64)| (to - x - self.pull * s) / self.step_size;
        -0.5 * to.iter().zip(from).zip(score).map(noise).map(|noise| noise * noise).sum::<f64>()
    }
}

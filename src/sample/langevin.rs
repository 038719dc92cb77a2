//! Unadjusted Langevin dynamics: x* = x + (τ²/2T) s(x) + τε, always accepted (Roberts and Tweedie 1996). Exact only as τ → 0:
//! where the score is -(x - μ)/v the chains' variance is v T/(1 - τ²/4vT) in place of v T.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{TEMPERATURE, always};
use super::fault::FAULT;
use super::mala::Drift;
use super::{Builder, Info, STRIDE, Sampler, State, stride};
use crate::field::{Choice, Variant};
use crate::rng::Stream;
use crate::score::Score;

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "langevin",
        label: "Langevin (inexact)",
        help: "Step along the score, add noise and accept whatever comes; right for small steps only.",
    },
    fields: &[stride(0.5), TEMPERATURE, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        Ok(Box::new(Langevin::new(sigma * settings.real(STRIDE), settings.real(TEMPERATURE.key), dim)))
    },
};

/// The kernel with its step size τ and temperature T.
#[derive(Clone, Debug)]
pub struct Langevin {
    drift: Drift,
    score: Vec<f64>,
}

impl Langevin {
    /// Steps whose noise has the standard deviation `step_size`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, temperature: f64, dim: usize) -> Self {
        Self { drift: Drift::new(step_size, temperature), score: vec![0.0; dim] }
    }
}

impl Sampler for Langevin {
    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut State<'_>, info: &mut Info) {
        target.scores(state.position, &mut self.score);
        self.drift.propose(rng, &self.score, state.position, &mut info.proposal);
        always(state.position, info);
    }
}

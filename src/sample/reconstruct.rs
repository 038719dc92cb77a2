//! Corruption and reconstruction: y = x + √(2λ) ε, x* = r(y), always accepted (Bengio, Yao, Alain and Vincent 2013).
//! Exact only as σ → 0, at the temperature λ/σ². For r(y) = μ + c(y - μ) the chains' variance is 2λc²/(1 - c²).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{ALWAYS, TEMPERATURE, always};
use super::fault_injection::FAULT;
use super::relaxation::{NOISE, reconstruction};
use super::states::corrupt;
use super::{Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, Sampler, States};
use crate::math;
use crate::rng::Stream;
use crate::score::Score;
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "reconstruct",
        label: "reconstruct (inexact)",
        help: "Add noise, reconstruct, and accept every proposal.",
    },
    settings: &[NOISE, TEMPERATURE, FAULT],
    suggest: &[],
    build: Builder {
        transition: ALWAYS,
        step_size: Some(NOISE.key),
        build: |settings, sigma, dim| {
            let variance = 2.0 * settings.real(NOISE.key) * settings.real(TEMPERATURE.key);
            Ok(Box::new(Reconstruct::new(sigma, sigma * math::sqrt(variance), dim)))
        },
    },
};

/// The kernel with its σ and the standard deviation √(2λ) of its noise.
#[derive(Clone, Debug)]
pub struct Reconstruct {
    sigma: f64,
    noise: f64,
    corrupted: Vec<f64>,
}

impl Reconstruct {
    /// Adds noise of standard deviation `noise` and reconstructs for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `noise` are positive and finite.
    pub fn new(sigma: f64, noise: f64, dim: usize) -> Self {
        assert!([sigma, noise].iter().all(|size| *size > 0.0 && size.is_finite()));
        Self { sigma, noise, corrupted: vec![0.0; CHAINS_PER_GROUP * dim] }
    }
}

impl Sampler for Reconstruct {
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
        let corrupted = &mut self.corrupted[..states.positions.len()];
        corrupt(rngs, states.positions, self.noise, corrupted);
        reconstruction(target, self.sigma).reconstruct(corrupted, infos.proposals);
        always(states.positions, infos);
    }
}

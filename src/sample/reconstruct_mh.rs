//! Corruption and reconstruction with Metropolis-Hastings: from a state y with x = r(y), y* = x + sε and x* = r(y*),
//! s² = 2λ; log α = -ΔE/T + (‖y* - x‖² - ‖y - x*‖²)/2s² + log|det r'(y*)| - log|det r'(y)|.
//!
//! Exact when the score is the gradient of an energy, ΔE is its difference and r is a bijection. An example is the
//! denoising optimum of a mixture with the energy of p_σ, if each component has some width in every direction before it
//! is smoothed. For points without noise the image of r, and so the draws, lie between the points. If r is not one to
//! one, x is weighted by the number of its pre-images. If r' has less than full rank, nothing is accepted: then only
//! [`super::reconstruct`] moves.
//!
//! No warm-up adapts s. Less noise brings y* nearer to x but makes the way back to y less likely, because the distance
//! from x to y stays. So acceptance is greatest at some s in between, and its value does not say whether s is too large
//! or too small. [`super::relaxed_reconstruct_mh`] adapts β.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::mem::take;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE, decide};
use super::adaptation::LANGEVIN_TARGET_ACCEPTANCE;
use super::fault_injection::FAULT;
use super::relaxation::{Determinants, NOISE, reconstruction};
use super::states::{corrupt, row};
use super::{Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, Sampler, States};
use crate::math;
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "reconstruct-mh",
        label: "reconstruct, corrected",
        help: "Propose the reconstruction of a noisy copy, and correct for how likely the way back is; exact where r is a bijection \
               and the score the gradient of an energy.",
    },
    settings: &[NOISE, TEMPERATURE, path::RULE, path::INTERVALS, FAULT],
    suggest: &[],
    build: Builder {
        transition: CORRECTED,
        step_size: Some(NOISE.key),
        build: |settings, sigma, dim| {
            let acceptance = Acceptance::from_settings(settings, dim)?;
            let variance = 2.0 * settings.real(NOISE.key) * acceptance.temperature();
            Ok(Box::new(ReconstructMh::new(sigma, sigma * math::sqrt(variance), acceptance, dim)))
        },
    },
};

/// The kernel with its σ and the standard deviation s of its noise. It keeps y and log|det r'(y)| for each chain.
#[derive(Clone, Debug)]
pub struct ReconstructMh {
    /// For a relaxed kernel: the true σ, and β as set.
    relaxed: Option<(f64, f64)>,
    sigma: f64,
    noise: f64,
    acceptance: Acceptance,
    /// y*, and log|det r'(y*)|, of each chain.
    corrupted: Vec<f64>,
    logarithms: Vec<f64>,
    determinants: Determinants,
}

impl ReconstructMh {
    /// Adds noise of standard deviation `noise` and reconstructs for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `noise` are positive and finite.
    pub fn new(sigma: f64, noise: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        assert!([sigma, noise].iter().all(|size| *size > 0.0 && size.is_finite()));
        let (corrupted, logarithms) = (vec![0.0; CHAINS_PER_GROUP * dim], vec![0.0; CHAINS_PER_GROUP]);
        let (acceptance, determinants) = (acceptance.into(), Determinants::new(dim));
        Self { relaxed: None, sigma, noise, acceptance, corrupted, logarithms, determinants }
    }

    /// The kernel with m(y) = (1 - β) y + β r(y) in place of r, β = `merge` (at most 1), and s² = 2Tβσ².
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn relaxed(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        assert!(merge > 0.0 && merge.is_finite());
        let mut kernel = Self::new(sigma, sigma, acceptance, dim);
        kernel.relaxed = Some((sigma, merge));
        kernel.scale_step(1.0);
        kernel
    }

    /// Writes m(y) to `out`, and log|det m'(y)| to `logarithms`, for each y in `points`.
    #[inline(never)]
    pub fn images(&mut self, target: &dyn Score, points: &[f64], out: &mut [f64], logarithms: &mut [f64]) {
        let map = reconstruction(target, self.sigma);
        map.reconstruct(points, out);
        self.determinants.logarithms(&map, points, logarithms);
    }

    /// log q(y* | y) up to a constant, for x = m(y).
    #[inline(never)]
    pub fn log_proposal(&self, x: &[f64], y: &[f64]) -> f64 {
        -0.5 * math::squared_distance(x, y) / (self.noise * self.noise)
    }

    /// log α of the move from y with x = m(y) to y* with x* = m(y*). `from` is (x, y) and `to` is (x*, y*). The move
    /// raises the energy by `difference` and log|det m'| by `jacobian`.
    pub fn log_acceptance(&self, difference: f64, from: (&[f64], &[f64]), to: (&[f64], &[f64]), jacobian: f64) -> f64 {
        let correction = self.log_proposal(to.0, from.1) - self.log_proposal(from.0, to.1);
        self.acceptance.log_mapped(difference, correction, jacobian)
    }

    /// Writes ΔE and log α of each chain's move to its proposal to `infos`.
    fn weigh(&mut self, target: &dyn Score, states: &States<'_>, infos: &mut InfosMut<'_>) {
        let dim = infos.dim();
        self.acceptance.energy_differences(target, states.positions, infos.proposals, infos.energy_differences);
        for (chain, difference) in infos.energy_differences.iter().enumerate() {
            let (y, logarithm) = row(states.chain_states, dim + 1, chain).split_at(dim);
            let from = (row(states.positions, dim, chain), y);
            let to = (infos.proposal(chain), row(&self.corrupted, dim, chain));
            let jacobian = self.logarithms[chain] - logarithm[0];
            infos.log_acceptances[chain] = self.log_acceptance(*difference, from, to, jacobian);
        }
    }

    /// Keeps y* and log|det m'(y*)| of each proposal that was accepted.
    fn remember(&self, chain_states: &mut [f64], infos: &InfosMut<'_>) {
        let dim = infos.dim();
        for (chain, memory) in chain_states.chunks_exact_mut(dim + 1).enumerate() {
            if infos.accepted[chain] {
                memory[..dim].copy_from_slice(row(&self.corrupted, dim, chain));
                memory[dim] = self.logarithms[chain];
            }
        }
    }
}

impl Sampler for ReconstructMh {
    fn properties(&self, dim: usize) -> KernelProperties {
        KernelProperties {
            state_len: dim + 1,
            target_acceptance: self.relaxed.map(|_| LANGEVIN_TARGET_ACCEPTANCE),
            max_step_scale: self.relaxed.map_or(f64::INFINITY, |(_, merge)| 1.0 / merge),
            ..KernelProperties::default()
        }
    }

    fn scale_step(&mut self, factor: f64) {
        if let Some((sigma, merge)) = self.relaxed {
            self.sigma = sigma * math::sqrt(factor * merge);
            self.noise = self.sigma * math::sqrt(2.0 * self.acceptance.temperature());
        }
    }

    /// Takes the starts as y, and moves to x = m(y).
    fn init(&mut self, target: &dyn Score, states: &mut States<'_>) {
        let dim = target.dim();
        for (memory, x) in states.chain_states.chunks_exact_mut(dim + 1).zip(states.positions.chunks_exact(dim)) {
            memory[..dim].copy_from_slice(x);
        }
        self.refresh(target, states);
    }

    /// Keeps each y, and recomputes x = m(y) and log|det m'(y)|.
    fn refresh(&mut self, target: &dyn Score, states: &mut States<'_>) {
        let dim = target.dim();
        let (mut points, mut logarithms) = (take(&mut self.corrupted), take(&mut self.logarithms));
        let chains = states.positions.len() / dim;
        for (y, memory) in points.chunks_exact_mut(dim).zip(states.chain_states.chunks_exact(dim + 1)) {
            y.copy_from_slice(&memory[..dim]);
        }
        self.images(target, &points[..chains * dim], states.positions, &mut logarithms[..chains]);
        for (chain, memory) in states.chain_states.chunks_exact_mut(dim + 1).enumerate() {
            memory[dim] = logarithms[chain];
        }
        stay_finite(states.positions, &points, dim);
        (self.corrupted, self.logarithms) = (points, logarithms);
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let (length, chains) = (states.positions.len(), rngs.len());
        let (mut points, mut logarithms) = (take(&mut self.corrupted), take(&mut self.logarithms));
        corrupt(rngs, states.positions, self.noise, &mut points[..length]);
        self.images(target, &points[..length], infos.proposals, &mut logarithms[..chains]);
        (self.corrupted, self.logarithms) = (points, logarithms);
        self.weigh(target, states, infos);
        decide(rngs, states.positions, infos);
        self.remember(states.chain_states, infos);
    }
}

/// Replaces each position that is not finite by its y.
fn stay_finite(positions: &mut [f64], points: &[f64], dim: usize) {
    for (x, y) in positions.chunks_exact_mut(dim).zip(points.chunks_exact(dim)) {
        if x.iter().any(|x| !x.is_finite()) {
            x.copy_from_slice(y);
        }
    }
}

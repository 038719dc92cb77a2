//! Corrupt, reconstruct and weigh: of a state y with x = r(y), y* = x + sε and x* = r(y*), s² = 2λ;
//! log α = -ΔE/T + (‖y* - x‖² - ‖y - x*‖²)/2s² + log|det r'(y*)| - log|det r'(y)|.
//!
//! Exact when the score is the gradient of an energy, ΔE is its difference and r is a bijection: so the denoising optimum of a
//! mixture with the energy of p_σ. Otherwise x is weighed by the number of its pre-images. For an r' of less than full rank
//! nothing is accepted: then only [`super::reconstruct`] moves.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE, decide};
use super::adaptation::IDEAL_OF_LANGEVIN;
use super::fault::FAULT;
use super::merge::{Determinant, NOISE, reconstruction};
use super::{Builder, Info, Sampler, State};
use crate::field::{Choice, Variant};
use crate::math;
use crate::rng::Stream;
use crate::score::{Score, path};

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "reconstruct-mh",
        label: "reconstruct and weigh",
        help: "Propose a noisy point's reconstruction, and correct for how likely the way back is; right where no two \
               points have the same reconstruction.",
    },
    fields: &[NOISE, TEMPERATURE, path::RULE, path::INTERVALS, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let acceptance = Acceptance::from_settings(settings, dim)?;
        let variance = 2.0 * settings.real(NOISE.key) * acceptance.temperature();
        Ok(Box::new(ReconstructMh::new(sigma, sigma * math::sqrt(variance), acceptance, dim)))
    },
};

/// The kernel with its σ and the standard deviation s of its noise. It remembers y and log|det r'(y)|.
#[derive(Clone, Debug)]
pub struct ReconstructMh {
    /// Where it merges: the true σ, and β as it was set.
    merging: Option<(f64, f64)>,
    sigma: f64,
    noise: f64,
    acceptance: Acceptance,
    corrupted: Vec<f64>,
    determinant: Determinant,
}

impl ReconstructMh {
    /// Reconstruction for corruption `sigma` of what noise of standard deviation `noise` corrupted, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `noise` are positive and finite.
    pub fn new(sigma: f64, noise: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        assert!([sigma, noise].iter().all(|size| *size > 0.0 && size.is_finite()));
        let (corrupted, determinant) = (vec![0.0; dim], Determinant::new(dim));
        Self { merging: None, sigma, noise, acceptance: acceptance.into(), corrupted, determinant }
    }

    /// The same with m(y) = (1 - β) y + β r(y) in place of r, β = `merge` (at most 1), and s² = 2Tβσ².
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn merging(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        assert!(merge > 0.0 && merge.is_finite());
        let mut kernel = Self::new(sigma, sigma, acceptance, dim);
        kernel.merging = Some((sigma, merge));
        kernel.resize(1.0);
        kernel
    }

    /// Writes m(y) to `out`; returns log|det m'(y)|.
    pub fn image(&mut self, target: &dyn Score, y: &[f64], out: &mut [f64]) -> f64 {
        let map = reconstruction(target, self.sigma);
        map.reconstruct(y, out);
        self.determinant.logarithm(&map, y)
    }

    /// log q(y* | y) up to a constant, for x = m(y).
    pub fn log_proposal(&self, x: &[f64], y: &[f64]) -> f64 {
        -0.5 * math::squared_distance(x, y) / (self.noise * self.noise)
    }

    /// ΔE and log α of the move from y with x = m(y) to y* with x* = m(y*), each pair being (x, y), where log|det m'| rises by
    /// `jacobian`.
    pub fn log_acceptance(
        &mut self,
        target: &dyn Score,
        from: (&[f64], &[f64]),
        to: (&[f64], &[f64]),
        jacobian: f64,
    ) -> (f64, f64) {
        let difference = self.acceptance.energy_difference(target, from.0, to.0);
        let correction = self.log_proposal(to.0, from.1) - self.log_proposal(from.0, to.1);
        (difference, self.acceptance.log_mapped(difference, correction, jacobian))
    }
}

impl Sampler for ReconstructMh {
    fn memory(&self, dim: usize) -> usize {
        dim + 1
    }

    fn ideal_acceptance(&self, _: usize) -> Option<f64> {
        self.merging.map(|_| IDEAL_OF_LANGEVIN)
    }

    fn largest_factor(&self) -> f64 {
        self.merging.map_or(f64::INFINITY, |(_, merge)| 1.0 / merge)
    }

    fn resize(&mut self, factor: f64) {
        if let Some((sigma, merge)) = self.merging {
            self.sigma = sigma * math::sqrt(factor * merge);
            self.noise = self.sigma * math::sqrt(2.0 * self.acceptance.temperature());
        }
    }

    /// The start is taken for y, and x = m(y).
    fn begin(&mut self, target: &dyn Score, _: &mut Stream, state: &mut State<'_>) {
        let Some((_, y)) = state.memory.split_last_mut() else { return };
        y.copy_from_slice(state.position);
        self.settle(target, state);
    }

    /// y stays, and x = m(y).
    fn settle(&mut self, target: &dyn Score, state: &mut State<'_>) {
        let Some((determinant, y)) = state.memory.split_last_mut() else { return };
        *determinant = self.image(target, y, state.position);
        if state.position.iter().any(|x| !x.is_finite()) {
            state.position.copy_from_slice(y);
        }
    }

    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut State<'_>, info: &mut Info) {
        let Some((determinant, y)) = state.memory.split_last_mut() else { return };
        let mut corrupted = core::mem::take(&mut self.corrupted);
        for (y, x) in corrupted.iter_mut().zip(&*state.position) {
            *y = x + self.noise * rng.normal();
        }
        let proposed = self.image(target, &corrupted, &mut info.proposal);
        let (from, to) = ((&*state.position, &*y), (&*info.proposal, &*corrupted));
        (info.energy_difference, info.log_acceptance) = self.log_acceptance(target, from, to, proposed - *determinant);
        decide(rng, state.position, info);
        if info.accepted {
            y.copy_from_slice(&corrupted);
            *determinant = proposed;
        }
        self.corrupted = corrupted;
    }
}

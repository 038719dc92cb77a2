//! Interpolation with the reconstruction of a noisy copy: y* = x + sε, x* = (1 - β) x + β r(y*), s² = 2Tσ²/β. The way
//! back leads through y' = r⁻¹((x - (1 - β) x*)/β), found by Newton's method; if it is not found, the move is rejected.
//! log α = -ΔE/T + (‖y* - x‖² - ‖y' - x*‖²)/2s² + log|det r'(y*)| - log|det r'(y')|.
//!
//! Exact when the score is the gradient of an energy, ΔE is its difference and r is a bijection. An example is the
//! denoising optimum of a mixture with the energy of p_σ, if each component has some width in every direction before it
//! is smoothed. For points without noise the image of r lies between the points, and chains that begin there never
//! leave.
//!
//! The searches for y' differ in length, so they run chain by chain. All other steps run for the group at once.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::mem::take;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE, decide};
use super::adaptation::{LANGEVIN_TARGET_ACCEPTANCE, WARM_UP};
use super::fault_injection::FAULT;
use super::relaxation::{Determinants, RELAXATION, Relaxation, reconstruction};
use super::states::{corrupt, row};
use super::{Builder, CHAINS_PER_GROUP, InfosMut, Inverse, KernelProperties, Sampler, States};
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "interpolate-mh",
        label: "interpolate with the reconstruction",
        help: "Go a share of the way to the reconstruction of a noisy copy, and solve for the noise that leads back; exact where r \
               is a bijection and the score the gradient of an energy.",
    },
    settings: &[RELAXATION, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: CORRECTED,
        step_size: Some(RELAXATION.key),
        build: |settings, sigma, dim| {
            let acceptance = Acceptance::from_settings(settings, dim)?;
            Ok(Box::new(InterpolateMh::new(sigma, settings.real(RELAXATION.key), acceptance, dim)))
        },
    },
};

/// The kernel with its σ and relaxation β.
#[derive(Clone, Debug)]
pub struct InterpolateMh {
    relaxation: Relaxation,
    acceptance: Acceptance,
    /// y* and y' of each chain, log|det r'| at both, and whether y' was found.
    corrupted: Vec<f64>,
    reverse: Vec<f64>,
    logarithms: [Vec<f64>; 2],
    is_found: Vec<bool>,
    /// r(y') of the current chain.
    image: Vec<f64>,
    inverse: Inverse,
    determinants: Determinants,
}

impl InterpolateMh {
    /// Steps by the share β = `merge` towards reconstructions for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn new(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        let (acceptance, points) = (acceptance.into(), || vec![0.0; CHAINS_PER_GROUP * dim]);
        Self {
            relaxation: Relaxation::new(sigma, merge, acceptance.temperature()),
            acceptance,
            corrupted: points(),
            reverse: points(),
            logarithms: [vec![0.0; CHAINS_PER_GROUP], vec![0.0; CHAINS_PER_GROUP]],
            is_found: vec![false; CHAINS_PER_GROUP],
            image: vec![0.0; dim],
            inverse: Inverse::new(dim),
            determinants: Determinants::new(dim),
        }
    }

    /// Writes (1 - β) x + β r(y*) to `to` for each chain's x in `positions` and y* in `corrupted`.
    pub fn merge(&self, target: &dyn Score, positions: &[f64], corrupted: &[f64], to: &mut [f64]) {
        reconstruction(target, self.relaxation.sigma).reconstruct(corrupted, to);
        to.iter_mut()
            .zip(positions)
            .for_each(|(r, x)| *r = (1.0 - self.relaxation.merge) * x + self.relaxation.merge * *r);
    }

    /// Writes the y' that leads back from `to` to `from` to `reverse`; false if none is found.
    fn turn_back(&mut self, target: &dyn Score, from: &[f64], to: &[f64], reverse: &mut [f64]) -> bool {
        for ((image, x), there) in self.image.iter_mut().zip(from).zip(to) {
            *image = (x - (1.0 - self.relaxation.merge) * there) / self.relaxation.merge;
        }
        self.inverse.solve(&reconstruction(target, self.relaxation.sigma), &self.image, reverse)
    }

    /// log q(x* | x) up to a constant for the y* = `corrupted` that leads there.
    pub fn log_proposal(&mut self, target: &dyn Score, x: &[f64], corrupted: &[f64]) -> f64 {
        let mut logarithm = [0.0];
        self.determinants.logarithms(&reconstruction(target, self.relaxation.sigma), corrupted, &mut logarithm);
        self.relaxation.log_noise(x, corrupted) - logarithm[0]
    }

    /// log α of the move from x by y* to x*, with the way back by y'. `from` is (x, y*) and `to` is (x*, y'). The move
    /// raises the energy by `difference`; `jacobian` is log|det r'(y*)| - log|det r'(y')|.
    fn log_acceptance(&self, difference: f64, from: (&[f64], &[f64]), to: (&[f64], &[f64]), jacobian: f64) -> f64 {
        let correction = self.relaxation.log_noise(to.0, to.1) - self.relaxation.log_noise(from.0, from.1);
        self.acceptance.log_mapped(difference, correction, jacobian)
    }

    /// Writes ΔE and log α of each chain's move to its proposal to `infos`, for its x in `positions` and its y* in
    /// `corrupted`. log α is -∞ if there is no way back.
    pub fn weigh(&mut self, target: &dyn Score, positions: &[f64], corrupted: &[f64], infos: &mut InfosMut<'_>) {
        let dim = infos.dim();
        self.acceptance.energy_differences(target, positions, infos.proposals, infos.energy_differences);
        let mut reverse = take(&mut self.reverse);
        self.turn_all_back(target, positions, infos, &mut reverse[..positions.len()]);
        self.find_determinants(target, corrupted, &reverse[..positions.len()]);
        for (chain, difference) in infos.energy_differences.iter().enumerate() {
            let from = (row(positions, dim, chain), row(corrupted, dim, chain));
            let to = (infos.proposal(chain), row(&reverse, dim, chain));
            let jacobian = self.logarithms[0][chain] - self.logarithms[1][chain];
            let weight = self.log_acceptance(*difference, from, to, jacobian);
            infos.log_acceptances[chain] = if self.is_found[chain] { weight } else { f64::NEG_INFINITY };
        }
        self.reverse = reverse;
    }

    fn turn_all_back(&mut self, target: &dyn Score, positions: &[f64], infos: &InfosMut<'_>, reverse: &mut [f64]) {
        let dim = infos.dim();
        for (chain, reverse) in reverse.chunks_exact_mut(dim).enumerate() {
            let from = row(positions, dim, chain);
            self.is_found[chain] = self.turn_back(target, from, infos.proposal(chain), reverse);
        }
    }

    fn find_determinants(&mut self, target: &dyn Score, corrupted: &[f64], reverse: &[f64]) {
        let map = reconstruction(target, self.relaxation.sigma);
        let chains = corrupted.len() / target.dim();
        for (points, logarithms) in [corrupted, reverse].into_iter().zip(&mut self.logarithms) {
            self.determinants.logarithms(&map, points, &mut logarithms[..chains]);
        }
    }
}

impl Sampler for InterpolateMh {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties {
            target_acceptance: Some(LANGEVIN_TARGET_ACCEPTANCE),
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
        let mut corrupted = take(&mut self.corrupted);
        let points = &mut corrupted[..states.positions.len()];
        corrupt(rngs, states.positions, self.relaxation.noise, points);
        self.merge(target, states.positions, points, infos.proposals);
        self.weigh(target, states.positions, points, infos);
        self.corrupted = corrupted;
        decide(rngs, states.positions, infos);
    }
}

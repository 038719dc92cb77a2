//! Merge with the reconstruction of a noisy copy: y* = x + sε, x* = (1 - β) x + β r(y*), s² = 2Tσ²/β. The way back leads through
//! y' = r⁻¹((x - (1 - β) x*)/β), found by Newton's method and the move rejected if it is not;
//! log α = -ΔE/T + (‖y* - x‖² - ‖y' - x*‖²)/2s² + log|det r'(y*)| - log|det r'(y')|.
//!
//! Exact when the score is the gradient of an energy, ΔE is its difference and r is a bijection: so the denoising optimum of a
//! mixture with the energy of p_σ.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE, decide};
use super::adaptation::{IDEAL_OF_LANGEVIN, WARM_UP};
use super::fault::FAULT;
use super::merge::{self, Determinant, MERGE, reconstruction};
use super::{Builder, Info, Inverse, Sampler, State};
use crate::field::{Choice, Variant};
use crate::math;
use crate::rng::Stream;
use crate::score::{Score, path};

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "noise-r",
        label: "merge with the reconstruction",
        help: "Go a share of the way to a noisy copy's reconstruction, and search for the noise that would lead back; right \
               where no two points have the same reconstruction.",
    },
    fields: &[MERGE, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let acceptance = Acceptance::from_settings(settings, dim)?;
        Ok(Box::new(NoiseR::new(sigma, settings.real(MERGE.key), acceptance, dim)))
    },
};

/// The kernel with its σ and share β.
#[derive(Clone, Debug)]
pub struct NoiseR {
    sigma: f64,
    /// β as it was set, and as it is.
    first_merge: f64,
    merge: f64,
    noise: f64,
    acceptance: Acceptance,
    /// y*, y' and r(y').
    corrupted: Vec<f64>,
    reverse: Vec<f64>,
    image: Vec<f64>,
    inverse: Inverse,
    determinant: Determinant,
}

impl NoiseR {
    /// Steps by the share `merge` towards reconstructions for corruption `sigma`, in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` and `merge` are positive and finite.
    pub fn new(sigma: f64, merge: f64, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        assert!([sigma, merge].iter().all(|size| *size > 0.0 && size.is_finite()));
        let (acceptance, zeros) = (acceptance.into(), || vec![0.0; dim]);
        Self {
            sigma,
            first_merge: merge,
            merge,
            noise: merge::noise(sigma, merge, acceptance.temperature()),
            acceptance,
            corrupted: zeros(),
            reverse: zeros(),
            image: zeros(),
            inverse: Inverse::new(dim),
            determinant: Determinant::new(dim),
        }
    }

    /// Writes where y* = `corrupted` leads from x to `to`.
    pub fn merge(&self, target: &dyn Score, x: &[f64], corrupted: &[f64], to: &mut [f64]) {
        reconstruction(target, self.sigma).reconstruct(corrupted, to);
        to.iter_mut().zip(x).for_each(|(r, x)| *r = (1.0 - self.merge) * x + self.merge * *r);
    }

    /// Writes the y' that leads back from `to` to `from` to `reverse`; false if none is found.
    fn turn_back(&mut self, target: &dyn Score, from: &[f64], to: &[f64], reverse: &mut [f64]) -> bool {
        for ((image, x), there) in self.image.iter_mut().zip(from).zip(to) {
            *image = (x - (1.0 - self.merge) * there) / self.merge;
        }
        self.inverse.solve(&reconstruction(target, self.sigma), &self.image, reverse)
    }

    /// log q(x* | x) up to a constant for the y* = `corrupted` that leads there.
    pub fn log_proposal(&mut self, target: &dyn Score, x: &[f64], corrupted: &[f64]) -> f64 {
        self.log_noise(x, corrupted) - self.log_determinant(target, corrupted)
    }

    fn log_noise(&self, x: &[f64], corrupted: &[f64]) -> f64 {
        -0.5 * math::squared_distance(x, corrupted) / (self.noise * self.noise)
    }

    fn log_determinant(&mut self, target: &dyn Score, corrupted: &[f64]) -> f64 {
        self.determinant.logarithm(&reconstruction(target, self.sigma), corrupted)
    }

    /// ΔE and log α of the move on which y* = `corrupted` leads; -∞ if there is no way back.
    pub fn log_acceptance(&mut self, target: &dyn Score, from: &[f64], to: &[f64], corrupted: &[f64]) -> (f64, f64) {
        let difference = self.acceptance.energy_difference(target, from, to);
        let mut reverse = core::mem::take(&mut self.reverse);
        let is_found = self.turn_back(target, from, to, &mut reverse);
        let correction = self.log_noise(to, &reverse) - self.log_noise(from, corrupted);
        let jacobian = self.log_determinant(target, corrupted) - self.log_determinant(target, &reverse);
        self.reverse = reverse;
        let weight = self.acceptance.log_mapped(difference, correction, jacobian);
        (difference, if is_found { weight } else { f64::NEG_INFINITY })
    }
}

impl Sampler for NoiseR {
    fn ideal_acceptance(&self, _: usize) -> Option<f64> {
        Some(IDEAL_OF_LANGEVIN)
    }

    fn largest_factor(&self) -> f64 {
        1.0 / self.first_merge
    }

    fn resize(&mut self, factor: f64) {
        self.merge = factor * self.first_merge;
        self.noise = merge::noise(self.sigma, self.merge, self.acceptance.temperature());
    }

    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut State<'_>, info: &mut Info) {
        let mut corrupted = core::mem::take(&mut self.corrupted);
        for (y, x) in corrupted.iter_mut().zip(&*state.position) {
            *y = x + self.noise * rng.normal();
        }
        self.merge(target, state.position, &corrupted, &mut info.proposal);
        (info.energy_difference, info.log_acceptance) =
            self.log_acceptance(target, state.position, &info.proposal, &corrupted);
        self.corrupted = corrupted;
        decide(rng, state.position, info);
    }
}

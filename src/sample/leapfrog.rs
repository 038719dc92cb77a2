//! Leapfrog steps of several bodies of unit mass in the potential E/T. The energy that a body gains is the integral of
//! the score along each segment, by a quadrature rule with separate nodes (Neal, *MCMC using Hamiltonian dynamics*,
//! 2011).
//!
//! The rule must not be the trapezoid on the ends of the steps: on a segment from x to x* it leaves only
//! ε²(‖s(x*)‖² - ‖s(x)‖²)/8 of ΔH, for any energy. Then hardly any proposal is rejected, and the error of the steps
//! stays.

use alloc::vec;
use alloc::vec::Vec;

use super::states::{fill_normal, fit, row, set};
use super::{Acceptance, EnergyRule};
use crate::math;
use crate::rng::Stream;
use crate::score::{Path, Score, path};
use crate::setting::{Section, Setting, SettingError, SettingKind, Settings};

/// The setting for the rule of the energy gained on a segment.
pub(super) const RULE: Setting = Setting {
    key: path::RULE.key,
    label: "Segment rule",
    unit: "",
    help: "The rule that integrates the score along each leapfrog step, with three nodes.",
    kind: SettingKind::Choice {
        default: "gauss-legendre",
        options: &[&path::GAUSS_LEGENDRE, &path::SIMPSON, &path::EXACT],
    },
    is_advanced: true,
    ..Setting::of(Section::Sampling)
};

/// The acceptance rule chosen in `settings`, for segments in R^`dim`.
pub(super) fn acceptance(settings: &Settings, dim: usize) -> Result<Acceptance, SettingError> {
    let energy = match settings.choice(RULE.key) {
        id if id == path::EXACT.id => EnergyRule::Exact,
        id if id == path::SIMPSON.id => EnergyRule::Path(Path::simpson(2, dim)?),
        _ => EnergyRule::Path(Path::gauss_legendre(3, dim)?),
    };
    Acceptance::with_energy(settings, energy, dim)
}

/// Moving bodies of different chains, one after another.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    dim: usize,
    pub(super) positions: Vec<f64>,
    pub(super) momenta: Vec<f64>,
    /// The scores at the positions.
    scores: Vec<f64>,
    /// E at the position minus E at the start, for each body.
    pub(super) energies: Vec<f64>,
}

impl Bodies {
    /// Buffers for `count` bodies in R^`dim`.
    #[inline(never)]
    pub(super) fn new(count: usize, dim: usize) -> Self {
        let zeros = || vec![0.0; count * dim];
        Self { dim, positions: zeros(), momenta: zeros(), scores: zeros(), energies: vec![0.0; count] }
    }

    /// Starts a body at each of `positions`, with a fresh momentum.
    pub(super) fn start(&mut self, target: &dyn Score, rngs: &mut [Stream], positions: &[f64]) {
        self.hold(rngs.len());
        self.energies.fill(0.0);
        set(&mut self.positions, positions);
        target.scores(positions, &mut self.scores);
        fill_normal(rngs, &mut self.momenta);
    }

    /// Resizes the buffers to `count` bodies, within their capacity.
    #[inline(never)]
    pub(super) fn hold(&mut self, count: usize) {
        for numbers in [&mut self.positions, &mut self.momenta, &mut self.scores] {
            fit(numbers, count * self.dim);
        }
        fit(&mut self.energies, count);
    }

    /// Copies body number `other` of `others` to body number `body`.
    #[inline(never)]
    pub(super) fn put(&mut self, body: usize, others: &Self, other: usize) {
        let dim = self.dim;
        let copy = |to: &mut [f64], from: &[f64]| {
            set(&mut to[body * dim..(body + 1) * dim], row(from, dim, other));
        };
        copy(&mut self.positions, &others.positions);
        copy(&mut self.momenta, &others.momenta);
        copy(&mut self.scores, &others.scores);
        self.energies[body] = others.energies[other];
    }

    pub(super) fn position(&self, body: usize) -> &[f64] {
        row(&self.positions, self.dim, body)
    }

    pub(super) fn momentum(&self, body: usize) -> &[f64] {
        row(&self.momenta, self.dim, body)
    }

    /// ½‖p‖² of body number `body`.
    #[inline(never)]
    pub(super) fn kinetic_energy(&self, body: usize) -> f64 {
        let momentum = self.momentum(body);
        0.5 * math::dot(momentum, momentum)
    }
}

/// Adds `time` times `rates` to `numbers` in each body's direction of time; both hold `dim` numbers for each body.
#[inline(never)]
fn advance(numbers: &mut [f64], rates: &[f64], dim: usize, time: f64, directions: &[f64]) {
    for (i, (number, rate)) in numbers.iter_mut().zip(rates).enumerate() {
        *number += directions[i / dim] * time * rate;
    }
}

/// An integrator with one step size for all bodies.
#[derive(Clone, Debug)]
pub(super) struct Leapfrog {
    step_size: f64,
    /// The factor on the step size.
    pub(super) factor: f64,
    pub(super) acceptance: Acceptance,
    next: Vec<f64>,
    rises: Vec<f64>,
}

impl Leapfrog {
    /// Steps of size `step_size` for up to `count` bodies in R^`dim`.
    #[inline(never)]
    pub(super) fn new(step_size: f64, acceptance: Acceptance, count: usize, dim: usize) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, factor: 1.0, acceptance, next: vec![0.0; count * dim], rises: vec![0.0; count] }
    }

    /// One step of each body in its direction of time: 1 forwards, -1 backwards.
    pub(super) fn step(&mut self, target: &dyn Score, bodies: &mut Bodies, directions: &[f64]) {
        let (dim, time) = (bodies.dim, self.factor * self.step_size);
        let half_kick = 0.5 * time / self.acceptance.temperature();
        advance(&mut bodies.momenta, &bodies.scores, dim, half_kick, directions);
        fit(&mut self.next, bodies.positions.len());
        set(&mut self.next, &bodies.positions);
        advance(&mut self.next, &bodies.momenta, dim, time, directions);
        let rises = &mut self.rises[..bodies.energies.len()];
        self.acceptance.energy_differences(target, &bodies.positions, &self.next, rises);
        bodies.energies.iter_mut().zip(rises).for_each(|(energy, rise)| *energy += *rise);
        core::mem::swap(&mut bodies.positions, &mut self.next);
        target.scores(&bodies.positions, &mut bodies.scores);
        advance(&mut bodies.momenta, &bodies.scores, dim, half_kick, directions);
    }
}

//! Leapfrog steps, all at once, of bodies of unit mass in the potential E/T, with the energy that each gains on the way: the
//! integral of the score along each segment by a rule of its own nodes (Neal, *MCMC using Hamiltonian dynamics*, 2011).
//!
//! The rule must not be the trapezoid on the steps' own ends: on a segment from x to x* it leaves of ΔH, whatever the energy,
//! only ε²(‖s(x*)‖² - ‖s(x)‖²)/8, so that hardly anything is rejected and the steps' own error stays.

use alloc::vec;
use alloc::vec::Vec;

use super::states::{fill_normal, fit, row};
use super::{Acceptance, EnergyRule};
use crate::field::{Field, Kind, Problem, Settings};
use crate::math;
use crate::rng::Stream;
use crate::score::{Path, Score, path};

/// How the energy gained on a segment is taken.
pub(super) const RULE: Field = Field {
    key: path::RULE.key,
    label: "Segment rule",
    unit: "",
    help: "How the score is integrated along each leapfrog step: three nodes either way.",
    kind: Kind::Choice { default: "gauss-legendre", options: &[&path::GAUSS_LEGENDRE, &path::SIMPSON, &path::EXACT] },
};

/// What is chosen in `settings` for the segments in R^`dim`.
pub(super) fn acceptance(settings: &Settings, dim: usize) -> Result<Acceptance, Problem> {
    let energy = match settings.choice(RULE.key) {
        id if id == path::EXACT.id => EnergyRule::Exact,
        id if id == path::SIMPSON.id => EnergyRule::Path(Path::simpson(2, dim)?),
        _ => EnergyRule::Path(Path::gauss_legendre(3, dim)?),
    };
    Acceptance::with_energy(settings, energy, dim)
}

/// Bodies on their way, those of different chains, one after another.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    dim: usize,
    pub(super) positions: Vec<f64>,
    pub(super) momenta: Vec<f64>,
    /// The scores at the positions.
    scores: Vec<f64>,
    /// E here less E where each set out.
    pub(super) energies: Vec<f64>,
}

impl Bodies {
    /// Room for `count` bodies in R^`dim`.
    pub(super) fn new(count: usize, dim: usize) -> Self {
        let zeros = || vec![0.0; count * dim];
        Self { dim, positions: zeros(), momenta: zeros(), scores: zeros(), energies: vec![0.0; count] }
    }

    /// One sets out from each of `positions`, with a fresh momentum.
    pub(super) fn start(&mut self, target: &dyn Score, rngs: &mut [Stream], positions: &[f64]) {
        // No more than there is room for.
        for numbers in [&mut self.positions, &mut self.momenta, &mut self.scores] {
            fit(numbers, positions.len());
        }
        fit(&mut self.energies, rngs.len());
        self.energies.fill(0.0);
        self.positions.copy_from_slice(positions);
        target.scores(positions, &mut self.scores);
        fill_normal(rngs, &mut self.momenta);
    }

    /// Takes over where as many others are.
    pub(super) fn follow(&mut self, others: &Self) {
        self.positions.copy_from_slice(&others.positions);
        self.momenta.copy_from_slice(&others.momenta);
        self.scores.copy_from_slice(&others.scores);
        self.energies.copy_from_slice(&others.energies);
    }

    /// ½‖p‖² of one of them.
    #[inline(never)]
    pub(super) fn kinetic_energy(&self, body: usize) -> f64 {
        let momentum = row(&self.momenta, self.dim, body);
        0.5 * math::dot(momentum, momentum)
    }

    fn kick(&mut self, time: f64) {
        self.momenta.iter_mut().zip(&self.scores).for_each(|(p, s)| *p += time * s);
    }
}

/// Steps of one size.
#[derive(Clone, Debug)]
pub(super) struct Leapfrog {
    step_size: f64,
    /// How many times its size the steps have.
    pub(super) factor: f64,
    pub(super) acceptance: Acceptance,
    next: Vec<f64>,
    rises: Vec<f64>,
}

impl Leapfrog {
    /// Steps of size `step_size` for up to `count` bodies in R^`dim`.
    pub(super) fn new(step_size: f64, acceptance: Acceptance, count: usize, dim: usize) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, factor: 1.0, acceptance, next: vec![0.0; count * dim], rises: vec![0.0; count] }
    }

    /// One step forwards, or backwards in time.
    pub(super) fn step(&mut self, target: &dyn Score, bodies: &mut Bodies, is_forward: bool) {
        let size = self.factor * self.step_size;
        let time = if is_forward { size } else { -size };
        let half_kick = 0.5 * time / self.acceptance.temperature();
        bodies.kick(half_kick);
        fit(&mut self.next, bodies.positions.len());
        for ((next, x), p) in self.next.iter_mut().zip(&bodies.positions).zip(&bodies.momenta) {
            *next = x + time * p;
        }
        let rises = &mut self.rises[..bodies.energies.len()];
        self.acceptance.energy_differences(target, &bodies.positions, &self.next, rises);
        bodies.energies.iter_mut().zip(rises).for_each(|(energy, rise)| *energy += *rise);
        core::mem::swap(&mut bodies.positions, &mut self.next);
        target.scores(&bodies.positions, &mut bodies.scores);
        bodies.kick(half_kick);
    }
}

//! Leapfrog steps of a body of unit mass in the potential E/T, with the energy that it gains on the way: the integral of the
//! score along each segment by a rule of its own nodes (Neal, *MCMC using Hamiltonian dynamics*, 2011).
//!
//! The rule must not be the trapezoid on the steps' own ends: on a segment from x to x* it leaves of ΔH, whatever the energy,
//! only ε²(‖s(x*)‖² - ‖s(x)‖²)/8, so that hardly anything is rejected and the steps' own error stays.

use alloc::vec;
use alloc::vec::Vec;

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

/// A body on its way.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) position: Vec<f64>,
    pub(super) momentum: Vec<f64>,
    /// The score at the position.
    score: Vec<f64>,
    /// E here less E where it set out.
    pub(super) energy: f64,
}

impl Body {
    pub(super) fn new(dim: usize) -> Self {
        Self { position: vec![0.0; dim], momentum: vec![0.0; dim], score: vec![0.0; dim], energy: 0.0 }
    }

    /// Sets out from `position` with a fresh momentum.
    pub(super) fn start(&mut self, target: &dyn Score, rng: &mut Stream, position: &[f64]) {
        self.position.copy_from_slice(position);
        self.momentum.fill_with(|| rng.normal());
        target.scores(&self.position, &mut self.score);
        self.energy = 0.0;
    }

    /// Takes over where another is.
    pub(super) fn follow(&mut self, other: &Self) {
        self.position.copy_from_slice(&other.position);
        self.momentum.copy_from_slice(&other.momentum);
        self.score.copy_from_slice(&other.score);
        self.energy = other.energy;
    }

    /// ½‖p‖².
    pub(super) fn kinetic_energy(&self) -> f64 {
        0.5 * math::dot(&self.momentum, &self.momentum)
    }

    fn kick(&mut self, time: f64) {
        self.momentum.iter_mut().zip(&self.score).for_each(|(p, s)| *p += time * s);
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
}

impl Leapfrog {
    pub(super) fn new(step_size: f64, acceptance: Acceptance, dim: usize) -> Self {
        assert!(step_size > 0.0 && step_size.is_finite());
        Self { step_size, factor: 1.0, acceptance, next: vec![0.0; dim] }
    }

    /// One step forwards, or backwards in time.
    pub(super) fn step(&mut self, target: &dyn Score, body: &mut Body, is_forward: bool) {
        let size = self.factor * self.step_size;
        let time = if is_forward { size } else { -size };
        let half_kick = 0.5 * time / self.acceptance.temperature();
        body.kick(half_kick);
        for ((next, x), p) in self.next.iter_mut().zip(&body.position).zip(&body.momentum) {
            *next = x + time * p;
        }
        body.energy += self.acceptance.energy_difference(target, &body.position, &self.next);
        core::mem::swap(&mut body.position, &mut self.next);
        target.scores(&body.position, &mut body.score);
        body.kick(half_kick);
    }
}

//! Deliberate faults, such as an acceptance rule without one of its terms: they show the damage, and they test the
//! tests of samplers.

use alloc::boxed::Box;

use super::{InfosMut, KernelProperties, Sampler, States};
use crate::rng::Stream;
use crate::score::{Path, Score};
use crate::setting::{Choice, Section, Setting, SettingKind, Settings};

static NONE: Choice = Choice { id: "off", label: "none", help: "The correct sampler." };
static FLIPPED_SCORE: Choice = Choice {
    id: "flipped-score",
    label: "flipped score",
    help: "The score has the wrong sign: chains flee from the data.",
};
static MISSING_JACOBIAN: Choice = Choice {
    id: "missing-jacobian",
    label: "missing Jacobian",
    help: "The determinant of the reconstruction's Jacobian is left out; harmless on a Gaussian, where it is constant, and \
           without effect on samplers that have no such term: only three that reconstruct do.",
};
static MISSING_CORRECTION: Choice = Choice {
    id: "missing-correction",
    label: "missing proposal correction",
    help: "The probability of the way back is left out; no effect where proposals are symmetric or always accepted.",
};
static ENDPOINT: Choice = Choice {
    id: "endpoint-energy",
    label: "endpoint energy",
    help: "The score at the start of the line is used for the whole line; no effect where every proposal is accepted.",
};
static WRONG_SIGMA: Choice = Choice {
    id: "wrong-sigma",
    label: "wrong σ",
    help: "Twice the true σ is used, so the score is a quarter of the true score: chains run four times too hot.",
};

/// The fault setting.
pub const FAULT: Setting = Setting {
    key: "sample.fault",
    label: "Deliberate fault",
    unit: "",
    help: "A mistake made on purpose, to see its effect.",
    kind: SettingKind::Choice {
        default: "off",
        options: &[&NONE, &FLIPPED_SCORE, &MISSING_JACOBIAN, &MISSING_CORRECTION, &ENDPOINT, &WRONG_SIGMA],
    },
    is_advanced: true,
    ..Setting::of(Section::Sampling)
};

/// A deliberate fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// No fault.
    #[default]
    None,
    /// Scores and energy differences have the wrong sign.
    FlippedScore,
    /// log α lacks the logarithms of determinants.
    MissingJacobian,
    /// log α lacks the densities of the proposal and of its reverse; for Hamiltonian moves, the kinetic energy.
    MissingCorrection,
    /// ΔE is -s(x)·(x* - x).
    Endpoint,
    /// The kernel uses [`WRONG_FACTOR`] times the true σ.
    WrongSigma,
}

/// The ratio of the wrong σ to the true σ.
pub const WRONG_FACTOR: f64 = 2.0;

impl Fault {
    /// The fault chosen in `settings`.
    pub fn from_settings(settings: &Settings) -> Self {
        match settings.choice(FAULT.key) {
            id if id == FLIPPED_SCORE.id => Self::FlippedScore,
            id if id == MISSING_JACOBIAN.id => Self::MissingJacobian,
            id if id == MISSING_CORRECTION.id => Self::MissingCorrection,
            id if id == ENDPOINT.id => Self::Endpoint,
            id if id == WRONG_SIGMA.id => Self::WrongSigma,
            _ => Self::None,
        }
    }

    /// The σ that the kernel uses in place of `sigma`.
    pub fn sigma(self, sigma: f64) -> f64 {
        if self == Self::WrongSigma { WRONG_FACTOR * sigma } else { sigma }
    }

    /// The factor on the kernel's score.
    pub fn factor(self) -> f64 {
        match self {
            Self::FlippedScore => -1.0,
            // (r - x)/σ² for the wrong σ.
            Self::WrongSigma => 1.0 / (WRONG_FACTOR * WRONG_FACTOR),
            _ => 1.0,
        }
    }

    /// `sampler` with this fault's factor on its score.
    pub fn inject(self, sampler: Box<dyn Sampler>) -> Box<dyn Sampler> {
        match self.factor() {
            1.0 => sampler,
            factor => Box::new(Faulty { sampler, factor }),
        }
    }
}

/// A sampler whose score is multiplied by a factor.
#[derive(Clone)]
struct Faulty {
    sampler: Box<dyn Sampler>,
    factor: f64,
}

impl Sampler for Faulty {
    fn properties(&self, dim: usize) -> KernelProperties {
        self.sampler.properties(dim)
    }

    fn init(&mut self, target: &dyn Score, states: &mut States<'_>) {
        self.sampler.init(&Multiple { score: target, factor: self.factor }, states);
    }

    fn scale_step(&mut self, factor: f64) {
        self.sampler.scale_step(factor);
    }

    fn refresh(&mut self, target: &dyn Score, states: &mut States<'_>) {
        self.sampler.refresh(&Multiple { score: target, factor: self.factor }, states);
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        self.sampler.transition(&Multiple { score: target, factor: self.factor }, rngs, states, infos);
    }
}

/// A score and its energy, both multiplied by a factor.
struct Multiple<'a> {
    score: &'a dyn Score,
    factor: f64,
}

impl Score for Multiple<'_> {
    fn dim(&self) -> usize {
        self.score.dim()
    }

    fn rounding(&self) -> f64 {
        self.score.rounding()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.score.scores(points, out);
        out.iter_mut().for_each(|s| *s *= self.factor);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.score.jacobian(x, out);
        out.iter_mut().for_each(|entry| *entry *= self.factor);
    }

    fn jacobians(&self, points: &[f64], out: &mut [f64]) -> Option<()> {
        self.score.jacobians(points, out)?;
        out.iter_mut().for_each(|entry| *entry *= self.factor);
        Some(())
    }

    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        self.factor * self.score.path_energy_difference(from, to, path)
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        Some(self.factor * self.score.exact_energy_difference(from, to)?)
    }
}

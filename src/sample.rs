//! Markov chains on a score: transitions as pure functions of (generator, state), and many chains run side by side.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::data::Points;
use crate::field::{Choice, Field, Kind, Settings};
use crate::math;
use crate::rng::{Purpose, Stream, stream};
use crate::score::{Path, Score, path};

pub mod random_walk;

pub use random_walk::RandomWalk;

static FROM_DATA: Choice =
    Choice { id: "data", label: "at the data", help: "Each chain starts at a random training point." };
static FROM_GAUSSIAN: Choice = Choice {
    id: "gaussian",
    label: "anywhere",
    help: "Each chain starts at a draw of a wide Gaussian around the origin.",
};

/// Sampling's settings.
pub static FIELDS: &[Field] = &[
    Field {
        key: "sample.chains",
        label: "Chains",
        unit: "chains",
        help: "How many Markov chains run side by side.",
        kind: Kind::Integer { default: 500, min: 1, max: 20_000 },
    },
    random_walk::STEP,
    path::RULE,
    path::INTERVALS,
    Field {
        key: "sample.start",
        label: "Start",
        unit: "",
        help: "Where the chains begin.",
        kind: Kind::Choice { default: "data", options: &[&FROM_DATA, &FROM_GAUSSIAN] },
    },
    Field {
        key: "sample.spread",
        label: "Start spread",
        unit: "data units",
        help: "Standard deviation of the Gaussian that chains start from.",
        kind: Kind::Real { default: 0.5, min: 0.0, max: 1000.0 },
    },
];

/// How a sampler gets E(x*) - E(x) from a score.
#[derive(Clone, Debug)]
pub enum EnergyRule {
    /// The integral of the score along the straight line.
    Path(Path),
    /// The energy itself, where it is known; NaN, so that nothing is accepted, where it is not.
    Exact,
}

impl EnergyRule {
    /// E(to) - E(from).
    pub fn difference(&mut self, target: &dyn Score, from: &[f64], to: &[f64]) -> f64 {
        match self {
            Self::Path(path) => target.path_energy_difference(from, to, path),
            Self::Exact => target.exact_energy_difference(from, to).unwrap_or(f64::NAN),
        }
    }
}

/// What happened in a transition.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// The proposed point.
    pub proposal: Vec<f64>,
    /// E(proposal) - E(state).
    pub energy_difference: f64,
    /// The logarithm of the acceptance ratio.
    pub log_acceptance: f64,
    /// Whether the proposal became the state.
    pub accepted: bool,
}

impl Info {
    /// Room for a proposal in R^`dim`.
    pub fn new(dim: usize) -> Self {
        Self { proposal: vec![0.0; dim], ..Self::default() }
    }
}

/// A Markov transition kernel.
pub trait Sampler {
    /// Moves `state` by one transition for `target` and tells in `info` what happened; allocates nothing.
    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut [f64], info: &mut Info);
}

/// Whether a proposal is accepted: log u ≤ log α for a fresh uniform u, so never when log α is NaN.
pub fn accept(rng: &mut Stream, log_acceptance: f64) -> bool {
    math::ln(rng.uniform()) <= log_acceptance
}

/// Where chains start.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// At a random training point.
    Data(&'a Points),
    /// At a draw of N(0, spread² I) in R^dim.
    Gaussian {
        /// The dimension.
        dim: usize,
        /// The standard deviation.
        spread: f64,
    },
}

impl<'a> Start<'a> {
    /// The start chosen in `settings`.
    pub fn from_settings(settings: &Settings, points: &'a Points) -> Self {
        if settings.choice("sample.start") == FROM_DATA.id {
            Self::Data(points)
        } else {
            Self::Gaussian { dim: points.dim(), spread: settings.real("sample.spread") }
        }
    }

    fn dim(&self) -> usize {
        match self {
            Self::Data(points) => points.dim(),
            Self::Gaussian { dim, .. } => *dim,
        }
    }

    fn draw(&self, rng: &mut Stream, out: &mut [f64]) {
        match self {
            Self::Data(points) => out.copy_from_slice(points.point(rng.index(points.len() as u32))),
            Self::Gaussian { spread, .. } => out.fill_with(|| spread * rng.normal()),
        }
    }
}

/// A range of an experiment's chains. Chain i depends on the seed, i and the target only, so any split of the chains over
/// workers gives the same states.
#[derive(Debug)]
pub struct Chains<S> {
    dim: usize,
    sampler: S,
    states: Vec<f64>,
    streams: Vec<Stream>,
    info: Info,
    transitions: u32,
    accepted: u64,
}

impl<S: Sampler> Chains<S> {
    /// Chains number `range` of the experiment with `seed`, at their start.
    pub fn new(sampler: S, start: Start<'_>, seed: u32, range: Range<u32>) -> Self {
        let dim = start.dim();
        let mut states = vec![0.0; range.len() * dim];
        for (chain, state) in range.clone().zip(states.chunks_exact_mut(dim)) {
            start.draw(&mut stream(seed, Purpose::Start, u64::from(chain)), state);
        }
        let streams = range.map(|chain| stream(seed, Purpose::Proposal, u64::from(chain))).collect();
        Self { dim, sampler, states, streams, info: Info::new(dim), transitions: 0, accepted: 0 }
    }

    /// Moves every chain by `transitions` transitions for `target`; the count of them ends at `u32::MAX`.
    pub fn step(&mut self, target: &dyn Score, transitions: u32) {
        for (state, rng) in self.states.chunks_exact_mut(self.dim).zip(&mut self.streams) {
            for _ in 0..transitions {
                self.sampler.transition(target, rng, state, &mut self.info);
                self.accepted += u64::from(self.info.accepted);
            }
        }
        self.transitions = self.transitions.saturating_add(transitions);
    }

    /// The chains' states, one after another.
    pub fn states(&self) -> &[f64] {
        &self.states
    }

    /// How many transitions each chain has made.
    pub fn transitions(&self) -> u32 {
        self.transitions
    }

    /// The share of proposals accepted so far; NaN before the first.
    pub fn acceptance_rate(&self) -> f64 {
        self.accepted as f64 / (f64::from(self.transitions) * self.streams.len() as f64)
    }
}

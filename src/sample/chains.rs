//! Many Markov chains side by side, each with a stream of its own: any split of them over workers gives the same states.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Info, Sampler, State};
use crate::data::Points;
use crate::field::{Choice, Field, Kind, Settings};
use crate::rng::{Purpose, Stream, stream};
use crate::score::Score;

static FROM_DATA: Choice =
    Choice { id: "data", label: "at the data", help: "Each chain starts at a random training point." };
static FROM_GAUSSIAN: Choice = Choice {
    id: "gaussian",
    label: "anywhere",
    help: "Each chain starts at a draw of a wide Gaussian around the origin.",
};

/// How many chains there are.
pub static COUNT: Field = Field {
    key: "sample.chains",
    label: "Chains",
    unit: "chains",
    help: "How many Markov chains run side by side.",
    kind: Kind::Integer { default: 500, min: 1, max: 20_000 },
};

/// Where they start.
pub static START: &[Field] = &[
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
pub struct Chains {
    dim: usize,
    sampler: Box<dyn Sampler>,
    positions: Vec<f64>,
    /// What the sampler keeps for each chain beside its position, one chain after another.
    memories: Vec<f64>,
    streams: Vec<Stream>,
    info: Info,
    transitions: u32,
    accepted: u64,
}

impl Chains {
    /// Chains number `range` of the experiment with `seed`, at their start.
    pub fn new(sampler: Box<dyn Sampler>, start: Start<'_>, seed: u32, range: Range<u32>) -> Self {
        let dim = start.dim();
        let mut positions = vec![0.0; range.len() * dim];
        for (chain, position) in range.clone().zip(positions.chunks_exact_mut(dim)) {
            start.draw(&mut stream(seed, Purpose::Start, u64::from(chain)), position);
        }
        let memories = vec![0.0; range.len() * sampler.memory(dim)];
        let streams = range.map(|chain| stream(seed, Purpose::Proposal, u64::from(chain))).collect();
        Self { dim, sampler, positions, memories, streams, info: Info::new(dim), transitions: 0, accepted: 0 }
    }

    /// Moves every chain by `transitions` transitions for `target`; the count of them ends at `u32::MAX`.
    pub fn step(&mut self, target: &dyn Score, transitions: u32) {
        let memory = self.sampler.memory(self.dim);
        let is_first = self.transitions == 0 && transitions > 0;
        let positions = self.positions.chunks_exact_mut(self.dim);
        for (i, (position, rng)) in positions.zip(&mut self.streams).enumerate() {
            let mut state = State { position, memory: &mut self.memories[i * memory..(i + 1) * memory] };
            if is_first {
                self.sampler.begin(target, rng, &mut state);
            }
            for _ in 0..transitions {
                self.sampler.transition(target, rng, &mut state, &mut self.info);
                self.accepted += u64::from(self.info.accepted);
            }
        }
        self.transitions = self.transitions.saturating_add(transitions);
    }

    /// The chains' positions, one after another.
    pub fn states(&self) -> &[f64] {
        &self.positions
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

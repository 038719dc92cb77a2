//! Many Markov chains side by side, each with a stream of its own: any split of them over workers gives the same states.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Info, Sampler, Start, State};
use crate::field::{Field, Kind};
use crate::rng::{Purpose, Stream, stream};
use crate::score::Score;

/// How many chains there are.
pub static COUNT: Field = Field {
    key: "sample.chains",
    label: "Chains",
    unit: "chains",
    help: "How many Markov chains run side by side.",
    kind: Kind::Integer { default: 500, min: 1, max: 20_000 },
};

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
    /// What each chain proposed last, and whether it went there.
    proposals: Vec<f64>,
    moved: Vec<bool>,
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
        let (proposals, moved) = (positions.clone(), vec![false; positions.len() / dim]);
        let info = Info::new(dim);
        Self { dim, sampler, positions, memories, streams, info, proposals, moved, transitions: 0, accepted: 0 }
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
            if transitions > 0 {
                self.proposals[i * self.dim..(i + 1) * self.dim].copy_from_slice(&self.info.proposal);
                self.moved[i] = self.info.accepted;
            }
        }
        self.transitions = self.transitions.saturating_add(transitions);
    }

    /// Where chain number `i` of these is, and what its next transition for `target` will come to; nothing moves. Where it is
    /// before its first is where its kernel begins.
    ///
    /// # Panics
    ///
    /// Unless there is such a chain.
    pub fn foresee(&mut self, target: &dyn Score, i: usize) -> (Vec<f64>, Info) {
        let (dim, memory) = (self.dim, self.sampler.memory(self.dim));
        let mut position = self.positions[i * dim..(i + 1) * dim].to_vec();
        let mut memory = self.memories[i * memory..(i + 1) * memory].to_vec();
        let (mut rng, mut info) = (self.streams[i].clone(), Info::new(dim));
        let mut state = State { position: &mut position, memory: &mut memory };
        if self.transitions == 0 {
            self.sampler.begin(target, &mut rng, &mut state);
        }
        let from = state.position.to_vec();
        self.sampler.transition(target, &mut rng, &mut state, &mut info);
        (from, info)
    }

    /// The chains' positions, one after another.
    pub fn states(&self) -> &[f64] {
        &self.positions
    }

    /// What each chain proposed in its last transition, one after another; its start before the first.
    pub fn proposals(&self) -> &[f64] {
        &self.proposals
    }

    /// Whether each of them was accepted.
    pub fn accepted(&self) -> &[bool] {
        &self.moved
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

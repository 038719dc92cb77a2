//! Many Markov chains side by side, each with its own random stream. Any split over workers into whole groups gives the
//! same states.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::states::row;
use super::{CHAINS_PER_GROUP, Info, Infos, KernelProperties, Sampler, Start, States};
use crate::rng::{Purpose, Stream, stream};
use crate::score::{Score, WithWorkspace, Workspace};
use crate::setting::{Section, Setting, SettingKind};

/// The setting for the number of chains.
pub static COUNT: Setting = Setting {
    key: "sample.chains",
    label: "Chains",
    unit: "chains",
    help: "The number of Markov chains that run side by side.",
    kind: SettingKind::Integer { default: 500, min: 1, max: 20_000 },
    ..Setting::of(Section::Sampling)
};

/// A range of an experiment's chains. Chain i depends only on the seed, i and the target, and in a warm-up on the other
/// chains of its group. So any split of the chains into whole groups gives the same states.
///
/// ```
/// use scorescape::data::Mixture;
/// use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
/// use scorescape::score::Exact;
///
/// let normal = Mixture::isotropic(1, &[1.0], vec![0.0], 1.0)?;
/// let target = Exact::new(Box::new(normal)).expect("a closed form");
/// let kernel = Box::new(RandomWalk::new(2.4, EnergyRule::Exact));
///
/// // A hundred chains of seed 1 that start far from all mass.
/// let mut chains = Chains::new(kernel, Start::Point(vec![10.0]), 1, 0..100);
/// chains.step(&target, 200);
/// assert!((0.3..0.6).contains(&chains.acceptance_rate()));
/// assert!((chains.states().iter().sum::<f64>() / 100.0).abs() < 0.5);
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
pub struct Chains {
    sampler: Box<dyn Sampler>,
    /// Length of the sampler's warm-up in transitions.
    warm_up: u32,
    /// Position of the first chain in its group.
    offset: usize,
    store: StateStore,
    streams: Vec<Stream>,
    infos: Infos,
    /// Scratch buffers of the target.
    workspace: Workspace,
    transitions: u32,
    /// Number of accepted proposals since the warm-up, and number of transitions before this count began.
    accepted: u64,
    counted: u32,
}

/// Positions of chains, and the values that the sampler keeps for them.
struct StateStore {
    dim: usize,
    positions: Vec<f64>,
    /// The sampler's values for each chain, one chain after another: `chain_state_len` numbers each.
    chain_states: Vec<f64>,
    chain_state_len: usize,
    /// The sampler's values for each group, one group after another: `group_state_len` numbers each.
    group_states: Vec<f64>,
    group_state_len: usize,
}

impl StateStore {
    /// The states of `chains`, the chains of group number `group`.
    fn states(&mut self, group: usize, chains: &Range<usize>) -> States<'_> {
        let numbers = |size: usize| chains.start * size..chains.end * size;
        States {
            positions: &mut self.positions[numbers(self.dim)],
            chain_states: &mut self.chain_states[numbers(self.chain_state_len)],
            group_state: &mut self.group_states[group * self.group_state_len..(group + 1) * self.group_state_len],
        }
    }
}

impl Chains {
    /// Chains number `range` of the experiment with `seed`, at their start. If the sampler adapts, the last group ends
    /// with the range.
    ///
    /// # Panics
    ///
    /// If the sampler adapts and the range begins within a group.
    pub fn new(sampler: Box<dyn Sampler>, start: Start<'_>, seed: u32, range: Range<u32>) -> Self {
        let (dim, count, offset) = (start.dim(), range.len(), range.start as usize % CHAINS_PER_GROUP);
        let properties = sampler.properties(dim);
        assert!(offset == 0 || properties.group_state_len == 0, "chains that adapt begin with a whole group");
        let mut positions = vec![0.0; count * dim];
        for (chain, position) in range.clone().zip(positions.chunks_exact_mut(dim)) {
            start.draw(&mut stream(seed, Purpose::Start, u64::from(chain)), position);
        }
        let KernelProperties { state_len: chain_state_len, group_state_len, warm_up, .. } = properties;
        let chain_states = vec![0.0; count * chain_state_len];
        let group_states = vec![0.0; (offset + count).div_ceil(CHAINS_PER_GROUP) * group_state_len];
        let streams = range.map(|chain| stream(seed, Purpose::Proposal, u64::from(chain))).collect();
        let infos = Infos { proposals: positions.clone(), ..Infos::new(count, dim) };
        let store = StateStore { dim, positions, chain_states, chain_state_len, group_states, group_state_len };
        let workspace = Workspace::default();
        Self { sampler, warm_up, offset, store, streams, infos, workspace, transitions: 0, accepted: 0, counted: 0 }
    }

    /// Moves every chain by `transitions` transitions for `target`. The count of transitions saturates at `u32::MAX`.
    pub fn step(&mut self, target: &dyn Score, transitions: u32) {
        let adapts = self.warm_up.saturating_sub(self.transitions).min(transitions);
        self.advance(target, adapts);
        if adapts < transitions && self.counted < self.warm_up {
            (self.accepted, self.counted) = (0, self.transitions);
        }
        self.advance(target, transitions - adapts);
    }

    fn advance(&mut self, target: &dyn Score, transitions: u32) {
        let mut first = 0;
        while first < self.streams.len() {
            let (group, chains) = self.group_of(first);
            first = chains.end;
            self.step_group(target, group, chains, transitions);
        }
        self.workspace.drop_large();
        self.transitions = self.transitions.saturating_add(transitions);
    }

    /// For chain number `i` of these: the number of its group, and which of these chains belong to that group.
    fn group_of(&self, i: usize) -> (usize, Range<usize>) {
        let group = (self.offset + i) / CHAINS_PER_GROUP;
        (
            group,
            (group * CHAINS_PER_GROUP).saturating_sub(self.offset)
                ..self.streams.len().min((group + 1) * CHAINS_PER_GROUP - self.offset),
        )
    }

    /// Continues with another target: recomputes the values cached for the chains' positions.
    pub fn retarget(&mut self, target: &dyn Score) {
        let mut first = 0;
        while first < self.streams.len() && self.transitions > 0 {
            let (group, chains) = self.group_of(first);
            first = chains.end;
            let target = WithWorkspace::new(target, &mut self.workspace);
            self.sampler.refresh(&target, &mut self.store.states(group, &chains));
        }
    }

    fn step_group(&mut self, target: &dyn Score, group: usize, chains: Range<usize>, transitions: u32) {
        let target = &WithWorkspace::new(target, &mut self.workspace);
        let mut states = self.store.states(group, &chains);
        if self.transitions == 0 && transitions > 0 {
            self.sampler.init(target, &mut states);
        }
        let (rngs, mut infos) = (&mut self.streams[chains.clone()], self.infos.of(chains));
        for _ in 0..transitions {
            self.sampler.transition(target, rngs, &mut states, &mut infos);
            self.accepted += infos.accepted.iter().filter(|accepted| **accepted).count() as u64;
        }
    }

    /// The position of chain number `i` of these, and the outcome of its next transition for `target`; no chain moves.
    /// Before the first transition, it is the position after the kernel's `init`.
    ///
    /// # Panics
    ///
    /// Unless there is such a chain.
    pub fn peek_transition(&mut self, target: &dyn Score, i: usize) -> (Vec<f64>, Info) {
        let (group, chains) = self.group_of(i);
        let dim = self.store.dim;
        let States { positions, chain_states, group_state } = self.store.states(group, &chains);
        let (mut positions, mut chain_states, mut group_state) =
            (positions.to_vec(), chain_states.to_vec(), group_state.to_vec());
        let mut states =
            States { positions: &mut positions, chain_states: &mut chain_states, group_state: &mut group_state };
        let (mut rngs, mut infos) = (self.streams[chains.clone()].to_vec(), Infos::new(chains.len(), dim));
        if self.transitions == 0 {
            self.sampler.init(target, &mut states);
        }
        let i = i - chains.start;
        let from = row(states.positions, dim, i).to_vec();
        self.sampler.transition(target, &mut rngs, &mut states, &mut infos.all());
        (from, infos.of_chain(i))
    }

    /// The chains' positions, one after another.
    pub fn states(&self) -> &[f64] {
        &self.store.positions
    }

    /// The outcome of the last transition, chain by chain. Before the first transition the proposals are the starts.
    pub fn infos(&self) -> &Infos {
        &self.infos
    }

    /// The last proposals, one after another.
    pub fn proposals(&self) -> &[f64] {
        &self.infos.proposals
    }

    /// Whether each proposal became the state.
    pub fn accepted(&self) -> &[bool] {
        &self.infos.accepted
    }

    /// Number of transitions of each chain.
    pub fn transitions(&self) -> u32 {
        self.transitions
    }

    /// The share of proposals accepted so far; after a warm-up, only proposals since its end count. NaN before the
    /// first transition.
    pub fn acceptance_rate(&self) -> f64 {
        self.accepted as f64 / (f64::from(self.transitions - self.counted) * self.streams.len() as f64)
    }
}

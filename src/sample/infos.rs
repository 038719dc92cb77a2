//! What happened in a transition.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// What happened in the last transition of each of n chains in R^d.
#[derive(Clone, Debug)]
pub struct Infos {
    /// The proposed points, one after another: n d numbers.
    pub proposals: Vec<f64>,
    /// E(proposal) - E(state).
    pub energy_differences: Vec<f64>,
    /// The logarithms of the acceptance ratios.
    pub log_acceptances: Vec<f64>,
    /// Which proposals became states.
    pub accepted: Vec<bool>,
}

impl Infos {
    /// Room for what happens to `chains` chains in R^`dim`.
    pub fn new(chains: usize, dim: usize) -> Self {
        Self {
            proposals: vec![0.0; chains * dim],
            energy_differences: vec![0.0; chains],
            log_acceptances: vec![0.0; chains],
            accepted: vec![false; chains],
        }
    }

    /// The part of the chains number `chains`.
    pub fn of(&mut self, chains: Range<usize>) -> InfosMut<'_> {
        let dim = self.proposals.len() / self.accepted.len();
        InfosMut {
            proposals: &mut self.proposals[chains.start * dim..chains.end * dim],
            energy_differences: &mut self.energy_differences[chains.clone()],
            log_acceptances: &mut self.log_acceptances[chains.clone()],
            accepted: &mut self.accepted[chains],
        }
    }

    /// All of it.
    pub fn all(&mut self) -> InfosMut<'_> {
        self.of(0..self.accepted.len())
    }
}

/// What a transition tells of the chains of a group; as [`Infos`].
#[derive(Debug)]
pub struct InfosMut<'a> {
    /// The proposed points, one after another.
    pub proposals: &'a mut [f64],
    /// E(proposal) - E(state).
    pub energy_differences: &'a mut [f64],
    /// The logarithms of the acceptance ratios.
    pub log_acceptances: &'a mut [f64],
    /// Which proposals became states.
    pub accepted: &'a mut [bool],
}

impl InfosMut<'_> {
    /// The dimension d.
    pub(super) fn dim(&self) -> usize {
        self.proposals.len() / self.accepted.len()
    }

    /// The proposal of chain number `chain`.
    pub(super) fn proposal(&self, chain: usize) -> &[f64] {
        super::states::row(self.proposals, self.dim(), chain)
    }

    /// Moves the chains to those proposals that were accepted.
    pub(super) fn move_accepted(&self, positions: &mut [f64]) {
        let dim = self.dim();
        for (chain, position) in positions.chunks_exact_mut(dim).enumerate() {
            if self.accepted[chain] {
                position.copy_from_slice(self.proposal(chain));
            }
        }
    }
}

//! The outcome of a transition.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// The outcome of the last transition of each of n chains in R^d.
#[derive(Clone, Debug)]
pub struct Infos {
    /// The proposed points (n×d).
    pub proposals: Vec<f64>,
    /// E(proposal) - E(state).
    pub energy_differences: Vec<f64>,
    /// The logarithms of the acceptance ratios.
    pub log_acceptances: Vec<f64>,
    /// log u for the uniform numbers u that decided on acceptance; NaN if none was used.
    pub log_uniforms: Vec<f64>,
    /// Whether each proposal became the state.
    pub accepted: Vec<bool>,
}

impl Infos {
    /// Buffers for `chains` chains in R^`dim`.
    pub fn new(chains: usize, dim: usize) -> Self {
        Self {
            proposals: vec![0.0; chains * dim],
            energy_differences: vec![0.0; chains],
            log_acceptances: vec![0.0; chains],
            log_uniforms: vec![f64::NAN; chains],
            accepted: vec![false; chains],
        }
    }

    /// The part of chains number `chains`.
    pub fn of(&mut self, chains: Range<usize>) -> InfosMut<'_> {
        let dim = self.proposals.len() / self.accepted.len();
        InfosMut {
            proposals: &mut self.proposals[chains.start * dim..chains.end * dim],
            energy_differences: &mut self.energy_differences[chains.clone()],
            log_acceptances: &mut self.log_acceptances[chains.clone()],
            log_uniforms: &mut self.log_uniforms[chains.clone()],
            accepted: &mut self.accepted[chains],
        }
    }

    /// The outcome of chain number `chain`.
    pub fn of_chain(&self, chain: usize) -> Info {
        let dim = self.proposals.len() / self.accepted.len();
        Info {
            proposal: super::states::row(&self.proposals, dim, chain).to_vec(),
            energy_difference: self.energy_differences[chain],
            log_acceptance: self.log_acceptances[chain],
            log_uniform: self.log_uniforms[chain],
            accepted: self.accepted[chain],
        }
    }

    /// The part of all chains.
    pub fn all(&mut self) -> InfosMut<'_> {
        self.of(0..self.accepted.len())
    }
}

/// The outcome of the last transition of one chain, as in [`Infos`].
#[derive(Clone, Debug)]
pub struct Info {
    /// The proposed point.
    pub proposal: Vec<f64>,
    /// E(proposal) - E(state).
    pub energy_difference: f64,
    /// The logarithm of the acceptance ratio.
    pub log_acceptance: f64,
    /// log u for the uniform number u that decided on acceptance; NaN if none was used.
    pub log_uniform: f64,
    /// Whether the proposal became the state.
    pub accepted: bool,
}

/// Output buffers of a transition for the chains of a group, as in [`Infos`].
#[derive(Debug)]
pub struct InfosMut<'a> {
    /// The proposed points, one after another.
    pub proposals: &'a mut [f64],
    /// E(proposal) - E(state).
    pub energy_differences: &'a mut [f64],
    /// The logarithms of the acceptance ratios.
    pub log_acceptances: &'a mut [f64],
    /// log u for the uniform numbers u that decided on acceptance.
    pub log_uniforms: &'a mut [f64],
    /// Whether each proposal became the state.
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

    /// Moves the chains whose proposals were accepted.
    pub(super) fn move_accepted(&self, positions: &mut [f64]) {
        let dim = self.dim();
        for (chain, position) in positions.chunks_exact_mut(dim).enumerate() {
            if self.accepted[chain] {
                position.copy_from_slice(self.proposal(chain));
            }
        }
    }
}

//! Recorded states of some chains at evenly spaced transitions, in memory of a fixed size.

use alloc::vec::Vec;

/// Draws of some chains. When the record is full, every second draw is dropped and the spacing doubles, so the record
/// always covers the whole run.
#[derive(Clone, Debug)]
pub struct DrawRecord {
    /// The length of a round: one state of each chain.
    width: usize,
    dim: usize,
    max_draws: usize,
    spacing: u32,
    rounds: Vec<f64>,
}

impl DrawRecord {
    /// An empty record of up to `max_draws` draws (an even number) of `chains` chains in R^`dim`.
    pub fn new(chains: usize, dim: usize, max_draws: usize) -> Self {
        debug_assert!(max_draws > 0 && max_draws.is_multiple_of(2));
        Self { width: chains * dim, dim, max_draws, spacing: 1, rounds: Vec::new() }
    }

    /// Records the states after transition number `transition`, counted from 1, if it is a multiple of the spacing.
    /// `states` holds one state after another; states of further chains are ignored.
    pub fn push(&mut self, transition: u32, states: &[f64]) {
        if self.width == 0 || !transition.is_multiple_of(self.spacing) {
            return;
        }
        self.rounds.extend_from_slice(&states[..self.width]);
        if self.rounds.len() == self.max_draws * self.width {
            self.thin();
        }
    }

    /// Keeps every second draw, starting with the second: these lie at multiples of twice the spacing.
    fn thin(&mut self) {
        let width = self.width;
        for kept in 0..self.max_draws / 2 {
            let from = (2 * kept + 1) * width;
            self.rounds.copy_within(from..from + width, kept * width);
        }
        self.rounds.truncate(self.max_draws / 2 * width);
        self.spacing *= 2;
    }

    /// The number of recorded chains.
    pub fn chains(&self) -> usize {
        self.width / self.dim
    }

    /// The number of transitions between draws, and from the start to the first draw.
    pub fn spacing(&self) -> u32 {
        self.spacing
    }

    /// All draws, chain after chain, in order; each draw has d numbers.
    pub fn by_chain(&self) -> Vec<f64> {
        let mut draws = Vec::with_capacity(self.rounds.len());
        for chain in (0..self.width).step_by(self.dim) {
            self.rounds
                .chunks_exact(self.width)
                .for_each(|round| draws.extend_from_slice(&round[chain..chain + self.dim]));
        }
        draws
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Chain c at (t, 100 c) after transition t; the third chain is not recorded.
    fn recorded(transitions: u32) -> DrawRecord {
        let mut record = DrawRecord::new(2, 2, 4);
        for t in 1..=transitions {
            record.push(t, &[f64::from(t), 0.0, f64::from(t), 100.0, f64::from(t), 200.0]);
        }
        record
    }

    #[test]
    fn record_holds_evenly_spaced_draws_chain_by_chain() {
        assert_eq!(recorded(3).by_chain(), [1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 1.0, 100.0, 2.0, 100.0, 3.0, 100.0]);
        let first = |record: &DrawRecord| record.by_chain().chunks(2).map(|x| x[0]).collect::<Vec<_>>();
        for (transitions, spacing, draws) in [(4, 2, &[2.0, 4.0][..]), (6, 2, &[2.0, 4.0, 6.0]), (17, 8, &[8.0, 16.0])]
        {
            let record = recorded(transitions);
            assert_eq!((record.spacing(), &first(&record)[..draws.len()]), (spacing, draws), "{transitions}");
            assert_eq!(record.by_chain().len(), 4 * draws.len());
        }
    }

    #[test]
    fn record_of_no_chains_stays_empty() {
        let mut record = DrawRecord::new(0, 2, 4);
        (1..20).for_each(|t| record.push(t, &[1.0, 2.0]));
        assert!(record.by_chain().is_empty());
    }
}

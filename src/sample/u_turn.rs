//! Whether a trajectory that grows by aligned halves turns back (see [`super::nuts`]).

use alloc::vec;
use alloc::vec::Vec;

use super::states::set;

/// Records of a growing subtree that show whether an aligned part of it turns back. Each level has the momentum of the
/// first leaf of a part, and the sum of momenta up to it.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    dim: usize,
    momenta: Vec<f64>,
    sums: Vec<f64>,
}

impl Turns {
    pub(super) fn new(levels: usize, dim: usize) -> Self {
        Self { dim, momenta: vec![0.0; levels * dim], sums: vec![0.0; levels * dim] }
    }

    /// Adds leaf number `leaf` with its momentum and the sum of momenta so far. Returns whether an aligned part that
    /// ends with it turns back. An even leaf ends no part of two leaves or more; an odd leaf ends one for each trailing
    /// one bit of its number.
    pub(super) fn back(&mut self, leaf: u32, momentum: &[f64], sum: &[f64]) -> bool {
        let level = (leaf >> 1).count_ones() as usize;
        let place = |level: usize| level * self.dim..(level + 1) * self.dim;
        if leaf.is_multiple_of(2) {
            set(&mut self.momenta[place(level)], momentum);
            set(&mut self.sums[place(level)], sum);
            return false;
        }
        let least = level + 1 - leaf.trailing_ones() as usize;
        (least..=level).any(|level| {
            let (first, before) = (&self.momenta[place(level)], &self.sums[place(level)]);
            let (mut at_first, mut at_last) = (0.0, 0.0);
            for k in 0..self.dim {
                let part = sum[k] - before[k] + first[k];
                at_first += part * first[k];
                at_last += part * momentum[k];
            }
            at_first <= 0.0 || at_last <= 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Whether `leaves` (a power of two of them), or one of their halves, quarters, …, turns back.
    fn turn_back(leaves: &[[f64; 2]]) -> bool {
        let sum = leaves.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0], sum[1] + p[1]]);
        let (first, second) = leaves.split_at(leaves.len() / 2);
        let ends = [leaves[0], leaves[leaves.len() - 1]];
        leaves.len() > 1
            && (ends.iter().any(|end| math::dot(end, &sum) <= 0.0) || turn_back(first) || turn_back(second))
    }

    /// In random subtrees that turn back, the turn shows at the last leaf of the first aligned part that turns back.
    #[test]
    fn turns_are_seen_at_the_last_leaf_of_the_first_aligned_part_that_turns_back() {
        let mut rng = stream(1, Purpose::Measure, 0);
        let mut seen = [0; 33];
        for _ in 0..2000 {
            // Mostly straight on, so that some go far.
            let leaves: Vec<[f64; 2]> = (0..32).map(|_| [1.0 + 0.45 * rng.normal(), rng.normal()]).collect();
            let aligned = |end: usize| (1..=end.trailing_zeros()).map(move |level| end - (1 << level)..end);
            let expected = (1..=32).find(|end| aligned(*end).any(|part| turn_back(&leaves[part])));
            let (mut turns, mut sum) = (Turns::new(6, 2), [0.0; 2]);
            let found = leaves.iter().zip(0..).position(|(p, leaf)| {
                sum = [sum[0] + p[0], sum[1] + p[1]];
                turns.back(leaf, p, &sum)
            });
            assert_eq!(found.map(|leaf| leaf + 1), expected);
            seen[expected.unwrap_or(0)] += 1;
        }
        assert!([2, 4, 8, 16, 32].iter().all(|end| seen[*end] > 0), "{seen:?}");
    }
}

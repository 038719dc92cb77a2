//! Rows shared out for training, validation and testing: 80, 10 and 10 per cent of a permutation that the seed decides
//! (Fisher and Yates, in Durstenfeld's form, CACM 7, 1964).

use alloc::vec::Vec;

use crate::rng::{Purpose, stream};

/// One row in so many is for validation, and as many are for testing.
const SHARE: usize = 10;

/// The rows of a table in three parts, each in random order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    order: Vec<u32>,
    /// How many are for validation; those for testing follow.
    validation: usize,
    test: usize,
}

impl Split {
    /// Shares out rows 0 to `rows` - 1. Validation and test get a tenth each, rounded down, but at least one of three
    /// rows or more; of two rows, one is for training and one for validation; a single one is for training.
    pub fn new(rows: usize, seed: u32) -> Self {
        let mut rng = stream(seed, Purpose::Split, 0);
        let mut order: Vec<u32> = (0..rows as u32).collect();
        for i in (1..rows).rev() {
            order.swap(i, rng.index(i as u32 + 1));
        }
        let share = (rows / SHARE).max(1);
        Self { order, validation: share.min(rows.saturating_sub(1)), test: share.min(rows.saturating_sub(2)) }
    }

    /// The rows to train on.
    pub fn training(&self) -> &[u32] {
        &self.order[self.validation + self.test..]
    }

    /// The rows to decide by: which settings, and when to stop.
    pub fn validation(&self) -> &[u32] {
        &self.order[..self.validation]
    }

    /// The rows to report on.
    pub fn test(&self) -> &[u32] {
        &self.order[self.validation..][..self.test]
    }
}

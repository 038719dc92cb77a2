//! Random split of rows into training, validation and test sets of 80, 10 and 10 per cent (shuffle of Fisher and Yates;
//! Durstenfeld, CACM 7, 1964).

use alloc::vec::Vec;

use crate::rng::{Purpose, stream};

/// One row of ten is for validation, another row for testing.
const ROWS_PER_HELD_OUT_ROW: usize = 10;

/// Row indices of the three sets, each in random order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    order: Vec<u32>,
    /// Number of validation rows, which come first in `order`; test rows follow.
    validation: usize,
    test: usize,
}

impl Split {
    /// Splits rows 0 to `rows` - 1. Validation and test set have a tenth each, rounded down, but at least one row.
    /// Tables of one or two rows have no test set. A table of one row has no validation set either.
    pub fn new(rows: usize, seed: u32) -> Self {
        let mut rng = stream(seed, Purpose::Split, 0);
        let mut order: Vec<u32> = (0..rows as u32).collect();
        for i in (1..rows).rev() {
            order.swap(i, rng.index(i as u32 + 1));
        }
        let share = (rows / ROWS_PER_HELD_OUT_ROW).max(1);
        Self { order, validation: share.min(rows.saturating_sub(1)), test: share.min(rows.saturating_sub(2)) }
    }

    /// Rows to train on.
    pub fn training(&self) -> &[u32] {
        &self.order[self.validation + self.test..]
    }

    /// Rows to choose settings and the stopping time by.
    pub fn validation(&self) -> &[u32] {
        &self.order[..self.validation]
    }

    /// Rows to report results on.
    pub fn test(&self) -> &[u32] {
        &self.order[self.validation..][..self.test]
    }
}

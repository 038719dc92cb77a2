//! Positions of the chains of a group, and the values kept with them.

use alloc::vec::Vec;

use crate::rng::Stream;

/// The states of n chains in R^d, one chain after another.
#[derive(Debug)]
pub struct States<'a> {
    /// The positions (n×d).
    pub positions: &'a mut [f64],
    /// [`super::KernelProperties::state_len`] numbers for each chain.
    pub chain_states: &'a mut [f64],
    /// [`super::KernelProperties::group_state_len`] numbers for the group.
    pub group_state: &'a mut [f64],
}

impl<'a> States<'a> {
    /// States of a kernel that keeps only positions.
    pub fn at(positions: &'a mut [f64]) -> Self {
        Self { positions, chain_states: &mut [], group_state: &mut [] }
    }
}

// None of these is inlined: that keeps the page's module small.

/// Resizes `numbers` to `length`, within its capacity.
#[inline(never)]
pub(super) fn fit(numbers: &mut Vec<f64>, length: usize) {
    numbers.resize(length, 0.0);
}

/// Copies `from` to `to`, which has the same length.
#[inline(never)]
pub(super) fn set(to: &mut [f64], from: &[f64]) {
    to.copy_from_slice(from);
}

/// The numbers of chain number `chain` among `values`, `size` for each chain.
#[inline(never)]
pub(super) fn row(values: &[f64], size: usize, chain: usize) -> &[f64] {
    &values[chain * size..(chain + 1) * size]
}

/// Fills `out` with standard normals, each chain's part from its own generator.
#[inline(never)]
pub(super) fn fill_normal(rngs: &mut [Stream], out: &mut [f64]) {
    let dim = out.len() / rngs.len();
    for (rng, out) in rngs.iter_mut().zip(out.chunks_exact_mut(dim)) {
        out.fill_with(|| rng.normal());
    }
}

/// Writes x + `noise` ε to `out` for the position x of each chain.
#[inline(never)]
pub(super) fn corrupt(rngs: &mut [Stream], positions: &[f64], noise: f64, out: &mut [f64]) {
    fill_normal(rngs, out);
    out.iter_mut().zip(positions).for_each(|(y, x)| *y = x + noise * *y);
}

//! Where the chains of a group are, and what is kept beside that.

use crate::rng::Stream;

/// The states of n chains in R^d, one chain after another.
#[derive(Debug)]
pub struct States<'a> {
    /// The points: n d numbers.
    pub positions: &'a mut [f64],
    /// For each chain as many numbers as [`super::Sampler::memory`] says.
    pub memories: &'a mut [f64],
    /// For all of them as many as [`super::Sampler::common`] says.
    pub common: &'a mut [f64],
}

impl<'a> States<'a> {
    /// States of a kernel that keeps nothing beside the positions.
    pub fn at(positions: &'a mut [f64]) -> Self {
        Self { positions, memories: &mut [], common: &mut [] }
    }
}

/// The numbers of chain number `chain` among `values`, `size` for each chain.
pub(super) fn row(values: &[f64], size: usize, chain: usize) -> &[f64] {
    &values[chain * size..(chain + 1) * size]
}

/// Writes x + `noise` ε to `out` for the position x of each chain.
pub(super) fn corrupt(rngs: &mut [Stream], positions: &[f64], noise: f64, out: &mut [f64]) {
    let dim = positions.len() / rngs.len();
    for (rng, (x, y)) in rngs.iter_mut().zip(positions.chunks_exact(dim).zip(out.chunks_exact_mut(dim))) {
        y.iter_mut().zip(x).for_each(|(y, x)| *y = x + noise * rng.normal());
    }
}

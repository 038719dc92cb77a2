//! Products of a layer's weights with a tile of four examples: W x + c, Wᵀ g and the gradient g xᵀ, for any number of
//! inputs.
//!
//! [`StridedWeights`] selects a rectangle of weights: some slots of every block of a layer, such as its rows of W or
//! its columns of V. The loops are our own, because the order of additions in a library depends on the target.

use super::fused::{EXAMPLES_PER_TILE, Hidden, dot, tile};
use crate::simd::Simd;

/// A range of `count` SIMD vectors from `first` in each block of `stride`.
#[derive(Clone, Copy, Debug)]
pub struct StridedWeights {
    /// The number of SIMD vectors in a block.
    pub stride: usize,
    /// The first slot of the range.
    pub first: usize,
    /// The number of slots.
    pub count: usize,
}

impl StridedWeights {
    /// Adds W x to `out`, block by block. `x[j * EXAMPLES_PER_TILE + e]` is input j of example e in every element.
    pub fn multiply<L: Simd>(&self, vectors: &[L], x: &[L], out: &mut [Hidden<L>]) {
        let x = &x[..self.count * EXAMPLES_PER_TILE];
        for (block, out) in vectors.chunks_exact(self.stride).zip(out) {
            let weights = &block[self.first..self.first + self.count];
            let mut sums = *out;
            for (weight, x) in weights.iter().zip(x.as_chunks::<EXAMPLES_PER_TILE>().0) {
                for e in 0..EXAMPLES_PER_TILE {
                    sums[e] += *weight * x[e];
                }
            }
            *out = sums;
        }
    }

    /// out[j * EXAMPLES_PER_TILE + e] = Σ W_uj g_u over all units u; `g` has one entry per block.
    pub fn multiply_transposed<L: Simd>(&self, vectors: &[L], g: &[Hidden<L>], out: &mut [f64]) {
        for (j, out) in
            out[..self.count * EXAMPLES_PER_TILE].as_chunks_mut::<EXAMPLES_PER_TILE>().0.iter_mut().enumerate()
        {
            let mut sums = [L::default(); EXAMPLES_PER_TILE];
            for (block, g) in vectors.chunks_exact(self.stride).zip(g) {
                for e in 0..EXAMPLES_PER_TILE {
                    sums[e] += block[self.first + j] * g[e];
                }
            }
            *out = sums.map(L::sum);
        }
    }

    /// Adds Σ_e g_e x_eᵀ to the weights' gradient.
    pub fn add_outer<L: Simd>(&self, gradient: &mut [L], g: &[Hidden<L>], x: &[L]) {
        for (block, g) in gradient.chunks_exact_mut(self.stride).zip(g) {
            for (j, slope) in block[self.first..self.first + self.count].iter_mut().enumerate() {
                *slope += dot(*g, tile(x, j));
            }
        }
    }
}

//! Reusable passes through a network for the learned score, each created on first use.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::model::Architecture;
use crate::model::fused::EXAMPLES_PER_TILE;
use crate::model::output_activation::Output;
use crate::model::pass::Pass;
use crate::simd::Simd;

/// Passes through networks of one architecture; another architecture clears the cache.
#[derive(Clone, Debug, Default)]
pub struct PassBuffers<L> {
    architecture: Architecture,
    plain: Option<Box<Pass<L>>>,
    coordinates: Option<Box<CoordinatePass<L>>>,
    pub(super) buffers: (Vec<L>, Vec<f64>),
}

/// A pass along all coordinates with its output V h and V ḣ and the output's activation.
#[derive(Clone, Debug)]
pub(super) struct CoordinatePass<L> {
    pub(super) pass: Pass<L>,
    pub(super) sums: Vec<f64>,
    pub(super) output: Option<Output>,
}

/// The greatest length of `sums` of a cached pass along all coordinates; each share of the chains has a cache.
const MAX_CACHED: usize = 1 << 15;

impl<L: Simd> PassBuffers<L> {
    /// Drops a large pass: its allocation costs little against its use.
    pub fn drop_large(&mut self) {
        if self.coordinates.as_ref().is_some_and(|coordinates| coordinates.sums.len() > MAX_CACHED) {
            self.coordinates = None;
        }
    }

    fn set_architecture(&mut self, architecture: &Architecture) {
        if self.architecture != *architecture {
            *self = Self { architecture: *architecture, ..Self::default() };
        }
    }

    /// A pass without directions.
    #[inline(never)]
    pub(super) fn plain_pass(&mut self, architecture: &Architecture) -> &mut Pass<L> {
        self.set_architecture(architecture);
        self.plain.get_or_insert_with(|| Box::new(Pass::new(architecture, 0)))
    }

    #[inline(never)]
    pub(super) fn coordinate_pass(&mut self, architecture: &Architecture) -> &mut CoordinatePass<L> {
        self.set_architecture(architecture);
        self.coordinates.get_or_insert_with(|| {
            let sums = vec![0.0; (1 + architecture.dim) * architecture.dim * EXAMPLES_PER_TILE];
            Box::new(CoordinatePass {
                pass: Pass::new(architecture, architecture.dim),
                sums,
                output: Output::new(architecture, architecture.dim),
            })
        })
    }

    /// Takes the buffers out of the cache: one number of `input` and two of `sums` for each coordinate of a tile.
    #[inline(never)]
    pub(super) fn take_buffers(&mut self, dim: usize) -> (Vec<L>, Vec<f64>) {
        let (mut input, mut sums) = core::mem::take(&mut self.buffers);
        input.resize(dim * EXAMPLES_PER_TILE, L::default());
        sums.resize(2 * dim * EXAMPLES_PER_TILE, 0.0);
        (input, sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn drop_large_keeps_small_passes() {
        for (dim, is_kept) in [(2, true), (64, true), (100, false)] {
            let mut passes = PassBuffers::<f64>::default();
            passes.coordinate_pass(&Architecture { dim, units: 2, ..Architecture::default() });
            passes.drop_large();
            assert_eq!(passes.coordinates.is_some(), is_kept, "{dim}");
        }
    }
}

//! What a learned score needs to work in: passes through its network, each made when it is first asked for.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::model::Architecture;
use crate::model::fused::EXAMPLES_PER_TILE;
use crate::model::output::Output;
use crate::model::pass::Pass;
use crate::simd::Simd;

/// PassCache through networks of one form at a time.
#[derive(Clone, Debug, Default)]
pub struct PassCache<L> {
    architecture: Architecture,
    alone: Option<Box<Pass<L>>>,
    along: Option<Box<Along<L>>>,
    pub(super) wide: (Vec<L>, Vec<f64>),
}

/// A pass along all coordinates, with V h and V ḣ, and their way through the output.
#[derive(Clone, Debug)]
pub(super) struct Along<L> {
    pub(super) pass: Pass<L>,
    pub(super) sums: Vec<f64>,
    pub(super) output: Option<Output>,
}

/// The most numbers of a pass along all coordinates that is kept: there are as many as there are shares of chains.
const MOST_KEPT: usize = 1 << 15;

impl<L: Simd> PassCache<L> {
    /// Gives large passes back, which take less long to make than what they are for.
    pub fn shed(&mut self) {
        if self.along.as_ref().is_some_and(|along| along.sums.len() > MOST_KEPT) {
            self.along = None;
        }
    }

    fn suit(&mut self, architecture: &Architecture) {
        if self.architecture != *architecture {
            *self = Self { architecture: *architecture, ..Self::default() };
        }
    }

    /// A pass along no direction.
    #[inline(never)]
    pub(super) fn alone(&mut self, architecture: &Architecture) -> &mut Pass<L> {
        self.suit(architecture);
        self.alone.get_or_insert_with(|| Box::new(Pass::new(architecture, 0)))
    }

    #[inline(never)]
    pub(super) fn along_coordinates(&mut self, architecture: &Architecture) -> &mut Along<L> {
        self.suit(architecture);
        self.along.get_or_insert_with(|| {
            let sums = vec![0.0; (1 + architecture.dim) * architecture.dim * EXAMPLES_PER_TILE];
            Box::new(Along {
                pass: Pass::new(architecture, architecture.dim),
                sums,
                output: Output::new(architecture, architecture.dim),
            })
        })
    }

    /// Takes away one and two numbers for each coordinate of a group.
    #[inline(never)]
    pub(super) fn take_wide(&mut self, dim: usize) -> (Vec<L>, Vec<f64>) {
        let (mut input, mut sums) = core::mem::take(&mut self.wide);
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
    fn large_passes_are_given_back() {
        for (dim, is_kept) in [(2, true), (64, true), (100, false)] {
            let mut passes = PassCache::<f64>::default();
            passes.along_coordinates(&Architecture { dim, units: 2, ..Architecture::default() });
            passes.shed();
            assert_eq!(passes.along.is_some(), is_kept, "{dim}");
        }
    }
}

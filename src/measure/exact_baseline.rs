//! The value of a measure for exact draws, as a reference for a sampler's states: no finite sample has distance zero.

use crate::data::{Density, Points};
use crate::rng::{Purpose, stream};

/// The first index of measure streams for exact draws.
const EXACT_STREAMS: u64 = 1 << 40;

/// `measure` of two independent samples of `count` exact draws of `density`, determined by `seed`. The first replaces
/// the sampler's states, the second replaces the exact draws.
pub fn exact_baseline(
    density: &dyn Density,
    count: usize,
    seed: u32,
    measure: &mut dyn FnMut(&[f64], &[f64]) -> f64,
) -> f64 {
    let draw = |i: u64| Points::draw_from(density, count, &mut stream(seed, Purpose::Measure, EXACT_STREAMS + i));
    measure(draw(0).values(), draw(1).values())
}

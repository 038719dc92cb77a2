//! What a measure comes to for exact draws, beside which its value for a sampler's states is read: no finite sample is at
//! distance zero.

use crate::data::{Density, Points};
use crate::rng::{Purpose, stream};

/// The streams for measures from here on are those of exact pairs.
const PAIRS: u64 = 1 << 40;

/// `measure` of two independent samples of `count` exact draws of `density`, which depend on `seed` alone: the first stands
/// where the sampler's states do, the second where the draws do that they are compared with.
pub fn exact_baseline(
    density: &dyn Density,
    count: usize,
    seed: u32,
    measure: &mut dyn FnMut(&[f64], &[f64]) -> f64,
) -> f64 {
    let draw = |i: u64| Points::draw_from(density, count, &mut stream(seed, Purpose::Measure, PAIRS + i));
    measure(draw(0).values(), draw(1).values())
}

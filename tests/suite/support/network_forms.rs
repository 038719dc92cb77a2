//! Random networks of every form, points to test them at, and their scores there.

use scorescape::model::{Activation, Architecture, Network, Scaling};
use scorescape::rng::{Purpose, stream};
use scorescape::score::Score;
use scorescape::simd::Simd;

use super::reference_network::{Plain, bent_forms, every_form, random};

pub const SIGMA: f64 = 0.4;
/// Wasm tests one in `THINNING` forms.
const THINNING: usize = if cfg!(target_arch = "wasm32") { 7 } else { 1 };

/// 37 points: no multiple of the four examples of a tile.
pub fn test_points(dim: usize) -> Vec<f64> {
    let mut rng = stream(4, Purpose::Measure, 0);
    (0..37 * dim).map(|_| 1.2 * rng.normal()).collect()
}

pub fn scores(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; points.len()];
    score.scores(points, &mut out);
    out
}

/// A random network with no crease of relu within `margin` of any of `points`, and whose output is not dead there.
pub fn smooth<L: Simd>(architecture: Architecture, points: &[f64], margin: f64) -> Network<L> {
    let is_smooth = |network: &Network<f64>| {
        let plain = Plain::new(network, SIGMA);
        let mut points = points.chunks_exact(architecture.dim);
        points.clone().any(|x| plain.passes_on(x)) && points.all(|x| plain.is_smooth(x, margin))
    };
    random(architecture, (1..).find(|seed| is_smooth(&random(architecture, *seed))).unwrap())
}

/// Every form with every activation, and the forms with a bent output, in the dimensions `dims`.
pub fn table_of(dims: &[usize], units: usize) -> impl Iterator<Item = Architecture> {
    let of = move |dim| {
        let straight = Activation::ALL.into_iter().flat_map(move |activation| every_form(dim, units, activation));
        straight.chain(bent_forms(dim, units))
    };
    dims.iter().copied().flat_map(of).step_by(THINNING)
}

pub fn table() -> impl Iterator<Item = Architecture> {
    table_of(&[1, 2, 3], 6)
}

/// Whether r(x) - x is the gradient of an energy for all weights, as in one dimension.
pub fn has_energy(architecture: &Architecture) -> bool {
    architecture.is_tied() && architecture.scaling != Scaling::PerOutput && architecture.output == Activation::Identity
}

//! Rank-normalised split-R̂: the spread of all half chains together relative to the spread of each (Vehtari, Gelman,
//! Simpson, Carpenter and Bürkner 2021, section 4). 1 for chains that have converged; chains above 1.01 have not.

use super::rank_normalization::normalise;
use super::trace::{Trace, mean, quantile, variance};
use crate::math;

/// The greater of R̂ for the normal scores of the values and R̂ for the normal scores of their distances from the
/// median. The distances detect chains that differ in scale only. NaN for one chain, fewer than four draws, a value
/// that is not finite, or chains that all stand still; ∞ if every half chain stands still at its own place.
pub fn r_hat(trace: &Trace) -> f64 {
    if trace.chains() < 2 || !trace.is_informative() {
        return f64::NAN;
    }
    let halves = trace.split();
    let median = quantile(&halves.sorted(), 0.5);
    let location = plain(&normalise(&halves));
    let scale = plain(&normalise(&halves.map(|x| (x - median).abs())));
    // NaN if all distances from the median are equal: there is no difference in scale.
    if location.is_nan() { location } else { location.max(scale) }
}

/// √(((n - 1)/n W + B/n)/W) for variances B/n between and W within chains of length n; NaN if all values are equal.
fn plain(trace: &Trace) -> f64 {
    let n = trace.draws() as f64;
    let within = mean(&trace.values().chunks_exact(trace.draws()).map(variance).collect::<alloc::vec::Vec<_>>());
    let between = variance(&trace.means());
    math::sqrt((n - 1.0) / n + between / within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn of(values: &[f64], chains: usize) -> f64 {
        r_hat(&Trace::new(values.to_vec(), chains).unwrap())
    }

    #[test]
    fn r_hat_is_unknown_where_nothing_can_be_known() {
        let moving: Vec<f64> = (0..16).map(|i| f64::from(i * 7 % 16)).collect();
        assert!(of(&moving, 2) > 0.5);
        assert!(of(&moving, 1).is_nan() && of(&moving[..6], 2).is_nan());
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(of(&[&moving[..15], &[bad]].concat(), 2).is_nan(), "{bad}");
        }
        assert!(of(&[0.1; 16], 2).is_nan(), "constant");
        assert!(of(&[[0.1; 8], [0.2; 8]].concat(), 2).is_nan(), "stuck");
    }

    #[test]
    fn r_hat_of_halves_at_their_own_places_is_infinite() {
        assert_eq!(of(&[[0.1; 4], [0.2; 4], [0.3; 4], [0.4; 4]].concat(), 2), f64::INFINITY);
    }
}

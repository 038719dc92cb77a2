//! Squared maximum mean discrepancy with a Gaussian kernel, the unbiased estimate (Gretton et al. 2012, lemma 6).

use super::pairwise::discrepancy;
use crate::math;

/// MMD² of two samples in R^`dim` with the kernel exp(-‖x - y‖²/2h²), h = `bandwidth`, usually the [`median_distance`]
/// of both samples. The unbiased estimate may be negative.
///
/// [`median_distance`]: super::pairwise::median_distance
pub fn squared(a: &[f64], b: &[f64], dim: usize, bandwidth: f64) -> f64 {
    let factor = -0.5 / (bandwidth * bandwidth);
    discrepancy(a, b, dim, &|square| math::exp(factor * square))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn squared_mmd_of_two_normals_is_its_closed_form() {
        let mut rng = stream(3, Purpose::Measure, 0);
        let a: Vec<f64> = (0..3000).map(|_| rng.normal()).collect();
        let b: Vec<f64> = (0..3000).map(|_| rng.normal() + 1.0).collect();
        // E k = h/√(h² + 2) exp(-m²/2(h² + 2)) for a difference N(m, 2).
        let h = 0.5;
        let mean = |m: f64| h / math::sqrt(h * h + 2.0) * math::exp(-0.5 * m * m / (h * h + 2.0));
        let exact = 2.0 * mean(0.0) - 2.0 * mean(1.0);
        assert!((squared(&a, &b, 1, h) - exact).abs() < 0.01, "{} against {exact}", squared(&a, &b, 1, h));
    }
}

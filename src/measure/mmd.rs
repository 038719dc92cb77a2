//! Squared maximum mean discrepancy with a Gaussian kernel, the unbiased estimate (Gretton et al. 2012, lemma 6).

use crate::math;

/// MMD² of two samples in R^`dim` under exp(-‖x - y‖²/2h²), h = `bandwidth`; may be negative, as unbiased estimates are.
pub fn squared(a: &[f64], b: &[f64], dim: usize, bandwidth: f64) -> f64 {
    let factor = -0.5 / (bandwidth * bandwidth);
    let kernel = |x: &[f64], y: &[f64]| math::exp(factor * math::squared_distance(x, y));
    let between = |x: &[f64], points: &[f64]| points.chunks_exact(dim).map(|y| kernel(x, y)).sum::<f64>();
    let within = |points: &[f64]| {
        let n = (points.len() / dim) as f64;
        let total: f64 = points.chunks_exact(dim).enumerate().map(|(i, x)| between(x, &points[..i * dim])).sum();
        2.0 * total / (n * (n - 1.0))
    };
    let cross: f64 = a.chunks_exact(dim).map(|x| between(x, b)).sum();
    let pairs = (a.len() / dim) as f64 * (b.len() / dim) as f64;
    within(a) + within(b) - 2.0 * cross / pairs
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
        let truth = 2.0 * mean(0.0) - 2.0 * mean(1.0);
        assert!((squared(&a, &b, 1, h) - truth).abs() < 0.01, "{} against {truth}", squared(&a, &b, 1, h));
    }
}

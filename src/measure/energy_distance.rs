//! The energy distance 2 E‖a - b‖ - E‖a - a'‖ - E‖b - b'‖, as an unbiased estimate. It is zero for equal distributions
//! and has no bandwidth (Székely and Rizzo 2013).

use super::pairwise::discrepancy;
use crate::math;

/// The distance of two samples of two or more points in R^`dim`; the unbiased estimate may be negative.
pub fn energy_distance(a: &[f64], b: &[f64], dim: usize) -> f64 {
    discrepancy(a, b, dim, &|square| -math::sqrt(square))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn energy_distance_is_that_of_numpy() {
        let a = [0.1, 0.2, -0.5, 0.4, 0.3, 0.9, 1.2, -0.7, -0.8, -0.3, 0.3, 0.9];
        let b = [0.0, 0.5, -0.4, 0.1, 0.9, 0.6, -1.1, 0.7, 0.2, -0.6];
        assert!((energy_distance(&a, &b, 2) + 0.263_542_635_177_637_1).abs() < 1e-15);
    }

    #[test]
    fn energy_distance_of_shifted_normals_is_its_closed_form() {
        let mut rng = stream(4, Purpose::Measure, 0);
        let a: Vec<f64> = (0..1500).map(|_| rng.normal()).collect();
        let b: Vec<f64> = (0..1500).map(|_| rng.normal() + 1.0).collect();
        // 2 (2 exp(-¼)/√π + erf(½)) - 4/√π. The standard error of the estimate, by 40 simulations with NumPy, is .043.
        let distance = energy_distance(&a, &b, 1);
        assert!((distance - 0.541_806_579_305_957_7).abs() < 4.5 * 0.043, "{distance}");
    }
}

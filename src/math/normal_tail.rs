//! Normal tails by Mills' ratio R(u) = (1 - Φ(u))/φ(u). Differences of Φ far in the tails keep their digits.
//!
//! R(u) = 1/(u + 1/(u + 2/(u + 3/(u + …)))) (Abramowitz and Stegun, 26.2.14). The continued fraction needs few terms
//! where erfc(u/√2) would underflow.

use core::f64::consts::SQRT_2;

use super::{TAU, exp, sqrt};

/// From this u on, the continued fraction is used.
const FRACTION_START: f64 = 4.0;
/// The number of terms of the continued fraction; for u ≥ 4 the error is below 1e-15.
const TERMS: u32 = 40;

/// Mills' ratio at `u` ≥ 0.
pub fn mills_ratio(u: f64) -> f64 {
    if u < FRACTION_START {
        return sqrt(0.25 * TAU) * libm::erfc(u / SQRT_2) * exp(0.5 * u * u);
    }
    let mut rest = u;
    for k in (1..=TERMS).rev() {
        rest = u + f64::from(k) / rest;
    }
    1.0 / rest
}

/// Φ(b) - Φ(a) for a ≤ 0 ≤ b.
pub fn mass_between(a: f64, b: f64) -> f64 {
    0.5 * (libm::erfc(a / SQRT_2) - libm::erfc(b / SQRT_2))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn mills_ratio_has_the_values_of_sixty_digit_arithmetic() {
        for (u, exact) in [
            (0.0, 1.253_314_137_315_500_3),
            (0.5, 0.876_364_456_453_692_3),
            (2.0, 0.421_369_229_288_054_5),
            (3.9, 0.242_109_334_721_059_87),
            (4.0, 0.236_652_382_913_560_67),
            (5.0, 0.192_808_104_715_315_77),
            (8.0, 0.123_131_963_257_932_26),
            (20.0, 0.049_875_925_981_836_78),
            (200.0, 0.004_999_875_009_373_828),
        ] {
            let error = mills_ratio(u) / exact - 1.0;
            assert!(error.abs() < 4e-15, "R({u}) errs by {error:e}");
        }
    }

    #[test]
    fn mass_between_has_the_tabulated_values() {
        assert!((mass_between(-1.96, 1.96) - 0.950_004_209_703_558_7).abs() < 1e-15);
        assert!((mass_between(0.0, 40.0) - 0.5).abs() < 1e-16);
    }
}

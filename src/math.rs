//! Scalar transcendental functions from `libm`, with the same bits on every target.
//!
//! `f64::exp` and similar functions call the platform's library; their last bits differ between native and wasm builds.
//! Only operations that IEEE 754 rounds correctly (`+ - * /`, square root, rounding) agree everywhere. All other
//! functions of a float in this crate come from here or, four numbers at a time, from [`crate::simd`].

pub mod cubic_hermite;
pub mod dct;
pub mod decimal;
pub mod eigen;
pub mod fft;
pub mod five_point_elimination;
pub mod linalg;
pub mod normal_quantile;
pub mod normal_tail;
pub mod quadrature;
pub mod sort;

pub mod tridiagonal_solve;

/// 2π.
pub const TAU: f64 = core::f64::consts::TAU;

/// The exponential of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm of `x`; NaN below zero.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// The hyperbolic tangent of `x`.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// ln(1 + exp x).
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(exp(-x.abs()))
}

/// ln cosh x.
pub fn log_cosh(x: f64) -> f64 {
    x.abs() + libm::log1p(exp(-2.0 * x.abs())) - core::f64::consts::LN_2
}

/// The dilogarithm Li₂(-exp x) = -∫ ln(1 + exp x), to 15 digits. For x ≤ 0: the Bernoulli series in w = -ln(1 + exp x).
/// For x > 0: Li₂(-eˣ) = -π²/6 - ½x² - Li₂(-e⁻ˣ) (Lewin, *Polylogarithms and Associated Functions*, 1981).
pub fn dilogarithm_of_minus_exp(x: f64) -> f64 {
    /// B₂ₖ/(2k + 1)! for k = 1 to 7.
    const SERIES: [f64; 7] = [
        1.0 / 36.0,
        -1.0 / 3600.0,
        1.0 / 211_680.0,
        -1.0 / 10_886_400.0,
        1.0 / 526_901_760.0,
        -4.064_761_645_144_226e-11,
        8.921_691_020_456_452e-13,
    ];
    let w = -softplus(-x.abs());
    let tail = SERIES.iter().rev().fold(0.0, |sum, coefficient| sum * w * w + coefficient);
    let below = w - 0.25 * w * w + w * w * w * tail;
    if x > 0.0 { -TAU * TAU / 24.0 - 0.5 * x * x - below } else { below }
}

/// The sine and cosine of `x` radians.
pub fn sin_cos(x: f64) -> (f64, f64) {
    (libm::sin(x), libm::cos(x))
}

/// The angle of the point (`x`, `y`) in (-π, π].
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// The correctly rounded square root of `x`; NaN below zero.
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// The least integer not below `x`.
pub fn ceil(x: f64) -> f64 {
    libm::ceil(x)
}

/// log Σ exp(xᵢ), shifted by the maximum against overflow; -∞ for no terms.
pub fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + ln(terms.map(|term| exp(term - top)).sum())
}

/// The scalar product of two vectors of equal length, summed from the first coordinate.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The squared Euclidean distance between two vectors of equal length.
pub fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The angle between two vectors of equal length, in [0, π]; NaN if a length is zero or not finite. Twice the arc
/// tangent of ‖u - v‖/‖u + v‖ for unit vectors u and v is accurate also for small angles (Kahan 2006).
pub fn angle(a: &[f64], b: &[f64]) -> f64 {
    let [length_a, length_b] = [a, b].map(|vector| sqrt(dot(vector, vector)));
    if ![length_a, length_b].iter().all(|length| *length > 0.0 && length.is_finite()) {
        return f64::NAN;
    }
    let size = |sign: f64| {
        let sums = a.iter().zip(b).map(|(a, b)| a / length_a + sign * b / length_b);
        sqrt(sums.map(|sum| sum * sum).sum())
    };
    2.0 * atan2(size(-1.0), size(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn angle_is_that_of_turned_vectors_in_the_plane_and_beyond() {
        for degrees in [0.0, 1e-9, 0.5, 45.0, 90.0, 179.5, 180.0_f64] {
            let turn = degrees.to_radians();
            let (sine, cosine) = sin_cos(turn);
            for (a, b) in [
                (vec![2.0, 0.0], vec![3.0 * cosine, 3.0 * sine]),
                (vec![1e-150, 1e-150, 0.0], vec![cosine - sine, cosine + sine, 0.0]),
                (vec![0.0, 5.0, 0.0, 0.0], vec![0.0, cosine, 0.0, -sine]),
            ] {
                let found = angle(&a, &b);
                assert!((found - turn).abs() <= 4e-16 * turn.max(1.0), "{degrees}°: {found}, not {turn}");
            }
        }
        for unknown in [[0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0], [1e200, 0.0]] {
            assert!(angle(&unknown, &[1.0, 0.0]).is_nan() && angle(&[1.0, 0.0], &unknown).is_nan(), "{unknown:?}");
        }
    }

    #[test]
    fn dilogarithm_has_its_known_values_and_slope() {
        let pi_squared = 0.25 * TAU * TAU;
        assert!((dilogarithm_of_minus_exp(0.0) + pi_squared / 12.0).abs() < 1e-15);
        // Li₂(-1/φ) = -π²/15 + ½ ln² φ, φ the golden ratio.
        let golden = ln(0.5 * (1.0 + sqrt(5.0)));
        assert!((dilogarithm_of_minus_exp(-golden) + pi_squared / 15.0 - 0.5 * golden * golden).abs() < 1e-15);
        for x in [-30.0, -2.0, 0.7, 5.0, 40.0] {
            let slope = (dilogarithm_of_minus_exp(x + 1e-4) - dilogarithm_of_minus_exp(x - 1e-4)) / 2e-4;
            assert!((slope + softplus(x)).abs() < 1e-7, "at {x}: {slope}");
        }
    }

    #[test]
    fn log_sum_exp_survives_terms_that_overflow() {
        let terms = [1000.0, 1000.0];
        assert!((log_sum_exp(terms.iter().copied()) - (1000.0 + ln(2.0))).abs() < 1e-12);
        assert_eq!(log_sum_exp(core::iter::empty()), f64::NEG_INFINITY);
    }
}

//! Scalar transcendentals with the same bits on every target: `libm`, and nothing else.
//!
//! `f64::exp` and its kin go to the platform's own library and differ in the last bits between native and wasm builds.
//! Only operations that IEEE 754 rounds correctly (`+ - * /`, square root, rounding) are the same everywhere; all other
//! functions of a float in this crate come from here or, four lanes at a time, from [`crate::lane`].

pub mod decimal;
pub mod linear;
pub mod quadrature;

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

/// The least integer at or above `x`.
pub fn ceil(x: f64) -> f64 {
    libm::ceil(x)
}

/// log Σ exp(xᵢ), shifted by the maximum so that nothing overflows; -∞ for no terms.
pub fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + ln(terms.map(|term| exp(term - top)).sum())
}

/// The scalar product of two vectors of equal length, summed from the first coordinate on.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The squared Euclidean distance of two vectors of equal length.
pub fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn log_sum_exp_survives_terms_that_overflow() {
        let terms = [1000.0, 1000.0];
        assert!((log_sum_exp(terms.iter().copied()) - (1000.0 + ln(2.0))).abs() < 1e-12);
        assert_eq!(log_sum_exp(core::iter::empty()), f64::NEG_INFINITY);
    }
}

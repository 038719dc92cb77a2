//! SIMD vectors for the kernels: four `f32` or one `f64`.
//!
//! A kernel generic over [`Simd`] runs with [`f32x4`] in the page and with `f64` in tests, so finite differences check
//! the same code. There is no fused multiply-add, and [`Simd::sum`] has a fixed order: the bits are equal on every
//! target.

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

pub use wide::f32x4;
use wide::u32x4;

use crate::math;

/// A vector of `WIDTH` numbers with element-wise arithmetic.
pub trait Simd:
    Copy
    + Debug
    + Default
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
{
    /// The number of elements of a vector.
    const WIDTH: usize;

    /// `value`, rounded to the element type, in every element.
    fn splat(value: f64) -> Self;

    /// `f(i)`, rounded to the element type, in element `i`.
    fn from_fn(f: impl FnMut(usize) -> f64) -> Self;

    /// Element `i`; panics unless `i < WIDTH`.
    fn get(self, i: usize) -> f64;

    /// Element `i` in every element; panics unless `i < WIDTH`.
    #[inline(always)]
    fn broadcast(self, i: usize) -> Self {
        Self::splat(self.get(i))
    }

    /// The sum of all elements, added in pairs first.
    fn sum(self) -> f64;

    /// The correctly rounded square root of each element.
    fn sqrt(self) -> Self;

    /// Zero for elements of magnitude below `limit`; other elements and NaN are unchanged. Kernels remove subnormal
    /// numbers with it: arithmetic on them is a hundred times slower, and wasm cannot switch them off.
    fn flush(self, limit: f64) -> Self;

    /// The greater element of each pair; if one is NaN, either.
    fn max(self, other: Self) -> Self;

    /// The exponential of each element; NaN stays NaN. For `f32` the relative error is below 1e-7 on [-87.3, 87.3], and
    /// the function is constant beyond.
    fn exp(self) -> Self;

    /// The hyperbolic tangent of each element; NaN stays NaN. For `f32` it is a rational function with an absolute
    /// error below 6e-7 and values within ±(1 + 2e-7).
    fn tanh(self) -> Self;

    /// 1 for elements above zero, 0 for others and NaN.
    fn step(self) -> Self;

    /// ln(1 + exp x) of each element; NaN stays NaN. For `f32` it is max(x, 0) - ln σ(|x|), with an absolute error
    /// below 1e-6.
    fn softplus(self) -> Self;

    /// 1/(1 + exp(-x)) of each element, from [`Simd::tanh`] of x/2.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let half = Self::splat(0.5);
        half + half * (half * self).tanh()
    }
}

impl Simd for f64 {
    const WIDTH: usize = 1;

    fn splat(value: f64) -> Self {
        value
    }

    fn from_fn(mut f: impl FnMut(usize) -> f64) -> Self {
        f(0)
    }

    fn get(self, i: usize) -> f64 {
        assert_eq!(i, 0);
        self
    }

    fn sum(self) -> f64 {
        self
    }

    fn sqrt(self) -> Self {
        math::sqrt(self)
    }

    fn flush(self, limit: f64) -> Self {
        if self.abs() < limit { 0.0 } else { self }
    }

    fn max(self, other: Self) -> Self {
        f64::max(self, other)
    }

    fn exp(self) -> Self {
        math::exp(self)
    }

    fn tanh(self) -> Self {
        math::tanh(self)
    }

    fn step(self) -> Self {
        f64::from(u8::from(self > 0.0))
    }

    fn softplus(self) -> Self {
        math::softplus(self)
    }
}

impl Simd for f32x4 {
    const WIDTH: usize = 4;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        f32x4::splat(value as f32)
    }

    fn from_fn(mut f: impl FnMut(usize) -> f64) -> Self {
        f32x4::new([f(0) as f32, f(1) as f32, f(2) as f32, f(3) as f32])
    }

    fn get(self, i: usize) -> f64 {
        f64::from(self.to_array()[i])
    }

    #[inline(always)]
    fn sum(self) -> f64 {
        let [a, b, c, d] = self.to_array();
        f64::from((a + b) + (c + d))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f32x4::sqrt(self)
    }

    #[inline(always)]
    fn flush(self, limit: f64) -> Self {
        self.abs().simd_lt(<Self as Simd>::splat(limit)).select(Self::ZERO, self)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.fast_max(other)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        let x = clamp(self, EXP_LIMIT);
        // Adding 1.5·2²³ leaves the nearest whole number n in the low bits; a shift turns it into an exponent.
        let magic = f32x4::splat(12_582_912.0);
        let shifted = x * f32x4::splat(core::f32::consts::LOG2_E) + magic;
        let n = shifted - magic;
        let r = x - n * f32x4::splat(LN_2_HIGH) - n * f32x4::splat(LN_2_LOW);
        let power = power_of_two(shifted, n);
        (polynomial(r, &EXP_TERMS) * (r * r) + r + Self::ONE) * power
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        let x = clamp(self, TANH_LIMIT);
        let s = x * x;
        x * polynomial(s, &TANH_NUMERATOR) / polynomial(s, &TANH_DENOMINATOR)
    }

    #[inline(always)]
    fn step(self) -> Self {
        self.simd_gt(Self::ZERO).select(Self::ONE, Self::ZERO)
    }

    /// -ln p = 2 artanh((1 - p)/(1 + p)) for p = σ(|x|) in [½, 1].
    #[inline(always)]
    fn softplus(self) -> Self {
        let p = Simd::sigmoid(self.abs());
        let s = (Self::ONE - p) / (Self::ONE + p);
        self * Simd::step(self) + s * polynomial(s * s, &ARTANH)
    }
}

/// 2 artanh(s)/s as a series in s², for |s| up to ⅓.
const ARTANH: [f32; 6] = [2.0, 2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0];

/// Above this argument tanh is 1 to within 3e-7; the fit below ends here.
const TANH_LIMIT: f32 = 7.9;
/// Minimax fit of tanh(x)/x on [-7.9, 7.9] as a rational function of x², found by iteratively reweighted least squares.
const TANH_NUMERATOR: [f32; 5] = [0.999_999_17, 0.127_087_22, 0.002_693_539_3, 7.150_803_4e-6, -6.140_240_3e-9];
const TANH_DENOMINATOR: [f32; 4] = [1.0, 0.460_417_48, 0.022_836_03, 0.000_196_456];

/// Above this argument the exponential or its inverse is not a normal number.
const EXP_LIMIT: f32 = 87.3;
/// ln 2 in two parts. The first part has nine bits, so its products with n are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// (exp r - 1 - r)/r² on [-½ ln 2, ½ ln 2], from Moshier's *Methods and Programs for Mathematical Functions* (Cephes,
/// 1989).
const EXP_TERMS: [f32; 6] = [0.5, 0.166_666_65, 0.041_665_796, 0.008_333_452, 0.001_398_2, 1.987_569_1e-4];

/// 2ⁿ for whole n from -126 to 127. The low bits of `shifted` hold n; a shift turns them into an exponent.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn power_of_two(shifted: f32x4, _: f32x4) -> f32x4 {
    f32x4::from_bits((shifted.to_bits() << 23) + u32x4::splat(0x3f80_0000))
}

/// The same bits on other targets: there the shift's count would go through memory and take half of the function's
/// time.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
fn power_of_two(_: f32x4, n: f32x4) -> f32x4 {
    let exponents = (n + f32x4::splat(127.0)) * f32x4::splat(8_388_608.0);
    f32x4::from_bits(u32x4::new(exponents.fast_trunc_int().to_array().map(i32::cast_unsigned)))
}

/// A polynomial by Horner's rule; `coefficients` start with the constant.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f32x4, coefficients: &[f32; N]) -> f32x4 {
    let mut value = f32x4::splat(coefficients[N - 1]);
    for &coefficient in coefficients[..N - 1].iter().rev() {
        value = value * x + f32x4::splat(coefficient);
    }
    value
}

/// Limits each element to [-limit, limit] and keeps NaN. The fast minimum and maximum keep NaN only as the second
/// operand on SSE, and only as the first operand on wasm. Other targets select elements by comparison.
#[inline(always)]
fn clamp(x: f32x4, limit: f32) -> f32x4 {
    let (low, high) = (f32x4::splat(-limit), f32x4::splat(limit));
    if cfg!(target_feature = "simd128") {
        x.fast_min(high).fast_max(low)
    } else if cfg!(target_feature = "sse") {
        low.fast_max(high.fast_min(x))
    } else {
        clamp_by_selection(x, low, high)
    }
}

#[inline(always)]
fn clamp_by_selection(x: f32x4, low: f32x4, high: f32x4) -> f32x4 {
    let below = x.simd_gt(high).select(high, x);
    below.simd_lt(low).select(low, below)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn powers_of_two_have_their_bits() {
        for n in -126..=127 {
            let whole = f32x4::splat(n as f32);
            let power = power_of_two(whole + f32x4::splat(12_582_912.0), whole);
            assert_eq!(power.to_array().map(f32::to_bits), [((n + 127) as u32) << 23; 4], "{n}");
        }
    }

    #[test]
    fn tanh_errs_by_less_than_its_documented_bound() {
        for i in -200_000..200_000 {
            let x = (f64::from(i) * 6e-5) as f32;
            let y = Simd::tanh(f32x4::splat(x)).get(2);
            assert!((y - math::tanh(f64::from(x))).abs() < 6e-7, "tanh({x}) = {y}");
            assert!(y.abs() <= 1.0 + 2e-7, "tanh({x}) = {y}");
        }
    }

    #[test]
    fn softplus_errs_by_less_than_its_documented_bound() {
        for i in -20_000..20_000 {
            let x = (f64::from(i) * 1e-3) as f32;
            let y = Simd::softplus(f32x4::splat(x)).get(1);
            let exact = math::softplus(f64::from(x));
            assert!((y - exact).abs() < 1e-6 * (1.0 + exact), "softplus({x}) = {y}, not {exact}");
        }
    }

    #[test]
    fn tanh_keeps_nan_and_bounds_infinity() {
        let y = Simd::tanh(f32x4::new([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0]));
        assert!(y.get(0).is_nan());
        assert!((y.get(1) - 1.0).abs() < 6e-7 && (y.get(2) + 1.0).abs() < 6e-7);
        assert_eq!(y.get(3), 0.0);
    }

    #[test]
    fn exp_errs_by_less_than_its_documented_bound() {
        let mut worst: f64 = 0.0;
        for i in -873_000..=873_000 {
            let x = (f64::from(i) * 1e-4) as f32;
            let exact = math::exp(f64::from(x));
            worst = worst.max((Simd::exp(f32x4::splat(x)).get(1) / exact - 1.0).abs());
        }
        assert!(worst < 1e-7, "relative error {worst:e}");
    }

    #[test]
    fn exp_keeps_nan_and_is_constant_past_its_limit() {
        let y = Simd::exp(f32x4::new([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0]));
        assert!(y.get(0).is_nan());
        assert_eq!(y.get(3), 1.0);
        let ends = Simd::exp(f32x4::new([-EXP_LIMIT, EXP_LIMIT, f32::MAX, f32::MIN]));
        assert_eq!([y.get(1), y.get(2)], [ends.get(1), ends.get(0)]);
        assert_eq!([ends.get(2), ends.get(3)], [ends.get(1), ends.get(0)]);
    }

    #[test]
    fn clamp_limits_and_keeps_nan_by_the_target_s_instructions_and_by_selection() {
        let by_selection = |x| clamp_by_selection(x, f32x4::splat(-2.0), f32x4::splat(2.0));
        for clamped in [|x| clamp(x, 2.0), by_selection] {
            let ordinary = clamped(f32x4::new([-1.5, 0.0, 2.0, 3.0]));
            assert_eq!(ordinary.to_array(), [-1.5, 0.0, 2.0, 2.0]);
            let [low, nan, high, least] =
                clamped(f32x4::new([f32::NEG_INFINITY, f32::NAN, f32::INFINITY, -2.5])).to_array();
            assert!(nan.is_nan());
            assert_eq!([low, high, least], [-2.0, 2.0, -2.0]);
        }
    }

    #[test]
    fn flush_zeroes_small_elements_only() {
        let flushed = f32x4::new([1e-20, -1e-12, f32::NAN, -2.0]).flush(1e-13);
        assert_eq!((flushed.get(0), flushed.get(1) as f32, flushed.get(3)), (0.0, -1e-12, -2.0));
        assert!(flushed.get(2).is_nan());
    }

    #[test]
    fn sum_adds_pairs_first() {
        // 1 + 2⁻²⁴ rounds to 1; only (a + b) + (c + d), with the small numbers in one pair, keeps them.
        let small = 1.0 / f64::from(1 << 24);
        assert_eq!(f32x4::from_fn(|i| [1.0, 0.0, small, small][i]).sum(), 1.0 + 2.0 * small);
    }
}

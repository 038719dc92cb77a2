//! Round numbers for grid lines.

use alloc::string::String;
use alloc::vec::Vec;

use crate::math::{self, decimal};

const LN_10: f64 = core::f64::consts::LN_10;

/// The logarithm to base 10.
pub(super) fn log_10(value: f64) -> f64 {
    math::ln(value) / LN_10
}

/// 10^`power` as text; empty for powers beyond the range of any run.
pub(super) fn power_of_ten(power: f64) -> String {
    decimal::scale(1, power as i32).map(decimal::format).unwrap_or_default()
}

/// Three to six multiples of 1, 2 or 5 times a power of ten in [`low`, `high`]; fewer if their distance would be below
/// `min_width`.
pub(super) fn round(low: f64, high: f64, min_width: f64) -> Vec<f64> {
    let span = high - low;
    let magnitude = decimal::scale(1, math::ceil(log_10(span)) as i32 - 1).unwrap_or(span);
    let width = magnitude * [0.2, 0.5, 1.0, 2.0].into_iter().find(|unit| span <= 5.0 * unit * magnitude).unwrap_or(2.0);
    multiples(width.max(min_width), low, high)
}

/// The integers in a range of base-10 logarithms, thinned to at most six.
pub(super) fn decades(low: f64, high: f64) -> Vec<f64> {
    multiples(math::ceil((high - low) / 6.0), low, high)
}

/// The multiples of `width` in [`low`, `high`], at most seven.
fn multiples(width: f64, low: f64, high: f64) -> Vec<f64> {
    let mut ticks = Vec::new();
    let mut factor = math::ceil(low / width);
    while factor * width <= high && ticks.len() < 7 {
        ticks.push(factor * width);
        factor += 1.0;
    }
    ticks
}

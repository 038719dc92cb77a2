//! Numbers in text, from 17 digits to the nearest `f64` and back, between 1e-289 and 1e100.
//!
//! A number m·10ᵏ with m < 2⁵³ and |k| ≤ 22 takes one correctly rounded operation (Clinger, *How to Read Floating Point
//! Numbers Accurately*, 1990). All others are computed to about 100 bits as a sum of two `f64` (Dekker, *A Floating-Point
//! Technique for Extending the Available Precision*, 1971): the result is the nearest `f64` unless the decimal lies within
//! 2⁻⁴⁰ of a unit in the last place of the middle between two. A decimal of 17 digits that stands for a `f64` never does: its
//! distance from the middle is at least ½ - 2⁵³/(2·10¹⁶) = 0.05 units. Digits beyond the 19th are dropped.
//! [`crate::math::decimal`] is smaller, rounds to 15 digits and ends at 22 places.

use alloc::format;
use alloc::string::String;

use crate::math;
use crate::table::is_cell;

/// 10⁰ to 10²², all exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// Digits beyond this many are dropped: 10¹⁹ < 2⁶⁴.
const MAX_DIGITS: i32 = 19;
/// Powers of ten beyond these make zero and more than a table may hold.
const LEAST_POWER: i32 = -308;
const GREATEST_POWER: i32 = 100;
/// What is smaller is written as zero.
const LEAST_WRITTEN: f64 = 1e-289;

/// Why a text is no number for a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It does not read as a number.
    NotANumber,
    /// It is a number's name or a number, but not a finite one of magnitude up to 1e100.
    OutOfRange,
}

/// Reads a number: a sign or none, digits with at most one point, an exponent `e-3` or none. What is smaller than 1e-289
/// may become zero.
pub(super) fn read(text: &[u8]) -> Result<f64, Fault> {
    let (sign, rest) = match text {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        _ => (1.0, text),
    };
    if ["nan", "inf", "infinity"].iter().any(|name| rest.eq_ignore_ascii_case(name.as_bytes())) {
        return Err(Fault::OutOfRange);
    }
    let (mantissa, power) = scan(rest).ok_or(Fault::NotANumber)?;
    value_of(mantissa, power).filter(|value| is_cell(*value)).map(|value| sign * value).ok_or(Fault::OutOfRange)
}

/// Whether a text reads as a number, be it finite or not.
pub(super) fn is_number(text: &[u8]) -> bool {
    read(text) != Err(Fault::NotANumber)
}

/// The mantissa and the power of ten of a text without its sign.
fn scan(text: &[u8]) -> Option<(u64, i32)> {
    let (mut mantissa, mut power, mut digits, mut seen) = (0u64, 0i32, 0, false);
    let mut after_point = 0;
    for (i, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                if digits < MAX_DIGITS {
                    mantissa = 10 * mantissa + u64::from(byte - b'0');
                    digits += i32::from(mantissa > 0);
                    power = power.saturating_sub(after_point);
                } else {
                    power = power.saturating_add(1 - after_point);
                }
            }
            b'.' if after_point == 0 => after_point = 1,
            b'e' | b'E' if seen => return Some((mantissa, power.saturating_add(exponent(&text[i + 1..])?))),
            _ => return None,
        }
    }
    seen.then_some((mantissa, power))
}

/// A whole number with its sign, cut at 100,000.
fn exponent(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        _ => (1, text),
    };
    let step = |sum: i32, byte: &u8| byte.is_ascii_digit().then(|| (10 * sum + i32::from(byte - b'0')).min(100_000));
    let magnitude = (!digits.is_empty()).then(|| digits.iter().try_fold(0, step))??;
    Some(sign * magnitude)
}

/// `mantissa`·10^`power`; `None` beyond a table's range.
fn value_of(mantissa: u64, power: i32) -> Option<f64> {
    if mantissa == 0 || power < LEAST_POWER {
        return Some(0.0);
    }
    if power > GREATEST_POWER {
        return None;
    }
    let ten_to = POWERS.get(power.unsigned_abs() as usize);
    match ten_to {
        Some(ten_to) if mantissa < 1 << 53 => {
            let mantissa = mantissa as f64;
            Some(if power < 0 { mantissa / ten_to } else { mantissa * ten_to })
        }
        _ => Some(Pair::of(mantissa).scaled(power).high),
    }
}

/// The unevaluated sum of two numbers, the second at most half a unit in the last place of the first.
#[derive(Clone, Copy)]
struct Pair {
    high: f64,
    low: f64,
}

impl Pair {
    /// A whole number, exactly.
    fn of(whole: u64) -> Self {
        Self::sum((whole & !0x7ff) as f64, (whole & 0x7ff) as f64)
    }

    /// `a` + `b`, exactly, if `a` is the greater or `b` is zero.
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        Self { high, low: b - (high - a) }
    }

    /// `a`·`b`, but for what is smaller than 2⁻¹⁰⁴ of it.
    fn product(a: f64, b: f64) -> Self {
        let halves = |x: f64| {
            let high = f64::from_bits(x.to_bits() & !0x07ff_ffff);
            (high, x - high)
        };
        let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
        let high = a * b;
        let low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
        Self { high, low }
    }

    fn times(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        Self::sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }

    fn over(self, other: Self) -> Self {
        let quotient = self.high / other.high;
        let product = Self::product(quotient, other.high);
        let rest = (self.high - product.high) - product.low + self.low - quotient * other.low;
        Self::sum(quotient, rest / other.high)
    }

    /// Times 10^`power`.
    fn scaled(self, power: i32) -> Self {
        let (mut ten_to, mut rest) = (Self::sum(1.0, 0.0), power.unsigned_abs() as usize);
        while rest > 0 {
            let part = rest.min(POWERS.len() - 1);
            ten_to = ten_to.times(Self::sum(POWERS[part], 0.0));
            rest -= part;
        }
        if power < 0 { self.over(ten_to) } else { self.times(ten_to) }
    }
}

/// Writes a table's `value` with as many digits, up to 17, as [`read`] needs to give it back; what is smaller than 1e-289
/// becomes zero.
pub(super) fn write(value: f64) -> String {
    let magnitude = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    if magnitude < LEAST_WRITTEN {
        return String::from("0");
    }
    let (digits, power) = seventeen_digits(magnitude);
    let rounded = [100, 10, 1].map(|unit| without_zeros((digits + unit / 2) / unit * unit, power));
    let (digits, power) = rounded.into_iter().find(|(d, k)| value_of(*d, *k) == Some(magnitude)).unwrap_or(rounded[2]);
    layout(sign, &format!("{digits}"), power)
}

/// The same number without zeros at the end of its digits.
fn without_zeros(mut digits: u64, mut power: i32) -> (u64, i32) {
    while digits > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        power += 1;
    }
    (digits, power)
}

/// m and k with m·10ᵏ nearest to `value` and 10¹⁶ < m ≤ 10¹⁷, but for the logarithm's rounding: m > 2⁵³ even so.
fn seventeen_digits(value: f64) -> (u64, i32) {
    let power = math::ceil(math::ln(value) * core::f64::consts::LOG10_E) as i32 - 17;
    let Pair { high, low } = Pair::sum(value, 0.0).scaled(-power);
    // From 2⁵³ on, `high` is whole.
    ((high as u64).wrapping_add_signed(math::ceil(low - 0.5) as i64), power)
}

/// `digits`·10^`power` with a point, or with an exponent if that is briefer to read.
fn layout(sign: &str, digits: &str, power: i32) -> String {
    let point = digits.len() as i32 + power;
    match point {
        -4..=0 => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        1..=17 if power < 0 => {
            let (whole, fraction) = digits.split_at(point as usize);
            format!("{sign}{whole}.{fraction}")
        }
        1..=17 => format!("{sign}{digits}{}", "0".repeat(power as usize)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{dot}{rest}e{}", point - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Numbers from 1e-284 to 1e98 with all 53 bits.
    fn values(index: u64) -> impl Iterator<Item = f64> {
        let mut rng = stream(1, Purpose::Measure, index);
        (0..3000).map(move |i| (1.0 + rng.uniform()) * math::exp(0.293 * f64::from(i) - 652.0))
    }

    #[test]
    fn read_gives_the_nearest_number_as_the_standard_library_does() {
        for text in [
            "0",
            "-0",
            "+1.5",
            ".5",
            "5.",
            "1e22",
            "1e23",
            "9007199254740993",
            "0.30000000000000004",
            "1.380649e-23",
            "6.02214076e23",
            "-1.234567890123456789e-100",
            "1e100",
            "1e-289",
            "123456789012345678901234567890",
            "0.00000000000000000000000000000001",
            "1.000000000000000000e+00",
            "2E-05",
            "0e999999999",
        ] {
            assert_eq!(read(text.as_bytes()), Ok(text.parse::<f64>().unwrap()), "{text}");
        }
        for (i, value) in values(0).enumerate() {
            for text in [format!("{value:e}"), format!("{value:.16e}"), format!("{value:.18e}")] {
                assert_eq!(read(text.as_bytes()), Ok(value), "{text}");
            }
            let short = format!("{value:.*e}", i % 17);
            assert_eq!(read(short.as_bytes()), Ok(short.parse().unwrap()), "{short}");
        }
    }

    #[test]
    fn read_tells_what_is_no_number_from_what_is_too_large() {
        for text in
            ["", "-", ".", "e5", "1e", "1e+", "--1", "1.2.3", "0x10", "1 0", "1_0", "1,5", "nano", "1e5.0", "\u{663}"]
        {
            assert_eq!(read(text.as_bytes()), Err(Fault::NotANumber), "{text}");
        }
        for text in ["nan", "-NaN", "inf", "+Infinity", "1.1e100", "-1e101", "1e999999999999"] {
            assert_eq!(read(text.as_bytes()), Err(Fault::OutOfRange), "{text}");
        }
        assert_eq!(read(b"1e-999999999999"), Ok(0.0));
    }

    #[test]
    fn write_is_read_back_exactly_and_is_brief() {
        for text in ["0", "0.1", "-3", "5.1", "1500000", "2.5e-7", "0.00012", "1e99", "12345678901234567e20", "5e-288"]
        {
            let brief = if text.len() > 15 { "1.2345678901234567e36" } else { text };
            assert_eq!(write(text.parse().unwrap()), brief);
        }
        assert_eq!(write(1e-300), "0");
        let beside_powers = (-288..100).flat_map(|k| {
            let power: f64 = format!("1e{k}").parse().unwrap();
            [power.next_down(), power, power.next_up()]
        });
        for value in values(1).chain(beside_powers) {
            let text = write(value);
            assert_eq!((read(text.as_bytes()), text.parse()), (Ok(value), Ok(value)), "{text}");
        }
    }
}

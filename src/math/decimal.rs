//! Decimal numbers of up to fifteen digits, for settings, links and axis labels: a small substitute for the standard
//! library's conversions, whose tables and code would add a third to the module that a page loads first.
//!
//! Each number is m/10ᵏ or m·10ᵏ with m < 2⁵³ and k ≤ 22. Both operands are exact, so one division or multiplication
//! gives the nearest `f64` (Clinger, *How to Read Floating Point Numbers Accurately*, 1990).

use alloc::format;
use alloc::string::String;

/// Greatest k for which 10ᵏ is an exact `f64`.
const MAX_POWER: i32 = 22;
/// 10¹⁵: integers below have at most fifteen digits.
const MANTISSA_LIMIT: u64 = 1_000_000_000_000_000;

/// Reads a decimal number: optional minus, digits with at most one point, optional exponent such as `e-3`. Rounds to
/// fifteen significant digits and 22 decimal places. `None` for other texts and for powers of ten above 22.
pub fn parse(text: &str) -> Option<f64> {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i8>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut number = Digits::default();
    whole.bytes().try_for_each(|byte| number.push(byte, 0))?;
    fraction.trim_end_matches('0').bytes().try_for_each(|byte| number.push(byte, -1))?;
    let (mantissa, power) = (number.mantissa + u64::from(number.rounds_up), i32::from(exponent) + number.power);
    scale_down(mantissa, power).map(|value| sign * value)
}

/// [`scale`] after rounding to 22 decimal places.
fn scale_down(mut mantissa: u64, mut power: i32) -> Option<f64> {
    while power < -MAX_POWER && mantissa > 0 {
        mantissa = (mantissa + 5) / 10;
        power += 1;
    }
    scale(mantissa, power)
}

/// The digits read so far: mantissa · 10^power.
#[derive(Default)]
struct Digits {
    mantissa: u64,
    power: i32,
    is_full: bool,
    rounds_up: bool,
}

impl Digits {
    /// Appends a digit; `place` is -1 after the decimal point, 0 before. `None` if `byte` is not a digit.
    fn push(&mut self, byte: u8, place: i32) -> Option<()> {
        let digit = u64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        if !self.is_full && 10 * self.mantissa + digit < MANTISSA_LIMIT {
            self.mantissa = 10 * self.mantissa + digit;
            self.power += place;
        } else {
            self.rounds_up |= !self.is_full && digit >= 5;
            self.is_full = true;
            self.power += place + 1;
        }
        Some(())
    }
}

/// The nearest `f64` to `mantissa`·10^`power` for mantissas below 2⁵³; `None` for powers beyond ±22.
pub fn scale(mantissa: u64, power: i32) -> Option<f64> {
    let ten_to = |power| (0..power).fold(1.0, |product, _| 10.0 * product);
    match power {
        0..=MAX_POWER => Some(mantissa as f64 * ten_to(power)),
        _ if (-MAX_POWER..0).contains(&power) => Some(mantissa as f64 / ten_to(-power)),
        _ => (mantissa == 0).then_some(0.0),
    }
}

/// The shortest text without exponent that [`parse`] turns back into `value`. Rounds to fifteen digits. Numbers from
/// 10¹⁵ on and NaN become words.
pub fn format(value: f64) -> String {
    let magnitude = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    if value.is_nan() || magnitude >= MANTISSA_LIMIT as f64 {
        return String::from(if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "a huge number"
        } else {
            "a huge negative number"
        });
    }
    let mut mantissa = libm::round(magnitude) as u64;
    let mut places = 0;
    while scale(mantissa, -places) != Some(magnitude) && places < MAX_POWER {
        let next = libm::round(scale(1, places + 1).unwrap_or(1.0) * magnitude) as u64;
        if next >= MANTISSA_LIMIT {
            break;
        }
        (mantissa, places) = (next, places + 1);
    }
    let digits = format!("{mantissa:0width$}", width = places as usize + 1);
    let mut text = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i + places as usize == digits.len() {
            text.push('.');
        }
        text.push(digit);
    }
    if places > 0 {
        let length = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(length);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn parse_reads_decimals_as_the_standard_library_does() {
        for text in [
            "0",
            "-0.05",
            "5e-3",
            "1E6",
            ".5",
            "5.",
            "0.30000",
            "123456.789012",
            "999999999999999",
            "1e22",
            "0e99",
            "1e-22",
        ] {
            assert_eq!(parse(text), Some(text.parse::<f64>().unwrap()), "{text}");
        }
    }

    #[test]
    fn parse_refuses_what_is_not_a_short_decimal() {
        for text in [
            "", "-", ".", "e5", "1e", "1e999", "1e23", "inf", "NaN", "--1", "+1", "1.2.3", "0x10", " 1", "1_0", "1,5",
            "٣",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn parse_rounds_to_fifteen_digits() {
        assert_eq!(parse("0.30000000000000004"), Some(0.3));
        assert_eq!(parse("0.29999999999999998"), Some(0.3));
        assert_eq!(parse("1e-30"), Some(0.0));
        assert_eq!(parse("1.23456789012345e-15"), Some(1.2345679e-15));
        assert_eq!(parse("12345678901234567"), Some(12345678901234600.0));
    }

    #[test]
    fn format_is_read_back_exactly_and_is_brief() {
        let texts =
            ["0", "0.05", "-3", "0.000001", "0.9999", "22.5", "4294967295", "0.1", "123.456", "0.333333333333333"];
        for text in texts {
            assert_eq!(format(parse(text).unwrap()), text);
        }
        assert_eq!(format(1.0 / 3.0), "0.333333333333333");
        assert_eq!(format(f64::NAN), "NaN");
    }
}

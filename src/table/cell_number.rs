//! The cells of a table: their range, and their text in files.
//!
//! Reading gives the nearest `f64`, writing the shortest text that is read back exactly. `lexical` parses, because the
//! standard library's parser has 10 KB of tables, which a page would load before its first arrows.

use alloc::format;
use alloc::string::String;

use lexical_parse_float::FromLexical;

/// Maximum magnitude of a cell: the sum of squares of a column stays finite.
pub const MAX_MAGNITUDE: f64 = 1e100;
/// The requirement on a cell, for error messages.
pub(crate) const RANGE: &str = "a number between -1e100 and 1e100";

/// Whether `value` is in range for a cell; false for NaN.
pub(crate) fn is_in_range(value: f64) -> bool {
    value.abs() <= MAX_MAGNITUDE
}

/// Why a text is not a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellError {
    /// Not a number.
    NotANumber,
    /// NaN, infinite, or of magnitude above 1e100.
    OutOfRange,
}

/// Reads a decimal number: optional sign, digits with at most one point, optional exponent such as `e-3`.
pub(crate) fn read(text: &[u8]) -> Result<f64, CellError> {
    let value = parse(text).ok_or(CellError::NotANumber)?;
    if is_in_range(value) { Ok(value) } else { Err(CellError::OutOfRange) }
}

/// Whether `text` is a number, including NaN and infinity.
pub(crate) fn is_number(text: &[u8]) -> bool {
    parse(text).is_some()
}

fn parse(text: &[u8]) -> Option<f64> {
    f64::from_lexical(text).ok()
}

/// The shortest text that [`read`] turns back into the finite number `value`.
pub(crate) fn write(value: f64) -> String {
    let text = format!("{value:?}");
    String::from(text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Numbers from 1e-284 to 1e98 with all 53 bits.
    fn values(index: u64) -> impl Iterator<Item = f64> {
        let mut rng = stream(1, Purpose::Measure, index);
        (0..3000).map(move |i| (1.0 + rng.uniform()) * math::exp(0.293 * f64::from(i) - 652.0))
    }

    #[test]
    fn read_gives_the_nearest_number() {
        for (text, bits) in [
            ("0", 0),
            ("-0", 1 << 63),
            ("+1.5", 0x3ff8_0000_0000_0000),
            (".5", 0x3fe0_0000_0000_0000),
            ("5.", 0x4014_0000_0000_0000),
            ("2E-05", 0x3ef4_f8b5_88e3_68f1),
            ("0e999999999", 0),
            ("1.000000000000000000e+00", 0x3ff0_0000_0000_0000),
            ("123456789012345678901234567890", 0x45f8_ee90_ff6c_373e),
            // Halfway between two numbers, and one part in 10³⁰ above.
            ("9007199254740993", 0x4340_0000_0000_0000),
            ("9007199254740993.00000000000001", 0x4340_0000_0000_0001),
            ("1e100", 0x54b2_49ad_2594_c37d),
            ("1e-310", 0x0000_1268_8b70_e62b),
            ("1e-999999999999", 0),
        ] {
            assert_eq!(read(text.as_bytes()).map(f64::to_bits), Ok(bits), "{text}");
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
    fn read_distinguishes_what_is_not_a_number_from_what_is_out_of_range() {
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "--1", "1.2.3", "0x10", "1 0", "1_0", "1,5", "nano", "1e5.0", "\u{663}",
            " 1", "1f",
        ] {
            assert_eq!(read(text.as_bytes()), Err(CellError::NotANumber), "{text}");
        }
        assert_eq!(read(b"1\xff"), Err(CellError::NotANumber));
        for text in ["nan", "-NaN", "inf", "+Infinity", "1.0000000000000002e100", "-1e101", "1e999999999999"] {
            assert_eq!(read(text.as_bytes()), Err(CellError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn write_is_read_back_exactly_and_is_as_short_as_the_standard_library_s() {
        for text in ["0", "-0", "0.1", "-3", "5.1", "1500000", "2.5e-7", "0.00012", "1e99", "5e-288", "5e-324"] {
            assert_eq!(write(text.parse().unwrap()), text);
        }
        assert_eq!(write(12345678901234567e20), "1.2345678901234567e36");
        let beside_powers = (-288..100).flat_map(|k| {
            let power: f64 = format!("1e{k}").parse().unwrap();
            [power.next_down(), power, power.next_up()]
        });
        let digits = |text: &str| text.trim_start_matches("0.").split('e').next().map(|m| m.trim_matches('0').len());
        for value in values(1).chain(beside_powers) {
            let text = write(value);
            assert_eq!(read(text.as_bytes()), Ok(value), "{text}");
            assert!(digits(&text) <= digits(&format!("{value:e}")), "{text}");
        }
    }
}

//! Why a setting refuses zero and negative numbers: the effect of such a value on a run.

use crate::math::decimal;

/// The effect of a refused number on a run; empty if there is nothing to say.
#[derive(Clone, Copy, Debug)]
pub struct Hints {
    /// The effect of zero.
    pub zero: &'static str,
    /// The effect of a number below zero.
    pub negative: &'static str,
}

impl Hints {
    /// No hints.
    pub const NONE: Self = Self { zero: "", negative: "" };

    /// The hint for a refused value; empty for text that is no number.
    pub fn of(&self, text: &str) -> &'static str {
        match decimal::parse(text.trim()) {
            Some(value) if value < 0.0 => self.negative,
            Some(0.0) => self.zero,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn hints_are_for_zero_and_negative_numbers_only() {
        let hints = Hints { zero: "zero", negative: "negative" };
        for (text, expected) in [
            ("0", "zero"),
            ("-0", "zero"),
            (" 0.0 ", "zero"),
            ("-1e-9", "negative"),
            ("-1", "negative"),
            ("1e9", ""),
            ("", ""),
            ("x", ""),
            ("NaN", ""),
        ] {
            assert_eq!(hints.of(text), expected, "{text:?}");
        }
    }
}

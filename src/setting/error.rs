//! Why a setting was refused.

use alloc::string::{String, ToString};
use core::fmt;

use serde::Serialize;

/// Why a setting was refused: the setting, the refused value and the expected values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingError {
    /// The setting's key.
    pub setting: String,
    /// The refused value as text, cut at 40 characters.
    pub value: String,
    /// Completes the sentence "`setting` must …".
    pub expected: String,
}

impl SettingError {
    /// `expected` completes the sentence "`setting` must …".
    pub fn new(setting: &str, value: impl ToString, expected: impl Into<String>) -> Self {
        let shorten = |text: &str| text.chars().take(40).collect();
        Self { setting: shorten(setting), value: shorten(&value.to_string()), expected: expected.into() }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must {}, got \"{}\"", self.setting, self.expected, self.value)
    }
}

impl core::error::Error for SettingError {}

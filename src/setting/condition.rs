//! When a setting has an effect: conditions on the values of other settings.

use super::Settings;

/// A condition on the value of another setting.
#[derive(Debug)]
pub struct Condition {
    key: &'static str,
    /// The value as written in links.
    value: &'static str,
    /// Whether the setting must have this value, or must have a different one.
    is_equal: bool,
}

impl Condition {
    /// The setting `key` has the value `value`, which is written as in links.
    pub const fn is(key: &'static str, value: &'static str) -> Self {
        Self { key, value, is_equal: true }
    }

    /// The setting `key` has another value.
    pub const fn is_not(key: &'static str, value: &'static str) -> Self {
        Self { key, value, is_equal: false }
    }

    /// Whether it holds among `settings`, which must have the key.
    pub fn holds(&self, settings: &Settings) -> bool {
        (alloc::format!("{}", settings.value(self.key)) == self.value) == self.is_equal
    }
}

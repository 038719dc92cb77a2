//! Settings with the values chosen for them.

use alloc::vec::Vec;

use super::{Choice, Setting, SettingError, Text, Value};

/// Settings with the values chosen for them. Reading a key that no setting has is a bug in the caller and panics.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    entries: Vec<Entry>,
}

/// A setting in use, its default here and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The setting.
    pub setting: &'static Setting,
    /// The default, which a dataset may set for settings other than its own.
    pub default: Value,
    /// The present value.
    pub value: Value,
}

impl Settings {
    /// Adds a setting at its default.
    pub fn add(&mut self, setting: &'static Setting) {
        self.entries.push(Entry { setting, default: setting.default(), value: setting.default() });
    }

    /// All settings in table order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Sets the default and the value of `key` to `value`.
    pub fn suggest(&mut self, key: &str, value: Value) {
        let entry = self.entry_mut(key).expect("a suggestion names a setting");
        (entry.default, entry.value) = (value, value);
    }

    /// Sets `key` from text; on an error nothing changes.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let entry =
            self.entry_mut(key).ok_or_else(|| SettingError::new(key, text, "be a setting of this experiment"))?;
        entry.value = entry.setting.parse(text)?;
        Ok(())
    }

    /// Sets the choice setting `key` to `choice`, which need not be among its options.
    pub(crate) fn choose(&mut self, key: &str, choice: &'static Choice) {
        self.entry_mut(key).expect("a selector is a setting").value = Value::Choice(choice.id);
    }

    fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.setting.key == key)
    }

    /// Whether there is a setting `key`.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.setting.key == key)
    }

    /// The label of any setting.
    pub fn label(&self, key: &str) -> &'static str {
        let entry = self.entries.iter().find(|entry| entry.setting.key == key);
        entry.unwrap_or_else(|| panic!("no setting {key}")).setting.label
    }

    /// The value of any setting; `None` if there is no setting `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.entries.iter().find(|entry| entry.setting.key == key).map(|entry| entry.value)
    }

    /// The value of a setting that exists.
    ///
    /// # Panics
    ///
    /// Unless there is a setting `key`; see [`Settings::get`].
    pub fn value(&self, key: &str) -> Value {
        self.get(key).unwrap_or_else(|| panic!("no setting {key}"))
    }

    /// The value of a real setting.
    pub fn real(&self, key: &str) -> f64 {
        match self.value(key) {
            Value::Real(value) => value,
            other => panic!("{key} is not real: {other}"),
        }
    }

    /// The value of an integer setting.
    pub fn integer(&self, key: &str) -> u32 {
        match self.value(key) {
            Value::Integer(value) => value,
            other => panic!("{key} is not an integer: {other}"),
        }
    }

    /// The value of a text setting.
    pub fn text(&self, key: &str) -> Text {
        match self.value(key) {
            Value::Text(text) => text,
            other => panic!("{key} is not a text: {other}"),
        }
    }

    /// The id chosen for a choice setting.
    pub fn choice(&self, key: &str) -> &'static str {
        match self.value(key) {
            Value::Choice(id) => id,
            other => panic!("{key} is not a choice: {other}"),
        }
    }
}

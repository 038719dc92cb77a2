//! The parts of the setting table: names, meanings and ranges of settings, and the values chosen for them.
//!
//! Every module lists its own settings; `experiment` joins them, and that one table drives validation, links and the
//! page's controls.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use crate::math::decimal;

mod condition;
mod error;
mod inline_string;
mod refusal_hints;
mod section;
mod settings;

pub use condition::Condition;
pub use error::SettingError;
pub use inline_string::Text;
pub use refusal_hints::Hints;
pub use section::{Place, Section};
pub use settings::{Entry, Settings};

/// One setting of an experiment, with everything that the page shows of it. [`Setting::of`] has the usual values.
#[derive(Debug)]
pub struct Setting {
    /// The name used in links and errors, such as `train.rate`; unique among the settings that are in use together.
    pub key: &'static str,
    /// The name used in the page.
    pub label: &'static str,
    /// The unit of its values; empty for pure numbers and choices.
    pub unit: &'static str,
    /// One sentence for someone who meets the setting for the first time.
    pub help: &'static str,
    /// The values it can take, and the default.
    pub kind: SettingKind,
    /// The heading under which the page shows it.
    pub section: Section,
    /// Whether the page folds it away while it has its default.
    pub is_advanced: bool,
    /// Where the page puts its control.
    pub place: Place,
    /// All must hold for the setting to have an effect.
    pub conditions: &'static [Condition],
    /// The least dimension of data for which it has an effect.
    pub min_dim: u32,
    /// Whether it belongs to the chains alone: a new value keeps the weights and their training.
    pub chains_only: bool,
    /// Whether a new value changes the meaning of the stage's coordinates, so that the view must fit the data again.
    pub changes_view: bool,
    /// Why zero and negative numbers are refused.
    pub hints: Hints,
}

/// The values a setting can take.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum SettingKind {
    /// A finite number in [min, max].
    Real {
        /// Default value.
        default: f64,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// A whole number in [min, max].
    Integer {
        /// Default value.
        default: u32,
        /// Least value.
        min: u32,
        /// Greatest value.
        max: u32,
    },
    /// One of several named alternatives.
    Choice {
        /// Id of the default.
        default: &'static str,
        /// All alternatives, in the order to show them.
        options: &'static [&'static Choice],
    },
    /// A short text in capitals, with a character other than space at both ends.
    Text {
        /// Default value.
        default: Text,
        /// Greatest number of characters, at most [`Text::CAPACITY`].
        max: u32,
        /// The allowed characters, in ASCII; small letters are read as capitals.
        allowed: &'static str,
    },
}

/// One named alternative.
#[derive(Debug, PartialEq, Serialize)]
pub struct Choice {
    /// The name used in links.
    pub id: &'static str,
    /// The name used in the page.
    pub label: &'static str,
    /// One sentence for someone who meets it for the first time.
    pub help: &'static str,
}

/// An alternative with its own settings, which it is built from: a dataset, an objective, an optimiser.
#[derive(Debug)]
pub struct Variant<B: 'static> {
    /// Its entry in the menu.
    pub choice: Choice,
    /// The settings that only it has, or has with this range and default.
    pub settings: &'static [Setting],
    /// Defaults of other settings that suit it.
    pub suggest: &'static [(&'static str, Value)],
    /// Its builder.
    pub build: B,
}

/// Declares the file of each alternative of a kind and lists its entry: one file and one line each, in the order in
/// which they are offered.
macro_rules! variants {
    ($(#[$about:meta])* $list:ident: $variant:ty, $entry:ident in $($file:ident)*) => {
        $(pub mod $file;)*

        $(#[$about])*
        pub static $list: &[&$variant] = &[$(&$file::$entry),*];
    };
}

pub(crate) use variants;

/// The choices of a list of alternatives, for its setting; `N` is the list's length.
pub const fn choices<B, const N: usize>(variants: &'static [&'static Variant<B>]) -> [&'static Choice; N] {
    let mut choices = [&variants[0].choice; N];
    let mut i = 0;
    while i < N {
        choices[i] = &variants[i].choice;
        i += 1;
    }
    choices
}

/// The alternative with the id `id`; the first alternative for an unknown id.
pub fn variant<B>(variants: &'static [&'static Variant<B>], id: &str) -> &'static Variant<B> {
    variants.iter().copied().find(|variant| variant.choice.id == id).unwrap_or(variants[0])
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Of a [`SettingKind::Real`].
    Real(f64),
    /// Of a [`SettingKind::Integer`].
    Integer(u32),
    /// Of a [`SettingKind::Choice`], by id.
    Choice(&'static str),
    /// Of a [`SettingKind::Text`].
    Text(Text),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(value) => f.write_str(&decimal::format(*value)),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Choice(id) => f.write_str(id),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

impl Setting {
    /// An unnamed setting of a section with the usual values: not advanced, in the form, always of effect, without
    /// hints; of the chains alone in the section of sampling.
    pub const fn of(section: Section) -> Self {
        Self {
            key: "",
            label: "",
            unit: "",
            help: "",
            kind: SettingKind::Integer { default: 0, min: 0, max: 0 },
            section,
            is_advanced: false,
            place: Place::Form,
            conditions: &[],
            min_dim: 1,
            chains_only: matches!(section, Section::Sampling),
            changes_view: false,
            hints: Hints::NONE,
        }
    }

    /// The default value.
    pub const fn default(&self) -> Value {
        match self.kind {
            SettingKind::Real { default, .. } => Value::Real(default),
            SettingKind::Integer { default, .. } => Value::Integer(default),
            SettingKind::Choice { default, .. } => Value::Choice(default),
            SettingKind::Text { default, .. } => Value::Text(default),
        }
    }

    /// Reads a value written in a link or typed by a person; the error names setting, value and range.
    pub fn parse(&self, text: &str) -> Result<Value, SettingError> {
        let value = match &self.kind {
            SettingKind::Real { min, max, .. } => {
                decimal::parse(text).filter(|v| min <= v && v <= max).map(Value::Real)
            }
            SettingKind::Integer { min, max, .. } => {
                text.parse().ok().filter(|v| min <= v && v <= max).map(Value::Integer)
            }
            SettingKind::Choice { options, .. } => options.iter().find(|o| o.id == text).map(|o| Value::Choice(o.id)),
            SettingKind::Text { max, allowed, .. } => Text::read(text, *max as usize, allowed).map(Value::Text),
        };
        value.ok_or_else(|| SettingError::new(self.key, text, self.expectation()))
    }

    fn expectation(&self) -> String {
        match &self.kind {
            SettingKind::Real { min, max, .. } => {
                format!("lie in [{}, {}]", decimal::format(*min), decimal::format(*max))
            }
            SettingKind::Integer { min, max, .. } => format!("be a whole number in [{min}, {max}]"),
            SettingKind::Choice { options, .. } => {
                format!("be one of {}", options.iter().map(|o| o.id).collect::<Vec<_>>().join(", "))
            }
            SettingKind::Text { max, allowed, .. } => format!("be 1 to {max} characters of \"{allowed}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    static NOISE: Setting = Setting {
        key: "noise",
        label: "Noise",
        unit: "",
        help: "",
        kind: SettingKind::Real { default: 1.0, min: 0.5, max: 10.0 },
        ..Setting::of(Section::Data)
    };

    #[test]
    fn field_names_itself_the_value_and_the_range_when_it_refuses() {
        for text in ["NaN", "inf", "0.4", "10.1", "", "1,0", "0x1", " 1"] {
            let error = NOISE.parse(text).unwrap_err();
            assert_eq!(error.to_string(), format!("noise must lie in [0.5, 10], got {text:?}"));
        }
        assert_eq!(NOISE.parse("5e-1"), Ok(Value::Real(0.5)));
    }

    #[test]
    fn problem_cuts_long_foreign_text() {
        let error = SettingError::new("k", "x".repeat(1_000_000), "be short");
        assert_eq!(error.value.len(), 40);
    }

    #[test]
    fn settings_keep_their_value_when_a_new_one_is_refused() {
        let mut settings = Settings::default();
        settings.add(&NOISE);
        settings.set("noise", "2").unwrap();
        assert!(settings.set("noise", "-2").is_err());
        assert!(settings.set("nose", "2").is_err());
        assert_eq!(settings.real("noise"), 2.0);
    }
}

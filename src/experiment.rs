//! An experiment: the table of all fields with the values chosen for them.

use crate::data::{self, Dataset};
use crate::field::{Entry, Field, Kind, Problem, Settings};
use crate::{model, sample, train};

pub mod link;

pub use link::parse;

/// No run takes more training steps.
pub const MAX_STEPS: u32 = 10_000_000;

/// The fields of every experiment that belong to no other module.
static OWN: &[Field] = &[
    Field {
        key: "seed",
        label: "Seed",
        unit: "",
        help: "The number that all randomness follows from: same seed, same bits.",
        kind: Kind::Integer { default: 1, min: 0, max: u32::MAX },
    },
    Field {
        key: "steps",
        label: "Steps",
        unit: "steps",
        help: "After how many training steps the run is complete.",
        kind: Kind::Integer { default: 5000, min: 1, max: MAX_STEPS },
    },
    Field {
        key: "transitions",
        label: "Transitions",
        unit: "transitions",
        help: "How many transitions each chain makes in a complete run.",
        kind: Kind::Integer { default: 1000, min: 0, max: 1_000_000 },
    },
];

/// All that determines a run.
#[derive(Clone, Debug)]
pub struct Experiment {
    dataset: &'static Dataset,
    settings: Settings,
}

impl Default for Experiment {
    /// The spiral of the paper with the training settings that measured best.
    fn default() -> Self {
        Self::of(data::DATASETS[0])
    }
}

impl Experiment {
    /// The default experiment on `dataset`.
    pub fn of(dataset: &'static Dataset) -> Self {
        let head = [&data::DATASET, &data::COUNT];
        let tables = [dataset.fields, model::FIELDS, train::FIELDS, sample::FIELDS, OWN];
        let mut settings = Settings::default();
        head.into_iter().for_each(|field| settings.add(field));
        tables.into_iter().flatten().for_each(|field| settings.add(field));
        settings.set("data", dataset.choice.id).expect("a registered dataset");
        dataset.suggest.iter().for_each(|(key, value)| settings.suggest(key, *value));
        Self { dataset, settings }
    }

    /// Sets the field `key` from text. Another dataset brings its own fields and defaults; values set before are kept where
    /// they still apply. On an error nothing changes.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Problem> {
        if key != data::DATASET.key {
            return self.settings.set(key, text);
        }
        data::DATASET.parse(text)?;
        let mut changed = Self::of(data::dataset(text).expect("a parsed dataset"));
        for entry in self.changes().filter(|entry| entry.field.key != key) {
            let _ = changed.settings.set(entry.field.key, &alloc::format!("{}", entry.value));
        }
        *self = changed;
        Ok(())
    }

    /// The fields whose value is not their default, in table order.
    fn changes(&self) -> impl Iterator<Item = &Entry> {
        self.entries().iter().filter(|entry| entry.value != entry.default)
    }

    /// All fields in use with their values, in table order.
    pub fn entries(&self) -> &[Entry] {
        self.settings.entries()
    }

    /// The values by key.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The dataset.
    pub fn dataset(&self) -> &'static Dataset {
        self.dataset
    }

    /// The seed.
    pub fn seed(&self) -> u32 {
        self.settings.integer("seed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_default_and_every_suggestion_lies_in_its_field_s_own_range() {
        for dataset in data::DATASETS {
            for Entry { field, default, .. } in Experiment::of(dataset).entries() {
                for value in [field.default(), *default] {
                    assert_eq!(field.parse(&format!("{value}")), Ok(value), "{} of {}", field.key, dataset.choice.id);
                }
            }
        }
    }
}

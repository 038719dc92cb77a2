//! An experiment: the table of all fields with the values chosen for them.

use alloc::string::ToString;

use crate::data::{self, Dataset, section};
use crate::field::{self, Entry, Field, Kind, Problem, Settings, Variant};
use crate::objective::{self, OBJECTIVES};
use crate::optimizer::{self, OPTIMIZERS};
use crate::sample::{self, KERNELS};
use crate::{model, train};

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

/// The fields that decide which other fields there are, in the order in which their defaults are taken over: what suits the
/// data comes last.
static SELECTORS: [&Field; 4] = [&objective::OBJECTIVE, &optimizer::OPTIMIZER, &sample::KERNEL, &data::DATASET];

/// Fields that only matter where another has a value or, in the last column, has not: the values are as in links. Of several
/// conditions on a field all must hold.
static CONDITIONS: [(&str, &str, &str, bool); 8] = [
    ("train.large", "train.corruption", "rare-large", true),
    ("train.levels", "train.list", "1", true),
    ("train.first", "train.list", "1", true),
    ("train.first", "train.levels", "1", false),
    ("sample.intervals", "sample.rule", "endpoint", false),
    ("sample.spread", "sample.start", "gaussian", true),
    ("sample.x", "sample.start", "point", true),
    ("sample.y", "sample.start", "point", true),
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
        Self::choosing(dataset, OBJECTIVES[0], OPTIMIZERS[0], KERNELS[0])
    }

    fn choosing(
        dataset: &'static Dataset,
        objective: &'static Variant<objective::Builder>,
        optimizer: &'static Variant<optimizer::Builder>,
        kernel: &'static Variant<sample::Builder>,
    ) -> Self {
        let mut settings = Settings::default();
        let mut add = |fields: &'static [Field]| fields.iter().for_each(|field| settings.add(field));
        add(core::slice::from_ref(&data::DATASET));
        add(core::slice::from_ref(&data::COUNT));
        add(dataset.fields);
        add(model::FIELDS);
        add(core::slice::from_ref(&objective::OBJECTIVE));
        add(core::slice::from_ref(&objective::SIGMA));
        add(objective.fields);
        add(core::slice::from_ref(&optimizer::OPTIMIZER));
        add(core::slice::from_ref(&objective::BATCH));
        add(optimizer.fields);
        add(train::FIELDS);
        add(core::slice::from_ref(&sample::chains::COUNT));
        add(core::slice::from_ref(&sample::target::TARGET));
        add(core::slice::from_ref(&sample::KERNEL));
        add(kernel.fields);
        add(sample::start::FIELDS);
        add(OWN);
        add(section::FIELDS);
        let chosen = [&objective.choice, &optimizer.choice, &kernel.choice, &dataset.choice];
        for (field, choice) in SELECTORS.into_iter().zip(chosen) {
            settings.set(field.key, choice.id).expect("a registered alternative");
        }
        let suggestions = [objective.suggest, optimizer.suggest, kernel.suggest, dataset.suggest].into_iter().flatten();
        // A rate suits the data whatever the rule, but not every rule has one.
        for (key, value) in suggestions {
            if settings.has(key) {
                settings.suggest(key, *value);
            }
        }
        Self { dataset, settings }
    }

    /// Whether the field `key` decides which other fields there are.
    pub(crate) fn is_selector(key: &str) -> bool {
        SELECTORS.iter().any(|field| field.key == key)
    }

    /// Sets the field `key` from text. Another dataset, objective, optimiser or sampler brings its own fields and defaults;
    /// values set before are kept where they still apply. On an error nothing changes.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Problem> {
        let Some(field) = SELECTORS.iter().find(|field| field.key == key) else {
            return self.settings.set(key, text);
        };
        field.parse(text)?;
        let chosen = |field: &Field| if field.key == key { text } else { self.settings.choice(field.key) };
        let mut changed = Self::choosing(
            field::variant(data::DATASETS, chosen(&data::DATASET)),
            field::variant(OBJECTIVES, chosen(&objective::OBJECTIVE)),
            field::variant(OPTIMIZERS, chosen(&optimizer::OPTIMIZER)),
            field::variant(KERNELS, chosen(&sample::KERNEL)),
        );
        for entry in self.changes().filter(|entry| !Self::is_selector(entry.field.key)) {
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

    /// Whether the field `key` has any effect beside the values that others have.
    pub fn matters(&self, key: &str) -> bool {
        let has = |other, value| self.settings.value(other).to_string() == value;
        CONDITIONS.iter().all(|(field, other, value, wanted)| *field != key || has(other, *value) == *wanted)
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
            let experiment = Experiment::of(dataset);
            assert!(dataset.suggest.iter().all(|(key, _)| experiment.settings().has(key)), "{}", dataset.choice.id);
            for Entry { field, default, .. } in Experiment::of(dataset).entries() {
                for value in [field.default(), *default] {
                    assert_eq!(field.parse(&format!("{value}")), Ok(value), "{} of {}", field.key, dataset.choice.id);
                }
            }
        }
    }
}

//! An experiment: the table of all settings with the values chosen for them.

use crate::data::{self, Dataset, view_plane};
use crate::objective::{self, OBJECTIVES};
use crate::optimizer::{self, OPTIMIZERS};
use crate::sample::{self, KERNELS};
use crate::setting::{self, Entry, Section, Setting, SettingError, SettingKind, Settings, Variant};
use crate::{model, train};

mod builder;
pub mod link;
mod training_key;

pub use link::parse;

/// Maximum number of training steps of a run.
pub const MAX_STEPS: u32 = 10_000_000;

/// The settings of every experiment that belong to no other module.
static OWN: &[Setting] = &[
    Setting {
        key: "seed",
        label: "Seed",
        unit: "",
        help: "The seed of all random numbers: the same seed gives the same bits.",
        kind: SettingKind::Integer { default: 1, min: 0, max: u32::MAX },
        ..Setting::of(Section::Run)
    },
    Setting {
        key: "steps",
        label: "Steps",
        unit: "steps",
        help: "The number of training steps in a complete run.",
        kind: SettingKind::Integer { default: 5000, min: 1, max: MAX_STEPS },
        ..Setting::of(Section::Run)
    },
    Setting {
        key: "transitions",
        label: "Transitions",
        unit: "transitions",
        help: "The number of transitions of each chain in a complete run.",
        kind: SettingKind::Integer { default: 1000, min: 0, max: 1_000_000 },
        chains_only: true,
        ..Setting::of(Section::Run)
    },
];

/// The settings that decide which other settings exist. Each choice may suggest defaults of other settings. Suggestions
/// apply in this order, so the dataset's suggestions override the others.
static SELECTORS: [&Setting; 4] = [&objective::OBJECTIVE, &optimizer::OPTIMIZER, &sample::KERNEL, &data::DATASET];

/// Everything that determines a run.
///
/// ```
/// use scorescape::Experiment;
///
/// let experiment = Experiment::default().with("train.sigma", 0.1)?.with("steps", 2000)?;
/// assert_eq!(experiment.link(), "#v=0&train.sigma=0.1&steps=2000");
///
/// // Another dataset has its own settings and defaults; values that were set stay.
/// let experiment = experiment.with("data", "banana")?.with("data.noise", 0.02)?;
/// assert_eq!(experiment.link(), "#v=0&data=banana&data.noise=0.02&train.sigma=0.1&steps=2000");
///
/// let error = experiment.with("train.sigma", 100).unwrap_err();
/// assert_eq!(error.to_string(), "train.sigma must lie in [0.001, 10], got \"100\"");
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
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
    /// The default experiment on `dataset`, from [`data::DATASETS`] or your own. Links and checkpoints name datasets by
    /// id, so they cannot reopen an experiment on your own dataset.
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
        let mut add = |list: &'static [Setting]| list.iter().for_each(|setting| settings.add(setting));
        add(core::slice::from_ref(&data::DATASET));
        add(core::slice::from_ref(&data::COUNT));
        add(dataset.settings);
        add(model::SETTINGS);
        add(core::slice::from_ref(&objective::OBJECTIVE));
        add(core::slice::from_ref(&objective::SIGMA));
        add(objective.settings);
        add(core::slice::from_ref(&optimizer::OPTIMIZER));
        add(core::slice::from_ref(&objective::BATCH));
        add(optimizer.settings);
        add(train::SETTINGS);
        add(core::slice::from_ref(&sample::chains::COUNT));
        add(core::slice::from_ref(&sample::target::TARGET));
        add(core::slice::from_ref(&sample::KERNEL));
        add(kernel.settings);
        add(sample::start::SETTINGS);
        add(OWN);
        add(view_plane::SETTINGS);
        let chosen = [&objective.choice, &optimizer.choice, &kernel.choice, &dataset.choice];
        for (setting, choice) in SELECTORS.into_iter().zip(chosen) {
            settings.choose(setting.key, choice);
        }
        let suggestions = [objective.suggest, optimizer.suggest, kernel.suggest, dataset.suggest].into_iter().flatten();
        // A dataset suggests a learning rate for all optimisers, but some optimisers have none.
        for (key, value) in suggestions {
            if settings.has(key) {
                settings.suggest(key, *value);
            }
        }
        Self { dataset, settings }
    }

    /// Whether the setting `key` decides which other settings exist.
    pub(crate) fn is_selector(key: &str) -> bool {
        SELECTORS.iter().any(|setting| setting.key == key)
    }

    /// Why the setting `key` refuses a number; empty if unknown.
    pub fn hint(&self, key: &str, text: &str) -> &'static str {
        let entry = self.entries().iter().find(|entry| entry.setting.key == key);
        entry.map_or("", |entry| entry.setting.hints.of(text))
    }

    /// Sets the setting `key` from text. Another dataset, objective, optimiser or sampler has its own settings and
    /// defaults; values set before are kept if they are still valid. On an error nothing changes.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let Some(setting) = SELECTORS.iter().find(|setting| setting.key == key) else {
            return self.settings.set(key, text);
        };
        setting.parse(text)?;
        let chosen = |setting: &Setting| if setting.key == key { text } else { self.settings.choice(setting.key) };
        let mut changed = Self::choosing(
            if key == data::DATASET.key { setting::variant(data::DATASETS, text) } else { self.dataset },
            setting::variant(OBJECTIVES, chosen(&objective::OBJECTIVE)),
            setting::variant(OPTIMIZERS, chosen(&optimizer::OPTIMIZER)),
            setting::variant(KERNELS, chosen(&sample::KERNEL)),
        );
        for entry in self.changes().filter(|entry| !Self::is_selector(entry.setting.key)) {
            let _ = changed.settings.set(entry.setting.key, &alloc::format!("{}", entry.value));
        }
        *self = changed;
        Ok(())
    }

    /// The settings whose value is not their default, in table order.
    fn changes(&self) -> impl Iterator<Item = &Entry> {
        self.entries().iter().filter(|entry| entry.value != entry.default)
    }

    /// All settings in use with their values, in table order.
    pub fn entries(&self) -> &[Entry] {
        self.settings.entries()
    }

    /// Whether the setting `key` has an effect, given the values of the other settings.
    pub fn matters(&self, key: &str) -> bool {
        let entry = self.entries().iter().find(|entry| entry.setting.key == key);
        entry.is_some_and(|entry| entry.setting.conditions.iter().all(|condition| condition.holds(&self.settings)))
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
            for Entry { setting, default, .. } in Experiment::of(dataset).entries() {
                for value in [setting.default(), *default] {
                    assert_eq!(
                        setting.parse(&format!("{value}")),
                        Ok(value),
                        "{} of {}",
                        setting.key,
                        dataset.choice.id
                    );
                }
            }
        }
    }
}

//! The training key of an experiment: the settings that decide the weights. Experiments with equal keys can share
//! weights.

use alloc::string::String;
use core::fmt::Write;

use super::Experiment;

impl Experiment {
    /// All settings that the weights depend on, as text. Experiments with the same key have the same weights at
    /// every step.
    pub fn training_key(&self) -> String {
        let mut key = String::new();
        for entry in self.entries().iter().filter(|entry| !entry.setting.chains_only) {
            write!(key, "&{}={}", entry.setting.key, entry.value).expect("writing to memory");
        }
        key
    }

    /// Whether the other experiment has the same weights at every step: their keys are equal.
    pub fn trains_like(&self, other: &Self) -> bool {
        self.training_key() == other.training_key()
    }
}

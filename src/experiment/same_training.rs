//! Whether two experiments train alike, so that one can continue with the weights of the other.

use alloc::vec::Vec;

use super::Experiment;
use crate::setting::Value;

/// Whether the setting `key` belongs to the chains and so does not affect the trained weights.
fn is_of_chains(key: &str) -> bool {
    key.starts_with("sample.") || key == "transitions"
}

impl Experiment {
    /// Whether both experiments give the same weights at every step: they may differ only in settings of the chains.
    pub fn trains_like(&self, other: &Self) -> bool {
        let training = |experiment: &Self| -> Vec<(&str, Value)> {
            let pairs = experiment.entries().iter().map(|entry| (entry.setting.key, entry.value));
            pairs.filter(|(key, _)| !is_of_chains(key)).collect()
        };
        training(self) == training(other)
    }
}

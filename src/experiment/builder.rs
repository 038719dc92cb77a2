//! Settings from Rust: an experiment changed value by value.

use alloc::string::ToString;

use super::Experiment;
use crate::setting::{SettingError, Value};

impl Experiment {
    /// The experiment with the setting `key` at `value`: a number, or the id of a choice. Another dataset, objective,
    /// optimiser or sampler has its own settings and defaults. An error names the setting, the value and the allowed
    /// values.
    pub fn with(mut self, key: &str, value: impl ToString) -> Result<Self, SettingError> {
        self.set(key, &value.to_string())?;
        Ok(self)
    }

    /// The value of the setting `key`; `None` if this experiment has no such setting.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.settings().get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Mixture};
    use crate::setting::Choice;
    use alloc::boxed::Box;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    static OWN: Dataset = Dataset {
        choice: Choice { id: "own", label: "", help: "" },
        settings: &[],
        suggest: &[("train.sigma", Value::Real(0.5))],
        build: |_, _| Ok(Box::new(Mixture::isotropic(1, &[1.0], vec![0.0], 1.0)?)),
    };

    #[test]
    fn with_takes_numbers_and_ids_and_names_what_it_refuses() {
        let experiment = Experiment::default().with("train.sigma", 0.1).unwrap().with("sample.kernel", "nuts").unwrap();
        assert_eq!(experiment.link(), "#v=0&train.sigma=0.1&sample.kernel=nuts");
        assert_eq!(experiment.get("train.sigma"), Some(Value::Real(0.1)));
        assert_eq!(experiment.get("train.sigmas"), None);
        for (key, value) in [("train.sigma", "NaN"), ("train.sigmas", "1"), ("sample.kernel", "gibbs")] {
            let error = experiment.clone().with(key, value).unwrap_err();
            assert_eq!((error.setting.as_str(), error.value.as_str()), (key, value));
        }
    }

    #[test]
    fn a_dataset_that_is_not_listed_stays_when_other_settings_change() {
        let experiment = Experiment::of(&OWN).with("train.optimizer", "sgd").unwrap().with("steps", 7).unwrap();
        assert_eq!((experiment.dataset().choice.id, experiment.get("data")), ("own", Some(Value::Choice("own"))));
        assert_eq!(experiment.get("train.sigma"), Some(Value::Real(0.5)));
        let listed = experiment.with("data", "banana").unwrap();
        assert_eq!(listed.link(), "#v=0&data=banana&train.optimizer=sgd&steps=7");
    }
}

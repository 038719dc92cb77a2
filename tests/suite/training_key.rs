//! Settings of the chains alone: experiments that differ in them have one training key, and the same weights bit by bit.

use scorescape::sample::KERNELS;
use scorescape::setting::{Setting, SettingKind};
use scorescape::{Experiment, Session, experiment};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Some values of a setting: the ends of its range or all choices.
fn values(setting: &Setting) -> Vec<String> {
    match &setting.kind {
        SettingKind::Real { min, max, .. } => vec![min.to_string(), max.to_string()],
        SettingKind::Integer { min, max, .. } => vec![min.to_string(), max.to_string()],
        SettingKind::Choice { options, .. } => options.iter().map(|option| option.id.to_string()).collect(),
        SettingKind::Text { .. } => vec![],
    }
}

/// Each experiment that differs from `original` in one setting.
fn changed(original: &Experiment) -> Vec<(&'static Setting, Experiment)> {
    let mut found = vec![];
    for entry in original.entries() {
        for value in values(entry.setting).iter().filter(|value| **value != entry.value.to_string()) {
            let experiment = original.clone().with(entry.setting.key, value).unwrap();
            found.push((entry.setting, experiment));
        }
    }
    found
}

/// The weights after three steps; `None` if the experiment is refused.
fn weights(experiment: &Experiment) -> Option<Vec<u32>> {
    let mut session = Session::new(experiment.clone()).ok()?;
    session.step(3);
    Some(session.snapshot().parameters.iter().map(|weight| weight.to_bits()).collect())
}

#[test]
fn settings_of_the_chains_alone_leave_every_weight_as_it_is() {
    let mut tried = 0;
    for kernel in KERNELS {
        let link = format!("data.count=20&model.units=4&train.batch=5&sample.kernel={}", kernel.choice.id);
        let original = experiment::parse(&link).0;
        let expected = weights(&original);
        for (setting, experiment) in changed(&original).iter().filter(|(setting, _)| setting.chains_only) {
            let name = format!("{}, not {}", experiment.link(), original.link());
            assert!(experiment.trains_like(&original), "{name}: {}", setting.key);
            let found = weights(experiment);
            assert!(found.is_none() || found == expected, "{name}: {}", setting.key);
            tried += usize::from(found.is_some());
        }
    }
    assert!(tried > 100, "{tried} experiments");
}

#[test]
fn every_other_setting_changes_the_key_of_training() {
    let original = Experiment::default();
    let all = changed(&original);
    let training = all.iter().filter(|(setting, _)| !setting.chains_only);
    for (setting, experiment) in training.clone() {
        assert!(!experiment.trains_like(&original), "{} = {}", setting.key, experiment.link());
    }
    for key in ["seed", "steps", "data", "data.noise", "model.units", "train.sigma", "train.optimizer"] {
        assert!(training.clone().any(|(setting, _)| setting.key == key), "{key}");
    }
}

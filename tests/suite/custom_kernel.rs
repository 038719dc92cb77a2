//! A sampler is one entry of a list: a kernel added here can be chosen, configured, built and run through its entry
//! alone.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::rng::Stream;
use scorescape::sample::{Builder, Chains, InfosMut, KernelProperties, Sampler, Start, States};
use scorescape::score::Score;
use scorescape::setting::{self, Choice, Condition, Hints, Section, Setting, SettingKind, Settings, Value, Variant};

use crate::invariance::gaussian_target;

const REACH: Setting = Setting {
    key: "sample.reach",
    label: "Reach",
    unit: "",
    help: "How far each transition goes.",
    kind: SettingKind::Real { default: 1.0, min: 0.5, max: 10.0 },
    is_advanced: true,
    conditions: &[Condition::is("sample.kernel", "custom")],
    hints: Hints { zero: "No chain moves.", negative: "It is a distance." },
    ..Setting::of(Section::Sampling)
};

static CUSTOM: Variant<Builder> = Variant {
    choice: Choice { id: "custom", label: "custom", help: "Go to the right." },
    settings: &[REACH],
    suggest: &[("sample.reach", Value::Real(2.0))],
    build: Builder {
        transition: "Every proposal is accepted.",
        step_size: Some(REACH.key),
        build: |settings, _, _| Ok(Box::new(ToTheRight(settings.real(REACH.key)))),
    },
};

static LIST: &[&Variant<Builder>] = &[&CUSTOM];
static CHOICES: [&Choice; 1] = setting::choices(LIST);
static KERNEL: Setting = Setting {
    key: "sample.kernel",
    kind: SettingKind::Choice { default: "custom", options: &CHOICES },
    ..Setting::of(Section::Sampling)
};

#[derive(Clone)]
struct ToTheRight(f64);

impl Sampler for ToTheRight {
    fn properties(&self, _dim: usize) -> KernelProperties {
        KernelProperties { is_adjusted: false, ..KernelProperties::default() }
    }

    fn transition(&mut self, _: &dyn Score, _: &mut [Stream], states: &mut States<'_>, infos: &mut InfosMut<'_>) {
        states.positions.iter_mut().for_each(|x| *x += self.0);
        infos.proposals.copy_from_slice(states.positions);
        infos.accepted.fill(true);
    }
}

#[test]
fn a_custom_kernel_is_chosen_set_built_and_run_by_its_entry() {
    let mut settings = Settings::default();
    settings.add(&KERNEL);
    let entry = setting::variant(LIST, settings.choice(KERNEL.key));
    entry.settings.iter().for_each(|setting| settings.add(setting));
    entry.suggest.iter().for_each(|(key, value)| settings.suggest(key, *value));
    assert_eq!(settings.label(entry.build.step_size.unwrap()), "Reach");
    assert_eq!(REACH.hints.of("-1"), "It is a distance.");
    assert!(REACH.conditions.iter().all(|condition| condition.holds(&settings)));
    assert!(settings.set(REACH.key, "0").is_err());
    settings.set(REACH.key, "3").unwrap();
    let kernel = (entry.build.build)(&settings, 0.1, 1).unwrap();
    let mut chains = Chains::new(kernel, Start::Point(vec![1.0]), 1, 0..3);
    chains.step(&gaussian_target(1).score, 2);
    assert_eq!(chains.states(), [7.0; 3]);
}

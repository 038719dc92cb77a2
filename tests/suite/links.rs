//! Links and settings from any source: each is accepted or refused by name, and none panics.

use scorescape::data::{DATASETS, table_source};
use scorescape::experiment::parse;
use scorescape::objective::OBJECTIVES;
use scorescape::optimizer::OPTIMIZERS;
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::sample::KERNELS;
use scorescape::setting::{Setting, SettingError, SettingKind, Value};
use scorescape::table::Table;
use scorescape::{Experiment, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SEEDS: [&str; 5] = [
    "#v=0&data=spiral&data.count=500&data.noise=0.02&data.direction=radial&model.units=128&train.rate=0.001",
    "#v=0&data=two-bumps&model.decoder=transposed&model.form=plain&model.output-scale=40&train.sigma=1e0&steps=300",
    "#v=0&sample.chains=20&sample.step-size=8e-2&sample.path-intervals=7&sample.start=gaussian&sample.start-deviation=.25&seed=4294967295",
    "#v=0&data=word&data.noise=0.02&data.word=TO+BE+2&train.sigma=0.07&model.units=100",
    "v=0&&train.averaging=0.999&train.batch=1&model.initialization=classic&transitions=10&steps",
];
const TOKENS: [&str; 28] = [
    "",
    "#",
    "&",
    "=",
    "-",
    "+",
    ".",
    "e",
    "0",
    "9",
    "NaN",
    "inf",
    "-0",
    "1e400",
    "1e-400",
    "4294967296",
    "0x10",
    "%20",
    "<script>",
    "\0",
    "é",
    "🦀",
    "\u{202e}",
    "data=two-bumps",
    "data=spiral",
    "v=1",
    "seed=",
    "99999999999999999999999999",
];

/// Replaces, once or twice, up to three characters at a random place by a token, by themselves doubled, or by any one
/// character.
fn mutate(text: &str, rng: &mut Stream) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=rng.index(2) {
        let at = rng.index(characters.len() as u32 + 1);
        let end = (at + rng.index(4)).min(characters.len());
        let token: Vec<char> = TOKENS[rng.index(TOKENS.len() as u32)].chars().collect();
        let piece = match rng.index(3) {
            0 => token,
            1 => characters[at..end].repeat(2),
            _ => char::from_u32(rng.index(0x500) as u32).into_iter().collect(),
        };
        characters.splice(at..end, piece);
    }
    characters.into_iter().collect()
}

#[test]
fn mutated_links_are_read_without_panic_and_what_is_read_is_written_back() {
    let mut rng = stream(1, Purpose::Measure, 0);
    let (mut clean, mut changed) = (0, 0);
    for i in 0..8000 {
        let text = mutate(SEEDS[i % SEEDS.len()], &mut rng);
        let (experiment, errors) = parse(&text);
        for SettingError { setting, value, expected } in &errors {
            assert!(setting.chars().count() <= 40 && value.chars().count() <= 40 && !expected.is_empty(), "{text:?}");
        }
        let link = experiment.link();
        let (again, problems_again) = parse(&link);
        assert_eq!((again.link(), problems_again), (link.clone(), vec![]), "{text:?}");
        let values = |e: &Experiment| e.entries().iter().map(|e| (e.setting.key, e.value)).collect::<Vec<_>>();
        assert_eq!(values(&again), values(&experiment), "{text:?}");
        clean += u32::from(errors.is_empty());
        changed += u32::from(link != "#v=0");
    }
    assert!(clean > 200 && clean < 7600 && changed > 4000, "{clean} clean links, {changed} that change something");
}

#[test]
fn numbers_survive_a_link_and_are_those_that_the_standard_library_reads() {
    let mut rng = stream(1, Purpose::Measure, 1);
    let (mut experiment, key) = (Experiment::default(), "sample.start-deviation");
    for _ in 0..4000 {
        let digits = rng.index(1 << 31);
        let text = match rng.index(3) {
            0 => format!("{}.{:0width$}", digits % 1000, rng.index(1 << 20), width = 7 + rng.index(4)),
            1 => format!("{digits}e-{}", 7 + rng.index(6)),
            _ => format!(".{digits}"),
        };
        experiment.set(key, &text).unwrap();
        assert_eq!(experiment.settings().real(key), text.parse::<f64>().unwrap(), "{text}");
        assert_eq!(parse(&experiment.link()).0.settings().real(key), experiment.settings().real(key), "{text}");
    }
}

/// Every setting used with any dataset, objective, optimiser or sampler, each with an experiment that contains it. The
/// experiments are small, with defaults otherwise.
fn all_settings() -> Vec<(Experiment, &'static Setting)> {
    let small = |mut experiment: Experiment| {
        for (key, text) in [("data.count", "40"), ("model.units", "8"), ("train.batch", "8"), ("sample.chains", "4")] {
            experiment.set(key, text).unwrap();
        }
        experiment
    };
    let of = |experiment: Experiment| {
        experiment.entries().iter().map(|e| (experiment.clone(), e.setting)).collect::<Vec<_>>()
    };
    let choosing = |key: &str, id: &str| {
        let mut experiment = Experiment::default();
        experiment.set(key, id).unwrap();
        experiment
    };
    let on_datasets = DATASETS.iter().map(|dataset| Experiment::of(dataset));
    let by_objectives = OBJECTIVES.iter().map(|variant| choosing("train.objective", variant.choice.id));
    let by_optimizers = OPTIMIZERS.iter().map(|variant| choosing("train.optimizer", variant.choice.id));
    let by_kernels = KERNELS.iter().map(|variant| choosing("sample.kernel", variant.choice.id));
    on_datasets
        .chain(by_objectives)
        .chain(by_optimizers)
        .chain(by_kernels)
        .flat_map(|experiment| of(small(experiment)))
        .collect()
}

/// The values at the ends of a setting's range, and the values just outside.
fn ends(setting: &Setting) -> (Vec<String>, Vec<String>) {
    let decimal = |value: f64| Value::Real(value).to_string();
    match setting.kind {
        SettingKind::Real { min, max, .. } => {
            let outside = vec![decimal(min - min.abs() / 128.0 - 1e-9), decimal(max + max / 128.0)];
            (vec![decimal(min), decimal(max)], outside)
        }
        SettingKind::Integer { min, max, .. } => (
            vec![min.to_string(), max.to_string()],
            vec![(i64::from(min) - 1).to_string(), (i64::from(max) + 1).to_string()],
        ),
        SettingKind::Choice { options, .. } => {
            (options.iter().map(|o| o.id.to_string()).collect(), vec!["none".to_string(), String::new()])
        }
        SettingKind::Text { max, allowed, .. } => {
            let longest = allowed.trim().chars().rev().cycle().take(max as usize);
            let outside = vec![String::new(), "A".repeat(max as usize + 1), "%41".to_string(), "Ä".to_string()];
            if setting.key == "train.sigma-list" {
                // A list of numbers; the last is 1.
                let longest = "0.001,1000,".repeat(2) + "1000:0.001:100,0.01:1:10";
                return (vec!["1".to_string(), longest], outside);
            }
            let one = allowed.chars().next().unwrap().to_string();
            // Spellings that normalise to a valid word.
            let folded = ["i", "A+1"].map(String::from).into_iter().filter(|_| setting.key == "data.word");
            (folded.chain([one, longest.collect()]).collect(), outside)
        }
    }
}

#[test]
fn every_field_takes_its_ends_and_names_itself_just_outside_of_them() {
    for (experiment, setting) in all_settings() {
        let (inside, outside) = ends(setting);
        for text in inside {
            let mut experiment = experiment.clone();
            experiment.set(setting.key, &text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(parse(&experiment.link()).0.link(), experiment.link(), "{} = {text}", setting.key);
        }
        let words = ["NaN", "inf", "-inf", "1e999", "nonsense"].map(String::from);
        let is_text = matches!(setting.kind, SettingKind::Text { .. });
        for text in outside.into_iter().chain(words.into_iter().filter(|_| !is_text)) {
            let mut changed = experiment.clone();
            let error = changed.set(setting.key, &text).unwrap_err();
            // The error quotes the first 40 characters of a long text.
            let told = text.get(..40).unwrap_or(&text);
            assert_eq!((&*error.setting, &*error.value), (setting.key, told));
            assert_eq!(changed.link(), experiment.link(), "{} refused, so nothing changes", setting.key);
        }
    }
}

/// Rows for datasets that are tables.
fn table_for(experiment: &Experiment) -> Option<Table> {
    let columns = table_source(experiment.dataset())?.columns.unwrap_or(3);
    Some(Table::new(columns, (0..30 * columns).map(|i| f64::from((i * i % 17) as u32)).collect(), vec![]).unwrap())
}

/// Builds the session, trains a step and moves its chains; all numbers must stay finite.
fn assert_runs(experiment: Experiment) {
    let link = experiment.link();
    let table = table_for(&experiment);
    let mut session = match Session::with_table(experiment, table.as_ref()) {
        Ok(session) => session,
        Err(error) => {
            let architecture = "model.form must be plain while model.decoder is transposed, got \"residual\"";
            let is_without_energy = error.setting == "sample.path-rule" && error.value == "exact";
            assert!(error.to_string() == architecture || is_without_energy, "{error}");
            return;
        }
    };
    let progress = session.step(2);
    assert!(progress.step == 2 && progress.loss.is_finite(), "{link}: {progress:?}");
    let mut chains = session.chains(0..session.setup().settings().integer("sample.chains"));
    chains.step(&session.learned(), 2);
    assert!(chains.states().iter().all(|x| x.is_finite()), "{link}");
    assert!(session.setup().exact().is_some(), "{link} has an exact score");
}

/// Whether a setting changes the density. Other settings are tried with one dataset only.
fn is_of_density(setting: &Setting) -> bool {
    setting.key == "train.sigma" || setting.key.starts_with("data.") && setting.key != "data.count"
}

#[test]
fn sessions_run_at_the_ends_of_every_field() {
    let is_first = |experiment: &Experiment| experiment.dataset().choice == DATASETS[0].choice;
    let mut tried = Vec::new();
    for (experiment, setting) in all_settings().into_iter().filter(|(e, setting)| is_first(e) || is_of_density(setting))
    {
        // With the first dataset each setting is tried once, not once for each objective, optimiser and sampler.
        let is_new = !tried.iter().any(|other| core::ptr::eq(*other, setting));
        if is_first(&experiment) && !is_new {
            continue;
        }
        tried.push(setting);
        for text in ends(setting).0 {
            let mut experiment = experiment.clone();
            // A run must be at least twice as long as its warm-up.
            experiment.set("transitions", "1000000").unwrap();
            experiment.set(setting.key, &text).unwrap();
            assert_runs(experiment);
        }
    }
}

#[test]
fn the_least_of_everything_runs_too() {
    for dataset in DATASETS {
        let mut least = Experiment::of(dataset);
        let numeric = |setting: &Setting| !matches!(setting.kind, SettingKind::Choice { .. });
        let settings: Vec<&Setting> =
            least.entries().iter().map(|e| e.setting).filter(|setting| numeric(setting)).collect();
        settings.into_iter().for_each(|setting| least.set(setting.key, &ends(setting).0[0]).unwrap());
        least.set("view.up", "2").unwrap();
        assert_runs(least);
    }
}

/// Weights and states after 20 steps and 100 transitions of the experiment.
fn outcome(experiment: Experiment) -> (Vec<f32>, Vec<f64>) {
    let mut session = Session::new(experiment).unwrap();
    session.step(20);
    let mut chains = session.chains(0..2);
    chains.step(&session.learned(), 100);
    (session.snapshot().parameters, chains.states().to_vec())
}

#[test]
fn what_does_not_matter_changes_no_bit_and_what_matters_does() {
    let small = "#v=0&data.count=50&model.units=8&steps=20&train.batch=8&sample.chains=2";
    let cases = [
        ("train.large-noise=0.9", "train.corruption=rare-large"),
        ("train.sigma-levels=3", "train.sigma-list=1"),
        ("train.sigma-first=7", "train.sigma-levels=4"),
        ("sample.path-intervals=1", "sample.path-rule=trapezoid"),
        ("sample.start-deviation=2", "sample.start=gaussian"),
    ];
    let idle = "train.corruption=weighted&train.sigma-list=4,2,1&sample.path-rule=endpoint&sample.start=data";
    let of = |parts: &[&str]| {
        let (experiment, errors) = parse(&parts.join("&"));
        assert!(errors.is_empty(), "{parts:?}");
        experiment
    };
    for (setting, awake) in cases {
        let key = setting.split('=').next().unwrap();
        for (others, matters) in [(idle, false), (awake, true)] {
            let [without, with] = [of(&[small, others]), of(&[small, others, setting])];
            assert_eq!(with.matters(key), matters, "{setting} beside {others}");
            assert_eq!(outcome(with) != outcome(without), matters, "{setting} beside {others}");
        }
    }
}

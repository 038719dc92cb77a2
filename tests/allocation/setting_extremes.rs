//! Peak memory of an experiment, with each setting at the ends of its range and with combinations that multiply sizes.

use std::fs;

use scorescape::data;
use scorescape::experiment::{self, Experiment};
use scorescape::io;
use scorescape::score::Score;
use scorescape::session::{Setup, WeightsSnapshot};
use scorescape::setting::{Choice, Entry, Setting, SettingError, SettingKind};
use scorescape::table::Table;
use scorescape::{ALGORITHM, Session};

use super::{MESSAGE, forged_checkpoint, taken};

/// Greatest number of bytes that an experiment may allocate in one thread.
const MOST: usize = 256 << 20;

/// Texts for a list of σ levels. Memory for a refused one is limited to its error.
const LISTS: [&str; 12] = [
    "9:1:100000000",
    "9:1:4294967295",
    "9:1:18446744073709551615",
    "9:1:1.7976931348623157",
    "1000:1:100",
    "9:1:100,9:1:100,9:1:100,9:1:100,9:1:100,9:1:100",
    "9:1:4294967295,9:1:4294967295,9:1:4294967295,1",
    "9:1:101",
    "9:1:0",
    ":::::::::::::::::::::::::::::::::::::::::::::::",
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "99999999999999999999999999999999999999999999999",
];

/// The ends of a setting's range, and hostile texts for text settings.
fn ends(setting: &Setting) -> Vec<String> {
    match &setting.kind {
        SettingKind::Real { min, max, .. } => vec![format!("{min:e}"), format!("{max:e}")],
        SettingKind::Integer { min, max, .. } => vec![min.to_string(), max.to_string()],
        SettingKind::Choice { options, .. } => options.iter().map(|Choice { id, .. }| (*id).into()).collect(),
        SettingKind::Text { max, .. } if setting.key == "data.word" => vec!["A".into(), "W".repeat(*max as usize)],
        SettingKind::Text { .. } => LISTS.map(String::from).into(),
    }
}

/// The table of a dataset from a table: the page's file, or the goldens' file for the user's own points.
fn table_of(experiment: &Experiment) -> Option<Table> {
    let source = data::table_source(experiment.dataset())?;
    let path = source.file.map_or("tests/fixtures/own.csv".into(), |file| format!("www/data/{file}"));
    Some(io::read_table(&fs::read(&path).expect(&path)).expect(&path))
}

/// Work of the trainer's worker: draws data and weights, and returns a snapshot and a checkpoint.
fn train(experiment: Experiment, table: Option<&Table>) -> Result<WeightsSnapshot, SettingError> {
    let session = Session::with_table(experiment, table)?;
    assert!(!session.checkpoint().is_empty());
    Ok(session.snapshot())
}

/// Work of a sampler's worker: builds the learned score from a snapshot and all chains, and moves a group of them.
fn sample(experiment: Experiment, table: Option<&Table>, snapshot: &WeightsSnapshot) -> Result<(), SettingError> {
    let setup = Setup::with_table(experiment, table)?;
    let learned = setup.learned(snapshot)?;
    let count = setup.settings().integer("sample.chains");
    let exact = setup.exact().filter(|_| setup.settings().choice("sample.target") == "exact");
    let target: &dyn Score = exact.map_or(&learned, |exact| exact);
    let mut all = setup.chains(0..count);
    all.step(target, 0);
    let mut group = setup.chains(0..count.min(16));
    group.step(target, 1);
    assert_eq!(all.transitions() + group.transitions(), 1);
    Ok(())
}

/// Peak bytes of either worker for `link`, and the error if it is refused.
fn peak(link: &str, table: Option<&Table>) -> (usize, Option<SettingError>) {
    let ([trainer, _], view) = taken(|| {
        let (experiment, errors) = experiment::parse(link);
        errors.into_iter().next().map_or_else(|| train(experiment, table), Err)
    });
    match view {
        Err(error) => (trainer, Some(error)),
        Ok(view) => {
            let ([sampler, _], refused) = taken(|| sample(experiment::parse(link).0, table, &view).err());
            (trainer.max(sampler), refused)
        }
    }
}

/// Links that set each setting of each alternative to each end of its range.
fn single_settings() -> Vec<String> {
    let mut links = vec!["#v=0".to_owned()];
    for Entry { setting, .. } in Experiment::default().entries() {
        if let SettingKind::Choice { options, .. } = &setting.kind {
            links.extend(options.iter().map(|option| format!("#v=0&{}={}", setting.key, option.id)));
        }
    }
    let mut seen: Vec<*const Setting> = Vec::new();
    let mut found = Vec::new();
    for link in links {
        let entries = experiment::parse(&link).0.entries().to_vec();
        for Entry { setting, .. } in entries {
            if seen.contains(&std::ptr::from_ref(setting)) {
                continue;
            }
            seen.push(setting);
            found.extend(ends(setting).into_iter().map(|end| format!("{link}&{}={end}", setting.key)));
        }
    }
    found
}

#[test]
fn no_setting_takes_more_memory_than_it_may_at_any_end_of_its_range() {
    let links = single_settings();
    assert!(links.len() > 200, "{} links", links.len());
    let (mut most, mut refusals) = (0, 0);
    for link in links {
        let table = table_of(&experiment::parse(&link).0);
        let (bytes, refused) = peak(&link, table.as_ref());
        assert!(bytes < MOST, "{bytes} bytes: {link}, {refused:?}");
        refusals += usize::from(refused.is_some());
        most = most.max(bytes);
    }
    println!("{most} bytes at most; {refusals} refused");
}

#[test]
fn hostile_lists_of_levels_are_refused_before_memory_is_taken() {
    let ([usual, _], _) = taken(|| Setup::new(experiment::parse("#v=0").0).map(drop));
    for list in LISTS {
        let link = format!("#v=0&train.sigma-list={list}");
        let ([bytes, _], refused) = taken(|| Setup::new(experiment::parse(&link).0).map(drop).err());
        assert!(bytes <= usual + 2 * MESSAGE, "{bytes} bytes, {usual} without: {link}");
        let forged = forged_checkpoint::sealed(
            [&b"SCOR"[..], &ALGORITHM.to_le_bytes(), &(link.len() as u32).to_le_bytes(), link.as_bytes(), &[0; 600]]
                .concat(),
        );
        let ([bytes, _], damage) = taken(|| Session::restore(&forged).map(drop));
        assert!(bytes < 200_000 && damage.is_err(), "a checkpoint of {} bytes takes {bytes}: {link}", forged.len());
        if let Some(SettingError { setting, .. }) = refused {
            assert_eq!(setting, "train.sigma-list");
        }
    }
}

/// Settings whose sizes multiply, and the refused one, if any.
const PRODUCTS: &[(&str, Option<&str>)] = &[
    ("data.dim=100&data.components=200&data.count=41943&train.batch=41943", None),
    ("data.dim=100&data.count=1000000", Some("data.count")),
    ("data.dim=100&train.batch=65536", Some("train.batch")),
    ("data.dim=100&sample.chains=20000&sample.kernel=nuts&sample.max-depth=10", None),
    ("data.dim=100&sample.chains=20000&sample.kernel=interpolate-mh", None),
    ("data.dim=100&sample.chains=20000&sample.kernel=reconstruct-mh", None),
    ("data.dim=100&sample.chains=20000&sample.path-intervals=200", None),
    ("model.units=4096&model.layers=4", Some("model.units")),
    ("model.units=4000&model.layers=2", Some("model.units")),
    ("model.units=2300&model.layers=2", None),
    ("model.units=1320&model.layers=4&train.sigma-levels=100", None),
    ("model.units=2300&model.layers=2&train.optimizer=lbfgs&train.lbfgs-memory=1", Some("model.units")),
    ("model.units=1100&model.layers=4&train.optimizer=lbfgs&train.lbfgs-memory=1&train.replicas=50", None),
    ("data.dim=100&model.units=4096&train.optimizer=lbfgs&train.lbfgs-memory=25", Some("model.units")),
    ("data.dim=100&model.units=4096&train.optimizer=lbfgs&train.lbfgs-memory=13", None),
    ("data.dim=100&model.units=4096&train.objective=contractive", None),
    ("data.dim=100&model.units=4096&train.objective=implicit&train.batch=41943&train.sigma-levels=2", None),
    ("data.dim=100&model.units=4096&model.decoder=scaled&train.objective=encoder-contractive", None),
    ("data.dim=100&model.units=1200&model.layers=4&train.objective=contractive&train.l1=1", Some("model.units")),
];

/// Products on a table of 1024 columns.
const WIDE_PRODUCTS: &[(&str, Option<&str>)] = &[
    ("model.units=4096", Some("model.units")),
    ("model.units=2048", None),
    ("sample.chains=4096&sample.kernel=hmc", None),
    ("train.objective=contractive", Some("train.objective")),
    ("train.objective=encoder-contractive&model.units=1", Some("train.objective")),
    ("train.objective=implicit&train.l1=0.1", Some("train.objective")),
    ("train.objective=sliced&model.units=2048&train.l1=0.1", None),
];

#[test]
fn settings_that_multiply_take_no_more_memory_than_they_may_together() {
    let wide = Table::new(1024, vec![0.5; 300 * 1024], Vec::new()).expect("a table");
    for (data, products, table) in [("gmm-manifold", PRODUCTS, None), ("user-data", WIDE_PRODUCTS, Some(&wide))] {
        for (settings, expected) in products {
            let link = format!("#v=0&data={data}&{settings}");
            let (bytes, refused) = peak(&link, table);
            println!(
                "{:>4} MB {link} {}",
                bytes >> 20,
                refused.as_ref().map_or(String::new(), SettingError::to_string)
            );
            assert!(bytes < MOST, "{bytes} bytes: {link}");
            assert_eq!(refused.as_ref().map(|error| &*error.setting), *expected, "{link}: {refused:?}");
            assert!(refused.is_none() || bytes < 8 << 20, "{bytes} bytes to refuse {link}");
        }
    }
}

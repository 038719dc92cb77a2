//! The most memory that an experiment takes, with each setting at the ends of its range and with those that multiply together.

use std::fs;

use scorescape::data;
use scorescape::experiment::{self, Experiment};
use scorescape::field::{Choice, Entry, Field, Kind, Problem};
use scorescape::score::Score;
use scorescape::session::{Setup, View};
use scorescape::table::{self, Table};
use scorescape::{ALGORITHM, Session};

use super::{MESSAGE, sealed, taken};

/// Bytes that no experiment may take in one thread.
const MOST: usize = 256 << 20;

/// Texts that a list of σ levels may be given: no more than its error may be made of them.
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

/// The ends of what a setting may be, and hostile texts where it is a text.
fn ends(field: &Field) -> Vec<String> {
    match &field.kind {
        Kind::Real { min, max, .. } => vec![format!("{min:e}"), format!("{max:e}")],
        Kind::Integer { min, max, .. } => vec![min.to_string(), max.to_string()],
        Kind::Choice { options, .. } => options.iter().map(|Choice { id, .. }| (*id).into()).collect(),
        Kind::Text { max, .. } if field.key == "data.word" => vec!["A".into(), "W".repeat(*max as usize)],
        Kind::Text { .. } => LISTS.map(String::from).into(),
    }
}

/// The file of the data, where they are a table: that of the page, or for one's own points that of the goldens.
fn table_of(experiment: &Experiment) -> Option<Table> {
    let file = data::table::needed(experiment.dataset())?;
    let path = file.map_or("tests/fixtures/own.csv".into(), |file| format!("www/data/{file}"));
    Some(table::read(&fs::read(&path).expect(&path)).expect(&path))
}

/// What the trainer's worker does: draws data and weights, and hands out a view and a checkpoint.
fn train(experiment: Experiment, table: Option<&Table>) -> Result<View, Problem> {
    let session = Session::with_table(experiment, table)?;
    assert!(!session.checkpoint().is_empty());
    Ok(session.view())
}

/// What a sampler's worker does: makes the learned score of a view and all chains, and moves a group of them.
fn sample(experiment: Experiment, table: Option<&Table>, view: &View) -> Result<(), Problem> {
    let setup = Setup::with_table(experiment, table)?;
    let learned = setup.learned(view)?;
    let count = setup.settings().integer("sample.chains");
    let exact = setup.truth().filter(|_| setup.settings().choice("sample.target") == "exact");
    let target: &dyn Score = exact.map_or(&learned, |exact| exact);
    let mut all = setup.chains(0..count);
    all.step(target, 0);
    let mut group = setup.chains(0..count.min(16));
    group.step(target, 1);
    assert_eq!(all.transitions() + group.transitions(), 1);
    Ok(())
}

/// The most bytes that either worker takes for `link`, and why it is refused if it is.
fn peak(link: &str, table: Option<&Table>) -> (usize, Option<Problem>) {
    let ([trainer, _], view) = taken(|| {
        let (experiment, problems) = experiment::parse(link);
        problems.into_iter().next().map_or_else(|| train(experiment, table), Err)
    });
    match view {
        Err(problem) => (trainer, Some(problem)),
        Ok(view) => {
            let ([sampler, _], refused) = taken(|| sample(experiment::parse(link).0, table, &view).err());
            (trainer.max(sampler), refused)
        }
    }
}

/// Of each setting that any alternative has, the links that give it each end.
fn single_settings() -> Vec<String> {
    let mut links = vec!["#v=0".to_owned()];
    for Entry { field, .. } in Experiment::default().entries() {
        if let Kind::Choice { options, .. } = &field.kind {
            links.extend(options.iter().map(|option| format!("#v=0&{}={}", field.key, option.id)));
        }
    }
    let mut seen: Vec<*const Field> = Vec::new();
    let mut found = Vec::new();
    for link in links {
        let entries = experiment::parse(&link).0.entries().to_vec();
        for Entry { field, .. } in entries {
            if seen.contains(&std::ptr::from_ref(field)) {
                continue;
            }
            seen.push(field);
            found.extend(ends(field).into_iter().map(|end| format!("{link}&{}={end}", field.key)));
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
        let link = format!("#v=0&train.list={list}");
        let ([bytes, _], refused) = taken(|| Setup::new(experiment::parse(&link).0).map(drop).err());
        assert!(bytes <= usual + 2 * MESSAGE, "{bytes} bytes, {usual} without: {link}");
        let forged = sealed::sealed(
            [&b"SCOR"[..], &ALGORITHM.to_le_bytes(), &(link.len() as u32).to_le_bytes(), link.as_bytes(), &[0; 600]]
                .concat(),
        );
        let ([bytes, _], damage) = taken(|| Session::restore(&forged).map(drop));
        assert!(bytes < 200_000 && damage.is_err(), "a checkpoint of {} bytes takes {bytes}: {link}", forged.len());
        if let Some(Problem { field, .. }) = refused {
            assert_eq!(field, "train.list");
        }
    }
}

/// Settings that multiply, and the one that is refused if any is.
const PRODUCTS: &[(&str, Option<&str>)] = &[
    ("data.dim=100&data.components=200&data.count=41943&train.batch=41943", None),
    ("data.dim=100&data.count=1000000", Some("data.count")),
    ("data.dim=100&train.batch=65536", Some("train.batch")),
    ("data.dim=100&sample.chains=20000&sample.kernel=nuts&sample.depth=10", None),
    ("data.dim=100&sample.chains=20000&sample.kernel=noise-r", None),
    ("data.dim=100&sample.chains=20000&sample.kernel=reconstruct-mh", None),
    ("data.dim=100&sample.chains=20000&sample.intervals=200", None),
    ("model.units=4096&model.layers=4", Some("model.units")),
    ("model.units=4000&model.layers=2", Some("model.units")),
    ("model.units=2300&model.layers=2", None),
    ("model.units=1320&model.layers=4&train.levels=100", None),
    ("model.units=2300&model.layers=2&train.optimizer=lbfgs&train.memory=1", Some("model.units")),
    ("model.units=1100&model.layers=4&train.optimizer=lbfgs&train.memory=1&train.replicas=50", None),
    ("data.dim=100&model.units=4096&train.optimizer=lbfgs&train.memory=25", Some("model.units")),
    ("data.dim=100&model.units=4096&train.optimizer=lbfgs&train.memory=13", None),
    ("data.dim=100&model.units=4096&train.objective=contractive", None),
    ("data.dim=100&model.units=4096&train.objective=implicit&train.batch=41943&train.levels=2", None),
    ("data.dim=100&model.units=4096&model.decoder=scaled&train.objective=encoder-contractive", None),
    ("data.dim=100&model.units=1200&model.layers=4&train.objective=contractive&train.l1=1", Some("model.units")),
];

/// The same on a table of 1024 columns.
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
    for (data, products, table) in [("gmm-manifold", PRODUCTS, None), ("own", WIDE_PRODUCTS, Some(&wide))] {
        for (settings, field) in products {
            let link = format!("#v=0&data={data}&{settings}");
            let (bytes, refused) = peak(&link, table);
            println!("{:>4} MB {link} {}", bytes >> 20, refused.as_ref().map_or(String::new(), Problem::to_string));
            assert!(bytes < MOST, "{bytes} bytes: {link}");
            assert_eq!(refused.as_ref().map(|problem| &*problem.field), *field, "{link}: {refused:?}");
            assert!(refused.is_none() || bytes < 8 << 20, "{bytes} bytes to refuse {link}");
        }
    }
}

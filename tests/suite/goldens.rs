//! Fingerprints of runs that cover every choice of every setting. They are the same on every target.

use std::collections::BTreeSet;

use scorescape::data::table_source;
use scorescape::io;
use scorescape::setting::SettingKind;
use scorescape::table::Table;
use scorescape::{ALGORITHM, Experiment, Session, experiment};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::session::{self, STEPS, fingerprint};

const GOLDENS: &str = include_str!("../goldens.txt");

/// Few units, examples and chains: more of them would run the same code. The links of the session's tests come first.
const SMALL: &str = "model.units=16&train.batch=16&sample.chains=8";

/// Further settings of each run: every dataset, and spread over them every objective, optimiser and other alternative.
const CHOICES: [&str; 39] = [
    "data=spiral-weighted&data.count=300&train.optimizer=sgd&train.schedule=cosine",
    "data=spiral-weighted&data.count=300&data.law=uniform&train.optimizer=momentum&train.schedule=steps",
    "data=spiral-weighted&data.count=300&data.law=falling&train.optimizer=rmsprop&train.sigma-levels=3",
    "data=spiral-linear-02&data.count=300&train.corruption=rare-large",
    "data=three-points&train.optimizer=lbfgs&train.replicas=3",
    "data=two-wells&data.count=200&train.objective=contractive",
    "data=three-wells&data.count=200&train.objective=encoder-contractive",
    "data=one-well&data.count=200&train.objective=implicit&train.sigma=0.5",
    "data=random-1d&data.count=200&train.objective=sliced&train.sigma=0.5",
    "data=sine&data.count=200&train.objective=walkback&train.walkback-kick=0.1",
    "data=cae-line&train.corruption=weighted",
    "data=cae-wave&train.objective=walkback&train.walkback-probability=0.2&train.optimizer=rmsprop",
    "data=random-energy&data.count=200&model.activation=softplus&model.decoder=scaled",
    "data=ninja-star&data.count=200&model.activation=silu&model.output-scaling=learned",
    "data=butterfly&data.count=200&model.activation=sigmoid&model.output-scaling=per-output",
    "data=gmm-manifold&data.count=200&train.objective=sliced&train.sigma=0.5&model.layers=2",
    "data=digits&data.count=200&sample.chains=2&model.layers=4",
    "data=iris&train.objective=contractive&model.layers=2&view.plane=coordinates",
    "data=iris&data.standardise=no&train.optimizer=momentum&train.rate=0.0001",
    "data=wine&train.objective=implicit&train.sigma=1&model.form=plain",
    "data=two-moons&data.count=300&sample.path-rule=simpson&model.activation=relu",
    "data=swiss-roll&data.count=300&sample.path-rule=gauss-legendre&model.activation=relu&train.objective=encoder-contractive",
    "data=s-curve&data.count=300&sample.path-rule=endpoint&model.output-scaling=variance",
    "data=pinwheel&data.count=300&train.weight-decay=0.001&model.activation=softplus&train.objective=contractive",
    "data=checkerboard&data.count=300&train.patience=100&model.activation=silu&train.objective=implicit&train.sigma=0.3",
    "data=circles&data.count=300&model.activation=sigmoid&train.objective=sliced&train.sigma=0.3",
    "data=ring&data.count=300&train.optimizer=sgd&train.rate=0.1&train.sigma-levels=2&train.schedule=steps",
    "data=grid&data.count=300&model.layers=3&model.form=plain",
    "data=gaussian&data.count=300&model.activation=identity&model.form=plain&model.decoder=transposed&model.initialization=classic",
    "data=gaussian&data.count=40&model.activation=identity&train.optimizer=lbfgs&train.replicas=2&train.sigma-levels=3&sample.start=gaussian",
    "data=word&data.count=300&data.word=GOLD&train.optimizer=adam&train.sigma-levels=4&train.schedule=cosine",
    "data=ring&data.count=40&train.objective=contractive&train.optimizer=lbfgs&train.replicas=1&train.lbfgs-memory=3",
    "data=spiral&data.count=300&data.direction=radial&train.objective=walkback&model.decoder=scaled&train.sigma-levels=2",
    "data=spiral&data.count=300&model.output-activation=tanh&model.layers=2&train.objective=walkback",
    "data=cae-line&model.output-activation=sigmoid&model.form=plain&train.objective=contractive&train.l1=0.001",
    "data=two-moons&data.count=300&model.output-activation=softplus&model.decoder=scaled&train.l1=0.0001&train.optimizer=momentum",
    "data=digits&data.count=200&sample.chains=2&model.output-activation=relu&model.form=plain",
    "data=ring&data.count=300&model.output-activation=silu&train.objective=sliced&train.sigma=0.3&model.output-scaling=learned",
    "data=user-data&data.digest=0800730927EB&train.objective=contractive",
];

/// The user's own points; a link above contains their digest.
const OWN: &[u8] = include_bytes!("../fixtures/own.csv");

/// Runs that cover the samplers; some of these integrate energies.
const SAMPLERS: [&str; 17] = [
    "data=banana&data.count=300&sample.kernel=mala&sample.warm-up=30&sample.chains=20",
    "data=banana&data.count=300&sample.kernel=relaxed-reconstruct-mh&sample.warm-up=30&sample.chains=20",
    "data=banana&data.count=300&sample.kernel=mala",
    "data=banana&data.count=300&sample.kernel=langevin&sample.fault=flipped-score",
    "data=banana&data.count=300&sample.kernel=hmc",
    "data=banana&data.count=300&sample.kernel=nuts",
    "data=banana&data.count=300&sample.kernel=error-move-mh&sample.fault=endpoint-energy",
    "data=banana&data.count=300&sample.kernel=interpolate-mh",
    "data=banana&data.count=300&sample.kernel=relaxed-reconstruct-mh&sample.fault=missing-correction",
    "data=banana&data.count=300&sample.kernel=reconstruct&sample.fault=wrong-sigma",
    "data=banana&data.count=300&sample.kernel=reconstruct-mh&sample.fault=missing-jacobian",
    "data=banana&data.count=300&sample.kernel=error-move-mh&sample.accept-rule=always",
    "data=banana&data.count=300&sample.kernel=dae-chain",
    "data=banana&data.count=300&model.decoder=scaled&sample.path-rule=exact",
    "data=banana&data.count=300&sample.path-rule=exact&sample.target=exact",
    "data=banana&data.count=300&sample.target=optimum",
    "data=banana&data.count=300&sample.start=point&sample.start-x1=0.2&sample.start-x2=-0.4",
];

fn links() -> impl Iterator<Item = String> {
    let choices = CHOICES.map(|choices| format!("#v=0&{SMALL}&sample.path-intervals=4&{choices}"));
    let samplers = SAMPLERS.map(|choices| format!("#v=0&{SMALL}&{choices}"));
    session::LINKS.into_iter().map(String::from).chain(choices).chain(samplers)
}

fn experiment_of(link: &str) -> Experiment {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    experiment
}

/// The table of a dataset from a table: the page's file, or the user's own points.
fn table_for(experiment: &Experiment) -> Option<Table> {
    let bytes: &[u8] = match table_source(experiment.dataset())?.file {
        Some("iris.csv") => include_bytes!("../../www/data/iris.csv"),
        Some("wine.csv") => include_bytes!("../../www/data/wine.csv"),
        Some("digits.npy") => include_bytes!("../../www/data/digits.npy"),
        Some(file) => panic!("{file} is unknown here"),
        None => OWN,
    };
    Some(io::read_table(bytes).unwrap())
}

fn golden(link: &str) -> Option<&'static str> {
    GOLDENS.lines().filter_map(|line| line.split_once(' ')).find(|(key, _)| *key == link).map(|(_, value)| value)
}

#[test]
fn fingerprints_are_those_of_the_goldens_on_every_target() {
    let mut lines = String::from(
        "# Fingerprints after 300 steps and 50 transitions. SCORESCAPE_REGENERATE=1 cargo test rewrites them.\n",
    );
    let mut wrong = Vec::new();
    for (i, link) in links().enumerate() {
        let experiment = experiment_of(&link);
        let table = table_for(&experiment);
        let mut session = Session::with_table(experiment, table.as_ref()).unwrap();
        let progress = session.step(STEPS);
        // Diverged runs would all have the same fingerprint.
        assert!(i < session::LINKS.len() || progress.step == STEPS && !progress.diverged, "{link}: {progress:?}");
        let fingerprint = fingerprint(&session, 1);
        if golden(&link) != Some(&fingerprint) {
            wrong.push(format!("{link}: {fingerprint}, not {:?}", golden(&link)));
        }
        lines += &format!("{link} {fingerprint}\n");
    }
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("SCORESCAPE_REGENERATE").is_some() {
        return std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens.txt"), lines).unwrap();
    }
    assert!(
        wrong.is_empty(),
        "bits have changed: raise ALGORITHM (now {ALGORITHM}), then run SCORESCAPE_REGENERATE=1 cargo test\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_alternative_of_every_choice_occurs_in_a_golden() {
    let (mut there, mut all) = (BTreeSet::new(), BTreeSet::new());
    for (link, _) in GOLDENS.lines().filter_map(|line| line.split_once(' ')).filter(|(link, _)| link.starts_with('#')) {
        let experiment = experiment_of(link);
        for entry in experiment.entries() {
            if let SettingKind::Choice { options, .. } = entry.setting.kind {
                there.insert((entry.setting.key, experiment.settings().choice(entry.setting.key)));
                all.extend(options.iter().map(|option| (entry.setting.key, option.id)));
            }
        }
    }
    let missing: Vec<_> = all.difference(&there).collect();
    assert!(all.len() > 60 && missing.is_empty(), "of {} alternatives these are in no golden: {missing:?}", all.len());
}

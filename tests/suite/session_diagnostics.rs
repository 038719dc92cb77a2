//! Diagnostics of a run: they distinguish chains that mix and fields that fit from chains and fields that do not.

use scorescape::experiment::parse;
use scorescape::measure::DrawRecord;
use scorescape::measure::verdict::{Level, diagnostics};
use scorescape::session::{ChainOutput, Session, chain_health::ChainHealth};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LINK: &str = "#v=0&data.count=500&model.units=32&train.batch=64";

fn trained(link: &str, steps: u32) -> Session {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{errors:?}");
    let mut session = Session::new(experiment).unwrap();
    session.step(steps);
    session
}

#[test]
fn evidence_is_that_of_the_field_and_of_the_later_half_of_the_draws() {
    let session = trained(LINK, 300);
    let (learned, setup) = (session.learned(), session.setup());
    let mut chains = session.chains(0..8);
    let mut record = DrawRecord::new(8, 2, 64);
    for transition in 1..=60 {
        chains.step(&learned, 1);
        record.push(transition, chains.states());
    }
    let mut draws = record.by_chain();
    let observe = |draws: &[f64]| {
        let observed = ChainOutput { draws, chains: 8, states: chains.states(), acceptance: 0.25 };
        setup.measurements(&learned, observed, Some(0.2)).unwrap()
    };
    let measurements = observe(&draws);
    let ids: Vec<&str> = diagnostics(&measurements).iter().map(|reading| reading.rule.id).collect();
    let all = ["r-hat", "ess-bulk", "ess-tail", "acceptance", "asymmetry", "circulation", "fisher-error"];
    assert_eq!(ids, all);
    let convergence = measurements.convergence.unwrap();
    assert!((0.9..3.0).contains(&convergence.r_hat) && convergence.ess_bulk < 8.0 * 30.0, "{convergence:?}");
    assert!(measurements.asymmetry.unwrap() > 0.01, "an untied network's field is no gradient: {measurements:?}");
    // The first half of each chain is discarded.
    draws.chunks_mut(120).for_each(|chain| chain[..60].fill(1e6));
    assert_eq!(observe(&draws).convergence.unwrap().r_hat, convergence.r_hat);
    draws[60..120].iter_mut().for_each(|x| *x += 1.0);
    assert_ne!(observe(&draws).convergence.unwrap().r_hat, convergence.r_hat);
}

#[test]
fn evidence_of_tied_networks_and_lines_has_no_rotation() {
    for (link, asymmetry) in [("&model.decoder=scaled", Some(0.0)), ("&data=two-wells", None)] {
        let link = format!("{LINK}{link}");
        let session = trained(&link, 100);
        let dim = session.setup().points().dim();
        let draws: Vec<f64> = (0..40 * dim).map(|i| f64::from(i as u32 % 7)).collect();
        let observed = ChainOutput { draws: &draws, chains: 2, states: &draws[..dim], acceptance: 0.3 };
        let measurements = session.setup().measurements(&session.learned(), observed, None).unwrap();
        match asymmetry {
            Some(_) => {
                assert!(
                    measurements.asymmetry.unwrap() < 1e-5 && measurements.circulation.unwrap() < 1e-5,
                    "{measurements:?}"
                )
            }
            None => assert!(measurements.asymmetry.is_none() && measurements.circulation.is_none(), "{measurements:?}"),
        }
    }
}

#[test]
fn evidence_refuses_draws_and_states_that_are_not_whole() {
    let session = trained(LINK, 0);
    let refused = |draws: &[f64], chains, states: &[f64]| {
        let observed = ChainOutput { draws, chains, states, acceptance: 0.5 };
        session.setup().measurements(&session.learned(), observed, None).unwrap_err().setting.to_string()
    };
    assert_eq!(refused(&[0.0; 12], 0, &[0.0; 2]), "draws");
    assert_eq!(refused(&[0.0; 12], 4, &[0.0; 2]), "draws");
    assert_eq!(refused(&[], 1, &[0.0; 2]), "draws");
    assert_eq!(refused(&[0.0; 12], 3, &[0.0; 3]), "states");
}

#[test]
fn fates_count_chains_that_stand_still_and_those_that_left() {
    let session = trained(LINK, 0);
    let moving: Vec<f64> = (0..80).map(|i| 0.01 * f64::from(i)).collect();
    let still = [&moving[..40], &[0.1; 40]].concat();
    let draws = [&moving[..], &still, &moving].concat();
    let states = [0.3, 0.0, 100.0, 0.0, f64::NAN, 0.0, 0.0, f64::INFINITY];
    let observed = ChainOutput { draws: &draws, chains: 3, states: &states, acceptance: 0.5 };
    assert_eq!(session.setup().chain_health(observed), ChainHealth { stuck: 1, escaped: 3 });
    let young = ChainOutput { draws: &[0.1; 38 * 2], chains: 1, ..observed };
    assert_eq!(session.setup().chain_health(young).stuck, 0, "nineteen draws in the later half");
    let one = trained("#v=0&data.count=1&model.units=8&train.batch=1", 0);
    assert_eq!(one.setup().chain_health(ChainOutput { states: &states[..2], ..observed }).escaped, 1);
    let near = one.setup().points().point(0).iter().map(|x| x + 0.3).collect::<Vec<_>>();
    assert_eq!(
        one.setup().chain_health(ChainOutput { states: &near, ..observed }).escaped,
        0,
        "one point has no extent but σ"
    );
}

#[test]
fn comparisons_are_near_those_of_exact_draws_for_exact_draws_alone() {
    let session = trained(LINK, 0);
    let (setup, truth) = (session.setup(), session.setup().exact().unwrap());
    let exact = setup.draws(truth.density(), 1000, 77);
    let stretched: Vec<f64> = exact.values().iter().map(|x| 1.2 * x).collect();
    let (near, far) = (setup.sample_quality(truth, exact.values()), setup.sample_quality(truth, &stretched));
    for (near, far) in near.iter().zip(&far) {
        assert_eq!((near.measure.id, near.exact), (far.measure.id, far.exact));
        // For the density itself every measure is zero up to noise, except the log-density.
        let noise = (near.value - near.exact).abs();
        assert!((far.value - near.exact).abs() > 4.0 * noise, "{near:?} {far:?}");
    }
    assert_eq!(near.len(), 6);
    assert!(setup.sample_quality(truth, &exact.values()[..2]).is_empty());
    let cold = trained(&format!("{LINK}&sample.temperature=0.5"), 0);
    assert!(
        cold.setup().sample_quality(truth, exact.values()).is_empty(),
        "cold chains have another law than the data"
    );
    // Levels are ordered; the worst is the greatest.
    assert!(Level::Green < Level::Amber && Level::Amber < Level::Red);
}

#[test]
fn evidence_of_a_table_has_no_fisher_error() {
    let text: String = (0..60).map(|i| format!("{}.{},{}\n", i % 7, i % 10, i % 11)).collect();
    let table = scorescape::io::read_table(text.as_bytes()).unwrap();
    let (experiment, _) = parse("#data=user-data&model.units=16&train.batch=16");
    let session = Session::with_table(experiment, Some(&table)).unwrap();
    let draws: Vec<f64> = (0..80).map(|i| 0.1 * f64::from(i % 13)).collect();
    let observed = ChainOutput { draws: &draws, chains: 2, states: &draws, acceptance: 0.3 };
    let measurements = session.setup().measurements(&session.learned(), observed, Some(0.4)).unwrap();
    assert!(measurements.fisher_error.is_none() && measurements.convergence.is_some(), "{measurements:?}");
}

#[test]
fn shortcuts_are_told_however_well_chains_mix() {
    use scorescape::sample::Bias::{Fault, Inexact};
    for (more, expected) in [
        ("random-walk", None),
        ("random-walk&sample.path-rule=endpoint", Some(Inexact)),
        ("random-walk&sample.fault=missing-jacobian", Some(Fault)),
        ("langevin", Some(Inexact)),
        ("langevin&sample.fault=wrong-sigma", Some(Fault)),
        ("reconstruct", Some(Inexact)),
        ("dae-chain", Some(Inexact)),
        ("error-move-mh", None),
        ("error-move-mh&sample.accept-rule=always", Some(Inexact)),
        ("reconstruct-mh", None),
        ("relaxed-reconstruct-mh&sample.warm-up=20", None),
        ("interpolate-mh", None),
        ("mala", None),
        ("hmc", None),
        ("nuts&sample.fault=wrong-sigma", Some(Fault)),
    ] {
        let session = trained(&format!("{LINK}&sample.kernel={more}"), 0);
        let draws: Vec<f64> = (0..80).map(|i| 0.1 * f64::from(i % 13)).collect();
        let observed = ChainOutput { draws: &draws, chains: 2, states: &draws, acceptance: 0.7 };
        let measurements = session.setup().measurements(&session.learned(), observed, None).unwrap();
        assert_eq!(measurements.bias, expected, "{more}");
    }
}

#[test]
fn evidence_has_an_acceptance_where_the_share_of_accepted_proposals_says_something() {
    for (more, ideal) in [("hmc", Some(0.8)), ("hmc&sample.warm-up=50", Some(0.8)), ("nuts", None), ("langevin", None)]
    {
        let session = trained(&format!("{LINK}&sample.kernel={more}"), 0);
        let draws: Vec<f64> = (0..80).map(|i| 0.1 * f64::from(i % 13)).collect();
        let observed = ChainOutput { draws: &draws, chains: 2, states: &draws, acceptance: 0.7 };
        let measurements = session.setup().measurements(&session.learned(), observed, None).unwrap();
        assert_eq!(measurements.acceptance, ideal.map(|ideal| (0.7, ideal)), "{more}");
    }
}

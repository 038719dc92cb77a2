//! The levels of a falling σ: by equal factors or by a list, each for an equal share of the steps.

use scorescape::experiment::parse;
use scorescape::session::Setup;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::schedules::{SMALL, schedule};

#[test]
fn levels_are_geometric_and_end_at_sigma_itself() {
    for (levels, first, sigma) in
        [(1, 20.0, 0.05), (2, 20.0, 0.05), (7, 1000.0, 0.005), (100, 1.0, 0.3), (5, 3.7, 10.0)]
    {
        let schedule =
            schedule(&format!("train.sigma-levels={levels}&train.sigma-first={first}&train.sigma={sigma}&steps=1000"));
        let begins = |level: usize| (0..1000).find(|step| schedule.level(*step) == level).unwrap();
        let sigmas: Vec<f64> = (0..levels).map(|level| schedule.sigma(begins(level))).collect();
        assert_eq!((schedule.levels(), sigmas[sigmas.len() - 1], schedule.final_sigma()), (levels, sigma, sigma));
        let start = if levels == 1 { sigma } else { first * sigma };
        assert!((sigmas[0] / start - 1.0).abs() < 1e-14, "{levels} levels: {sigmas:?}");
        let factor = if levels == 1 { 1.0 } else { first.powf(-1.0 / (levels as f64 - 1.0)) };
        let is_geometric = |pair: &[f64]| (pair[1] / pair[0] / factor - 1.0).abs() < 1e-13;
        assert!(sigmas.windows(2).all(is_geometric), "{levels} levels: {sigmas:?}");
    }
}

#[test]
fn levels_of_a_list_are_its_multiples_of_sigma_and_end_at_sigma_itself() {
    for (list, sigma, expected) in [
        ("1000,500,200,100,50,10,1", 0.005, vec![5.0, 2.5, 1.0, 0.5, 0.25, 0.05, 0.005]),
        ("10,5,1", 0.01, vec![0.1, 0.05, 0.01]),
        ("0.5,1", 0.3, vec![0.15, 0.3]),
        ("8:1:4", 0.1, vec![0.8, 0.4, 0.2, 0.1]),
        ("9,8:2:3,2:0.5:3,3,1", 0.1, vec![0.9, 0.8, 0.4, 0.2, 0.1, 0.05, 0.3, 0.1]),
    ] {
        let schedule =
            schedule(&format!("train.sigma-list={list}&train.sigma-levels=4&train.sigma={sigma}&steps=1000"));
        let shares = expected.len() as u32;
        let sigmas: Vec<f64> = (0..shares).map(|level| schedule.sigma((1000 * level).div_ceil(shares))).collect();
        assert_eq!(schedule.levels(), expected.len());
        let near = |(a, b): (&f64, &f64)| (a / b - 1.0).abs() < 1e-14;
        assert!(sigmas.iter().zip(&expected).all(near), "{list}: {sigmas:?}");
        assert_eq!(schedule.final_sigma(), sigma);
    }
}

#[test]
fn lists_of_the_research_code_can_be_written() {
    // 10^lin(1, 0, 5), then 10^lin(0, -2, 20) without the repeated 1; exp(lin(0, -4.6, 100)).
    let lin = |a: f64, b: f64, n: usize| (0..n).map(move |i| a + (b - a) * i as f64 / (n - 1) as f64);
    let two: Vec<f64> = lin(1.0, 0.0, 5).chain(lin(0.0, -2.0, 20).skip(1)).map(|x| 10f64.powf(x)).collect();
    let one: Vec<f64> = lin(0.0, -4.6, 100).map(f64::exp).collect();
    for (list, sigma, expected) in
        [("1000:100:5,100:1:20", "0.01", two), ("99.48431564193:1:100", "0.010051835744633575", one)]
    {
        let schedule = schedule(&format!("train.sigma-list={list}&train.sigma={sigma}&steps=10000"));
        assert_eq!(schedule.levels(), expected.len());
        for (level, expected) in (0u32..).zip(&expected) {
            let found = schedule.sigma((10_000 * level).div_ceil(schedule.levels() as u32));
            assert!((found / expected - 1.0).abs() < 1e-12, "{list}, level {level}: {found}, not {expected}");
        }
    }
}

#[test]
fn list_that_is_none_is_refused_by_its_name() {
    for list in [
        "2", "1,2", "1,,1", ",1", "1,", "0,1", "1001,1", "1.2.3,1", ".", "2:1", "2:1:", "2:1:1", "2:1:101", "2:1:2.5",
        "2:1:3:4", ":1:2", "0:1:3", "2:0:3,1", "1001:1:2", "1:2:3", "2::3,1", "4:2:3,:1",
    ] {
        let (experiment, errors) = parse(&format!("{SMALL}&train.sigma-list={list}"));
        assert!(errors.is_empty(), "{list}: {errors:?}");
        let error = Setup::new(experiment).err().unwrap_or_else(|| panic!("{list} is taken"));
        assert_eq!((error.setting.as_ref(), error.value.as_ref()), ("train.sigma-list", list));
    }
}

#[test]
fn every_level_has_an_equal_share_of_the_steps_and_the_last_goes_on() {
    for (levels, steps) in [(1, 1), (1, 10), (3, 10), (7, 100), (100, 100), (100, 5000)] {
        let schedule = schedule(&format!("train.sigma-levels={levels}&steps={steps}"));
        let counts: Vec<usize> =
            (0..levels).map(|level| (0..steps).filter(|step| schedule.level(*step) == level).count()).collect();
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(*least >= 1 && most - least <= 1, "{levels} levels in {steps} steps: {counts:?}");
        assert!((1..steps).all(|step| schedule.level(step) >= schedule.level(step - 1)));
        assert_eq!([steps - 1, steps, u32::MAX].map(|step| schedule.level(step)), [levels - 1; 3]);
        assert_eq!((schedule.sigma_after(steps), schedule.sigma_after(0)), (schedule.final_sigma(), schedule.sigma(0)));
    }
}

#[test]
fn run_of_fewer_steps_than_levels_still_ends_at_sigma() {
    for (levels, steps) in [(100, 1), (100, 7), (3, 2)] {
        let schedule = schedule(&format!("train.sigma-levels={levels}&steps={steps}&train.sigma=0.07"));
        assert_eq!(schedule.sigma(steps - 1), 0.07, "{levels} levels in {steps} steps");
        assert_eq!(schedule.final_sigma(), 0.07);
        let sigmas: Vec<f64> = (0..steps).map(|step| schedule.sigma(step)).collect();
        assert!(sigmas.windows(2).all(|pair| pair[1] < pair[0]), "{sigmas:?}");
    }
}

//! After the score changes, as in a preview during training, chains keep no values computed from the old score.

use scorescape::data::Mixture;
use scorescape::math::squared_distance;
use scorescape::sample::{Chains, KERNELS};
use scorescape::score::Exact;
use scorescape::{Session, experiment};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SIGMA: f64 = 0.5;
const CHAINS: u32 = 40;
/// Variances of the Gaussian at the origin before and after the change of the score.
const BEFORE: f64 = 1.0;
const AFTER: f64 = 3.0;

fn gaussian(variance: f64) -> Exact {
    Exact::new(Box::new(Mixture::isotropic(2, &[1.0], vec![0.0, 0.0], variance).unwrap())).unwrap()
}

fn chains(settings: &str) -> Chains {
    let small = "data=gaussian&data.count=200&model.units=4&sample.target=exact";
    let link = format!("{small}&train.sigma={SIGMA}&sample.chains={CHAINS}&{settings}");
    Session::new(experiment::parse(&link).0).unwrap().chains(0..CHAINS)
}

/// m(y)/y for m(y) = y + β σ² s(y) with β = `merge` and s the score of a Gaussian at the origin, multiplied by
/// `factor`.
fn shrinkage(variance: f64, merge: f64, factor: f64) -> f64 {
    1.0 - factor * SIGMA * SIGMA * merge / variance
}

/// β of each kernel, and the factor on the score of each fault.
const MERGES: [(&str, f64); 2] = [("reconstruct-mh", 1.0), ("relaxed-reconstruct-mh", 0.4)];
const FAULTS: [(&str, f64); 2] = [("off", 1.0), ("flipped-score", -1.0)];

#[test]
fn images_and_determinants_that_are_kept_become_those_of_the_new_score() {
    let variance = 2.0 * SIGMA * SIGMA;
    for ((kernel, merge), (fault, factor)) in MERGES.into_iter().flat_map(|m| FAULTS.map(|fault| (m, fault))) {
        let name = format!("sample.kernel={kernel}&sample.fault={fault}");
        let mut chains = chains(&format!("{name}&sample.path-rule=exact&sample.relaxation=0.4"));
        chains.step(&gaussian(BEFORE), 5);
        let before = chains.states().to_vec();
        chains.retarget(&gaussian(AFTER));
        let (old, new) = (shrinkage(BEFORE, merge, factor), shrinkage(AFTER, merge, factor));
        for i in [0, 3, 17, 39] {
            let image = &before[2 * i..2 * i + 2];
            let (from, info) = chains.peek_transition(&gaussian(AFTER), i);
            let points = |x: &[f64]| [x[0] / new, x[1] / new];
            let (y, there) = (points(&from), points(&info.proposal));
            assert!(from.iter().zip(image).all(|(x, old_x)| (x / new - old_x / old).abs() < 1e-9), "{name}");
            let norm = |x: &[f64]| squared_distance(x, &[0.0, 0.0]);
            let rise = factor * (norm(&info.proposal) - norm(&from)) / (2.0 * AFTER);
            // The map is linear: its determinant is the same everywhere.
            let back = squared_distance(&there, &from) - squared_distance(&y, &info.proposal);
            let expected = -rise + back / (2.0 * variance * merge);
            assert!((info.log_acceptance - expected).abs() < 1e-9, "{name}: {} {expected}", info.log_acceptance);
        }
    }
}

#[test]
fn images_have_the_size_that_a_warm_up_has_found_for_their_group() {
    // With full images, β = 1, few proposals would be accepted.
    const NARROW: f64 = 0.3;
    let mut chains = chains("sample.kernel=relaxed-reconstruct-mh&sample.relaxation=0.4&sample.warm-up=20");
    chains.step(&gaussian(NARROW), 30);
    let before = chains.states().to_vec();
    chains.retarget(&gaussian(AFTER));
    let mut ratio = |i: usize, k: usize| chains.peek_transition(&gaussian(AFTER), i).0[k] / before[2 * i + k];
    let fixed = shrinkage(AFTER, 0.4, 1.0) / shrinkage(NARROW, 0.4, 1.0);
    let groups = [0, 16, 32].map(|first| {
        let own = ratio(first, 0);
        assert!([(first, 1), (first + 5, 0), (first + 7, 1)].iter().all(|(i, k)| (ratio(*i, *k) - own).abs() < 1e-9));
        own
    });
    assert!(groups.iter().all(|own| (own - fixed).abs() > 1e-3 && *own > 1.0), "{groups:?}, {fixed} as set");
    assert!(groups[0] != groups[1] && groups[1] != groups[2], "{groups:?}");
}

#[test]
fn chains_that_keep_nothing_or_have_not_begun_do_not_heed_that_the_score_changes() {
    for kernel in KERNELS {
        let id = kernel.choice.id;
        let walk = |first: u32, tells: bool| {
            let mut chains = chains(&format!("sample.kernel={id}"));
            chains.step(&gaussian(BEFORE), first);
            if tells {
                chains.retarget(&gaussian(AFTER));
            }
            chains.step(&gaussian(AFTER), 6);
            chains.states().to_vec()
        };
        assert_eq!(walk(0, true), walk(0, false), "{id}");
        assert_eq!(walk(5, true) == walk(5, false), !MERGES.iter().any(|(merging, _)| *merging == id), "{id}");
    }
}

//! Densities given by energies: derivatives, normalisers, minima, behaviour far out and at the borders of their domain.

use std::f64::consts::TAU;

use scorescape::Experiment;
use scorescape::data::energy::{Energy, Gibbs};
use scorescape::data::random_energy_1d::RandomLine;
use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::rng::{Purpose, Stream, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap};
use crate::support::ks;

pub const LINES: [&str; 4] = ["two-wells", "three-wells", "one-well", "random-1d"];
pub const PLANES: [&str; 3] = ["random-energy", "ninja-star", "butterfly"];
pub const ALPHA: f64 = 1e-4;

pub fn experiment(id: &str, seed: u32) -> Experiment {
    let mut experiment = Experiment::of(dataset(id).unwrap());
    experiment.set("seed", &seed.to_string()).unwrap();
    experiment
}

pub fn density(id: &str, seed: u32) -> Box<dyn Density> {
    let experiment = experiment(id, seed);
    (experiment.dataset().build)(experiment.settings(), None).unwrap()
}

pub fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// Log-density, score and Hessian as one vector.
pub fn evaluate(density: &dyn Density, x: &[f64]) -> [Vec<f64>; 3] {
    let (mut score, mut hessian) = (vec![0.0; x.len()], vec![0.0; x.len() * x.len()]);
    density.score(x, &mut score).unwrap();
    density.hessian(x, &mut hessian).unwrap();
    [vec![density.log_density(x).unwrap()], score, hessian]
}

/// The greatest gaps of log-density (absolute), score and Hessian (relative beyond 1).
pub fn gaps(values: &[Vec<f64>; 3], truth: &[Vec<f64>; 3]) -> [f64; 3] {
    [
        (values[0][0] - truth[0][0]).abs(),
        relative_gap(&values[1], &truth[1], 1.0),
        relative_gap(&values[2], &truth[2], 1.0),
    ]
}

#[test]
fn derivatives_are_those_of_the_log_density() {
    for id in LINES.into_iter().chain(PLANES) {
        let original = density(id, 3);
        let mut source = rng(0);
        for (sigma, step) in [(0.0, 1e-3), (0.02, 1e-3), (0.15, 3e-3), (0.7, 1e-2)] {
            let density = original.smoothed(sigma).unwrap();
            let mut x = vec![0.0; density.dim()];
            for _ in 0..20 {
                density.sample(&mut source, &mut x);
                let [_, score, hessian] = evaluate(&*density, &x);
                let slopes = jacobian(step, &x, 1, |x, out| out[0] = density.log_density(x).unwrap());
                let curvatures = jacobian(step, &x, x.len(), |x, out| density.score(x, out).unwrap());
                let gap = relative_gap(&score, &slopes, 1.0).max(relative_gap(&hessian, &curvatures, 1.0));
                assert!(gap < 2e-5, "{id} blurred by {sigma} at {x:?}: {gap:e}");
            }
        }
    }
}

/// Sign changes of the score of a density on the line, from a fine grid and bisection.
fn critical_points(density: &dyn Density) -> Vec<f64> {
    let score = |x: f64| evaluate(density, &[x])[1][0];
    let changes = (-200..200).map(|i| f64::from(i) * 0.01 + 1e-4).filter(|x| score(*x) * score(x + 0.01) < 0.0);
    let bisect = |x: f64| {
        (0..40).fold([x, x + 0.01], |[a, b], _| {
            let middle = 0.5 * (a + b);
            if score(a) * score(middle) < 0.0 { [a, middle] } else { [middle, b] }
        })[0]
    };
    changes.map(bisect).collect()
}

#[test]
fn wells_lie_where_the_polynomials_have_their_minima() {
    // Roots of the derivative, computed with NumPy.
    for (id, expected) in [
        ("two-wells", &[0.003_196_961, 0.599_274_669, 0.945_446_551][..]),
        ("three-wells", &[-0.854_845_183, -0.702_193_502, 0.001_443_283, 0.590_812_281, 0.964_783_12]),
        ("one-well", &[0.365_982_879]),
    ] {
        let found = critical_points(&*density(id, 1));
        assert_eq!(found.len(), expected.len(), "{id}: {found:?}");
        assert!(relative_gap(&found, expected, 1.0) < 1e-8, "{id}: {found:?}");
        for (i, x) in found.iter().enumerate() {
            let curvature = evaluate(&*density(id, 1), &[*x])[2][0];
            assert_eq!(curvature < 0.0, i % 2 == 0, "{id} at {x}: {curvature}");
        }
    }
}

#[test]
fn butterfly_has_four_wells_and_no_other_minimum_of_the_quadrant() {
    let butterfly = density("butterfly", 1);
    for (a, b) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let [log_density, score, hessian] = evaluate(&*butterfly, &[a * 3f64.sqrt(), b * 1.5f64.sqrt()]);
        assert!((log_density[0] + 5.200_971_832_565f64.ln()).abs() < 1e-11, "{log_density:?}");
        assert!(score.iter().all(|s| s.abs() < 1e-14), "{score:?}");
        assert!(hessian[0] < 0.0 && hessian[0] * hessian[3] - hessian[1] * hessian[2] > 0.0, "{hessian:?}");
    }
    for x in [[0.0, 0.0], [4.5f64.sqrt() / 1.5, 0.0]] {
        let [_, score, hessian] = evaluate(&*butterfly, &x);
        assert!(score.iter().all(|s| s.abs() < 1e-14), "{x:?}: {score:?}");
        assert!(hessian[0] * hessian[3] - hessian[1] * hessian[2] < 1e-12, "{x:?} is no minimum of E: {hessian:?}");
    }
}

#[test]
fn normalisers_are_those_of_adaptive_quadrature() {
    // log p = -E - log Z with Z by SciPy's adaptive quadrature, in polar coordinates for the star.
    let star = [2f64.sqrt(), 2f64.sqrt()];
    for (id, x, log_density) in [
        ("two-wells", &[0.25][..], -0.455_800_071_481_340_8),
        ("three-wells", &[0.25], -0.458_161_617_522_000_9),
        ("one-well", &[0.25], 0.512_428_717_755_559_8),
        ("ninja-star", &star, -0.5 * 5f64.ln() - 1.912_580_833_118_946_7f64.ln()),
        ("butterfly", &[0.0, 0.0], -2.25 - 5.200_971_832_565_272f64.ln()),
    ] {
        let gap = density(id, 1).log_density(x).unwrap() - log_density;
        assert!(gap.abs() < 1e-11, "{id}: {gap:e}");
    }
}

#[test]
fn blurred_wells_are_those_of_adaptive_quadrature() {
    let blurred = density("two-wells", 1).smoothed(0.1).unwrap();
    // Computed with SciPy.
    for (x, truth) in [(-0.3, -0.623_778_316_192), (0.5, -0.923_433_413_193), (1.2, -2.131_449_531_828)] {
        assert!((blurred.log_density(&[x]).unwrap() - truth).abs() < 1e-8, "at {x}");
    }
}

#[test]
fn random_energies_follow_the_seed_alone() {
    for id in ["random-1d", "random-energy"] {
        let at = |seed: u32| {
            let density = density(id, seed);
            density.log_density(&vec![0.7; density.dim()]).unwrap()
        };
        assert_eq!(at(5), at(5));
        assert_ne!(at(5), at(6));
    }
}

#[test]
fn random_lines_are_high_outside_of_eight() {
    for seed in 0..8 {
        let line = RandomLine::new(seed);
        let least = |range: core::ops::Range<i32>, step: f64| {
            let energies = range.map(|i| line.energy(&[f64::from(i) * step]).min(line.energy(&[f64::from(-i) * step])));
            energies.fold(f64::INFINITY, f64::min)
        };
        let inside = least(1..4000, 0.002);
        let outside = least(4000..20_000, 0.002).min(least(400..10_000, 0.1));
        assert!(outside - inside > 30.0, "seed {seed}: {}", outside - inside);
    }
}

#[test]
fn scores_far_outside_are_finite_and_point_back() {
    for id in LINES.into_iter().chain(PLANES) {
        let original = density(id, 1);
        for sigma in [0.001, 0.05, 0.4, 10.0] {
            let blurred = original.smoothed(sigma).unwrap();
            let mut nearer = f64::INFINITY;
            for reach in [20.0, 60.0, 400.0] {
                let x: Vec<f64> = [reach, -0.7 * reach][..blurred.dim()].to_vec();
                let [log_density, score, _] = evaluate(&*blurred, &x);
                assert!(
                    log_density[0].is_finite() && log_density[0] < nearer,
                    "{id} blurred by {sigma} at {x:?}: {log_density:?}, {nearer}"
                );
                let outward: f64 = score.iter().zip(&x).map(|(s, x)| s * x).sum();
                assert!(outward.is_finite() && outward < 0.0, "{id} blurred by {sigma} at {x:?}: {score:?}");
                nearer = log_density[0];
            }
        }
    }
}

#[test]
fn forms_end_where_they_are_said_to() {
    let line = density("two-wells", 1);
    assert!(line.smoothed(2e-4).is_some() && line.smoothed(2e-5).is_none());
    for density in [line, density("ninja-star", 1)] {
        let x = vec![0.4; density.dim()];
        assert!([-1.0, f64::NAN, f64::INFINITY].iter().all(|sigma| density.smoothed(*sigma).is_none()));
        assert_eq!(density.smoothed(0.0).unwrap().log_density(&x), density.log_density(&x));
    }
    // The star has no score at its kink; the blurred star has one.
    let star = density("ninja-star", 1);
    assert_eq!(star.score(&[0.0, 0.0], &mut [0.0; 2]), None);
    for sigma in [0.001, 0.2] {
        let [_, score, hessian] = evaluate(&*star.smoothed(sigma).unwrap(), &[0.0, 0.0]);
        assert!(score.iter().all(|s| s.abs() < 1e-6) && hessian[0] > 0.0, "{score:?}, {hessian:?}");
    }
}

#[test]
fn random_lines_have_a_score_at_the_origin_where_their_powers_are_flat() {
    for seed in 1..=20 {
        let (line, mut score) = (density("random-1d", seed), [1.0]);
        assert_eq!((line.score(&[0.0], &mut score), score[0].abs()), (Some(()), 0.0), "seed {seed}");
        assert_eq!(line.hessian(&[0.0], &mut score), None, "seed {seed}");
    }
}

#[test]
fn blurring_twice_adds_variances() {
    for (id, x) in [("one-well", &[0.3][..]), ("butterfly", &[1.0, 0.7])] {
        let (twice, once) = (density(id, 1).smoothed(0.3).unwrap().smoothed(0.4), density(id, 1).smoothed(0.5));
        let gap = twice.unwrap().log_density(x).unwrap() - once.unwrap().log_density(x).unwrap();
        assert!(gap.abs() < 1e-12, "{id}: {gap:e}");
    }
}

/// ½x₀² + 2(x₁ - 1)² + 700, with a given length scale.
struct Bowl(f64);

impl Energy for Bowl {
    fn dim(&self) -> usize {
        2
    }

    fn energy(&self, x: &[f64]) -> f64 {
        0.5 * x[0] * x[0] + 2.0 * (x[1] - 1.0) * (x[1] - 1.0) + 700.0
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[x[0], 4.0 * (x[1] - 1.0)]);
    }

    fn hessian(&self, _: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[1.0, 0.0, 0.0, 4.0]);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [[-9.0, 9.0], [-3.5, 5.5]]
    }

    fn length_scale(&self) -> f64 {
        self.0
    }
}

#[test]
fn energies_of_one_s_own_are_normalised() {
    let bowl = Gibbs::new(Bowl(1.0));
    assert!((bowl.log_z() - (0.5 * TAU).ln() + 700.0).abs() < 1e-11, "{}", bowl.log_z());
    let truth = Mixture::full(2, &[1.0], vec![0.0, 1.0], vec![1.0, 0.0, 0.0, 0.25]).unwrap();
    for sigma in [0.01, 0.3, 3.0] {
        let pair = [&bowl as &dyn Density, &truth].map(|density| density.smoothed(sigma).unwrap());
        for x in [[0.3, 0.8], [-2.5, 2.0], [5.0, -1.0]] {
            let gaps = gaps(&evaluate(&*pair[0], &x), &evaluate(&*pair[1], &x));
            assert!(gaps.iter().all(|gap| *gap < 1e-7), "blurred by {sigma} at {x:?}: {gaps:?}");
        }
    }
}

#[test]
fn draws_are_exact_on_a_coarse_grid_too() {
    // The grid's spacing is 0.4, so the variance across is a tenth greater for the interpolant than for the energy.
    let draws = Points::draw_from(&Gibbs::new(Bowl(3.2)), 200_000, &mut rng(4));
    for (k, mean, deviation) in [(0, 0.0, 1.0), (1, 1.0, 0.5)] {
        let mut sample: Vec<f64> = draws.values().chunks(2).map(|x| x[k]).collect();
        let p = ks::p_value(&mut sample, |x| ks::normal_cdf((x - mean) / deviation));
        assert!(p > ALPHA, "coordinate {k}: p = {p}");
    }
}

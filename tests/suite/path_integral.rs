//! Energy differences by path integral: C8 of the reference.

use scorescape::data::{Density, Mixture};
use scorescape::experiment::parse;
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::sample;
use scorescape::score::{Exact, Learned, Path, Score};
use scorescape::simd::f32x4;
use scorescape::{Experiment, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::densities::mixture;
use crate::support::finite_differences::worse;
use crate::support::reference_network::{forms, random};

fn random_point(rng: &mut Stream, d: usize) -> Vec<f64> {
    (0..d).map(|_| 1.5 * rng.normal()).collect()
}

fn correlated(d: usize) -> Mixture {
    let covariance = |i: usize, j: usize| if i == j { 1.0 + i as f64 } else { 0.4 };
    let entries = (0..d * d).map(|i| covariance(i / d, i % d)).collect();
    Mixture::full(d, &[1.0], (0..d).map(|i| i as f64 - 0.5).collect(), entries).unwrap()
}

/// Two Gaussians side by side and a line across both.
fn two_gaussians() -> (Exact, [f64; 2], [f64; 2]) {
    let mixture = Mixture::isotropic(2, &[1.0, 2.0], vec![-1.0, 0.2, 1.0, -0.3], 0.25).unwrap();
    (Exact::new(Box::new(mixture)).unwrap(), [-1.3, 0.4], [0.9, 0.6])
}

/// The energy |x|^k on the line: s = -k x^(k-1) for x ≥ 0.
struct Power(i32);

impl Score for Power {
    fn dim(&self) -> usize {
        1
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        out.iter_mut().zip(points).for_each(|(s, x)| *s = -f64::from(self.0) * x.powi(self.0 - 1));
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        out[0] = -f64::from(self.0 * (self.0 - 1)) * x[0].powi(self.0 - 2);
    }
}

#[test]
fn c8_path_integral_by_every_rule_from_one_trapezoid_on_is_the_exact_energy_difference_of_a_gaussian() {
    let mut rng = stream(1, Purpose::Measure, 0);
    for d in [1, 2, 3, 10] {
        let gaussian = correlated(d);
        let exact = Exact::new(Box::new(gaussian.clone())).unwrap();
        for n in [1, 2, 3, 7, 20, 200] {
            let (from, to) = (random_point(&mut rng, d), random_point(&mut rng, d));
            let truth = gaussian.log_density(&from).unwrap() - gaussian.log_density(&to).unwrap();
            let rules = [Path::trapezoid(n, d), Path::simpson(2 * n, d).unwrap(), Path::gauss_legendre(n, d).unwrap()];
            for mut rule in rules {
                let by_path = exact.path_energy_difference(&from, &to, &mut rule);
                assert!((by_path - truth).abs() < 1e-10, "d = {d}, n = {n}: {by_path} against {truth} by {rule:?}");
            }
            let exact_difference = exact.exact_energy_difference(&from, &to).unwrap();
            assert_eq!(exact_difference, truth, "the exact rule gives the energy itself");
        }
    }
}

#[test]
fn c8_path_integral_is_the_energy_difference_of_a_mixture_in_closed_form() {
    let (mut rng, mut worst) = (stream(3, Purpose::Measure, 0), 0.0);
    for (d, curved) in [(1, false), (2, false), (2, true), (3, true)] {
        let density = mixture(d, curved);
        let exact = Exact::new(Box::new(density.clone())).unwrap();
        let rules = [Path::trapezoid(2000, d), Path::simpson(400, d).unwrap(), Path::gauss_legendre(64, d).unwrap()];
        for (mut rule, bound) in rules.into_iter().zip([1e-4, 1e-6, 1e-7]) {
            for _ in 0..20 {
                let (from, to) = (random_point(&mut rng, d), random_point(&mut rng, d));
                let truth = density.log_density(&from).unwrap() - density.log_density(&to).unwrap();
                let gap = (exact.path_energy_difference(&from, &to, &mut rule) - truth).abs() / (1.0 + truth.abs());
                assert!(gap < bound, "d = {d}: {gap:e} by {} nodes", rule.nodes().len());
                worst = worse(worst, gap / bound);
            }
        }
    }
    println!("C8: path integrals on mixtures use {worst:.2} of their allowance, at most");
}

#[test]
fn c8_errors_on_a_mixture_fall_with_the_power_of_the_intervals_that_each_rule_promises() {
    let (exact, from, to) = two_gaussians();
    let truth = exact.exact_energy_difference(&from, &to).unwrap();
    let error = |mut path: Path| exact.path_energy_difference(&from, &to, &mut path) - truth;
    let trapezoid = [20, 40, 80, 160].map(|n| error(Path::trapezoid(n, 2)));
    let simpson = [40, 80, 160, 320].map(|n| error(Path::simpson(n, 2).unwrap()));
    let gauss = [2, 4, 8, 16, 32].map(|n| error(Path::gauss_legendre(n, 2).unwrap()));
    println!("trapezoid errors for 20, 40, 80, 160 intervals: {trapezoid:?}");
    println!("Simpson errors for 40, 80, 160, 320 intervals: {simpson:?}");
    println!("Gauss-Legendre errors for 2, 4, 8, 16, 32 nodes: {gauss:?}");
    for (errors, ratio, allowance) in [(trapezoid, 4.0, 0.1), (simpson, 16.0, 0.6)] {
        for pair in errors.windows(2) {
            let quotient = pair[0] / pair[1];
            assert!((quotient - ratio).abs() < allowance, "halving the width divides the error by {quotient}");
        }
    }
    // Faster than any power: the exponent of n itself grows.
    let orders: Vec<f64> = gauss.windows(2).map(|pair| (pair[0] / pair[1]).abs().log2()).collect();
    assert!(orders[1] > 1.0 && orders[2] > 4.0 && orders[3] > 10.0, "{orders:?}");
    assert!(gauss[4].abs() < 1e-7, "{}", gauss[4]);
}

#[test]
fn c8_gauss_legendre_is_exact_for_energies_of_twice_its_degree() {
    for n in [1, 2, 3, 7] {
        let mut path = Path::gauss_legendre(n, 1).unwrap();
        let error = |power: i32, path: &mut Path| Power(power).path_energy_difference(&[0.0], &[1.0], path) - 1.0;
        let exact = error(2 * n as i32, &mut path);
        let beyond = error(2 * n as i32 + 1, &mut path);
        assert!(exact.abs() < 1e-13 && beyond.abs() > 1e-9, "{n} nodes: {exact:e}, one degree more {beyond:e}");
    }
}

#[test]
fn c8_endpoint_errs_by_the_square_of_the_step_and_its_share_of_the_difference_by_the_step() {
    let (exact, from, to) = two_gaussians();
    let error = |step: f64| {
        let end = [from[0] + step * (to[0] - from[0]), from[1] + step * (to[1] - from[1])];
        let truth = exact.exact_energy_difference(&from, &end).unwrap();
        (exact.path_energy_difference(&from, &end, &mut Path::endpoint(2)) - truth, truth)
    };
    for step in [1e-2, 1e-3] {
        let ((long, long_truth), (short, short_truth)) = (error(step), error(0.5 * step));
        assert!((long / short - 4.0).abs() < 20.0 * step, "halving {step} divides the error by {}", long / short);
        let shares = (long / long_truth) / (short / short_truth);
        assert!((shares - 2.0).abs() < 20.0 * step, "halving {step} divides the share by {shares}");
    }
    let mut rest = [0.0; 2];
    exact.scores(&from, &mut rest);
    let by_hand = -(rest[0] * (to[0] - from[0]) + rest[1] * (to[1] - from[1]));
    let by_rule = exact.path_energy_difference(&from, &to, &mut Path::endpoint(2));
    assert!((by_rule - by_hand).abs() < 1e-14, "-s(x)·(x* - x) is {by_hand}, got {by_rule}");
}

/// The average over equally spaced nodes with both ends, an easy mistake for the integral.
#[test]
fn c8_equal_end_weights_err_by_five_percent_where_the_trapezoid_errs_by_a_quarter() {
    let nodes = 20;
    let scores: Vec<f64> = (0..nodes).map(|i| 4.0 * (f64::from(i) / 19.0).powi(3)).collect();
    let average = scores.iter().sum::<f64>() / f64::from(nodes);
    let trapezoid = Power(4).path_energy_difference(&[0.0], &[1.0], &mut Path::trapezoid(19, 1));
    println!(
        "x⁴ over [0, 1] by 20 nodes: equal weights err by {:.4}, trapezoid by {:.5}",
        average - 1.0,
        trapezoid - 1.0
    );
    assert!((average - 1.053).abs() < 5e-4, "{average}");
    assert!((trapezoid - 1.0028).abs() < 5e-5, "{trapezoid}");
}

#[test]
fn every_rule_s_weights_add_up_to_one_and_their_mean_node_is_the_middle_but_for_the_endpoint() {
    let rules = [
        Path::trapezoid(7, 1),
        Path::simpson(8, 1).unwrap(),
        Path::gauss_legendre(9, 1).unwrap(),
        Path::gauss_legendre(200, 1).unwrap(),
        Path::endpoint(1),
    ];
    for (i, rule) in rules.iter().enumerate() {
        let total: f64 = rule.nodes().iter().map(|(_, w)| w).sum();
        let mean: f64 = rule.nodes().iter().map(|(t, w)| t * w).sum();
        let expected = if i == 4 { 0.0 } else { 0.5 };
        assert!((total - 1.0).abs() < 1e-13 && (mean - expected).abs() < 1e-13, "rule {i}: {total}, {mean}");
    }
}

#[test]
fn learned_path_energies_are_the_integral_of_the_score_by_every_rule() {
    let mut rng = stream(2, Purpose::Measure, 0);
    for architecture in forms(&[1, 2, 5], 10) {
        let d = architecture.dim;
        let (single, double) =
            (Learned::<f32x4>::new(random(architecture, 24), 0.4), Learned::<f64>::new(random(architecture, 24), 0.4));
        let rules = [Path::endpoint(d), Path::simpson(4, d).unwrap(), Path::gauss_legendre(3, d).unwrap()];
        for mut rule in rules {
            let (from, to) = (random_point(&mut rng, d), random_point(&mut rng, d));
            let fused = single.path_energy_difference(&from, &to, &mut rule);
            let mut size: f64 = 0.0;
            let generic = rule.integrate(&from, &to, |points, out| {
                double.scores(points, out);
                size = out.iter().fold(1.0 / 0.16, |top: f64, s| top.max(s.abs()));
            });
            let gap = (fused - generic).abs() / size;
            assert!(gap < 2e-5, "{architecture:?}, {} nodes: {fused} against {generic}", rule.nodes().len());
        }
    }
}

#[test]
fn simpson_s_rule_refuses_an_odd_number_of_intervals_before_a_run_begins() {
    let message = "sample.path-intervals must be even and positive for Simpson's rule, got \"7\"";
    let experiment = |link: &str| -> Experiment { parse(link).0 };
    let odd = experiment("#sample.path-rule=simpson&sample.path-intervals=7");
    assert_eq!(sample::from_settings(odd.settings(), 0.05, 2).err().unwrap().to_string(), message);
    assert_eq!(Session::new(odd).err().unwrap().to_string(), message);
    assert_eq!(Path::simpson(7, 2).unwrap_err().to_string(), message);
    assert!(Path::simpson(0, 2).is_err() && Path::gauss_legendre(0, 2).is_err());
}

#[test]
fn link_s_rule_is_the_one_that_chains_use() {
    let count = |rule: &str| {
        let (experiment, errors) = parse(&format!("#sample.path-rule={rule}&sample.path-intervals=6"));
        assert!(errors.is_empty());
        Path::from_settings(experiment.settings(), 2).unwrap().nodes().to_vec()
    };
    assert_eq!(count("trapezoid"), Path::trapezoid(6, 2).nodes());
    assert_eq!(count("simpson"), Path::simpson(6, 2).unwrap().nodes());
    assert_eq!(count("gauss-legendre"), Path::gauss_legendre(6, 2).unwrap().nodes());
    assert_eq!(count("endpoint"), [(0.0, 1.0)]);
    assert_eq!(Path::from_settings(Experiment::default().settings(), 2).unwrap().nodes().len(), 21);
}

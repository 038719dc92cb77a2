//! Closed forms of the densities against finite differences, independent quadrature and draws.

use scorescape::data::spiral::Spiral;
use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::{Experiment, math};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap};
use crate::support::ks;

const ALPHA: f64 = 1e-4;

fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// Three components with unequal weights and, if `full`, unequal correlated covariances.
pub fn mixture(d: usize, full: bool) -> Mixture {
    let weights = [1.0, 0.5, 2.0];
    let means = (0..3 * d).map(|i| [0.3, -1.0, 0.8, 1.1, 0.1, -0.6, -0.2][i % 7]).collect();
    if !full {
        return Mixture::isotropic(d, &weights, means, 0.3).unwrap();
    }
    let entry = |k: usize, i: usize, j: usize| {
        if i == j { 0.4 + 0.1 * (i + k) as f64 } else { 0.3 - 0.1 * k as f64 }
    };
    let entries = (0..3 * d * d).map(|n| entry(n / (d * d), n / d % d, n % d)).collect();
    Mixture::full(d, &weights, means, entries).unwrap()
}

/// Greatest relative gap between score and Hessian and finite differences of the log-density and the score.
fn derivative_gap(density: &dyn Density, x: &[f64], step: f64) -> f64 {
    let d = density.dim();
    let (mut score, mut hessian) = (vec![0.0; d], vec![0.0; d * d]);
    density.score(x, &mut score).unwrap();
    density.hessian(x, &mut hessian).unwrap();
    let slopes = jacobian(step, x, 1, |x, out| out[0] = density.log_density(x).unwrap());
    let curvatures = jacobian(step, x, d, |x, out| density.score(x, out).unwrap());
    relative_gap(&score, &slopes, 1.0).max(relative_gap(&hessian, &curvatures, 1.0))
}

#[test]
fn mixture_derivatives_are_those_of_its_log_density() {
    for d in [1, 2, 3] {
        for full in [false, true] {
            let (mixture, mut rng) = (mixture(d, full), rng(0));
            let smoothed = mixture.smoothed(0.4).unwrap();
            for _ in 0..40 {
                let x: Vec<f64> = (0..d).map(|_| 1.5 * rng.normal()).collect();
                for density in [&mixture as &dyn Density, &*smoothed] {
                    let gap = derivative_gap(density, &x, 1e-3);
                    assert!(gap < 1e-8, "d = {d}, full: {full}, at {x:?}: {gap:e}");
                }
            }
        }
    }
}

#[test]
fn smoothed_mixture_is_the_mixture_with_greater_covariances() {
    let (sigma, means) = (0.7, vec![0.5, -1.0, 0.0, 2.0]);
    let narrow = Mixture::full(2, &[1.0, 3.0], means.clone(), vec![1.0, 0.3, 0.3, 0.5, 0.2, -0.1, -0.1, 0.9]).unwrap();
    let v = sigma * sigma;
    let entries = vec![1.0 + v, 0.3, 0.3, 0.5 + v, 0.2 + v, -0.1, -0.1, 0.9 + v];
    let wide = Mixture::full(2, &[1.0, 3.0], means.clone(), entries).unwrap();
    let narrow_round = Mixture::isotropic(2, &[1.0, 3.0], means.clone(), 0.3).unwrap();
    let wide_round = Mixture::isotropic(2, &[1.0, 3.0], means, 0.3 + v).unwrap();
    let mut rng = rng(1);
    for (narrow, wide) in [(narrow, wide), (narrow_round, wide_round)] {
        for _ in 0..20 {
            let x = [2.0 * rng.normal(), 2.0 * rng.normal()];
            let smoothed = narrow.smoothed(sigma).unwrap().log_density(&x).unwrap();
            assert!((smoothed - wide.log_density(&x).unwrap()).abs() < 1e-13, "at {x:?}");
        }
    }
}

#[test]
fn mixture_draws_have_its_mean_covariance_and_projections() {
    for full in [false, true] {
        let mixture = mixture(2, full);
        let n = 100_000;
        let draws = Points::draw_from(&mixture, n, &mut rng(2));
        // Weights, means and covariances as in `mixture`.
        let weights = [1.0 / 3.5, 0.5 / 3.5, 2.0 / 3.5];
        let means = [[0.3, -1.0], [0.8, 1.1], [0.1, -0.6]];
        let covariances = [0.0, 1.0, 2.0].map(|k| match full {
            true => [0.4 + 0.1 * k, 0.3 - 0.1 * k, 0.5 + 0.1 * k],
            false => [0.3, 0.0, 0.3],
        });
        let moment = |f: &dyn Fn(&[f64]) -> f64| draws.values().chunks_exact(2).map(f).sum::<f64>() / n as f64;
        let truth = |f: &dyn Fn(usize) -> f64| (0..3).map(|k| weights[k] * f(k)).sum::<f64>();
        // Products of the draws have standard deviations near 1: five standard errors.
        let bound = 5.0 * 1.5 / (n as f64).sqrt();
        for i in 0..2 {
            assert!((moment(&|x| x[i]) - truth(&|k| means[k][i])).abs() < bound, "mean {i}");
        }
        for (entry, (i, j)) in [(0, 0), (0, 1), (1, 1)].into_iter().enumerate() {
            let product = truth(&|k| means[k][i] * means[k][j] + covariances[k][entry]);
            assert!((moment(&|x| x[i] * x[j]) - product).abs() < bound, "second moment ({i}, {j}), full: {full}");
        }
        let [a, b] = [0.6, -0.8];
        let mut projections: Vec<f64> = draws.values().chunks_exact(2).map(|x| a * x[0] + b * x[1]).collect();
        let p = ks::p_value(&mut projections, |x| {
            let deviation = |c: [f64; 3]| (a * a * c[0] + 2.0 * a * b * c[1] + b * b * c[2]).sqrt();
            truth(&|k| ks::normal_cdf((x - a * means[k][0] - b * means[k][1]) / deviation(covariances[k])))
        });
        assert!(p > ALPHA, "full: {full}, p = {p}");
    }
}

#[test]
fn two_bumps_are_the_mirrored_gaussians_of_the_paper() {
    let bumps = dataset("two-bumps").unwrap();
    let density = (bumps.build)(Experiment::of(bumps).settings(), None).unwrap();
    // det C = 22.5² - 17.5² = 200
    let normal = |x: f64, y: f64, sign: f64| {
        let x = x - 5.0 * sign;
        (-0.5 * (22.5 * (x * x + y * y) - 2.0 * 17.5 * sign * x * y) / 200.0).exp() / (math::TAU * 200f64.sqrt())
    };
    for x in [[0.0, 0.0], [5.0, 2.0], [-7.0, 4.0], [3.0, -12.0]] {
        let truth = (0.5 * (normal(x[0], x[1], 1.0) + normal(x[0], x[1], -1.0))).ln();
        assert!((density.log_density(&x).unwrap() - truth).abs() < 1e-12, "at {x:?}");
    }
    let draws = Points::draw_from(&*density, 20_000, &mut rng(3));
    let mut sums: Vec<f64> = draws.values().chunks_exact(2).map(|x| x[0] + x[1]).collect();
    // x₁ + x₂ has variance 45 ± 35 about ±5.
    let halves = |x: f64| 0.5 * (ks::normal_cdf((x - 5.0) / 80f64.sqrt()) + ks::normal_cdf((x + 5.0) / 10f64.sqrt()));
    assert!(ks::p_value(&mut sums, halves) > ALPHA);
}

#[test]
fn spiral_refuses_noise_out_of_range_and_has_no_density_without_noise() {
    for noise in [-0.1, 0.31, f64::NAN] {
        assert_eq!(Spiral::new(noise, true).unwrap_err().setting, "data.noise");
    }
    for radial in [false, true] {
        let curve = Spiral::new(0.0, radial).unwrap();
        assert_eq!(curve.log_density(&[0.1, 0.2]), None);
        assert!(curve.smoothed(0.05).unwrap().log_density(&[0.1, 0.2]).unwrap().is_finite());
    }
    // At the origin the radial density is infinite.
    assert_eq!(Spiral::new(0.1, true).unwrap().log_density(&[0.0, 0.0]), None);
}

//! The Kolmogorov-Smirnov tests for one sample and for two.

use crate::differences::worse;
use scorescape::rng::{Purpose, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The p-value of `sample` (which gets sorted) under the distribution function `cdf`.
pub fn p_value(sample: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
    sample.sort_unstable_by(f64::total_cmp);
    let n = sample.len() as f64;
    let gap = |(i, x): (usize, &f64)| {
        let p = cdf(*x);
        (p - i as f64 / n).max((i + 1) as f64 / n - p)
    };
    survival(sample.iter().enumerate().map(gap).fold(0.0, worse), n)
}

/// The p-value of two samples (which get sorted) under a common distribution.
pub fn two_sample_p_value(a: &mut [f64], b: &mut [f64]) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let share = |sample: &[f64], x: f64| sample.partition_point(|y| *y <= x) as f64 / sample.len() as f64;
    let gap = |x: &f64| (share(a, *x) - share(b, *x)).abs();
    let statistic = a.iter().chain(&*b).map(gap).fold(0.0, worse);
    let (n, m) = (a.len() as f64, b.len() as f64);
    survival(statistic, n * m / (n + m))
}

/// The least p-value over all coordinates and the norm of two samples of points in R^`dim`, and how many there are.
#[cfg(not(target_arch = "wasm32"))]
pub fn least_p_value(a: &[f64], b: &[f64], dim: usize) -> (f64, usize) {
    let norms = |points: &[f64]| points.chunks_exact(dim).map(|x| x.iter().map(|x| x * x).sum()).collect::<Vec<f64>>();
    let coordinate = |points: &[f64], k: usize| points.iter().skip(k).step_by(dim).copied().collect::<Vec<f64>>();
    let of_norms = two_sample_p_value(&mut norms(a), &mut norms(b));
    let of_coordinate = |k| two_sample_p_value(&mut coordinate(a, k), &mut coordinate(b, k));
    ((0..dim).map(of_coordinate).fold(of_norms, f64::min), dim + 1)
}

/// P(D_n > `statistic`), by Kolmogorov's limit with Stephens' correction for finite n.
fn survival(statistic: f64, n: f64) -> f64 {
    let root = n.sqrt();
    kolmogorov_survival((root + 0.12 + 0.11 / root) * statistic)
}

/// 2 Σ (-1)^{k-1} exp(-2 k² λ²).
fn kolmogorov_survival(lambda: f64) -> f64 {
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: i32| f64::from(1 - 2 * (k % 2 == 0) as i32) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// The standard normal distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

#[test]
fn kolmogorov_survival_has_the_tabulated_quantiles() {
    for (lambda, p) in [(1.2238, 0.1), (1.3581, 0.05), (1.6276, 0.01), (1.9495, 0.001), (0.8276, 0.5)] {
        assert!((kolmogorov_survival(lambda) / p - 1.0).abs() < 2e-3, "{lambda}: {}", kolmogorov_survival(lambda));
    }
}

#[test]
fn p_values_of_true_laws_are_uniform() {
    let mut rng = stream(2, Purpose::Measure, 0);
    let mut one = Vec::new();
    let mut two = Vec::new();
    for _ in 0..400 {
        let mut sample: Vec<f64> = (0..200).map(|_| rng.normal()).collect();
        one.push(p_value(&mut sample, normal_cdf));
        let mut other: Vec<f64> = (0..300).map(|_| rng.normal()).collect();
        two.push(two_sample_p_value(&mut sample, &mut other));
    }
    let (one, two) = (p_value(&mut one, |p| p), p_value(&mut two, |p| p));
    assert!(one > 1e-3 && two > 1e-3, "one sample: {one}, two samples: {two}");
}

#[test]
fn a_shift_of_a_tenth_is_rejected() {
    let mut rng = stream(2, Purpose::Measure, 1);
    let mut sample: Vec<f64> = (0..4000).map(|_| rng.normal() + 0.1).collect();
    let mut other: Vec<f64> = (0..16_000).map(|_| rng.normal()).collect();
    assert!(p_value(&mut sample, normal_cdf) < 1e-4);
    assert!(two_sample_p_value(&mut sample, &mut other) < 1e-4);
}

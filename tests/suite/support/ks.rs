//! The Kolmogorov-Smirnov tests for one sample and for two.

use crate::support::finite_differences::worse;
pub use crate::support::ks_two_sample::two_sample_p_value;
use crate::support::ks_two_sample::{kolmogorov_survival, survival};
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

/// The same statistic by its definition, at every value of either sample.
#[test]
fn two_sample_p_value_is_that_of_the_greatest_gap_of_shares() {
    let mut rng = stream(2, Purpose::Measure, 2);
    for (n, m) in [(1, 1), (5, 9), (40, 17), (300, 300)] {
        // Rounded, to create ties.
        let mut draw = |count| (0..count).map(|_| (4.0 * rng.normal()).round()).collect::<Vec<f64>>();
        let (mut a, mut b) = (draw(n), draw(m));
        let share = |sample: &[f64], x: f64| sample.iter().filter(|y| **y <= x).count() as f64 / sample.len() as f64;
        let gap = |x: &f64| (share(&a, *x) - share(&b, *x)).abs();
        let statistic = a.iter().chain(&b).map(gap).fold(0.0, worse);
        let p = survival(statistic, (n * m) as f64 / (n + m) as f64);
        assert!((two_sample_p_value(&mut a, &mut b) - p).abs() < 1e-12, "{n} and {m}");
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

//! Distances of samples from a density given exactly or by its score, against NumPy's figures and closed forms.

use scorescape::data::{Density, Mixture, Points};
use scorescape::measure::energy_distance::energy_distance;
use scorescape::measure::exact_baseline::exact_baseline;
use scorescape::measure::log_density::mean_log_density;
use scorescape::measure::{KernelDensity, kullback_leibler, stein};
use scorescape::rng::{Purpose, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::queries::{Linear, gaussians};

/// N(`mean`, `variance` I) in the plane.
fn gaussian(mean: [f64; 2], variance: f64) -> Mixture {
    Mixture::isotropic(2, &[1.0], mean.to_vec(), variance).unwrap()
}

fn draws(density: &dyn Density, count: usize, index: u64) -> Vec<f64> {
    Points::draw_from(density, count, &mut stream(5, Purpose::Measure, index)).values().to_vec()
}

/// Sixty points of the plane, three of them the same.
fn sixty_points() -> Vec<f64> {
    let share = |i: u32, factor: u32, of: u32| f64::from(i * factor % of);
    let point = |i: u32| {
        let i = if i == 10 || i == 41 { 3 } else { i };
        [share(i, 37, 61) / 61.0 + share(i, 11, 13) / 40.0, share(i, 23, 59) / 59.0 * 2.0 + share(i, 1, 7) / 10.0]
    };
    (0..60).flat_map(point).collect()
}

#[test]
fn stein_discrepancy_is_that_of_differences_of_the_kernel_in_numpy() {
    let points = [0.1, 0.2, -0.5, 0.4, 0.3, 0.9, 1.2, -0.7, -0.8, -0.3, 0.3, 0.9];
    let covariance = [4.0 / 7.0, 2.0 / 7.0, 2.0 / 7.0, 8.0 / 7.0].to_vec();
    let mixture = Mixture::full(2, &[1.0], vec![0.1, -0.2], covariance).unwrap();
    let score = scorescape::score::Exact::new(Box::new(mixture)).unwrap();
    let found = stein::squared_discrepancy(&score, &points);
    assert!((found + 0.068_889_138_518_0).abs() < 1e-10, "{found}");
    assert!(stein::squared_discrepancy(&score, &points[..2]).is_nan());
}

#[test]
fn stein_discrepancy_of_a_shifted_normal_is_its_closed_form_and_of_exact_draws_zero() {
    let score = gaussians(1, &[1.0], &[0.0], 1.0);
    let measure = |shift: f64| {
        let exact = Mixture::isotropic(1, &[1.0], vec![shift], 1.0).unwrap();
        stein::squared_discrepancy(&score, &draws(&exact, 1500, 0))
    };
    // E k(x, y) for a shift of 1: exp(⅛) K₀(⅛)/√(4π). Standard errors by 40 simulations with NumPy.
    assert!((measure(1.0) - 0.705_757_004_319_458_1).abs() < 4.5 * 0.041, "{}", measure(1.0));
    assert!(measure(0.0).abs() < 4.5 * 0.0011, "{}", measure(0.0));
    // A rotating field is not that score: the discrepancy grows by the rotation's part.
    let turning = Linear::new(&[-1.0, -2.0, 2.0, -1.0]);
    let rotated = stein::squared_discrepancy(&turning, &draws(&gaussian([0.0; 2], 1.0), 500, 1));
    assert!(rotated > 0.5, "{rotated}");
}

#[test]
fn kernel_density_has_the_figures_of_numpy() {
    let points = sixty_points();
    for (bandwidth, left_out, at) in [
        (0.1, -1.491_244_717_952_723_3, -2.878_467_046_716_671_5),
        (0.3, -1.132_402_415_999_550_3, -1.296_482_788_309_237_1),
    ] {
        let density = KernelDensity::with_bandwidth(&points, 2, bandwidth).unwrap();
        assert!((density.mean_left_out() - left_out).abs() < 1e-12, "{}", density.mean_left_out());
        assert!((density.log_density(&[0.4, 0.7]) - at).abs() < 1e-12, "{}", density.log_density(&[0.4, 0.7]));
    }
    let chosen = KernelDensity::new(&points, 2).unwrap();
    assert!((chosen.bandwidth() / 0.194_928_587 - 1.0).abs() < 0.02, "{}", chosen.bandwidth());
    assert!((chosen.mean_left_out() + 1.021_548_306).abs() < 1e-4);
}

#[test]
fn kernel_density_names_what_it_refuses() {
    let refused = |result: Result<KernelDensity, scorescape::setting::SettingError>| result.unwrap_err().setting;
    assert_eq!(refused(KernelDensity::new(&[1.0, 2.0, f64::NAN, 0.0], 2)), "points");
    assert_eq!(refused(KernelDensity::new(&[1.0, 2.0, 3.0], 2)), "points");
    assert_eq!(refused(KernelDensity::new(&[], 2)), "points");
    assert_eq!(refused(KernelDensity::new(&[1.0, 2.0, 1.0, 2.0], 2)), "points");
    for bandwidth in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(refused(KernelDensity::with_bandwidth(&[1.0], 1, bandwidth)), "bandwidth");
    }
}

#[test]
fn kernel_density_far_away_keeps_its_digits() {
    let density = KernelDensity::with_bandwidth(&[0.0], 1, 0.1).unwrap();
    let truth = -0.5 * 1e6 - (0.1 * (2.0 * std::f64::consts::PI).sqrt()).ln();
    assert!((density.log_density(&[100.0]) / truth - 1.0).abs() < 1e-12, "{}", density.log_density(&[100.0]));
}

#[test]
fn mean_log_density_of_exact_draws_is_minus_the_entropy() {
    let density = gaussian([0.3, -1.0], 0.25);
    // 1 + ln(2π/4), with standard error 1/√n since the squared norm is chi-squared of 2.
    let truth = -1.0 - (0.5 * std::f64::consts::PI).ln();
    let mean = mean_log_density(&density, &draws(&density, 2000, 0));
    assert!((mean - truth).abs() < 4.5 / 2000f64.sqrt(), "{mean} against {truth}");
    assert!(mean_log_density(&density, &[0.3, -1.0]) > mean, "greatest at the maximum");
    assert!(mean_log_density(&density, &[]).is_nan());
}

/// KL(q‖p) and KL(p‖q) for a sample of q, with 1500 draws on both sides.
fn divergences(q: &dyn Density, p: &dyn Density) -> [f64; 2] {
    let sample = KernelDensity::new(&draws(q, 1500, 2), 2).unwrap();
    let exact = draws(p, 1500, 3);
    [kullback_leibler::of_sample_from_density(&sample, p), kullback_leibler::of_density_from_sample(&sample, p, &exact)]
}

#[test]
fn kullback_leibler_divergences_of_normals_are_their_closed_forms() {
    let (q, p) = (gaussian([0.0, 0.0], 1.0), gaussian([0.5, 0.0], 0.64));
    let ratio: f64 = 1.0 / 0.64;
    let forward = ratio - 1.0 - ratio.ln() + 0.25 / 1.28;
    let backward = 1.0 / ratio - 1.0 + ratio.ln() + 0.125;
    let [from_p, from_q] = divergences(&q, &p);
    // Standard errors are about .02 for the first and .015 for the second; smoothing costs .02 to .03 of each (as
    // below).
    assert!((from_p - forward).abs() < 0.1, "KL(q‖p) is {from_p}, not {forward}");
    assert!((from_q - backward).abs() < 0.08, "KL(p‖q) is {from_q}, not {backward}");
    let [from_p, from_q] = divergences(&q, &q);
    assert!((-0.06..0.0).contains(&from_p) && (0.0..0.06).contains(&from_q), "of equal laws: {from_p}, {from_q}");
}

#[test]
fn divergence_from_a_density_that_a_sample_misses_is_great_one_way_only() {
    let two = Mixture::isotropic(2, &[1.0, 1.0], vec![-2.0, 0.0, 2.0, 0.0], 0.04).unwrap();
    let [from_p, from_q] = divergences(&gaussian([2.0, 0.0], 0.04), &two);
    // The sample has one of two equal parts: KL(q‖p) = ln 2.
    assert!((from_p - std::f64::consts::LN_2).abs() < 0.06, "{from_p}");
    assert!(from_q > 50.0, "{from_q}");
}

#[test]
fn exact_pairs_depend_on_the_seed_alone_and_are_independent() {
    let density = gaussian([0.0; 2], 1.0);
    let pair = |seed| exact_baseline(&density, 400, seed, &mut |a, b| energy_distance(a, b, 2));
    assert_eq!(pair(1).to_bits(), pair(1).to_bits());
    assert_ne!(pair(1).to_bits(), pair(2).to_bits());
    let correlation = exact_baseline(&density, 4000, 1, &mut |a, b| {
        assert_eq!((a.len(), b.len()), (8000, 8000));
        a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / 8000.0
    });
    assert!(correlation.abs() < 4.5 / 8000f64.sqrt(), "{correlation}");
    // Unbiased: 30 pairs' mean is zero within 4.5 standard errors.
    let values: Vec<f64> = (0..30).map(pair).collect();
    let mean = values.iter().sum::<f64>() / 30.0;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / 29.0;
    assert!(mean.abs() < 4.5 * (variance / 30.0).sqrt(), "{mean}");
}

//! Energy differences by path integral.

use scorescape::data::{Density, Mixture};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::score::{Exact, Path, Score};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn random_point(rng: &mut Stream, d: usize) -> Vec<f64> {
    (0..d).map(|_| 1.5 * rng.normal()).collect()
}

fn correlated(d: usize) -> Mixture {
    let covariance = |i: usize, j: usize| if i == j { 1.0 + i as f64 } else { 0.4 };
    let entries = (0..d * d).map(|i| covariance(i / d, i % d)).collect();
    Mixture::full(d, &[1.0], (0..d).map(|i| i as f64 - 0.5).collect(), entries).unwrap()
}

#[test]
fn path_integral_is_the_exact_energy_difference_of_a_gaussian() {
    let mut rng = stream(1, Purpose::Measure, 0);
    for d in [1, 2, 3, 10] {
        let gaussian = correlated(d);
        let exact = Exact::new(Box::new(gaussian.clone())).unwrap();
        for intervals in [1, 2, 3, 7, 20, 200] {
            let (from, to) = (random_point(&mut rng, d), random_point(&mut rng, d));
            let by_path = exact.path_energy_difference(&from, &to, &mut Path::trapezoid(intervals, d));
            let truth = gaussian.log_density(&from).unwrap() - gaussian.log_density(&to).unwrap();
            assert!((by_path - truth).abs() < 1e-10, "d = {d}, {intervals} intervals: {by_path} against {truth}");
            let exact_difference = exact.exact_energy_difference(&from, &to).unwrap();
            assert_eq!(exact_difference, truth, "the exact rule gives the energy itself");
        }
    }
}

#[test]
fn trapezoid_error_on_a_mixture_falls_with_the_square_of_the_intervals() {
    let mixture = Mixture::isotropic(2, &[1.0, 2.0], vec![-1.0, 0.2, 1.0, -0.3], 0.25).unwrap();
    let exact = Exact::new(Box::new(mixture)).unwrap();
    let (from, to) = ([-1.3, 0.4], [0.9, 0.6]);
    let truth = exact.exact_energy_difference(&from, &to).unwrap();
    let error = |n| exact.path_energy_difference(&from, &to, &mut Path::trapezoid(n, 2)) - truth;
    let errors = [20, 40, 80, 160].map(error);
    println!("trapezoid errors for 20, 40, 80, 160 intervals: {errors:?}");
    for pair in errors.windows(2) {
        assert!((pair[0] / pair[1] - 4.0).abs() < 0.1, "halving the width divides the error by {}", pair[0] / pair[1]);
    }
}

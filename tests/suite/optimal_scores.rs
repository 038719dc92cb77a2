//! Optimal reconstructions without a model, against closed forms, plain sums and each other.

use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::score::{Cells, ContractiveLine, ContractivePlane, Exact, KernelMean, Reconstruction, Score};
use scorescape::setting::SettingError;
use scorescape::simd::{Simd, f32x4};
use scorescape::{Experiment, math};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap, worse};

fn rng(index: u64) -> Stream {
    stream(3, Purpose::Measure, index)
}

fn norm(x: &[f64]) -> f64 {
    math::sqrt(math::dot(x, x))
}

fn scores(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; points.len()];
    score.scores(points, &mut out);
    out
}

fn jacobian_of(score: &dyn Score, x: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; x.len() * x.len()];
    score.jacobian(x, &mut out);
    out
}

fn spiral(count: usize) -> Points {
    let spiral = dataset("spiral").unwrap();
    Points::draw(&*(spiral.build)(Experiment::of(spiral).settings(), None).unwrap(), count, 5)
}

/// Two groups of normal points in R^d, 3 apart.
fn groups(d: usize, count: usize) -> Vec<f64> {
    let mut rng = rng(d as u64);
    (0..count * d).map(|i| rng.normal() + if (i / d).is_multiple_of(2) { 3.0 } else { 0.0 }).collect()
}

/// The mixture of the points, summed term by term.
fn point_mixture(d: usize, points: &[f64], sigma: f64) -> Mixture {
    Mixture::isotropic(d, &vec![1.0; points.len() / d], points.to_vec(), sigma * sigma).unwrap()
}

fn nearest(points: &[f64], y: &[f64]) -> f64 {
    points.chunks_exact(y.len()).map(|x| math::sqrt(math::squared_distance(x, y))).fold(f64::INFINITY, f64::min)
}

/// Compares a kernel mean with the plain sum at `y`: errors of score, Jacobian and log-density in units of their
/// bounds.
fn gaps<L: Simd + Send + Sync>(mean: &KernelMean<L>, plain: &Exact, distance: f64, sigma: f64, y: &[f64]) -> [f64; 3] {
    let (score, truth) = (scores(mean, y), scores(plain, y));
    let gap = math::sqrt(math::squared_distance(&score, &truth));
    let farther = (distance / sigma / 30.0).max(1.0);
    let bound = 1e-5 * farther * farther * norm(&truth).max(1.0 / sigma);
    let curvature = relative_gap(&jacobian_of(mean, y), &jacobian_of(plain, y), 1.0 / (sigma * sigma));
    let log_density = plain.density().log_density(y).unwrap();
    let log_bound = 1e-5 * (distance / sigma).max(1.0);
    [
        gap / bound,
        curvature / (1e-4 * farther * farther * farther),
        (mean.log_density(y) - log_density).abs() / log_bound,
    ]
}

#[test]
fn kernel_mean_is_the_plain_sum_over_all_points() {
    for (d, points) in
        [(1, groups(1, 700)), (2, spiral(2000).values().to_vec()), (3, groups(3, 900)), (10, groups(10, 300))]
    {
        for sigma in [0.003, 0.02, 0.1, 0.5, 3.0, 40.0] {
            let plain = Exact::new(Box::new(point_mixture(d, &points, sigma))).unwrap();
            let single = KernelMean::<f32x4>::new(d, &points, sigma).unwrap();
            let double = KernelMean::<f64>::new(d, &points, sigma).unwrap();
            let mut rng = rng(20);
            for i in 0..30 {
                // Near a point of the sample, or up to 100 σ from it.
                let reach = if i % 2 == 0 { sigma } else { 100.0 * sigma * rng.uniform() / math::sqrt(d as f64) };
                let start = &points[d * rng.index((points.len() / d) as u32)..][..d];
                let y: Vec<f64> = start.iter().map(|x| x + reach * rng.normal()).collect();
                let distance = nearest(&points, &y);
                let gap = gaps(&single, &plain, distance, sigma, &y);
                assert!(gap.iter().all(|gap| *gap < 1.0), "d = {d}, σ = {sigma}, at {y:?}, D = {distance}: {gap:?}");
                let gap = gaps(&double, &plain, distance, sigma, &y);
                assert!(gap.iter().all(|gap| *gap < 0.2), "f64, d = {d}, σ = {sigma}, at {y:?}: {gap:?}");
            }
        }
    }
}

#[test]
fn kernel_mean_weighs_distant_groups_that_balance() {
    // Half-way between two groups 200 σ apart the weights depend on differences of exponents near 5000.
    let sigma = 0.01;
    let mut rng = rng(40);
    let mut points: Vec<f64> =
        (0..400).map(|i| if i % 4 == 0 { 2.0 } else { 0.0 } + 0.5 * sigma * rng.normal()).collect();
    points.iter_mut().skip(1).step_by(2).for_each(|y| *y += 1.0);
    let plain = Exact::new(Box::new(point_mixture(2, &points, sigma))).unwrap();
    let mean = KernelMean::<f32x4>::new(2, &points, sigma).unwrap();
    for i in -20..=20 {
        let y = [1.0 + 1e-4 * f64::from(i), 1.0];
        let gap = gaps(&mean, &plain, nearest(&points, &y), sigma, &y);
        assert!(gap.iter().all(|gap| *gap < 1.0), "{i}: {gap:?}");
    }
}

#[test]
fn kernel_mean_of_one_point_and_of_equal_points_is_that_point() {
    for count in [1, 5, 1000] {
        let mean = KernelMean::<f32x4>::new(2, &[0.3, -0.7].repeat(count), 0.1).unwrap();
        let mut r = [0.0; 2];
        for y in [[0.3, -0.7], [1.0, 2.0], [-1e3, 1e3]] {
            Reconstruction::new(&mean, 0.1).unwrap().reconstruct(&y, &mut r);
            assert!(norm(&[r[0] - 0.3, r[1] + 0.7]) < 1e-12 * norm(&y).max(1.0), "{count} points, at {y:?}: {r:?}");
        }
        assert!(scores(&mean, &[f64::NAN, 0.0]).iter().all(|s| s.is_nan()));
    }
}

#[test]
fn kernel_mean_reports_energies_that_its_score_integrates_to() {
    let points = spiral(500);
    let mean = KernelMean::<f32x4>::new(2, points.values(), 0.1).unwrap();
    let (from, to) = ([-0.4, 0.2], [0.8, 0.3]);
    let by_path = mean.path_energy_difference(&from, &to, &mut scorescape::score::Path::trapezoid(2000, 2));
    let exact = mean.exact_energy_difference(&from, &to).unwrap();
    assert!((by_path - exact).abs() < 1e-4 && exact.abs() > 0.1, "{by_path} against {exact}");
}

#[test]
fn reconstruction_of_a_gaussian_has_its_posterior_mean_and_covariance() {
    // X given y has the precision Σ⁻¹ + I/σ².
    let (sigma, covariance) = (0.7, [2.0, 0.6, 0.6, 0.5]);
    let gaussian = Mixture::full(2, &[1.0], vec![1.0, -1.0], covariance.to_vec()).unwrap();
    let exact = Exact::new(gaussian.smoothed(sigma).unwrap()).unwrap();
    let reconstruction = Reconstruction::new(&exact, sigma).unwrap();
    let inverse = |m: [f64; 4]| {
        let det = m[0] * m[3] - m[1] * m[2];
        [m[3] / det, -m[1] / det, -m[2] / det, m[0] / det]
    };
    let mut precision = inverse(covariance);
    precision[0] += 1.0 / (sigma * sigma);
    precision[3] += 1.0 / (sigma * sigma);
    let posterior = inverse(precision);
    let y = [0.4, 2.0];
    let mut found = [0.0; 4];
    reconstruction.posterior_covariance(&y, &mut found);
    assert!(relative_gap(&found, &posterior, 0.0) < 1e-13, "{found:?} against {posterior:?}");
    // The mean: posterior covariance times (y/σ² + Σ⁻¹ μ).
    let prior = inverse(covariance);
    let pull = [0, 1].map(|i| y[i] / (sigma * sigma) + prior[2 * i] * 1.0 - prior[2 * i + 1]);
    let mean = [0, 1].map(|i| posterior[2 * i] * pull[0] + posterior[2 * i + 1] * pull[1]);
    let mut r = [0.0; 2];
    reconstruction.reconstruct(&y, &mut r);
    assert!(relative_gap(&r, &mean, 0.0) < 1e-13, "{r:?} against {mean:?}");
}

/// Cells on [-half, half]².
fn square(half: f64, count: usize) -> Cells {
    Cells { left: -half, bottom: -half, size: 2.0 * half / count as f64, columns: count, rows: count }
}

/// The greatest difference of two scores at `points`.
fn greatest_gap(score: &dyn Score, truth: &dyn Score, points: &[f64]) -> f64 {
    let (found, truth) = (scores(score, points), scores(truth, points));
    found.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, worse)
}

#[test]
fn contractive_optimum_of_a_gaussian_is_linear() {
    // r*(x) = μ + Σ(Σ + σ²I)⁻¹(x - μ), the same as for denoising: its score is the score of p_σ.
    let sigma = 0.3;
    let line = Mixture::isotropic(1, &[1.0], vec![0.4], 0.5).unwrap();
    let blurred = Exact::new(line.smoothed(sigma).unwrap()).unwrap();
    let points: Vec<f64> = (-20..=20).map(|i| 0.4 + 0.1 * f64::from(i)).collect();
    let gap = |count| {
        let score = ContractiveLine::of(&line, -6.0, 7.0, count, sigma).unwrap();
        greatest_gap(&score, &blurred, &points)
    };
    let gaps = [250, 500, 1000, 8000].map(gap);
    assert!(gaps[3] < 1e-5, "{gaps:?}");
    assert!((gaps[0] / gaps[1] - 4.0).abs() < 0.2 && (gaps[1] / gaps[2] - 4.0).abs() < 0.2, "second order: {gaps:?}");

    let plane = Mixture::full(2, &[1.0], vec![0.3, -0.1], vec![0.5, 0.2, 0.2, 0.4]).unwrap();
    let blurred = Exact::new(plane.smoothed(sigma).unwrap()).unwrap();
    let points: Vec<f64> = (0..81).flat_map(|i| [f64::from(i % 9) * 0.3 - 1.0, f64::from(i / 9) * 0.3 - 1.3]).collect();
    let gap = |count| {
        let score = ContractivePlane::of(&plane, square(4.0, count), sigma).unwrap();
        greatest_gap(&score, &blurred, &points)
    };
    let gaps = [64, 128].map(gap);
    assert!(gaps[1] < 0.03 && (gaps[0] / gaps[1] - 4.0).abs() < 0.4, "second order: {gaps:?}");
}

#[test]
fn contractive_plane_of_a_product_is_the_contractive_line_of_its_factor() {
    // Even where the density is e^-500 of its maximum: both solve the same equations, in different order.
    let (line_density, plane_density) = {
        let (weights, variance) = ([0.4, 0.6], 0.1);
        let line = Mixture::isotropic(1, &weights, vec![-1.0, 0.7], variance).unwrap();
        (line, Mixture::isotropic(2, &weights, vec![-1.0, 0.0, 0.7, 0.0], variance).unwrap())
    };
    for (half, sigma) in [(4.0, 0.05), (4.0, 0.3), (11.0, 0.3)] {
        let cells = square(half, 96);
        let plane = ContractivePlane::of(&plane_density, cells, sigma).unwrap();
        let end = half - 0.5 * cells.size;
        let line = ContractiveLine::of(&line_density, -end, end, 96, sigma).unwrap();
        let centres: Vec<[f64; 2]> = cells.centres().collect();
        // The line has half a cell at each end. This changes only the outermost cells.
        for x in centres.iter().filter(|x| x[0].abs() < 0.8 * half) {
            let (found, truth) = (scores(&plane, x), scores(&line, &x[..1])[0]);
            let gap = (found[0] - truth).abs() * sigma;
            assert!(gap < 1e-6, "half-width {half}, σ = {sigma}, at {x:?}: {} against {truth}", found[0]);
        }
    }
}

/// The contractive optima of a mixture on the line and of a slanted mixture in the plane.
fn examples() -> (ContractiveLine, ContractivePlane) {
    let line = Mixture::isotropic(1, &[0.4, 0.6], vec![-1.0, 0.7], 0.1).unwrap();
    let covariances = vec![0.3, 0.1, 0.1, 0.2, 0.2, -0.05, -0.05, 0.3];
    let plane = Mixture::full(2, &[0.4, 0.6], vec![-0.8, -0.3, 0.7, 0.5], covariances).unwrap();
    let cells = Cells { left: -3.0, bottom: -2.6, size: 0.09, columns: 70, rows: 60 };
    (ContractiveLine::of(&line, -3.0, 3.0, 200, 0.3).unwrap(), ContractivePlane::of(&plane, cells, 0.3).unwrap())
}

#[test]
fn contractive_jacobians_are_the_derivatives_of_the_interpolant() {
    let (line, plane) = examples();
    // Inside, in the outermost cells, between centre and border, and outside.
    for x in [0.31, -2.995, -2.99, 2.998, 3.4, -7.0] {
        let truth = jacobian(1e-4, &[x], 1, |x, out| line.scores(x, out));
        assert!(relative_gap(&jacobian_of(&line, &[x]), &truth, 1.0) < 1e-6, "line at {x}");
    }
    for x in [[0.31, -0.52], [-2.93, 0.2], [-2.99, 0.2], [3.4, 0.1], [-1.0, -2.53], [3.22, 2.71], [-5.0, 8.0]] {
        let truth = jacobian(1e-4, &x, 2, |x, out| plane.scores(x, out));
        let found = jacobian_of(&plane, &x);
        assert!(relative_gap(&found, &truth, 1.0) < 1e-6, "plane at {x:?}: {found:?} against {truth:?}");
    }
}

#[test]
fn contractive_scores_are_continuous_and_point_back_from_outside() {
    let (line, plane) = examples();
    for i in 0..200 {
        let x = -3.0 + 6.0 * f64::from(i) / 199.0;
        let [before, after] = [x - 1e-9, x + 1e-9].map(|x| scores(&line, &[x])[0]);
        assert!((before - after).abs() < 1e-6, "line at node {i}");
    }
    for i in 0..70 {
        let x = -3.0 + (f64::from(i) + 0.5) * 0.09;
        let [before, after] = [x - 1e-9, x + 1e-9].map(|x| scores(&plane, &[x, 0.123]));
        assert!(relative_gap(&before, &after, 1.0) < 1e-6, "plane at column {i}");
    }
    // Half-way between the outermost two centres the cubic is close to the chord.
    for (x, y) in [(-2.955, 0.1), (3.255, 0.1), (0.1, -2.555), (0.1, 2.755)] {
        let along = |t: f64| if y == 0.1 { [x + t, y] } else { [x, y + t] };
        let [before, middle, after] = [-0.045, 0.0, 0.045].map(|t| scores(&plane, &along(t)));
        let chord: Vec<f64> = before.iter().zip(&after).map(|(a, b)| 0.5 * (a + b)).collect();
        assert!(relative_gap(&middle, &chord, 1.0) < 0.05, "at ({x}, {y}): {middle:?} against {chord:?}");
    }
    // Beyond the end r is constant.
    let reconstruct = |x: f64| x + 0.09 * scores(&line, &[x])[0];
    assert!((reconstruct(3.0) - reconstruct(50.0)).abs() < 1e-9);
    let reconstruct = |x: [f64; 2]| scores(&plane, &x).iter().zip(x).map(|(s, x)| x + 0.09 * s).collect::<Vec<f64>>();
    assert!(relative_gap(&reconstruct([3.3, 9.0]), &reconstruct([40.0, 25.0]), 1.0) < 1e-9);
    assert!(scores(&line, &[f64::NAN])[0].is_nan() && scores(&plane, &[0.0, f64::NAN])[1].is_nan());
}

#[test]
fn optima_name_what_they_refuse() {
    fn refused<T>(result: Result<T, SettingError>) -> String {
        result.err().expect("it is refused").setting
    }
    let normal = Mixture::isotropic(1, &[1.0], vec![0.0], 1.0).unwrap();
    let round = Mixture::isotropic(2, &[1.0], vec![0.0; 2], 1.0).unwrap();
    let mean = |d, points: &[f64], sigma| refused(KernelMean::<f32x4>::new(d, points, sigma));
    for sigma in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-320] {
        assert_eq!(mean(1, &[0.0], sigma), "sigma");
        assert_eq!(refused(ContractiveLine::of(&normal, -1.0, 1.0, 9, sigma)), "sigma");
        assert_eq!(refused(ContractivePlane::of(&round, square(1.0, 9), sigma)), "sigma");
        assert_eq!(refused(Reconstruction::new(&Exact::new(Box::new(normal.clone())).unwrap(), sigma)), "sigma");
    }
    assert_eq!(mean(2, &[0.0; 3], 1.0), "points");
    assert_eq!(mean(0, &[], 1.0), "points");
    assert_eq!(mean(2, &[], 1.0), "points");
    assert_eq!(mean(2, &[0.0, f64::NAN], 1.0), "points");
    assert_eq!(mean(1, &vec![0.0; (1 << 21) + 1], 1.0), "points");

    let line = |nodes: &[f64], logs: &[f64]| refused(ContractiveLine::new(nodes, logs, 1.0));
    assert_eq!(line(&[0.0, 1.0], &[0.0; 2]), "nodes");
    assert_eq!(line(&[0.0, 1.0, 1.0], &[0.0; 3]), "nodes");
    assert_eq!(line(&[0.0, 1.0, f64::INFINITY], &[0.0; 3]), "nodes");
    assert_eq!(line(&[0.0, 1.0, 2.0], &[0.0; 2]), "log_densities");
    assert_eq!(line(&[0.0, 1.0, 2.0], &[0.0, f64::NEG_INFINITY, 0.0]), "log_densities");
    assert_eq!(refused(ContractiveLine::of(&normal, -1.0, 1.0, usize::MAX, 1.0)), "nodes");
    assert_eq!(refused(ContractiveLine::of(&normal, 1.0, -1.0, 9, 1.0)), "nodes");
    assert_eq!(refused(ContractiveLine::of(&round, -1.0, 1.0, 9, 1.0)), "density");

    let plane = |cells: Cells, count: usize, sigma| refused(ContractivePlane::new(cells, &vec![0.0; count], sigma));
    let cells = square(1.0, 8);
    assert_eq!(plane(cells, 63, 0.2), "log_densities");
    assert_eq!(plane(Cells { columns: 3, ..cells }, 24, 0.2), "cells");
    assert_eq!(plane(Cells { columns: 257, ..cells }, 8 * 257, 0.2), "cells");
    assert_eq!(plane(Cells { rows: 257, ..cells }, 8 * 257, 0.2), "cells");
    assert_eq!(plane(Cells { columns: usize::MAX, rows: 4, ..cells }, 0, 0.2), "cells");
    assert_eq!(plane(Cells { size: -1.0, ..cells }, 64, 0.2), "size");
    assert_eq!(plane(Cells { left: f64::NAN, ..cells }, 64, 0.2), "size");
    assert_eq!(plane(cells, 64, 0.002), "sigma");
    assert_eq!(plane(cells, 64, 26.0), "sigma");
    assert_eq!(refused(ContractivePlane::new(cells, &[f64::NAN; 64], 0.2)), "log_densities");
    assert_eq!(refused(ContractivePlane::of(&normal, cells, 0.2)), "density");
}

/// FNV-1a over the bits of all values.
fn hash(values: &[f64]) -> u64 {
    let bytes = values.iter().flat_map(|value| value.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn optima_have_the_same_bits_on_every_target() {
    let (line, plane) = examples();
    let points: Vec<f64> = (0..400).map(|i| f64::from(i * 37 % 101) * 0.05 - 2.5).collect();
    let sample = spiral(300);
    let mean = KernelMean::<f32x4>::new(2, sample.values(), 0.1).unwrap();
    let hashes = [hash(&scores(&mean, &points)), hash(&scores(&line, &points)), hash(&scores(&plane, &points))];
    assert_eq!(hashes, [4979530468373840959, 5507815938029756919, 14398429612492903001]);
}

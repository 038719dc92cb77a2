//! Claims of Alain and Bengio (2014) about optimal reconstructions, in numbers: C1, C2, C4, C5 and C12 of the
//! reference.
//!
//! Double precision, independent of the target, and takes seconds: natively only.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::data::{Density, Mixture, Points};
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Cells, ContractiveLine, ContractivePlane, Exact, KernelMean, Reconstruction, Score};
use scorescape::simd::f32x4;

use crate::densities::mixture;
use crate::support::finite_differences::{jacobian, relative_gap, worse};

/// Three Gaussians on the line with widths .3, .5 and .4.
fn line() -> Mixture {
    Mixture::full(1, &[0.3, 0.5, 0.2], vec![-1.2, 0.3, 1.5], vec![0.09, 0.25, 0.16]).unwrap()
}

/// The narrowest width of [`line`].
const LINE_WIDTH: f64 = 0.3;

/// Two slanted Gaussians, no product of two lines; the narrowest width is √.18.
pub fn slanted() -> Mixture {
    let covariances = vec![0.35, 0.1, 0.1, 0.25, 0.2, -0.05, -0.05, 0.35];
    Mixture::full(2, &[0.4, 0.6], vec![-0.9, -0.4, 0.8, 0.5], covariances).unwrap()
}

pub fn square(half: f64, count: usize) -> Cells {
    Cells { left: -half, bottom: -half, size: 2.0 * half / count as f64, columns: count, rows: count }
}

fn draws(density: &Mixture, count: usize) -> Vec<f64> {
    Points::draw_from(density, count, &mut stream(9, Purpose::Measure, 0)).values().to_vec()
}

pub fn scores(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; points.len()];
    score.scores(points, &mut out);
    out
}

fn blurred(density: &Mixture, sigma: f64) -> Exact {
    Exact::new(density.smoothed(sigma).unwrap()).unwrap()
}

pub fn exact(density: &Mixture) -> Exact {
    Exact::new(Box::new(density.clone())).unwrap()
}

/// √(Σ(a - b)²/Σ b²).
fn relative_difference(a: &[f64], b: &[f64]) -> f64 {
    let squares: (f64, f64) =
        a.iter().zip(b).fold((0.0, 0.0), |(gap, size), (a, b)| (gap + (a - b).powi(2), size + b * b));
    (squares.0 / squares.1).sqrt()
}

/// The slope of the least-squares line through (ln x, ln y).
fn slope(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let (mean_x, mean_y) = (logs.iter().map(|l| l.0).sum::<f64>() / n, logs.iter().map(|l| l.1).sum::<f64>() / n);
    let covariance: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    covariance / logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>()
}

/// `count` values from `first` to `last` in equal ratios.
fn ladder(first: f64, last: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| first * (last / first).powf(i as f64 / (count - 1) as f64)).collect()
}

/// grad(div s + `share` ‖s‖²) at `points`, s the score of `density`, by differences of its Hessian's trace and its
/// score.
pub fn gradient_of_potential(density: &Mixture, share: f64, points: &[f64]) -> Vec<f64> {
    let d = density.dim();
    let potential = |x: &[f64], out: &mut [f64]| {
        let (mut s, mut hessian) = (vec![0.0; d], vec![0.0; d * d]);
        density.score(x, &mut s).unwrap();
        density.hessian(x, &mut hessian).unwrap();
        out[0] = (0..d).map(|k| hessian[k * d + k] + share * s[k] * s[k]).sum();
    };
    points.chunks_exact(d).flat_map(|x| jacobian(1e-3, x, 1, potential)).collect()
}

/// ½ grad(Δp/p), the leading error of denoising over σ²; Δp/p = div s + ‖s‖².
fn of_denoising(density: &Mixture, points: &[f64]) -> Vec<f64> {
    gradient_of_potential(density, 1.0, points).iter().map(|g| 0.5 * g).collect()
}

/// Errors of a score at several σ, and their gap to the leading term.
struct Orders {
    /// (σ, root-mean-square error against s) from the least σ up.
    errors: Vec<(f64, f64)>,
    /// The relative difference between error/σ² at the least σ and the leading term.
    leading_gap: f64,
}

fn orders(
    truth: &Exact,
    points: &[f64],
    sigmas: &[f64],
    leading: &[f64],
    optimum: &dyn Fn(f64) -> Box<dyn Score>,
) -> Orders {
    let truth = scores(truth, points);
    let error = |sigma: f64| -> Vec<f64> {
        let found = scores(&*optimum(sigma), points);
        found.iter().zip(&truth).map(|(a, b)| (a - b) / (sigma * sigma)).collect()
    };
    let size = |error: &[f64], sigma: f64| {
        sigma * sigma * (error.iter().map(|e| e * e).sum::<f64>() / error.len() as f64).sqrt()
    };
    Orders {
        errors: sigmas.iter().map(|sigma| (*sigma, size(&error(*sigma), *sigma))).collect(),
        leading_gap: relative_difference(&error(sigmas[0]), leading),
    }
}

/// r*(y) by the trapezoid rule on a grid of spacing `step` over [-`reach`, `reach`]^d, whose error falls faster than
/// any power.
fn posterior_mean(density: &Mixture, sigma: f64, y: &[f64], reach: f64, step: f64) -> Vec<f64> {
    let d = y.len();
    let count = (2.0 * reach / step) as usize + 1;
    let (mut mass, mut mean) = (0.0, vec![0.0; d]);
    for i in 0..count.pow(d as u32) {
        let x: Vec<f64> = (0..d).map(|k| -reach + (i / count.pow(k as u32) % count) as f64 * step).collect();
        let distance: f64 = x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum();
        let weight = (density.log_density(&x).unwrap() - 0.5 * distance / (sigma * sigma)).exp();
        mass += weight;
        mean.iter_mut().zip(&x).for_each(|(m, x)| *m += weight * x);
    }
    mean.iter().map(|m| m / mass).collect()
}

#[test]
fn c1_denoising_optimum_is_the_posterior_mean() {
    let mut worst: f64 = 0.0;
    for sigma in [0.1, 0.5, 1.5] {
        for (density, reach, step) in
            [(line(), 6.0, 0.01), (mixture(1, false), 6.0, 0.01), (slanted(), 5.0, 0.04), (mixture(2, true), 7.0, 0.05)]
        {
            let score = blurred(&density, sigma);
            let reconstruction = Reconstruction::new(&score, sigma).unwrap();
            for y in draws(&density, 8).chunks_exact(density.dim()) {
                // Also where data are rare.
                let y: Vec<f64> = y.iter().map(|y| 1.5 * y).collect();
                let mut r = vec![0.0; y.len()];
                reconstruction.reconstruct(&y, &mut r);
                let mean = posterior_mean(&density, sigma, &y, reach, step);
                worst = worse(worst, relative_gap(&r, &mean, 1.0));
            }
        }
    }
    println!("C1: |r* - quadrature| ≤ {worst:e}");
    assert!(worst < 1e-9, "{worst:e}");
}

#[test]
fn c1_kernel_mean_is_the_posterior_mean_of_the_points() {
    let density = slanted();
    let points = draws(&density, 1000);
    let mut worst: f64 = 0.0;
    for sigma in [0.02, 0.1, 0.5] {
        let mean = KernelMean::<f32x4>::new(2, &points, sigma).unwrap();
        let reconstruction = Reconstruction::new(&mean, sigma).unwrap();
        let queries: Vec<f64> = draws(&density, 200).iter().map(|y| 1.3 * y).collect();
        let mut r = vec![0.0; queries.len()];
        reconstruction.reconstruct(&queries, &mut r);
        for (y, r) in queries.chunks_exact(2).zip(r.chunks_exact(2)) {
            let distance = |x: &[f64]| (x[0] - y[0]).powi(2) + (x[1] - y[1]).powi(2);
            let least = points.chunks_exact(2).map(distance).fold(f64::INFINITY, f64::min);
            let weights: Vec<f64> =
                points.chunks_exact(2).map(|x| (0.5 * (least - distance(x)) / (sigma * sigma)).exp()).collect();
            let total: f64 = weights.iter().sum();
            for k in 0..2 {
                let truth = points.chunks_exact(2).zip(&weights).map(|(x, w)| w * x[k]).sum::<f64>() / total;
                worst = worse(worst, (r[k] - truth).abs());
            }
        }
    }
    println!("C1: |kernel mean - Σ ρ x| ≤ {worst:e}");
    assert!(worst < 1e-5, "{worst:e}");
}

#[test]
fn c2_denoising_score_errs_by_half_the_variance_times_the_gradient_of_relative_curvature() {
    for (density, width) in [(line(), LINE_WIDTH), (slanted(), 0.18f64.sqrt())] {
        let points = draws(&density, 10_000 / density.dim());
        let leading = of_denoising(&density, &points);
        let sigmas = ladder(width / 50.0, width / 5.0, 8);
        let found = orders(&exact(&density), &points, &sigmas, &leading, &|sigma| Box::new(blurred(&density, sigma)));
        let slope = slope(&found.errors);
        println!("C2, d = {}: slope {slope}, leading term off by {}", density.dim(), found.leading_gap);
        assert!((slope - 2.0).abs() < 0.1, "slope {slope}: {:?}", found.errors);
        assert!(found.leading_gap < 0.01, "leading term off by {}", found.leading_gap);
    }
}

#[test]
fn c4_contractive_score_errs_by_the_variance_times_the_gradient_of_its_potential_on_the_line() {
    let density = line();
    let points = draws(&density, 10_000);
    let leading = gradient_of_potential(&density, 0.5, &points);
    let sigmas = ladder(LINE_WIDTH / 50.0, LINE_WIDTH / 5.0, 8);
    let found = orders(&exact(&density), &points, &sigmas, &leading, &|sigma| {
        Box::new(ContractiveLine::of(&density, -4.5, 5.0, 10_000, sigma).unwrap())
    });
    let slope = slope(&found.errors);
    println!("C4, d = 1: slope {slope}, leading term off by {}", found.leading_gap);
    assert!((slope - 2.0).abs() < 0.1, "slope {slope}: {:?}", found.errors);
    assert!(found.leading_gap < 0.02, "leading term off by {}", found.leading_gap);
    assert!(relative_difference(&leading, &of_denoising(&density, &points)) > 0.3, "that of denoising is another");
}

#[test]
fn c4_contractive_score_converges_in_the_plane() {
    let density = slanted();
    let points = draws(&density, 3000);
    let leading = gradient_of_potential(&density, 0.5, &points);
    let found = orders(&exact(&density), &points, &ladder(0.04, 0.12, 4), &leading, &|sigma| {
        Box::new(ContractivePlane::of(&density, square(3.5, 256), sigma).unwrap())
    });
    let slope = slope(&found.errors);
    println!("C4, d = 2: slope {slope}, leading term off by {}", found.leading_gap);
    assert!(slope > 1.7 && slope < 2.1, "slope {slope}: {:?}", found.errors);
    // The next order in σ is a tenth of the first here.
    assert!(found.leading_gap < 0.15, "leading term off by {}", found.leading_gap);
    assert!(relative_difference(&leading, &of_denoising(&density, &points)) > 0.3, "that of denoising is another");
}

#[test]
fn c4_contractive_plane_converges_with_the_square_of_its_cells() {
    let density = slanted();
    let points = draws(&density, 3000);
    let solve = |count| scores(&ContractivePlane::of(&density, square(3.5, count), 0.2).unwrap(), &points);
    let solutions = [32, 64, 128, 256].map(solve);
    let changes: Vec<f64> = solutions.windows(2).map(|pair| relative_difference(&pair[0], &pair[1])).collect();
    let ratios = [changes[0] / changes[1], changes[1] / changes[2]];
    println!("C4: halving the cells divides the change by {ratios:?}");
    assert!(ratios.iter().all(|ratio| (ratio - 4.0).abs() < 0.4), "{changes:?}");
}

/// (J - I)/σ² for a reconstruction's Jacobian J at each of the points.
fn curvatures(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let d = score.dim();
    let curvature = |x: &[f64]| {
        let mut out = vec![0.0; d * d];
        score.jacobian(x, &mut out);
        out
    };
    points.chunks_exact(d).flat_map(curvature).collect()
}

#[test]
fn c5_jacobian_of_the_denoising_optimum_is_the_hessian_of_the_blurred_log_density() {
    for density in [line(), slanted()] {
        let d = density.dim();
        for sigma in [0.1, 0.4] {
            let (score, smoothed) = (blurred(&density, sigma), density.smoothed(sigma).unwrap());
            let reconstruction = Reconstruction::new(&score, sigma).unwrap();
            for y in draws(&density, 30).chunks_exact(d) {
                let differences = jacobian(1e-3, y, d, |y, out| reconstruction.reconstruct(y, out));
                let (mut found, mut truth) = (vec![0.0; d * d], vec![0.0; d * d]);
                reconstruction.jacobian(y, &mut found);
                smoothed.hessian(y, &mut truth).unwrap();
                let truth: Vec<f64> =
                    truth.iter().enumerate().map(|(i, h)| sigma * sigma * h + f64::from(i % (d + 1) == 0)).collect();
                assert!(relative_gap(&differences, &truth, 1.0) < 1e-7, "σ = {sigma}, at {y:?}: {differences:?}");
                assert!(relative_gap(&found, &truth, 1.0) < 1e-13, "σ = {sigma}, at {y:?}: {found:?}");
            }
        }
    }
}

#[test]
fn c5_jacobians_tend_to_the_hessian_of_the_log_density() {
    let density = line();
    let (points, sigmas) = (draws(&density, 5000), ladder(LINE_WIDTH / 50.0, LINE_WIDTH / 5.0, 6));
    let truth = curvatures(&exact(&density), &points);
    let denoising = |sigma| relative_difference(&curvatures(&blurred(&density, sigma), &points), &truth);
    let contractive = |sigma| {
        let optimum = ContractiveLine::of(&density, -4.5, 5.0, 10_000, sigma).unwrap();
        relative_difference(&curvatures(&optimum, &points), &truth)
    };
    for (name, error) in [("denoising", &denoising as &dyn Fn(f64) -> f64), ("contractive", &contractive)] {
        let errors: Vec<(f64, f64)> = sigmas.iter().map(|sigma| (*sigma, error(*sigma))).collect();
        println!("C5, {name}: slope {}", slope(&errors));
        assert!((slope(&errors) - 2.0).abs() < 0.15, "{name}: {errors:?}");
    }
    let density = slanted();
    let points = draws(&density, 1000);
    let truth = curvatures(&exact(&density), &points);
    let plane = ContractivePlane::of(&density, square(3.5, 256), 0.06).unwrap();
    let gap = relative_difference(&curvatures(&plane, &points), &truth);
    println!("C5: curvature of the contractive optimum in the plane at σ = .06 off by {gap}");
    assert!(gap < 0.06, "{gap}");
}

/// Where ∇ log p vanishes near `x`, by Newton's method.
fn stationary_point(density: &dyn Density, mut x: [f64; 2]) -> [f64; 2] {
    for _ in 0..50 {
        let (mut s, mut h) = ([0.0; 2], [0.0; 4]);
        density.score(&x, &mut s).unwrap();
        density.hessian(&x, &mut h).unwrap();
        let det = h[0] * h[3] - h[1] * h[2];
        x[0] -= (h[3] * s[0] - h[1] * s[1]) / det;
        x[1] -= (h[0] * s[1] - h[2] * s[0]) / det;
    }
    x
}

#[test]
fn c12_reconstruction_error_vanishes_at_maxima_minima_and_saddles_alike() {
    // Four bumps of unequal weight on a square: a maximum near each, a saddle between neighbours, a minimum in the
    // middle.
    let sigma = 0.3;
    let corners = vec![-1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0];
    let density = Mixture::isotropic(2, &[1.0, 1.2, 0.9, 1.1], corners, 0.2).unwrap();
    let (smoothed, score) = (density.smoothed(sigma).unwrap(), blurred(&density, sigma));
    let reconstruction = Reconstruction::new(&score, sigma).unwrap();
    let mut log_densities = Vec::new();
    // The signs of the Hessian's determinant and trace tell the three apart.
    for (start, signs) in [([1.0, 1.0], (1.0, -1.0)), ([0.0, 0.95], (-1.0, 0.0)), ([0.0, 0.0], (1.0, 1.0))] {
        let x = stationary_point(&*smoothed, start);
        let (mut r, mut h) = ([0.0; 2], [0.0; 4]);
        smoothed.hessian(&x, &mut h).unwrap();
        assert_eq!((h[0] * h[3] - h[1] * h[2]).signum(), signs.0, "at {x:?}: {h:?}");
        assert!(signs.1 == 0.0 || (h[0] + h[3]).signum() == signs.1, "at {x:?}: {h:?}");
        reconstruction.reconstruct(&x, &mut r);
        let error = (r[0] - x[0]).powi(2) + (r[1] - x[1]).powi(2);
        println!("C12: ‖r(x) - x‖² = {error:e} and log p_σ = {} at {x:?}", smoothed.log_density(&x).unwrap());
        assert!(error < 1e-24, "at {x:?}: {error:e}");
        log_densities.push(smoothed.log_density(&x).unwrap());
    }
    assert!(
        log_densities[0] - log_densities[1] > 0.5 && log_densities[1] - log_densities[2] > 0.5,
        "{log_densities:?}"
    );
    // Between the bumps the error is large: it does not measure how improbable a point is.
    let mut r = [0.0; 2];
    reconstruction.reconstruct(&[0.5, 0.9], &mut r);
    assert!((r[0] - 0.5).powi(2) > 0.01);
}

//! The spiral's density, radial and isotropic, raw and smoothed, against quadrature and its own draws.

use scorescape::data::spiral::Spiral;
use scorescape::data::{Density, Points};
use scorescape::math::TAU;
use scorescape::rng::{Purpose, Stream, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap, worse};
use crate::support::ks;

fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// Where p of radial noise jumps: the ends of the curve, and their reflections through the origin.
fn jumps() -> Vec<f64> {
    let mut angles = [3.0, 15.0, 3.0 + 0.5 * TAU, 15.0 + 0.5 * TAU].map(|t: f64| t.rem_euclid(TAU)).to_vec();
    angles.sort_unstable_by(f64::total_cmp);
    angles
}

fn angle(x: &[f64]) -> f64 {
    x[0].atan2(x[1]).rem_euclid(TAU)
}

fn is_near_jump(x: &[f64]) -> bool {
    let gap = |a: f64| (angle(x) - a).abs().min(TAU - (angle(x) - a).abs());
    jumps().into_iter().any(|a| gap(a) * x[0].hypot(x[1]) < 0.02)
}

/// Compares score and Hessian with differences, on draws of the density and over the page's grid.
fn assert_derivatives(name: &str, density: &dyn Density, width: f64, jumps: bool) {
    let mut source = rng(0);
    let mut worst: f64 = 0.0;
    for i in 0..60 {
        let mut x = [2.0 * source.uniform() - 1.0, 2.0 * source.uniform() - 1.0];
        if i % 2 == 0 {
            density.sample(&mut source, &mut x);
        }
        if jumps && (is_near_jump(&x) || x[0].hypot(x[1]) < 0.1) {
            continue;
        }
        let (mut score, mut hessian) = ([0.0; 2], [0.0; 4]);
        density.score(&x, &mut score).unwrap();
        density.hessian(&x, &mut hessian).unwrap();
        let slopes = jacobian(0.003 * width, &x, 1, |x, out| out[0] = density.log_density(x).unwrap());
        let curvatures = jacobian(0.003 * width, &x, 2, |x, out| density.score(x, out).unwrap());
        let gap = relative_gap(&score, &slopes, 1.0).max(relative_gap(&hessian, &curvatures, 1.0));
        assert!(gap < 1e-6, "{name} at {x:?}: {gap:e}");
        worst = worse(worst, gap);
    }
    println!("{name}: derivatives against differences {worst:.1e}");
}

#[test]
fn spiral_derivatives_are_those_of_its_log_density() {
    for noise in [0.03, 0.3] {
        let isotropic = Spiral::new(noise, false).unwrap();
        assert_derivatives("isotropic", &isotropic, noise, false);
        assert_derivatives("isotropic, smoothed", &*isotropic.smoothed(0.05).unwrap(), 0.05, false);
        let radial = Spiral::new(noise, true).unwrap();
        assert_derivatives("radial", &radial, noise.min(0.1), true);
        assert_derivatives("radial, smoothed", &*radial.smoothed(0.05).unwrap(), 0.05, false);
    }
}

/// Nodes and weights on [3, 15] by double-exponential substitution, which crowds them towards the ends (Takahasi and
/// Mori 1974); dense enough for features of `width` on the curve.
fn crowded_nodes(width: f64) -> Vec<(f64, f64)> {
    let step = width.min(0.5) / 20.0;
    let half = (3.4 / step) as i32;
    let node = |i: i32| {
        let u = f64::from(i) * step;
        let inner = 0.25 * TAU * u.sinh();
        (9.0 + 6.0 * inner.tanh(), 6.0 * step * 0.25 * TAU * u.cosh() / (inner.cosh() * inner.cosh()))
    };
    (-half..=half).map(node).collect()
}

/// log ∫ N(x; 0.04 t u, along · uuᵀ + `all` I) dt/12 with u = (sin t, cos t).
fn log_smoothed(x: [f64; 2], along: f64, all: f64, nodes: &[(f64, f64)]) -> f64 {
    let exponent = |t: f64| {
        let (a, b) = t.sin_cos();
        let (dx, dy) = (x[0] - 0.04 * t * a, x[1] - 0.04 * t * b);
        let inward = dx * a + dy * b;
        -0.5 * (dx * dx + dy * dy - inward * inward * along / (along + all)) / all
    };
    let exponents: Vec<f64> = nodes.iter().map(|(t, _)| exponent(*t)).collect();
    let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = exponents.iter().zip(nodes).map(|(e, (_, weight))| weight * (e - top).exp()).sum();
    top + (total / 12.0).ln() - (TAU * (all * (all + along)).sqrt()).ln()
}

/// Greatest error of the smoothed log-density on a grid of the page and on draws.
fn smoothed_gap(noise: f64, radial: bool, sigma: f64) -> f64 {
    let smoothed = Spiral::new(noise, radial).unwrap().smoothed(sigma).unwrap();
    let (along, all) = if radial { (noise * noise, sigma * sigma) } else { (0.0, noise * noise + sigma * sigma) };
    let nodes = crowded_nodes(all.sqrt());
    let grid = (0..49).map(|i| [f64::from(i / 7 - 3) / 3.0, f64::from(i % 7 - 3) / 3.0]);
    let draws = Points::draw_from(&*smoothed, 40, &mut rng(1));
    let draws: Vec<[f64; 2]> = draws.values().chunks_exact(2).map(|x| [x[0], x[1]]).collect();
    let gap = |x: [f64; 2]| (smoothed.log_density(&x).unwrap() - log_smoothed(x, along, all, &nodes)).abs();
    grid.chain(draws).map(gap).fold(0.0, worse)
}

#[test]
fn smoothed_spiral_is_the_integral_along_the_curve() {
    // Each takes long in wasm, which tests one in three.
    let thinning = if cfg!(target_arch = "wasm32") { 3 } else { 1 };
    let cases = [
        (0.01, false, 0.05),
        (0.0, false, 0.001),
        (0.01, false, 1.0),
        (0.2, false, 0.1),
        (0.3, false, 10.0),
        (0.01, true, 0.05),
        (0.01, true, 0.001),
        (0.0, true, 0.05),
        (0.3, true, 0.1),
        (0.3, true, 0.02),
        (0.1, true, 0.001),
    ];
    for (noise, radial, sigma) in cases.into_iter().step_by(thinning) {
        let gap = smoothed_gap(noise, radial, sigma);
        println!("noise {noise}, radial: {radial}, σ {sigma}: log p errs by {gap:.1e} at most");
        assert!(gap < 1e-6, "noise {noise}, radial: {radial}, σ {sigma}: {gap:e}");
    }
}

/// Masses of p in `rings` rings up to radius `reach` and of the four sectors between the jumps cut into `cuts` each,
/// all by the midpoint rule, as (radius masses, [angle, mass]).
fn polar_masses(density: &Spiral, reach: f64, rings: usize, cuts: usize) -> (Vec<f64>, Vec<[f64; 2]>) {
    let mut by_radius = vec![0.0; rings];
    let mut by_angle = Vec::new();
    let edges = jumps();
    for i in 0..edges.len() {
        let end = if i + 1 < edges.len() { edges[i + 1] } else { edges[0] + TAU };
        let width = (end - edges[i]) / cuts as f64;
        for cut in 0..cuts {
            let (a, b) = (edges[i] + (cut as f64 + 0.5) * width).sin_cos();
            let mut mass = 0.0;
            for (ring, total) in by_radius.iter_mut().enumerate() {
                let r = (ring as f64 + 0.5) * reach / rings as f64;
                let p = density.log_density(&[r * a, r * b]).unwrap().exp();
                let part = p * r * width * reach / rings as f64;
                *total += part;
                mass += part;
            }
            by_angle.push([edges[i] + (cut as f64 + 1.0) * width, mass]);
        }
    }
    (by_radius, by_angle)
}

/// The distribution function that is linear between `edges`; the last entry is the whole mass.
fn interpolate(edges: &[f64], masses: &[f64], x: f64) -> f64 {
    let i = edges.partition_point(|edge| *edge < x).min(masses.len() - 1);
    let below: f64 = masses[..i].iter().sum();
    let start = if i == 0 { 0.0 } else { edges[i - 1] };
    below + masses[i] * ((x - start) / (edges[i] - start)).clamp(0.0, 1.0)
}

#[test]
fn radial_spiral_integrates_to_one_and_agrees_with_its_draws() {
    // At 0.1 a tenth of the mass at the curve's inner end moves through the origin.
    for noise in [0.03, 0.1] {
        let (density, reach) = (Spiral::new(noise, true).unwrap(), 0.6 + 7.0 * noise);
        let (by_radius, by_angle) = polar_masses(&density, reach, 300, 150);
        let total: f64 = by_radius.iter().sum();
        println!("radial noise {noise}: the density integrates to {total:.9}");
        assert!((total - 1.0).abs() < 1e-6, "noise {noise}: {total}");

        let draws = Points::draw_from(&density, 20_000, &mut rng(2));
        let draws = || draws.values().chunks_exact(2);
        let rings: Vec<f64> = (1..=300).map(|i| f64::from(i) * reach / 300.0).collect();
        let mut radii: Vec<f64> = draws().map(|x| x[0].hypot(x[1])).collect();
        let p = ks::p_value(&mut radii, |r| interpolate(&rings, &by_radius, r));
        assert!(p > 1e-4, "noise {noise}: radii have p = {p}");

        let first = jumps()[0];
        let edges: Vec<f64> = by_angle.iter().map(|[end, _]| end - first).collect();
        let masses: Vec<f64> = by_angle.iter().map(|[_, mass]| *mass).collect();
        let mut angles: Vec<f64> = draws().map(|x| (angle(x) - first).rem_euclid(TAU)).collect();
        let p = ks::p_value(&mut angles, |a| interpolate(&edges, &masses, a));
        assert!(p > 1e-4, "noise {noise}: angles have p = {p}");
    }
}

#[test]
fn smoothed_spiral_draws_are_its_draws_with_more_noise() {
    for radial in [false, true] {
        let spiral = Spiral::new(0.02, radial).unwrap();
        let (smoothed, mut source) = (spiral.smoothed(0.05).unwrap(), rng(3));
        let direct = Points::draw_from(&*smoothed, 40_000, &mut source);
        let noised = Points::draw_from(&spiral, 40_000, &mut source);
        let noised: Vec<f64> = noised.values().iter().map(|x| x + 0.05 * source.normal()).collect();
        // Distance of a point outwards from the curve, modulo whole turns. It is sensitive to the blur; radii alone are
        // not.
        let beside = |x: &[f64]| (x[0].hypot(x[1]) / 0.04 - angle(x) + 0.5 * TAU).rem_euclid(TAU);
        let beside = |values: &[f64]| values.chunks_exact(2).map(beside).collect::<Vec<f64>>();
        let p = ks::two_sample_p_value(&mut beside(direct.values()), &mut beside(&noised));
        assert!(p > 1e-4, "radial: {radial}, p = {p}");
    }
}

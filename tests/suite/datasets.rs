//! The mixtures, curves, point sets and rectangles among the datasets: properties common to all, and each closed form.

use std::f64::consts::PI;

use scorescape::data::{Density, Mixture, Points, mixture::Variances};
use scorescape::experiment::parse;
use scorescape::rng::{Purpose, Stream, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap};
use crate::support::ks;

const ALPHA: f64 = 1e-4;

fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// The density of a link's data.
pub fn density_of(link: &str) -> Box<dyn Density> {
    let (experiment, errors) = parse(link);
    assert_eq!(errors, [], "{link}");
    (experiment.dataset().build)(experiment.settings(), None).unwrap()
}

/// Nodes and weights on [0, 1] by double-exponential substitution, which crowds them towards the ends (Takahasi and
/// Mori 1974); at least seven to each `width`.
pub fn crowded_nodes(width: f64) -> Vec<(f64, f64)> {
    let step = (4.0 * width / (7.0 * PI)).min(0.05);
    let last = (3.5 / step) as i32;
    let node = |i: i32| {
        let u = f64::from(i) * step;
        let inner = 0.5 * PI * u.sinh();
        // The distance from the end still counts where the hyperbolic tangent would round to ±1.
        let from_end = 1.0 / (1.0 + (2.0 * inner.abs()).exp());
        (if u < 0.0 { from_end } else { 1.0 - from_end }, 0.25 * PI * step * u.cosh() / inner.cosh().powi(2))
    };
    (-last..=last).map(node).collect()
}

/// log Σ w N(x; m, diag(variances)).
pub fn log_sum(x: &[f64], variances: [f64; 2], nodes: &[([f64; 2], f64)]) -> f64 {
    let exponent = |m: &[f64; 2]| -0.5 * ((x[0] - m[0]).powi(2) / variances[0] + (x[1] - m[1]).powi(2) / variances[1]);
    let exponents: Vec<f64> = nodes.iter().map(|(m, _)| exponent(m)).collect();
    let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = exponents.iter().zip(nodes).map(|(e, (_, weight))| weight * (e - top).exp()).sum();
    top + total.ln() - (2.0 * PI * (variances[0] * variances[1]).sqrt()).ln()
}

/// Planar datasets, each with the smallest scale of p (zero if p has no derivatives) and its extent.
const PLANAR: [(&str, f64, f64); 17] = [
    ("data=banana", 0.05, 1.2),
    ("data=spiral-weighted", 0.01, 0.55),
    ("data=spiral-weighted&data.length=0.7&data.law=falling", 0.01, 0.4),
    ("data=spiral-linear-02", 0.05, 0.9),
    ("data=sine", 0.0, 1.0),
    ("data=cae-line", 0.0, 0.9),
    ("data=cae-wave", 0.0, 0.85),
    ("data=two-moons", 0.03, 0.9),
    ("data=swiss-roll", 0.02, 0.8),
    ("data=s-curve", 0.02, 0.9),
    ("data=pinwheel", 0.03, 1.0),
    ("data=checkerboard", 0.0, 0.8),
    ("data=circles", 0.02, 0.8),
    ("data=ring", 0.05, 0.9),
    ("data=grid", 0.03, 0.8),
    ("data=gaussian", 0.2, 2.0),
    ("data=word&data.word=a+7", 0.01, 0.9),
];

fn derivative_gap(density: &dyn Density, x: &[f64], step: f64) -> f64 {
    let d = density.dim();
    let (mut score, mut hessian) = (vec![0.0; d], vec![0.0; d * d]);
    density.score(x, &mut score).unwrap();
    density.hessian(x, &mut hessian).unwrap();
    let slopes = jacobian(step, x, 1, |x, out| out[0] = density.log_density(x).unwrap());
    let curvatures = jacobian(step, x, d, |x, out| density.score(x, out).unwrap());
    relative_gap(&score, &slopes, 1.0).max(relative_gap(&hessian, &curvatures, 1.0))
}

fn assert_derivatives(name: &str, density: &dyn Density, width: f64, reach: f64) {
    let (mut source, mut x) = (rng(0), vec![0.0; density.dim()]);
    for i in 0..24 {
        x.fill_with(|| 1.4 * reach * (2.0 * source.uniform() - 1.0));
        if i % 2 == 0 {
            density.sample(&mut source, &mut x);
        }
        let gap = derivative_gap(density, &x, 0.003 * width);
        assert!(gap < 1e-6, "{name} at {x:?}: {gap:e}");
    }
}

#[test]
fn scores_and_hessians_are_the_derivatives_of_the_log_density() {
    for (link, width, reach) in PLANAR {
        let density = density_of(link);
        if width > 0.0 {
            assert_derivatives(link, &*density, width, reach);
        }
        for sigma in [0.02, 0.4] {
            assert_derivatives(link, &*density.smoothed(sigma).unwrap(), sigma, reach);
        }
    }
    assert_derivatives("three points", &*density_of("data=three-points").smoothed(0.1).unwrap(), 0.1, 0.7);
    for dim in [2, 7] {
        let density = density_of(&format!("data=gmm-manifold&data.dim={dim}"));
        assert_derivatives("manifold", &*density.smoothed(0.1).unwrap(), 0.1, 0.7);
    }
}

#[cfg(not(target_arch = "wasm32"))]
/// Pairs [t, P(x·(0.6, 0.8) ≤ t)] for a planar density that varies on the scale `sigma` and is negligible beyond
/// `reach`. Sums over an even grid have an exponentially small error.
fn projection(density: &dyn Density, sigma: f64, reach: f64) -> Vec<[f64; 2]> {
    let (fine, coarse) = (0.25 * sigma, 0.8 * sigma);
    let steps = |step: f64| (reach / step).ceil() as i32;
    let mut total = 0.0;
    let mut table = Vec::new();
    for i in -steps(fine)..=steps(fine) {
        let a = f64::from(i) * fine;
        let across = (-steps(coarse)..=steps(coarse)).map(|j| f64::from(j) * coarse);
        let density = |b: f64| density.log_density(&[0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b]).unwrap().exp();
        let mass = across.map(density).sum::<f64>() * fine * coarse;
        table.push([a, total + 0.5 * mass]);
        total += mass;
    }
    table.push([reach + 1.0, total]);
    table
}

#[cfg(not(target_arch = "wasm32"))]
fn interpolate(table: &[[f64; 2]], x: f64) -> f64 {
    let i = table.partition_point(|row| row[0] < x).clamp(1, table.len() - 1);
    let [[a, from], [b, to]] = [table[i - 1], table[i]];
    from + (to - from) * ((x - a) / (b - a)).clamp(0.0, 1.0)
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn smoothed_densities_have_mass_one_and_the_law_of_their_draws() {
    let sigma = 0.06;
    for (link, _, reach) in PLANAR {
        let density = density_of(link);
        let smoothed = density.smoothed(sigma).unwrap();
        let table = projection(&*smoothed, sigma, 1.5 * reach + 8.0 * sigma);
        let total = table[table.len() - 1][1];
        assert!((total - 1.0).abs() < 1e-8, "{link}: p_σ integrates to {total}");
        let mut source = rng(1);
        let direct = Points::draw_from(&*smoothed, 5000, &mut source);
        let noised = Points::draw_from(&*density, 5000, &mut source);
        let noised: Vec<f64> = noised.values().iter().map(|x| x + sigma * source.normal()).collect();
        for values in [direct.values(), &noised] {
            let mut values: Vec<f64> = values.chunks_exact(2).map(|x| 0.6 * x[0] + 0.8 * x[1]).collect();
            let p = ks::p_value(&mut values, |x| interpolate(&table, x));
            assert!(p > ALPHA, "{link}: p = {p}");
        }
    }
}

/// A parallelogram with one corner, two sides and its share of the mass; a segment if the second side is zero.
type Sheet = ([f64; 2], [f64; 2], [f64; 2], f64);

fn sheet_nodes(sheets: &[Sheet], sigma: f64) -> Vec<([f64; 2], f64)> {
    let along = |side: [f64; 2]| match side[0].hypot(side[1]) {
        0.0 => vec![(0.0, 1.0)],
        length => crowded_nodes(sigma / length),
    };
    let mut nodes = Vec::new();
    for (corner, a, b, share) in sheets {
        for (u, weight) in along(*a) {
            let point = |v: f64| [0, 1].map(|i| corner[i] + u * a[i] + v * b[i]);
            nodes.extend(along(*b).into_iter().map(|(v, other)| (point(v), share * weight * other)));
        }
    }
    nodes
}

#[test]
fn smoothed_sheets_and_strokes_are_their_integrals_even_far_outside() {
    let squares = [[0, 0], [0, 2], [1, 1], [1, 3], [2, 0], [2, 2], [3, 1], [3, 3]];
    let square = |[row, column]: [i32; 2]| {
        let corner = [column, row].map(|k| 0.4 * f64::from(k) - 0.8);
        (corner, [0.4, 0.0], [0.0, 0.4], 0.125)
    };
    // Two letters L with strokes 0.6 and 0.4 long, and a blank between them.
    let stroke = |left: f64, side: [f64; 2], share| ([left, -0.3], side, [0.0; 2], share);
    let letters =
        [-0.8, 0.4].into_iter().flat_map(|left| [stroke(left, [0.0, 0.6], 0.3), stroke(left, [0.4, 0.0], 0.2)]);
    for (link, sheets, sigma) in [
        ("data=checkerboard", squares.map(square).to_vec(), 0.05),
        ("data=cae-line", vec![([0.2, 0.2], [0.6, 0.6], [0.0, 0.1], 1.0)], 0.01),
        ("data=cae-line", vec![([0.2, 0.2], [0.6, 0.6], [0.0, 0.1], 1.0)], 0.1),
        ("data=cae-line", vec![([0.2, 0.2], [0.6, 0.6], [0.0, 0.1], 1.0)], 5.0),
        ("data=word&data.word=l+l&data.noise=0", letters.clone().collect(), 0.001),
        ("data=word&data.word=l+l&data.noise=0.3", letters.collect(), 0.4),
    ] {
        let density = density_of(link);
        let noise: f64 = if link.ends_with("0.3") { 0.3 } else { 0.0 };
        let (smoothed, nodes) = (density.smoothed(sigma).unwrap(), sheet_nodes(&sheets, sigma));
        let mut places = Points::draw_from(&*smoothed, 8, &mut rng(2)).values().to_vec();
        places.extend([0.0, 0.0, 1.1, -0.7, -0.9, 0.1, 0.5, 1.3, 7.0, -4.0, 300.0, 20.0]);
        for x in places.chunks_exact(2) {
            let (log, truth) =
                (smoothed.log_density(x).unwrap(), log_sum(x, [sigma * sigma + noise * noise; 2], &nodes));
            assert!(
                (log - truth).abs() < 1e-9 * truth.abs().max(10.0),
                "{link} σ {sigma} at {x:?}: {log}, not {truth}"
            );
        }
    }
}

#[test]
fn uniform_densities_are_constant_inside_and_have_no_score() {
    for (link, inside, outside, density) in [
        ("data=checkerboard", [-0.7, -0.5], [-0.3, -0.5], 1.0 / 1.28),
        ("data=cae-line", [0.5, 0.55], [0.5, 0.45], 1.0 / 0.06),
    ] {
        let uniform = density_of(link);
        assert!((uniform.log_density(&inside).unwrap() - f64::ln(density)).abs() < 1e-12);
        assert_eq!(uniform.log_density(&outside), Some(f64::NEG_INFINITY));
        assert_eq!((uniform.score(&inside, &mut [0.0; 2]), uniform.hessian(&inside, &mut [0.0; 4])), (None, None));
        for x in Points::draw_from(&*uniform, 1000, &mut rng(3)).values().chunks_exact(2) {
            assert!(uniform.log_density(x).unwrap().is_finite(), "{link} draws {x:?}, outside of itself");
        }
    }
}

#[test]
fn wave_is_the_normal_density_of_its_height_given_its_place() {
    let wave = density_of("data=cae-wave");
    let x = [0.37, 0.79];
    let height = 0.5 + 0.3 * (2.6 * PI * 0.17).sin();
    let truth = -0.5 * ((x[1] - height) / 0.01).powi(2) - (0.6 * 0.01 * (2.0 * PI).sqrt()).ln();
    assert!((wave.log_density(&x).unwrap() - truth).abs() < 1e-9);
    assert!(derivative_gap(&*wave, &x, 1e-5) < 1e-6);
    assert_eq!(wave.log_density(&[0.19, 0.5]), Some(f64::NEG_INFINITY));
    assert_eq!(wave.score(&[0.19, 0.5], &mut [0.0; 2]), None);
}

#[test]
fn points_without_noise_have_draws_and_a_smoothed_density_only() {
    let points = density_of("data=three-points");
    let draws = Points::draw_from(&*points, 3000, &mut rng(4));
    for place in [-0.5, 0.0, 0.5] {
        let count = draws.values().iter().filter(|x| **x == place).count();
        // Mean 1000, standard deviation 26.
        assert!(count.abs_diff(1000) < 120, "{count} draws at {place}");
    }
    assert_eq!((points.log_density(&[0.1]), points.score(&[0.1], &mut [0.0])), (None, None));
    let normal = |x: f64| (-0.5 * (x / 0.1).powi(2)).exp() / (0.1 * (2.0 * PI).sqrt());
    let truth = ((normal(0.7) + normal(0.2) + normal(0.3)) / 3.0).ln();
    let smoothed = points.smoothed(0.06).unwrap().smoothed(0.08).unwrap();
    assert!((smoothed.log_density(&[0.2]).unwrap() - truth).abs() < 1e-12);
}

#[test]
fn round_mixtures_stand_where_they_are_said_to() {
    let ring = density_of("data=ring&data.noise=0.1");
    let normal = |x: f64, y: f64, v: f64| (-0.5 * (x * x + y * y) / v).exp() / (2.0 * PI * v);
    let [x, y] = [0.31, -0.22];
    let at = |k: i32| (0.6 * (f64::from(k) * PI / 4.0).cos(), 0.6 * (f64::from(k) * PI / 4.0).sin());
    let truth = (0..8).map(|k| normal(x - at(k).0, y - at(k).1, 0.01)).sum::<f64>() / 8.0;
    assert!((ring.log_density(&[x, y]).unwrap() - truth.ln()).abs() < 1e-12);

    let grid = density_of("data=grid&data.noise=0.1");
    let line = |x: f64| (-2..=2).map(|i| (-50.0 * (x - 0.3 * f64::from(i)).powi(2)).exp()).sum::<f64>();
    let truth = line(x) * line(y) / (25.0 * 2.0 * PI * 0.01);
    assert!((grid.log_density(&[x, y]).unwrap() - truth.ln()).abs() < 1e-12);

    let gaussian = density_of("data=gaussian&data.length=0.5&data.width=0.1&data.angle=30");
    let (along, across) = (x * 0.75f64.sqrt() + 0.5 * y, y * 0.75f64.sqrt() - 0.5 * x);
    let truth = -0.5 * ((along / 0.5).powi(2) + (across / 0.1).powi(2)) - (2.0 * PI * 0.05).ln();
    assert!((gaussian.log_density(&[x, y]).unwrap() - truth).abs() < 1e-11);
}

/// The mixture along a curve with full covariances, by its definition.
fn manifold(dim: usize, count: usize, thickness: f64, seed: u32) -> Mixture {
    let mut source = stream(seed, Purpose::Density, 0);
    let coordinates: Vec<(f64, i32)> =
        (0..dim).map(|_| (2.0 * source.uniform() - 1.0, 1 + source.index(2) as i32)).collect();
    let mean = |k: usize| -> Vec<f64> {
        let t = k as f64 / (count - 1) as f64;
        coordinates.iter().map(|(f, e)| (2.0 * PI * f * t).sin().powi(*e)).collect()
    };
    let mut covariances = Vec::new();
    for k in 0..count {
        let (here, next) = (mean(k.min(count - 2)), mean(k.min(count - 2) + 1));
        let step: Vec<f64> = here.iter().zip(&next).map(|(a, b)| b - a).collect();
        let variance: f64 = step.iter().map(|s| s * s).sum();
        let across = thickness * thickness * variance;
        covariances.extend((0..dim * dim).map(|n| {
            let identity = f64::from(u8::from(n / dim == n % dim));
            across * identity + (variance - across) * step[n / dim] * step[n % dim] / variance
        }));
    }
    // Rounding makes the products of two steps differ slightly.
    let symmetric = (0..count * dim * dim).map(|n| {
        let (k, i, j) = (n / (dim * dim), n / dim % dim, n % dim);
        covariances[k * dim * dim + i.max(j) * dim + i.min(j)]
    });
    Mixture::full(dim, &vec![1.0; count], (0..count).flat_map(mean).collect(), symmetric.collect()).unwrap()
}

/// Score and Hessian as one vector.
fn derivatives(density: &dyn Density, x: &[f64]) -> Vec<f64> {
    let d = x.len();
    let mut both = vec![0.0; d + d * d];
    let (score, hessian) = both.split_at_mut(d);
    density.score(x, score).unwrap();
    density.hessian(x, hessian).unwrap();
    both
}

#[test]
fn manifold_mixture_is_the_one_with_full_covariances() {
    for (dim, count, thickness) in [(2, 25, 0.1), (5, 7, 0.5), (3, 2, 1.0)] {
        let link =
            format!("data=gmm-manifold&data.dim={dim}&data.components={count}&data.thickness={thickness}&seed=5");
        let (spiked, full) = (density_of(&link), manifold(dim, count, thickness, 5));
        let (smooth_spiked, smooth_full) = (spiked.smoothed(0.05).unwrap(), full.smoothed(0.05).unwrap());
        for x in Points::draw_from(&*smooth_spiked, 20, &mut rng(5)).values().chunks_exact(dim) {
            for (spiked, full) in [(&*spiked, &full as &dyn Density), (&*smooth_spiked, &*smooth_full)] {
                let (log, truth) = (spiked.log_density(x).unwrap(), full.log_density(x).unwrap());
                assert!((log - truth).abs() < 1e-9 * truth.abs().max(1.0), "d = {dim} at {x:?}: {log}, not {truth}");
                let gap = relative_gap(&derivatives(spiked, x), &derivatives(full, x), 1.0);
                assert!(gap < 1e-9, "d = {dim} at {x:?}: {gap:e}");
            }
        }
    }
}

#[test]
fn spiked_draws_have_their_variances_along_and_across() {
    let axis = [2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0];
    let variances = vec![Variances { along: 4.0, across: 0.25 }];
    let mixture = Mixture::spiked(3, &[1.0], vec![1.0, 2.0, 3.0], axis.to_vec(), variances).unwrap();
    let draws = Points::draw_from(&mixture, 20_000, &mut rng(6));
    for (direction, deviation) in [(axis, 2.0), ([2.0 / 3.0, 2.0 / 3.0, -1.0 / 3.0], 0.5)] {
        let project = |x: &[f64]| x.iter().zip(&direction).map(|(x, u)| x * u).sum::<f64>();
        let mut values: Vec<f64> = draws.values().chunks_exact(3).map(project).collect();
        let mean = project(&[1.0, 2.0, 3.0]);
        let p = ks::p_value(&mut values, |x| ks::normal_cdf((x - mean) / deviation));
        assert!(p > ALPHA, "{direction:?}: p = {p}");
    }
}

#[test]
fn words_are_written_in_links_without_escapes_and_read_back() {
    for (text, written) in [("hello+world", "HELLO+WORLD"), ("42", "42"), ("  a  b ", "A++B")] {
        let (experiment, errors) = parse(&format!("#v=0&data=word&data.word={text}"));
        let link = experiment.link();
        assert_eq!((errors.len(), &*link), (0, &*format!("#v=0&data=word&data.word={written}")));
        assert_eq!(parse(&link).0.settings().text("data.word"), experiment.settings().text("data.word"));
        assert!(link[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b"=&.+-".contains(&b)), "{link}");
    }
    for text in ["", "+", "THIRTEENCHARS", "A%20B", "Ä", "A-B"] {
        let error = parse(&format!("data=word&data.word={text}")).1.remove(0);
        let expected = "be 1 to 12 characters of \"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \"";
        assert_eq!((&*error.setting, &*error.expected), ("data.word", expected), "{text:?}");
    }
}

//! Densities given by energies: derivatives, normalisers, minima, blurred forms against plain quadrature, and draws.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use scorescape::data::energy::{Energy, Gibbs};
use scorescape::data::random_1d::RandomLine;
use scorescape::data::random_energy::RandomEnergy;
use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::math::quadrature::gauss_legendre;
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::{Experiment, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::differences::{jacobian, relative_gap};
use crate::ks;

const LINES: [&str; 4] = ["two-wells", "three-wells", "one-well", "random-1d"];
const PLANES: [&str; 3] = ["random-energy", "ninja-star", "butterfly"];
const ALPHA: f64 = 1e-4;

fn experiment(id: &str, seed: u32) -> Experiment {
    let mut experiment = Experiment::of(dataset(id).unwrap());
    experiment.set("seed", &seed.to_string()).unwrap();
    experiment
}

fn density(id: &str, seed: u32) -> Box<dyn Density> {
    let experiment = experiment(id, seed);
    (experiment.dataset().build)(experiment.settings(), None).unwrap()
}

fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// Log-density, score and Hessian in one.
fn evaluate(density: &dyn Density, x: &[f64]) -> [Vec<f64>; 3] {
    let (mut score, mut hessian) = (vec![0.0; x.len()], vec![0.0; x.len() * x.len()]);
    density.score(x, &mut score).unwrap();
    density.hessian(x, &mut hessian).unwrap();
    [vec![density.log_density(x).unwrap()], score, hessian]
}

/// The greatest gaps of log-density (absolute), score and Hessian (relative beyond 1).
fn gaps(values: &[Vec<f64>; 3], truth: &[Vec<f64>; 3]) -> [f64; 3] {
    [
        (values[0][0] - truth[0][0]).abs(),
        relative_gap(&values[1], &truth[1], 1.0),
        relative_gap(&values[2], &truth[2], 1.0),
    ]
}

#[test]
fn derivatives_are_those_of_the_log_density() {
    for id in LINES.into_iter().chain(PLANES) {
        let original = density(id, 3);
        let mut source = rng(0);
        for (sigma, step) in [(0.0, 1e-3), (0.02, 1e-3), (0.15, 3e-3), (0.7, 1e-2)] {
            let density = original.smoothed(sigma).unwrap();
            let mut x = vec![0.0; density.dim()];
            for _ in 0..20 {
                density.sample(&mut source, &mut x);
                let [_, score, hessian] = evaluate(&*density, &x);
                let slopes = jacobian(step, &x, 1, |x, out| out[0] = density.log_density(x).unwrap());
                let curvatures = jacobian(step, &x, x.len(), |x, out| density.score(x, out).unwrap());
                let gap = relative_gap(&score, &slopes, 1.0).max(relative_gap(&hessian, &curvatures, 1.0));
                assert!(gap < 2e-5, "{id} blurred by {sigma} at {x:?}: {gap:e}");
            }
        }
    }
}

/// Where the score of a density on the line changes its sign on a fine grid, by bisection.
fn critical_points(density: &dyn Density) -> Vec<f64> {
    let score = |x: f64| evaluate(density, &[x])[1][0];
    let changes = (-200..200).map(|i| f64::from(i) * 0.01 + 1e-4).filter(|x| score(*x) * score(x + 0.01) < 0.0);
    let bisect = |x: f64| {
        (0..40).fold([x, x + 0.01], |[a, b], _| {
            let middle = 0.5 * (a + b);
            if score(a) * score(middle) < 0.0 { [a, middle] } else { [middle, b] }
        })[0]
    };
    changes.map(bisect).collect()
}

#[test]
fn wells_lie_where_the_polynomials_have_their_minima() {
    // Roots of the derivative, by NumPy.
    for (id, expected) in [
        ("two-wells", &[0.003_196_961, 0.599_274_669, 0.945_446_551][..]),
        ("three-wells", &[-0.854_845_183, -0.702_193_502, 0.001_443_283, 0.590_812_281, 0.964_783_12]),
        ("one-well", &[0.365_982_879]),
    ] {
        let found = critical_points(&*density(id, 1));
        assert_eq!(found.len(), expected.len(), "{id}: {found:?}");
        assert!(relative_gap(&found, expected, 1.0) < 1e-8, "{id}: {found:?}");
        for (i, x) in found.iter().enumerate() {
            let curvature = evaluate(&*density(id, 1), &[*x])[2][0];
            assert_eq!(curvature < 0.0, i % 2 == 0, "{id} at {x}: {curvature}");
        }
    }
}

#[test]
fn butterfly_has_four_wells_and_no_other_minimum_of_the_quadrant() {
    let butterfly = density("butterfly", 1);
    for (a, b) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let [log_density, score, hessian] = evaluate(&*butterfly, &[a * 3f64.sqrt(), b * 1.5f64.sqrt()]);
        assert!((log_density[0] + 5.200_971_832_565f64.ln()).abs() < 1e-11, "{log_density:?}");
        assert!(score.iter().all(|s| s.abs() < 1e-14), "{score:?}");
        assert!(hessian[0] < 0.0 && hessian[0] * hessian[3] - hessian[1] * hessian[2] > 0.0, "{hessian:?}");
    }
    for x in [[0.0, 0.0], [4.5f64.sqrt() / 1.5, 0.0]] {
        let [_, score, hessian] = evaluate(&*butterfly, &x);
        assert!(score.iter().all(|s| s.abs() < 1e-14), "{x:?}: {score:?}");
        assert!(hessian[0] * hessian[3] - hessian[1] * hessian[2] < 1e-12, "{x:?} is no minimum of E: {hessian:?}");
    }
}

#[test]
fn normalisers_are_those_of_adaptive_quadrature() {
    // log p = -E - log Z with Z by SciPy's adaptive quadrature, in polar coordinates for the star.
    let star = [2f64.sqrt(), 2f64.sqrt()];
    for (id, x, log_density) in [
        ("two-wells", &[0.25][..], -0.455_800_071_481_340_8),
        ("three-wells", &[0.25], -0.458_161_617_522_000_9),
        ("one-well", &[0.25], 0.512_428_717_755_559_8),
        ("ninja-star", &star, -0.5 * 5f64.ln() - 1.912_580_833_118_946_7f64.ln()),
        ("butterfly", &[0.0, 0.0], -2.25 - 5.200_971_832_565_272f64.ln()),
    ] {
        let gap = density(id, 1).log_density(x).unwrap() - log_density;
        assert!(gap.abs() < 1e-11, "{id}: {gap:e}");
    }
}

/// Places with the logarithms of weights times p.
struct Rule {
    places: Vec<Vec<f64>>,
    logs: Vec<f64>,
}

impl Rule {
    fn new(density: &dyn Density, nodes: impl Iterator<Item = (Vec<f64>, f64)>) -> Self {
        let (places, weights): (Vec<_>, Vec<f64>) = nodes.unzip();
        let logs = places.iter().zip(weights).map(|(y, w)| density.log_density(y).unwrap() + w.ln()).collect();
        Self { places, logs }
    }

    /// Double-exponential nodes on each of the intervals between `edges` (Takahasi and Mori 1974).
    fn on_line(density: &dyn Density, edges: &[f64], step: f64) -> Self {
        let half = (3.4 / step) as i32;
        let nodes = edges.windows(2).flat_map(|pair| {
            let (middle, radius) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
            (-half..=half).map(move |i| {
                let u = f64::from(i) * step;
                let inner = FRAC_PI_2 * u.sinh();
                let weight = radius * step * FRAC_PI_2 * u.cosh() / inner.cosh().powi(2);
                (vec![middle + radius * inner.tanh()], weight)
            })
        });
        Self::new(density, nodes)
    }

    /// A square lattice around x.
    fn in_plane(density: &dyn Density, x: &[f64], spacing: f64, reach: f64) -> Self {
        let n = (reach / spacing).ceil() as i32;
        let along = move |x: f64| (-n..=n).map(move |i| x + f64::from(i) * spacing);
        let (a, b) = (x[0], x[1]);
        Self::new(density, along(a).flat_map(|y| along(b).map(move |z| (vec![y, z], spacing * spacing))))
    }

    /// Rings around the origin, with equally spaced places on the part of each that is within `reach` of x.
    fn on_rings(density: &dyn Density, x: &[f64], spacing: f64, reach: f64) -> Self {
        let (radius, angle) = (x[0].hypot(x[1]), x[1].atan2(x[0]));
        let (from, to) = ((radius - reach).max(0.0), (radius + reach).min(6.5));
        let half = if radius > 2.0 * reach { 1.2 * (reach / radius).asin() } else { PI };
        let count = (2.0 * half * to / spacing).ceil();
        let rings = gauss_legendre(((to - from) / spacing) as usize + 40, from, to);
        let nodes = rings.into_iter().flat_map(|(r, weight)| {
            (0..count as usize).map(move |k| {
                let (sine, cosine) = (angle + half * ((2 * k + 1) as f64 / count - 1.0)).sin_cos();
                (vec![r * cosine, r * sine], weight * r * 2.0 * half / count)
            })
        });
        Self::new(density, nodes)
    }

    /// Log-density, score and Hessian of the density blurred by `sigma`.
    fn blurred(&self, x: &[f64], sigma: f64) -> [Vec<f64>; 3] {
        let (d, v) = (x.len(), sigma * sigma);
        let distance = |y: &[f64]| y.iter().zip(x).map(|(y, x)| (y - x) * (y - x)).sum::<f64>();
        let exponents: Vec<f64> =
            self.places.iter().zip(&self.logs).map(|(y, log)| log - 0.5 * distance(y) / v).collect();
        let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut mass, mut first, mut second) = (0.0, vec![0.0; d], vec![0.0; d * d]);
        for (y, exponent) in self.places.iter().zip(&exponents).filter(|(_, exponent)| **exponent > top - 45.0) {
            let weight = (exponent - top).exp();
            mass += weight;
            for i in 0..d {
                first[i] += weight * (y[i] - x[i]);
                (0..d).for_each(|j| second[i * d + j] += weight * (y[i] - x[i]) * (y[j] - x[j]));
            }
        }
        let log_density = top + mass.ln() - 0.5 * d as f64 * (TAU * v).ln();
        let score: Vec<f64> = first.iter().map(|m| m / mass / v).collect();
        let entry =
            |i: usize, j: usize| (second[i * d + j] / mass / v - f64::from(u8::from(i == j))) / v - score[i] * score[j];
        let hessian = (0..d * d).map(|n| entry(n / d, n % d)).collect();
        [vec![log_density], score, hessian]
    }
}

#[test]
fn blurred_wells_are_those_of_adaptive_quadrature() {
    let blurred = density("two-wells", 1).smoothed(0.1).unwrap();
    // SciPy
    for (x, truth) in [(-0.3, -0.623_778_316_192), (0.5, -0.923_433_413_193), (1.2, -2.131_449_531_828)] {
        assert!((blurred.log_density(&[x]).unwrap() - truth).abs() < 1e-8, "at {x}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn blurred_energies_on_the_line_are_the_integrals() {
    let edges = |id: &str| if id == "random-1d" { [-12.0, 0.0, 12.0] } else { [-3.0, 0.0, 3.0] };
    for (id, seed) in LINES.into_iter().map(|id| (id, 1)).chain([("random-1d", 2)]) {
        let (original, edges) = (density(id, seed), edges(id));
        for sigma in [0.005, 0.05, 0.2, 1.0, 10.0] {
            let blurred = original.smoothed(sigma).unwrap();
            let rule = Rule::on_line(&*original, &edges, (0.03 * sigma).clamp(4e-4, 3e-3));
            // Nearly as far as the frame goes.
            for x in (-30..=30).map(|i| f64::from(i) / 48.0 * edges[2] + 1e-3) {
                let gaps = gaps(&evaluate(&*blurred, &[x]), &rule.blurred(&[x], sigma));
                assert!(gaps.iter().all(|gap| *gap < 1e-6), "{id} {seed} blurred by {sigma} at {x}: {gaps:?}");
            }
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn blurred_energies_in_the_plane_are_the_integrals() {
    for id in ["ninja-star", "butterfly"] {
        let original = density(id, 1);
        // Both rules around each point and both lattices take part, and the change from one to another.
        for sigma in [0.005, 0.075, 0.1, 0.5] {
            let blurred = original.smoothed(sigma).unwrap();
            let mut points: Vec<Vec<f64>> = (0..9)
                .map(|i| vec![f64::from(i / 3) * 1.6 - 0.003, f64::from(i % 3) * 1.6 + 0.01])
                .chain([2.0, 5.9, 6.1].map(|t| vec![0.8 * t * sigma, 0.6 * t * sigma]))
                .collect();
            points.extend(Points::draw_from(&*blurred, 6, &mut rng(1)).values().chunks(2).map(<[f64]>::to_vec));
            for x in points {
                // The product of p and the blur is no narrower than this where p counts.
                let width = 1.0 / (1.0 / (sigma * sigma) + 200.0f64).sqrt();
                let rule = match id {
                    "ninja-star" => Rule::on_rings(&*original, &x, width / 2.5, 11.0 * sigma),
                    _ => Rule::in_plane(&*original, &x, width / 1.4, (11.0 * sigma).min(6.0)),
                };
                let gaps = gaps(&evaluate(&*blurred, &x), &rule.blurred(&x, sigma));
                assert!(gaps.iter().all(|gap| *gap < 1e-6), "{id} blurred by {sigma} at {x:?}: {gaps:?}");
            }
        }
    }
}

/// The random energy's density as the mixture it is: one Gaussian for each choice of signs.
fn mixture_of_signs(energy: &RandomEnergy) -> Mixture {
    let (bias, units) = energy.parameters();
    let (mut logs, mut means) = (Vec::new(), Vec::new());
    for signs in 0..1u32 << units.len() {
        let (mut mean, mut log) = (bias, 0.0);
        for (j, (w, c)) in units.iter().enumerate() {
            let sign = if signs >> j & 1 == 1 { 1.0 } else { -1.0 };
            (0..2).for_each(|k| mean[k] += sign * w[k]);
            log += sign * c;
        }
        logs.push(log + 0.5 * (mean[0] * mean[0] + mean[1] * mean[1]));
        means.extend(mean);
    }
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    Mixture::isotropic(2, &weights, means, 1.0).unwrap()
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn random_energy_is_the_mixture_of_all_signs() {
    for seed in [1, 2] {
        let (density, mixture) = (density("random-energy", seed), mixture_of_signs(&RandomEnergy::new(seed)));
        for sigma in [0.0, 0.1, 0.3, 2.0] {
            let pair = [&*density, &mixture].map(|d: &dyn Density| d.smoothed(sigma).unwrap());
            let draws = Points::draw_from(&*pair[0], 4, &mut rng(2));
            for x in draws.values().chunks(2).chain([&[0.0, 0.0][..], &[6.0, -5.0], &[-9.0, 1.0]]) {
                let gaps = gaps(&evaluate(&*pair[0], x), &evaluate(&*pair[1], x));
                assert!(gaps.iter().all(|gap| *gap < 1e-7), "seed {seed} blurred by {sigma} at {x:?}: {gaps:?}");
            }
        }
    }
}

#[test]
fn random_energies_follow_the_seed_alone() {
    for id in ["random-1d", "random-energy"] {
        let at = |seed: u32| {
            let density = density(id, seed);
            density.log_density(&vec![0.7; density.dim()]).unwrap()
        };
        assert_eq!(at(5), at(5));
        assert_ne!(at(5), at(6));
    }
}

#[test]
fn random_lines_are_high_outside_of_eight() {
    for seed in 0..8 {
        let line = RandomLine::new(seed);
        let least = |range: core::ops::Range<i32>, step: f64| {
            let energies = range.map(|i| line.energy(&[f64::from(i) * step]).min(line.energy(&[f64::from(-i) * step])));
            energies.fold(f64::INFINITY, f64::min)
        };
        let inside = least(1..4000, 0.002);
        let outside = least(4000..20_000, 0.002).min(least(400..10_000, 0.1));
        assert!(outside - inside > 30.0, "seed {seed}: {}", outside - inside);
    }
}

#[test]
fn scores_far_outside_are_finite_and_point_back() {
    for id in LINES.into_iter().chain(PLANES) {
        let original = density(id, 1);
        for sigma in [0.005, 0.05, 0.4, 10.0] {
            let blurred = original.smoothed(sigma).unwrap();
            let mut nearer = f64::INFINITY;
            for reach in [20.0, 60.0, 400.0] {
                let x: Vec<f64> = [reach, -0.7 * reach][..blurred.dim()].to_vec();
                let [log_density, score, _] = evaluate(&*blurred, &x);
                assert!(
                    log_density[0].is_finite() && log_density[0] < nearer,
                    "{id} blurred by {sigma} at {x:?}: {log_density:?}, {nearer}"
                );
                let outward: f64 = score.iter().zip(&x).map(|(s, x)| s * x).sum();
                assert!(outward.is_finite() && outward < 0.0, "{id} blurred by {sigma} at {x:?}: {score:?}");
                nearer = log_density[0];
            }
        }
    }
}

#[test]
fn forms_end_where_they_are_said_to() {
    let line = density("two-wells", 1);
    assert!(line.smoothed(2e-4).is_some() && line.smoothed(2e-5).is_none());
    for density in [line, density("ninja-star", 1)] {
        let x = vec![0.4; density.dim()];
        assert!([-1.0, f64::NAN, f64::INFINITY].iter().all(|sigma| density.smoothed(*sigma).is_none()));
        assert_eq!(density.smoothed(0.0).unwrap().log_density(&x), density.log_density(&x));
    }
    // At its kink the star has no score, blurred it has.
    let star = density("ninja-star", 1);
    assert_eq!(star.score(&[0.0, 0.0], &mut [0.0; 2]), None);
    for sigma in [0.005, 0.2] {
        let [_, score, hessian] = evaluate(&*star.smoothed(sigma).unwrap(), &[0.0, 0.0]);
        assert!(score.iter().all(|s| s.abs() < 1e-6) && hessian[0] > 0.0, "{score:?}, {hessian:?}");
    }
}

#[test]
fn blurring_twice_adds_variances() {
    for (id, x) in [("one-well", &[0.3][..]), ("butterfly", &[1.0, 0.7])] {
        let (twice, once) = (density(id, 1).smoothed(0.3).unwrap().smoothed(0.4), density(id, 1).smoothed(0.5));
        let gap = twice.unwrap().log_density(x).unwrap() - once.unwrap().log_density(x).unwrap();
        assert!(gap.abs() < 1e-12, "{id}: {gap:e}");
    }
}

/// Masses of p between neighbouring ones of `edges`, by the midpoint rule on the cells and, in the plane, across.
fn masses(density: &dyn Density, edges: &[f64], place: impl Fn(f64, f64) -> Vec<f64>) -> Vec<f64> {
    let across: Vec<f64> = match density.dim() {
        1 => vec![0.0],
        _ => edges.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect(),
    };
    let width = if across.len() > 1 { edges[1] - edges[0] } else { 1.0 };
    let mass = |pair: &[f64]| {
        let at = |t: &f64| density.log_density(&place(0.5 * (pair[0] + pair[1]), *t)).unwrap().exp();
        (pair[1] - pair[0]) * width * across.iter().map(at).sum::<f64>()
    };
    edges.windows(2).map(mass).collect()
}

/// Compares coordinates of draws, as `coordinate` takes them, with the masses; `place` is its inverse.
fn assert_draws(
    name: &str,
    density: &dyn Density,
    reach: f64,
    coordinate: impl Fn(&[f64]) -> f64,
    place: impl Fn(f64, f64) -> Vec<f64>,
) {
    let cells = if density.dim() == 1 { 4000 } else { 500 };
    let edges: Vec<f64> = (0..=cells).map(|i| reach * (2.0 * f64::from(i) / f64::from(cells) - 1.0)).collect();
    let masses = masses(density, &edges, place);
    assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-4, "{name}: {}", masses.iter().sum::<f64>());
    let cumulative: Vec<f64> = std::iter::once(0.0)
        .chain(masses.iter().scan(0.0, |sum, mass| {
            *sum += mass;
            Some(*sum)
        }))
        .collect();
    let draws = Points::draw_from(density, 100_000, &mut rng(3));
    let mut sample: Vec<f64> = draws.values().chunks(density.dim()).map(coordinate).collect();
    let p = ks::p_value(&mut sample, |x| {
        let place = ((x + reach) / (edges[1] - edges[0])).clamp(0.0, f64::from(cells) - 0.01);
        let cell = place as usize;
        cumulative[cell] + masses[cell] * (place - cell as f64)
    });
    assert!(p > ALPHA, "{name}: p = {p}");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn draws_have_the_distribution_of_the_density() {
    for id in LINES {
        let density = density(id, 2);
        let reach = if id == "random-1d" { 9.0 } else { 2.5 };
        assert_draws(id, &*density, reach, |x| x[0], |x, _| vec![x]);
        let blurred = density.smoothed(0.2).unwrap();
        assert_draws(id, &*blurred, reach + 1.0, |x| x[0], |x, _| vec![x]);
    }
    for id in PLANES {
        let density = density(id, 2);
        let reach = if id == "random-energy" { 12.0 } else { 5.0 };
        assert_draws(id, &*density, reach, |x| x[0], |x, t| vec![x, t]);
        assert_draws(id, &*density, reach, |x| x[1], |x, t| vec![t, x]);
        let half = 0.5f64.sqrt();
        let turned = |x: f64, t: f64| vec![half * (x - t), half * (x + t)];
        assert_draws(id, &*density, reach, |x| half * (x[0] + x[1]), turned);
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn energies_are_learned_from_their_draws() {
    for (id, steps, most) in [
        ("two-wells", 2000, 0.03),
        ("three-wells", 2000, 0.05),
        ("one-well", 2000, 0.02),
        ("random-1d", 2000, 0.08),
        ("random-energy", 300, 0.05),
        ("ninja-star", 500, 0.06),
        ("butterfly", 300, 0.08),
    ] {
        let mut session = Session::new(experiment(id, 1)).unwrap();
        session.step(steps);
        let error = session.setup().fisher_error(&session.learned()).unwrap();
        println!("{id}: relative Fisher error {error:.4} after {steps} steps");
        assert!(error < most, "{id}: {error}");
    }
}

/// ½x₀² + 2(x₁ - 1)² + 700, with a detail of one's choice.
struct Bowl(f64);

impl Energy for Bowl {
    fn dim(&self) -> usize {
        2
    }

    fn energy(&self, x: &[f64]) -> f64 {
        0.5 * x[0] * x[0] + 2.0 * (x[1] - 1.0) * (x[1] - 1.0) + 700.0
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[x[0], 4.0 * (x[1] - 1.0)]);
    }

    fn hessian(&self, _: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[1.0, 0.0, 0.0, 4.0]);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [[-9.0, 9.0], [-3.5, 5.5]]
    }

    fn detail(&self) -> f64 {
        self.0
    }
}

#[test]
fn energies_of_one_s_own_are_normalised() {
    let bowl = Gibbs::new(Bowl(1.0));
    assert!((bowl.log_z() - (0.5 * TAU).ln() + 700.0).abs() < 1e-11, "{}", bowl.log_z());
    let truth = Mixture::full(2, &[1.0], vec![0.0, 1.0], vec![1.0, 0.0, 0.0, 0.25]).unwrap();
    for sigma in [0.01, 0.3, 3.0] {
        let pair = [&bowl as &dyn Density, &truth].map(|density| density.smoothed(sigma).unwrap());
        for x in [[0.3, 0.8], [-2.5, 2.0], [5.0, -1.0]] {
            let gaps = gaps(&evaluate(&*pair[0], &x), &evaluate(&*pair[1], &x));
            assert!(gaps.iter().all(|gap| *gap < 1e-7), "blurred by {sigma} at {x:?}: {gaps:?}");
        }
    }
}

#[test]
fn draws_are_exact_on_a_coarse_grid_too() {
    // The grid's spacing is 0.4, so the interpolant's variance across is a tenth greater than that of the energy.
    let draws = Points::draw_from(&Gibbs::new(Bowl(3.2)), 200_000, &mut rng(4));
    for (k, mean, deviation) in [(0, 0.0, 1.0), (1, 1.0, 0.5)] {
        let mut sample: Vec<f64> = draws.values().chunks(2).map(|x| x[k]).collect();
        let p = ks::p_value(&mut sample, |x| ks::normal_cdf((x - mean) / deviation));
        assert!(p > ALPHA, "coordinate {k}: p = {p}");
    }
}

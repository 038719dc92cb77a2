//! Densities given by energies, raw and blurred, against plain quadrature, a mixture of 65,536 Gaussians and their
//! draws.
#![cfg(not(target_arch = "wasm32"))]

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use scorescape::Session;
use scorescape::data::random_energy_2d::RandomEnergy;
use scorescape::data::{Density, Mixture, Points};
use scorescape::math::quadrature::gauss_legendre;

use crate::energies::{ALPHA, LINES, PLANES, density, evaluate, experiment, gaps, rng};
use crate::support::ks;

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

    /// Rings around the origin. Each has equally spaced places within `reach` of x.
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
fn blurred_energies_on_the_line_are_the_integrals() {
    let edges = |id: &str| if id == "random-1d" { [-12.0, 0.0, 12.0] } else { [-3.0, 0.0, 3.0] };
    for (id, seed) in LINES.into_iter().map(|id| (id, 1)).chain([("random-1d", 2)]) {
        let (original, edges) = (density(id, seed), edges(id));
        for sigma in [0.001, 0.005, 0.05, 0.2, 1.0, 10.0] {
            let blurred = original.smoothed(sigma).unwrap();
            let rule = Rule::on_line(&*original, &edges, (0.03 * sigma).clamp(3e-4 / edges[2], 3e-3));
            // Close to the edge of the frame.
            for x in (-30..=30).map(|i| f64::from(i) / 48.0 * edges[2] + 1e-3) {
                let gaps = gaps(&evaluate(&*blurred, &[x]), &rule.blurred(&[x], sigma));
                // The rule's Hessian is a small difference of numbers as large as 1/σ².
                let bounds = [1e-6, 1e-6, (3e-12 / (sigma * sigma)).max(1e-6)];
                let within = gaps.iter().zip(&bounds).all(|(gap, bound)| gap < bound);
                assert!(within, "{id} {seed} blurred by {sigma} at {x}: {gaps:?}");
            }
        }
    }
}

#[test]
fn random_lines_of_fifty_seeds_have_mass_one_and_are_blurred_as_the_integrals_are() {
    for seed in 1..=50 {
        let original = density("random-1d", seed);
        let edges = [-12.0, -8.0, -4.0, 0.0, 4.0, 8.0, 12.0];
        let mass: f64 = Rule::on_line(&*original, &edges, 3e-3).logs.into_iter().map(f64::exp).sum();
        assert!((mass - 1.0).abs() < 1e-7, "seed {seed}: mass {mass}");
        for sigma in [0.03, 0.15, 0.6] {
            let (blurred, rule) = (original.smoothed(sigma).unwrap(), Rule::on_line(&*original, &edges, 3e-3));
            for x in (-15..=15).map(|i| f64::from(i) / 2.0 + 1e-3) {
                let gaps = gaps(&evaluate(&*blurred, &[x]), &rule.blurred(&[x], sigma));
                assert!(gaps.iter().all(|gap| *gap < 1e-6), "seed {seed} blurred by {sigma} at {x}: {gaps:?}");
            }
        }
    }
}

#[test]
fn blurred_energies_in_the_plane_are_the_integrals() {
    for id in ["ninja-star", "butterfly"] {
        let original = density(id, 1);
        // Around each point both rules and both lattices are used, and the switch between them.
        for sigma in [0.001, 0.005, 0.075, 0.1, 0.5] {
            let blurred = original.smoothed(sigma).unwrap();
            let mut points: Vec<Vec<f64>> = (0..9)
                .map(|i| vec![f64::from(i / 3) * 1.6 - 0.003, f64::from(i % 3) * 1.6 + 0.01])
                .chain([2.0, 5.9, 6.1].map(|t| vec![0.8 * t * sigma, 0.6 * t * sigma]))
                .collect();
            points.extend(Points::draw_from(&*blurred, 6, &mut rng(1)).values().chunks(2).map(<[f64]>::to_vec));
            for x in points {
                // The product of p and the blur is at least this wide where p is not negligible.
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

/// The random energy's density as a mixture: one Gaussian for each choice of signs.
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

/// Masses of p between consecutive `edges`, by the midpoint rule on the cells and, in the plane, across.
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

/// Compares the `coordinate` of draws with the masses; `place` is the inverse of `coordinate`.
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

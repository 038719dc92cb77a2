//! Curves with noise against integrals along them by another rule, with independently written formulas.
#![cfg(not(target_arch = "wasm32"))]

use std::f64::consts::PI;

use scorescape::data::{Density, Points};
use scorescape::rng::{Purpose, Stream, stream};

use crate::datasets::{crowded_nodes, density_of, log_sum};
use crate::support::finite_differences::worse;
use crate::support::ks;

const ALPHA: f64 = 1e-4;

fn rng(index: u64) -> Stream {
    stream(1, Purpose::Measure, index)
}

/// A curve as its documentation defines it.
struct Stated {
    /// Link to the curve, without its noise settings.
    link: &'static str,
    branches: Vec<fn(f64) -> [f64; 2]>,
    ends: [f64; 2],
    /// Density of t up to a factor, and its indefinite integral.
    law: fn(f64) -> f64,
    integral: fn(f64) -> f64,
    /// Upper bound of a point's speed in t.
    speed: f64,
    /// Upper bound of the coordinates without noise.
    reach: f64,
}

fn winding(t: f64) -> [f64; 2] {
    [0.04 * t * t.sin(), 0.04 * t * t.cos()]
}

fn arm<const K: usize>(t: f64) -> [f64; 2] {
    let angle = 2.0 * PI * K as f64 / 5.0 + 0.25 * t.exp();
    [0.4 * t * angle.cos(), 0.4 * t * angle.sin()]
}

fn stated() -> Vec<Stated> {
    let one = |link, at: fn(f64) -> [f64; 2], ends, speed, reach| Stated {
        link,
        branches: vec![at],
        ends,
        law: |_| 1.0,
        integral: |t| t,
        speed,
        reach,
    };
    vec![
        one("data=spiral", winding, [3.0, 15.0], 0.61, 0.6),
        Stated {
            law: |t| t,
            integral: |t| 0.5 * t * t,
            ..one("data=spiral-weighted", winding, [3.0, 12.0], 0.49, 0.48)
        },
        one("data=spiral-weighted&data.law=uniform&data.length=0.5", winding, [3.0, 6.0], 0.25, 0.24),
        Stated {
            law: |t| 1.0 / t,
            integral: |t| t.ln(),
            ..one("data=spiral-linear-02&data.law=falling", winding, [PI, 4.75 * PI], 0.6, 0.6)
        },
        one("data=sine", |t| [t, (2.0 * PI * t).sin()], [-1.0, 1.0], 6.4, 1.0),
        Stated {
            branches: vec![|t| [0.5 * t.cos() - 0.25, 0.5 * t.sin() - 0.125], |t| {
                [0.25 - 0.5 * t.cos(), 0.125 - 0.5 * t.sin()]
            }],
            ..one("data=two-moons", winding, [0.0, PI], 0.5, 0.75)
        },
        one("data=swiss-roll", |t| [0.05 * t * t.cos(), 0.05 * t * t.sin()], [1.5 * PI, 4.5 * PI], 0.72, 0.71),
        Stated {
            branches: vec![|t| [0.4 * t.sin(), 0.4 * (t.cos() - 1.0)], |t| [-0.4 * t.sin(), 0.4 * (1.0 - t.cos())]],
            ..one("data=s-curve", winding, [0.0, 1.5 * PI], 0.4, 0.8)
        },
        Stated {
            branches: vec![arm::<0>, arm::<1>, arm::<2>, arm::<3>, arm::<4>],
            law: |t| (-0.5 * ((t - 1.0) / 0.3f64).powi(2)).exp(),
            integral: |t| 0.3 * (2.0 * PI).sqrt() * ks::normal_cdf((t - 1.0) / 0.3),
            ..one("data=pinwheel", winding, [0.0, 2.0], 1.6, 0.8)
        },
        Stated {
            law: |t| (-0.5 * t * t).exp(),
            integral: |t| (2.0 * PI).sqrt() * ks::normal_cdf(t),
            ..one("data=banana", |t| [0.3 * t, 0.18 * t * t - 0.45], [-2.5, 2.5], 0.95, 1.01)
        },
        Stated {
            branches: vec![|t| [0.35 * t.cos(), 0.35 * t.sin()], |t| [0.7 * t.cos(), 0.7 * t.sin()]],
            ..one("data=circles", winding, [0.0, 2.0 * PI], 0.7, 0.7)
        },
    ]
}

impl Stated {
    /// Nodes and weights, at least seven to each `width` along the curve.
    fn fine_nodes(&self, width: f64) -> Vec<([f64; 2], f64)> {
        let [start, end] = self.ends;
        let mass = ((self.integral)(end) - (self.integral)(start)) * self.branches.len() as f64;
        let place = |(u, weight): (f64, f64)| {
            let t = start + (end - start) * u;
            (t, (end - start) * weight * (self.law)(t) / mass)
        };
        let nodes: Vec<_> = crowded_nodes(width / ((end - start) * self.speed)).into_iter().map(place).collect();
        self.branches.iter().flat_map(|at| nodes.iter().map(|(t, weight)| (at(*t), *weight))).collect()
    }

    fn density(&self, noise: f64) -> Box<dyn Density> {
        density_of(&format!("{}&data.noise={noise}", self.link))
    }
}

/// A grid of the page, which extends 40 % beyond data that extend to `reach`, and forty draws.
fn places(density: &dyn Density, reach: f64) -> Vec<f64> {
    let place = |i: i32| 1.4 * reach * f64::from(i) / 6.0;
    let grid = (-6..=6).flat_map(|i| (-6..=6).flat_map(move |j| [place(i), place(j)]));
    grid.chain(Points::draw_from(density, 40, &mut rng(0)).values().iter().copied()).collect()
}

#[test]
fn curves_with_noise_are_the_integrals_along_them() {
    for curve in stated() {
        for (noise, sigma) in
            [(0.0, 0.05), (0.01, 0.05), (0.3, 0.001), (0.1, 0.02), (0.05, 1.0), (0.02, 10.0), (0.015, 0.0)]
        {
            let density = curve.density(noise);
            let density = if sigma > 0.0 { density.smoothed(sigma).unwrap() } else { density };
            let variance = noise * noise + sigma * sigma;
            let nodes = curve.fine_nodes(variance.sqrt());
            let gap = |x: &[f64]| (density.log_density(x).unwrap() - log_sum(x, [variance; 2], &nodes)).abs();
            let worst = places(&*density, curve.reach + 4.0 * noise).chunks_exact(2).map(gap).fold(0.0, worse);
            println!("{} noise {noise} σ {sigma}: log p errs by {worst:.1e} at most", curve.link);
            assert!(worst < 1e-6, "{} noise {noise} σ {sigma}: {worst:e}", curve.link);
        }
    }
}

#[test]
fn curves_are_drawn_by_the_law_of_their_parameter() {
    for curve in stated() {
        let draws = Points::draw_from(&*curve.density(0.0), 20_000, &mut rng(1));
        let nodes = curve.fine_nodes(0.002);
        let shapes: [fn(&[f64]) -> f64; 3] = [|x| x[0], |x| 0.6 * x[0] - 0.8 * x[1], |x| x[0].hypot(x[1] - 0.3)];
        for (i, shape) in shapes.into_iter().enumerate() {
            let mut steps: Vec<(f64, f64)> = nodes.iter().map(|(point, weight)| (shape(point), *weight)).collect();
            steps.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut total = 0.0;
            steps.iter_mut().for_each(|step| {
                total += step.1;
                step.1 = total - 0.5 * step.1;
            });
            assert!((total - 1.0).abs() < 1e-9, "{}: the law's mass is {total}", curve.link);
            let mut values: Vec<f64> = draws.values().chunks_exact(2).map(shape).collect();
            let p = ks::p_value(&mut values, |x| steps[steps.partition_point(|s| s.0 < x).min(steps.len() - 1)].1);
            assert!(p > ALPHA, "{}, statistic {i}: p = {p}", curve.link);
        }
    }
}

#[test]
fn wave_smoothed_is_the_integral_along_it_with_upright_noise() {
    let wave = Stated {
        branches: vec![|x| [x, 0.5 + 0.3 * (2.6 * PI * (x - 0.2)).sin()]],
        ends: [0.2, 0.8],
        speed: 2.7,
        ..stated().remove(0)
    };
    let density = density_of("data=cae-wave");
    for sigma in [0.001, 0.02, 0.05, 0.3, 10.0] {
        let smoothed = density.smoothed(sigma).unwrap();
        let (nodes, v) = (wave.fine_nodes(sigma), sigma * sigma);
        let gap = |x: &[f64]| (smoothed.log_density(x).unwrap() - log_sum(x, [v, v + 1e-4], &nodes)).abs();
        let worst = places(&*smoothed, 0.85).chunks_exact(2).map(gap).fold(0.0, worse);
        println!("cae-wave σ {sigma}: log p errs by {worst:.1e} at most");
        assert!(worst < 1e-6, "σ {sigma}: {worst:e}");
    }
}

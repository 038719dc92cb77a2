//! The learned score: of networks that are exactly optimal, its Jacobian, and its energy differences.
//!
//! Orthogonal vectors m_k, offsets β_k, a centre μ and a variance s² make a mixture of 2^K Gaussians N(μ ± m_1 ± … ± m_K, s² I)
//! with weights ∝ exp(± β_1 ± … ± β_K). With τ = s² + σ² its denoising optimum is a network of K units:
//! r*(y) = (s²/τ) y + (σ²/τ) (μ + Σ m_k tanh(m_k·(y - μ)/τ + β_k)).

use scorescape::data::{Density, Mixture};
use scorescape::lane::{Lane, f32x4};
use scorescape::model::{Decoder, Form, Network, Slot};
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Exact, Learned, Path, Score};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::differences::{jacobian, relative_gap};
use crate::networks::{forms, random};

const SIGMA: f64 = 0.4;

/// A product of two-point laws and its noise.
struct Product {
    center: Vec<f64>,
    axes: Vec<Vec<f64>>,
    offsets: Vec<f64>,
    variance: f64,
}

impl Product {
    fn all() -> Vec<Self> {
        let with_variance = |variance| {
            [
                Self { center: vec![0.2], axes: vec![vec![0.9]], offsets: vec![0.3], variance },
                Self { center: vec![0.0; 2], axes: vec![vec![0.8, 0.4]], offsets: vec![0.0], variance },
                Self {
                    center: vec![-0.3, 0.5],
                    axes: vec![vec![0.8, 0.4], vec![-0.3, 0.6]],
                    offsets: vec![0.2, -0.4],
                    variance,
                },
                Self {
                    center: vec![0.1, 0.0, -0.2],
                    axes: vec![vec![0.6, 0.6, 0.0], vec![0.5, -0.5, 0.7]],
                    offsets: vec![0.1, 0.5],
                    variance,
                },
            ]
        };
        [0.0, 0.3].into_iter().flat_map(with_variance).collect()
    }

    /// τ = s² + σ².
    fn total(&self) -> f64 {
        self.variance + SIGMA * SIGMA
    }

    /// The exact score of the smoothed mixture, directly for point masses, which are no density themselves.
    fn exact(&self) -> Exact {
        let (mut weights, mut means) = (Vec::new(), Vec::new());
        for corner in 0..1 << self.axes.len() {
            let sign = |k: usize| if corner >> k & 1 == 0 { 1.0 } else { -1.0 };
            weights.push(self.offsets.iter().enumerate().map(|(k, offset)| sign(k) * offset).sum::<f64>().exp());
            let coordinate = |i: usize| self.axes.iter().enumerate().map(|(k, m)| sign(k) * m[i]).sum::<f64>();
            means.extend((0..self.center.len()).map(|i| self.center[i] + coordinate(i)));
        }
        let mixture = |variance| Mixture::isotropic(self.center.len(), &weights, means.clone(), variance).unwrap();
        let smoothed: Box<dyn Density> = if self.variance == 0.0 {
            Box::new(mixture(SIGMA * SIGMA))
        } else {
            mixture(self.variance).smoothed(SIGMA).unwrap()
        };
        Exact::new(smoothed).unwrap()
    }

    /// The optimal network; V = m σ²/τ = w σ² is free, scaled by v or in the output's scale.
    fn optimum<L: Lane>(&self, decoder: Decoder) -> Learned<L>
    where
        Learned<L>: Score,
    {
        let (total, noise) = (self.total(), SIGMA * SIGMA);
        let scale = if decoder == Decoder::Transposed { noise } else { 2.5 };
        let form = Form {
            dim: self.center.len(),
            units: self.axes.len(),
            decoder,
            skip: self.variance / total,
            scale,
            ..Form::default()
        };
        let mut network = Network::zeros(form);
        for (unit, (axis, offset)) in self.axes.iter().zip(&self.offsets).enumerate() {
            let inward: f64 = axis.iter().zip(&self.center).map(|(m, c)| m * c).sum();
            network.set(unit, Slot::Bias, offset - inward / total);
            for (k, m) in axis.iter().enumerate() {
                network.set(unit, Slot::Encoder(k), m / total);
                if decoder == Decoder::Untied {
                    network.set(unit, Slot::Decoder(k), m * noise / total / scale);
                }
            }
            if decoder == Decoder::Scaled {
                network.set(unit, Slot::Factor, noise / scale);
            }
        }
        let bias = |k: usize| self.center[k] * noise / total / scale;
        (0..form.dim).for_each(|k| network.set_output_bias(k, bias(k)));
        Learned::new(network, SIGMA)
    }
}

const DECODERS: [Decoder; 3] = [Decoder::Untied, Decoder::Scaled, Decoder::Transposed];

/// 37 points, which is no multiple of a group of examples.
fn test_points(dim: usize) -> Vec<f64> {
    let mut rng = stream(4, Purpose::Measure, 0);
    (0..37 * dim).map(|_| 1.2 * rng.normal()).collect()
}

fn scores(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; points.len()];
    score.scores(points, &mut out);
    out
}

#[test]
fn optimal_network_has_the_exact_score_of_the_smoothed_mixture() {
    let (mut worst, mut worst_single): (f64, f64) = (0.0, 0.0);
    for product in Product::all() {
        let (exact, points) = (product.exact(), test_points(product.center.len()));
        let truth = scores(&exact, &points);
        for decoder in DECODERS {
            let gap = relative_gap(&scores(&product.optimum::<f64>(decoder), &points), &truth, 0.0);
            assert!(gap < 1e-13, "{decoder:?}: {gap:e}");
            worst = worst.max(gap);
            // r is of order 1 and errs by a few 2⁻²⁴ and the lanes' tanh by 6e-7, each enlarged by at most 1/σ² = 6.
            let single = relative_gap(&scores(&product.optimum::<f32x4>(decoder), &points), &truth, 0.0);
            assert!(single < 2e-6, "{decoder:?} in single precision: {single:e}");
            worst_single = worst_single.max(single);
        }
    }
    println!("optimal networks' scores: {worst:.1e} of the greatest in double, {worst_single:.1e} in single precision");
}

#[test]
fn optimal_network_has_the_exact_hessian_as_its_jacobian() {
    for product in Product::all() {
        let (exact, d) = (product.exact(), product.center.len());
        for x in test_points(d).chunks_exact(d) {
            let mut truth = vec![0.0; d * d];
            exact.jacobian(x, &mut truth);
            for decoder in DECODERS {
                let (mut double, mut single) = (vec![0.0; d * d], vec![0.0; d * d]);
                product.optimum::<f64>(decoder).jacobian(x, &mut double);
                product.optimum::<f32x4>(decoder).jacobian(x, &mut single);
                assert!(relative_gap(&double, &truth, 1.0) < 1e-13, "{decoder:?} at {x:?}");
                assert!(relative_gap(&single, &truth, 1.0) < 2e-5, "{decoder:?} at {x:?}, single precision");
            }
        }
    }
}

#[test]
fn jacobian_is_the_derivative_of_the_score_and_symmetric_for_tied_weights() {
    for form in forms(&[1, 2, 3, 5], 10) {
        let learned = Learned::<f64>::new(random(form, 21), SIGMA);
        let mut entries = vec![0.0; form.dim * form.dim];
        for x in test_points(form.dim).chunks_exact(form.dim).take(10) {
            Score::jacobian(&learned, x, &mut entries);
            let slopes = jacobian(1e-3, x, form.dim, |x, out| learned.scores(x, out));
            assert!(relative_gap(&entries, &slopes, 1.0) < 1e-7, "{form:?} at {x:?}");
            let curl = |i: usize| entries[i] - entries[i % form.dim * form.dim + i / form.dim];
            let asymmetry = (0..entries.len()).map(curl).fold(0.0, |top: f64, gap| top.max(gap.abs()));
            let is_symmetric = asymmetry < 1e-12 * entries.iter().fold(1.0, |top: f64, e| top.max(e.abs()));
            assert_eq!(is_symmetric, form.decoder != Decoder::Untied || form.dim == 1, "{form:?}: {asymmetry:e}");
        }
    }
}

#[test]
fn reconstruction_does_not_depend_on_the_points_beside_it() {
    // 300 units are more than one tile.
    for form in forms(&[2, 3], 300) {
        let learned = Learned::<f32x4>::new(random(form, 22), SIGMA);
        let points = test_points(form.dim);
        let together = scores(&learned, &points);
        for (x, together) in points.chunks_exact(form.dim).zip(together.chunks_exact(form.dim)) {
            assert_eq!(scores(&learned, x), together, "{form:?} at {x:?}");
        }
    }
}

#[test]
fn lanes_of_both_precisions_reconstruct_the_same() {
    for form in forms(&[1, 2, 3, 5], 300) {
        let points = test_points(form.dim);
        let single = scores(&Learned::<f32x4>::new(random(form, 22), SIGMA), &points);
        let double = scores(&Learned::<f64>::new(random(form, 22), SIGMA), &points);
        let gap = relative_gap(&single, &double, 1.0);
        assert!(gap < 5e-6, "{form:?}: {gap:e}");
    }
}

/// The energy difference along a path with the error that single precision may leave: 2e-6 of ∫ |s||dx|.
fn by_generic_path(learned: &dyn Score, from: &[f64], to: &[f64], path: &mut Path) -> (f64, f64) {
    let value = path.integrate(from, to, |points, out| learned.scores(points, out));
    let length = from.iter().zip(to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    let mut power = 0.0;
    path.integrate(from, to, |points, out| {
        learned.scores(points, out);
        power = out.iter().fold(0.0, |top: f64, s| top.max(s.abs()));
    });
    (value, 2e-6 * length * power.max(1.0 / (SIGMA * SIGMA)) * (from.len() as f64).sqrt())
}

#[test]
fn path_energy_of_single_precision_lanes_is_the_integral_of_their_score() {
    let mut worst: f64 = 0.0;
    for form in forms(&[1, 2, 3, 5], 10) {
        let single = Learned::<f32x4>::new(random(form, 23), SIGMA);
        let double = Learned::<f64>::new(random(form, 23), SIGMA);
        let points = test_points(form.dim);
        for intervals in [1, 4, 20] {
            let mut path = Path::trapezoid(intervals, form.dim);
            for pair in points.chunks_exact(2 * form.dim) {
                let (from, to) = pair.split_at(form.dim);
                let special = single.path_energy_difference(from, to, &mut path);
                for learned in [&single as &dyn Score, &double] {
                    let (generic, bound) = by_generic_path(learned, from, to, &mut path);
                    let gap = (special - generic).abs() / bound;
                    assert!(gap < 1.0, "{form:?}, {intervals} intervals: {special} against {generic}, bound {bound:e}");
                    worst = worst.max(gap);
                }
            }
        }
    }
    println!("path energies of single precision lanes use {worst:.2} of their allowance, at most");
}

//! The learned score of networks that are exactly optimal, and of random ones, with its Jacobian.
//!
//! Orthogonal vectors m_k, offsets β_k, a centre μ and a variance s² make a mixture of 2^K Gaussians N(μ ± m_1 ± … ±
//! m_K, s² I) with weights ∝ exp(± β_1 ± … ± β_K). With τ = s² + σ² its denoising optimum is a network of K units:
//! r*(y) = (s²/τ) y + (σ²/τ) (μ + Σ m_k tanh(m_k·(y - μ)/τ + β_k)).

use scorescape::Session;
use scorescape::data::{Density, Mixture};
use scorescape::experiment::parse;
use scorescape::model::{Architecture, Decoder, Network, Slot};
use scorescape::score::{Exact, Learned, Score, WithWorkspace, Workspace};
use scorescape::simd::{Simd, f32x4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap, worse};
use crate::support::network_forms::{SIGMA, has_energy, scores, smooth, table, test_points};
use crate::support::reference_network::{Plain, forms, random};

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

    /// The exact score of the smoothed mixture. Point masses have no density, so they are smoothed directly.
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

    /// The optimal network. V = m σ²/τ = w σ² has a free scale, which is in v or in the output's scale.
    fn optimum<L: Simd>(&self, decoder: Decoder) -> Learned<L>
    where
        Learned<L>: Score,
    {
        let (total, noise) = (self.total(), SIGMA * SIGMA);
        let scale = if decoder == Decoder::Transposed { noise } else { 2.5 };
        let architecture = Architecture {
            dim: self.center.len(),
            units: self.axes.len(),
            decoder,
            skip: self.variance / total,
            scale,
            ..Architecture::default()
        };
        let mut network = Network::zeros(architecture);
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
        (0..architecture.dim).for_each(|k| network.set_output_bias(k, bias(k)));
        Learned::new(network, SIGMA)
    }
}

const DECODERS: [Decoder; 3] = [Decoder::Untied, Decoder::Scaled, Decoder::Transposed];

#[test]
fn optimal_network_has_the_exact_score_of_the_smoothed_mixture() {
    let (mut worst, mut worst_single): (f64, f64) = (0.0, 0.0);
    for product in Product::all() {
        let (exact, points) = (product.exact(), test_points(product.center.len()));
        let truth = scores(&exact, &points);
        for decoder in DECODERS {
            let gap = relative_gap(&scores(&product.optimum::<f64>(decoder), &points), &truth, 0.0);
            assert!(gap < 1e-13, "{decoder:?}: {gap:e}");
            worst = worse(worst, gap);
            // r is of order 1 with an error of a few 2⁻²⁴, and the vectors' tanh has 6e-7; both are enlarged by at most
            // 1/σ² = 6.
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
fn reconstruction_is_that_of_a_plain_evaluation() {
    for architecture in table() {
        let points = test_points(architecture.dim);
        let network = smooth(architecture, &points, 0.0);
        let plain = Plain::new(&network, SIGMA);
        let truth: Vec<f64> = points.chunks_exact(architecture.dim).flat_map(|x| plain.reconstruct(x)).collect();
        let mut out = vec![0.0; points.len()];
        Learned::<f64>::new(network, SIGMA).reconstruct(&points, &mut out);
        assert!(relative_gap(&out, &truth, 0.0) < 1e-13, "{architecture:?}");
    }
}

#[test]
fn jacobian_is_the_derivative_of_the_score_and_symmetric_for_tied_weights() {
    let mut worst: f64 = 0.0;
    for architecture in table() {
        let points = &test_points(architecture.dim)[..4 * architecture.dim];
        let learned = Learned::<f64>::new(smooth(architecture, points, 0.02), SIGMA);
        let single = Learned::<f32x4>::new(smooth(architecture, points, 0.02), SIGMA);
        let (mut entries, mut rounded) =
            (vec![0.0; architecture.dim * architecture.dim], vec![0.0; architecture.dim * architecture.dim]);
        let mut asymmetry: f64 = 0.0;
        for x in points.chunks_exact(architecture.dim) {
            Score::jacobian(&learned, x, &mut entries);
            Score::jacobian(&single, x, &mut rounded);
            let slopes = jacobian(1e-3, x, architecture.dim, |x, out| learned.scores(x, out));
            let gap = relative_gap(&entries, &slopes, 1.0);
            assert!(gap < 1e-7, "{architecture:?} at {x:?}: {gap:e}");
            assert!(relative_gap(&rounded, &entries, 1.0) < 2e-5, "{architecture:?} at {x:?} in single precision");
            let curl = |i: usize| entries[i] - entries[i % architecture.dim * architecture.dim + i / architecture.dim];
            let greatest = entries.iter().fold(1.0, |top: f64, e| top.max(e.abs()));
            asymmetry = (0..entries.len()).map(|i| curl(i).abs() / greatest).fold(asymmetry, f64::max);
            worst = worse(worst, gap);
        }
        let is_a_gradient = has_energy(&architecture) || architecture.dim == 1;
        assert_eq!(asymmetry < 1e-12, is_a_gradient, "{architecture:?}: {asymmetry:e}");
    }
    println!("Jacobians against finite differences: {worst:.1e} of the greatest entry, at most");
}

#[test]
fn code_jacobian_is_the_derivative_of_the_code() {
    for architecture in table() {
        let points = &test_points(architecture.dim)[..2 * architecture.dim];
        let network: Network<f64> = smooth(architecture, points, 0.02);
        let plain = Plain::new(&network, SIGMA);
        let learned = Learned::<f64>::new(network, SIGMA);
        for x in points.chunks_exact(architecture.dim) {
            let slopes = jacobian(1e-3, x, architecture.units, |x, out| out.copy_from_slice(&plain.code(x)));
            let gap = relative_gap(&learned.code_jacobian(x), &slopes, 1e-3);
            assert!(gap < 1e-8, "{architecture:?} at {x:?}: {gap:e}");
        }
    }
}

#[test]
fn reconstruction_does_not_depend_on_the_points_beside_it() {
    // 300 units fill more than one tile.
    for architecture in forms(&[2, 3], 300) {
        let learned = Learned::<f32x4>::new(random(architecture, 22), SIGMA);
        let points = test_points(architecture.dim);
        let together = scores(&learned, &points);
        for (x, together) in points.chunks_exact(architecture.dim).zip(together.chunks_exact(architecture.dim)) {
            assert_eq!(scores(&learned, x), together, "{architecture:?} at {x:?}");
        }
    }
}

#[test]
fn lanes_of_both_precisions_reconstruct_the_same() {
    for architecture in forms(&[1, 2, 3, 5], 300) {
        let points = test_points(architecture.dim);
        let single = scores(&Learned::<f32x4>::new(random(architecture, 22), SIGMA), &points);
        let double = scores(&Learned::<f64>::new(random(architecture, 22), SIGMA), &points);
        let gap = relative_gap(&single, &double, 1.0);
        assert!(gap < 5e-6, "{architecture:?}: {gap:e}");
    }
}

#[test]
fn room_that_other_networks_have_used_changes_no_bit() {
    let mut workspace = Workspace::default();
    let forms = [
        "layers=2",
        "layers=3&model.output-activation=tanh",
        "units=9",
        "layers=2",
        "decoder=scaled&data=gmm-manifold&data.dim=70",
    ];
    for architecture in forms {
        let (experiment, errors) = parse(&format!("data.count=60&model.units=6&train.batch=16&model.{architecture}"));
        assert!(errors.is_empty(), "{architecture}: {errors:?}");
        let mut session = Session::new(experiment).unwrap();
        session.step(5);
        let (learned, points) = (session.learned(), session.setup().points());
        let dim = points.dim();
        // First in the workspace of another network, then in a workspace of this network.
        for count in [5, 2] {
            let points = &points.values()[..count * dim];
            let mut found = [vec![0.0; points.len()], vec![0.0; points.len() * dim]];
            let mut expected = found.clone();
            let uses_workspace = WithWorkspace::new(&learned, &mut workspace);
            uses_workspace.scores(points, &mut found[0]);
            uses_workspace.jacobians(points, &mut found[1]).unwrap();
            learned.scores(points, &mut expected[0]);
            learned.jacobians(points, &mut expected[1]).unwrap();
            assert!(found == expected && found[1].iter().all(|x| x.is_finite()), "{architecture}");
        }
    }
}

//! Hessians, tangents, asymmetry, curl and circulation.

use scorescape::data::{Density, Mixture};
use scorescape::experiment::parse;
use scorescape::math::quadrature::gauss_legendre;
use scorescape::model::Decoder;
use scorescape::query::{Hessian, asymmetry, circulation, curl};
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Exact, Learned, Path, Score};
use scorescape::simd::f32x4;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Linear, energy, gaussians, three_gaussians};
use crate::support::finite_differences::{derivative, jacobian, relative_gap};
use crate::support::reference_network::{forms, random};

/// Σ λ_k v_k v_kᵀ.
fn reassembled(hessian: &Hessian, d: usize) -> Vec<f64> {
    let entry = |i: usize, j: usize| -> f64 {
        (0..d).map(|k| hessian.eigenvalues()[k] * hessian.eigenvector(k)[i] * hessian.eigenvector(k)[j]).sum()
    };
    (0..d * d).map(|e| entry(e / d, e % d)).collect()
}

#[test]
fn hessian_is_the_second_difference_of_the_log_density() {
    let line = gaussians(1, &[1.0, 2.0], &[-1.0, 1.0], 0.4);
    let space = gaussians(3, &[1.0, 2.0], &[-1.0, 0.0, 0.3, 1.0, 0.5, -0.2], 0.8);
    let mut rng = stream(3, Purpose::Measure, 0);
    for exact in [line, three_gaussians(), space] {
        let d = exact.dim();
        let mut hessian = Hessian::new(d);
        for _ in 0..10 {
            let x: Vec<f64> = (0..d).map(|_| rng.normal()).collect();
            hessian.update(&exact, &x);
            let slope = |x: &[f64], out: &mut [f64]| {
                for (k, out) in out.iter_mut().enumerate() {
                    let mut point = x.to_vec();
                    *out = derivative(2e-3, |h| {
                        point[k] = x[k] + h;
                        -energy(&exact, &point)
                    });
                }
            };
            let truth = jacobian(2e-3, &x, d, slope);
            let gap = relative_gap(&reassembled(&hessian, d), &truth, 1.0);
            assert!(gap < 1e-7, "d = {d} at {x:?}: {gap:e}");
            assert!(hessian.eigenvalues().is_sorted_by(|a, b| a >= b));
        }
    }
}

#[test]
fn hessian_of_a_network_is_the_symmetric_part_of_its_score_s_derivative() {
    for architecture in forms(&[1, 2, 3, 5], 10) {
        let (learned, d) = (Learned::<f64>::new(random(architecture, 31), 0.4), architecture.dim);
        let x: Vec<f64> = (0..d).map(|k| 0.3 * k as f64 - 0.2).collect();
        let slopes = jacobian(1e-3, &x, d, |x, out| learned.scores(x, out));
        let symmetric: Vec<f64> = (0..d * d).map(|e| 0.5 * (slopes[e] + slopes[e % d * d + e / d])).collect();
        let mut hessian = Hessian::new(d);
        hessian.update(&learned, &x);
        assert!(relative_gap(&reassembled(&hessian, d), &symmetric, 1.0) < 1e-7, "{architecture:?}");
    }
}

/// A Gaussian in R³ with given variances along (2, 1, 2)/3, (-2, 2, 1)/3 and (1, 2, -2)/3.
fn turned_gaussian(variances: [f64; 3]) -> Mixture {
    let entry = |i: usize, j: usize| -> f64 { (0..3).map(|k| variances[k] * AXES[k][i] * AXES[k][j] / 9.0).sum() };
    let covariance = (0..9).map(|e| entry(e / 3, e % 3).max(entry(e % 3, e / 3))).collect();
    Mixture::full(3, &[1.0], vec![0.1, -0.2, 0.3], covariance).unwrap()
}

const AXES: [[f64; 3]; 3] = [[2.0, 1.0, 2.0], [-2.0, 2.0, 1.0], [1.0, 2.0, -2.0]];

#[test]
fn tangents_are_the_directions_in_which_data_spread_wider_than_the_corruption() {
    let sigma = 0.5;
    for (variances, count) in
        [([4.0, 0.26, 0.01], 2), ([4.0, 0.24, 0.01], 1), ([9.0, 1.0, 0.5], 3), ([0.1, 0.05, 0.01], 0)]
    {
        let smoothed = Exact::new(turned_gaussian(variances).smoothed(sigma).unwrap()).unwrap();
        let mut hessian = Hessian::new(3);
        hessian.update(&smoothed, &[0.4, 0.2, -1.0]);
        assert_eq!(hessian.tangents(sigma), count, "{variances:?}");
        for (k, axis) in AXES.iter().enumerate() {
            let truth = -1.0 / (variances[k] + sigma * sigma);
            assert!((hessian.eigenvalues()[k] - truth).abs() < 1e-12, "{} against {truth}", hessian.eigenvalues()[k]);
            let cosine: f64 = hessian.eigenvector(k).iter().zip(axis).map(|(v, a)| v * a / 3.0).sum();
            assert!((cosine.abs() - 1.0).abs() < 1e-12, "{variances:?}, axis {k}: cosine {cosine}");
        }
    }
}

#[test]
fn spiral_has_one_tangent_along_its_curve() {
    let (experiment, _) = parse("#data=spiral&data.noise=0.01");
    let density = (experiment.dataset().build)(experiment.settings(), None).unwrap();
    let sigma = 0.03;
    let smoothed = Exact::new(density.smoothed(sigma).unwrap()).unwrap();
    let mut hessian = Hessian::new(2);
    for t in [5.0, 8.0, 11.0, 14.0_f64] {
        let (sine, cosine) = t.sin_cos();
        hessian.update(&smoothed, &[0.04 * t * sine, 0.04 * t * cosine]);
        let along = [sine + t * cosine, cosine - t * sine];
        let tangent = hessian.eigenvector(0);
        let turn = (along[0] * tangent[1] - along[1] * tangent[0]) / along[0].hypot(along[1]);
        assert_eq!(hessian.tangents(sigma), 1, "t = {t}: {:?}", hessian.eigenvalues());
        assert!(turn.abs() < 0.02, "t = {t}: sine {turn} between tangent and curve");
    }
}

#[test]
fn asymmetry_and_curl_are_those_of_known_matrices() {
    // a (x, y) + w (-y, x): J - I = σ² (a, -w; w, a).
    for (a, w) in [(1.0, 0.0), (0.0, 3.0), (-2.0, 1.5), (0.3, -0.4_f64)] {
        let matrix = [a, -w, w, a];
        let truth = 2.0 * w.abs() / a.hypot(w);
        assert!((asymmetry(&matrix, 2, 0.1) - truth).abs() < 1e-15, "a = {a}, w = {w}");
        assert_eq!(curl(&matrix, &[1.0, 0.0], &[0.0, 1.0]), 2.0 * w);
    }
    assert!(asymmetry(&[0.0; 9], 3, 1.0).is_nan());
    let weak = [6e-8, 0.0, 0.0, 6e-8];
    assert!(asymmetry(&weak, 2, 0.1).is_nan() && asymmetry(&weak, 2, 0.2) == 0.0);
    // The curl of x ↦ n × x is twice |n| in the plane normal to n, and smaller by a cosine in others.
    let n = [0.2, -0.5, 1.1];
    let turn = [0.0, -n[2], n[1], n[2], 0.0, -n[0], -n[1], n[0], 0.0];
    let (across, up) = ([0.6, 0.0, 0.8], [0.0, 1.0, 0.0]);
    let normal = [-0.8, 0.0, 0.6];
    let truth: f64 = 2.0 * n.iter().zip(&normal).map(|(n, v)| n * v).sum::<f64>();
    assert!((curl(&turn, &across, &up) - truth).abs() < 1e-15);
    assert!((asymmetry(&turn, 3, 1.0) - 2.0).abs() < 1e-15);
}

#[test]
fn tied_networks_have_no_asymmetry_and_untied_ones_have() {
    for architecture in forms(&[2, 3], 10) {
        let mut hessian = Hessian::new(architecture.dim);
        hessian.update(&Learned::<f64>::new(random(architecture, 32), 0.4), &[0.2, -0.3, 0.1][..architecture.dim]);
        let asymmetry = hessian.asymmetry(0.4);
        let is_symmetric = asymmetry < 1e-14;
        assert_eq!(is_symmetric, architecture.decoder != Decoder::Untied, "{architecture:?}: {asymmetry:e}");
        assert!(is_symmetric || asymmetry > 0.01);
    }
}

#[test]
fn circulation_of_a_rotation_is_twice_the_enclosed_area() {
    let mut path = Path::gauss_legendre(3, 2).unwrap();
    // An arrow counter-clockwise, with area 7/4 by the shoelace formula; then clockwise.
    let arrow = [0.0, 0.0, 2.0, 0.5, 0.5, 0.5, 1.5, 2.0];
    let shoelace = |vertices: &[f64]| -> f64 {
        let n = vertices.len() / 2;
        let corner = |i: usize| (vertices[i % n * 2], vertices[i % n * 2 + 1]);
        (0..n).map(|i| 0.5 * (corner(i).0 * corner(i + 1).1 - corner(i + 1).0 * corner(i).1)).sum()
    };
    let rotation = Linear { matrix: vec![0.0, -0.7, 0.7, 0.0], center: vec![0.4, -3.0] };
    let around = circulation(&rotation, &arrow, &mut path).unwrap();
    assert!((around - 1.4 * shoelace(&arrow)).abs() < 1e-14, "{around}");
    let back: Vec<f64> = arrow.chunks_exact(2).rev().flatten().copied().collect();
    assert!((circulation(&rotation, &back, &mut path).unwrap() + around).abs() < 1e-14);
    // The field n × x with n₃ = 1.1, around a square of area 4 in the plane z = 1. By Stokes' theorem: 2 n₃ · 4 = 8.8.
    let turn = Linear::new(&[0.0, -1.1, -0.5, 1.1, 0.0, -0.2, 0.5, 0.2, 0.0]);
    let square = [1.0, 1.0, 1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0];
    let mut path = Path::gauss_legendre(2, 3).unwrap();
    assert!((circulation(&turn, &square, &mut path).unwrap() - 8.8).abs() < 1e-14);
}

#[test]
fn circulation_of_a_gradient_is_zero_and_of_a_network_its_curl_s_integral() {
    let mut path = Path::gauss_legendre(40, 2).unwrap();
    let rectangle = [-1.0, -0.5, 1.2, -0.5, 1.2, 0.8, -1.0, 0.8];
    let around = circulation(&three_gaussians(), &rectangle, &mut path).unwrap();
    assert!(around.abs() < 1e-12, "{around:e}");
    for architecture in forms(&[2], 6) {
        let learned = Learned::<f64>::new(random(architecture, 33), 0.4);
        let around = circulation(&learned, &rectangle, &mut path).unwrap();
        let mut hessian = Hessian::new(2);
        let mut area = 0.0;
        for (x, wx) in gauss_legendre(40, -1.0, 1.2) {
            for (y, wy) in gauss_legendre(40, -0.5, 0.8) {
                hessian.update(&learned, &[x, y]);
                area += wx * wy * hessian.curl(&[1.0, 0.0], &[0.0, 1.0]);
            }
        }
        assert!((around - area).abs() < 1e-9 * area.abs().max(1.0), "{architecture:?}: {around} against {area}");
        assert_eq!(area.abs() > 0.1, architecture.decoder == Decoder::Untied, "{architecture:?}: {area}");
        let single = circulation(&Learned::<f32x4>::new(random(architecture, 33), 0.4), &rectangle, &mut path).unwrap();
        assert!((single - area).abs() < 1e-4, "{architecture:?} in single precision: {single} against {area}");
    }
}

#[test]
fn circulation_refuses_what_is_no_loop() {
    let mut path = Path::gauss_legendre(3, 2).unwrap();
    for vertices in [&[][..], &[0.0, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, f64::NAN, 1.0]] {
        let error = circulation(&Linear::rotation(1.0), vertices, &mut path).unwrap_err();
        assert_eq!(error.setting, "vertices");
    }
}

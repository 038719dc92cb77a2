//! Energy differences of learned scores: path integrals against the integral of the score and against closed forms.

use scorescape::Session;
use scorescape::experiment::parse;
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Learned, Path, Score};
use scorescape::simd::f32x4;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::{jacobian, relative_gap, worse};
use crate::support::network_forms::{SIGMA, has_energy, scores, smooth, table, table_of, test_points};
use crate::support::reference_network::random;

/// Single-precision error of the energy difference along a path: 2e-6 of ∫ |s||dx|.
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
    for architecture in table_of(&[1, 2, 3, 5], 10) {
        let single = Learned::<f32x4>::new(random(architecture, 23), SIGMA);
        let double = Learned::<f64>::new(random(architecture, 23), SIGMA);
        let points = &test_points(architecture.dim)[..8 * architecture.dim];
        for intervals in [1, 4, 20] {
            let mut path = Path::trapezoid(intervals, architecture.dim);
            for pair in points.chunks_exact(2 * architecture.dim) {
                let (from, to) = pair.split_at(architecture.dim);
                let special = single.path_energy_difference(from, to, &mut path);
                for learned in [&single as &dyn Score, &double] {
                    let (generic, bound) = by_generic_path(learned, from, to, &mut path);
                    let gap = (special - generic).abs() / bound;
                    assert!(
                        gap < 1.0,
                        "{architecture:?}, {intervals} intervals: {special} against {generic}, bound {bound:e}"
                    );
                    worst = worse(worst, gap);
                }
            }
        }
    }
    println!("path energies of single precision lanes use {worst:.2} of their allowance, at most");
}

#[test]
fn energy_has_minus_the_score_as_its_gradient_where_there_is_one() {
    for architecture in table() {
        let points = test_points(architecture.dim);
        let learned = Learned::<f64>::new(smooth(architecture, &points[..4 * architecture.dim], 0.02), SIGMA);
        let has_energy = has_energy(&architecture);
        assert_eq!(learned.energy(&points[..architecture.dim]).is_some(), has_energy, "{architecture:?}");
        assert_eq!(
            learned.exact_energy_difference(&points[..architecture.dim], &points[..architecture.dim]).is_some(),
            has_energy
        );
        for x in points.chunks_exact(architecture.dim).take(if has_energy { 4 } else { 0 }) {
            let slopes = jacobian(1e-3, x, 1, |x, out| out[0] = -learned.energy(x).unwrap());
            let gap = relative_gap(&slopes, &scores(&learned, x), 1.0);
            assert!(gap < 1e-7, "{architecture:?} at {x:?}: {gap:e}");
        }
    }
}

#[test]
fn c7_path_integral_of_tied_weights_is_the_difference_of_their_closed_form_energy() {
    let mut worst: f64 = 0.0;
    for architecture in table().filter(has_energy) {
        let (single, double) = (
            Learned::<f32x4>::new(random(architecture, 25), SIGMA),
            Learned::<f64>::new(random(architecture, 25), SIGMA),
        );
        // The box [-2, 2]^d.
        let mut rng = stream(4, Purpose::Measure, 1);
        let points: Vec<f64> = (0..40 * architecture.dim).map(|_| 4.0 * rng.uniform() - 2.0).collect();
        let energies: Vec<f64> = points.chunks_exact(architecture.dim).map(|x| double.energy(x).unwrap()).collect();
        let end = |pick: fn(f64, f64) -> f64| energies.iter().copied().reduce(pick).unwrap();
        let range = end(f64::max) - end(f64::min);
        // At creases of relu the error of any rule is of the order of its spacing squared.
        let mut path = Path::trapezoid(400, architecture.dim);
        for (pair, energies) in points.chunks_exact(2 * architecture.dim).zip(energies.chunks_exact(2)) {
            let (from, to) = pair.split_at(architecture.dim);
            for learned in [&single as &dyn Score, &double] {
                let gap = (learned.path_energy_difference(from, to, &mut path) - (energies[1] - energies[0])).abs();
                assert!(gap < 1e-4 * range, "{architecture:?} from {from:?} to {to:?}: {gap:e} of a range of {range}");
                worst = worse(worst, gap / range);
            }
        }
    }
    println!("C7: path integrals differ from the closed form by {worst:.1e} of its range, at most");
}

/// Energies of the trained network, in double precision on its single-precision weights, over the box of its data.
#[test]
fn c7_path_integral_of_a_trained_tied_network_is_the_difference_of_its_closed_form_energy() {
    for (model, data) in [
        ("decoder=scaled", "spiral&data.count=2000"),
        ("decoder=scaled&model.activation=softplus", "ring&data.count=500"),
        ("decoder=transposed&model.form=plain&model.initialization=classic", "ring&data.count=500"),
        ("decoder=scaled", "gmm-manifold&data.count=1000"),
    ] {
        let link = format!("data={data}&model.{model}&model.units=64&train.batch=128&steps=1500");
        let (experiment, errors) = parse(&link);
        assert!(errors.is_empty(), "{link}: {errors:?}");
        let mut session = Session::new(experiment).unwrap();
        assert!(!session.step(1500).diverged, "{link}");
        let (loss, sigma, dim) =
            (session.validation_loss(), session.setup().final_sigma(), session.setup().points().dim());
        assert!(loss < 0.99 * dim as f64 * sigma * sigma, "{link}: nothing was learned");
        let (learned, points) = (session.learned(), session.setup().points());
        let (d, mut rng) = (points.dim(), stream(4, Purpose::Measure, 2));
        let half = points.values().iter().fold(0.0, |top: f64, x| top.max(x.abs()));
        let places: Vec<f64> = (0..100 * d).map(|_| half * (2.0 * rng.uniform() - 1.0)).collect();
        let energies: Vec<f64> = places.chunks_exact(d).map(|x| learned.energy(x).unwrap()).collect();
        let end = |pick: fn(f64, f64) -> f64| energies.iter().copied().reduce(pick).unwrap();
        let range = end(f64::max) - end(f64::min);
        let mut path = Path::trapezoid(1000, d);
        let gap = |(pair, energies): (&[f64], &[f64])| {
            let (from, to) = pair.split_at(d);
            (learned.path_energy_difference(from, to, &mut path) - (energies[1] - energies[0])).abs()
        };
        let worst = places.chunks_exact(2 * d).zip(energies.chunks_exact(2)).map(gap).fold(0.0, worse);
        println!(
            "C7, {link}: path integrals differ from the closed form by {:.1e} of a range of {range:.3}",
            worst / range
        );
        assert!(worst < 1e-4 * range, "{link}: {worst:e} of a range of {range}");
    }
}

//! Diagnostics of a run's reliability, on fields and chains with known properties.

use scorescape::measure::conservativity::{mean_asymmetry, relative_circulation};
use scorescape::measure::verdict::{Level, Measurements, diagnostics, verdict};
use scorescape::measure::{Convergence, Trace, effective_sample_size, r_hat};
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Path, Score};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::queries::{Linear, three_gaussians};

/// A regular polygon around the origin.
fn polygon(corners: u32) -> Vec<f64> {
    let corner = |i: u32| {
        let (sine, cosine) = scorescape::math::sin_cos(2.0 * std::f64::consts::PI * f64::from(i) / f64::from(corners));
        [cosine, sine]
    };
    (0..corners).flat_map(corner).collect()
}

#[test]
fn gradients_neither_turn_nor_circulate_and_rotations_do_nothing_else() {
    let points = polygon(12);
    let mut path = Path::gauss_legendre(12, 2).unwrap();
    let mut of = |score: &dyn Score| {
        let around = relative_circulation(score, &polygon(360), &mut path).unwrap();
        (mean_asymmetry(score, &points, 0.1), around)
    };
    let (asymmetry, around) = of(&three_gaussians());
    assert!(asymmetry < 1e-12 && around < 1e-9, "gradient: {asymmetry}, {around}");
    let (asymmetry, around) = of(&Linear::rotation(3.0));
    // Chords of one degree are shorter than the arc and closer to the centre.
    assert!((asymmetry - 2.0).abs() < 1e-12 && (around - 1.0).abs() < 1e-4, "rotation: {asymmetry}, {around}");
    // -x + ω × x: ‖J - Jᵀ‖ = 2√2 ω and ‖∂s‖ = √2 √(1 + ω²); around the circle ω of √(1 + ω²).
    let (asymmetry, around) = of(&Linear::new(&[-1.0, -0.75, 0.75, -1.0]));
    assert!((asymmetry - 1.2).abs() < 1e-12 && (around - 0.6).abs() < 1e-4, "both: {asymmetry}, {around}");
    let (asymmetry, around) = of(&Linear::new(&[0.0; 4]));
    assert!(asymmetry.is_nan() && around.is_nan(), "nothing: {asymmetry}, {around}");
}

/// A field that is zero left of the vertical axis and a rotation right of it.
struct HalfTurning;

impl Score for HalfTurning {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        for (x, out) in points.chunks_exact(2).zip(out.chunks_exact_mut(2)) {
            out.copy_from_slice(if x[0] > 0.0 { &[-1.0, 1.0] } else { &[0.0; 2] });
            out.iter_mut().zip([x[1], x[0]]).for_each(|(s, factor)| *s *= factor);
        }
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(if x[0] > 0.0 { &[0.0, -1.0, 1.0, 0.0] } else { &[0.0; 4] });
    }
}

#[test]
fn asymmetry_is_averaged_where_it_is_known() {
    assert_eq!(mean_asymmetry(&HalfTurning, &[1.0, 0.0, -1.0, 0.0, -2.0, 0.0], 0.1), 2.0);
    assert!(mean_asymmetry(&HalfTurning, &[-1.0, 0.0], 0.1).is_nan());
}

/// `rounds` of states in the plane: autoregressions with coefficient `memory` in the first coordinate, and chain means
/// that differ by `shift`.
fn rounds(chains: usize, rounds: usize, memory: f64, shift: f64) -> Vec<f64> {
    let mut rng = stream(6, Purpose::Measure, 0);
    let mut first = vec![0.0; chains];
    let mut states = Vec::new();
    for _ in 0..rounds {
        for (c, x) in first.iter_mut().enumerate() {
            *x = memory * *x + rng.normal();
            states.extend([*x + shift * c as f64, rng.normal()]);
        }
    }
    states
}

#[test]
fn convergence_is_that_of_the_worst_coordinate() {
    let states = rounds(4, 500, 0.9, 0.0);
    let found = Convergence::of_rounds(&states, 4, 2).unwrap();
    let slow = Trace::of_rounds(&states, 4, 2, 0).unwrap();
    let fast = Trace::of_rounds(&states, 4, 2, 1).unwrap();
    assert_eq!(found.r_hat, r_hat::r_hat(&slow).max(r_hat::r_hat(&fast)));
    assert_eq!(
        (found.ess_bulk, found.ess_tail),
        (effective_sample_size::bulk(&slow), effective_sample_size::tail(&slow))
    );
    assert!(found.ess_bulk < 0.2 * effective_sample_size::bulk(&fast));
    // If one coordinate is constant, the diagnostics of all coordinates together are NaN.
    let half: Vec<f64> = states.chunks_exact(2).flat_map(|x| [x[0], 7.0]).collect();
    let swapped: Vec<f64> = half.chunks_exact(2).flat_map(|x| [x[1], x[0]]).collect();
    for states in [half, swapped] {
        let found = Convergence::of_rounds(&states, 4, 2).unwrap();
        assert!(found.r_hat.is_nan() && found.ess_bulk.is_nan() && found.ess_tail.is_nan(), "{found:?}");
    }
    assert_eq!(Convergence::of_rounds(&[0.0; 7], 2, 2).unwrap_err().setting, "states");
}

#[test]
fn chains_that_disagree_are_red_and_chains_that_have_mixed_are_green() {
    let level = |memory, shift| {
        let convergence = Some(Convergence::of_rounds(&rounds(4, 1000, memory, shift), 4, 2).unwrap());
        verdict(&diagnostics(&Measurements { convergence, ..Measurements::default() }))
    };
    assert_eq!(level(0.3, 0.0), Level::Green);
    assert_eq!(level(0.3, 1.0), Level::Red);
    assert_eq!(level(0.999, 0.0), Level::Red);
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn tied_fields_are_green_where_untied_ones_are_not() {
    use scorescape::{Session, experiment};

    let asymmetry = |changes: &str| {
        let (experiment, errors) = experiment::parse(&format!("#v=0&model.units=64&train.batch=128{changes}"));
        assert!(errors.is_empty(), "{errors:?}");
        let mut session = Session::new(experiment).unwrap();
        session.step(500);
        let setup = session.setup();
        let draws = setup.draws(setup.exact().unwrap().density(), 500, 0);
        mean_asymmetry(&session.learned(), draws.values(), setup.final_sigma())
    };
    let [tied, untied] = ["&model.decoder=scaled&train.rate=0.001", ""].map(asymmetry);
    println!("mean asymmetry: tied {tied}, untied {untied}");
    assert!(tied < 1e-6, "{tied}");
    assert!(untied > 0.05, "{untied}");
}

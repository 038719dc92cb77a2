//! The Helmholtz split on fields whose split is known.

use core::f64::consts::PI;

use scorescape::model::Decoder;
use scorescape::query::{Grid, Split};
use scorescape::score::{Learned, Score};
use scorescape::simd::f32x4;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Linear, Plane, energy, gaussians, score_at, three_gaussians};
use crate::support::reference_network::{forms, random};

fn split(score: &dyn Score, grid: Grid) -> Split {
    let mut split = Split::new(grid);
    assert!(split.advance(score, usize::MAX));
    split
}

/// Greatest difference between E and its exact values, each minus its mean.
fn worst(split: &Split, truth: impl Fn(&[f64]) -> f64) -> f64 {
    let points = split.grid().points();
    let gaps: Vec<f64> =
        split.potential().iter().zip(points.chunks_exact(split.grid().dim())).map(|(e, x)| e - truth(x)).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    gaps.iter().fold(0.0, |top: f64, gap| if gap.is_nan() { f64::INFINITY } else { top.max((gap - mean).abs()) })
}

#[test]
fn split_of_a_gradient_is_its_energy_to_the_sixth_power_of_the_spacing() {
    let exact = three_gaussians();
    let errors = [(12, 8), (24, 16), (48, 32)].map(|(columns, rows)| {
        let split = split(&exact, Grid::plane(-3.0, 3.0, -2.0, 2.5, columns, rows).unwrap());
        let least = split.potential().iter().fold(f64::INFINITY, |least, e| least.min(*e));
        assert!(split.remainder_share() < 1e-5 && least == 0.0);
        worst(&split, |x| energy(&exact, x))
    });
    println!("energies of three Gaussians err by {errors:?} at spacings of 1/2, 1/4, 1/8");
    assert!(errors[1] / errors[2] > 50.0 && errors[2] < 1e-5, "{errors:?}");
    // Linear scores leave rounding errors only.
    let gaussian = gaussians(2, &[1.0], &[0.3, -0.2], 0.7);
    let split = split(&gaussian, Grid::plane(-2.0, 1.0, -1.0, 4.0, 7, 9).unwrap());
    assert!(worst(&split, |x| energy(&gaussian, x)) < 1e-12 && split.remainder_share() < 1e-25);
}

#[test]
fn split_works_on_a_line_and_on_a_section_of_space() {
    let line = gaussians(1, &[1.0, 2.0], &[-1.0, 1.0], 0.3);
    let on_line = split(&line, Grid::line(-3.0, 3.0, 60).unwrap());
    assert!(worst(&on_line, |x| energy(&line, x)) < 1e-7 && on_line.remainder_share() < 1e-25);
    let space = gaussians(3, &[1.0, 2.0], &[-1.0, 0.0, 0.3, 1.0, 0.5, -0.2], 0.8);
    let view_plane =
        Grid::view_plane(vec![-2.0, -2.0, 0.5], vec![3.0, 3.0, 0.0], vec![-1.0, 1.0, 2.0], 40, 30).unwrap();
    let on_section = split(&space, view_plane);
    assert!(worst(&on_section, |x| energy(&space, x)) < 1e-6 && on_section.remainder_share() < 1e-12);
}

/// The torsion constant of a bar with sides a ≥ b: ∫|∇ψ|² for Δψ = 2 in the rectangle, ψ = 0 on its border
/// (Timoshenko).
fn torsion(a: f64, b: f64) -> f64 {
    let odd = (0..50).map(|k| 2.0 * f64::from(k) + 1.0);
    let series: f64 = odd.map(|n| (n * PI * a / (2.0 * b)).tanh() / n.powi(5)).sum();
    a * b.powi(3) / 3.0 * (1.0 - 192.0 / PI.powi(5) * b / a * series)
}

#[test]
fn split_of_a_rotation_leaves_the_torsion_of_the_rectangle() {
    assert!((torsion(2.0, 2.0) / 16.0 - 0.140_577).abs() < 1e-6, "Timoshenko's table");
    for (a, b) in [(2.0, 2.0), (2.0, 1.0)] {
        // ∫|s|² = ∫ x² + y².
        let truth = torsion(a, b) / (a * b * (a * a + b * b) / 12.0);
        let errors = [16, 32, 64].map(|n| {
            let grid = Grid::plane(-0.5 * a, 0.5 * a, -0.5 * b, 0.5 * b, n, n).unwrap();
            split(&Linear::rotation(3.0), grid).remainder_share() - truth
        });
        println!("{a} × {b}: the rotation's share is {truth:.5}; errors {errors:?} for 16, 32, 64 cells");
        assert!(errors[2].abs() < 1e-3, "{errors:?}");
        for pair in errors.windows(2) {
            assert!((pair[0] / pair[1] - 4.0).abs() < 0.6, "order two: {errors:?}");
        }
    }
}

#[test]
fn split_of_a_sum_is_what_was_added_up() {
    // On [0, 2] × [0, 1]: E = x² y + cos(πy)/π, and R = (∂ψ/∂y, -∂ψ/∂x), ψ = sin(πx/2) sin(πy), which is zero on the
    // border.
    let ground = |x: f64, y: f64| x * x * y + (PI * y).cos() / PI;
    let gradient = |x: f64, y: f64| [2.0 * x * y, x * x - (PI * y).sin()];
    let turn = |x: f64, y: f64| {
        let (u, v) = (0.5 * PI * x, PI * y);
        [PI * u.sin() * v.cos(), -0.5 * PI * u.cos() * v.sin()]
    };
    let field = Plane(move |x, y| {
        let (g, r) = (gradient(x, y), turn(x, y));
        [r[0] - g[0], r[1] - g[1]]
    });
    // ∫|R|² = (π² + π²/4)/2, for ∫∇E·R = 0.
    let remainder_energy = 0.625 * PI * PI;
    // ∫|∇E|² = ∫ 4x²y² + x⁴ - 2x² sin(πy) + sin²(πy) = 32/9 + 32/5 - 32/(3π) + 1.
    let gradient_energy = 32.0 / 9.0 + 32.0 / 5.0 - 32.0 / (3.0 * PI) + 1.0;
    let share = remainder_energy / (remainder_energy + gradient_energy);
    let errors = [(20, 16), (40, 32), (80, 64)].map(|(columns, rows)| {
        let split = split(&field, Grid::plane(0.0, 2.0, 0.0, 1.0, columns, rows).unwrap());
        let mut remainder = vec![0.0; 2 * split.grid().cells()];
        split.remainder(&mut remainder);
        let points = split.grid().points();
        let gap = points.chunks_exact(2).zip(remainder.chunks_exact(2)).fold(0.0, |top: f64, (x, r)| {
            let truth = turn(x[0], x[1]);
            top.max((r[0] - truth[0]).abs()).max((r[1] - truth[1]).abs())
        });
        [worst(&split, |x| ground(x[0], x[1])), gap, split.remainder_share() - share]
    });
    println!("errors of E, R and the share {share:.4} on 20, 40, 80 columns: {errors:?}");
    for (i, pair) in (0..3).flat_map(|i| errors.windows(2).map(move |pair| (i, pair))) {
        let ratio = pair[0][i] / pair[1][i];
        assert!((3.0..5.0).contains(&ratio), "number {i} is divided by {ratio}");
    }
    assert!(errors[2].iter().all(|error| error.abs() < 1e-3), "{errors:?}");
}

#[test]
fn split_is_a_projection_the_remainder_s_own_share_is_one() {
    // A stream function that is zero on the border has no gradient part, on any grid.
    let turn = Plane(|x: f64, y: f64| {
        let (u, v) = (PI * x, PI * y);
        [u.sin() * v.cos(), -u.cos() * v.sin()]
    });
    let split = split(&turn, Grid::plane(0.0, 1.0, 0.0, 1.0, 32, 32).unwrap());
    assert!((split.remainder_share() - 1.0).abs() < 1e-4, "{}", split.remainder_share());
    let top = split.potential().iter().fold(0.0, |top: f64, e| top.max(*e));
    assert!(top < 1e-3, "no energy: {top}");
}

#[test]
fn tied_networks_leave_no_remainder_and_untied_ones_do() {
    for architecture in forms(&[2], 8) {
        let grid = Grid::plane(-1.0, 1.0, -1.0, 1.0, 24, 24).unwrap();
        let double = split(&Learned::<f64>::new(random(architecture, 34), 0.4), grid.clone()).remainder_share();
        let single = split(&Learned::<f32x4>::new(random(architecture, 34), 0.4), grid).remainder_share();
        let is_gradient = double < 1e-10;
        assert_eq!(is_gradient, architecture.decoder != Decoder::Untied, "{architecture:?}: {double:e}");
        assert!(
            (single - double).abs() < 1e-6,
            "{architecture:?}: {single:e} in single precision, {double:e} in double"
        );
        assert!((0.0..=1.0).contains(&double));
    }
}

#[test]
fn split_in_slices_is_the_split_at_once() {
    let learned = Learned::<f32x4>::new(random(forms(&[2], 8)[0], 35), 0.4);
    for (columns, rows) in [(1, 1), (5, 1), (1, 4), (7, 9)] {
        let grid = Grid::plane(-1.0, 1.0, -1.0, 1.5, columns, rows).unwrap();
        let whole = split(&learned, grid.clone());
        let mut slices = Split::new(grid);
        let mut calls = 1;
        while !slices.advance(&learned, 3) {
            calls += 1;
        }
        assert_eq!((slices.potential(), slices.remainder_share()), (whole.potential(), whole.remainder_share()));
        assert!(calls >= (columns * rows / 3) as usize, "{calls} calls");
        assert!(slices.advance(&learned, 3) && slices.potential() == whole.potential(), "the end is the end");
    }
}

#[test]
fn split_of_nothing_and_of_no_numbers_is_not_a_number() {
    let grid = || Grid::plane(0.0, 1.0, 0.0, 1.0, 4, 3).unwrap();
    let zero = split(&Linear::new(&[0.0; 4]), grid());
    assert!(zero.remainder_share().is_nan() && zero.potential().iter().all(|e| *e == 0.0));
    let hole = Plane(|x: f64, y: f64| if x > 0.7 && y > 0.7 { [f64::NAN; 2] } else { [x, y] });
    assert!(score_at(&hole, &[0.8, 0.8])[0].is_nan());
    assert!(split(&hole, grid()).potential().iter().all(|e| e.is_nan()));
}

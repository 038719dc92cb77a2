//! Quantities on grids.

use scorescape::experiment::parse;
use scorescape::query::{FixedPointSearch, Grid, GridQuery, Hessian, Quantity, Stability};
use scorescape::score::{Learned, Score};
use scorescape::session::Setup;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{energy, gaussians, score_at, three_gaussians};
use crate::support::reference_network::{forms, random};

const ALL: [Quantity; 6] = [
    Quantity::Score,
    Quantity::Energy,
    Quantity::ReconstructionError,
    Quantity::Curl,
    Quantity::Asymmetry,
    Quantity::HessianEigenvalues,
];
const SIGMA: f64 = 0.4;

fn complete(score: &dyn Score, grid: &Grid, quantity: Quantity, slice: usize) -> (Vec<f64>, u32) {
    let mut query = GridQuery::new(grid.clone(), quantity, SIGMA).unwrap();
    let mut calls = 1;
    while !query.advance(score, slice) {
        calls += 1;
    }
    assert!(query.is_complete() && query.known() == grid.cells());
    (query.values().to_vec(), calls)
}

#[test]
fn grid_query_answers_for_each_cell_what_its_point_would() {
    for architecture in forms(&[1, 2, 3], 10) {
        let learned = Learned::<f64>::new(random(architecture, 41), SIGMA);
        let grid = match architecture.dim {
            1 => Grid::line(-1.0, 2.0, 150).unwrap(),
            2 => Grid::plane(-1.0, 2.0, -1.0, 1.0, 15, 10).unwrap(),
            _ => Grid::view_plane(vec![0.1; 3], vec![0.0, 1.0, 0.0], vec![1.0, 0.0, 1.0], 15, 10).unwrap(),
        };
        let answers = ALL.map(|quantity| complete(&learned, &grid, quantity, usize::MAX).0);
        let mut hessian = Hessian::new(architecture.dim);
        for (cell, x) in grid.points().chunks_exact(architecture.dim).enumerate() {
            let d = architecture.dim;
            let s = score_at(&learned, x);
            hessian.update(&learned, x);
            let error: f64 = s.iter().map(|s| (SIGMA * SIGMA * s) * (SIGMA * SIGMA * s)).sum();
            let [score, _, reconstruction, curl, asymmetry, eigenvalues] = &answers;
            assert_eq!(score[cell * d..(cell + 1) * d], s);
            assert!((reconstruction[cell] - error).abs() <= 1e-14 * error);
            assert_eq!(curl[cell], hessian.curl(&grid.across(), &grid.up()));
            assert_eq!(asymmetry[cell], hessian.asymmetry(SIGMA));
            assert_eq!(&eigenvalues[cell * d..(cell + 1) * d], hessian.eigenvalues());
        }
    }
}

#[test]
fn grid_query_in_slices_is_the_query_at_once() {
    let learned = Learned::<f64>::new(random(forms(&[2], 10)[0], 42), SIGMA);
    let grid = Grid::plane(-1.0, 2.0, -1.0, 1.0, 15, 10).unwrap();
    for quantity in ALL {
        let (whole, once) = complete(&learned, &grid, quantity, usize::MAX);
        for slice in [7, 64, 100] {
            let (parts, calls) = complete(&learned, &grid, quantity, slice);
            assert_eq!(whole, parts, "{quantity:?} in slices of {slice}");
            assert!(once == 1 && calls >= 150_u32.div_ceil(slice as u32), "{quantity:?}: {calls} calls");
        }
        let mut query = GridQuery::new(grid.clone(), quantity, SIGMA).unwrap();
        query.advance(&learned, 20);
        let known = if quantity == Quantity::Energy { 0 } else { 20 };
        assert!(query.known() == known && !query.is_complete(), "{quantity:?}");
    }
}

#[test]
fn energy_on_a_grid_is_minus_the_log_density_but_for_a_constant() {
    let exact = three_gaussians();
    let grid = Grid::plane(-3.0, 3.0, -3.0, 3.0, 60, 50).unwrap();
    let (values, _) = complete(&exact, &grid, Quantity::Energy, 500);
    let truth: Vec<f64> = grid.points().chunks_exact(2).map(|x| energy(&exact, x)).collect();
    let least = truth.iter().fold(f64::INFINITY, |least, e| least.min(*e));
    let worst = values.iter().zip(&truth).fold(0.0, |top: f64, (e, t)| top.max((e - (t - least)).abs()));
    assert!(worst < 1e-5, "{worst:e}");
}

/// Alain and Bengio 2014: the reconstruction error does not show where the density is high.
#[test]
fn reconstruction_error_is_zero_at_maxima_saddles_and_minima_alike() {
    let exact = gaussians(2, &[1.0, 1.0, 1.0], &[2.0, 0.0, -1.0, 3f64.sqrt(), -1.0, -(3f64.sqrt())], 0.6);
    let starts = Grid::plane(-3.0, 3.0, -3.0, 3.0, 12, 12).unwrap().points();
    let mut search = FixedPointSearch::new(starts, 2, SIGMA).unwrap();
    search.advance(&exact, usize::MAX);
    let mut kinds: Vec<(Stability, f64)> = Vec::new();
    for point in search.found() {
        // A grid of one cell around the point.
        let [x, y] = [point.x[0], point.x[1]];
        let cell = Grid::plane(x - 1.0, x + 1.0, y - 1.0, y + 1.0, 1, 1).unwrap();
        let (error, _) = complete(&exact, &cell, Quantity::ReconstructionError, 1);
        assert!(error[0] < 1e-24, "{:?}: {:e}", point.stability, error[0]);
        kinds.push((point.stability, energy(&exact, &point.x)));
    }
    let energy_of = |kind| kinds.iter().find(|(stability, _)| *stability == kind).unwrap().1;
    assert!(energy_of(Stability::Repelling) > energy_of(Stability::Saddle) + 0.1);
    assert!(energy_of(Stability::Saddle) > energy_of(Stability::Attracting) + 0.1);
}

#[test]
fn grid_query_refuses_a_corruption_that_is_none() {
    let grid = Grid::line(0.0, 1.0, 2).unwrap();
    for sigma in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = GridQuery::new(grid.clone(), Quantity::Score, sigma).unwrap_err();
        assert_eq!(error.setting, "sigma");
    }
}

#[test]
fn grid_on_the_stage_lies_where_the_section_lifts_its_places() {
    let edges = [-1.0, 2.0, 0.5, 1.5];
    let view_plane = |link: &str| Setup::new(parse(link).0).unwrap().view_plane();
    for (link, dim) in [("data=spiral", 2), ("data=gmm-manifold&data.dim=5", 5)] {
        let view_plane = view_plane(&format!("#v=0&data.count=50&{link}"));
        let grid = Grid::on_view_plane(&view_plane, edges, 4, 3).unwrap();
        let lifted = view_plane.lift(&Grid::plane(-1.0, 2.0, 0.5, 1.5, 4, 3).unwrap().points());
        assert_eq!((grid.dim(), grid.points().len()), (dim, lifted.len()));
        assert!(grid.points().iter().zip(lifted).all(|(a, b)| (a - b).abs() < 1e-12), "{link}");
    }
    let line = view_plane("#v=0&data.count=50&data=two-wells");
    assert_eq!(Grid::on_view_plane(&line, edges, 3, 1).unwrap().points(), [-0.5, 0.5, 1.5]);
    assert_eq!(Grid::on_view_plane(&line, edges, 3, 2).unwrap_err().setting, "rows");
    assert_eq!(Grid::on_view_plane(&line, [2.0, 1.0, 0.0, 1.0], 3, 1).unwrap_err().setting, "right");
}

//! Fixed points of r, their number, places and stability.

use scorescape::model::{Architecture, Decoder, Network, Slot};
use scorescape::query::{FixedPoint, FixedPointSearch, Grid, Stability, distance_to_nearest, spurious};
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Learned, Score};
use scorescape::simd::{Simd, f32x4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Linear, Plane, gaussians, score_at};
use crate::support::finite_differences::jacobian;

fn found(score: &dyn Score, starts: Vec<f64>, sigma: f64) -> Vec<FixedPoint> {
    let mut search = FixedPointSearch::new(starts, score.dim(), sigma).unwrap();
    assert!(search.advance(score, usize::MAX));
    search.found().to_vec()
}

fn square(half: f64, count: u32) -> Vec<f64> {
    Grid::plane(-half, half, -half, half, count, count).unwrap().points()
}

fn count(points: &[FixedPoint], stability: Stability) -> usize {
    points.iter().filter(|point| point.stability == stability).count()
}

/// A zero of `f` between `low` and `high`, where its sign changes, by bisection.
fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    assert!(f(low) * f(high) < 0.0, "no change of sign between {low} and {high}");
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if f(low) * f(middle) <= 0.0 { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

#[test]
fn two_gaussians_have_two_modes_and_a_saddle_in_every_dimension() {
    let sigma = 0.3;
    for d in [1, 2, 3, 5] {
        let mut means = vec![0.0; 2 * d];
        (means[0], means[d]) = (-1.0, 1.2);
        let exact = gaussians(d, &[1.0, 1.5], &means, 0.25);
        let starts: Vec<f64> =
            (0..11).flat_map(|i| (0..d).map(move |k| if k == 0 { 0.4 * i as f64 - 2.0 } else { 0.3 })).collect();
        let points = found(&exact, starts, sigma);
        assert_eq!((points.len(), count(&points, Stability::Attracting)), (3, 2), "d = {d}: {points:?}");
        let along = |x: f64| {
            let mut point = vec![0.0; d];
            point[0] = x;
            score_at(&exact, &point)[0]
        };
        for (low, high, stability) in
            [(-1.5, -0.6, Stability::Attracting), (-0.5, 0.6, Stability::Saddle), (0.7, 1.6, Stability::Attracting)]
        {
            let place = bisect(low, high, along);
            let point = points.iter().find(|point| (point.x[0] - place).abs() < 1e-9).expect("a point there");
            assert!(point.x[1..].iter().all(|x| x.abs() < 1e-9), "{:?}", point.x);
            // In one dimension a fixed point is either a mode or repels on all sides.
            let expected = if d == 1 && stability == Stability::Saddle { Stability::Repelling } else { stability };
            assert_eq!(point.stability, expected, "d = {d} at {place}");
        }
    }
}

#[test]
fn three_gaussians_around_a_centre_have_three_modes_three_saddles_and_a_minimum() {
    let root = 3f64.sqrt();
    let (sigma, variance) = (0.4, 0.6);
    let exact = gaussians(2, &[1.0; 3], &[2.0, 0.0, -1.0, root, -1.0, -root], variance);
    let points = found(&exact, square(3.0, 12), sigma);
    let kinds = [Stability::Attracting, Stability::Saddle, Stability::Repelling].map(|kind| count(&points, kind));
    assert_eq!(kinds, [3, 3, 1], "{points:?}");
    // By symmetry one mode lies on the first axis right of the centre, one saddle left of it.
    let on_axis = |x: f64| score_at(&exact, &[x, 0.0])[0];
    let truth = [
        (0.0, Stability::Repelling),
        (bisect(1.0, 2.5, on_axis), Stability::Attracting),
        (bisect(-1.5, -0.2, on_axis), Stability::Saddle),
    ];
    for (distance, stability) in truth {
        for turn in 0..3 {
            let (sine, cosine) = (f64::from(turn) * std::f64::consts::TAU / 3.0).sin_cos();
            let place = [distance * cosine, distance * sine];
            let near = |p: &&FixedPoint| (p.x[0] - place[0]).hypot(p.x[1] - place[1]) < 1e-9;
            let point = points.iter().find(near).unwrap_or_else(|| panic!("no {stability:?} at {place:?}"));
            assert_eq!(point.stability, stability);
            // The radius against finite differences: J is symmetric, so it is the greatest eigenvalue or minus the
            // least.
            let j = jacobian(1e-3, &point.x, 2, |x, out| {
                let s = score_at(&exact, x);
                (0..2).for_each(|k| out[k] = x[k] + sigma * sigma * s[k]);
            });
            let (mean, gap) = (0.5 * (j[0] + j[3]), (0.5 * (j[0] - j[3])).hypot(j[1]));
            assert!((point.radius - (mean.abs() + gap)).abs() < 1e-7, "{} at {place:?}", point.radius);
        }
    }
}

#[test]
fn stability_is_that_of_r_and_not_of_the_density() {
    // On a Gaussian narrower than σ²/2, reconstruction overshoots the mode farther at each step: J = 1 - σ²/v.
    for (variance, stability) in
        [(1.0, Stability::Attracting), (0.51, Stability::Attracting), (0.49, Stability::Repelling)]
    {
        let score = Linear::new(&[-1.0 / variance, 0.0, 0.0, -1.0 / variance]);
        let points = found(&score, square(1.0, 4), 1.0);
        assert_eq!((points.len(), points[0].stability), (1, stability), "variance {variance}");
        assert!((points[0].radius - (1.0 - 1.0 / variance).abs()).abs() < 1e-12);
    }
    // A rotation inwards: J = I + (-a, -w; w, -a) has eigenvalues 1 - a ± iw.
    for (a, w) in [(0.5, 0.8), (0.5, 0.9), (-0.1, 0.3_f64)] {
        let points = found(&Linear::new(&[-a, -w, w, -a]), square(1.0, 4), 1.0);
        let modulus = (1.0 - a).hypot(w);
        let expected = if modulus < 1.0 { Stability::Attracting } else { Stability::Repelling };
        assert_eq!(points[0].stability, expected, "modulus {modulus}");
        assert!((points[0].radius - modulus).abs() < 1e-12);
    }
}

/// A network whose units bend steeply within [-2, 2]^d and whose output is small beside σ.
fn winding<L: Simd>(dim: usize, seed: u32) -> Learned<L> {
    let architecture = Architecture { dim, units: 12, decoder: Decoder::Untied, skip: 0.9, ..Architecture::default() };
    let mut rng = stream(seed, Purpose::Initialisation, 0);
    let mut network = Network::zeros(architecture);
    for unit in 0..architecture.units {
        let mut bias = 0.0;
        for k in 0..dim {
            let weight = 5.0 * rng.normal();
            network.set(unit, Slot::Encoder(k), weight);
            network.set(unit, Slot::Decoder(k), 0.2 * rng.normal());
            bias -= weight * (4.0 * rng.uniform() - 2.0);
        }
        network.set(unit, Slot::Bias, bias);
    }
    Learned::new(network, SIGMA)
}

const SIGMA: f64 = 0.4;

#[test]
fn fixed_points_of_networks_on_the_line_are_as_many_as_their_score_changes_sign() {
    let mut total = 0;
    for seed in 0..40 {
        let learned = winding::<f64>(1, seed);
        let grid = Grid::line(-8.0, 8.0, 8000).unwrap().points();
        let mut scores = vec![0.0; grid.len()];
        learned.scores(&grid, &mut scores);
        let changes: Vec<usize> = (1..grid.len()).filter(|&i| scores[i - 1] * scores[i] < 0.0).collect();
        let mut points = found(&learned, Grid::line(-8.0, 8.0, 160).unwrap().points(), SIGMA);
        points.sort_by(|a, b| a.x[0].total_cmp(&b.x[0]));
        points.retain(|point| point.x[0].abs() < 8.0);
        assert_eq!(points.len(), changes.len(), "seed {seed}: {points:?}");
        for (point, &i) in points.iter().zip(&changes) {
            assert!((grid[i - 1]..grid[i]).contains(&point.x[0]), "seed {seed}: {point:?} near {}", grid[i]);
            let slope = 1.0 + SIGMA * SIGMA * (scores[i] - scores[i - 1]) / (grid[i] - grid[i - 1]);
            let expected = if slope.abs() < 1.0 { Stability::Attracting } else { Stability::Repelling };
            assert_eq!(point.stability, expected, "seed {seed}: {point:?}, slope {slope}");
            assert!((point.radius - slope.abs()).abs() < 0.05, "seed {seed}: {point:?}, slope {slope}");
        }
        total += changes.len();
    }
    println!("{total} fixed points of 40 networks");
    assert!(total > 60, "{total}");
}

#[test]
fn attracting_points_of_networks_draw_iterates_back_and_others_do_not() {
    let mut seen = [0; 2];
    for seed in 50..56 {
        let learned = winding::<f32x4>(2, seed);
        for point in found(&learned, square(3.0, 16), SIGMA) {
            // A displacement of 1e-3 along generic directions, after 1000 reconstructions.
            let attracts = [[1e-3, 4e-4], [-5e-4, 1e-3]].iter().all(|step| {
                let mut x = [point.x[0] + step[0], point.x[1] + step[1]];
                for _ in 0..1000 {
                    let s = score_at(&learned, &x);
                    (0..2).for_each(|k| x[k] += SIGMA * SIGMA * s[k]);
                }
                (x[0] - point.x[0]).hypot(x[1] - point.x[1]) < 5e-4
            });
            if (point.radius - 1.0).abs() > 0.01 {
                assert_eq!(attracts, point.stability == Stability::Attracting, "seed {seed}: {point:?}");
                seen[usize::from(attracts)] += 1;
            }
        }
    }
    println!("{} points that attract, {} that do not", seen[1], seen[0]);
    assert!(seen[0] > 5 && seen[1] > 5, "{seen:?}");
}

/// Poincaré and Hopf: for a field that points inwards all around, the signs of det ∂s/∂x at its zeros add up to one. A
/// point missed or counted twice would change the sum.
#[test]
fn indices_of_the_fixed_points_of_networks_in_the_plane_add_up_to_one() {
    let mut total = 0;
    for seed in 60..66 {
        let learned = winding::<f32x4>(2, seed);
        let points = found(&learned, square(12.0, 30), SIGMA);
        let index = |point: &FixedPoint| {
            let mut j = [0.0; 4];
            learned.jacobian(&point.x, &mut j);
            (j[0] * j[3] - j[1] * j[2]).signum() as i32
        };
        assert_eq!(points.iter().map(index).sum::<i32>(), 1, "seed {seed}: {points:?}");
        total += points.len();
    }
    println!("{total} fixed points of 6 networks");
    assert!(total > 20, "{total}");
}

#[test]
fn spurious_points_attract_farther_than_five_sigma_from_every_training_point() {
    let sigma = 0.2;
    let exact = gaussians(2, &[1.0, 1.0], &[-1.5, 0.0, 1.5, 0.0], 0.1);
    let points = found(&exact, square(2.0, 11), sigma);
    assert_eq!(points.len(), 3);
    let places = |training: &[f64]| -> Vec<f64> {
        spurious(&points, training, sigma).map(|point| (point.x[0] * 10.0).round() / 10.0).collect()
    };
    assert_eq!(places(&[-1.5, 0.0, 1.5, 0.0]), [0.0; 0]);
    assert_eq!(places(&[-1.5, 0.0, 0.0, 0.0]), [1.5]);
    assert_eq!(places(&[1.5, 0.99]), [-1.5]);
    let mut both = places(&[1.5, 1.01]);
    both.sort_by(f64::total_cmp);
    assert_eq!(both, [-1.5, 1.5], "the saddle between them is none");
}

#[test]
fn search_in_slices_is_the_search_at_once_and_a_continuum_is_not_counted() {
    let learned = winding::<f32x4>(2, 60);
    let whole = found(&learned, square(3.0, 9), 0.4);
    assert!(!whole.is_empty());
    for slice in [1, 7, 50] {
        let mut search = FixedPointSearch::new(square(3.0, 9), 2, 0.4).unwrap();
        while !search.advance(&learned, slice) {
            assert!(search.followed().is_multiple_of(slice));
        }
        assert_eq!(search.found(), whole);
    }
    assert_eq!(found(&Linear::new(&[0.0; 4]), square(1.0, 3), 1.0), []);
    assert_eq!(found(&Linear::new(&[-1.0, 0.0, 0.0, 0.0]), square(1.0, 3), 1.0), []);
    assert_eq!(found(&Plane(|_, _| [f64::NAN; 2]), square(1.0, 3), 1.0), []);
}

#[test]
fn search_names_what_it_refuses() {
    let refused = |starts: Vec<f64>, dim, sigma| FixedPointSearch::new(starts, dim, sigma).unwrap_err().setting;
    assert_eq!(refused(vec![0.0; 2], 2, 0.0), "sigma");
    assert_eq!(refused(vec![0.0; 2], 2, f64::NAN), "sigma");
    assert_eq!(refused(vec![], 2, 1.0), "starts");
    assert_eq!(refused(vec![0.0; 3], 2, 1.0), "starts");
    assert_eq!(refused(vec![0.0, f64::INFINITY], 2, 1.0), "starts");
    assert_eq!(refused(vec![0.0; (1 << 22) + 1], 1, 1.0), "starts");
}

#[test]
fn distance_to_nearest_is_that_of_the_nearest_of_all_points() {
    assert_eq!(distance_to_nearest(&[1.0, 1.0], &[9.0, 1.0, 4.0, 5.0, 1.0, -5.0]), 5.0);
    assert_eq!(distance_to_nearest(&[1.0], &[]), f64::INFINITY);
}

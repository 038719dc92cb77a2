//! Detailed balance pair by pair: π(x)^{1/T} q(x → x*) α(x → x*) is the same both ways, to 1e-9 of its logarithm.

use scorescape::data::{Density, Mixture};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::sample::{Acceptance, EnergyRule, ErrorMoveMh, Infos, InterpolateMh, Inverse, Mala, ReconstructMh};
use scorescape::score::{Exact, Path, Reconstruction, Score};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::densities::mixture;

const SIGMA: f64 = 0.5;
const PAIRS: usize = 40;
const TOLERANCE: f64 = 1e-9;
const TEMPERATURES: [f64; 2] = [1.0, 1.7];

/// A mixture of three Gaussians in R³, blurred.
fn target() -> Exact {
    Exact::new(mixture(3, true).smoothed(SIGMA).unwrap()).unwrap()
}

/// log π(x)/T.
fn log_density(target: &Exact, temperature: f64, x: &[f64]) -> f64 {
    target.density().log_density(x).unwrap() / temperature
}

fn exact(temperature: f64) -> Acceptance {
    Acceptance::from(EnergyRule::Exact).at(temperature)
}

fn near(rng: &mut Stream, x: &[f64], size: f64) -> Vec<f64> {
    x.iter().map(|x| x + size * rng.normal()).collect()
}

/// E(to) - E(from) by `acceptance`.
fn difference(acceptance: &mut Acceptance, target: &Exact, from: &[f64], to: &[f64]) -> f64 {
    let mut difference = [0.0];
    acceptance.energy_differences(target, from, to, &mut difference);
    difference[0]
}

/// The score at x.
fn score(target: &Exact, x: &[f64]) -> Vec<f64> {
    let mut score = vec![0.0; 3];
    target.scores(x, &mut score);
    score
}

/// Compares the flows of `PAIRS` random pairs from `flows`. The acceptance ratio must be above 1 for at least a tenth
/// of the pairs, and below 1 for at least a tenth.
fn assert_balanced(name: &str, index: u64, mut flows: impl FnMut(&mut Stream, &[f64]) -> [(f64, f64); 2]) {
    let (target, mut rng) = (target(), stream(3, Purpose::Measure, index));
    let mut rising = 0;
    for _ in 0..PAIRS {
        let mut x = vec![0.0; 3];
        target.density().sample(&mut rng, &mut x);
        let [(there, log_there), (back, log_back)] = flows(&mut rng, &x);
        let gap = (there + log_there.min(0.0) - back - log_back.min(0.0)).abs();
        assert!(gap < TOLERANCE, "{name}: {gap:e}");
        assert!(log_there.is_finite() && (log_there + log_back).abs() < TOLERANCE, "{name}: {log_there}, {log_back}");
        rising += usize::from(log_there > 0.0);
    }
    assert!(rising > PAIRS / 10 && rising < PAIRS - PAIRS / 10, "{name}: {rising}");
}

#[test]
fn random_walk_is_balanced_by_exact_energies_and_by_path() {
    let target = target();
    for temperature in TEMPERATURES {
        // Enough nodes to make the path's own error negligible.
        for rule in [EnergyRule::Exact, EnergyRule::Path(Path::gauss_legendre(30, 3).unwrap())] {
            let mut acceptance = Acceptance::from(rule).at(temperature);
            assert_balanced("random walk", 0, |rng, x| {
                let to = near(rng, x, 0.8);
                let mut flow = |from: &[f64], to: &[f64]| {
                    let difference = difference(&mut acceptance, &target, from, to);
                    (log_density(&target, temperature, from), acceptance.log_symmetric(difference))
                };
                [flow(x, &to), flow(&to, x)]
            });
        }
    }
}

#[test]
fn mala_is_balanced() {
    let target = target();
    for temperature in TEMPERATURES {
        let (kernel, mut acceptance) = (Mala::new(0.8, exact(temperature), 3), exact(temperature));
        assert_balanced("MALA", 0, |rng, x| {
            let to = near(rng, x, 0.8);
            let mut flow = |from: &[f64], to: &[f64]| {
                let (here, there) = (score(&target, from), score(&target, to));
                let proposal = kernel.log_proposal(&here, from, to);
                let difference = difference(&mut acceptance, &target, from, to);
                let log_acceptance = kernel.log_acceptance(difference, (from, &here), (to, &there));
                (log_density(&target, temperature, from) + proposal, log_acceptance)
            };
            [flow(x, &to), flow(&to, x)]
        });
    }
}

#[test]
fn reconstruct_mh_and_its_relaxation_are_balanced() {
    let target = target();
    for temperature in TEMPERATURES {
        let kernels = [
            ReconstructMh::new(SIGMA, 0.6, exact(temperature), 3),
            ReconstructMh::relaxed(SIGMA, 0.7, exact(temperature), 3),
        ];
        for (index, mut kernel) in kernels.into_iter().enumerate() {
            assert_balanced("reconstruct-mh", 1 + index as u64, |rng, y| {
                let (mut x, mut to, [mut here, mut there]) = (vec![0.0; 3], vec![0.0; 3], [[0.0]; 2]);
                kernel.images(&target, y, &mut x, &mut here);
                let corrupted = near(rng, &x, 0.6);
                kernel.images(&target, &corrupted, &mut to, &mut there);
                let ([here], [there]) = (here, there);
                let rise = |from: &[f64], to: &[f64]| difference(&mut exact(temperature), &target, from, to);
                // The density of y is the density of m(y) times |det m'(y)|.
                let flow = |kernel: &ReconstructMh, x: &[f64], determinant: f64, y: &[f64]| {
                    log_density(&target, temperature, x) + determinant + kernel.log_proposal(x, y)
                };
                let forth = flow(&kernel, &x, here, &corrupted);
                let back = flow(&kernel, &to, there, y);
                [
                    (forth, kernel.log_acceptance(rise(&x, &to), (&x, y), (&to, &corrupted), there - here)),
                    (back, kernel.log_acceptance(rise(&to, &x), (&to, &corrupted), (&x, y), here - there)),
                ]
            });
        }
    }
}

#[test]
fn interpolate_mh_is_balanced() {
    let target = target();
    let merge = 0.6;
    let map = Reconstruction::new(&target, SIGMA).unwrap();
    for temperature in TEMPERATURES {
        let mut kernel = InterpolateMh::new(SIGMA, merge, exact(temperature), 3);
        assert_balanced("interpolate-mh", 3, |rng, x| {
            let (corrupted, mut to, mut reverse) = (near(rng, x, 0.9), vec![0.0; 3], vec![0.0; 3]);
            kernel.merge(&target, x, &corrupted, &mut to);
            let image: Vec<f64> = x.iter().zip(&to).map(|(x, to)| (x - (1.0 - merge) * to) / merge).collect();
            assert!(Inverse::new(3).solve(&map, &image, &mut reverse));
            let mut flow = |from: &[f64], to: &[f64], corrupted: &[f64]| {
                let proposal = kernel.log_proposal(&target, from, corrupted);
                let mut infos = Infos::new(1, 3);
                infos.proposals.copy_from_slice(to);
                kernel.weigh(&target, from, corrupted, &mut infos.all());
                (log_density(&target, temperature, from) + proposal, infos.log_acceptances[0])
            };
            [flow(x, &to, &corrupted), flow(&to, x, &reverse)]
        });
    }
}

#[test]
fn error_move_mh_is_balanced_given_its_noisy_copy() {
    let target = target();
    for temperature in TEMPERATURES {
        let (kernel, mut acceptance) = (ErrorMoveMh::new(SIGMA, 0.8, exact(temperature), 3), exact(temperature));
        assert_balanced("error-move-mh", 4, |rng, x| {
            let (y, mut to, mut again) = (near(rng, x, 0.7), vec![0.0; 3], vec![0.0; 3]);
            kernel.shift(&target, x, &y, &[-1.0], &mut to);
            kernel.shift(&target, &to, &y, &[1.0], &mut again);
            assert!(x.iter().zip(&again).all(|(x, again)| (x - again).abs() < 1e-14));
            let mut flow = |from: &[f64], to: &[f64]| {
                let difference = difference(&mut acceptance, &target, from, to);
                (
                    log_density(&target, temperature, from) + kernel.log_noise(from, &y),
                    kernel.log_acceptance(difference, from, to, &y),
                )
            };
            [flow(x, &to), flow(&to, x)]
        });
    }
}

#[test]
fn inverse_finds_far_points_and_says_so_where_there_is_none() {
    let mut inverse = Inverse::new(1);
    let two = Mixture::isotropic(1, &[1.0, 1.0], vec![-1.0, 1.0], 0.01).unwrap();
    let blurred = Exact::new(two.smoothed(SIGMA).unwrap()).unwrap();
    let map = Reconstruction::new(&blurred, SIGMA).unwrap();
    let (mut y, mut image) = ([0.0], [0.0]);
    for point in [-40.0, -1.0, -0.05, 0.0, 0.3, 7.0] {
        map.reconstruct(&[point], &mut image);
        assert!(inverse.solve(&map, &image, &mut y));
        assert!((y[0] - point).abs() < 1e-9 * (1.0 + point.abs()), "{} for {point}", y[0]);
    }
    /// r(x) = sin x for σ = 1: no point is mapped to 2.
    struct Sine;
    impl Score for Sine {
        fn dim(&self) -> usize {
            1
        }
        fn scores(&self, points: &[f64], out: &mut [f64]) {
            out.iter_mut().zip(points).for_each(|(out, x)| *out = x.sin() - x);
        }
        fn jacobian(&self, x: &[f64], out: &mut [f64]) {
            out[0] = x[0].cos() - 1.0;
        }
    }
    let map = Reconstruction::new(&Sine, 1.0).unwrap();
    assert!(inverse.solve(&map, &[0.4], &mut y) && (y[0].sin() - 0.4).abs() < 1e-12);
    assert!(!inverse.solve(&map, &[2.0], &mut y));
}

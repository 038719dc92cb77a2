//! Every kernel keeps the law of closed-form targets: chains that start from exact draws end in exact draws.
//!
//! Kolmogorov-Smirnov over all coordinates and the norm together, at `ALPHA` with fixed seeds.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::experiment::Experiment;
use scorescape::math::TAU;
use scorescape::rng::{Purpose, stream};
use scorescape::sample::{
    Acceptance, EnergyRule, Hmc, Info, Inverse, Langevin, Mala, NoiseE, NoiseR, Nuts, RandomWalk, Reconstruct,
    ReconstructMh, Sampler, State,
};
use scorescape::score::{Exact, Path, Reconstruction, Score};

use crate::ks;

pub const ALPHA: f64 = 1e-4;
const CHAINS: usize = 1200;
const TRANSITIONS: u32 = 40;
/// Of kernels that come far with each.
const FEW: u32 = 12;
const SEED: u32 = 7;

/// A density p_σ with its σ and a step size that suits it.
pub struct Target {
    pub name: &'static str,
    pub score: Exact,
    pub sigma: f64,
    pub step: f64,
}

impl Target {
    fn of(name: &'static str, density: Box<dyn Density>, sigma: f64, step: f64) -> Self {
        Self { name, score: Exact::new(density).unwrap(), sigma, step }
    }

    fn blurred(name: &'static str, density: &Mixture, sigma: f64, step: f64) -> Self {
        Self::of(name, density.smoothed(sigma).unwrap(), sigma, step)
    }

    pub fn dim(&self) -> usize {
        self.score.dim()
    }
}

/// A Gaussian with unequal variances and correlations, the former multiplied by `factor`.
fn gaussian(d: usize, factor: f64) -> Mixture {
    let entry = |i: usize, j: usize| if i == j { 1.0 + 0.2 * i as f64 } else { 0.6 / (1.0 + i.abs_diff(j) as f64) };
    let covariance = (0..d * d).map(|n| factor * entry(n / d, n % d)).collect();
    Mixture::full(d, &[1.0], vec![0.5; d], covariance).unwrap()
}

/// Two unequal Gaussians that overlap.
pub fn two_gaussians(d: usize) -> Mixture {
    let means = (0..2 * d)
        .map(|i| {
            if i == 0 {
                -1.5
            } else if i == d {
                1.0
            } else {
                0.1 * (i % d) as f64
            }
        })
        .collect();
    let entry =
        |k: usize, i: usize, j: usize| if i == j { 0.3 + 0.2 * k as f64 } else { 0.1 - 0.15 * k as f64 / d as f64 };
    let covariances = (0..2 * d * d).map(|n| entry(n / (d * d), n / d % d, n % d)).collect();
    Mixture::full(d, &[1.0, 2.0], means, covariances).unwrap()
}

pub fn gaussian_target(d: usize) -> Target {
    let (name, step) = match d {
        1 => ("Gaussian, d = 1", 1.5),
        2 => ("Gaussian, d = 2", 1.2),
        _ => ("Gaussian, d = 10", 0.6),
    };
    Target::blurred(name, &gaussian(d, 1.0), 0.5, step)
}

pub fn mixture_target(d: usize) -> Target {
    let (name, step) = match d {
        1 => ("two Gaussians, d = 1", 1.0),
        2 => ("two Gaussians, d = 2", 0.8),
        _ => ("two Gaussians, d = 10", 0.4),
    };
    Target::blurred(name, &two_gaussians(d), 0.5, step)
}

fn ring() -> Target {
    let place = |i: usize| (TAU * (i / 2) as f64 / 8.0 - TAU / 4.0 * (i % 2) as f64).cos();
    let ring = Mixture::isotropic(2, &[1.0; 8], (0..16).map(|i| 1.5 * place(i)).collect(), 0.06).unwrap();
    Target::blurred("ring", &ring, 0.25, 0.4)
}

fn targets() -> Vec<Target> {
    let sizes = [1, 2, 10];
    sizes.map(gaussian_target).into_iter().chain(sizes.map(mixture_target)).chain([ring()]).collect()
}

/// Densities that are given to kernels which need nothing but their score.
fn curved() -> Vec<Target> {
    let named = |id: &str| (dataset(id).unwrap().build)(Experiment::of(dataset(id).unwrap()).settings(), None).unwrap();
    let banana = named("banana").smoothed(0.2).unwrap();
    vec![Target::of("banana", banana, 0.2, 0.2), Target::of("ninja star", named("ninja-star"), 0.3, 0.3)]
}

/// The ends of chains that start at each of `starts`.
pub fn run(kernel: &mut dyn Sampler, score: &dyn Score, starts: &[f64]) -> Vec<f64> {
    run_for(TRANSITIONS, kernel, score, starts)
}

/// The same after so many transitions.
pub fn run_for(transitions: u32, kernel: &mut dyn Sampler, score: &dyn Score, starts: &[f64]) -> Vec<f64> {
    let dim = score.dim();
    let (mut ends, mut info) = (starts.to_vec(), Info::new(dim));
    let mut memory = vec![0.0; kernel.memory(dim)];
    let mut accepted = 0;
    for (chain, position) in ends.chunks_exact_mut(dim).enumerate() {
        let mut rng = stream(SEED, Purpose::Proposal, chain as u64);
        let mut state = State { position, memory: &mut memory };
        kernel.begin(score, &mut rng, &mut state);
        for _ in 0..transitions {
            kernel.transition(score, &mut rng, &mut state, &mut info);
            accepted += u32::from(info.accepted);
        }
    }
    let share = f64::from(accepted) / f64::from(transitions) / (starts.len() / dim) as f64;
    assert!(share > 0.1, "chains hardly move: {share:.2} accepted");
    print!("accepted {share:.2}, ");
    ends
}

pub fn draws(density: &dyn Density, count: usize, index: u64) -> Vec<f64> {
    Points::draw_from(density, count, &mut stream(SEED, Purpose::Measure, index)).values().to_vec()
}

/// `CHAINS` exact draws.
pub fn starts(density: &dyn Density) -> Vec<f64> {
    draws(density, CHAINS, 0)
}

/// Whether `states` differ from draws of `law`.
pub fn rejects(name: &str, law: &dyn Density, states: &[f64]) -> bool {
    let (p, tests) = ks::least_p_value(states, &draws(law, 20_000, 1), law.dim());
    println!("{name}: least p-value {p:.1e} of {tests}");
    p < ALPHA / tests as f64
}

/// The points that `sigma`'s reconstruction maps on `images`.
pub fn inverted(score: &dyn Score, sigma: f64, images: &[f64]) -> Vec<f64> {
    let map = Reconstruction::new(score, sigma).unwrap();
    let (mut inverse, mut points) = (Inverse::new(score.dim()), images.to_vec());
    for (image, point) in images.chunks_exact(score.dim()).zip(points.chunks_exact_mut(score.dim())) {
        assert!(inverse.solve(&map, image, point), "no pre-image of {image:?}");
    }
    points
}

type Build = fn(&Target, Acceptance) -> Box<dyn Sampler>;

const RANDOM_WALK: Build = |target, acceptance| Box::new(RandomWalk::new(target.step, acceptance));
const MALA: Build = |target, acceptance| Box::new(Mala::new(target.step, acceptance, target.dim()));
const HMC: Build = |target, acceptance| Box::new(Hmc::new(0.7 * target.step, 5, acceptance, target.dim()));
const NUTS: Build = |target, acceptance| Box::new(Nuts::new(0.7 * target.step, 4, acceptance, target.dim()));
const NOISE_R: Build = |target, acceptance| Box::new(NoiseR::new(target.sigma, 0.6, acceptance, target.dim()));
const NOISE_E: Build = |target, acceptance| Box::new(NoiseE::new(target.sigma, 0.8, acceptance, target.dim()));

fn exact() -> Acceptance {
    EnergyRule::Exact.into()
}

fn assert_keeps(targets: Vec<Target>, transitions: u32, build: Build) {
    for target in targets {
        let law = target.score.density();
        let states = run_for(transitions, &mut *build(&target, exact()), &target.score, &starts(law));
        assert!(!rejects(target.name, law, &states), "{}", target.name);
    }
}

fn everywhere() -> Vec<Target> {
    targets().into_iter().chain(curved()).collect()
}

#[test]
fn random_walk_keeps_the_law_of_every_target() {
    assert_keeps(everywhere(), TRANSITIONS, RANDOM_WALK);
}

#[test]
fn mala_keeps_the_law_of_every_target() {
    assert_keeps(everywhere(), TRANSITIONS, MALA);
}

#[test]
fn hmc_keeps_the_law_of_every_target() {
    assert_keeps(everywhere(), FEW, HMC);
}

#[test]
fn nuts_keeps_the_law_of_every_target() {
    assert_keeps(everywhere(), FEW, NUTS);
}

#[test]
fn noise_e_keeps_the_law_of_every_target() {
    assert_keeps(everywhere(), TRANSITIONS, NOISE_E);
}

#[test]
fn noise_r_keeps_the_law_of_every_mixture() {
    assert_keeps(targets(), TRANSITIONS / 2, NOISE_R);
}

#[test]
fn reconstruct_mh_keeps_the_law_of_every_mixture() {
    for target in targets() {
        let law = target.score.density();
        let mut kernel = ReconstructMh::new(target.sigma, 1.5 * target.sigma, exact(), target.dim());
        let starts = inverted(&target.score, target.sigma, &starts(law));
        let states = run(&mut kernel, &target.score, &starts);
        assert!(!rejects(target.name, law, &states), "{}", target.name);
    }
}

#[test]
fn merge_x_keeps_the_law_of_every_mixture() {
    for target in targets() {
        let law = target.score.density();
        let mut kernel = ReconstructMh::merging(target.sigma, 0.7, exact(), target.dim());
        let starts = inverted(&target.score, 0.7f64.sqrt() * target.sigma, &starts(law));
        let states = run(&mut kernel, &target.score, &starts);
        assert!(!rejects(target.name, law, &states), "{}", target.name);
    }
}

#[test]
fn exact_kernels_draw_at_their_temperature() {
    const TEMPERATURE: f64 = 1.7;
    let target = gaussian_target(2);
    // p_σ to the power 1/T: the covariance times T.
    let law = gaussian(2, TEMPERATURE).smoothed(TEMPERATURE.sqrt() * target.sigma).unwrap();
    let tempered = || exact().at(TEMPERATURE);
    for (name, build) in [
        ("random walk", RANDOM_WALK),
        ("MALA", MALA),
        ("HMC", HMC),
        ("NUTS", NUTS),
        ("noise-r", NOISE_R),
        ("noise-e", NOISE_E),
    ] {
        let states = run(&mut *build(&target, tempered()), &target.score, &starts(&*law));
        assert!(!rejects(name, &*law, &states), "{name}");
    }
    let mut merging = ReconstructMh::merging(target.sigma, 1.0, tempered(), 2);
    let states = run(&mut merging, &target.score, &inverted(&target.score, target.sigma, &starts(&*law)));
    assert!(!rejects("merge-x", &*law, &states));
}

#[test]
fn kernels_by_path_integral_keep_the_law_too() {
    let target = mixture_target(2);
    let law = target.score.density();
    let trapezoid = Path::trapezoid(20, 2);
    let segments = || Path::gauss_legendre(3, 2).unwrap();
    for (name, build, transitions, path) in [
        ("MALA", MALA, TRANSITIONS, trapezoid.clone()),
        ("noise-r", NOISE_R, TRANSITIONS / 2, trapezoid.clone()),
        ("noise-e", NOISE_E, TRANSITIONS, trapezoid),
        ("HMC", HMC, FEW, segments()),
        ("NUTS", NUTS, FEW, segments()),
    ] {
        let mut kernel = build(&target, EnergyRule::Path(path).into());
        let states = run_for(transitions, &mut *kernel, &target.score, &starts(law));
        assert!(!rejects(name, law, &states), "{name}");
    }
}

#[test]
fn trapezoid_on_the_leapfrog_s_own_ends_is_rejected_where_gauss_legendre_is_not() {
    let target = mixture_target(1);
    let law = target.score.density();
    let is_rejected = |path: Path| {
        let mut kernel = Hmc::new(1.1, 5, EnergyRule::Path(path), 1);
        rejects("HMC", law, &run_for(FEW, &mut kernel, &target.score, &starts(law)))
    };
    assert!(is_rejected(Path::trapezoid(1, 1)));
    assert!(!is_rejected(Path::gauss_legendre(3, 1).unwrap()));
}

/// A normal density on the line.
fn normal(variance: f64) -> Exact {
    Exact::new(Box::new(Mixture::isotropic(1, &[1.0], vec![0.5], variance).unwrap())).unwrap()
}

#[test]
fn inexact_kernels_have_the_laws_that_follow_on_a_gaussian() {
    let (variance, sigma, step, temperature) = (1.3, 0.6, 0.9, 1.4);
    let score = normal(variance);
    let slope = 1.0 - sigma * sigma / variance;
    let walk = |noise: f64| slope * slope * noise * noise / (1.0 - slope * slope);
    let langevin = temperature * variance / (1.0 - step * step / (4.0 * variance * temperature));
    let cases: [(&str, Box<dyn Sampler>, f64); 3] = [
        ("Langevin", Box::new(Langevin::new(step, temperature, 1)), langevin),
        ("reconstruct", Box::new(Reconstruct::new(sigma, 1.5, 1)), walk(1.5)),
        ("walkback", Box::new(Reconstruct::new(sigma, sigma, 1)), walk(sigma)),
    ];
    for (name, mut kernel, variance) in cases {
        let law = normal(variance);
        let states = run(&mut *kernel, &score, &starts(law.density()));
        assert!(!rejects(name, law.density(), &states), "{name}");
        assert!(rejects(name, score.density(), &states), "{name} draws from the density itself");
    }
}

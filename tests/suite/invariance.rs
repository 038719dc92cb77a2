//! Whether a kernel keeps the law of closed-form targets: chains that start from exact draws must end in exact draws.
//! ΔE is exact. Where a kernel reconstructs, r is the optimum r*_σ of a mixture and the energy is -log p_σ.
//!
//! The test is Kolmogorov and Smirnov's, on all coordinates and the norm together, at `ALPHA` with fixed seeds. Tests
//! and the report run it in different sizes.

use std::sync::Mutex;

use scorescape::data::{Density, Mixture, Points, dataset};
use scorescape::experiment::Experiment;
use scorescape::math::TAU;
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::sample::{
    Acceptance, CHAINS_PER_GROUP, EnergyRule, ErrorMoveMh, Fault, Hmc, Infos, InterpolateMh, Inverse, Mala, Nuts,
    RandomWalk, ReconstructMh, Sampler, States,
};
use scorescape::score::{Exact, Reconstruction, Score};

use crate::support::ks_two_sample::two_sample_p_value;
use crate::support::parallel::side_by_side;

pub const ALPHA: f64 = 1e-4;
const SEED: u32 = 7;
/// Reference draws for each chain.
const DRAWS: usize = 5;

/// Number of chains and their length.
#[derive(Clone, Copy)]
pub struct Size {
    pub chains: usize,
    pub transitions: u32,
}

/// A density p_σ with its σ and a suitable step size.
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

    pub fn law(&self) -> &dyn Density {
        self.score.density()
    }
}

/// A Gaussian with unequal variances, multiplied by `factor`, and correlations.
pub fn gaussian(d: usize, factor: f64) -> Mixture {
    let entry = |i: usize, j: usize| if i == j { 1.0 + 0.2 * i as f64 } else { 0.6 / (1.0 + i.abs_diff(j) as f64) };
    let covariance = (0..d * d).map(|n| factor * entry(n / d, n % d)).collect();
    Mixture::full(d, &[1.0], vec![0.5; d], covariance).unwrap()
}

/// Two unequal Gaussians that overlap.
fn two_gaussians(d: usize) -> Mixture {
    let mean = |i: usize| match i {
        0 => -1.5,
        i if i == d => 1.0,
        i => 0.1 * (i % d) as f64,
    };
    let entry =
        |k: usize, i: usize, j: usize| if i == j { 0.3 + 0.2 * k as f64 } else { 0.1 - 0.15 * k as f64 / d as f64 };
    let covariances = (0..2 * d * d).map(|n| entry(n / (d * d), n / d % d, n % d)).collect();
    Mixture::full(d, &[1.0, 2.0], (0..2 * d).map(mean).collect(), covariances).unwrap()
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

fn mixtures() -> Vec<Target> {
    let sizes = [1, 2, 10];
    sizes.map(gaussian_target).into_iter().chain(sizes.map(mixture_target)).chain([ring()]).collect()
}

/// A bent Gaussian (Haario, Saksman and Tamminen 1999): x₁ ~ N(0, 1), x₂ ~ N(½x₁², 0.4²).
struct Banana;

const BEND: f64 = 0.5;
const PRECISION: f64 = 1.0 / 0.16;

impl Density for Banana {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out[0] = rng.normal();
        out[1] = BEND * out[0] * out[0] + rng.normal() / PRECISION.sqrt();
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let across = x[1] - BEND * x[0] * x[0];
        Some(-0.5 * (x[0] * x[0] + PRECISION * across * across) + 0.5 * PRECISION.ln() - TAU.ln())
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let pull = PRECISION * (x[1] - BEND * x[0] * x[0]);
        out[0] = 2.0 * BEND * x[0] * pull - x[0];
        out[1] = -pull;
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let slope = 2.0 * BEND * x[0];
        out[0] = 2.0 * BEND * PRECISION * (x[1] - BEND * x[0] * x[0]) - slope * slope * PRECISION - 1.0;
        out[1] = slope * PRECISION;
        out[2] = out[1];
        out[3] = -PRECISION;
        Some(())
    }

    fn smoothed(&self, _: f64) -> Option<Box<dyn Density>> {
        None
    }
}

/// Densities for kernels that need only the score.
fn curved() -> Vec<Target> {
    let ninja = dataset("ninja-star").unwrap();
    let star = (ninja.build)(Experiment::of(ninja).settings(), None).unwrap();
    vec![Target::of("banana", Box::new(Banana), 0.3, 0.35), Target::of("ninja star", star, 0.3, 0.3)]
}

/// Builds a kernel for a target and the σ that the kernel assumes.
type Build = fn(&Target, f64, Acceptance) -> Box<dyn Sampler>;

/// An exact kernel.
pub struct Kernel {
    pub name: &'static str,
    pub build: Build,
    /// β of kernels whose state is a y with x = (1 - β) y + β r(y).
    pub merge: Option<f64>,
    /// Whether r must be a bijection, so that only mixtures are suitable.
    reconstructs: bool,
}

impl Kernel {
    fn targets(&self) -> Vec<Target> {
        if self.reconstructs { mixtures() } else { mixtures().into_iter().chain(curved()).collect() }
    }

    /// Initial chain states whose positions are `points`.
    pub fn states_of(&self, target: &Target, points: Vec<f64>) -> Vec<f64> {
        self.merge.map_or(points.clone(), |merge| inverted(&target.score, merge.sqrt() * target.sigma, &points))
    }
}

const fn kernel(name: &'static str, build: Build) -> Kernel {
    Kernel { name, build, merge: None, reconstructs: false }
}

pub static RANDOM_WALK: Kernel =
    kernel("random-walk", |target, _, acceptance| Box::new(RandomWalk::new(target.step, acceptance)));
pub static MALA: Kernel =
    kernel("mala", |target, _, acceptance| Box::new(Mala::new(target.step, acceptance, target.dim())));
pub static HMC: Kernel =
    kernel("hmc", |target, _, acceptance| Box::new(Hmc::new(target.step, 3, acceptance, target.dim())));
pub static NUTS: Kernel =
    kernel("nuts", |target, _, acceptance| Box::new(Nuts::new(target.step, 3, acceptance, target.dim())));
pub static ERROR_MOVE_MH: Kernel = kernel("error-move-mh", |target, sigma, acceptance| {
    Box::new(ErrorMoveMh::new(sigma, 0.8, acceptance, target.dim()))
});
pub static INTERPOLATE_MH: Kernel = Kernel {
    name: "interpolate-mh",
    build: |target, sigma, acceptance| Box::new(InterpolateMh::new(sigma, 0.6, acceptance, target.dim())),
    merge: None,
    reconstructs: true,
};
pub static RECONSTRUCT_MH: Kernel = Kernel {
    name: "reconstruct-mh",
    build: |target, sigma, acceptance| Box::new(ReconstructMh::new(sigma, 1.5 * sigma, acceptance, target.dim())),
    merge: Some(1.0),
    reconstructs: true,
};
pub static RELAXED_RECONSTRUCT_MH: Kernel = Kernel {
    name: "relaxed-reconstruct-mh",
    build: |target, sigma, acceptance| Box::new(ReconstructMh::relaxed(sigma, 0.7, acceptance, target.dim())),
    merge: Some(0.7),
    reconstructs: true,
};

/// Result of one kernel on one target.
pub struct Outcome {
    pub target: &'static str,
    /// Share of accepted proposals.
    pub accepted: f64,
    /// The least p-value, and the number of tests.
    pub p: f64,
    pub tests: usize,
}

impl Outcome {
    /// Whether the test distinguishes the ends from draws of the law.
    pub fn is_rejected(&self) -> bool {
        self.p.is_nan() || self.p < ALPHA / self.tests as f64
    }
}

/// `kernel` on each of its targets.
pub fn examine(kernel: &Kernel, size: Size) -> Vec<Outcome> {
    side_by_side(kernel.targets(), |target| examine_on(&target, kernel, Fault::None, size))
}

/// `kernel` with a fault on one target, started from the law.
pub fn examine_on(target: &Target, kernel: &Kernel, fault: Fault, size: Size) -> Outcome {
    let acceptance = Acceptance::from(EnergyRule::Exact).with_fault(fault, target.dim());
    let mut sampler = fault.inject((kernel.build)(target, fault.sigma(target.sigma), acceptance));
    let starts = kernel.states_of(target, draws(target.law(), size.chains, 0));
    let (ends, accepted) = run(size.transitions, &mut *sampler, &Remembering::new(&target.score), &starts);
    let (p, tests) = least_p_value(target.law(), &ends);
    Outcome { target: target.name, accepted, p, tests }
}

/// The ends of chains started at `starts`, and the share of accepted proposals.
pub fn run(transitions: u32, kernel: &mut dyn Sampler, score: &dyn Score, starts: &[f64]) -> (Vec<f64>, f64) {
    let mut accepted = 0;
    let ends = run_groups(transitions, kernel, score, starts, SEED, |_, infos| {
        accepted += infos.accepted.iter().filter(|accepted| **accepted).count();
    });
    let proposals = f64::from(transitions) * (starts.len() / score.dim()) as f64;
    (ends, accepted as f64 / proposals)
}

/// The ends of chains that start at `starts` and move in groups, with streams of `seed`. `look` receives the number
/// (from 0) and the records of each transition of each group.
pub fn run_groups(
    transitions: u32,
    kernel: &mut dyn Sampler,
    score: &dyn Score,
    starts: &[f64],
    seed: u32,
    mut look: impl FnMut(u32, &Infos),
) -> Vec<f64> {
    let (dim, mut ends) = (score.dim(), starts.to_vec());
    let properties = kernel.properties(dim);
    for (group, positions) in ends.chunks_mut(CHAINS_PER_GROUP * dim).enumerate() {
        let chains = positions.len() / dim;
        let (mut chain_states, mut group_state) =
            (vec![0.0; chains * properties.state_len], vec![0.0; properties.group_state_len]);
        let stream = |chain| stream(seed, Purpose::Proposal, (group * CHAINS_PER_GROUP + chain) as u64);
        let (mut rngs, mut infos) = ((0..chains).map(stream).collect::<Vec<_>>(), Infos::new(chains, dim));
        let mut states = States { positions, chain_states: &mut chain_states, group_state: &mut group_state };
        kernel.init(score, &mut states);
        for transition in 0..transitions {
            kernel.transition(score, &mut rngs, &mut states, &mut infos.all());
            look(transition, &infos);
        }
    }
    ends
}

/// Exact draws.
pub fn draws(density: &dyn Density, count: usize, index: u64) -> Vec<f64> {
    Points::draw_from(density, count, &mut stream(SEED, Purpose::Measure, index)).values().to_vec()
}

/// The least p-value over all coordinates and the norm of `points` against `DRAWS` times the number of `points` in
/// draws of `law`; and the number of tests.
pub fn least_p_value(law: &dyn Density, points: &[f64]) -> (f64, usize) {
    let dim = law.dim();
    let reference = draws(law, DRAWS * points.len() / dim, 1);
    let norms = |points: &[f64]| points.chunks_exact(dim).map(|x| x.iter().map(|x| x * x).sum()).collect::<Vec<f64>>();
    let coordinate = |points: &[f64], k: usize| points.iter().skip(k).step_by(dim).copied().collect::<Vec<f64>>();
    let of_norms = two_sample_p_value(&mut norms(points), &mut norms(&reference));
    let of_coordinate = |k| two_sample_p_value(&mut coordinate(points, k), &mut coordinate(&reference, k));
    ((0..dim).map(of_coordinate).fold(of_norms, f64::min), dim + 1)
}

/// Pre-images of `images` under the reconstruction r(x) = x + σ² s(x).
pub fn inverted(score: &dyn Score, sigma: f64, images: &[f64]) -> Vec<f64> {
    let map = Reconstruction::new(score, sigma).unwrap();
    let (mut inverse, mut points) = (Inverse::new(score.dim()), images.to_vec());
    for (image, point) in images.chunks_exact(score.dim()).zip(points.chunks_exact_mut(score.dim())) {
        assert!(inverse.solve(&map, image, point), "no pre-image of {image:?}");
    }
    points
}

/// Cache of a quantity at recent points, the latest last: kernels evaluate the states and proposals of a group
/// repeatedly.
#[derive(Default)]
struct Recent {
    pairs: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Recent {
    /// Writes the quantity at `x` to `out`, calling `evaluate` if it is not cached.
    fn get(&mut self, x: &[f64], out: &mut [f64], evaluate: impl FnOnce(&mut [f64])) {
        if let Some(found) = self.pairs.iter().position(|(point, _)| point == x) {
            let known = self.pairs.remove(found);
            out.copy_from_slice(&known.1);
            return self.pairs.push(known);
        }
        let is_full = self.pairs.len() == 2 * CHAINS_PER_GROUP;
        let (mut point, mut value) = if is_full { self.pairs.remove(0) } else { Default::default() };
        evaluate(out);
        point.clear();
        point.extend_from_slice(x);
        value.clear();
        value.extend_from_slice(out);
        self.pairs.push((point, value));
    }
}

/// A cached score: a third to a half of all evaluations are repetitions. The bits equal the bits of [`Exact`].
pub struct Remembering<'a> {
    score: &'a Exact,
    scores: Mutex<Recent>,
    energies: Mutex<Recent>,
}

impl<'a> Remembering<'a> {
    pub fn new(score: &'a Exact) -> Self {
        Self { score, scores: Mutex::default(), energies: Mutex::default() }
    }

    fn log_density(&self, x: &[f64]) -> f64 {
        let mut value = [0.0];
        let evaluate = |out: &mut [f64]| out[0] = self.score.density().log_density(x).unwrap();
        self.energies.lock().unwrap().get(x, &mut value, evaluate);
        value[0]
    }
}

impl Score for Remembering<'_> {
    fn dim(&self) -> usize {
        self.score.dim()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        let mut known = self.scores.lock().unwrap();
        for (x, out) in points.chunks_exact(self.dim()).zip(out.chunks_exact_mut(self.dim())) {
            known.get(x, out, |out| self.score.scores(x, out));
        }
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.score.jacobian(x, out);
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        Some(self.log_density(from) - self.log_density(to))
    }
}

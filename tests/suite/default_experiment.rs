//! The default experiment learns the spiral's score, and chains on it draw from the smoothed spiral.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::RefCell;
use std::thread;

use scorescape::measure::{mmd, sliced_wasserstein::Slices};
use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
use scorescape::score::{Exact, Score};
use scorescape::session::{Session, Setup};
use scorescape::{Experiment, experiment};

const STEPS: u32 = 2000;
const CHAINS: u32 = 1000;
/// Transitions after which chains are independent of their start.
const BURN_IN: u32 = 1000;
const DIRECTIONS: usize = 128;
const BANDWIDTH: f64 = 0.15;
const THREADS: u32 = 2;
/// Greatest distance of chains from exact draws, in distances between two sets of exact draws.
const GREATEST_RATIO: f64 = 1.3;

fn trained(seed: u32) -> Session {
    let mut experiment = Experiment::default();
    experiment.set("seed", &seed.to_string()).unwrap();
    let mut session = Session::new(experiment).unwrap();
    session.step(STEPS);
    session
}

#[test]
fn the_score_is_within_eight_percent_after_2000_steps() {
    let errors = [1, 2, 3, 4, 5].map(|seed| {
        let session = trained(seed);
        session.setup().fisher_error(&session.learned()).unwrap()
    });
    println!("relative Fisher error after {STEPS} steps, seeds 1 to 5: {errors:.4?}");
    assert!(errors.iter().filter(|error| **error <= 0.08).count() >= 4, "{errors:?}");
}

/// Sets of exact draws of p_σ for comparison, and the distance between two sets.
struct Reference {
    sets: Vec<Vec<f64>>,
    slices: Vec<Slices>,
    distance: f64,
}

impl Reference {
    /// 80 sets form 40 pairs; states are compared with the first 20 sets.
    fn new(setup: &Setup) -> Self {
        let density = setup.exact().unwrap().density();
        let draw = |i| setup.draws(density, CHAINS as usize, i).values().to_vec();
        let sets: Vec<Vec<f64>> = (1..=80).map(draw).collect();
        let slices: Vec<Slices> = sets.iter().map(|set| Slices::new(set, DIRECTIONS)).collect();
        let distance = median(slices.chunks_exact(2).map(|pair| pair[0].distance(&pair[1])).collect());
        Self { sets, slices, distance }
    }

    fn distances(&self, states: &[f64]) -> Vec<f64> {
        let slices = Slices::new(states, DIRECTIONS);
        self.slices[..20].iter().map(|other| slices.distance(other)).collect()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    0.5 * (values[values.len() / 2] + values[(values.len() - 1) / 2])
}

/// The states of all chains, in order, after `BURN_IN` transitions and after 50, 100, 150 and 200 more.
fn snapshots(chains: impl Fn(u32, u32) -> Chains + Sync, target: &(impl Score + Sync)) -> Vec<Vec<f64>> {
    let part = |i: u32| {
        let mut chains = chains(i * CHAINS / THREADS, (i + 1) * CHAINS / THREADS);
        [BURN_IN, 50, 50, 50, 50].map(|transitions| {
            chains.step(target, transitions);
            chains.states().to_vec()
        })
    };
    let parts = thread::scope(|scope| {
        let part = &part;
        let threads: Vec<_> = (0..THREADS).map(|i| scope.spawn(move || part(i))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    (0..5).map(|shot| parts.iter().flat_map(|part| part[shot].iter().copied()).collect()).collect()
}

fn assert_draws(name: &str, reference: &Reference, snapshots: &[Vec<f64>]) {
    let distance = median(snapshots.iter().flat_map(|states| reference.distances(states)).collect());
    let ratio = distance / reference.distance;
    let discrepancy = mmd::squared(&snapshots[4], &reference.sets[0], 2, BANDWIDTH);
    let exact = mmd::squared(&reference.sets[1], &reference.sets[0], 2, BANDWIDTH);
    println!("{name}: sliced W₁ {distance:.5}, exact pairs {:.5}, ratio {ratio:.2}", reference.distance);
    println!("{name}: squared MMD {discrepancy:.1e}, an exact pair {exact:.1e}");
    assert!(ratio <= GREATEST_RATIO, "{name}: {ratio}");
}

/// The two starts; burn-in must remove their influence.
const STARTS: [&str; 2] = ["data", "gaussian"];

fn setup_started_at(start: &str) -> Setup {
    Setup::new(experiment::parse(&format!("sample.start={start}")).0).unwrap()
}

#[test]
fn chains_on_the_learned_score_draw_from_the_smoothed_spiral() {
    let session = trained(1);
    let (learned, reference) = (session.learned(), Reference::new(session.setup()));
    for start in STARTS {
        let setup = setup_started_at(start);
        let states = snapshots(|from, to| setup.chains(from..to), &learned);
        assert_draws(&format!("learned score, started from {start}"), &reference, &states);
    }
}

/// The exact score. Each thread caches the energies of the last two points, since the next query repeats one of them.
struct Remembering<'a>(&'a Exact);

thread_local! {
    static ENERGIES: RefCell<[([f64; 2], f64); 2]> = const { RefCell::new([([f64::NAN; 2], 0.0); 2]) };
}

impl Remembering<'_> {
    fn energy(&self, x: &[f64]) -> f64 {
        let known = ENERGIES.with_borrow(|energies| energies.iter().find(|(point, _)| point == x).map(|(_, e)| *e));
        known.unwrap_or_else(|| -self.0.density().log_density(x).unwrap())
    }
}

impl Score for Remembering<'_> {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.0.scores(points, out);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.0.jacobian(x, out);
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        let (before, after) = (self.energy(from), self.energy(to));
        ENERGIES.set([([from[0], from[1]], before), ([to[0], to[1]], after)]);
        Some(after - before)
    }
}

#[test]
fn chains_on_the_exact_score_draw_from_the_smoothed_spiral() {
    let session = Session::new(Experiment::default()).unwrap();
    let (setup, reference) = (session.setup(), Reference::new(session.setup()));
    let truth = Remembering(setup.exact().unwrap());
    for start in STARTS {
        let setup = setup_started_at(start);
        let sampler = || RandomWalk::new(setup.settings().real("sample.step-size"), EnergyRule::Exact);
        let start_of = || Start::from_settings(setup.settings(), setup.points());
        let chains = |from, to| Chains::new(Box::new(sampler()), start_of(), setup.experiment().seed(), from..to);
        let states = snapshots(chains, &truth);
        assert_draws(&format!("exact score, started from {start}"), &reference, &states);
    }
}

#[test]
fn draws_of_a_spiral_blurred_twice_as_much_would_be_told_apart() {
    let session = Session::new(Experiment::default()).unwrap();
    let (setup, reference) = (session.setup(), Reference::new(session.setup()));
    let ratio = |sigma: f64| {
        let other = Setup::new(experiment::parse(&format!("train.sigma={sigma}")).0).unwrap();
        let density = other.exact().unwrap().density();
        let sets = (100..105).flat_map(|i| reference.distances(setup.draws(density, CHAINS as usize, i).values()));
        median(sets.collect()) / reference.distance
    };
    let (right, wrong) = (ratio(setup.final_sigma()), ratio(2.0 * setup.final_sigma()));
    println!("sliced W₁ of draws in units of exact pairs: {right:.2}, with twice the blur {wrong:.2}");
    assert!(right < 1.2 && wrong > 1.1 * GREATEST_RATIO, "{right}, {wrong}");
}

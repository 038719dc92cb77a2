//! Distances of an experiment's chains from exact draws, and their effective sample sizes.

use std::time::Instant;

use scorescape::measure::Convergence;
use scorescape::measure::sliced_wasserstein::{DIRECTIONS, Slices};
use scorescape::sample::Chains;
use scorescape::score::{Exact, Score};
use scorescape::session::Setup;

/// Transitions before recording, and recorded transitions.
const BURN_IN: u32 = 1000;
const RECORDED: u32 = 400;
/// Recorded transitions between two measurements of the distance.
const EVERY: u32 = 100;
/// Number of pairs of exact samples, and number of exact samples that chains are compared with.
const PAIRS: u64 = 20;
const COMPARED: usize = 10;

/// Samples of exact draws of p_σ, and the median sliced W₁ between two of these samples.
pub struct Reference {
    slices: Vec<Slices>,
    dim: usize,
    distance: f64,
}

impl Reference {
    /// Samples of `count` draws of the density of `truth`.
    pub fn new(setup: &Setup, truth: &Exact, count: usize) -> Self {
        let dim = truth.dim();
        let draw = |i| Slices::in_space(setup.draws(truth.density(), count, i).values(), dim, DIRECTIONS);
        let slices: Vec<Slices> = (1..=2 * PAIRS).map(draw).collect();
        let distance = median(slices.chunks_exact(2).map(|pair| pair[0].distance(&pair[1])).collect());
        Self { slices, dim, distance }
    }

    fn distances(&self, sample: &Slices) -> Vec<f64> {
        self.slices[..COMPARED].iter().map(|exact| sample.distance(exact)).collect()
    }

    /// The median sliced W₁ from `samples` to exact samples, divided by the median between two exact samples.
    pub fn ratio(&self, samples: &[Vec<f64>]) -> f64 {
        let of = |sample: &Vec<f64>| self.distances(&Slices::in_space(sample, self.dim, DIRECTIONS));
        median(samples.iter().flat_map(of).collect()) / self.distance
    }

    /// The greatest ratio of 30 other exact samples. Chains that hardly mix are worth one such sample, so their ratio
    /// can be as high by chance.
    pub fn chance(&self) -> f64 {
        let of = |sample| median(self.distances(sample)) / self.distance;
        self.slices[COMPARED..].iter().map(of).fold(0.0, f64::max)
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    0.5 * (values[values.len() / 2] + values[(values.len() - 1) / 2])
}

/// Results of an experiment's chains.
pub struct Walk {
    pub accepted: f64,
    /// See [`Reference::ratio`].
    pub ratio: f64,
    pub convergence: Convergence,
    /// Seconds of the recorded transitions.
    pub seconds: f64,
}

impl Walk {
    /// `count` chains on `score`.
    pub fn new(mut chains: Chains, count: usize, score: &dyn Score, reference: &Reference) -> Self {
        chains.step(score, BURN_IN);
        let (mut rounds, mut samples, mut seconds) = (Vec::new(), vec![chains.states().to_vec()], 0.0);
        for round in 1..=RECORDED {
            let start = Instant::now();
            chains.step(score, 1);
            seconds += start.elapsed().as_secs_f64();
            rounds.extend_from_slice(chains.states());
            if round.is_multiple_of(EVERY) {
                samples.push(chains.states().to_vec());
            }
        }
        let convergence = Convergence::of_rounds(&rounds, count, score.dim()).expect("whole rounds");
        Self { accepted: chains.acceptance_rate(), ratio: reference.ratio(&samples), convergence, seconds }
    }

    /// The least effective size of a coordinate's bulk per second.
    pub fn size_per_second(&self) -> f64 {
        self.convergence.ess_bulk / self.seconds
    }
}

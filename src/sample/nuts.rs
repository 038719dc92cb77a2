//! The no-U-turn sampler with multinomial choice among the states of a trajectory: Hoffman and Gelman 2014 as revised by
//! Betancourt, *A Conceptual Introduction to Hamiltonian Monte Carlo* (2017, appendix A). A trajectory doubles forwards or
//! backwards in time until the sum of its momenta points against the momentum at one of its ends, or that of one of its
//! aligned halves, quarters, … does. Exact when the score is the gradient of an energy and ΔE is its difference.
//!
//! Doublings are grown step by step in place of by recursion: subtrees that end at a leaf are found from the bits of its
//! number (Phan, Pradhan and Jankowiak 2019). Trajectories go their own ways and lengths: they are made chain by chain.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE};
use super::adaptation::{IDEAL_OF_HAMILTONIAN, WARM_UP};
use super::fault::FAULT;
use super::leapfrog::{self, Bodies, Leapfrog};
use super::{Builder, InfosMut, STRIDE, Sampler, States, stride};
use crate::field::{Choice, Field, Kind, Variant};
use crate::math;
use crate::rng::Stream;
use crate::score::Score;

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "nuts",
        label: "no-U-turn",
        help: "A point rolls through the energy's landscape until it would turn back, then one place of its way is drawn; \
               exact where the score is the gradient of an energy.",
    },
    fields: &[stride(1.0), DEPTH, TEMPERATURE, leapfrog::RULE, WARM_UP, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let (step_size, depth) = (sigma * settings.real(STRIDE), settings.integer(DEPTH.key));
        Ok(Box::new(Nuts::new(step_size, depth, leapfrog::acceptance(settings, dim)?, dim)))
    },
};

/// The greatest number of doublings.
const DEPTH: Field = Field {
    key: "sample.depth",
    label: "Most doublings",
    unit: "doublings",
    help: "How often a trajectory may double before it ends without turning back.",
    kind: Kind::Integer { default: 7, min: 1, max: 10 },
};

/// A trajectory that gained this much in H is given up: the steps are too large for where it went.
const DIVERGENCE: f64 = 1000.0;

/// The kernel with its step size ε and its most doublings.
#[derive(Clone, Debug)]
pub struct Nuts {
    depth: u32,
    leapfrog: Leapfrog,
    /// The trajectory's last and first body in time.
    ends: [Bodies; 2],
    /// The sums of the momenta of the trajectory and of the subtree that grows.
    sums: [Vec<f64>; 2],
    /// What the subtree offers.
    candidate: Vec<f64>,
    candidate_energy: f64,
    turns: Turns,
    /// How many leaves there were, and the sum of min(1, exp(-ΔH)) over them.
    leaves: (f64, f64),
}

impl Nuts {
    /// Trajectories of at most 2^`depth` steps of size `step_size` in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, depth: u32, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        Self {
            depth,
            leapfrog: Leapfrog::new(step_size, acceptance.into(), 1, dim),
            ends: [Bodies::new(1, dim), Bodies::new(1, dim)],
            sums: [vec![0.0; dim], vec![0.0; dim]],
            candidate: vec![0.0; dim],
            candidate_energy: 0.0,
            turns: Turns::new(depth as usize, dim),
            leaves: (0.0, 0.0),
        }
    }

    /// Adds 2^`doublings` steps at one end, of which one becomes the candidate by its weight exp(-H). Returns the logarithm of
    /// all their weights, less that of a state at `start`; `None` if they turn back or diverge.
    fn grow(
        &mut self,
        target: &dyn Score,
        rng: &mut Stream,
        doublings: u32,
        is_forward: bool,
        start: f64,
    ) -> Option<f64> {
        let body = &mut self.ends[usize::from(!is_forward)];
        let sum = &mut self.sums[1];
        sum.fill(0.0);
        let mut log_weights = f64::NEG_INFINITY;
        for leaf in 0..1 << doublings {
            self.leapfrog.step(target, body, is_forward);
            let rise = body.energies[0] / self.leapfrog.acceptance.temperature() + body.kinetic_energy(0) - start;
            self.leaves.0 += 1.0;
            if rise.is_nan() || rise > DIVERGENCE {
                return None;
            }
            self.leaves.1 += math::exp((-rise).min(0.0));
            log_weights = math::log_sum_exp([log_weights, -rise].into_iter());
            if math::ln(rng.uniform()) <= -rise - log_weights {
                self.candidate.copy_from_slice(&body.positions);
                self.candidate_energy = body.energies[0];
            }
            sum.iter_mut().zip(&body.momenta).for_each(|(sum, p)| *sum += p);
            if self.turns.back(leaf, &body.momenta, sum) {
                return None;
            }
        }
        Some(log_weights)
    }

    /// Whether the whole trajectory, to which the subtree is now added, turns back.
    fn joins_and_turns(&mut self) -> bool {
        let [whole, part] = &mut self.sums;
        whole.iter_mut().zip(&*part).for_each(|(whole, part)| *whole += part);
        self.ends.iter().any(|body| math::dot(&body.momenta, whole) <= 0.0)
    }

    /// Draws a place on a fresh trajectory from `position` for `proposal`; its energy less that of `position`, and whether it
    /// is another.
    fn travel(&mut self, target: &dyn Score, rng: &mut Stream, position: &[f64], proposal: &mut [f64]) -> (f64, bool) {
        let start = self.set_out(target, rng, position);
        proposal.copy_from_slice(position);
        let (mut chosen, mut log_weights) = ((0.0, false), 0.0);
        for doublings in 0..self.depth {
            let is_forward = rng.uniform() < 0.5;
            let Some(added) = self.grow(target, rng, doublings, is_forward, start) else { break };
            // Biased towards what lies far: the new half is taken with probability min(1, its weight over the old one's).
            if math::ln(rng.uniform()) <= added - log_weights {
                proposal.copy_from_slice(&self.candidate);
                chosen = (self.candidate_energy, true);
            }
            log_weights = math::log_sum_exp([log_weights, added].into_iter());
            if self.joins_and_turns() {
                break;
            }
        }
        chosen
    }

    /// Begins a trajectory; its kinetic energy.
    fn set_out(&mut self, target: &dyn Score, rng: &mut Stream, position: &[f64]) -> f64 {
        let [last, first] = &mut self.ends;
        last.start(target, core::slice::from_mut(rng), position);
        first.follow(last);
        self.sums[0].copy_from_slice(&last.momenta);
        self.leaves = (0.0, 0.0);
        last.kinetic_energy(0)
    }
}

impl Sampler for Nuts {
    fn ideal_acceptance(&self, _: usize) -> Option<f64> {
        Some(IDEAL_OF_HAMILTONIAN)
    }

    fn proposes_once(&self) -> bool {
        false
    }

    fn resize(&mut self, factor: f64) {
        self.leapfrog.factor = factor;
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let dim = infos.dim();
        for (chain, rng) in rngs.iter_mut().enumerate() {
            let place = chain * dim..(chain + 1) * dim;
            let proposal = &mut infos.proposals[place.clone()];
            let (difference, accepted) = self.travel(target, rng, &states.positions[place.clone()], proposal);
            (infos.energy_differences[chain], infos.accepted[chain]) = (difference, accepted);
            infos.log_acceptances[chain] = math::ln(self.leaves.1 / self.leaves.0);
        }
        infos.move_accepted(states.positions);
    }
}

/// What is kept of a growing subtree to tell whether an aligned part of it turns back: at each level the momentum of the first
/// leaf of a part, and the sum of momenta up to it.
#[derive(Clone, Debug)]
struct Turns {
    dim: usize,
    momenta: Vec<f64>,
    sums: Vec<f64>,
}

impl Turns {
    fn new(levels: usize, dim: usize) -> Self {
        Self { dim, momenta: vec![0.0; levels * dim], sums: vec![0.0; levels * dim] }
    }

    /// Adds leaf number `leaf` with its momentum and the sum of momenta so far; whether an aligned part that ends with it turns
    /// back. An even leaf ends none but itself; an odd one as many as its number ends in ones.
    fn back(&mut self, leaf: u32, momentum: &[f64], sum: &[f64]) -> bool {
        let level = (leaf >> 1).count_ones() as usize;
        let place = |level: usize| level * self.dim..(level + 1) * self.dim;
        if leaf.is_multiple_of(2) {
            self.momenta[place(level)].copy_from_slice(momentum);
            self.sums[place(level)].copy_from_slice(sum);
            return false;
        }
        let least = level + 1 - leaf.trailing_ones() as usize;
        (least..=level).any(|level| {
            let (first, before) = (&self.momenta[place(level)], &self.sums[place(level)]);
            let (mut at_first, mut at_last) = (0.0, 0.0);
            for k in 0..self.dim {
                let part = sum[k] - before[k] + first[k];
                at_first += part * first[k];
                at_last += part * momentum[k];
            }
            at_first <= 0.0 || at_last <= 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Whether `leaves`, two to a power of them, or a half of them, or a half of that, … turn back.
    fn turn_back(leaves: &[[f64; 2]]) -> bool {
        let sum = leaves.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0], sum[1] + p[1]]);
        let (first, second) = leaves.split_at(leaves.len() / 2);
        let ends = [leaves[0], leaves[leaves.len() - 1]];
        leaves.len() > 1
            && (ends.iter().any(|end| math::dot(end, &sum) <= 0.0) || turn_back(first) || turn_back(second))
    }

    /// Of random subtrees that turn back anywhere, the leaf by which it shows is the last of the first aligned part that does.
    #[test]
    fn turns_are_seen_at_the_last_leaf_of_the_first_aligned_part_that_turns_back() {
        let mut rng = stream(1, Purpose::Measure, 0);
        let mut seen = [0; 33];
        for _ in 0..2000 {
            // Mostly straight on, so that some go far.
            let leaves: Vec<[f64; 2]> = (0..32).map(|_| [1.0 + 0.45 * rng.normal(), rng.normal()]).collect();
            let aligned = |end: usize| (1..=end.trailing_zeros()).map(move |level| end - (1 << level)..end);
            let expected = (1..=32).find(|end| aligned(*end).any(|part| turn_back(&leaves[part])));
            let (mut turns, mut sum) = (Turns::new(6, 2), [0.0; 2]);
            let found = leaves.iter().zip(0..).position(|(p, leaf)| {
                sum = [sum[0] + p[0], sum[1] + p[1]];
                turns.back(leaf, p, &sum)
            });
            assert_eq!(found.map(|leaf| leaf + 1), expected);
            seen[expected.unwrap_or(0)] += 1;
        }
        assert!([2, 4, 8, 16, 32].iter().all(|end| seen[*end] > 0), "{seen:?}");
    }
}

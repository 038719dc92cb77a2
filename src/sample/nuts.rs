//! The no-U-turn sampler with multinomial choice among the states of a trajectory: Hoffman and Gelman 2014 as revised
//! by Betancourt, *A Conceptual Introduction to Hamiltonian Monte Carlo* (2017, appendix A). A trajectory doubles
//! forwards or backwards in time until it turns back: the sum of its momenta points against the momentum at one of its
//! ends, or the same holds for one of its aligned halves, quarters, …. Exact when the score is the gradient of an
//! energy and ΔE is its difference.
//!
//! Doublings grow by iteration instead of recursion: the bits of a leaf's number give the subtrees that end at it
//! (Phan, Pradhan and Jankowiak 2019). The trajectories of a group grow together, leaf by leaf, each until its own end.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE};
use super::adaptation::{HAMILTONIAN_TARGET_ACCEPTANCE, WARM_UP};
use super::fault_injection::FAULT;
use super::leapfrog::{self, Bodies, Leapfrog};
use super::states::set;
use super::u_turn::Turns;
use super::{
    Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, STEP_SIZE_IN_SIGMA, Sampler, States, step_size_in_sigma,
};
use crate::math;
use crate::rng::Stream;
use crate::score::Score;
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "nuts",
        label: "no-U-turn",
        help: "Follow Hamiltonian dynamics until the trajectory turns back, then draw one of its points; exact where the score is \
               the gradient of an energy.",
    },
    settings: &[step_size_in_sigma(1.0), MAX_DEPTH, TEMPERATURE, leapfrog::RULE, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: "A trajectory was doubled until it turned back, and one of its points drawn: no single proposal is accepted or rejected. \
                 The straight line leads to that point.",
        step_size: Some(STEP_SIZE_IN_SIGMA),
        build: |settings, sigma, dim| {
            let (step_size, depth) = (sigma * settings.real(STEP_SIZE_IN_SIGMA), settings.integer(MAX_DEPTH.key));
            Ok(Box::new(Nuts::new(step_size, depth, leapfrog::acceptance(settings, dim)?, dim)))
        },
    },
};

/// The setting for the maximum number of doublings.
const MAX_DEPTH: Setting = Setting {
    key: "sample.max-depth",
    label: "Maximum tree depth",
    unit: "doublings",
    help: "The greatest number of times that a trajectory doubles.",
    kind: SettingKind::Integer { default: 7, min: 1, max: 10 },
    ..Setting::of(Section::Sampling)
};

/// A trajectory ends when H has risen by more than this: its steps are too large.
const DIVERGENCE: f64 = 1000.0;

/// The kernel with its step size ε and its maximum number of doublings.
#[derive(Clone, Debug)]
pub struct Nuts {
    depth: u32,
    leapfrog: Leapfrog,
    trajectories: Vec<Trajectory>,
    /// The growing ends of trajectories, and their directions of time.
    growing: Bodies,
    directions: [f64; CHAINS_PER_GROUP],
}

/// A trajectory and the subtree that grows at one of its ends.
#[derive(Clone, Debug)]
struct Trajectory {
    /// ½‖p‖² at the start.
    start: f64,
    /// The last and the first body in time.
    ends: Bodies,
    /// Number of completed doublings, the end that grows, and the number of leaves of its subtree.
    doublings: u32,
    end: usize,
    leaf: u32,
    /// The sums of the momenta of the trajectory and of the subtree.
    sums: [Vec<f64>; 2],
    /// log Σ exp(H(start) - H) over the trajectory and over the subtree.
    log_weights: [f64; 2],
    /// The proposed position and the candidate of the subtree, and E at each minus E at the start.
    offers: [Vec<f64>; 2],
    differences: [f64; 2],
    /// Whether the proposal differs from the start.
    moves: bool,
    /// Whether the trajectory takes another step.
    goes_on: bool,
    turns: Turns,
    /// Number of leaves, and the sum of min(1, exp(-ΔH)) over them.
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
            leapfrog: Leapfrog::new(step_size, acceptance.into(), CHAINS_PER_GROUP, dim),
            // Built one by one: code that copies trajectories would be loaded for this line alone.
            trajectories: (0..CHAINS_PER_GROUP).map(|_| Trajectory::new(depth, dim)).collect(),
            growing: Bodies::new(CHAINS_PER_GROUP, dim),
            directions: [1.0; CHAINS_PER_GROUP],
        }
    }

    /// Starts a trajectory at each of `positions`.
    fn set_out(&mut self, target: &dyn Score, rngs: &mut [Stream], positions: &[f64]) {
        self.growing.start(target, rngs, positions);
        for (chain, rng) in rngs.iter_mut().enumerate() {
            self.trajectories[chain].set_out(&self.growing, chain, rng);
        }
    }

    /// Copies the growing ends of the first `count` trajectories to `growing`. Returns false if none of them grows.
    fn gather(&mut self, count: usize) -> bool {
        self.growing.hold(count);
        let mut body = 0;
        for trajectory in &self.trajectories[..count] {
            if trajectory.goes_on {
                self.growing.put(body, &trajectory.ends, trajectory.end);
                self.directions[body] = if trajectory.end == 0 { 1.0 } else { -1.0 };
                body += 1;
            }
        }
        self.growing.hold(body);
        body > 0
    }

    /// Copies the bodies in `growing` back to their trajectories and adds a leaf to each.
    fn give_back(&mut self, rngs: &mut [Stream]) {
        let temperature = self.leapfrog.acceptance.temperature();
        let mut body = 0;
        for (trajectory, rng) in self.trajectories.iter_mut().zip(rngs) {
            if trajectory.goes_on {
                trajectory.ends.put(trajectory.end, &self.growing, body);
                trajectory.goes_on = trajectory.grow(temperature, self.depth, rng);
                body += 1;
            }
        }
    }

    /// Writes the outcome of each trajectory to `infos`.
    fn tell(&self, infos: &mut InfosMut<'_>) {
        let dim = infos.dim();
        for (chain, proposal) in infos.proposals.chunks_exact_mut(dim).enumerate() {
            let Trajectory { offers, differences, moves, leaves, .. } = &self.trajectories[chain];
            set(proposal, &offers[0]);
            (infos.energy_differences[chain], infos.accepted[chain]) = (differences[0], *moves);
            infos.log_acceptances[chain] = math::ln(leaves.1 / leaves.0);
        }
    }
}

impl Trajectory {
    fn new(depth: u32, dim: usize) -> Self {
        Self {
            start: 0.0,
            ends: Bodies::new(2, dim),
            doublings: 0,
            end: 0,
            leaf: 0,
            sums: [vec![0.0; dim], vec![0.0; dim]],
            log_weights: [0.0; 2],
            offers: [vec![0.0; dim], vec![0.0; dim]],
            differences: [0.0; 2],
            moves: false,
            goes_on: false,
            turns: Turns::new(depth as usize, dim),
            leaves: (0.0, 0.0),
        }
    }

    /// Starts at body number `body` of `bodies`.
    fn set_out(&mut self, bodies: &Bodies, body: usize, rng: &mut Stream) {
        self.ends.put(0, bodies, body);
        self.ends.put(1, bodies, body);
        self.start = bodies.kinetic_energy(body);
        set(&mut self.sums[0], bodies.momentum(body));
        set(&mut self.offers[0], bodies.position(body));
        (self.differences[0], self.moves, self.goes_on) = (0.0, false, true);
        (self.doublings, self.log_weights[0], self.leaves) = (0, 0.0, (0.0, 0.0));
        self.sprout(rng);
    }

    /// Starts a subtree at a random end.
    fn sprout(&mut self, rng: &mut Stream) {
        self.end = usize::from(rng.uniform() >= 0.5);
        (self.leaf, self.log_weights[1]) = (0, f64::NEG_INFINITY);
        self.sums[1].fill(0.0);
    }

    /// Adds the growing end to the subtree as a leaf, which becomes the candidate with a probability by its weight.
    /// Returns false if the subtree turns back or H has risen too far.
    fn add(&mut self, temperature: f64, rng: &mut Stream) -> bool {
        let (energy, momentum) = (self.ends.energies[self.end], self.ends.momentum(self.end));
        let rise = energy / temperature + self.ends.kinetic_energy(self.end) - self.start;
        self.leaves.0 += 1.0;
        if rise.is_nan() || rise > DIVERGENCE {
            return false;
        }
        self.leaves.1 += math::exp((-rise).min(0.0));
        let [_, log_weights] = &mut self.log_weights;
        *log_weights = math::log_sum_exp([*log_weights, -rise].into_iter());
        if math::ln(rng.uniform()) <= -rise - *log_weights {
            set(&mut self.offers[1], self.ends.position(self.end));
            self.differences[1] = energy;
        }
        let [_, sum] = &mut self.sums;
        sum.iter_mut().zip(momentum).for_each(|(sum, p)| *sum += p);
        self.leaf += 1;
        !self.turns.back(self.leaf - 1, momentum, sum)
    }

    /// Joins the subtree, which is as large as the trajectory, and may propose its candidate. Returns false if the
    /// whole turns back.
    fn join(&mut self, rng: &mut Stream) -> bool {
        let [whole, part] = self.log_weights;
        // Favours the new half, which lies farther away: its candidate is taken with probability min(1, its weight over
        // the old half's).
        if math::ln(rng.uniform()) <= part - whole {
            self.offers.swap(0, 1);
            (self.differences[0], self.moves) = (self.differences[1], true);
        }
        self.log_weights[0] = math::log_sum_exp([whole, part].into_iter());
        self.doublings += 1;
        let [whole, part] = &mut self.sums;
        whole.iter_mut().zip(&*part).for_each(|(whole, part)| *whole += part);
        !(0..2).any(|end| math::dot(self.ends.momentum(end), whole) <= 0.0)
    }

    /// Adds the step taken at the growing end. Returns whether the trajectory takes another.
    fn grow(&mut self, temperature: f64, depth: u32, rng: &mut Stream) -> bool {
        if !self.add(temperature, rng) {
            return false;
        }
        if self.leaf < 1 << self.doublings {
            return true;
        }
        let goes_on = self.join(rng) && self.doublings < depth;
        if goes_on {
            self.sprout(rng);
        }
        goes_on
    }
}

impl Sampler for Nuts {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties {
            target_acceptance: Some(HAMILTONIAN_TARGET_ACCEPTANCE),
            single_proposal: false,
            ..KernelProperties::default()
        }
    }

    fn scale_step(&mut self, factor: f64) {
        self.leapfrog.factor = factor;
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        self.set_out(target, rngs, states.positions);
        while self.gather(rngs.len()) {
            self.leapfrog.step(target, &mut self.growing, &self.directions);
            self.give_back(rngs);
        }
        self.tell(infos);
        infos.move_accepted(states.positions);
    }
}

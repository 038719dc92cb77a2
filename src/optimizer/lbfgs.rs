//! L-BFGS: quasi-Newton steps from the last changes of parameters and gradient, each with a line search for the strong
//! Wolfe conditions (Nocedal and Wright, *Numerical Optimization*, 2006, algorithms 7.4 and 7.5). The loss is an
//! average over all data with fixed corruptions of each point, so the line search has one fixed function.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::line_search::{Point, search};
use super::{Builder, Optimizer, Oracle};
use crate::math;
use crate::model::Network;
use crate::setting::{Choice, Section, Setting, SettingKind, Value, Variant};
use crate::simd::Simd;

const MEMORY: &str = "train.lbfgs-memory";
const REPLICAS: &str = "train.replicas";

/// The entry in the list of optimisers.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "lbfgs",
        label: "L-BFGS",
        help: "Quasi-Newton steps on all the data at once: few but costly.",
    },
    settings: &[
        Setting {
            key: MEMORY,
            label: "Memory",
            unit: "steps",
            help: "The number of past steps that approximate the curvature of the loss.",
            kind: SettingKind::Integer { default: 10, min: 1, max: 25 },
            ..Setting::of(Section::Training)
        },
        Setting {
            key: REPLICAS,
            label: "Corruptions",
            unit: "a point",
            help: "The number of corruptions of each point that the loss averages.",
            kind: SettingKind::Integer { default: 10, min: 1, max: 50 },
            ..Setting::of(Section::Training)
        },
    ],
    suggest: &[("train.averaging", Value::Real(0.0)), ("steps", Value::Integer(200))],
    build: Builder {
        state_len: |settings, vectors| state_len(settings.integer(MEMORY) as usize, vectors),
        replicas: |settings| settings.integer(REPLICAS) as usize,
        build: |settings, vectors| Box::new(Lbfgs::new(settings.integer(MEMORY) as usize, vectors)),
    },
};

/// The number of SIMD vectors of the state: two copies of the parameters for each pair, then two counts.
fn state_len(pairs: usize, vectors: usize) -> usize {
    2 * pairs * vectors + 2
}

/// Copies of the parameters used within a step: the start, the gradient at the start, and the direction.
const SCRATCH: usize = 3;

/// L-BFGS with its state.
#[derive(Clone, Debug)]
pub struct Lbfgs<L> {
    length: usize,
    pairs: usize,
    /// Start, gradient, direction; a ring of (s, y) pairs; the number of pairs; the index of the next pair.
    vectors: Vec<L>,
    /// Scratch space for the two-loop recursion.
    weights: Vec<f64>,
}

impl<L: Simd> Lbfgs<L> {
    /// L-BFGS for `length` SIMD vectors of parameters and the last `pairs` steps.
    ///
    /// # Panics
    ///
    /// Unless `pairs` is positive.
    pub fn new(pairs: usize, length: usize) -> Self {
        assert!(pairs > 0);
        Self {
            length,
            pairs,
            vectors: vec![L::default(); SCRATCH * length + state_len(pairs, length)],
            weights: vec![0.0; pairs],
        }
    }

    /// The number of stored pairs and the index of the next one, limited to valid values for a forged state.
    fn counts(&self) -> (usize, usize) {
        let count = |i: usize| self.vectors[self.vectors.len() - 2 + i].get(0) as usize;
        (count(0).min(self.pairs), count(1) % self.pairs)
    }

    fn set_counts(&mut self, count: usize, next: usize) {
        let end = self.vectors.len();
        self.vectors[end - 2] = L::splat(count as f64);
        self.vectors[end - 1] = L::splat(next as f64);
    }

    fn copy(&self, i: usize) -> &[L] {
        &self.vectors[i * self.length..(i + 1) * self.length]
    }

    fn copy_mut(&mut self, i: usize) -> &mut [L] {
        &mut self.vectors[i * self.length..(i + 1) * self.length]
    }

    /// The indices of the copies s and y for the step `age` steps ago.
    fn pair(&self, age: usize) -> (usize, usize) {
        let (_, next) = self.counts();
        let index = (next + self.pairs - 1 - age) % self.pairs;
        (SCRATCH + 2 * index, SCRATCH + 2 * index + 1)
    }

    /// Writes the direction -H g for the gradient g at the start.
    fn compute_direction(&mut self) {
        self.vectors.copy_within(self.length..2 * self.length, 2 * self.length);
        let (count, _) = self.counts();
        for age in 0..count {
            let (s, y) = self.pair(age);
            let weight = dot(self.copy(s), self.copy(2)) / dot(self.copy(s), self.copy(y));
            self.weights[age] = weight;
            self.add_to_direction(y, -weight);
        }
        if count > 0 {
            let (s, y) = self.pair(0);
            let size = L::splat(dot(self.copy(s), self.copy(y)) / dot(self.copy(y), self.copy(y)));
            self.copy_mut(2).iter_mut().for_each(|vector| *vector = *vector * size);
        }
        for age in (0..count).rev() {
            let (s, y) = self.pair(age);
            let weight = dot(self.copy(y), self.copy(2)) / dot(self.copy(s), self.copy(y));
            self.add_to_direction(s, self.weights[age] - weight);
        }
        self.copy_mut(2).iter_mut().for_each(|vector| *vector = -*vector);
    }

    /// The slope of the loss along the direction; not finite if the gradient is not or its square overflows.
    fn slope(&self) -> f64 {
        dot(self.copy(1), self.copy(2))
    }

    fn add_to_direction(&mut self, copy: usize, weight: f64) {
        let (length, weight) = (self.length, L::splat(weight));
        let (head, tail) = self.vectors.split_at_mut(SCRATCH * length);
        let other = &tail[(copy - SCRATCH) * length..][..length];
        head[2 * length..].iter_mut().zip(other).for_each(|(vector, other)| *vector += weight * *other);
    }

    /// Stores the change from the start to `network`, if its curvature is positive. Otherwise only the oldest pair is
    /// lost, because the new pair overwrote it.
    fn store_pair(&mut self, network: &Network<L>, gradient: &[L]) {
        let (count, next) = self.counts();
        let (s, y) = (SCRATCH + 2 * next, SCRATCH + 2 * next + 1);
        let (scratch, ring) = self.vectors.split_at_mut(SCRATCH * self.length);
        let pair = &mut ring[2 * next * self.length..][..2 * self.length];
        let [start, slope] = [&scratch[..self.length], &scratch[self.length..]];
        let changes = network.parameters().iter().zip(start).chain(gradient.iter().zip(slope));
        pair.iter_mut().zip(changes).for_each(|(vector, (new, old))| *vector = *new - *old);
        let curvature = dot(self.copy(s), self.copy(y));
        if curvature > 1e-10 * dot(self.copy(y), self.copy(y)) {
            self.set_counts((count + 1).min(self.pairs), (next + 1) % self.pairs);
        } else {
            self.set_counts(count.min(self.pairs - 1), next);
        }
    }

    /// Line search along the direction; leaves `network` at the point found. True if the strong Wolfe conditions hold.
    fn line_search(
        &mut self,
        network: &mut Network<L>,
        gradient: &mut [L],
        loss: f64,
        oracle: &mut Oracle<'_, L>,
    ) -> bool {
        let start = Point { t: 0.0, value: loss, slope: self.slope() };
        let first = match self.counts() {
            // The scale is unknown: the step has at most length one.
            (0, _) => (1.0 / math::sqrt(dot(self.copy(2), self.copy(2)))).min(1.0),
            _ => 1.0,
        };
        let mut last = 0.0;
        let (found, is_good) = search(start, first, |t| {
            self.move_along(network, t);
            last = t;
            Point { t, value: oracle(network, gradient), slope: dot(gradient, self.copy(2)) }
        });
        if last != found.t {
            self.move_along(network, found.t);
            oracle(network, gradient);
        }
        is_good
    }

    fn move_along(&self, network: &mut Network<L>, t: f64) {
        let t = L::splat(t);
        let vectors = self.copy(0).iter().zip(self.copy(2));
        network.parameters_mut().iter_mut().zip(vectors).for_each(|(p, (start, along))| *p = *start + t * *along);
    }
}

impl<L: Simd> Optimizer<L> for Lbfgs<L> {
    fn step(
        &mut self,
        _: u32,
        _: f64,
        network: &mut Network<L>,
        gradient: &mut [L],
        oracle: &mut Oracle<'_, L>,
    ) -> f64 {
        let loss = oracle(network, gradient);
        if !loss.is_finite() {
            return loss;
        }
        self.copy_mut(0).copy_from_slice(network.parameters());
        self.copy_mut(1).copy_from_slice(gradient);
        self.compute_direction();
        // Restart if the direction is not a descent direction.
        let mut slope = self.slope();
        if slope >= 0.0 || slope.is_nan() {
            self.restart();
            self.compute_direction();
            slope = self.slope();
        }
        if !slope.is_finite() {
            return f64::NAN;
        }
        if slope < 0.0 {
            if self.line_search(network, gradient, loss, oracle) {
                self.store_pair(network, gradient);
            } else {
                self.restart();
            }
        }
        loss
    }

    fn state(&self) -> &[L] {
        &self.vectors[SCRATCH * self.length..]
    }

    fn state_mut(&mut self) -> &mut [L] {
        &mut self.vectors[SCRATCH * self.length..]
    }

    fn restart(&mut self) {
        self.set_counts(0, 0);
    }
}

fn dot<L: Simd>(a: &[L], b: &[L]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (*a * *b).sum()).sum()
}

//! An objective's mean loss over examples, and its gradient by all parameters.
//!
//! Beside the objective's loss, a gradient may be that of a penalty on the code: λ times the mean over the batch of
//! Σ_u |h_u| over the last hidden layer, wherever the objective evaluates r and weighed as it weighs the example there. Like
//! weight decay it belongs to training alone: a loss without gradient, as of validation points, leaves it out.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::tape::Tape;
use super::{GROUP, Group, Objective};
use crate::data::Points;
use crate::lane::Lane;
use crate::model::{Form, Network};
use crate::rng::Stream;

/// An objective with all the buffers to evaluate it; evaluating allocates nothing.
pub struct Evaluator<L> {
    objective: Box<dyn Objective>,
    sigma: f64,
    batch: usize,
    indices: Vec<usize>,
    noise: Vec<f32>,
    weights: Vec<f64>,
    group: Group,
    tape: Tape<L>,
}

impl<L: Lane> Evaluator<L> {
    /// For networks of `form`, with corruption `sigma` and at most `batch` examples at a time.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite and `batch` positive.
    pub fn new(form: &Form, objective: Box<dyn Objective>, sigma: f64, batch: usize) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite() && batch > 0);
        let examples = batch.next_multiple_of(GROUP);
        let directions = objective.directions(form.dim);
        Self {
            objective,
            sigma,
            batch,
            indices: vec![0; examples],
            noise: vec![0.0; examples * form.dim],
            weights: vec![0.0; examples],
            group: Group::new(form.dim, directions),
            tape: Tape::new(form, directions, 0.0),
        }
    }

    /// The same with the penalty λ = `sparsity` ≥ 0 on the code.
    pub fn with_sparsity(mut self, form: &Form, sparsity: f64) -> Self {
        self.tape = self.tape.with_sparsity(form, self.group.direction_count(), sparsity);
        self
    }

    /// Bytes of the buffers for `form` and `directions` directions, those for the batch aside; at most.
    pub fn buffer_bytes(form: &Form, directions: usize) -> u64 {
        Group::bytes(form.dim, directions) + Tape::<L>::bytes(form, directions)
    }

    /// The order of magnitude of the losses, see [`Objective::unit`].
    pub fn unit(&self) -> f64 {
        self.objective.unit(self.group.dim)
    }

    /// Draws a batch of `points` with `rng`, writes the gradient of its mean loss to `gradient` (laid out as the network's
    /// parameters) and returns that loss, which is not finite once the network has diverged.
    pub fn gradient(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream, gradient: &mut [L]) -> f64 {
        let count = points.len() as u32;
        self.indices[..self.batch].fill_with(|| rng.index(count));
        self.tape.begin(gradient);
        let loss = self.accumulate(network, points, rng, self.batch, 1.0 / self.batch as f64, Some(gradient));
        self.tape.finish(network, gradient);
        loss / self.batch as f64
    }

    /// The same over every point `replicas` times, in order and each time with its own noise.
    pub fn full_gradient(
        &mut self,
        network: &Network<L>,
        points: &Points,
        replicas: usize,
        rng: &mut Stream,
        gradient: &mut [L],
    ) -> f64 {
        self.tape.begin(gradient);
        let total = points.len() * replicas;
        let loss = self.accumulate_all(network, points, total, rng, Some(gradient));
        self.tape.finish(network, gradient);
        loss
    }

    /// The mean loss over every point, once each.
    pub fn loss(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream) -> f64 {
        self.accumulate_all(network, points, points.len(), rng, None)
    }

    fn accumulate_all(
        &mut self,
        network: &Network<L>,
        points: &Points,
        total: usize,
        rng: &mut Stream,
        mut gradient: Option<&mut [L]>,
    ) -> f64 {
        let mut loss = 0.0;
        for first in (0..total).step_by(self.batch) {
            let count = self.batch.min(total - first);
            // What pads the last group is any point there is.
            self.indices.fill(0);
            (0..count).for_each(|i| self.indices[i] = (first + i) % points.len());
            loss += self.accumulate(network, points, rng, count, 1.0 / total as f64, gradient.as_deref_mut());
        }
        loss / total as f64
    }

    /// Adds `share` times the gradient of the loss of the first `count` examples; returns their summed loss.
    fn accumulate(
        &mut self,
        network: &Network<L>,
        points: &Points,
        rng: &mut Stream,
        count: usize,
        share: f64,
        mut gradient: Option<&mut [L]>,
    ) -> f64 {
        let (dim, examples) = (points.dim(), count.next_multiple_of(GROUP));
        rng.fill_normal(&mut self.noise[..examples * dim]);
        self.weights.fill(0.0);
        self.weights[..count].fill(1.0);
        self.objective.weigh(dim, &self.noise[..count.next_multiple_of(GROUP) * dim], &mut self.weights[..count]);
        let mut loss = 0.0;
        for first in (0..count).step_by(GROUP) {
            self.load(points, first, rng);
            loop {
                self.tape.forward(network, self.sigma, &mut self.group);
                loss += self.objective.judge(&mut self.group);
                if let Some(gradient) = gradient.as_deref_mut() {
                    loss += self.tape.penalty(&self.group);
                    self.tape.backward(network, self.sigma, &self.group, share, gradient);
                }
                if !self.objective.advance(&mut self.group, rng) {
                    break;
                }
            }
        }
        loss
    }

    fn load(&mut self, points: &Points, first: usize, rng: &mut Stream) {
        let group = &mut self.group;
        for (e, index) in self.indices[first..first + GROUP].iter().enumerate() {
            points.point(*index).iter().enumerate().for_each(|(k, x)| group.clean[k * GROUP + e] = *x);
        }
        group.weights.copy_from_slice(&self.weights[first..first + GROUP]);
        let noise = &self.noise[first * points.dim()..][..GROUP * points.dim()];
        self.objective.corrupt(group, noise, rng);
    }
}

//! The mean loss of an objective over examples, and its gradient by all parameters.
//!
//! A gradient may include a penalty on the code: λ times the mean over the batch of Σ_u |h_u| over the last hidden
//! layer, at every input of r and with the example's weight there. Like weight decay it is for training only: losses
//! without gradient, such as the validation loss, omit it.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::tape::Tape;
use super::{EXAMPLES_PER_TILE, Objective, Tile};
use crate::data::Points;
use crate::model::{Architecture, Network};
use crate::rng::Stream;
use crate::simd::Simd;

/// An objective with the buffers to evaluate it; evaluations allocate nothing.
pub struct Evaluator<L> {
    objective: Box<dyn Objective>,
    sigma: f64,
    batch: usize,
    indices: Vec<usize>,
    noise: Vec<f32>,
    weights: Vec<f64>,
    tile: Tile,
    tape: Tape<L>,
}

impl<L: Simd> Evaluator<L> {
    /// Buffers for networks of `architecture`, corruption `sigma` and at most `batch` examples at a time.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite and `batch` positive.
    pub fn new(architecture: &Architecture, objective: Box<dyn Objective>, sigma: f64, batch: usize) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite() && batch > 0);
        let examples = batch.next_multiple_of(EXAMPLES_PER_TILE);
        let directions = objective.directions(architecture.dim);
        Self {
            objective,
            sigma,
            batch,
            indices: vec![0; examples],
            noise: vec![0.0; examples * architecture.dim],
            weights: vec![0.0; examples],
            tile: Tile::new(architecture.dim, directions),
            tape: Tape::new(architecture, directions, 0.0),
        }
    }

    /// The same evaluator with the penalty λ = `sparsity` ≥ 0 on the code.
    pub fn with_sparsity(mut self, architecture: &Architecture, sparsity: f64) -> Self {
        self.tape = self.tape.with_sparsity(architecture, self.tile.direction_count(), sparsity);
        self
    }

    /// Upper bound on the bytes of the buffers for `architecture` and `directions` directions, without the batch
    /// itself.
    pub fn buffer_bytes(architecture: &Architecture, directions: usize) -> u64 {
        Tile::bytes(architecture.dim, directions) + Tape::<L>::bytes(architecture, directions)
    }

    /// Sets the σ of the corruption and of the network's output scale to `sigma`; allocates nothing.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite.
    pub fn set_sigma(&mut self, sigma: f64) {
        assert!(sigma > 0.0 && sigma.is_finite());
        self.sigma = sigma;
        self.objective.set_sigma(sigma);
    }

    /// The order of magnitude of the losses, see [`Objective::typical_loss`].
    pub fn typical_loss(&self) -> f64 {
        self.objective.typical_loss(self.tile.dim)
    }

    /// Draws a batch of `points` with `rng`, writes the gradient of its mean loss to `gradient` (laid out as the
    /// network's parameters) and returns the loss; not finite if the network has diverged.
    pub fn gradient(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream, gradient: &mut [L]) -> f64 {
        let count = points.len() as u32;
        self.indices[..self.batch].fill_with(|| rng.index(count));
        self.tape.begin(gradient);
        let loss = self.accumulate(network, points, rng, self.batch, 1.0 / self.batch as f64, Some(gradient));
        self.tape.finish(network, gradient);
        loss / self.batch as f64
    }

    /// As [`Self::gradient`], over all points in order, `replicas` times with new noise each time.
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

    /// The mean loss over all points, each used once.
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
            // Examples that pad the last tile have weight 0 and use point 0.
            self.indices.fill(0);
            (0..count).for_each(|i| self.indices[i] = (first + i) % points.len());
            loss += self.accumulate(network, points, rng, count, 1.0 / total as f64, gradient.as_deref_mut());
        }
        loss / total as f64
    }

    /// Adds `share` times the gradient of the summed loss of the first `count` examples; returns that loss.
    fn accumulate(
        &mut self,
        network: &Network<L>,
        points: &Points,
        rng: &mut Stream,
        count: usize,
        share: f64,
        mut gradient: Option<&mut [L]>,
    ) -> f64 {
        let (dim, examples) = (points.dim(), count.next_multiple_of(EXAMPLES_PER_TILE));
        rng.fill_normal(&mut self.noise[..examples * dim]);
        self.weights.fill(0.0);
        self.weights[..count].fill(1.0);
        self.objective.importance_weights(
            dim,
            &self.noise[..count.next_multiple_of(EXAMPLES_PER_TILE) * dim],
            &mut self.weights[..count],
        );
        let mut loss = 0.0;
        for first in (0..count).step_by(EXAMPLES_PER_TILE) {
            self.load(points, first, rng);
            loop {
                self.tape.forward(network, self.sigma, &mut self.tile);
                loss += self.objective.loss(&mut self.tile);
                if let Some(gradient) = gradient.as_deref_mut() {
                    loss += self.tape.penalty(&self.tile);
                    self.tape.backward(network, self.sigma, &self.tile, share, gradient);
                }
                if !self.objective.next_term(&mut self.tile, rng) {
                    break;
                }
            }
        }
        loss
    }

    fn load(&mut self, points: &Points, first: usize, rng: &mut Stream) {
        let tile = &mut self.tile;
        for (e, index) in self.indices[first..first + EXAMPLES_PER_TILE].iter().enumerate() {
            points.point(*index).iter().enumerate().for_each(|(k, x)| tile.clean[k * EXAMPLES_PER_TILE + e] = *x);
        }
        tile.weights.copy_from_slice(&self.weights[first..first + EXAMPLES_PER_TILE]);
        let noise = &self.noise[first * points.dim()..][..EXAMPLES_PER_TILE * points.dim()];
        self.objective.corrupt(tile, noise, rng);
    }
}

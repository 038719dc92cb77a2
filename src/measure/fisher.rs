//! The Fisher divergence between two scores, E_q‖ŝ - t‖², relative to E_q‖t‖².

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::Score;

/// Points evaluated at a time.
const SLICE: usize = 256;

/// A true score t at draws of the density q, for any number of estimates.
#[derive(Clone, Debug)]
pub struct Reference {
    dim: usize,
    draws: Vec<f64>,
    scores: Vec<f64>,
    /// Σ‖t‖²
    power: f64,
}

impl Reference {
    /// Evaluates `truth` at `draws`, one point after another.
    pub fn new(truth: &dyn Score, draws: Vec<f64>) -> Self {
        let mut scores = vec![0.0; draws.len()];
        truth.scores(&draws, &mut scores);
        let power = math::dot(&scores, &scores);
        Self { dim: truth.dim(), draws, scores, power }
    }

    /// E‖estimate - t‖² / E‖t‖².
    pub fn relative_error(&self, estimate: &dyn Score) -> f64 {
        let size = SLICE * self.dim;
        let mut estimated = vec![0.0; size];
        let mut error = 0.0;
        for (points, scores) in self.draws.chunks(size).zip(self.scores.chunks(size)) {
            let estimated = &mut estimated[..points.len()];
            estimate.scores(points, estimated);
            error += math::squared_distance(estimated, scores);
        }
        error / self.power
    }
}

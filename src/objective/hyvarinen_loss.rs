//! Score matching without noise: the mean of ½‖s‖² + tr ∂s/∂x with s = (r - x)/σ² (Hyvärinen 2005). The trace is exact,
//! or is estimated along one random direction v of signs for each point: ½‖s‖² + v·(∂s/∂x)v (sliced, variance-reduced:
//! Song et al. 2019).

use super::{EXAMPLES_PER_TILE, Objective, Tile};
use crate::rng::Stream;

/// Implicit or sliced score matching.
#[derive(Clone, Debug)]
pub struct ScoreMatching {
    /// 1/σ²
    precision: f64,
    is_sliced: bool,
}

impl ScoreMatching {
    /// Score matching with the exact trace.
    pub fn implicit(sigma: f64) -> Self {
        Self { precision: 1.0 / (sigma * sigma), is_sliced: false }
    }

    /// Score matching with one random direction.
    pub fn sliced(sigma: f64) -> Self {
        Self { is_sliced: true, ..Self::implicit(sigma) }
    }

    /// Returns ½‖s‖² and writes its gradient by r.
    fn half_squared_norm(&self, tile: &mut Tile) -> f64 {
        let mut loss = 0.0;
        for (i, slope) in tile.slopes.iter_mut().enumerate() {
            let weight = tile.weights[i % EXAMPLES_PER_TILE];
            let score = (tile.output[i] - tile.input[i]) * self.precision;
            loss += weight * 0.5 * score * score;
            *slope = weight * self.precision * score;
        }
        loss
    }
}

impl Objective for ScoreMatching {
    fn set_sigma(&mut self, sigma: f64) {
        self.precision = 1.0 / (sigma * sigma);
    }

    fn typical_loss(&self, dim: usize) -> f64 {
        dim as f64 * self.precision
    }

    fn directions(&self, dim: usize) -> usize {
        if self.is_sliced { 1 } else { dim }
    }

    fn corrupt(&mut self, tile: &mut Tile, _: &[f32], rng: &mut Stream) {
        if self.is_sliced {
            tile.input.copy_from_slice(&tile.clean);
            tile.directions.fill_with(|| if rng.index(2) == 0 { -1.0 } else { 1.0 });
        } else {
            tile.use_clean_points();
        }
    }

    /// Adds the trace or its estimate, Σ t·(J t - t)/σ² over the directions.
    fn loss(&mut self, tile: &mut Tile) -> f64 {
        let mut loss = self.half_squared_norm(tile);
        for (i, direction) in tile.directions.iter().enumerate() {
            let slope = tile.weights[i % EXAMPLES_PER_TILE] * self.precision * direction;
            loss += slope * (tile.derivatives[i] - direction);
            tile.derivative_slopes[i] = slope;
        }
        loss
    }
}

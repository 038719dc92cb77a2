//! Score matching without noise: the mean of ½‖s‖² + tr ∂s/∂x with s = (r - x)/σ² (Hyvärinen 2005), the trace exact, or along
//! one random direction v of signs a point, ½‖s‖² + v·(∂s/∂x)v (sliced, variance-reduced: Song et al. 2019).

use super::{GROUP, Group, Objective};
use crate::rng::Stream;

/// Either objective.
#[derive(Clone, Debug)]
pub struct ScoreMatching {
    /// 1/σ²
    precision: f64,
    is_sliced: bool,
}

impl ScoreMatching {
    /// With the exact trace.
    pub fn implicit(sigma: f64) -> Self {
        Self { precision: 1.0 / (sigma * sigma), is_sliced: false }
    }

    /// With one random direction.
    pub fn sliced(sigma: f64) -> Self {
        Self { is_sliced: true, ..Self::implicit(sigma) }
    }

    /// ½‖s‖² with its slopes by r.
    fn power(&self, group: &mut Group) -> f64 {
        let mut loss = 0.0;
        for (i, slope) in group.slopes.iter_mut().enumerate() {
            let weight = group.weights[i % GROUP];
            let score = (group.output[i] - group.input[i]) * self.precision;
            loss += weight * 0.5 * score * score;
            *slope = weight * self.precision * score;
        }
        loss
    }
}

impl Objective for ScoreMatching {
    fn unit(&self, dim: usize) -> f64 {
        dim as f64 * self.precision
    }

    fn directions(&self, dim: usize) -> usize {
        if self.is_sliced { 1 } else { dim }
    }

    fn corrupt(&mut self, group: &mut Group, _: &[f32], rng: &mut Stream) {
        if self.is_sliced {
            group.input.copy_from_slice(&group.clean);
            group.directions.fill_with(|| if rng.index(2) == 0 { -1.0 } else { 1.0 });
        } else {
            group.look_along_coordinates();
        }
    }

    /// Σ t·(J t - t)/σ² over the directions is the trace, or its estimate.
    fn judge(&mut self, group: &mut Group) -> f64 {
        let mut loss = self.power(group);
        for (i, direction) in group.directions.iter().enumerate() {
            let slope = group.weights[i % GROUP] * self.precision * direction;
            loss += slope * (group.derivatives[i] - direction);
            group.derivative_slopes[i] = slope;
        }
        loss
    }
}

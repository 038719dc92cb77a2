//! The Fisher divergence between two scores, E_q‖ŝ - t‖², relative to E_q‖t‖².

use alloc::vec;

use crate::math;
use crate::score::Score;

/// Points evaluated at a time.
const SLICE: usize = 256;

/// E‖estimate - truth‖² / E‖truth‖² over `draws` of the density q, one point after another.
pub fn relative_error(estimate: &dyn Score, truth: &dyn Score, draws: &[f64]) -> f64 {
    let size = SLICE * truth.dim();
    let (mut estimated, mut true_scores) = (vec![0.0; size], vec![0.0; size]);
    let (mut error, mut power) = (0.0, 0.0);
    for points in draws.chunks(size) {
        let (estimated, true_scores) = (&mut estimated[..points.len()], &mut true_scores[..points.len()]);
        estimate.scores(points, estimated);
        truth.scores(points, true_scores);
        error += math::squared_distance(estimated, true_scores);
        power += math::dot(true_scores, true_scores);
    }
    error / power
}

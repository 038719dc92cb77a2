//! Deviation of a field from the gradient of an energy near the data: the asymmetry of its Jacobian over a sample, and
//! its relative circulation. Metropolis-Hastings with energy differences is exact only if both are zero.

use alloc::vec;

use crate::math;
use crate::query::asymmetry::asymmetry;
use crate::query::circulation::circulation;
use crate::score::{Path, Score};
use crate::setting::SettingError;

/// The mean of ‖J - Jᵀ‖_F/‖J - I‖_F, J = I + σ² ∂s/∂x, over `points` (one after another) with a finite value; NaN if
/// there is none. 0 for a gradient, 2 for a rotation.
pub fn mean_asymmetry(score: &dyn Score, points: &[f64], sigma: f64) -> f64 {
    let dim = score.dim();
    let mut jacobian = vec![0.0; dim * dim];
    let (mut sum, mut known) = (0.0, 0.0);
    for x in points.chunks_exact(dim) {
        score.jacobian(x, &mut jacobian);
        let here = asymmetry(&jacobian, dim, sigma);
        if !here.is_nan() {
            sum += here;
            known += 1.0;
        }
    }
    sum / known
}

/// |∮ s·dx| along the closed polyline of `vertices`, divided by its length and by the mean of ‖s‖ at the vertices. 0
/// for a gradient, 1 for a field that is tangent to a finely divided loop. NaN for s = 0; errors as in [`circulation`].
pub fn relative_circulation(score: &dyn Score, vertices: &[f64], path: &mut Path) -> Result<f64, SettingError> {
    let around = circulation(score, vertices, path)?;
    let dim = score.dim();
    let mut scores = vec![0.0; vertices.len()];
    score.scores(vertices, &mut scores);
    let size: f64 = scores.chunks_exact(dim).map(|s| math::sqrt(math::dot(s, s))).sum();
    let mut length = 0.0;
    let mut from = &vertices[vertices.len() - dim..];
    for to in vertices.chunks_exact(dim) {
        length += math::sqrt(math::squared_distance(from, to));
        from = to;
    }
    let count = (vertices.len() / dim) as f64;
    Ok(around.abs() * count / (length * size))
}

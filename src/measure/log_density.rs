//! The mean of log p over a sample. It is greatest for points at the maxima of p, not for draws of p: compare with the
//! value for exact draws, minus the entropy of p.

use crate::data::Density;

/// The mean over `points`, one after another; NaN without points or if p has no closed form, -∞ if a point has p = 0.
pub fn mean_log_density(density: &dyn Density, points: &[f64]) -> f64 {
    let dim = density.dim();
    let log_density = |x: &[f64]| density.log_density(x).unwrap_or(f64::NAN);
    points.chunks_exact(dim).map(log_density).sum::<f64>() / (points.len() / dim) as f64
}

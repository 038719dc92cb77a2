//! The mean of log p over a sample: greatest not for draws of p, but for points at its maxima, so shown beside its value for
//! exact draws, which is minus the entropy of p.

use crate::data::Density;

/// The mean over `points`, one after another; NaN without points or where p has no closed form, -∞ if a point lies where p = 0.
pub fn mean_log_density(density: &dyn Density, points: &[f64]) -> f64 {
    let dim = density.dim();
    let log_density = |x: &[f64]| density.log_density(x).unwrap_or(f64::NAN);
    points.chunks_exact(dim).map(log_density).sum::<f64>() / (points.len() / dim) as f64
}

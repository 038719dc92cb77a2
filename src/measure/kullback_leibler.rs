//! Kullback-Leibler divergences between an exact density p and the distribution q of a sample; a kernel density
//! estimate replaces q. Its smoothing makes KL(q‖p) too small and KL(p‖q) too large: compare with the values for exact
//! draws.

use super::kernel_density::KernelDensity;
use super::log_density::mean_log_density;
use crate::data::Density;

/// KL(q‖p) = E_q(log q - log p), the mean over the sample, with each point left out of q for itself. It grows if the
/// sample has points where p is small. ∞ if a point has p = 0, NaN if p has no closed form.
pub fn of_sample_from_density(sample: &KernelDensity, density: &dyn Density) -> f64 {
    sample.mean_left_out() - mean_log_density(density, sample.points())
}

/// KL(p‖q) = E_p(log p - log q), the mean over exact `draws` of p. It grows if the sample misses mass of p. NaN without
/// draws or if p has no closed form.
pub fn of_density_from_sample(sample: &KernelDensity, density: &dyn Density, draws: &[f64]) -> f64 {
    let dim = sample.dim();
    let total: f64 = draws.chunks_exact(dim).map(|x| sample.log_density(x)).sum();
    mean_log_density(density, draws) - total / (draws.len() / dim) as f64
}

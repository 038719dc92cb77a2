//! Kullback-Leibler divergences between an exact density p and the law q of a sample, of which a kernel density estimate stands
//! in for q. Its smoothing makes KL(q‖p) too small and KL(p‖q) too large: compare with what exact draws give.

use super::kernel_density::KernelDensity;
use super::log_density::mean_log_density;
use crate::data::Density;

/// KL(q‖p) = E_q(log q - log p), the mean over the sample, each point being left out of q for itself: what it costs that the
/// sample goes where p does not. ∞ if a point lies where p = 0, NaN where p has no closed form.
pub fn of_sample_from_density(sample: &KernelDensity, density: &dyn Density) -> f64 {
    sample.mean_left_out() - mean_log_density(density, sample.points())
}

/// KL(p‖q) = E_p(log p - log q), the mean over exact `draws` of p: what it costs that the sample misses what p has. NaN without
/// draws or where p has no closed form.
pub fn of_density_from_sample(sample: &KernelDensity, density: &dyn Density, draws: &[f64]) -> f64 {
    let dim = sample.dim();
    let total: f64 = draws.chunks_exact(dim).map(|x| sample.log_density(x)).sum();
    mean_log_density(density, draws) - total / (draws.len() / dim) as f64
}

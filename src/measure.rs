//! Measures of a run: the error of a learned score, the distance of samples from a density, and the convergence of
//! chains.

pub mod autocorrelation;
pub mod conservativity;
pub mod convergence;
pub mod denoising_loss;
pub mod draw_record;
pub mod effective_sample_size;
pub mod energy_distance;
pub mod exact_baseline;
pub mod fisher;
pub mod integrated_time;
pub mod kernel_density;
pub mod kullback_leibler;
pub mod log_density;
pub mod mmd;
pub mod pairwise;
pub mod r_hat;
mod rank_normalization;
pub mod sliced_wasserstein;
pub mod stein;
pub mod trace;
pub mod verdict;

pub use convergence::Convergence;
pub use draw_record::DrawRecord;
pub use kernel_density::KernelDensity;
pub use trace::Trace;

//! How far a learned score is from the true one, and samples from a density; whether chains have forgotten their starts.

pub mod autocorrelation;
pub mod conservation;
pub mod convergence;
pub mod denoising;
pub mod effective_size;
pub mod energy_distance;
pub mod exact_pair;
pub mod fisher;
pub mod integrated_time;
pub mod kernel_density;
pub mod kullback_leibler;
pub mod log_density;
pub mod mmd;
pub mod r_hat;
mod rank;
pub mod record;
pub mod stein;
pub mod trace;
pub mod trust;
pub mod two_samples;
pub mod wasserstein;

pub use convergence::Convergence;
pub use kernel_density::KernelDensity;
pub use record::Record;
pub use trace::Trace;

//! How far a learned score is from the true one, and samples from a density; and whether chains have forgotten their starts.

pub mod autocorrelation;
pub mod denoising;
pub mod effective_size;
pub mod fisher;
pub mod integrated_time;
pub mod mmd;
pub mod r_hat;
mod rank;
pub mod trace;
pub mod wasserstein;

pub use trace::Trace;

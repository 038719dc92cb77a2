//! How far a learned score is from the true one, and samples from a density.

pub mod denoising;
pub mod fisher;
pub mod mmd;
pub mod wasserstein;

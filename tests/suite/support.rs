//! What several tests share: statistical tests, numerical derivatives, forged checkpoints, threads.

pub mod checkpoint_hash;
pub mod finite_differences;
pub mod kolmogorov;
pub mod ks;
#[cfg(not(target_arch = "wasm32"))]
pub mod parallel;
#[cfg(not(target_arch = "wasm32"))]
pub mod wiener;

//! Code shared by several tests: statistical tests, numerical derivatives, forged checkpoints, threads.

pub mod finite_differences;
pub mod forged_checkpoint;
pub mod ks;
pub mod ks_two_sample;
pub mod network_forms;
#[cfg(not(target_arch = "wasm32"))]
pub mod parallel;
pub mod reference_network;
#[cfg(not(target_arch = "wasm32"))]
pub mod wiener;

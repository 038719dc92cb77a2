//! Tests of the core that run natively, in Node, in a page and in a worker.
//!
//! Tests that take seconds of native work and do not depend on the target run natively only.

mod adaptation;
mod blurred_energies;
mod chain_groups;
mod chains;
mod convergence;
mod curves;
mod custom_kernel;
mod datasets;
mod default_experiment;
mod densities;
#[cfg(not(target_arch = "wasm32"))]
mod digits_denoising;
mod energies;
mod goldens;
mod gradients;
#[cfg(not(target_arch = "wasm32"))]
mod invariance;
mod learned;
mod learned_energies;
mod links;
mod malformed_files;
mod model_settings;
mod module_dependencies;
mod objectives;
mod optimal_scores;
mod optimizers;
mod paper_claims;
mod paper_claims_fisher;
mod paper_claims_objectives;
mod paper_claims_samples;
mod path_integral;
mod queries;
mod readers;
mod retarget;
mod sample_measures;
mod sampler_balance;
mod sampler_faults;
mod sampler_invariance;
mod schedules;
mod session;
mod session_diagnostics;
mod session_optimum;
mod sigma_levels;
mod spiral;
#[cfg(not(target_arch = "wasm32"))]
mod spurious_maxima;
mod support;
mod tables;
mod targets;
mod training_key;
mod verdict;
mod weights;

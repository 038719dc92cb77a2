//! Claims about the core, each of which can fail: natively, in Node, in a page and in a worker.
//!
//! What takes seconds of native work and does not depend on the target runs natively only.

mod adaptation;
mod architecture;
mod blurred_energies;
mod chains;
mod claims;
mod claims_fisher;
mod claims_objectives;
mod claims_samples;
mod convergence;
mod curves;
mod default_experiment;
mod densities;
mod differences;
#[cfg(not(target_arch = "wasm32"))]
mod digits;
mod energies;
mod energy;
mod evidence;
mod gallery;
mod goldens;
mod gradients;
mod ideals;
#[cfg(not(target_arch = "wasm32"))]
mod invariance;
mod kolmogorov;
mod ks;
mod learned;
mod levels;
mod links;
mod models;
mod networks;
mod objectives;
mod optimizers;
mod optimum;
mod previews;
mod queries;
mod readers;
mod refusals;
mod sample_measures;
mod sampler_balance;
mod sampler_faults;
mod sampler_groups;
mod samplers;
mod schedules;
mod sealed;
mod session;
#[cfg(not(target_arch = "wasm32"))]
mod side_by_side;
mod spiral;
#[cfg(not(target_arch = "wasm32"))]
mod spurious_maxima;
mod tables;
mod targets;
mod trust;
mod weights;
#[cfg(not(target_arch = "wasm32"))]
mod wiener;

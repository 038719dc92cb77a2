#![doc = "Scorescape."]
#![no_std]
extern crate alloc;
#[cfg(not(target_os = "none"))]
extern crate std;
pub mod data;
pub mod experiment;
pub mod field;
pub mod lane;
pub mod math;
pub mod measure;
pub mod model;
pub mod objective;
pub mod optimizer;
pub mod rng;
pub mod sample;
pub mod score;
pub mod session;
pub mod train;
pub use experiment::Experiment;
pub use session::{ALGORITHM, Progress, Session};

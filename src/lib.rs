//! Scorescape trains an auto-encoder to remove noise, reads off the score ∇ log p it has learned of its data's density
//! (Alain and Bengio, *What Regularized Auto-Encoders Learn from the Data-Generating Distribution*, JMLR 15, 2014), and
//! samples from that density by Metropolis-Hastings.
//!
//! An [`Experiment`] says everything about a run, a [`Session`] runs it:
//!
//! ```
//! use scorescape::{Session, experiment};
//!
//! let (experiment, problems) = experiment::parse("#v=0&model.units=32&train.batch=64");
//! assert!(problems.is_empty());
//! let mut session = Session::new(experiment)?;
//! let progress = session.step(200);
//! assert_eq!(progress.step, 200);
//!
//! let learned = session.learned();
//! let error = session.setup().fisher_error(&learned).expect("the spiral has a closed form");
//! assert!(error < 1.0, "better than the score zero");
//!
//! let mut chains = session.chains(0..100);
//! chains.step(&learned, 10);
//! assert!(chains.acceptance_rate() > 0.2);
//! # Ok::<(), scorescape::setting::SettingError>(())
//! ```
//!
//! Without features the crate is `no_std` with `alloc` and knows nothing of clocks, threads or JavaScript. The same
//! experiment gives the same bits on every target. `plot` draws on any `plotters` backend; `web` is what JavaScript sees.

#![no_std]

extern crate alloc;
// A cdylib needs std's panic handler and allocator wherever there is an operating system or a page.
#[cfg(not(target_os = "none"))]
extern crate std;

pub mod data;
pub mod experiment;
pub mod io;
pub mod math;
pub mod measure;
pub mod model;
pub mod objective;
pub mod optimizer;
#[cfg(feature = "plot")]
pub mod plot;
pub mod query;
pub mod rng;
pub mod sample;
pub mod score;
pub mod session;
pub mod setting;
pub mod simd;
pub mod table;
pub mod train;
#[cfg(all(feature = "web", target_arch = "wasm32", target_os = "unknown"))]
pub mod web;

pub use experiment::Experiment;
pub use session::{ALGORITHM, Progress, Session};

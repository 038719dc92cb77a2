//! Scorescape trains an auto-encoder to remove noise. The auto-encoder learns the score ∇ log p of the density that its
//! data come from (Alain and Bengio, *What Regularized Auto-Encoders Learn from the Data-Generating Distribution*, JMLR
//! 15, 2014), and Markov chains sample from that density by Metropolis-Hastings.
//!
//! The same experiment gives the same bits on every target, in every browser and on any number of threads.
//!
//! # Train, and compare with the exact score
//!
//! An [`Experiment`] holds all settings of a run, and a [`Session`] runs it:
//!
//! ```
//! use scorescape::{Experiment, Session};
//!
//! let experiment = Experiment::default().with("model.units", 32)?.with("train.batch", 64)?;
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
//! A link holds the same settings as text: [`experiment::parse`] reads `#v=0&model.units=32&train.batch=64`, and
//! [`Experiment::link`] writes it.
//!
//! # Sample a density of your own, and diagnose the chains
//!
//! Kernels need a [`Score`](score::Score) alone, so they need no network:
//!
//! ```
//! use scorescape::data::Mixture;
//! use scorescape::measure::Convergence;
//! use scorescape::sample::{Chains, EnergyRule, Nuts, Start};
//! use scorescape::score::Exact;
//!
//! let density = Mixture::isotropic(2, &[1.0, 2.0], vec![-1.0, 0.0, 1.0, 0.0], 0.5)?;
//! let target = Exact::new(Box::new(density)).expect("a closed form");
//! let kernel = Box::new(Nuts::new(0.5, 6, EnergyRule::Exact, 2));
//! let mut chains = Chains::new(kernel, Start::Gaussian { dim: 2, spread: 2.0 }, 1, 0..4);
//!
//! let mut draws = Vec::new();
//! for _ in 0..500 {
//!     chains.step(&target, 1);
//!     draws.extend_from_slice(chains.states());
//! }
//! let convergence = Convergence::of_rounds(&draws, 4, 2)?;
//! assert!(convergence.r_hat < 1.05);
//! # Ok::<(), scorescape::setting::SettingError>(())
//! ```
//!
//! # Examine a score field
//!
//! [`query`] finds fixed points, streamlines, curvature, and the part of a field that is no gradient:
//!
//! ```
//! use scorescape::query::{FixedPointSearch, Grid, Stability};
//! use scorescape::{Experiment, Session};
//!
//! let mut session = Session::new(Experiment::default().with("data", "two-wells")?)?;
//! session.step(300);
//! let learned = session.learned();
//! let starts = Grid::line(-3.0, 3.0, 60)?.points();
//! let mut search = FixedPointSearch::new(starts, 1, learned.sigma())?;
//! while !search.advance(&learned, 16) {}
//! assert!(search.found().iter().any(|point| point.stability == Stability::Attracting));
//! # Ok::<(), scorescape::setting::SettingError>(())
//! ```
//!
//! # Modules
//!
//! A module uses modules of earlier rows only.
//!
//! | group | modules |
//! |---|---|
//! | numbers | [`math`]: elementary functions, linear algebra, quadrature. [`simd`]: four lanes of `f32`. [`rng`]: named streams of random numbers |
//! | input | [`setting`]: settings, values, errors. [`table`] and [`io`]: tables from CSV and `.npy`, tensors from safetensors |
//! | training | [`data`]: densities and points. [`model`]: networks. [`objective`], [`optimizer`] and [`train`]: losses, steps, schedules |
//! | fields | [`score`]: learned and exact scores. [`query`]: fixed points, streamlines, grids |
//! | sampling | [`sample`]: kernels and chains. [`measure`]: convergence, distances, diagnostics |
//! | runs | [`experiment`]: all settings of a run, links. [`session`]: training, checkpoints, fingerprints |
//! | output | `plot`: plots on any `plotters` backend. `web`: bindings for JavaScript |
//!
//! # Features
//!
//! All are on by default. Without any, the crate is `no_std` with `alloc` and uses no clock, thread or file.
//!
//! - `std`: implements the standard error traits in dependencies.
//! - `plot`: the module `plot`.
//! - `web`: the module `web`, on `wasm32-unknown-unknown` only.
//!
//! The folder `examples` has programs of a page each: train the spiral, sample a density, add a dataset, load weights,
//! compare objectives.

#![no_std]

extern crate alloc;
// A cdylib needs std's panic handler and allocator on every target with an operating system or a page.
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

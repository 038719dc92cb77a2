//! Markov chains on a score: transitions as pure functions of (generator, state), and many chains run side by side.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::field::{self, Choice, Field, Kind, Problem, Settings, Variant};
use crate::math;
use crate::rng::Stream;
use crate::score::Score;

pub mod acceptance;
pub mod adaptation;
pub mod chains;
pub mod energy_rule;
pub mod fault;
pub mod hmc;
pub mod inverse;
pub mod langevin;
mod leapfrog;
pub mod mala;
mod merge;
pub mod merge_x;
pub mod noise_e;
pub mod noise_r;
pub mod nuts;
pub mod random_walk;
pub mod reconstruct;
pub mod reconstruct_mh;
pub mod start;
pub mod target;
pub mod walkback;

pub use acceptance::Acceptance;
pub use adaptation::Adaptive;
pub use chains::Chains;
pub use energy_rule::EnergyRule;
pub use fault::Fault;
pub use hmc::Hmc;
pub use inverse::Inverse;
pub use langevin::Langevin;
pub use mala::Mala;
pub use noise_e::NoiseE;
pub use noise_r::NoiseR;
pub use nuts::Nuts;
pub use random_walk::RandomWalk;
pub use reconstruct::Reconstruct;
pub use reconstruct_mh::ReconstructMh;
pub use start::Start;
pub use target::Target;

/// Builds a kernel from the settings, the corruption σ of the score and the dimension; an error names the field at fault.
pub type Builder = fn(&Settings, f64, usize) -> Result<Box<dyn Sampler>, Problem>;

/// Every kernel: one file each, declared above and listed here.
pub static KERNELS: &[&Variant<Builder>] = &[
    &random_walk::VARIANT,
    &mala::VARIANT,
    &langevin::VARIANT,
    &hmc::VARIANT,
    &nuts::VARIANT,
    &reconstruct::VARIANT,
    &reconstruct_mh::VARIANT,
    &merge_x::VARIANT,
    &noise_r::VARIANT,
    &noise_e::VARIANT,
    &walkback::VARIANT,
];

static CHOICES: [&Choice; KERNELS.len()] = field::choices(KERNELS);

/// Which kernel moves the chains.
pub static KERNEL: Field = Field {
    key: "sample.kernel",
    label: "Sampler",
    unit: "",
    help: "How each chain moves.",
    kind: Kind::Choice { default: "random-walk", options: &CHOICES },
};

/// The key of the step size of the kernels that follow the score, each with a default of its own.
pub const STRIDE: &str = "sample.stride";

/// The step size with a kernel's own default. The energy of what is blurred by σ curves upwards by at most 1/σ², so that
/// leapfrog steps of up to 2σ are stable whatever the data.
const fn stride(default: f64) -> Field {
    Field {
        key: STRIDE,
        label: "Step size",
        unit: "σ",
        help: "How far each step goes, in units of the noise; below that the learned density has no detail.",
        kind: Kind::Real { default, min: 1e-3, max: 100.0 },
    }
}

/// The kernel chosen in `settings`, for a score learned with corruption `sigma` in R^`dim`; an error if its settings do not
/// suit each other.
pub fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Sampler>, Problem> {
    let fault = Fault::from_settings(settings);
    let kernel = field::variant(KERNELS, settings.choice(KERNEL.key));
    let sampler = (kernel.build)(settings, fault.sigma(sigma), dim)?;
    let warm_up = adaptation::WARM_UP.key;
    let warm_up = if settings.has(warm_up) { settings.integer(warm_up) } else { 0 };
    Ok(fault.mislead(Adaptive::wrap(sampler, warm_up, dim)))
}

/// The share of proposals that the kernel chosen in `settings` accepts at its best, warm-up or not; `None` where the share says
/// nothing.
pub fn ideal_share(settings: &Settings, sigma: f64, dim: usize) -> Result<Option<f64>, Problem> {
    let kernel = (field::variant(KERNELS, settings.choice(KERNEL.key)).build)(settings, sigma, dim)?;
    Ok(kernel.ideal_acceptance(dim).filter(|_| kernel.proposes_once()))
}

/// Where a chain is, and what its kernel keeps beside that.
#[derive(Debug)]
pub struct State<'a> {
    /// The point of R^d.
    pub position: &'a mut [f64],
    /// As many numbers as [`Sampler::memory`] says.
    pub memory: &'a mut [f64],
}

impl<'a> State<'a> {
    /// A state of a kernel without memory.
    pub fn at(position: &'a mut [f64]) -> Self {
        Self { position, memory: &mut [] }
    }
}

/// What happened in a transition.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// The proposed point.
    pub proposal: Vec<f64>,
    /// E(proposal) - E(state).
    pub energy_difference: f64,
    /// The logarithm of the acceptance ratio.
    pub log_acceptance: f64,
    /// That of the uniform number which it was compared with; NaN where there was no such comparison.
    pub log_uniform: f64,
    /// Whether the proposal became the state.
    pub accepted: bool,
}

impl Info {
    /// Room for a proposal in R^`dim`.
    pub fn new(dim: usize) -> Self {
        Self { proposal: vec![0.0; dim], log_uniform: f64::NAN, ..Self::default() }
    }
}

/// A Markov transition kernel. What a transition does depends on generator and state only: fields are settings and room to
/// work in.
pub trait Sampler: Send {
    /// How many numbers it keeps for a chain in R^`dim` beside its position.
    fn memory(&self, _dim: usize) -> usize {
        0
    }

    /// Makes the memory of a chain that starts at `state`, and may move it to where such a memory belongs.
    fn begin(&mut self, _target: &dyn Score, _rng: &mut Stream, _state: &mut State<'_>) {}

    /// The acceptance in R^`dim` at which its size is best; `None` for kernels that no warm-up adapts.
    fn ideal_acceptance(&self, _dim: usize) -> Option<f64> {
        None
    }

    /// Whether a transition accepts one proposal or none; else the share that were accepted is not that acceptance.
    fn proposes_once(&self) -> bool {
        true
    }

    /// How many times its size its steps may have: at least 1.
    fn largest_factor(&self) -> f64 {
        f64::INFINITY
    }

    /// Makes its steps `factor` times the size that they were made with.
    fn resize(&mut self, _factor: f64) {}

    /// Makes `state` one of the present size, where that matters.
    fn settle(&mut self, _target: &dyn Score, _state: &mut State<'_>) {}

    /// Moves `state` by one transition for `target` and tells in `info` what happened; allocates nothing.
    fn transition(&mut self, target: &dyn Score, rng: &mut Stream, state: &mut State<'_>, info: &mut Info);
}

/// Whether a proposal is accepted: log u ≤ log α for a fresh uniform u, so never when log α is NaN.
pub fn accept(rng: &mut Stream, log_acceptance: f64) -> bool {
    log_uniform(rng) <= log_acceptance
}

/// The logarithm of a fresh uniform u.
fn log_uniform(rng: &mut Stream) -> f64 {
    math::ln(rng.uniform())
}

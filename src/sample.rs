//! Markov chains on a score: transitions as pure functions of (generators, states), and many chains run side by side.
//!
//! Chains move in groups, so that one call evaluates the scores of many points. A chain's path depends on its group
//! only while a warm-up adapts their common step size.

use alloc::boxed::Box;

use crate::math;
use crate::rng::Stream;
use crate::score::{Score, path};
use crate::setting::{self, Choice, Hints, Section, Setting, SettingError, SettingKind, Settings, Variant};

pub mod acceptance;
pub mod adaptation;
pub mod chains;
pub mod energy_rule;
pub mod fault_injection;
pub mod infos;
mod leapfrog;
pub mod newton_inverse;
pub mod properties;
mod relaxation;
pub mod start;
pub mod states;
pub mod target;
mod u_turn;

setting::variants! {
    /// All kernels, in the order of the menu.
    KERNELS: Variant<Builder>, VARIANT in
    random_walk
    mala
    langevin
    hmc
    nuts
    reconstruct
    reconstruct_mh
    relaxed_reconstruct_mh
    interpolate_mh
    error_move_mh
    dae_chain
}

pub use acceptance::Acceptance;
pub use adaptation::Adaptive;
pub use chains::Chains;
pub use energy_rule::EnergyRule;
pub use error_move_mh::ErrorMoveMh;
pub use fault_injection::Fault;
pub use hmc::Hmc;
pub use infos::{Info, Infos, InfosMut};
pub use interpolate_mh::InterpolateMh;
pub use langevin::Langevin;
pub use mala::Mala;
pub use newton_inverse::Inverse;
pub use nuts::Nuts;
pub use properties::KernelProperties;
pub use random_walk::RandomWalk;
pub use reconstruct::Reconstruct;
pub use reconstruct_mh::ReconstructMh;
pub use start::Start;
pub use states::States;
pub use target::Target;

/// Builds a kernel from the settings, the corruption σ of the score and the dimension. An error names the invalid
/// setting.
pub type Build = fn(&Settings, f64, usize) -> Result<Box<dyn Sampler>, SettingError>;

/// The builder of a kernel, and facts that are known before it is built.
#[derive(Debug)]
pub struct Builder {
    /// How a transition is decided: one or two sentences for the step-by-step view.
    pub transition: &'static str,
    /// The key of the setting for the step size; `None` if training fixed it.
    pub step_size: Option<&'static str>,
    /// Builds the kernel.
    pub build: Build,
}

/// Number of chains in a group. Chain i belongs to group i / `CHAINS_PER_GROUP`; the chains of a group move together.
pub const CHAINS_PER_GROUP: usize = 16;

static CHOICES: [&Choice; KERNELS.len()] = setting::choices(KERNELS);

/// The kernel setting.
pub static KERNEL: Setting = Setting {
    key: "sample.kernel",
    label: "Sampler",
    unit: "",
    help: "The Markov kernel that moves each chain.",
    kind: SettingKind::Choice { default: "random-walk", options: &CHOICES },
    ..Setting::of(Section::Sampling)
};

/// The kernel to try if chains of another kernel mix slowly.
pub static FASTEST_MIXING: &Variant<Builder> = &nuts::VARIANT;

/// The key of the step size setting for kernels that follow the score. The default value differs between kernels.
pub const STEP_SIZE_IN_SIGMA: &str = "sample.step-size-in-sigma";

/// The step size setting with a kernel's default. The energy of a density smoothed by σ has second derivatives of at
/// most 1/σ², so leapfrog steps of up to 2σ√T are stable for any data.
const fn step_size_in_sigma(default: f64) -> Setting {
    Setting {
        key: STEP_SIZE_IN_SIGMA,
        label: "Step size",
        unit: "σ",
        help: "The size of each step in units of the noise σ, the smallest detail of the learned density.",
        kind: SettingKind::Real { default, min: 1e-3, max: 100.0 },
        hints: Hints {
            zero: "With steps of size zero every proposal is the chain's own state: all are accepted, and nothing moves.",
            negative: "The step size is a standard deviation, and none is negative.",
        },
        ..Setting::of(Section::Sampling)
    }
}

/// The kernel chosen in `settings`, for a score learned with corruption `sigma` in R^`dim`. An error if its settings
/// are incompatible.
pub fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Sampler>, SettingError> {
    let fault = Fault::from_settings(settings);
    let sampler = build(settings, fault.sigma(sigma), dim)?;
    let warm_up = adaptation::WARM_UP.key;
    let warm_up = if settings.has(warm_up) { settings.integer(warm_up) } else { 0 };
    Ok(fault.inject(Adaptive::wrap(sampler, warm_up, dim)))
}

/// The entry of the kernel chosen in `settings`.
pub fn chosen(settings: &Settings) -> &'static Variant<Builder> {
    setting::variant(KERNELS, settings.choice(KERNEL.key))
}

fn build(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Sampler>, SettingError> {
    (chosen(settings).build.build)(settings, sigma, dim)
}

/// The properties of the kernel chosen in `settings`, without warm-up and faults.
pub fn properties(settings: &Settings, sigma: f64, dim: usize) -> Result<KernelProperties, SettingError> {
    Ok(build(settings, sigma, dim)?.properties(dim))
}

/// The acceptance rate at which the kernel chosen in `settings` mixes best, with or without a warm-up; `None` if the
/// rate is unrelated to mixing.
pub fn target_acceptance_rate(settings: &Settings, sigma: f64, dim: usize) -> Result<Option<f64>, SettingError> {
    let properties = properties(settings, sigma, dim)?;
    Ok(properties.target_acceptance.filter(|_| properties.single_proposal))
}

/// Why the chains do not converge to the density of the score's energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// The kernel accepts every proposal, or takes energy differences from the score at one end of a move.
    Inexact,
    /// A deliberate fault.
    Fault,
}

/// The bias of the kernel and the rules chosen in `settings`; `None` if they are exact.
pub fn bias(settings: &Settings, sigma: f64, dim: usize) -> Result<Option<Bias>, SettingError> {
    if Fault::from_settings(settings) != Fault::None {
        return Ok(Some(Bias::Fault));
    }
    let rule = path::RULE.key;
    let takes_one_end = settings.has(rule) && settings.choice(rule) == path::ENDPOINT.id;
    let is_exact = properties(settings, sigma, dim)?.is_adjusted && !takes_one_end;
    Ok((!is_exact).then_some(Bias::Inexact))
}

/// A Markov transition kernel.
///
/// ```
/// use scorescape::data::Mixture;
/// use scorescape::rng::{Purpose, stream};
/// use scorescape::sample::{EnergyRule, Infos, RandomWalk, Sampler, States};
/// use scorescape::score::Exact;
///
/// let normal = Mixture::isotropic(1, &[1.0], vec![0.0], 1.0)?;
/// let target = Exact::new(Box::new(normal)).expect("a closed form");
/// let mut kernel = RandomWalk::new(0.5, EnergyRule::Exact);
///
/// // Two chains, each with its own generator.
/// let (mut positions, mut infos) = ([0.0, 3.0], Infos::new(2, 1));
/// let mut rngs = [0, 1].map(|chain| stream(7, Purpose::Proposal, chain));
/// kernel.transition(&target, &mut rngs, &mut States::at(&mut positions), &mut infos.all());
/// for (chain, start) in [0.0, 3.0].into_iter().enumerate() {
///     let expected = if infos.accepted[chain] { infos.proposals[chain] } else { start };
///     assert_eq!(positions[chain], expected);
/// }
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
///
/// A kernel moves up to [`CHAINS_PER_GROUP`] chains together. A transition depends on generators and states only: a
/// kernel holds settings and scratch buffers.
pub trait Sampler: CloneSampler + Send + Sync {
    /// The kernel's fixed properties in R^`dim`.
    ///
    /// There is no default, so that a kernel that wraps another decides which properties to forward.
    fn properties(&self, dim: usize) -> KernelProperties;

    /// Initialises the values kept for chains that start at `states`. May move the chains: some kernels start at a
    /// reconstruction.
    fn init(&mut self, _target: &dyn Score, _states: &mut States<'_>) {}

    /// Multiplies the step size that the kernel was built with by `factor`.
    fn scale_step(&mut self, _factor: f64) {}

    /// Recomputes cached values in `states` after the step size or `target` changed.
    fn refresh(&mut self, _target: &dyn Score, _states: &mut States<'_>) {}

    /// Moves each chain by one transition for `target`, with the chain's own generator, and writes the outcomes to
    /// `infos`. The kernel itself allocates no memory.
    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    );
}

/// Cloning of a boxed kernel, implemented for every kernel that is `Clone`.
pub trait CloneSampler {
    /// A copy of the kernel.
    fn clone_sampler(&self) -> Box<dyn Sampler>;
}

impl<T: Sampler + Clone + 'static> CloneSampler for T {
    fn clone_sampler(&self) -> Box<dyn Sampler> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Sampler> {
    fn clone(&self) -> Self {
        (**self).clone_sampler()
    }
}

/// Whether a proposal is accepted: log u ≤ log α for a fresh uniform u, so never if log α is NaN. Also returns log u.
pub fn accept(rng: &mut Stream, log_acceptance: f64) -> (bool, f64) {
    let log_uniform = math::ln(rng.uniform());
    (log_uniform <= log_acceptance, log_uniform)
}

//! Markov chains on a score: transitions as pure functions of (generators, states), and many chains run side by side.
//!
//! Chains move in groups, so that the scores of many points are asked for at once. What a chain does depends on its group
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
    /// Every kernel, in the order in which they are offered.
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

/// Builds a kernel from the settings, the corruption σ of the score and the dimension; an error names the setting at fault.
pub type Build = fn(&Settings, f64, usize) -> Result<Box<dyn Sampler>, SettingError>;

/// What builds a kernel, and what is known of it before it is built.
#[derive(Debug)]
pub struct Builder {
    /// How a transition is decided, in a sentence or two for someone who watches one step by step.
    pub transition: &'static str,
    /// The key of the setting that makes its steps larger or smaller; `None` where training fixed their size.
    pub step_size: Option<&'static str>,
    /// Builds it.
    pub build: Build,
}

/// How many chains move together: those whose numbers have the same quotient by it.
pub const CHAINS_PER_GROUP: usize = 16;

static CHOICES: [&Choice; KERNELS.len()] = setting::choices(KERNELS);

/// Which kernel moves the chains.
pub static KERNEL: Setting = Setting {
    key: "sample.kernel",
    label: "Sampler",
    unit: "",
    help: "The Markov kernel that moves each chain.",
    kind: SettingKind::Choice { default: "random-walk", options: &CHOICES },
    ..Setting::of(Section::Sampling)
};

/// The kernel to try where chains of another mix slowly.
pub static FASTEST_MIXING: &Variant<Builder> = &nuts::VARIANT;

/// The key of the step size of the kernels that follow the score, each with a default of its own.
pub const STEP_SIZE_IN_SIGMA: &str = "sample.step-size-in-sigma";

/// The step size with a kernel's own default. The energy of what is blurred by σ curves upwards by at most 1/σ², so that
/// leapfrog steps of up to 2σ√T are stable whatever the data.
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

/// The kernel chosen in `settings`, for a score learned with corruption `sigma` in R^`dim`; an error if its settings do not
/// suit each other.
pub fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Sampler>, SettingError> {
    let fault = Fault::from_settings(settings);
    let sampler = build(settings, fault.sigma(sigma), dim)?;
    let warm_up = adaptation::WARM_UP.key;
    let warm_up = if settings.has(warm_up) { settings.integer(warm_up) } else { 0 };
    Ok(fault.inject(Adaptive::wrap(sampler, warm_up, dim)))
}

/// The kernel's entry that is chosen in `settings`.
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

/// The share of proposals that the kernel chosen in `settings` accepts at its best, warm-up or not; `None` where the share says
/// nothing.
pub fn target_acceptance_rate(settings: &Settings, sigma: f64, dim: usize) -> Result<Option<f64>, SettingError> {
    let properties = properties(settings, sigma, dim)?;
    Ok(properties.target_acceptance.filter(|_| properties.single_proposal))
}

/// What makes the chains' law another than that of the score's energy, however long they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// A kernel that weighs nothing, or energy differences from one end of a move.
    Inexact,
    /// A deliberate mistake.
    Fault,
}

/// The shortcut that the kernel and the rules chosen in `settings` take.
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
/// It moves up to [`CHAINS_PER_GROUP`] chains together. What a transition does depends on generators and
/// states only: fields are settings and room to work in.
pub trait Sampler: CloneSampler + Send + Sync {
    /// Its fixed properties in R^`dim`.
    ///
    /// There is no default, so that a kernel that wraps another must decide which of that one's properties it forwards.
    fn properties(&self, dim: usize) -> KernelProperties;

    /// Makes what it keeps of chains that start at `states`, and may move them to where such memories belong.
    fn init(&mut self, _target: &dyn Score, _states: &mut States<'_>) {}

    /// Makes its steps `factor` times the size that they were made with.
    fn scale_step(&mut self, _factor: f64) {}

    /// Makes `states` ones of the present size and of `target`, where that matters.
    fn refresh(&mut self, _target: &dyn Score, _states: &mut States<'_>) {}

    /// Moves each chain by one transition for `target`, with a generator of its own, and tells in `infos` what happened;
    /// allocates nothing of its own.
    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    );
}

/// Cloning behind a box, which every kernel that is `Clone` can do.
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

/// Whether a proposal is accepted: log u ≤ log α for a fresh uniform u, so never when log α is NaN. Also tells log u.
pub fn accept(rng: &mut Stream, log_acceptance: f64) -> (bool, f64) {
    let log_uniform = math::ln(rng.uniform());
    (log_uniform <= log_acceptance, log_uniform)
}

//! How training moves the parameters: descent along gradients of random batches, or line searches on all the data.

use alloc::boxed::Box;

use crate::model::Network;
use crate::setting::{self, Choice, Setting, SettingKind, Settings, Variant};
use crate::simd::{Simd, f32x4};

mod line_search;

pub use adam::Adam;
pub use lbfgs::Lbfgs;
pub use momentum::Momentum;
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

/// How an optimiser is made for a number of lanes of parameters.
#[derive(Debug)]
pub struct Builder {
    /// How many lanes it remembers between steps.
    pub memory: fn(&Settings, usize) -> usize,
    /// Over how many corruptions of each training point its losses are averaged; zero for random batches.
    pub replicas: fn(&Settings) -> usize,
    /// Makes it.
    pub build: fn(&Settings, usize) -> Box<dyn Optimizer<f32x4>>,
}

// One file and one line each.
setting::variants! {
    /// Every optimiser, in the order in which they are offered.
    OPTIMIZERS: Variant<Builder>, VARIANT in
    adam
    sgd
    momentum
    rmsprop
    lbfgs
}

static CHOICES: [&Choice; OPTIMIZERS.len()] = setting::choices(OPTIMIZERS);

/// Which optimiser is used.
pub static OPTIMIZER: Setting = Setting {
    key: "train.optimizer",
    label: "Optimiser",
    unit: "",
    help: "How each gradient changes the weights.",
    kind: SettingKind::Choice { default: "adam", options: &CHOICES },
};

/// The key of the step size, which each rule of descent has with a default of its own.
pub const RATE: &str = "train.rate";

/// The step size with a rule's own default.
const fn rate(default: f64) -> Setting {
    Setting {
        key: RATE,
        label: "Learning rate",
        unit: "",
        help: "How far each step goes; too far and training diverges.",
        kind: SettingKind::Real { default, min: 1e-6, max: 1.0 },
    }
}

/// The builder of the optimiser chosen in `settings`.
pub fn chosen(settings: &Settings) -> &'static Builder {
    &setting::variant(OPTIMIZERS, settings.choice(OPTIMIZER.key)).build
}

/// Gradients, memories and parameters below this are taken as zero. Units can shrink towards zero for good; without a floor
/// their numbers become subnormal and training ten times slower. Five orders below Adam's ε, the floor changes nothing else.
const NEGLIGIBLE: f64 = 1e-13;

/// The loss at a network and, written to its second argument, the gradient.
pub type Oracle<'a, L> = dyn FnMut(&Network<L>, &mut [L]) -> f64 + 'a;

/// A rule that turns losses and gradients into steps.
pub trait Optimizer<L: Simd>: Send {
    /// Takes step number `step` (from 0) with `rate_factor` times the rule's rate; `gradient` is room for gradients. Returns the loss
    /// before the step, which is not taken if that is not finite.
    fn step(
        &mut self,
        step: u32,
        rate_factor: f64,
        network: &mut Network<L>,
        gradient: &mut [L],
        oracle: &mut Oracle<'_, L>,
    ) -> f64;

    /// What the rule remembers between steps, for checkpoints: some copies of the parameters, then whatever else.
    fn memory(&self) -> &[L];

    /// The same, to be overwritten by a checkpoint.
    fn memory_mut(&mut self) -> &mut [L];

    /// Forgets what it learned about a loss that has changed since.
    fn restart(&mut self) {}
}

/// A rule that needs nothing but the gradient.
pub trait Descent<L: Simd>: Send {
    /// Takes step number `step` (from 0) along `gradient` with `rate_factor` times the rule's rate.
    fn descend(&mut self, step: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]);

    /// What it remembers: some copies of the parameters.
    fn memory(&self) -> &[L];

    /// The same, to be overwritten.
    fn memory_mut(&mut self) -> &mut [L];
}

/// A rule of descent as an optimiser: one gradient for each step.
#[derive(Clone, Debug)]
pub struct Descending<D>(pub D);

impl<L: Simd, D: Descent<L>> Optimizer<L> for Descending<D> {
    fn step(
        &mut self,
        step: u32,
        rate_factor: f64,
        network: &mut Network<L>,
        gradient: &mut [L],
        oracle: &mut Oracle<'_, L>,
    ) -> f64 {
        let loss = oracle(network, gradient);
        if loss.is_finite() {
            self.0.descend(step, rate_factor, network.parameters_mut(), gradient);
        }
        loss
    }

    fn memory(&self) -> &[L] {
        self.0.memory()
    }

    fn memory_mut(&mut self) -> &mut [L] {
        self.0.memory_mut()
    }
}

//! Optimisers: gradient descent on random batches, or line searches on all data.

use alloc::boxed::Box;

use crate::model::Network;
use crate::setting::{self, Choice, Hints, Section, Setting, SettingKind, Settings, Variant};
use crate::simd::{Simd, f32x4};

mod line_search;

pub use adam::Adam;
pub use lbfgs::Lbfgs;
pub use momentum::Momentum;
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

/// Builds an optimiser for a number of SIMD vectors of parameters.
#[derive(Debug)]
pub struct Builder {
    /// The number of SIMD vectors of its state.
    pub state_len: fn(&Settings, usize) -> usize,
    /// The number of corruptions of each training point in its loss; zero for random batches.
    pub replicas: fn(&Settings) -> usize,
    /// Builds the optimiser.
    pub build: fn(&Settings, usize) -> Box<dyn Optimizer<f32x4>>,
}

// One file and one line each.
setting::variants! {
    /// All optimisers, in the order of the menu.
    OPTIMIZERS: Variant<Builder>, VARIANT in
    adam
    sgd
    momentum
    rmsprop
    lbfgs
}

static CHOICES: [&Choice; OPTIMIZERS.len()] = setting::choices(OPTIMIZERS);

/// The optimiser setting.
pub static OPTIMIZER: Setting = Setting {
    key: "train.optimizer",
    label: "Optimiser",
    unit: "",
    help: "How gradients change the weights.",
    kind: SettingKind::Choice { default: "adam", options: &CHOICES },
    ..Setting::of(Section::Training)
};

/// The key of the learning rate; each optimiser has its own default.
pub const RATE: &str = "train.rate";

/// The learning rate with the default of an optimiser.
const fn rate(default: f64) -> Setting {
    Setting {
        key: RATE,
        label: "Learning rate",
        unit: "",
        help: "The size of each step; training diverges if it is too large.",
        kind: SettingKind::Real { default, min: 1e-6, max: 1.0 },
        hints: Hints {
            zero: "The weights never change.",
            negative: "Training goes uphill: the loss grows without bound.",
        },
        ..Setting::of(Section::Training)
    }
}

/// The builder of the optimiser chosen in `settings`.
pub fn chosen(settings: &Settings) -> &'static Builder {
    &setting::variant(OPTIMIZERS, settings.choice(OPTIMIZER.key)).build
}

/// Gradients, states and parameters below this are set to zero. Units can shrink towards zero for ever; their numbers
/// would become subnormal and training ten times slower. The floor is five orders of magnitude below Adam's ε and
/// changes nothing else.
const NEGLIGIBLE: f64 = 1e-13;

/// A function that returns the loss of a network and writes its gradient to the second argument.
pub type Oracle<'a, L> = dyn FnMut(&Network<L>, &mut [L]) -> f64 + 'a;

/// An optimiser: steps from losses and gradients.
pub trait Optimizer<L: Simd>: Send {
    /// Takes step number `step` (from 0) with `rate_factor` times the learning rate; `gradient` is scratch space.
    /// Returns the loss before the step. If that is not finite, no step is taken.
    fn step(
        &mut self,
        step: u32,
        rate_factor: f64,
        network: &mut Network<L>,
        gradient: &mut [L],
        oracle: &mut Oracle<'_, L>,
    ) -> f64;

    /// The state between steps, for checkpoints: whole vectors as long as the parameters, then single numbers.
    fn state(&self) -> &[L];

    /// The state, for restoring from a checkpoint.
    fn state_mut(&mut self) -> &mut [L];

    /// Clears the state after a change of the loss.
    fn restart(&mut self) {}
}

/// An optimiser that uses gradients only.
pub trait Descent<L: Simd>: Send {
    /// Takes step number `step` (from 0) along `gradient` with `rate_factor` times the learning rate.
    fn descend(&mut self, step: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]);

    /// The state: vectors as long as the parameters.
    fn state(&self) -> &[L];

    /// The state, for restoring.
    fn state_mut(&mut self) -> &mut [L];
}

/// An [`Optimizer`] of a [`Descent`]: one gradient for each step.
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

    fn state(&self) -> &[L] {
        self.0.state()
    }

    fn state_mut(&mut self) -> &mut [L] {
        self.0.state_mut()
    }
}

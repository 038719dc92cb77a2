//! A resumable run of an experiment: training in steps, views of it, chains on it, checkpoints and fingerprints.

use alloc::vec::Vec;
use core::ops::Range;

use serde::Serialize;

use crate::experiment::{Experiment, MAX_STEPS};
use crate::field::Problem;
use crate::lane::f32x4;
use crate::sample::{Chains, RandomWalk};
use crate::score::Learned;
use crate::train::Trainer;

pub mod checkpoint;
pub mod fingerprint;
pub mod setup;

pub use checkpoint::Damage;
pub use fingerprint::fingerprint;
pub use setup::Setup;

/// The version of the arithmetic. It rises with every change that alters any output bit.
pub const ALGORITHM: u32 = 1;

/// Where training is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// How many steps have been taken.
    pub step: u32,
    /// The mean loss on the last batch; NaN before the first step.
    pub loss: f64,
    /// Whether the loss or a parameter ceased to be finite, which ends training; a lower rate helps.
    pub diverged: bool,
}

/// What others need to draw and sample a run: the averaged parameters at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The step.
    pub step: u32,
    /// The averaged parameters, padding included.
    pub parameters: Vec<f32>,
}

/// A run of an experiment.
pub struct Session {
    setup: Setup,
    trainer: Trainer<f32x4>,
}

impl Session {
    /// Draws the data and the first weights; an error names the field at fault.
    pub fn new(experiment: Experiment) -> Result<Self, Problem> {
        Setup::new(experiment).map(Self::at_start)
    }

    fn at_start(setup: Setup) -> Self {
        let trainer = Trainer::new(setup.settings(), setup.initial_network(), setup.experiment().seed());
        Self { setup, trainer }
    }

    /// What the run is made of.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Takes up to `steps` training steps, fewer if training diverges or has taken [`MAX_STEPS`].
    pub fn step(&mut self, steps: u32) -> Progress {
        for _ in 0..steps.min(MAX_STEPS - self.trainer.steps_taken()) {
            self.trainer.step(self.setup.points());
        }
        self.progress()
    }

    /// Where training is.
    pub fn progress(&self) -> Progress {
        Progress { step: self.trainer.steps_taken(), loss: self.trainer.loss(), diverged: self.trainer.has_diverged() }
    }

    /// The averaged parameters as they are now.
    pub fn view(&self) -> View {
        let lanes = self.trainer.average().parameters().iter();
        View { step: self.trainer.steps_taken(), parameters: lanes.flat_map(|lane| lane.to_array()).collect() }
    }

    /// The score learned so far, of the averaged parameters.
    pub fn learned(&self) -> Learned {
        Learned::new(self.trainer.average().clone(), self.setup.sigma())
    }

    /// The experiment's chains number `range`, at their start.
    pub fn chains(&self, range: Range<u32>) -> Chains<RandomWalk> {
        self.setup.chains(range)
    }

    /// The run's fingerprint after chains on the present average made `transitions` transitions to `states` (all chains in
    /// order).
    pub fn fingerprint(&self, states: &[f64], transitions: u32) -> alloc::string::String {
        fingerprint(&self.trainer, states, transitions)
    }
}

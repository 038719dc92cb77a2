//! A resumable run of an experiment: training in steps, weights, chains, checkpoints and fingerprints.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use serde::Serialize;

use crate::data::Points;
use crate::experiment::{Experiment, MAX_STEPS};
use crate::measure::denoising_loss;
use crate::rng::{Purpose, stream};
use crate::sample::Chains;
use crate::score::Learned;
use crate::setting::SettingError;
use crate::table::Table;
use crate::train::{self, Status, Trainer};

pub mod chain_health;
pub mod checkpoint;
pub mod diagnostics;
pub mod fingerprint;
pub mod marginal;
pub mod optimum;
mod run_config;
pub mod sample_quality;
pub mod setup;
pub mod target;
pub mod weights;

pub use checkpoint::Damage;
pub use diagnostics::ChainOutput;
pub use fingerprint::fingerprint;
pub use setup::Setup;

/// The version of the arithmetic. It rises with every change that alters any output bit.
pub const ALGORITHM: u32 = 3;

/// The progress of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Number of steps taken.
    pub step: u32,
    /// The mean loss on the last batch; NaN before the first step.
    pub loss: f64,
    /// Whether training ended because loss or parameters were no longer finite, or the loss ran away; a lower rate
    /// helps.
    pub diverged: bool,
    /// Whether training ended early because the validation loss had not fallen for `train.patience` hundreds of steps.
    pub stopped: bool,
}

/// The averaged parameters at a step. Together with the [`Setup`] they suffice to draw and to sample the run.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightsSnapshot {
    /// The step.
    pub step: u32,
    /// The averaged parameters, padding included.
    pub parameters: Vec<f32>,
}

/// A run of an experiment.
pub struct Session {
    setup: Arc<Setup>,
    validation: Points,
    trainer: Trainer,
}

impl Session {
    /// Draws the data and the first weights; an error names the setting at fault.
    pub fn new(experiment: Experiment) -> Result<Self, SettingError> {
        Self::with_table(experiment, None)
    }

    /// The same for data that are a table; an error if `table` is missing.
    pub fn with_table(experiment: Experiment, table: Option<&Table>) -> Result<Self, SettingError> {
        Setup::with_table(experiment, table).map(Self::at_start)
    }

    fn at_start(setup: Setup) -> Self {
        Self { validation: setup.validation_points(), trainer: setup.trainer(), setup: Arc::new(setup) }
    }

    /// The run before its first step: settings, points, architecture.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The same, shared with observers in this thread, so that they need not plan and draw the data again.
    pub fn shared_setup(&self) -> Arc<Setup> {
        Arc::clone(&self.setup)
    }

    /// Takes up to `steps` training steps, fewer if training ends by itself or has taken [`MAX_STEPS`].
    pub fn step(&mut self, steps: u32) -> Progress {
        for _ in 0..steps.min(MAX_STEPS - self.trainer.progress().step) {
            self.trainer.step(self.setup.points(), &self.validation);
        }
        self.progress()
    }

    /// The progress of training.
    pub fn progress(&self) -> Progress {
        let train::Progress { step, loss, status, .. } = *self.trainer.progress();
        Progress { step, loss, diverged: status == Status::Diverged, stopped: status == Status::Stopped }
    }

    /// The mean loss of the averaged parameters on held-out points.
    pub fn validation_loss(&mut self) -> f64 {
        self.trainer.validation_loss(&self.validation)
    }

    /// The validation loss of the exact score on the same corruptions: the least loss that any reconstruction can have.
    /// `None` without a closed form, and for tables, whose rows are a sample only. Comparable with the loss of plain
    /// denoising alone.
    pub fn optimal_loss(&self) -> Option<f64> {
        if self.setup.is_table() {
            return None;
        }
        let (sigma, batch) = (self.trainer.sigma(), self.setup.training().batch());
        let mut rng = stream(self.setup.experiment().seed(), Purpose::Validation, 1);
        let exact = self.setup.exact_at(sigma)?;
        Some(denoising_loss::loss(&exact, sigma, &self.validation, batch, &mut rng))
    }

    /// The present averaged parameters.
    pub fn snapshot(&self) -> WeightsSnapshot {
        let vectors = self.trainer.average().parameters().iter();
        WeightsSnapshot {
            step: self.trainer.progress().step,
            parameters: vectors.flat_map(|vector| vector.to_array()).collect(),
        }
    }

    /// The score of the present averaged parameters.
    pub fn learned(&self) -> Learned {
        Learned::new(self.trainer.average().clone(), self.trainer.sigma())
    }

    /// The experiment's chains number `range`, at their start.
    ///
    /// # Panics
    ///
    /// Unless they [can run](Setup::can_run) apart from the others.
    pub fn chains(&self, range: Range<u32>) -> Chains {
        self.setup.chains(range)
    }

    /// The run's fingerprint after chains on the present average made `transitions` transitions to `states`, all chains
    /// in order.
    pub fn fingerprint(&self, states: &[f64], transitions: u32) -> alloc::string::String {
        fingerprint(&self.trainer, states, transitions)
    }
}

//! Training as the settings plan it: read and checked once, before anything is made whose size grows with the settings.

use alloc::boxed::Box;

use super::patience::Patience;
use super::{Schedule, weight_decay};
use crate::model::Architecture;
use crate::objective::{self, Evaluator, Objective};
use crate::optimizer::{self, Optimizer};
use crate::setting::{SettingError, Settings};
use crate::simd::{Simd, f32x4};

/// Maximum number of vectors in an optimiser's memory: 512 MB.
const MAX_MEMORY: usize = 1 << 25;

/// Everything that a [`Trainer`](super::Trainer) is made of besides the network and the seed.
#[derive(Clone)]
pub struct TrainingPlan {
    architecture: Architecture,
    schedule: Schedule,
    /// For the σ of the first level.
    objective: Box<dyn Objective>,
    batch: usize,
    /// The factor on the L1 norm of the code.
    sparsity: f64,
    optimizer: &'static optimizer::Builder,
    /// The optimiser reads its own settings when it is built.
    settings: Settings,
    state_vectors: usize,
    pub(super) averaging: f64,
    pub(super) weight_decay: f64,
    pub(super) patience: Patience,
}

impl TrainingPlan {
    /// Training of networks of `architecture` as `settings` say. An error names the setting at fault: a list of levels that is
    /// none, an objective that does not suit the dimension, or an optimiser that would need over 512 MB.
    pub fn from_settings(settings: &Settings, architecture: &Architecture) -> Result<Self, SettingError> {
        let schedule = Schedule::from_settings(settings)?;
        let optimizer = optimizer::chosen(settings);
        Ok(Self {
            architecture: *architecture,
            objective: objective::from_settings(settings, schedule.sigma(0), architecture.dim)?,
            schedule,
            batch: settings.integer(objective::BATCH.key) as usize,
            sparsity: settings.real(objective::SPARSITY.key),
            optimizer,
            state_vectors: state_vectors(optimizer, settings, architecture)?,
            settings: settings.clone(),
            averaging: settings.real(super::AVERAGING.key),
            weight_decay: settings.real(weight_decay::SETTING.key),
            patience: Patience::from_settings(settings),
        })
    }

    /// The networks that it trains.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The σ and the rate of each step.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Number of examples in a step.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Number of vectors in the optimiser's memory.
    pub fn state_vectors(&self) -> usize {
        self.state_vectors
    }

    /// Evaluates the objective at the σ of the first level.
    pub(super) fn evaluator(&self) -> Evaluator<f32x4> {
        Evaluator::new(&self.architecture, self.objective.clone(), self.schedule.sigma(0), self.batch)
            .with_sparsity(&self.architecture, self.sparsity)
    }

    /// The optimiser before its first step.
    pub(super) fn optimizer(&self) -> Box<dyn Optimizer<f32x4>> {
        (self.optimizer.build)(&self.settings, self.architecture.vectors(f32x4::WIDTH))
    }

    /// Corruptions of each training point over which a loss is averaged; zero for random batches.
    pub(super) fn replicas(&self) -> usize {
        (self.optimizer.replicas)(&self.settings)
    }
}

fn state_vectors(
    optimizer: &optimizer::Builder,
    settings: &Settings,
    architecture: &Architecture,
) -> Result<usize, SettingError> {
    let vectors = (optimizer.state_len)(settings, architecture.vectors(f32x4::WIDTH));
    if vectors > MAX_MEMORY {
        return Err(SettingError::new(
            "model.units",
            architecture.units,
            "be fewer, or train.lbfgs-memory less: the optimiser would need over 512 MB",
        ));
    }
    Ok(vectors)
}

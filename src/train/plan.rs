//! Training as the settings plan it: read and checked once, before anything is made whose size grows with the settings.

use alloc::boxed::Box;
use alloc::format;

use super::patience::Patience;
use super::{Schedule, weight_decay};
use crate::model::Architecture;
use crate::objective::{self, Evaluator, Objective};
use crate::optimizer::{self, Optimizer};
use crate::setting::{SettingError, Settings};
use crate::simd::{Simd, f32x4};

/// Maximum number of bytes that training takes, without data and batch.
const MAX_BYTES: u64 = 208 << 20;

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
    /// Training of networks of `architecture` as `settings` say. An error names the setting at fault: a malformed list
    /// of levels, an objective that does not suit the dimension, or training that would need over 208 MB.
    pub fn from_settings(settings: &Settings, architecture: &Architecture) -> Result<Self, SettingError> {
        let schedule = Schedule::from_settings(settings)?;
        let optimizer = optimizer::chosen(settings);
        let objective = objective::from_settings(settings, schedule.sigma(0), architecture.dim)?;
        let state_vectors = state_vectors(optimizer, settings, architecture, objective.directions(architecture.dim))?;
        Ok(Self {
            architecture: *architecture,
            objective,
            schedule,
            batch: settings.integer(objective::BATCH.key) as usize,
            sparsity: settings.real(objective::SPARSITY.key),
            optimizer,
            state_vectors,
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

/// Number of vectors in the optimiser's memory; an error if training would take too many bytes.
fn state_vectors(
    optimizer: &optimizer::Builder,
    settings: &Settings,
    architecture: &Architecture,
    directions: usize,
) -> Result<usize, SettingError> {
    let vectors = architecture.vectors(f32x4::WIDTH);
    let state = (optimizer.state_len)(settings, vectors);
    let weights = weight_bytes(vectors, state, (optimizer.replicas)(settings) > 0);
    // A penalty on the code replaces the buffers, while the old buffers still exist.
    let buffers = 2 * Evaluator::<f32x4>::buffer_bytes(architecture, directions);
    if weights + buffers <= MAX_BYTES { Ok(state) } else { Err(too_large(settings, architecture, weights, buffers)) }
}

/// The error for training that needs this many bytes for weights and buffers. Not inlined, so that the page's first
/// part need not load it.
#[inline(never)]
fn too_large(settings: &Settings, architecture: &Architecture, weights: u64, buffers: u64) -> SettingError {
    let [needed, most] = [weights + buffers, MAX_BYTES].map(|bytes| bytes.div_ceil(1 << 20));
    if buffers > weights {
        let choice = settings.choice(objective::OBJECTIVE.key);
        let expected = format!("need at most {most} MB, not {needed} MB as in {} dimensions", architecture.dim);
        return SettingError::new(objective::OBJECTIVE.key, choice, expected);
    }
    let expected =
        format!("be fewer, or layers or train.lbfgs-memory less: training needs {needed} MB, at most {most} MB");
    SettingError::new("model.units", architecture.units, expected)
}

/// Bytes of the parameters, their average, gradient and snapshot, of the optimiser's `state` and of a checkpoint. An
/// optimiser that searches along lines has three more copies.
fn weight_bytes(vectors: usize, state: usize, searches: bool) -> u64 {
    let copies = if searches { 9 } else { 6 };
    (copies * vectors as u64 + 2 * state as u64) * size_of::<f32x4>() as u64
}

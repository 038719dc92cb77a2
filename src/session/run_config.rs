//! The configuration of a run: all settings of an experiment, parsed once and checked against each other before any
//! data are drawn.

use alloc::boxed::Box;
use alloc::format;

use super::target::{self, TargetPlan};
use crate::data::{self, Density, view_plane};
use crate::experiment::Experiment;
use crate::model::Architecture;
use crate::objective;
use crate::sample::chains::COUNT;
use crate::sample::{self, Bias, Sampler, adaptation};
use crate::score::Path;
use crate::setting::{SettingError, Settings};
use crate::table::{MAX_CELLS, Table};
use crate::train::TrainingPlan;

/// The parts of a run that follow from settings alone.
pub(super) struct RunConfig {
    pub(super) density: Box<dyn Density>,
    pub(super) training: TrainingPlan,
    pub(super) kernel: Kernel,
    pub(super) target: TargetPlan,
    /// How scores are integrated along the line to a proposal.
    pub(super) line_rule: Path,
}

impl RunConfig {
    /// Takes a time that does not grow with the planned sizes. An error names the setting at fault.
    pub(super) fn new(experiment: &Experiment, table: Option<&Table>) -> Result<Self, SettingError> {
        let settings = experiment.settings();
        let density = (experiment.dataset().build)(settings, table)?;
        check_sizes(settings, &*density)?;
        let architecture = Architecture::from_settings(settings, density.dim())?;
        let training = TrainingPlan::from_settings(settings, &architecture)?;
        let kernel = Kernel::from_settings(settings, training.schedule().final_sigma(), architecture.dim)?;
        let target = TargetPlan::from_settings(settings, &architecture)?;
        let line_rule = target::line_rule(settings, architecture.dim)?;
        view_plane::check(settings, architecture.dim)?;
        Ok(Self { density, training, kernel, target, line_rule })
    }
}

/// A run's kernel and its properties.
pub(super) struct Kernel {
    /// Each range of chains runs a clone.
    pub(super) sampler: Box<dyn Sampler>,
    /// The acceptance rate at which it mixes best; `None` if the rate is unrelated to mixing.
    pub(super) target_acceptance: Option<f64>,
    /// Why its draws have another distribution than the density; `None` if they have the same.
    pub(super) bias: Option<Bias>,
}

impl Kernel {
    fn from_settings(settings: &Settings, final_sigma: f64, dim: usize) -> Result<Self, SettingError> {
        adaptation::check(settings)?;
        Ok(Self {
            sampler: sample::from_settings(settings, final_sigma, dim)?,
            target_acceptance: sample::target_acceptance_rate(settings, final_sigma, dim)?,
            bias: sample::bias(settings, final_sigma, dim)?,
        })
    }
}

/// Refuses more numbers in the points to draw, in a batch or in the chains' states than a table may have: each worker
/// holds all of the points, and the page all states.
fn check_sizes(settings: &Settings, density: &dyn Density) -> Result<(), SettingError> {
    let most = MAX_CELLS / density.dim();
    let sizes = [(data::COUNT.key, density.parts().is_none()), (objective::BATCH.key, true), (COUNT.key, true)];
    for (key, is_taken) in sizes {
        if is_taken && settings.integer(key) as usize > most {
            return Err(SettingError::new(
                key,
                settings.integer(key),
                format!("be at most {most} in so many dimensions"),
            ));
        }
    }
    Ok(())
}

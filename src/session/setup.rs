//! A run before its first step: points, architecture, first weights, kernel and the exact score. Workers that only draw
//! or sample build the same setup from the same link.
//!
//! A [`Setup`] keeps what its plan read from the settings, so nothing that it makes afterwards can be refused.

use alloc::format;
use core::ops::Range;

use super::WeightsSnapshot;
use super::run_config::RunConfig;
use crate::data::table::{MOST_SMOOTHED, Parts};
use crate::data::view_plane::ViewPlane;
use crate::data::{self, Density, Points};
use crate::experiment::Experiment;
use crate::measure::fisher;
use crate::model::{Architecture, Network, initialization};
use crate::rng::{Purpose, stream};
use crate::sample::chains::COUNT;
use crate::sample::{CHAINS_PER_GROUP, Chains, Start};
use crate::score::{Exact, Learned, Path};
use crate::setting::{SettingError, Settings};
use crate::simd::f32x4;
use crate::table::Table;
use crate::train::{Schedule, Trainer, TrainingPlan};

/// Maximum and minimum number of draws of the smoothed density over which the Fisher error is averaged.
const FISHER_DRAWS: [usize; 2] = [8192, 512];

/// The exact score of a table is a sum over its rows. Maximum number of terms, draws times cells.
const FISHER_TERMS: usize = 1 << 30;

/// Maximum number of held-out points over which the validation loss is averaged.
const VALIDATION_POINTS: usize = 2048;

/// An experiment with its data.
pub struct Setup {
    experiment: Experiment,
    pub(super) config: RunConfig,
    points: Points,
    exact: Option<Exact>,
}

impl Setup {
    /// Draws the data; an error names the setting at fault.
    pub fn new(experiment: Experiment) -> Result<Self, SettingError> {
        Self::with_table(experiment, None)
    }

    /// The same for data that are a table; an error if `table` is missing.
    pub fn with_table(experiment: Experiment, table: Option<&Table>) -> Result<Self, SettingError> {
        let config = RunConfig::new(&experiment, table)?;
        Ok(Self::draw(experiment, config))
    }

    /// Draws the data of an experiment as planned.
    pub(super) fn draw(experiment: Experiment, config: RunConfig) -> Self {
        let points = match config.density.parts() {
            Some(parts) => parts.training.clone(),
            None => {
                let count = experiment.settings().integer(data::COUNT.key) as usize;
                Points::draw(&*config.density, count, experiment.seed())
            }
        };
        let exact = config.density.smoothed(config.training.schedule().final_sigma()).and_then(Exact::new);
        Self { experiment, config, points, exact }
    }

    /// The experiment.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The experiment's values.
    pub fn settings(&self) -> &Settings {
        self.experiment.settings()
    }

    /// The density that the training points are drawn from.
    pub fn density(&self) -> &dyn Density {
        &*self.config.density
    }

    /// The network's architecture.
    pub fn architecture(&self) -> &Architecture {
        self.config.training.architecture()
    }

    /// The training points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The view plane of the data.
    pub fn view_plane(&self) -> ViewPlane {
        ViewPlane::from_settings(self.settings(), &self.points)
    }

    /// Whether the data are the rows of a table, a sample of an unknown density.
    pub fn is_table(&self) -> bool {
        self.density().parts().is_some()
    }

    /// Converts `points` from the training points' coordinates to the units of their table, in place.
    pub fn to_table_units(&self, points: &mut [f64]) {
        if let Some(parts) = self.density().parts() {
            parts.standardisation.undo(points);
        }
    }

    /// Held-out points: the validation set of a table. Otherwise draws, one for each training point and at most 2048.
    pub fn validation_points(&self) -> Points {
        if let Some(parts) = self.density().parts() {
            return parts.validation.clone();
        }
        let mut rng = stream(self.experiment.seed(), Purpose::Validation, 0);
        Points::draw_from(self.density(), VALIDATION_POINTS.min(self.points.len()), &mut rng)
    }

    /// The final σ: `train.sigma`, in data units. See [`Schedule`] for the σ of a step.
    pub fn final_sigma(&self) -> f64 {
        self.schedule().final_sigma()
    }

    /// The schedule of σ and the rate.
    pub fn schedule(&self) -> &Schedule {
        self.config.training.schedule()
    }

    /// The plan that trainers of this run follow.
    pub fn training(&self) -> &TrainingPlan {
        &self.config.training
    }

    /// A trainer before its first step.
    pub fn trainer(&self) -> Trainer {
        Trainer::new(self.training(), self.initial_network(), self.experiment.seed())
    }

    /// The exact score of the density smoothed by the final σ; `None` without a closed form.
    pub fn exact(&self) -> Option<&Exact> {
        self.exact.as_ref()
    }

    /// The exact score of the density smoothed by `sigma`; `None` without a closed form.
    pub fn exact_at(&self, sigma: f64) -> Option<Exact> {
        self.density().smoothed(sigma).and_then(Exact::new)
    }

    /// The first weights.
    pub fn initial_network(&self) -> Network<f32x4> {
        let rule = self.settings().choice("model.initialization");
        initialization::initial(rule, *self.architecture(), &self.points, self.final_sigma(), self.experiment.seed())
    }

    /// The score of the weights in `snapshot`; an error if they are of another architecture.
    pub fn learned(&self, snapshot: &WeightsSnapshot) -> Result<Learned, SettingError> {
        let (chunks, rest) = snapshot.parameters.as_chunks();
        let vectors = chunks.iter().map(|chunk| f32x4::new(*chunk)).collect();
        let network = Network::from_parameters(*self.architecture(), vectors).filter(|_| rest.is_empty());
        let network = network.ok_or_else(|| {
            let expected = format!("have {} parameters, padding zero", 4 * self.architecture().vectors(4));
            SettingError::new("snapshot", snapshot.parameters.len(), expected)
        })?;
        Ok(Learned::new(network, self.schedule().sigma_after(snapshot.step)))
    }

    /// Whether chains number `range` can run apart from the others. Without a warm-up any range can. A warm-up adapts
    /// the steps of a group together, so the range must consist of whole groups of [`CHAINS_PER_GROUP`].
    pub fn can_run(&self, range: &Range<u32>) -> bool {
        let kernel = &self.config.kernel.sampler;
        let adapts = kernel.properties(self.architecture().dim).group_state_len > 0;
        let group = CHAINS_PER_GROUP as u32;
        let is_end = |end: u32| end.is_multiple_of(group) || end == self.settings().integer(COUNT.key);
        !adapts || range.start.is_multiple_of(group) && is_end(range.end)
    }

    /// The experiment's chains number `range`, at their start. Their kernel is made for the final σ, even while they
    /// follow the score of an earlier level: step sizes are in units of the final σ, and kernels that reconstruct use
    /// it.
    ///
    /// # Panics
    ///
    /// Unless [`Setup::can_run`].
    pub fn chains(&self, range: Range<u32>) -> Chains {
        assert!(self.can_run(&range), "chains that adapt come in whole groups");
        let start = Start::from_settings(self.settings(), &self.points);
        Chains::new(self.config.kernel.sampler.clone(), start, self.experiment.seed(), range)
    }

    /// The kernel's rule for the integral of scores along the straight line to its proposal; the trapezoid on 20
    /// intervals for kernels that integrate along no line.
    pub fn line_rule(&self) -> Path {
        self.config.line_rule.clone()
    }

    /// Draws of the density of `exact` at which learned scores are compared with it: 8192, fewer for large tables.
    pub fn reference_of(&self, exact: &Exact) -> fisher::Reference {
        let [most, least] = FISHER_DRAWS;
        let cells_of = |parts: &Parts| parts.training.len().min(MOST_SMOOTHED) * parts.training.dim();
        let cells = self.density().parts().map_or(1, cells_of);
        let draws = self.draws(exact.density(), (FISHER_TERMS / cells).clamp(least, most), 0);
        fisher::Reference::new(draws.dim(), draws.values().to_vec())
    }

    /// The relative Fisher error of `learned` against the density smoothed by the σ of its weights, which exceeds the
    /// final σ before the last level of a schedule; `None` without a closed form.
    pub fn fisher_error(&self, learned: &Learned) -> Option<f64> {
        let exact = self.exact_at(learned.sigma())?;
        let mut reference = self.reference_of(&exact);
        reference.advance(&exact, usize::MAX);
        Some(reference.relative_error(learned))
    }

    /// `count` draws of `density` from the seed's stream for measures number `index`.
    pub fn draws(&self, density: &dyn Density, count: usize, index: u64) -> Points {
        Points::draw_from(density, count, &mut stream(self.experiment.seed(), Purpose::Measure, index))
    }
}

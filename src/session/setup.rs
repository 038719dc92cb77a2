//! What a run is made of before its first step: points, network form, first weights and the truth they are compared with.
//! Workers that only draw or sample build the same from the same link.

use alloc::boxed::Box;
use alloc::format;
use core::ops::Range;

use super::{WeightsSnapshot, target};
use crate::data::table::{MOST_SMOOTHED, Parts};
use crate::data::view_plane::{self, ViewPlane};
use crate::data::{self, Density, Points};
use crate::experiment::Experiment;
use crate::measure::fisher;
use crate::model::{Architecture, Network, initialization};
use crate::objective;
use crate::rng::{Purpose, stream};
use crate::sample::chains::COUNT;
use crate::sample::{self, CHAINS_PER_GROUP, Chains, Sampler, Start, Target, adaptation};
use crate::score::{Exact, Learned};
use crate::setting::{SettingError, Settings};
use crate::simd::f32x4;
use crate::table::{MAX_CELLS, Table};
use crate::train::{self, Schedule};

/// How many draws of the smoothed density the headline error is averaged over at most and at least.
const FISHER_DRAWS: [usize; 2] = [8192, 512];

/// Where data are a table the truth has a Gaussian at each row; fewer draws are made rather than look at more of the table's
/// numbers than this.
const FISHER_LOOKS: usize = 1 << 30;

/// How many held-out points the validation loss is averaged over.
const VALIDATION_POINTS: usize = 2048;

/// What an experiment comes to before anything is drawn, all settings being checked against each other.
pub(super) struct Plan {
    density: Box<dyn Density>,
    pub(super) architecture: Architecture,
    schedule: Schedule,
    /// How many lanes the optimiser remembers.
    pub(super) state_vectors: usize,
}

impl Plan {
    /// Takes no time that grows with the sizes in question; an error names the setting at fault.
    pub(super) fn new(experiment: &Experiment, table: Option<&Table>) -> Result<Self, SettingError> {
        let settings = experiment.settings();
        let density = (experiment.dataset().build)(settings, table)?;
        check_sizes(settings, &*density)?;
        let architecture = Architecture::from_settings(settings, density.dim())?;
        let schedule = Schedule::from_settings(settings)?;
        objective::from_settings(settings, schedule.last_sigma(), architecture.dim)?;
        sample::from_settings(settings, schedule.last_sigma(), architecture.dim)?;
        adaptation::check(settings)?;
        match Target::from_settings(settings) {
            Target::Learned => sample::energy_rule::check(settings, &architecture)?,
            Target::Exact => {}
            Target::Optimum => target::check_optimum(settings)?,
        }
        view_plane::check(settings, architecture.dim)?;
        Ok(Self { density, architecture, schedule, state_vectors: train::state_vectors(settings, &architecture)? })
    }
}

/// Refuses more numbers in the points to draw, in a batch or in the chains' states than a table may have: each worker holds all of
/// the points, and the page all states.
fn check_sizes(settings: &Settings, density: &dyn Density) -> Result<(), SettingError> {
    let most = MAX_CELLS / density.dim();
    let fields = [(data::COUNT.key, density.parts().is_none()), (objective::BATCH.key, true), (COUNT.key, true)];
    for (key, is_taken) in fields {
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

/// An experiment with its data.
pub struct Setup {
    experiment: Experiment,
    density: Box<dyn Density>,
    architecture: Architecture,
    schedule: Schedule,
    points: Points,
    exact: Option<Exact>,
}

impl Setup {
    /// Draws the data; an error names the setting at fault.
    pub fn new(experiment: Experiment) -> Result<Self, SettingError> {
        Self::with_table(experiment, None)
    }

    /// The same for data that are a table, which then must be there.
    pub fn with_table(experiment: Experiment, table: Option<&Table>) -> Result<Self, SettingError> {
        let plan = Plan::new(&experiment, table)?;
        Ok(Self::draw(experiment, plan))
    }

    /// Draws the data of an experiment as planned.
    pub(super) fn draw(experiment: Experiment, Plan { density, architecture, schedule, .. }: Plan) -> Self {
        let settings = experiment.settings();
        let points = match density.parts() {
            Some(parts) => parts.training.clone(),
            None => Points::draw(&*density, settings.integer("data.count") as usize, experiment.seed()),
        };
        let exact = density.smoothed(schedule.last_sigma()).and_then(Exact::new);
        Self { experiment, density, architecture, schedule, points, exact }
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
        &*self.density
    }

    /// The form of the network.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The training points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The plane in which the data are seen.
    pub fn view_plane(&self) -> ViewPlane {
        ViewPlane::from_settings(self.settings(), &self.points)
    }

    /// Whether the data are the rows of a table, which are not all that could be drawn.
    pub fn is_table(&self) -> bool {
        self.density.parts().is_some()
    }

    /// Back from the training points' coordinates to the units of the table that they are of, in place.
    pub fn to_table_units(&self, points: &mut [f64]) {
        if let Some(parts) = self.density.parts() {
            parts.standardisation.undo(points);
        }
    }

    /// Held-out points: those of a table, or as many as are drawn for training and at most 2048.
    pub fn validation_points(&self) -> Points {
        if let Some(parts) = self.density.parts() {
            return parts.validation.clone();
        }
        let mut rng = stream(self.experiment.seed(), Purpose::Validation, 0);
        Points::draw_from(&*self.density, VALIDATION_POINTS.min(self.points.len()), &mut rng)
    }

    /// The corruption's standard deviation σ, at the end of its schedule.
    pub fn sigma(&self) -> f64 {
        self.schedule.last_sigma()
    }

    /// The schedule of σ and the rate.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The exact score of the smoothed density p_σ, which training estimates in the end; `None` without a closed form.
    pub fn exact(&self) -> Option<&Exact> {
        self.exact.as_ref()
    }

    /// The same for another σ.
    pub fn exact_at(&self, sigma: f64) -> Option<Exact> {
        self.density.smoothed(sigma).and_then(Exact::new)
    }

    /// The first weights.
    pub fn initial_network(&self) -> Network<f32x4> {
        let rule = self.settings().choice("model.initialization");
        initialization::initial(rule, self.architecture, &self.points, self.sigma(), self.experiment.seed())
    }

    /// The score learned at `view`; an error if the view is of another network.
    pub fn learned(&self, snapshot: &WeightsSnapshot) -> Result<Learned, SettingError> {
        let (chunks, rest) = snapshot.parameters.as_chunks();
        let vectors = chunks.iter().map(|chunk| f32x4::new(*chunk)).collect();
        let network = Network::from_parameters(self.architecture, vectors).filter(|_| rest.is_empty());
        let network = network.ok_or_else(|| {
            let expected = format!("have {} parameters, padding zero", 4 * self.architecture.vectors(4));
            SettingError::new("snapshot", snapshot.parameters.len(), expected)
        })?;
        Ok(Learned::new(network, self.schedule.sigma_after(snapshot.step)))
    }

    /// Whether chains number `range` can run apart from the others: always without a warm-up, which adapts the steps of a group
    /// together; with one the range must consist of whole groups of [`CHAINS_PER_GROUP`].
    pub fn can_run(&self, range: &Range<u32>) -> bool {
        let (adapts, group) =
            (self.sampler().properties(self.architecture.dim).group_state_len > 0, CHAINS_PER_GROUP as u32);
        let is_end = |end: u32| end.is_multiple_of(group) || end == self.settings().integer(COUNT.key);
        !adapts || range.start.is_multiple_of(group) && is_end(range.end)
    }

    /// The kernel that moves the chains.
    fn sampler(&self) -> Box<dyn Sampler> {
        sample::from_settings(self.settings(), self.sigma(), self.architecture.dim).expect("the plan checked it")
    }

    /// The experiment's chains number `range`, at their start. Their kernel is made for the σ at the end of the schedule, also while
    /// they follow a score of an earlier level: step sizes are in units of the last σ, and those that reconstruct do so as in the end.
    ///
    /// # Panics
    ///
    /// Unless they [can run](Setup::can_run) apart from the others.
    pub fn chains(&self, range: Range<u32>) -> Chains {
        assert!(self.can_run(&range), "chains that adapt come in whole groups");
        Chains::new(self.sampler(), Start::from_settings(self.settings(), &self.points), self.experiment.seed(), range)
    }

    /// Draws of the density of `truth`, to compare learned scores with it at: 8192, fewer where data are a large table.
    pub fn reference_of(&self, exact: &Exact) -> fisher::Reference {
        let [most, least] = FISHER_DRAWS;
        let looked_at = |parts: &Parts| parts.training.len().min(MOST_SMOOTHED) * parts.training.dim();
        let numbers = self.density.parts().map_or(1, looked_at);
        let draws = self.draws(exact.density(), (FISHER_LOOKS / numbers).clamp(least, most), 0);
        fisher::Reference::new(draws.dim(), draws.values().to_vec())
    }

    /// The relative Fisher error of `learned` against the density smoothed by its own σ, which is greater than that of the
    /// truth before the last level of a schedule; `None` without a closed form.
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

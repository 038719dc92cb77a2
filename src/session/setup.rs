//! What a run is made of before its first step: points, network form, first weights and the truth they are compared with.
//! Workers that only draw or sample build the same from the same link.

use alloc::boxed::Box;
use core::ops::Range;

use super::View;
use crate::data::{Density, Points};
use crate::experiment::Experiment;
use crate::field::{Problem, Settings};
use crate::lane::f32x4;
use crate::measure::fisher;
use crate::model::{Form, Network, initial};
use crate::rng::Purpose;
use crate::sample::{Chains, RandomWalk, Start};
use crate::score::{Exact, Learned};

/// How many draws of the smoothed density the headline error is averaged over.
const FISHER_DRAWS: usize = 8192;

/// What an experiment's data are drawn from and the form of its network, all settings being checked against each other;
/// takes no time that grows with their sizes.
pub(super) fn density_and_form(experiment: &Experiment) -> Result<(Box<dyn Density>, Form), Problem> {
    let density = (experiment.dataset().build)(experiment.settings())?;
    let form = Form::from_settings(experiment.settings(), density.dim())?;
    RandomWalk::from_settings(experiment.settings(), form.dim)?;
    Ok((density, form))
}

/// An experiment with its data.
pub struct Setup {
    experiment: Experiment,
    form: Form,
    points: Points,
    truth: Option<Exact>,
}

impl Setup {
    /// Draws the data; an error names the field at fault.
    pub fn new(experiment: Experiment) -> Result<Self, Problem> {
        let (density, form) = density_and_form(&experiment)?;
        Ok(Self::draw(experiment, &*density, form))
    }

    /// Draws the data of an experiment from its density.
    pub(super) fn draw(experiment: Experiment, density: &dyn Density, form: Form) -> Self {
        let settings = experiment.settings();
        let points = Points::draw(density, settings.integer("data.count") as usize, experiment.seed());
        let truth = density.smoothed(settings.real("train.sigma")).and_then(Exact::new);
        Self { experiment, form, points, truth }
    }

    /// The experiment.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The experiment's values.
    pub fn settings(&self) -> &Settings {
        self.experiment.settings()
    }

    /// The training points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The corruption's standard deviation σ.
    pub fn sigma(&self) -> f64 {
        self.settings().real("train.sigma")
    }

    /// The exact score of the smoothed density p_σ, which training estimates; `None` without a closed form.
    pub fn truth(&self) -> Option<&Exact> {
        self.truth.as_ref()
    }

    /// The first weights.
    pub fn initial_network(&self) -> Network<f32x4> {
        let rule = self.settings().choice("model.initial");
        initial::initial(rule, self.form, &self.points, self.sigma(), self.experiment.seed())
    }

    /// The score learned at `view`; an error if the view is of another network.
    pub fn learned(&self, view: &View) -> Result<Learned, Problem> {
        let (chunks, rest) = view.parameters.as_chunks();
        let lanes = chunks.iter().map(|chunk| f32x4::new(*chunk)).collect();
        let network = Network::from_parameters(self.form, lanes).filter(|_| rest.is_empty());
        let network = network.ok_or_else(|| {
            let expected = alloc::format!("have {} parameters, padding zero", 4 * self.form.lanes(4));
            Problem::new("view", view.parameters.len(), expected)
        })?;
        Ok(Learned::new(network, self.sigma()))
    }

    /// The experiment's chains number `range`, at their start.
    pub fn chains(&self, range: Range<u32>) -> Chains<RandomWalk> {
        let sampler =
            RandomWalk::from_settings(self.settings(), self.form.dim).expect("checked before the data was drawn");
        Chains::new(sampler, Start::from_settings(self.settings(), &self.points), self.experiment.seed(), range)
    }

    /// The exact score at 8192 draws of the smoothed density, to compare learned scores with; `None` without a closed form.
    pub fn fisher_reference(&self) -> Option<fisher::Reference> {
        let truth = self.truth()?;
        let draws = self.draws(truth.density(), FISHER_DRAWS, 0);
        Some(fisher::Reference::new(truth, draws.values().to_vec()))
    }

    /// The relative Fisher error of `learned` against the smoothed density; `None` without a closed form.
    pub fn fisher_error(&self, learned: &Learned) -> Option<f64> {
        self.fisher_reference().map(|reference| reference.relative_error(learned))
    }

    /// `count` draws of `density` from the seed's stream for measures number `index`.
    pub fn draws(&self, density: &dyn Density, count: usize, index: u64) -> Points {
        Points::draw_from(density, count, &mut crate::rng::stream(self.experiment.seed(), Purpose::Measure, index))
    }
}

//! Queries of an experiment: points, scores, densities, the score's error, and chains.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::OnceCell;

use wasm_bindgen::prelude::*;

use super::optimum::OptimumCache;
use super::{Chains, MAX_NUMBERS, experiment_of, js_error, refuse, table_of};
use crate::data::view_plane::ViewPlane;
use crate::io::safetensors;
use crate::measure::fisher;
use crate::measure::verdict::ScoreQuality;
use crate::query::Grid;
use crate::rng::{Purpose, stream};
use crate::sample::chains::COUNT;
use crate::sample::{CHAINS_PER_GROUP, Target};
use crate::score::{Exact, Learned, Score};
use crate::session::chain_health::{ChainMonitor, DataRegion};
use crate::session::{Setup, WeightsSnapshot};
use crate::setting::SettingError;
use crate::simd::f32x4;

/// Number of coordinates to record per draw, and maximum number of recorded chains. Up to 256 dimensions a draw of all
/// recorded chains has at most 8 KB.
const RECORDED: u32 = 1024;
const MOST_RECORDED: u32 = 256;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Quality of a learned score, by its relative Fisher error. */
export type ScoreQuality = "good" | "far-off" | "worse-than-none";
"#;

/// An experiment without its training: points, exact and learned scores, and chains.
#[wasm_bindgen]
pub struct Observer {
    pub(super) setup: Arc<Setup>,
    pub(super) view_plane: ViewPlane,
    pub(super) learned: Learned<f32x4>,
    /// The exact score for the σ of the learned score, computed at its first use. Sampling alone never uses it.
    exact: OnceCell<Option<Exact>>,
    /// The exact score at the points of the error measure.
    reference: Option<fisher::Reference>,
    pub(super) optimum_cache: OptimumCache,
    /// The region that escaped chains have left, for the σ of the learned score; computed with the first chains.
    region: OnceCell<Arc<DataRegion>>,
    /// The score that chains follow in place of the learned score, or the error if there is none; computed at its first
    /// use.
    target: OnceCell<Result<Arc<dyn Score + Send + Sync>, SettingError>>,
    step: u32,
}

#[wasm_bindgen]
impl Observer {
    /// An observer of the experiment of a link, with its initial parameters. `table` is the content of the file, for
    /// data from a table. Throws if the link or the table is invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(link: &str, table: Option<Vec<u8>>) -> Result<Observer, JsValue> {
        let (experiment, points) = (experiment_of(link)?, table_of(table.as_deref())?);
        let setup = Setup::with_table(experiment, points.as_ref()).map_err(|error| refuse(&error))?;
        Ok(Self::of(Arc::new(setup)))
    }

    /// Sets the averaged parameters, from a session of the same link, and their step.
    #[wasm_bindgen(js_name = setWeights)]
    pub fn set_weights(&mut self, step: u32, parameters: Vec<f32>) -> Result<(), JsValue> {
        let learned = self.setup.learned(&WeightsSnapshot { step, parameters }).map_err(|error| refuse(&error))?;
        if learned.sigma() != self.learned.sigma() {
            (self.exact, self.reference, self.optimum_cache) = (OnceCell::new(), None, OptimumCache::default());
            (self.region, self.target) = (OnceCell::new(), OnceCell::new());
        }
        (self.learned, self.step) = (learned, step);
        Ok(())
    }

    /// Loads the weights in a safetensors file, with the metadata of [`Session::weights`](super::Session::weights) or
    /// without. The step is the file's, or else the experiment's last. For a file at fault throws an `Error` whose
    /// `setting` names the tensor or the metadata, or is `weights`.
    #[wasm_bindgen(js_name = loadWeights)]
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        let archive = safetensors::read(bytes).map_err(|fault| js_error("weights", &fault.to_string()))?;
        let snapshot = self.setup.snapshot_of(&archive).map_err(|error| refuse(&error))?;
        self.set_weights(snapshot.step, snapshot.parameters)
    }

    /// The step of the parameters.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> u32 {
        self.step
    }

    /// The dimension d of the data.
    #[wasm_bindgen(getter)]
    pub fn dim(&self) -> usize {
        self.setup.points().dim()
    }

    /// The corruption's standard deviation σ at the step of the parameters.
    #[wasm_bindgen(getter)]
    pub fn sigma(&self) -> f64 {
        self.learned.sigma()
    }

    pub(super) fn exact(&self) -> Option<&Exact> {
        self.exact.get_or_init(|| self.setup.exact_at(self.sigma())).as_ref()
    }

    /// The training points, one after another.
    pub fn points(&self) -> Vec<f64> {
        self.setup.points().values().to_vec()
    }

    /// `points` of R^d in stage coordinates. Data on a line lie on a line across the stage, data in the plane stay as
    /// given, and all others are projected.
    #[wasm_bindgen(js_name = toView)]
    pub fn to_view(&self, points: &[f64]) -> Vec<f64> {
        self.view_plane.project(points)
    }

    /// The learned score at places on the stage, in stage coordinates.
    #[wasm_bindgen(js_name = learnedField)]
    pub fn learned_field(&self, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.field(&self.learned, places)
    }

    /// The exact score of the smoothed density at places on the stage, in stage coordinates; undefined without a closed
    /// form.
    #[wasm_bindgen(js_name = exactField)]
    pub fn exact_field(&self, places: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.exact().map(|exact| self.field(exact, places)).transpose()
    }

    fn field(&self, score: &dyn Score, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        let scores = self.scores(score, &self.from_view(places)?)?;
        Ok(self.view_plane.project_vectors(&scores))
    }

    /// The logarithm of the smoothed density at places on the stage; undefined where there is no closed form.
    #[wasm_bindgen(js_name = logDensityField)]
    pub fn log_density_field(&self, places: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.log_densities(&self.from_view(places)?)
    }

    /// The learned score at each of `points`.
    #[wasm_bindgen(js_name = learnedScores)]
    pub fn learned_scores(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.scores(&self.learned, points)
    }

    /// The exact score of the smoothed density at each of `points`; undefined where there is no closed form.
    #[wasm_bindgen(js_name = exactScores)]
    pub fn exact_scores(&self, points: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.exact().map(|exact| self.scores(exact, points)).transpose()
    }

    /// `points` with the noise of the present σ, x + σ ε; ε depends only on the seed and on the point's position in
    /// `points`.
    pub fn corrupted(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.check(points)?;
        let (sigma, mut rng) = (self.sigma(), stream(self.setup.experiment().seed(), Purpose::Picture, 0));
        Ok(points.iter().map(|x| x + sigma * rng.normal()).collect())
    }

    /// The reconstruction r(x) of each of `points`.
    pub fn reconstructed(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.check(points)?;
        let mut out = vec![0.0; points.len()];
        self.learned.reconstruct(points, &mut out);
        Ok(out)
    }

    fn scores(&self, score: &dyn Score, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.check(points)?;
        let mut out = vec![0.0; points.len()];
        score.scores(points, &mut out);
        Ok(out)
    }

    pub(super) fn check(&self, points: &[f64]) -> Result<(), JsValue> {
        let (dim, length) = (self.dim(), points.len());
        if length % dim == 0 && length <= MAX_NUMBERS {
            return Ok(());
        }
        let expected = format!("have a multiple of {dim} and at most {MAX_NUMBERS} numbers");
        Err(refuse(&SettingError::new("points", length, expected)))
    }

    /// The logarithm of the smoothed density at each of `points`; undefined where there is no closed form.
    #[wasm_bindgen(js_name = logDensities)]
    pub fn log_densities(&self, points: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.check(points)?;
        let Some(density) = self.exact().map(Exact::density) else { return Ok(None) };
        let values = points.chunks_exact(self.dim()).map(|x| density.log_density(x).unwrap_or(f64::NAN));
        Ok(Some(values.collect()))
    }

    /// Evaluates the exact score at the next `draws` points of the Fisher error. Returns true once all points are done.
    /// For large tables all points together take seconds.
    #[wasm_bindgen(js_name = prepareFisherError)]
    pub fn prepare_fisher_error(&mut self, draws: u32) -> bool {
        let exact = self.exact.get_or_init(|| self.setup.exact_at(self.learned.sigma()));
        let Some(exact) = exact else { return true };
        let reference = self.reference.get_or_insert_with(|| self.setup.reference_of(exact));
        reference.advance(exact, draws as usize)
    }

    /// The relative Fisher error of the learned score; finishes [`Observer::prepare_fisher_error`] first. Undefined
    /// without a closed form.
    #[wasm_bindgen(js_name = fisherError)]
    pub fn fisher_error(&mut self) -> Option<f64> {
        self.prepare_fisher_error(u32::MAX);
        self.reference.as_ref().map(|reference| reference.relative_error(&self.learned))
    }

    /// The quality of a learned score of relative Fisher error `error`; good for NaN, an unknown error.
    #[wasm_bindgen(js_name = scoreQuality, unchecked_return_type = "ScoreQuality")]
    pub fn score_quality(&self, error: f64) -> String {
        match ScoreQuality::of(error) {
            ScoreQuality::Good => "good",
            ScoreQuality::FarOff => "far-off",
            ScoreQuality::WorseThanNone => "worse-than-none",
        }
        .to_string()
    }

    /// `points` in the units of their table, before standardisation; unchanged for other data.
    #[wasm_bindgen(js_name = toTableUnits)]
    pub fn in_table_units(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.check(points)?;
        let mut points = points.to_vec();
        self.setup.to_table_units(&mut points);
        Ok(points)
    }

    /// Chains number `first` up to `last` (exclusive) of the experiment, at their start, on the score that the
    /// experiment names. Throws if there is no such score. With a warm-up the range must be whole groups of
    /// `chainsPerGroup()`, except for the experiment's last group.
    pub fn chains(&self, first: u32, last: u32) -> Result<Chains, JsValue> {
        let count = self.setup.settings().integer("sample.chains");
        if first >= last || last > count || !self.setup.can_run(&(first..last)) {
            let expected =
                format!("be a range within 0 to {count}, with a warm-up of whole groups of {CHAINS_PER_GROUP}");
            return Err(refuse(&SettingError::new("chains", format!("{first} to {last}"), expected)));
        }
        // Only the experiment's first chains are recorded, in any worker.
        let recorded = (RECORDED / self.dim() as u32).clamp(4, MOST_RECORDED).min(last).saturating_sub(first);
        Chains::new(self.setup.chains(first..last), recorded as usize, self)
    }
}

impl Observer {
    /// An observer of a setup, with its initial weights.
    pub(super) fn of(setup: Arc<Setup>) -> Self {
        let learned = Learned::new(setup.initial_network(), setup.schedule().sigma_after(0));
        let view_plane = setup.view_plane();
        let (exact, reference, optimum_cache) = (OnceCell::new(), None, OptimumCache::default());
        let (region, target) = (OnceCell::new(), OnceCell::new());
        Self { setup, view_plane, learned, exact, reference, optimum_cache, region, target, step: 0 }
    }

    /// A monitor of chains that start now.
    pub(super) fn chain_monitor(&self) -> ChainMonitor {
        let region = || Arc::new(DataRegion::new(self.setup.points(), self.sigma()));
        let chains = self.setup.settings().integer(COUNT.key);
        ChainMonitor::new(self.region.get_or_init(region).clone(), chains)
    }

    /// The score that chains follow now.
    pub(super) fn target(&self) -> Result<Arc<dyn Score + Send + Sync>, JsValue> {
        match Target::from_settings(self.setup.settings()) {
            Target::Learned => Ok(Arc::new(self.learned.clone())),
            _ => self.other_target(),
        }
    }

    /// The score that chains follow in place of the learned score. Not inlined, so that pages without it do not load
    /// it.
    #[inline(never)]
    fn other_target(&self) -> Result<Arc<dyn Score + Send + Sync>, JsValue> {
        let target = self.target.get_or_init(|| self.setup.target(&self.learned).map(Arc::from));
        target.clone().map_err(|error| refuse(&error))
    }

    /// The relative Fisher error of `score`, measured at the points for the learned score.
    pub(super) fn error_of(&mut self, score: &dyn Score) -> Option<f64> {
        self.prepare_fisher_error(u32::MAX);
        self.reference.as_ref().map(|reference| reference.relative_error(score))
    }
}

/// The centres of a grid of `columns` × `rows` cells over a rectangle as points, row by row from the bottom.
#[wasm_bindgen(js_name = gridPoints)]
pub fn grid_points(left: f64, right: f64, bottom: f64, top: f64, columns: u32, rows: u32) -> Result<Vec<f64>, JsValue> {
    let grid = Grid::plane(left, right, bottom, top, columns, rows).map_err(|error| refuse(&error))?;
    Ok(grid.points())
}

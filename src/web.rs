//! What JavaScript sees: training, score queries and sampling as typed exports. This file converts and checks sizes; it
//! decides nothing about the science.
//!
//! Numbers cross as typed arrays, settings and progress as plain objects. What is refused is thrown as an `Error` whose
//! `field` names the setting or argument at fault. A panic is printed to the console.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::OnceCell;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::data::{self, section::Section};
use crate::experiment::{self, Experiment, link};
use crate::field::{Entry, Kind, Problem, Value};
use crate::lane::f32x4;
use crate::measure::fisher;
use crate::query::Grid;
use crate::sample::Chains;
use crate::score::{Exact, Learned, Score};
use crate::session::{self, Setup, View};
use crate::table::{self, Table};

#[cfg(feature = "plot")]
mod canvas;
#[cfg(feature = "plot")]
mod plots;

/// No request may ask for more numbers than this at once.
const MAX_NUMBERS: usize = 1 << 22;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where training is. */
export interface Progress { step: number; loss: number; diverged: boolean; stopped: boolean }
/** Why a part of a link or a setting was refused. */
export interface Problem { field: string; value: string; expected: string; message: string }
/** One of several named alternatives. */
export interface Choice { id: string; label: string; help: string }
/** The values a field can take. */
export type Kind =
    | { type: "real", default: number, min: number, max: number }
    | { type: "integer", default: number, min: number, max: number }
    | { type: "choice", default: string, options: Choice[] };
/** A field with its default here and its value. */
export interface Setting {
    key: string; label: string; unit: string; help: string; kind: Kind; default: number | string; value: number | string;
}
/** An experiment as the page needs it: its canonical link, the fingerprint that a shared link claims, its settings in
 * table order, and what was refused. */
export interface Description {
    link: string; fingerprint?: string; settings: Setting[]; problems: Problem[];
    /** For data that are a table: the file beside the page that holds it, or "" where it is the reader's own. */
    table?: string;
}
"#;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// An `Error` with the problem's message and field.
fn refuse(problem: &Problem) -> JsValue {
    error(&problem.field, &problem.to_string())
}

fn error(field: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property on a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&error, &"field".into(), &field.into());
    error.into()
}

fn to_js(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_else(|error| error.into())
}

/// The experiment of a link; its first problem is thrown.
fn experiment_of(link: &str) -> Result<Experiment, JsValue> {
    let (experiment, problems) = experiment::parse(link);
    problems.first().map_or(Ok(experiment), |problem| Err(refuse(problem)))
}

/// The table in a file's bytes; what is wrong with it is thrown as an `Error` whose field is `data.table`.
fn table_of(bytes: Option<&[u8]>) -> Result<Option<Table>, JsValue> {
    bytes.map(|bytes| table::read(bytes).map_err(|fault| error("data.table", &fault.to_string()))).transpose()
}

#[derive(Serialize)]
struct Description<'a> {
    link: String,
    fingerprint: Option<&'a str>,
    settings: Vec<Setting<'a>>,
    problems: Vec<Refusal<'a>>,
    table: Option<&'static str>,
}

#[derive(Serialize)]
struct Setting<'a> {
    key: &'a str,
    label: &'a str,
    unit: &'a str,
    help: &'a str,
    kind: &'a Kind,
    default: Value,
    value: Value,
}

impl<'a> From<&'a Entry> for Setting<'a> {
    fn from(&Entry { field, default, value }: &'a Entry) -> Self {
        Self {
            key: field.key,
            label: field.label,
            unit: field.unit,
            help: field.help,
            kind: &field.kind,
            default,
            value,
        }
    }
}

#[derive(Serialize)]
struct Refusal<'a> {
    field: &'a str,
    value: &'a str,
    expected: &'a str,
    message: String,
}

impl<'a> From<&'a Problem> for Refusal<'a> {
    fn from(problem: &'a Problem) -> Self {
        let Problem { field, value, expected } = problem;
        Self { field, value, expected, message: problem.to_string() }
    }
}

fn description(experiment: &Experiment, fingerprint: Option<&str>, problems: &[Problem]) -> JsValue {
    to_js(&Description {
        link: experiment.link(),
        fingerprint,
        settings: experiment.entries().iter().map(Setting::from).collect(),
        problems: problems.iter().map(Refusal::from).collect(),
        table: data::table::needed(experiment.dataset()).map(|file| file.unwrap_or("")),
    })
}

/// Reads a link's fragment; what cannot be used is named among the problems and leaves its default.
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn describe(link: &str) -> JsValue {
    let (experiment, problems) = experiment::parse(link);
    description(&experiment, link::fingerprint(link), &problems)
}

/// The experiment of `link` with the field `key` set from text; what is refused is named among the problems.
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn change(link: &str, key: &str, value: &str) -> JsValue {
    let (mut experiment, mut problems) = experiment::parse(link);
    problems.extend(experiment.set(key, value).err());
    description(&experiment, None, &problems)
}

/// A fresh seed from the browser's source of randomness.
#[wasm_bindgen(js_name = newSeed)]
pub fn new_seed() -> Result<u32, JsValue> {
    getrandom::u32().map_err(|error| refuse(&Problem::new("seed", error, "come from the system's randomness")))
}

/// The version of the arithmetic, the first part of every fingerprint.
#[wasm_bindgen]
pub fn algorithm() -> u32 {
    session::ALGORITHM
}

/// Tells files of points apart: what `data.digest` of a link to one's own points says of them.
#[wasm_bindgen(js_name = tableDigest)]
pub fn table_digest(bytes: &[u8]) -> String {
    data::table::digest(bytes)
}

/// A run: training in steps, its averaged parameters, checkpoints and fingerprints.
#[wasm_bindgen]
pub struct Session {
    session: session::Session,
    /// The file that its data are of, for observers of them.
    table: Option<Vec<u8>>,
}

#[wasm_bindgen]
impl Session {
    /// Starts the experiment of a link, on the points in a file's bytes if its data are a table; throws what is wrong with
    /// either.
    #[wasm_bindgen(constructor)]
    pub fn new(link: &str, table: Option<Vec<u8>>) -> Result<Session, JsValue> {
        let points = table_of(table.as_deref())?;
        let session = session::Session::with_table(experiment_of(link)?, points.as_ref());
        Ok(Self { session: session.map_err(|problem| refuse(&problem))?, table })
    }

    /// Goes on from a checkpoint's bytes; throws if they are damaged.
    pub fn restore(bytes: &[u8], table: Option<Vec<u8>>) -> Result<Session, JsValue> {
        let points = table_of(table.as_deref())?;
        let session = session::Session::restore_with_table(bytes, points.as_ref());
        Ok(Self { session: session.map_err(|damage| error("checkpoint", &damage.to_string()))?, table })
    }

    /// The run as bytes, to be restored later or elsewhere.
    pub fn checkpoint(&self) -> Vec<u8> {
        self.session.checkpoint()
    }

    /// The experiment's canonical link.
    pub fn link(&self) -> String {
        self.session.setup().experiment().link()
    }

    /// Takes up to `steps` training steps, fewer if training diverges.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, steps: u32) -> JsValue {
        to_js(&self.session.step(steps))
    }

    /// Where training is.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn progress(&self) -> JsValue {
        to_js(&self.session.progress())
    }

    /// The averaged parameters, for an [`Observer`] of the same link.
    pub fn parameters(&self) -> Vec<f32> {
        self.session.view().parameters
    }

    /// The experiment as it looks now, for score queries and sampling.
    pub fn observer(&self) -> Result<Observer, JsValue> {
        let mut observer = Observer::new(&self.link(), self.table.clone())?;
        observer.look(self.session.progress().step, self.parameters())?;
        Ok(observer)
    }

    /// The run's fingerprint after its chains made `transitions` transitions to `states` (all chains in order).
    pub fn fingerprint(&self, states: &[f64], transitions: u32) -> String {
        self.session.fingerprint(states, transitions)
    }
}

/// An experiment as seen by those who do not train it: its points, exact and learned scores, and chains.
#[wasm_bindgen]
pub struct Observer {
    setup: Setup,
    section: Section,
    learned: Learned<f32x4>,
    /// The truth for the σ of the learned score; made when it is first asked for: those who only sample never do.
    truth: OnceCell<Option<Exact>>,
    /// The same for the measure of the error.
    reference: OnceCell<Option<fisher::Reference>>,
    step: u32,
}

#[wasm_bindgen]
impl Observer {
    /// Observes the experiment of a link, at first with its initial parameters, on the points in a file's bytes if its data are
    /// a table; throws what is wrong with either.
    #[wasm_bindgen(constructor)]
    pub fn new(link: &str, table: Option<Vec<u8>>) -> Result<Observer, JsValue> {
        let points = table_of(table.as_deref())?;
        let setup = Setup::with_table(experiment_of(link)?, points.as_ref()).map_err(|problem| refuse(&problem))?;
        let learned = Learned::new(setup.initial_network(), setup.schedule().sigma(0));
        let section = setup.section();
        Ok(Self { setup, section, learned, truth: OnceCell::new(), reference: OnceCell::new(), step: 0 })
    }

    /// Takes over the averaged parameters of a session of the same link at a step.
    pub fn look(&mut self, step: u32, parameters: Vec<f32>) -> Result<(), JsValue> {
        let learned = self.setup.learned(&View { step, parameters }).map_err(|problem| refuse(&problem))?;
        if learned.sigma() != self.learned.sigma() {
            (self.truth, self.reference) = (OnceCell::new(), OnceCell::new());
        }
        (self.learned, self.step) = (learned, step);
        Ok(())
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

    fn truth(&self) -> Option<&Exact> {
        self.truth.get_or_init(|| self.setup.truth_at(self.sigma())).as_ref()
    }

    /// The training points, one after another.
    pub fn points(&self) -> Vec<f64> {
        self.setup.points().values().to_vec()
    }

    /// Where `points` of R^d lie on the stage: a line across it, the plane as it is, anything else projected.
    #[wasm_bindgen(js_name = onStage)]
    pub fn on_stage(&self, points: &[f64]) -> Vec<f64> {
        self.section.project(points)
    }

    /// The learned score at places on the stage, as it is seen there.
    #[wasm_bindgen(js_name = learnedField)]
    pub fn learned_field(&self, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.field(&self.learned, places)
    }

    /// The exact score of the smoothed density at places on the stage, as it is seen there; undefined where there is no
    /// closed form.
    #[wasm_bindgen(js_name = exactField)]
    pub fn exact_field(&self, places: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.truth().map(|truth| self.field(truth, places)).transpose()
    }

    fn field(&self, score: &dyn Score, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        let scores = self.scores(score, &self.lift(places))?;
        Ok(self.section.project_vectors(&scores))
    }

    /// The logarithm of the smoothed density at places on the stage; undefined where there is no closed form.
    #[wasm_bindgen(js_name = densityField)]
    pub fn density_field(&self, places: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.log_densities(&self.lift(places))
    }

    fn lift(&self, places: &[f64]) -> Vec<f64> {
        self.section.lift(places)
    }

    /// The learned score at each of `points`.
    #[wasm_bindgen(js_name = learnedScores)]
    pub fn learned_scores(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.scores(&self.learned, points)
    }

    /// The exact score of the smoothed density at each of `points`; undefined where there is no closed form.
    #[wasm_bindgen(js_name = exactScores)]
    pub fn exact_scores(&self, points: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.truth().map(|truth| self.scores(truth, points)).transpose()
    }

    fn scores(&self, score: &dyn Score, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        self.check(points)?;
        let mut out = vec![0.0; points.len()];
        score.scores(points, &mut out);
        Ok(out)
    }

    fn check(&self, points: &[f64]) -> Result<(), JsValue> {
        let (dim, length) = (self.dim(), points.len());
        if length % dim == 0 && length <= MAX_NUMBERS {
            return Ok(());
        }
        let expected = format!("have a multiple of {dim} and at most {MAX_NUMBERS} numbers");
        Err(refuse(&Problem::new("points", length, expected)))
    }

    /// The logarithm of the smoothed density at each of `points`; undefined where there is no closed form.
    #[wasm_bindgen(js_name = logDensities)]
    pub fn log_densities(&self, points: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        self.check(points)?;
        let Some(density) = self.truth().map(Exact::density) else { return Ok(None) };
        let values = points.chunks_exact(self.dim()).map(|x| density.log_density(x).unwrap_or(f64::NAN));
        Ok(Some(values.collect()))
    }

    /// The relative Fisher error of the learned score; undefined without a closed form to compare with.
    #[wasm_bindgen(js_name = fisherError)]
    pub fn fisher_error(&self) -> Option<f64> {
        let reference = self.reference.get_or_init(|| self.truth().map(|truth| self.setup.reference_of(truth)));
        reference.as_ref().map(|reference| reference.relative_error(&self.learned))
    }

    /// Chains number `first` up to `last` (exclusive) of the experiment, at their start, on the present learned score.
    pub fn chains(&self, first: u32, last: u32) -> Result<Walkers, JsValue> {
        let count = self.setup.settings().integer("sample.chains");
        if first >= last || last > count {
            let expected = format!("be a range within 0 to {count}");
            return Err(refuse(&Problem::new("chains", format!("{first} to {last}"), expected)));
        }
        let chains = self.setup.chains(first..last);
        Ok(Walkers { chains, learned: self.learned.clone(), section: self.section.clone() })
    }
}

/// The centres of a grid of `columns` × `rows` cells over a rectangle as points, row by row from the bottom.
#[wasm_bindgen(js_name = gridPoints)]
pub fn grid_points(left: f64, right: f64, bottom: f64, top: f64, columns: u32, rows: u32) -> Result<Vec<f64>, JsValue> {
    let grid = Grid::plane(left, right, bottom, top, columns, rows).map_err(|problem| refuse(&problem))?;
    Ok(grid.points())
}

/// Markov chains on a learned score.
#[wasm_bindgen]
pub struct Walkers {
    chains: Chains,
    learned: Learned<f32x4>,
    section: Section,
}

#[wasm_bindgen]
impl Walkers {
    /// Moves every chain by `transitions` transitions.
    pub fn step(&mut self, transitions: u32) {
        self.chains.step(&self.learned, transitions);
    }

    /// Goes on with the score that `observer` sees now, for a preview while training runs.
    pub fn retarget(&mut self, observer: &Observer) {
        self.learned = observer.learned.clone();
    }

    /// The chains' states, one after another.
    pub fn states(&self) -> Vec<f64> {
        self.chains.states().to_vec()
    }

    /// Where the states lie on the stage.
    #[wasm_bindgen(js_name = onStage)]
    pub fn on_stage(&self) -> Vec<f64> {
        self.section.project(self.chains.states())
    }

    /// How many transitions each chain has made.
    #[wasm_bindgen(getter)]
    pub fn transitions(&self) -> u32 {
        self.chains.transitions()
    }

    /// The share of proposals accepted so far; NaN before the first.
    #[wasm_bindgen(getter, js_name = acceptanceRate)]
    pub fn acceptance_rate(&self) -> f64 {
        self.chains.acceptance_rate()
    }
}

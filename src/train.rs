//! The trainer: steps of an optimiser on an objective, and the running average of the parameters that is shown and sampled
//! from.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use crate::data::Points;
use crate::field::{Field, Kind, Problem, Settings};
use crate::lane::{Lane, f32x4};
use crate::model::{Form, Network};
use crate::objective::{self, Evaluator};
use crate::optimizer::{self, Optimizer};
use crate::rng::{Purpose, stream};

mod decay;
mod patience;
pub mod schedule;

use patience::Patience;
pub use schedule::Schedule;

/// Training's settings besides those of objective and optimiser.
pub static FIELDS: &[Field] = &[
    schedule::PACE,
    schedule::LEVELS,
    schedule::FIRST,
    schedule::LIST,
    decay::FIELD,
    objective::SPARSITY,
    Field {
        key: "train.average",
        label: "Averaging",
        unit: "",
        help: "How much of the running average of the weights each step keeps; 0 shows the last weights themselves.",
        kind: Kind::Real { default: 0.99, min: 0.0, max: 0.9999 },
    },
    patience::FIELD,
];

/// During the first steps of each level the average follows the parameters, which still move fast.
const STEPS_BEFORE_AVERAGING: u32 = 10;
/// Averages below this are taken as zero, so that those of units that died never become subnormal, which is slow.
const NEGLIGIBLE: f64 = 1e-13;
/// A loss this many times the first one, or the objective's unit, has run away, though it may stay finite for ever.
const RUNAWAY: f64 = 1e6;
/// No run takes more bytes for training, data and batch aside.
const MAX_BYTES: u64 = 208 << 20;

/// Why training has ended by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It goes on.
    #[default]
    Training,
    /// Loss or parameters ceased to be finite, or the loss ran away.
    Diverged,
    /// The validation loss has not fallen for too long.
    Stopped,
}

/// Where training is: what a checkpoint must hold besides parameters, average and memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How many steps have been taken.
    pub step: u32,
    /// The mean loss on the last batch, before its step; NaN before the first.
    pub loss: f64,
    /// The loss of the first step; NaN before it.
    pub first_loss: f64,
    /// The least validation loss of this level; infinite before the first look.
    pub best_loss: f64,
    /// How many looks at the validation loss have passed since.
    pub looks_since: u32,
    /// Whether it goes on.
    pub status: Status,
}

/// A network in training.
pub struct Trainer {
    seed: u32,
    network: Network<f32x4>,
    average: Network<f32x4>,
    keep: f64,
    decay: f64,
    gradient: Vec<f32x4>,
    evaluator: Evaluator<f32x4>,
    optimizer: Box<dyn Optimizer<f32x4>>,
    replicas: usize,
    schedule: Schedule,
    level: usize,
    settings: Settings,
    patience: Patience,
    progress: Progress,
}

impl Trainer {
    /// Starts from `network` with the training fields of `settings`; an error names the field at fault.
    pub fn new(settings: &Settings, network: Network<f32x4>, seed: u32) -> Result<Self, Problem> {
        let schedule = Schedule::from_settings(settings)?;
        memory_lanes(settings, network.form())?;
        let length = network.parameters().len();
        let builder = optimizer::chosen(settings);
        Ok(Self {
            seed,
            evaluator: evaluator(settings, network.form(), schedule.sigma(0))?,
            optimizer: (builder.build)(settings, length),
            replicas: (builder.replicas)(settings),
            gradient: network.parameters().to_vec(),
            average: network.clone(),
            keep: settings.real("train.average"),
            decay: settings.real(decay::FIELD.key),
            network,
            schedule,
            level: 0,
            settings: settings.clone(),
            patience: Patience::from_settings(settings),
            progress: Progress {
                step: 0,
                loss: f64::NAN,
                first_loss: f64::NAN,
                best_loss: f64::INFINITY,
                looks_since: 0,
                status: Status::Training,
            },
        })
    }

    /// Takes one step on `points`, unless training has ended: a step whose loss is not finite is not taken, and none after it,
    /// nor after one that leaves a parameter that is not finite, nor after `validation` has stopped improving.
    pub fn step(&mut self, points: &Points, validation: &Points) {
        if self.progress.status != Status::Training {
            return;
        }
        self.enter_level();
        let loss = self.descend(points);
        let progress = &mut self.progress;
        progress.loss = loss;
        if progress.step == 0 {
            progress.first_loss = loss;
        }
        let is_sound = loss.is_finite() && loss.abs() <= RUNAWAY * progress.first_loss.abs().max(self.evaluator.unit());
        if loss.is_finite() {
            let is_finite = self.update_average();
            self.progress.step += 1;
            if is_sound && is_finite {
                self.look_at(validation);
                return;
            }
        }
        self.progress.status = Status::Diverged;
    }

    /// One step of the optimiser; returns the loss before it.
    fn descend(&mut self, points: &Points) -> f64 {
        let Self { seed, evaluator, replicas, decay, level, progress, .. } = self;
        // Full batches see the same corruptions at each evaluation of a level.
        let index = if *replicas > 0 { *level as u32 } else { progress.step };
        let mut oracle = |network: &Network<f32x4>, gradient: &mut [f32x4]| {
            let mut rng = stream(*seed, Purpose::Batch, u64::from(index));
            let loss = match *replicas {
                0 => evaluator.gradient(network, points, &mut rng, gradient),
                replicas => evaluator.full_gradient(network, points, replicas, &mut rng, gradient),
            };
            loss + decay::add(*decay, network, gradient)
        };
        let pace = self.schedule.pace(progress.step);
        self.optimizer.step(progress.step, pace, &mut self.network, &mut self.gradient, &mut oracle)
    }

    /// Changes σ where a level of the schedule begins.
    fn enter_level(&mut self) {
        let level = self.schedule.level(self.progress.step);
        if level == self.level {
            return;
        }
        self.set_level(level);
        self.optimizer.restart();
        (self.progress.best_loss, self.progress.looks_since) = (f64::INFINITY, 0);
    }

    fn set_level(&mut self, level: usize) {
        self.level = level;
        let sigma = self.schedule.sigma_of(level);
        // The settings made an evaluator before, and σ cannot make them wrong.
        if let Ok(evaluator) = evaluator(&self.settings, self.network.form(), sigma) {
            self.evaluator = evaluator;
        }
    }

    /// avg ← avg + α (θ - avg); returns whether all of avg, and so of θ, is finite. The gradient can overflow in single
    /// precision while the loss, in double, is still finite.
    fn update_average(&mut self) -> bool {
        let alpha = if self.steps_in_level() < STEPS_BEFORE_AVERAGING { 1.0 } else { 1.0 - self.keep };
        let alpha = f32x4::splat(alpha as f32);
        // Zero times a number is zero, and NaN for what is not finite: one product and one sum tell of all lanes.
        let (zero, mut nothing) = (f32x4::default(), f32x4::default());
        for (average, &parameter) in self.average.parameters_mut().iter_mut().zip(self.network.parameters()) {
            *average = (*average + alpha * (parameter - *average)).flush(NEGLIGIBLE);
            nothing += zero * *average;
        }
        nothing.sum() == 0.0
    }

    /// How many steps this level has taken.
    fn steps_in_level(&self) -> u32 {
        let step = self.progress.step;
        let is_here = |back: &u32| self.schedule.level(step - back) == self.level;
        (1..=STEPS_BEFORE_AVERAGING.min(step)).take_while(is_here).count() as u32
    }

    /// Looks at the validation loss of the average where patience asks for it: in the last level alone, as a run that ended
    /// before would leave the score of another σ than its link says.
    fn look_at(&mut self, validation: &Points) {
        let is_last = self.level + 1 == self.schedule.levels();
        if !is_last || !self.patience.is_due(self.progress.step) || validation.is_empty() {
            return;
        }
        let loss = self.validation_loss(validation);
        if self.patience.is_exhausted(&mut self.progress, loss) {
            self.progress.status = Status::Stopped;
        }
    }

    /// The mean loss of the average on `validation`, each point corrupted once and always alike; what weights and code cost in
    /// training is left out.
    pub fn validation_loss(&mut self, validation: &Points) -> f64 {
        let mut rng = stream(self.seed, Purpose::Validation, 1);
        self.evaluator.loss(&self.average, validation, &mut rng)
    }

    /// Where training is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The network as it is trained.
    pub fn network(&self) -> &Network<f32x4> {
        &self.network
    }

    /// The running average, which is shown and sampled from.
    pub fn average(&self) -> &Network<f32x4> {
        &self.average
    }

    /// The schedule of σ and the rate.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// All that a checkpoint must hold besides the progress: parameters, average, optimiser memory.
    pub fn state(&self) -> [&[f32x4]; 3] {
        [self.network.parameters(), self.average.parameters(), self.optimizer.memory()]
    }

    /// The same, to be overwritten by a checkpoint.
    pub fn state_mut(&mut self) -> [&mut [f32x4]; 3] {
        [self.network.parameters_mut(), self.average.parameters_mut(), self.optimizer.memory_mut()]
    }

    /// Whether nothing that training leaves alone has another value in parameters, average or optimiser memory, as it can
    /// after they were overwritten: see [`Form::permits`].
    pub fn is_well_formed(&self) -> bool {
        let form = self.network.form();
        let [parameters, average, memory] = self.state();
        let mut copies = memory.chunks_exact(parameters.len());
        form.permits(parameters, 1.0) && form.permits(average, 1.0) && copies.all(|copy| form.permits(copy, 0.0))
    }

    /// Takes over a checkpoint's place in the run.
    pub fn resume(&mut self, progress: Progress) {
        self.progress = progress;
        // The level is entered by the step that begins it.
        self.set_level(self.schedule.level(progress.step.saturating_sub(1)));
    }
}

fn evaluator(settings: &Settings, form: &Form, sigma: f64) -> Result<Evaluator<f32x4>, Problem> {
    let batch = settings.integer(objective::BATCH.key) as usize;
    let evaluator = Evaluator::new(form, objective::from_settings(settings, sigma, form.dim)?, sigma, batch);
    Ok(evaluator.with_sparsity(form, settings.real(objective::SPARSITY.key)))
}

/// How many lanes the chosen optimiser remembers for networks of `form`; an error if training would take too many bytes.
pub fn memory_lanes(settings: &Settings, form: &Form) -> Result<usize, Problem> {
    let (builder, lanes) = (optimizer::chosen(settings), form.lanes(f32x4::WIDTH));
    let memory = (builder.memory)(settings, lanes);
    let weights = weight_bytes(lanes, memory, (builder.replicas)(settings) > 0);
    let objective = objective::from_settings(settings, settings.real(objective::SIGMA.key), form.dim)?;
    // A level of σ begins while the buffers of the one before are still there.
    let buffers = 2 * Evaluator::<f32x4>::buffer_bytes(form, objective.directions(form.dim));
    if weights + buffers <= MAX_BYTES { Ok(memory) } else { Err(too_large(settings, form, weights, buffers)) }
}

/// What is said of training that needs so many bytes for weights and buffers. Not inlined, so that others need not load it.
#[inline(never)]
fn too_large(settings: &Settings, form: &Form, weights: u64, buffers: u64) -> Problem {
    let [needed, most] = [weights + buffers, MAX_BYTES].map(|bytes| bytes.div_ceil(1 << 20));
    if buffers > weights {
        let choice = settings.choice(objective::OBJECTIVE.key);
        let expected = format!("need at most {most} MB, not {needed} MB as in {} dimensions", form.dim);
        return Problem::new(objective::OBJECTIVE.key, choice, expected);
    }
    let expected = format!("be fewer, or layers or train.memory less: training needs {needed} MB, at most {most} MB");
    Problem::new("model.units", form.units, expected)
}

/// Bytes of the parameters, their average, gradient and view, of the optimiser's `memory`, and of a checkpoint; where the optimiser
/// searches along lines those of three more copies.
fn weight_bytes(lanes: usize, memory: usize, searches: bool) -> u64 {
    let copies = if searches { 9 } else { 6 };
    (copies * lanes as u64 + 2 * memory as u64) * size_of::<f32x4>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::mixture::Mixture;
    use crate::model::Slot;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    static STEPS: Field =
        Field { key: "steps", label: "", unit: "", help: "", kind: Kind::Integer { default: 1, min: 1, max: 9 } };

    #[test]
    fn training_diverges_at_the_step_that_overflows_though_its_loss_is_finite() {
        let mut settings = Settings::default();
        let own = [&objective::OBJECTIVE, &objective::SIGMA, &objective::BATCH, &optimizer::OPTIMIZER];
        own.into_iter().for_each(|field| settings.add(field));
        let chosen = [objective::OBJECTIVES[0].fields, optimizer::OPTIMIZERS[0].fields, FIELDS];
        chosen.into_iter().flatten().for_each(|field| settings.add(field));
        settings.add(&STEPS);
        settings.set("train.batch", "1").unwrap();
        let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![3.0], 1e-6).unwrap(), 1, 1);
        let mut network = Network::<f32x4>::zeros(Form::default());
        // h is tanh of about 3: the output 2.98e38 is a single-precision number, twice it, the loss's slope, is none.
        network.set(0, Slot::Encoder(0), 1.0);
        network.set(0, Slot::Decoder(0), 3e38);
        let mut trainer = Trainer::new(&settings, network, 1).unwrap();
        trainer.step(&points, &points);
        assert!(trainer.progress().loss.is_finite());
        assert_eq!((trainer.progress().status, trainer.progress().step), (Status::Diverged, 1));
        trainer.step(&points, &points);
        assert_eq!(trainer.progress().step, 1);
        assert!(trainer.is_well_formed(), "NaN in padding is no forgery");
    }
}

//! The trainer: steps of an optimiser on an objective, and a running average of the parameters, which the page draws
//! and chains sample.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::data::Points;
use crate::model::Network;
use crate::objective::{self, Evaluator};
use crate::optimizer::Optimizer;
use crate::rng::{Purpose, stream};
use crate::setting::{Section, Setting, SettingKind};
use crate::simd::{Simd, f32x4};

mod patience;
pub mod plan;
pub mod schedule;
mod weight_decay;

use patience::Patience;
pub use plan::TrainingPlan;
pub use schedule::Schedule;

/// General settings of training. Objectives and optimisers add their own settings.
pub static SETTINGS: &[Setting] = &[
    schedule::RATE_SCHEDULE,
    schedule::LEVELS,
    schedule::FIRST,
    schedule::LIST,
    weight_decay::SETTING,
    objective::SPARSITY,
    AVERAGING,
    patience::SETTING,
];

/// The memory of the running average.
const AVERAGING: Setting = Setting {
    key: "train.averaging",
    label: "Averaging",
    unit: "",
    help: "The share of the running average of the weights that each step keeps; with 0 the last weights are used.",
    kind: SettingKind::Real { default: 0.99, min: 0.0, max: 0.9999 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// Number of steps at the start of each level for which the average equals the parameters, which still move fast.
const STEPS_BEFORE_AVERAGING: u32 = 10;
/// Averages below this become zero: averages of dead units would become subnormal, which is slow.
const NEGLIGIBLE: f64 = 1e-13;
/// A loss this many times the first loss, or the objective's typical loss, has run away, even if it stays finite.
const RUNAWAY: f64 = 1e6;

/// Whether training continues, and if not, why it ended before its last step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It continues.
    #[default]
    Training,
    /// Loss or parameters are no longer finite, or the loss ran away.
    Diverged,
    /// The validation loss has not fallen for `train.patience` hundreds of steps.
    Stopped,
}

/// The state of training in a checkpoint, without parameters, average and optimiser memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Number of steps taken.
    pub step: u32,
    /// The mean loss on the last batch, before its step; NaN before the first.
    pub loss: f64,
    /// The loss of the first step; NaN before it.
    pub first_loss: f64,
    /// The least validation loss of this level; infinite before the first check.
    pub best_loss: f64,
    /// Number of checks of the validation loss since its least value.
    pub checks_since_best: u32,
    /// Whether training continues.
    pub status: Status,
}

/// A network in training.
pub struct Trainer {
    seed: u32,
    network: Network<f32x4>,
    average: Network<f32x4>,
    averaging: f64,
    weight_decay: f64,
    gradient: Vec<f32x4>,
    evaluator: Evaluator<f32x4>,
    optimizer: Box<dyn Optimizer<f32x4>>,
    replicas: usize,
    schedule: Schedule,
    level: usize,
    patience: Patience,
    progress: Progress,
}

impl Trainer {
    /// Starts from `network` as `plan` says.
    ///
    /// # Panics
    ///
    /// Unless `network` has the plan's architecture.
    pub fn new(plan: &TrainingPlan, network: Network<f32x4>, seed: u32) -> Self {
        assert!(network.architecture() == plan.architecture(), "a network of the planned architecture");
        Self {
            seed,
            evaluator: plan.evaluator(),
            optimizer: plan.optimizer(),
            replicas: plan.replicas(),
            gradient: network.parameters().to_vec(),
            average: network.clone(),
            averaging: plan.averaging,
            weight_decay: plan.weight_decay,
            network,
            schedule: plan.schedule().clone(),
            level: 0,
            patience: plan.patience,
            progress: Progress {
                step: 0,
                loss: f64::NAN,
                first_loss: f64::NAN,
                best_loss: f64::INFINITY,
                checks_since_best: 0,
                status: Status::Training,
            },
        }
    }

    /// Takes one step on `points`, unless training has ended. Training ends before a step whose loss is not finite,
    /// after a step that leaves a parameter that is not finite, and when the loss on `validation` has not fallen for
    /// too long.
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
        let is_sound =
            loss.is_finite() && loss.abs() <= RUNAWAY * progress.first_loss.abs().max(self.evaluator.typical_loss());
        if loss.is_finite() {
            let is_finite = self.update_average();
            self.progress.step += 1;
            if is_sound && is_finite {
                self.check_patience(validation);
                return;
            }
        }
        self.progress.status = Status::Diverged;
    }

    /// One step of the optimiser; returns the loss before it.
    fn descend(&mut self, points: &Points) -> f64 {
        let Self { seed, evaluator, replicas, weight_decay, level, progress, .. } = self;
        // Full batches have the same corruptions at each evaluation of a level.
        let index = if *replicas > 0 { *level as u32 } else { progress.step };
        let mut oracle = |network: &Network<f32x4>, gradient: &mut [f32x4]| {
            let mut rng = stream(*seed, Purpose::Batch, u64::from(index));
            let loss = match *replicas {
                0 => evaluator.gradient(network, points, &mut rng, gradient),
                replicas => evaluator.full_gradient(network, points, replicas, &mut rng, gradient),
            };
            loss + weight_decay::add(*weight_decay, network, gradient)
        };
        let rate_factor = self.schedule.rate_factor(progress.step);
        self.optimizer.step(progress.step, rate_factor, &mut self.network, &mut self.gradient, &mut oracle)
    }

    /// Changes σ if a level of the schedule begins.
    fn enter_level(&mut self) {
        let level = self.schedule.level(self.progress.step);
        if level == self.level {
            return;
        }
        self.set_level(level);
        self.optimizer.restart();
        (self.progress.best_loss, self.progress.checks_since_best) = (f64::INFINITY, 0);
    }

    fn set_level(&mut self, level: usize) {
        self.level = level;
        self.evaluator.set_sigma(self.schedule.sigma_of(level));
    }

    /// avg ← avg + α (θ - avg); returns whether all of avg, and so of θ, is finite. The gradient can overflow in single
    /// precision while the loss, in double precision, is finite.
    fn update_average(&mut self) -> bool {
        let alpha = if self.steps_in_level() < STEPS_BEFORE_AVERAGING { 1.0 } else { 1.0 - self.averaging };
        let alpha = f32x4::splat(alpha as f32);
        // Zero times a finite number is zero, else NaN: one product and one sum check all lanes.
        let (zero, mut nothing) = (f32x4::default(), f32x4::default());
        for (average, &parameter) in self.average.parameters_mut().iter_mut().zip(self.network.parameters()) {
            *average = (*average + alpha * (parameter - *average)).flush(NEGLIGIBLE);
            nothing += zero * *average;
        }
        nothing.sum() == 0.0
    }

    /// Number of steps of this level, up to [`STEPS_BEFORE_AVERAGING`].
    fn steps_in_level(&self) -> u32 {
        let step = self.progress.step;
        let is_here = |back: &u32| self.schedule.level(step - back) == self.level;
        (1..=STEPS_BEFORE_AVERAGING.min(step)).take_while(is_here).count() as u32
    }

    /// Checks the validation loss of the average every hundred steps if there is a patience. Only in the last level: a
    /// run that ends before would leave the score of another σ than its link names.
    fn check_patience(&mut self, validation: &Points) {
        let is_last = self.level + 1 == self.schedule.levels();
        if !is_last || !self.patience.is_due(self.progress.step) || validation.is_empty() {
            return;
        }
        let loss = self.validation_loss(validation);
        if self.patience.is_exhausted(&mut self.progress, loss) {
            self.progress.status = Status::Stopped;
        }
    }

    /// The mean loss of the average on `validation`, each point corrupted once and in the same way at each call;
    /// without the penalties on weights and code.
    pub fn validation_loss(&mut self, validation: &Points) -> f64 {
        let mut rng = stream(self.seed, Purpose::Validation, 1);
        self.evaluator.loss(&self.average, validation, &mut rng)
    }

    /// The state of training.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The network in training, without averaging.
    pub fn network(&self) -> &Network<f32x4> {
        &self.network
    }

    /// The running average of the parameters.
    pub fn average(&self) -> &Network<f32x4> {
        &self.average
    }

    /// The schedule of σ and the rate.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The σ of the averaged weights: the σ of the last step taken.
    pub fn sigma(&self) -> f64 {
        self.schedule.sigma_after(self.progress.step)
    }

    /// The numbers of a checkpoint, without the progress: parameters, average, optimiser memory.
    pub fn state(&self) -> [&[f32x4]; 3] {
        [self.network.parameters(), self.average.parameters(), self.optimizer.state()]
    }

    /// The same, to be overwritten by a checkpoint.
    pub fn state_mut(&mut self) -> [&mut [f32x4]; 3] {
        [self.network.parameters_mut(), self.average.parameters_mut(), self.optimizer.state_mut()]
    }

    /// Whether parameters, average and optimiser memory have their fixed values, such as zero padding, which a
    /// checkpoint may have overwritten: see [`Architecture::permits`](crate::model::Architecture::permits).
    pub fn is_well_formed(&self) -> bool {
        let architecture = self.network.architecture();
        let [parameters, average, memory] = self.state();
        let mut copies = memory.chunks_exact(parameters.len());
        architecture.permits(parameters, 1.0)
            && architecture.permits(average, 1.0)
            && copies.all(|copy| architecture.permits(copy, 0.0))
    }

    /// Continues from a checkpoint's progress.
    pub fn resume(&mut self, progress: Progress) {
        self.progress = progress;
        // The step that begins a level enters it.
        self.set_level(self.schedule.level(progress.step.saturating_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::mixture::Mixture;
    use crate::model::{Architecture, Slot};
    use crate::optimizer;
    use crate::setting::Settings;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    static STEPS: Setting = Setting {
        key: "steps",
        label: "",
        unit: "",
        help: "",
        kind: SettingKind::Integer { default: 1, min: 1, max: 9 },
        ..Setting::of(Section::Run)
    };

    #[test]
    fn training_diverges_at_the_step_that_overflows_though_its_loss_is_finite() {
        let mut settings = Settings::default();
        let own = [&objective::OBJECTIVE, &objective::SIGMA, &objective::BATCH, &optimizer::OPTIMIZER];
        own.into_iter().for_each(|setting| settings.add(setting));
        let chosen = [objective::OBJECTIVES[0].settings, optimizer::OPTIMIZERS[0].settings, SETTINGS];
        chosen.into_iter().flatten().for_each(|setting| settings.add(setting));
        settings.add(&STEPS);
        settings.set("train.batch", "1").unwrap();
        let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![3.0], 1e-6).unwrap(), 1, 1);
        let mut network = Network::<f32x4>::zeros(Architecture::default());
        // h is tanh of about 3: the output 2.98e38 is a single-precision number; the slope of the loss is twice as
        // large and overflows.
        network.set(0, Slot::Encoder(0), 1.0);
        network.set(0, Slot::Decoder(0), 3e38);
        let plan = TrainingPlan::from_settings(&settings, network.architecture()).unwrap();
        let mut trainer = Trainer::new(&plan, network, 1);
        trainer.step(&points, &points);
        assert!(trainer.progress().loss.is_finite());
        assert_eq!((trainer.progress().status, trainer.progress().step), (Status::Diverged, 1));
        trainer.step(&points, &points);
        assert_eq!(trainer.progress().step, 1);
        assert!(trainer.is_well_formed(), "NaN in padding is no forgery");
    }
}

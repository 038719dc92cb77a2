//! The trainer: gradient steps on random batches, and the running average of the parameters that is shown and sampled from.

use alloc::vec::Vec;

use crate::data::Points;
use crate::field::{Field, Kind, Settings};
use crate::lane::Lane;
use crate::model::Network;
use crate::objective::{Denoising, Objective, denoising};
use crate::optimizer::{Adam, Optimizer, adam};
use crate::rng::{Purpose, stream};

/// Training's settings.
pub static FIELDS: &[Field] = &[
    denoising::SIGMA,
    denoising::BATCH,
    adam::RATE,
    Field {
        key: "train.average",
        label: "Averaging",
        unit: "",
        help: "How much of the running average of the weights each step keeps; 0 shows the last weights themselves.",
        kind: Kind::Real { default: 0.99, min: 0.0, max: 0.9999 },
    },
];

/// During the first steps the average follows the parameters, which still move fast.
const STEPS_BEFORE_AVERAGING: u32 = 10;
/// Averages below this are taken as zero, so that those of units that died never become subnormal, which is slow.
const NEGLIGIBLE: f64 = 1e-13;

/// A network in training.
#[derive(Debug)]
pub struct Trainer<L> {
    seed: u32,
    step: u32,
    network: Network<L>,
    average: Network<L>,
    keep: f64,
    gradient: Vec<L>,
    objective: Denoising<L>,
    optimizer: Adam<L>,
    loss: f64,
    diverged: bool,
}

impl<L: Lane> Trainer<L> {
    /// Starts from `network` with the training fields of `settings`.
    pub fn new(settings: &Settings, network: Network<L>, seed: u32) -> Self {
        let (sigma, batch) = (settings.real("train.sigma"), settings.integer("train.batch") as usize);
        let length = network.parameters().len();
        Self {
            seed,
            step: 0,
            objective: Denoising::new(network.form(), sigma, batch),
            optimizer: Adam::new(settings.real("train.rate"), length),
            gradient: network.parameters().to_vec(),
            average: network.clone(),
            keep: settings.real("train.average"),
            network,
            loss: f64::NAN,
            diverged: false,
        }
    }

    /// Takes one step on `points`, unless training has diverged: a step whose loss is not finite is not taken, and none
    /// after it, nor after one that leaves a parameter that is not finite.
    pub fn step(&mut self, points: &Points) {
        if self.diverged {
            return;
        }
        let mut rng = stream(self.seed, Purpose::Batch, u64::from(self.step));
        self.loss = self.objective.gradient(&self.network, points, &mut rng, &mut self.gradient);
        self.diverged = !self.loss.is_finite();
        if !self.diverged {
            self.optimizer.step(self.step, self.network.parameters_mut(), &self.gradient);
            self.diverged = !self.update_average();
            self.step += 1;
        }
    }

    /// avg ← avg + α (θ - avg); returns whether all of avg, and so of θ, is finite. The gradient can overflow in single
    /// precision while the loss, in double, is still finite.
    fn update_average(&mut self) -> bool {
        let alpha = if self.step < STEPS_BEFORE_AVERAGING { 1.0 } else { 1.0 - self.keep };
        let alpha = L::splat(alpha);
        // Zero times a number is zero, and NaN for what is not finite: one product and one sum tell of all lanes.
        let (zero, mut nothing) = (L::default(), L::default());
        for (average, &parameter) in self.average.parameters_mut().iter_mut().zip(self.network.parameters()) {
            *average = (*average + alpha * (parameter - *average)).flush(NEGLIGIBLE);
            nothing += zero * *average;
        }
        nothing.sum() == 0.0
    }

    /// How many steps have been taken.
    pub fn steps_taken(&self) -> u32 {
        self.step
    }

    /// The mean loss on the last batch, before its step; NaN before the first.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// Whether the loss or a parameter has ceased to be finite, which ends training.
    pub fn has_diverged(&self) -> bool {
        self.diverged
    }

    /// The network as it is trained.
    pub fn network(&self) -> &Network<L> {
        &self.network
    }

    /// The running average, which is shown and sampled from.
    pub fn average(&self) -> &Network<L> {
        &self.average
    }

    /// All that a checkpoint must hold besides step, loss and divergence: parameters, average, optimiser memory.
    pub fn state(&self) -> [&[L]; 3] {
        [self.network.parameters(), self.average.parameters(), self.optimizer.memory()]
    }

    /// The same, to be overwritten by a checkpoint.
    pub fn state_mut(&mut self) -> [&mut [L]; 3] {
        [self.network.parameters_mut(), self.average.parameters_mut(), self.optimizer.memory_mut()]
    }

    /// Whether nothing that training leaves alone has another value in parameters, average or optimiser memory, as it can
    /// after they were overwritten: see [`crate::model::Form::permits`].
    pub fn is_well_formed(&self) -> bool {
        let form = self.network.form();
        let [parameters, average, memory] = self.state();
        let moments = memory.chunks(parameters.len());
        form.permits(parameters, 1.0) && form.permits(average, 1.0) && moments.into_iter().all(|m| form.permits(m, 0.0))
    }

    /// Takes over a checkpoint's place in the run.
    pub fn resume(&mut self, step: u32, loss: f64, diverged: bool) {
        (self.step, self.loss, self.diverged) = (step, loss, diverged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::mixture::Mixture;
    use crate::lane::f32x4;
    use crate::model::{Decoder, Form, Slot};
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn training_diverges_at_the_step_that_overflows_though_its_loss_is_finite() {
        let mut settings = Settings::default();
        FIELDS.iter().for_each(|field| settings.add(field));
        settings.set("train.batch", "1").unwrap();
        let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![3.0], 1e-6).unwrap(), 1, 1);
        let mut network =
            Network::<f32x4>::zeros(Form { dim: 1, units: 1, decoder: Decoder::Untied, skip: 1.0, scale: 1.0 });
        // h is tanh of about 3: the output 2.98e38 is a single-precision number, twice it, the loss's slope, is none.
        network.set(0, Slot::Encoder(0), 1.0);
        network.set(0, Slot::Decoder(0), 3e38);
        let mut trainer = Trainer::new(&settings, network, 1);
        trainer.step(&points);
        assert!(trainer.loss().is_finite() && trainer.has_diverged() && trainer.steps_taken() == 1);
        trainer.step(&points);
        assert_eq!(trainer.steps_taken(), 1);
        assert!(trainer.is_well_formed(), "NaN in padding is no forgery");
    }
}

//! A random energy in the plane: E = ½‖x‖² - b·x - Σ log cosh(w_j·x + c_j) over j = 1 to 16, with w_j ~ N(0, 0.3² I)
//! and b and c_j standard normal.
//!
//! exp(-E) is a mixture of 2¹⁶ Gaussians of variance 1, one for each choice of signs in cosh u = ½(eᵘ + e⁻ᵘ), with
//! means b ± w₁ ± … ± w₁₆. Tens of thousands of them have weight, so the sum over j is much faster.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::{Energy, Gibbs};
use crate::math;
use crate::rng::{Purpose, stream};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "random-energy",
        label: "Random energy",
        help: "A random density in the plane, another for each seed.",
    },
    settings: &[],
    suggest: &[
        ("train.sigma", Value::Real(0.5)),
        ("sample.step-size", Value::Real(2.5)),
        ("sample.start-deviation", Value::Real(3.0)),
    ],
    build: |settings, _| Ok(Box::new(Gibbs::new(RandomEnergy::new(settings.integer("seed"))))),
};

/// The standard deviation of the weights.
const SCALE: f64 = 0.3;
/// The margin of the frame beyond the means of all components.
const MARGIN: f64 = 8.0;

/// The energy of one seed.
#[derive(Clone, Debug)]
pub struct RandomEnergy {
    bias: [f64; 2],
    /// w_j and c_j for each j.
    units: [([f64; 2], f64); 16],
}

impl RandomEnergy {
    /// Draws b, then each w_j and c_j, from the density stream of `seed`.
    pub fn new(seed: u32) -> Self {
        let mut rng = stream(seed, Purpose::Density, 0);
        let bias = [rng.normal(), rng.normal()];
        let units = core::array::from_fn(|_| ([SCALE * rng.normal(), SCALE * rng.normal()], rng.normal()));
        Self { bias, units }
    }

    /// b, and (w_j, c_j) for each j.
    pub fn parameters(&self) -> ([f64; 2], &[([f64; 2], f64)]) {
        (self.bias, &self.units)
    }

    /// (w_j, w_j·x + c_j) for each j.
    fn inputs(&self, x: &[f64]) -> impl Iterator<Item = ([f64; 2], f64)> {
        self.units.iter().map(move |(w, c)| (*w, w[0] * x[0] + w[1] * x[1] + c))
    }
}

impl Energy for RandomEnergy {
    fn dim(&self) -> usize {
        2
    }

    fn energy(&self, x: &[f64]) -> f64 {
        // log cosh u = |u| + log(½ + ½ exp(-2|u|)); the factors are multiplied, so one logarithm is enough.
        let (mut sum, mut product) = (0.0, 1.0);
        for (_, input) in self.inputs(x) {
            sum += input.abs();
            product *= 0.5 + 0.5 * math::exp(-2.0 * input.abs());
        }
        0.5 * math::dot(x, x) - math::dot(&self.bias, x) - sum - math::ln(product)
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        (0..2).for_each(|k| out[k] = x[k] - self.bias[k]);
        for (w, input) in self.inputs(x) {
            let tanh = math::tanh(input);
            (0..2).for_each(|k| out[k] -= w[k] * tanh);
        }
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[1.0, 0.0, 0.0, 1.0]);
        for (w, input) in self.inputs(x) {
            let tanh = math::tanh(input);
            let slope = 1.0 - tanh * tanh;
            (0..4).for_each(|i| out[i] -= w[i / 2] * w[i % 2] * slope);
        }
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [0, 1].map(|k| {
            let reach = self.units.iter().map(|(w, _)| w[k].abs()).sum::<f64>() + MARGIN;
            [self.bias[k] - reach, self.bias[k] + reach]
        })
    }

    fn length_scale(&self) -> f64 {
        2.0
    }
}

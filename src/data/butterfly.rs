//! A butterfly in the plane: E = (x₁² - 3)²/4 + (x₂² - x₁²/2)²/2, Z = 5.20097, wells at (±√3, ±√1.5), E = 0 in each.
//!
//! The authors' code names a butterfly but its source is lost; this energy is our own.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::{Energy, Gibbs};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "butterfly", label: "Butterfly", help: "Four peaks in the plane, two on each wing." },
    settings: &[],
    suggest: &[
        ("train.sigma", Value::Real(0.2)),
        ("sample.step-size", Value::Real(1.2)),
        ("sample.start-deviation", Value::Real(2.0)),
    ],
    build: |_, _| Ok(Box::new(Gibbs::new(Butterfly))),
};

pub(crate) struct Butterfly;

impl Energy for Butterfly {
    fn dim(&self) -> usize {
        2
    }

    fn energy(&self, x: &[f64]) -> f64 {
        let (a, b) = (x[0] * x[0] - 3.0, x[1] * x[1] - 0.5 * x[0] * x[0]);
        0.25 * a * a + 0.5 * b * b
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        let (a, b) = (x[0] * x[0] - 3.0, x[1] * x[1] - 0.5 * x[0] * x[0]);
        out[0] = x[0] * (a - b);
        out[1] = 2.0 * x[1] * b;
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) {
        let (a, b) = (x[0] * x[0] - 3.0, x[1] * x[1] - 0.5 * x[0] * x[0]);
        let mixed = -2.0 * x[0] * x[1];
        out.copy_from_slice(&[a - b + 3.0 * x[0] * x[0], mixed, mixed, 2.0 * b + 4.0 * x[1] * x[1]]);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [[-4.2, 4.2]; 2]
    }

    fn length_scale(&self) -> f64 {
        0.5
    }
}

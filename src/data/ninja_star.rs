//! A ninja star in the plane: E = (‖x‖ - 2)² + (x₁² - x₂²)² + ½ log(‖x‖² + 1), Z = 1.912581.
//!
//! Its four points lie on the diagonals. E has a kink at the origin and falls in every direction from there.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::{Energy, Gibbs};
use crate::math;
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "ninja-star", label: "Ninja star", help: "Four sharp points in the plane, hardly connected." },
    settings: &[],
    suggest: &[
        ("train.sigma", Value::Real(0.15)),
        ("sample.step-size", Value::Real(0.8)),
        ("sample.start-deviation", Value::Real(2.0)),
    ],
    build: |_, _| Ok(Box::new(Gibbs::new(NinjaStar))),
};

pub(crate) struct NinjaStar;

impl Energy for NinjaStar {
    fn dim(&self) -> usize {
        2
    }

    fn energy(&self, x: &[f64]) -> f64 {
        let (square, saddle) = (x[0] * x[0] + x[1] * x[1], x[0] * x[0] - x[1] * x[1]);
        let ring = math::sqrt(square) - 2.0;
        ring * ring + saddle * saddle + 0.5 * math::ln(square + 1.0)
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        let (square, saddle) = (x[0] * x[0] + x[1] * x[1], x[0] * x[0] - x[1] * x[1]);
        let radial = 2.0 - 4.0 / math::sqrt(square) + 1.0 / (square + 1.0);
        out[0] = x[0] * (radial + 4.0 * saddle);
        out[1] = x[1] * (radial - 4.0 * saddle);
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) {
        let (square, saddle) = (x[0] * x[0] + x[1] * x[1], x[0] * x[0] - x[1] * x[1]);
        let (radius, decay) = (math::sqrt(square), 1.0 / (square + 1.0));
        let radial = 2.0 - 4.0 / radius + decay;
        // d radial/d‖x‖ divided by ‖x‖.
        let change = 4.0 / (radius * square) - 2.0 * decay * decay;
        let mixed = x[0] * x[1] * (change - 8.0);
        out[0] = radial + 4.0 * saddle + x[0] * x[0] * (change + 8.0);
        out[1] = mixed;
        out[2] = mixed;
        out[3] = radial - 4.0 * saddle + x[1] * x[1] * (change + 8.0);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [[-6.0, 6.0]; 2]
    }

    fn length_scale(&self) -> f64 {
        0.5
    }

    fn has_kink(&self) -> bool {
        true
    }
}

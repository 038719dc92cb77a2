//! Two wells on the line, of the authors' code: E = (10(x+1)² + 1)(20x² + 1)(30(x-1)² + 1)/1000, minima at 0.003 and
//! 0.945.
//!
//! The authors' grid ends at ±1.5, where p is e⁻²⁴ of its maximum; this density has no such bounds.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::Gibbs;
use super::energy::wells::Wells;
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "two-wells", label: "Two wells", help: "A density on the line with two peaks." },
    settings: &[],
    suggest: &[
        ("model.units", Value::Integer(64)),
        ("train.sigma", Value::Real(0.1)),
        ("sample.step-size", Value::Real(0.8)),
    ],
    build: |_, _| Ok(Box::new(Gibbs::new(WELLS))),
};

pub(crate) const WELLS: Wells =
    Wells { curvatures: [10.0, 20.0, 30.0], floors: [1.0; 3], scale: 1e-3, frame: [-2.0, 2.0], length_scale: 0.2 };

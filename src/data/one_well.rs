//! One well on the line: E = ((x+1)² + 3)(x² + 2)((x-1)² + 1), with its minimum at 0.366.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::Gibbs;
use super::energy::wells::Wells;
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "one-well", label: "One well", help: "A density on the line with one peak, a little askew." },
    settings: &[],
    suggest: &[
        ("model.units", Value::Integer(64)),
        ("train.sigma", Value::Real(0.1)),
        ("sample.step-size", Value::Real(0.5)),
    ],
    build: |_, _| Ok(Box::new(Gibbs::new(WELLS))),
};

pub(crate) const WELLS: Wells =
    Wells { curvatures: [1.0; 3], floors: [3.0, 2.0, 1.0], scale: 1.0, frame: [-2.5, 2.5], length_scale: 0.3 };

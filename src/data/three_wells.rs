//! Three wells on the line: E = (15(x+1)² + 1)(30x² + 1)(45(x-1)² + 1)/1000, minima at -0.855, 0.001 and 0.965. The
//! outer wells have much higher energy, so chains rarely visit them at temperature 1.

use alloc::boxed::Box;

use super::Dataset;
use super::energy::Gibbs;
use super::energy::wells::Wells;
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "three-wells",
        label: "Three wells",
        help: "A density on the line with one large peak and two small peaks that chains rarely find.",
    },
    settings: &[],
    suggest: &[
        ("model.units", Value::Integer(64)),
        ("train.sigma", Value::Real(0.06)),
        ("sample.step-size", Value::Real(0.5)),
    ],
    build: |_, _| Ok(Box::new(Gibbs::new(WELLS))),
};

pub(crate) const WELLS: Wells =
    Wells { curvatures: [15.0, 30.0, 45.0], floors: [1.0; 3], scale: 1e-3, frame: [-2.0, 2.0], length_scale: 0.15 };

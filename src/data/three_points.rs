//! Three points on the line, -½, 0 and ½, without noise: the smallest dataset with a learned field between the points.

use alloc::boxed::Box;
use alloc::vec;

use super::atoms::Atoms;
use super::{Dataset, Points};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "three-points", label: "Three points", help: "Three points on a line and nothing between." },
    settings: &[],
    suggest: &[
        ("data.count", Value::Integer(27)),
        ("train.sigma", Value::Real(0.1)),
        ("sample.step-size", Value::Real(0.3)),
    ],
    build: |_, _| Ok(Box::new(Atoms(Points { dim: 1, values: vec![-0.5, 0.0, 0.5] }))),
};

//! Two elongated Gaussians in the plane, mirror images of each other: N([5, 0], [[22.5, 17.5], [17.5, 22.5]]) with the
//! first coordinate's sign flipped with probability one half.

use alloc::boxed::Box;
use alloc::vec;

use super::{Dataset, Mixture};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "two-bumps", label: "Two bumps", help: "Two long Gaussians, mirror images of each other." },
    settings: &[],
    suggest: &[
        ("train.sigma", Value::Real(1.0)),
        ("sample.step-size", Value::Real(3.0)),
        ("sample.start-deviation", Value::Real(10.0)),
    ],
    build: |_, _| {
        let covariances = vec![22.5, 17.5, 17.5, 22.5, 22.5, -17.5, -17.5, 22.5];
        let mixture = Mixture::full(2, &[0.5, 0.5], vec![5.0, 0.0, -5.0, 0.0], covariances)?;
        Ok(Box::new(mixture))
    },
};

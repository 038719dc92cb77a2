//! A checkerboard: uniform on eight of the sixteen squares of side 0.4 that tile [-0.8, 0.8]².

use alloc::boxed::Box;

use super::Dataset;
use super::uniform_rectangles::{Rectangle, Rectangles};
use crate::setting::{Choice, Value};

/// Half the side of a square.
const HALF_SIDE: f64 = 0.2;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "checkerboard", label: "Checkerboard", help: "Eight squares with sharp edges." },
    settings: &[],
    suggest: &[("train.sigma", Value::Real(0.06))],
    build: |_, _| Ok(Box::new(Rectangles::new((0..8).map(square).collect(), 0.0))),
};

/// Square `i`: two squares per row, rows from the bottom. Squares of odd rows are shifted one place to the right.
fn square(i: u8) -> Rectangle {
    let (row, place) = (i / 2, 2 * (i % 2) + i / 2 % 2);
    let centre = [place, row].map(|k| HALF_SIDE * (2.0 * f64::from(k) - 3.0));
    Rectangle { share: 0.125, centre, axis: [1.0, 0.0], half: [HALF_SIDE; 2] }
}

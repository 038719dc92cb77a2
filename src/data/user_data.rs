//! The user's own points: a CSV, TSV or `.npy` file that stays on the user's machine.

use super::Dataset;
use super::table::{self, DIGEST, STANDARDISE, TableSource};
use crate::setting::{Choice, Value};

/// The table: any file, with any number of columns.
pub static TABLE: TableSource = TableSource { file: None, columns: None, image: None };

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "user-data",
        label: "Your own points",
        help: "A CSV, TSV or .npy file with a point in each row; it stays on your machine.",
    },
    settings: &[DIGEST, STANDARDISE],
    suggest: &[
        ("train.sigma", Value::Real(0.2)),
        ("sample.step-size", Value::Real(0.2)),
        ("sample.start-deviation", Value::Real(1.0)),
    ],
    build: |settings, table| table::build(settings, table, &TABLE),
};

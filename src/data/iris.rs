//! Fisher's irises: four lengths of 150 plants (UCI, CC BY 4.0). The library does not contain the table: callers
//! provide it.

use super::Dataset;
use super::table::{self, STANDARDISE, TableSource};
use crate::setting::{Choice, Value};

/// The table.
pub static TABLE: TableSource = TableSource { file: Some("iris.csv"), columns: Some(4), image: None };

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "iris",
        label: "Iris",
        help: "Four lengths of 150 plants of three species; Fisher 1936, UCI, CC BY 4.0.",
    },
    settings: &[STANDARDISE],
    suggest: &[
        ("data.count", Value::Integer(150)),
        ("train.sigma", Value::Real(0.3)),
        ("sample.step-size", Value::Real(0.2)),
        ("sample.start-deviation", Value::Real(1.0)),
        ("model.units", Value::Integer(64)),
    ],
    build: |settings, table| table::build(settings, table, &TABLE),
};

//! Wines: thirteen chemical measures of 178 wines (UCI, CC BY 4.0). The library does not contain the table: callers
//! provide it.

use super::Dataset;
use super::table::{self, STANDARDISE, TableSource};
use crate::setting::{Choice, Value};

/// The table.
pub static TABLE: TableSource = TableSource { file: Some("wine.csv"), columns: Some(13), image: None };

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "wine",
        label: "Wine",
        help: "Thirteen chemical measures of 178 wines from three growers; UCI, CC BY 4.0.",
    },
    settings: &[STANDARDISE],
    suggest: &[
        ("data.count", Value::Integer(178)),
        ("train.sigma", Value::Real(0.5)),
        ("sample.step-size", Value::Real(0.2)),
        ("sample.start-deviation", Value::Real(1.0)),
        ("model.units", Value::Integer(64)),
    ],
    build: |settings, table| table::build(settings, table, &TABLE),
};

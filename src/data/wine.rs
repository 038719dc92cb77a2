//! Wines: 178 of them, thirteen results of chemical analysis each (UCI, CC BY 4.0). A table that whoever runs it brings along.

use super::Dataset;
use super::table::{self, STANDARDISE};
use crate::setting::{Choice, Value};

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
    build: |settings, table| table::build(settings, table, Some(13)),
};

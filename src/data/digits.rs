//! Handwritten digits: 1797 images of 8×8 pixels with values from 0 to 16 (UCI, CC BY 4.0). The library does not
//! contain the table: callers provide it.

use super::Dataset;
use super::table::{self, Image, TableSource};
use crate::setting::{Choice, Value};

/// The table.
pub static TABLE: TableSource = TableSource {
    file: Some("digits.npy"),
    columns: Some(64),
    image: Some(Image { width: 8, height: 8, black: 0.0, white: 16.0 }),
};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "digits",
        label: "Digits",
        help: "1797 handwritten digits, 8×8 pixels each, in 64 dimensions; Alpaydin and Kaynak 1998, UCI, CC BY 4.0.",
    },
    settings: &[],
    suggest: &[
        ("data.count", Value::Integer(1797)),
        ("train.sigma", Value::Real(2.0)),
        ("train.rate", Value::Real(0.001)),
        ("train.batch", Value::Integer(128)),
        ("sample.step-size", Value::Real(0.4)),
        ("sample.start-deviation", Value::Real(5.0)),
        ("sample.chains", Value::Integer(100)),
    ],
    build: |settings, table| table::build(settings, table, &TABLE),
};

//! One's own points: a CSV or `.npy` file that never leaves the machine it is on.

use super::Dataset;
use super::table::{self, STANDARDISE};
use crate::setting::{Choice, Setting, SettingKind, Text, Value};

/// What a link says that is about no file in particular.
pub(super) const NO_DIGEST: &str = "0";

/// What the link says of the points, which it does not carry: their file's [`digest`](crate::table::digest).
pub const DIGEST: Setting = Setting {
    key: "data.digest",
    label: "File",
    unit: "",
    help: "Tells this file of points from others; the points themselves stay on your machine.",
    kind: SettingKind::Text { default: Text::new(NO_DIGEST), max: 12, allowed: "0123456789ABCDEF" },
};

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
    build: |settings, table| table::build(settings, table, None),
};

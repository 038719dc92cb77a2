//! Where chains start.

use crate::data::Points;
use crate::field::{Choice, Field, Kind, Settings};
use crate::rng::Stream;

static FROM_DATA: Choice =
    Choice { id: "data", label: "at the data", help: "Each chain starts at a random training point." };
static FROM_GAUSSIAN: Choice = Choice {
    id: "gaussian",
    label: "anywhere",
    help: "Each chain starts at a draw of a wide Gaussian around the origin.",
};

/// Where chains start.
pub static FIELDS: &[Field] = &[
    Field {
        key: "sample.start",
        label: "Start",
        unit: "",
        help: "Where the chains begin.",
        kind: Kind::Choice { default: "data", options: &[&FROM_DATA, &FROM_GAUSSIAN] },
    },
    Field {
        key: "sample.spread",
        label: "Start spread",
        unit: "data units",
        help: "Standard deviation of the Gaussian that chains start from.",
        kind: Kind::Real { default: 0.5, min: 0.0, max: 1000.0 },
    },
];

/// Where chains start.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// At a random training point.
    Data(&'a Points),
    /// At a draw of N(0, spread² I) in R^dim.
    Gaussian {
        /// The dimension.
        dim: usize,
        /// The standard deviation.
        spread: f64,
    },
}

impl<'a> Start<'a> {
    /// The start chosen in `settings`.
    pub fn from_settings(settings: &Settings, points: &'a Points) -> Self {
        if settings.choice("sample.start") == FROM_DATA.id {
            Self::Data(points)
        } else {
            Self::Gaussian { dim: points.dim(), spread: settings.real("sample.spread") }
        }
    }

    pub(super) fn dim(&self) -> usize {
        match self {
            Self::Data(points) => points.dim(),
            Self::Gaussian { dim, .. } => *dim,
        }
    }

    pub(super) fn draw(&self, rng: &mut Stream, out: &mut [f64]) {
        match self {
            Self::Data(points) => out.copy_from_slice(points.point(rng.index(points.len() as u32))),
            Self::Gaussian { spread, .. } => out.fill_with(|| spread * rng.normal()),
        }
    }
}

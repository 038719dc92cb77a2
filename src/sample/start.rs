//! Where chains start.

use alloc::vec::Vec;

use crate::data::Points;
use crate::data::view_plane::ViewPlane;
use crate::rng::Stream;
use crate::setting::{Choice, Condition, Hints, Section, Setting, SettingKind, Settings};

static FROM_DATA: Choice =
    Choice { id: "data", label: "at the data", help: "Each chain starts at a random training point." };
static FROM_GAUSSIAN: Choice =
    Choice { id: "gaussian", label: "anywhere", help: "Each chain starts at a draw of a Gaussian around the origin." };
static FROM_POINT: Choice = Choice { id: "point", label: "at one point", help: "All chains start at the same place." };

/// Where chains start.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "sample.start",
        label: "Start",
        unit: "",
        help: "The first states of the chains.",
        kind: SettingKind::Choice { default: "data", options: &[&FROM_DATA, &FROM_GAUSSIAN, &FROM_POINT] },
        ..Setting::of(Section::Sampling)
    },
    Setting {
        key: "sample.start-deviation",
        label: "Start deviation",
        unit: "data units",
        help: "Standard deviation of the Gaussian that first states are drawn from.",
        kind: SettingKind::Real { default: 0.5, min: 0.0, max: 1000.0 },
        conditions: &[Condition::is("sample.start", FROM_GAUSSIAN.id)],
        hints: Hints { zero: "", negative: "It is a standard deviation, and none is negative." },
        ..Setting::of(Section::Sampling)
    },
    Setting {
        key: "sample.start-x1",
        label: "Start x₁",
        unit: "data units",
        help: "The horizontal coordinate of all first states in the plane that is shown.",
        kind: SettingKind::Real { default: 0.0, min: -1e6, max: 1e6 },
        conditions: &[Condition::is("sample.start", FROM_POINT.id)],
        ..Setting::of(Section::Sampling)
    },
    Setting {
        key: "sample.start-x2",
        label: "Start x₂",
        unit: "data units",
        help: "The vertical coordinate of all first states in the plane that is shown.",
        kind: SettingKind::Real { default: 0.0, min: -1e6, max: 1e6 },
        conditions: &[Condition::is("sample.start", FROM_POINT.id)],
        min_dim: 2,
        ..Setting::of(Section::Sampling)
    },
];

/// Where chains start.
#[derive(Clone, Debug)]
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
    /// At this point of R^d.
    Point(Vec<f64>),
}

impl<'a> Start<'a> {
    /// The start chosen in `settings`. For data of more than two dimensions a chosen point lies in the view plane.
    pub fn from_settings(settings: &Settings, points: &'a Points) -> Self {
        let real = |key| settings.real(key);
        match settings.choice("sample.start") {
            id if id == FROM_DATA.id => Self::Data(points),
            id if id == FROM_POINT.id => Self::Point(
                ViewPlane::from_settings(settings, points).lift(&[real("sample.start-x1"), real("sample.start-x2")]),
            ),
            _ => Self::Gaussian { dim: points.dim(), spread: real("sample.start-deviation") },
        }
    }

    pub(super) fn dim(&self) -> usize {
        match self {
            Self::Data(points) => points.dim(),
            Self::Gaussian { dim, .. } => *dim,
            Self::Point(point) => point.len(),
        }
    }

    pub(super) fn draw(&self, rng: &mut Stream, out: &mut [f64]) {
        match self {
            Self::Data(points) => out.copy_from_slice(points.point(rng.index(points.len() as u32))),
            Self::Gaussian { spread, .. } => out.fill_with(|| spread * rng.normal()),
            Self::Point(point) => out.copy_from_slice(point),
        }
    }
}

//! Data from a table: training, validation and test points, and the empirical distribution of the training points.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Density, Mixture, Points};
use crate::rng::Stream;
use crate::setting::{Choice, Place, Section, Setting, SettingError, SettingKind, Settings, Text};
use crate::table::{Split, Standardisation, Table};

/// The split rows of a table, and the standardisation that was applied to them.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Training points.
    pub training: Points,
    /// Validation points; none if the table has one row.
    pub validation: Points,
    /// Test points; none if the table has fewer than three rows.
    pub test: Points,
    /// Applied to all points.
    pub standardisation: Standardisation,
}

impl From<&Table> for Points {
    /// All rows, in the table's units.
    fn from(table: &Table) -> Self {
        Self { dim: table.columns(), values: table.values().to_vec() }
    }
}

/// Splits the rows of `table` by `seed`. If `standardise`, all points are standardised by the training points' means
/// and deviations, as new points would be.
pub fn points(table: &Table, standardise: bool, seed: u32) -> Parts {
    let split = Split::new(table.rows(), seed);
    let of = |rows: &[u32]| -> Vec<f64> { rows.iter().flat_map(|row| table.row(*row as usize)).copied().collect() };
    let (dim, training) = (table.columns(), of(split.training()));
    let standardisation = if standardise { Standardisation::of(dim, &training) } else { Standardisation::none(dim) };
    let standard = |mut values: Vec<f64>| {
        standardisation.apply(&mut values);
        Points { dim, values }
    };
    let (training, validation, test) =
        (standard(training), standard(of(split.validation())), standard(of(split.test())));
    Parts { training, validation, test, standardisation }
}

/// Whether each column is brought to mean 0 and standard deviation 1.
pub const STANDARDISE: Setting = Setting {
    key: "data.standardise",
    label: "Standardise",
    unit: "",
    help: "Whether each column is first shifted and scaled to mean 0 and standard deviation 1.",
    kind: SettingKind::Choice { default: YES.id, options: &[&YES, &NO] },
    ..Setting::of(Section::Data)
};

static YES: Choice = Choice { id: "yes", label: "yes", help: "All columns have the same weight." };
static NO: Choice = Choice { id: "no", label: "no", help: "The data keep their units." };

/// `data.digest` of a link that accepts any file.
const ANY_FILE: &str = "0";

/// The [`digest`](crate::table::digest) of the file that a link refers to.
pub const DIGEST: Setting = Setting {
    key: "data.digest",
    label: "File",
    unit: "",
    help: "Identifies the file of points; the points themselves stay on your machine.",
    kind: SettingKind::Text { default: Text::new(ANY_FILE), max: 12, allowed: "0123456789ABCDEF" },
    place: Place::File,
    changes_view: true,
    ..Setting::of(Section::Data)
};

/// The expected properties of a dataset's table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableSource {
    /// File name in the page's data folder; `None` if the user chooses the file.
    pub file: Option<&'static str>,
    /// Required number of columns; `None` if any number will do.
    pub columns: Option<usize>,
    /// How to draw a row, if rows are images.
    pub image: Option<Image>,
}

/// How to draw a row as an image: its values are pixels in the table's units, row by row from the top.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Image {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Value of a black pixel.
    pub black: f64,
    /// Value of a white pixel.
    pub white: f64,
}

/// Fails if `settings` name another file than the file of `table`. A table without a file passes.
pub(crate) fn check_digest(settings: &Settings, table: &Table) -> Result<(), SettingError> {
    let key = DIGEST.key;
    let Some(found) = table.digest().filter(|_| settings.has(key)) else {
        return Ok(());
    };
    let expected = settings.text(key);
    if [ANY_FILE, found].contains(&expected.as_str()) {
        return Ok(());
    }
    Err(SettingError::new(key, expected.as_str(), format!("be {found}, as that is this file's")))
}

/// Builds the density of a dataset from its table, which `source` describes. Fails if the table is missing, is another
/// file or has another number of columns.
pub(super) fn build(
    settings: &Settings,
    table: Option<&Table>,
    source: &TableSource,
) -> Result<Box<dyn Density>, SettingError> {
    let id = settings.choice(super::DATASET.key);
    let table = table.ok_or_else(|| SettingError::new(super::DATASET.key, id, "come with its table of points"))?;
    check_digest(settings, table)?;
    if let Some(expected) = source.columns.filter(|columns| *columns != table.columns()) {
        return Err(SettingError::new(super::DATASET.key, table.columns(), format!("have {expected} columns")));
    }
    let standardise = settings.has(STANDARDISE.key) && settings.choice(STANDARDISE.key) == YES.id;
    let mut parts = points(table, standardise, settings.integer("seed"));
    parts.training.truncate(settings.integer(super::COUNT.key) as usize);
    Ok(Box::new(Empirical { points: parts.training.clone(), parts: Some(parts) }))
}

/// Maximum number of Gaussians in the smoothed density. With a million, 64 evaluations would take a second.
pub const MOST_SMOOTHED: usize = 1 << 14;

/// The empirical distribution: probability 1/n at each of n points. It has no density, but its smoothed version has
/// one.
#[derive(Clone, Debug)]
pub struct Empirical {
    points: Points,
    parts: Option<Parts>,
}

impl Empirical {
    /// The distribution of one or more points. Their order must be random if there are more than 16,384:
    /// [`Density::smoothed`] uses the first 16,384.
    ///
    /// # Panics
    ///
    /// If `points` is empty.
    pub fn new(points: Points) -> Self {
        assert!(!points.is_empty());
        Self { points, parts: None }
    }
}

impl Density for Empirical {
    fn dim(&self) -> usize {
        self.points.dim()
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out.copy_from_slice(self.points.point(rng.index(self.points.len() as u32)));
    }

    fn parts(&self) -> Option<&Parts> {
        self.parts.as_ref()
    }

    fn log_density(&self, _: &[f64]) -> Option<f64> {
        None
    }

    fn score(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    fn hessian(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    /// A mixture with a Gaussian at each of the first 16,384 points. Rows of a table are shuffled, so these are a
    /// random sample.
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let Points { dim, values } = &self.points;
        let count = self.points.len().min(MOST_SMOOTHED);
        let mixture = Mixture::isotropic(*dim, &vec![1.0; count], values[..count * dim].to_vec(), sigma * sigma);
        mixture.ok().map(|mixture| Box::new(mixture) as Box<dyn Density>)
    }
}

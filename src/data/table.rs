//! The rows of a table as data: training, validation and test points, and the density that draws from them.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Dataset, Density, Mixture, Points, digits, iris, user_data, wine};
use crate::rng::Stream;
use crate::setting::{Choice, Setting, SettingError, SettingKind, Settings};
use crate::table::{Split, Standardisation, Table};

/// A table's rows in three parts, and the way back to the table's units.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The points to train on.
    pub training: Points,
    /// The points to decide by; none if the table has one row.
    pub validation: Points,
    /// The points to report on; none if the table has fewer than three rows.
    pub test: Points,
    /// What was applied to all of them.
    pub standardisation: Standardisation,
}

impl From<&Table> for Points {
    /// All rows, in the table's units.
    fn from(table: &Table) -> Self {
        Self { dim: table.columns(), values: table.values().to_vec() }
    }
}

/// Shares out the rows of `table` by the seed. If `standardise`, means and deviations are those of the training points: the
/// others are looked at as new points would be.
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
    help: "Whether every column is shifted and scaled to mean 0 and standard deviation 1 first.",
    kind: SettingKind::Choice { default: YES.id, options: &[&YES, &NO] },
};

static YES: Choice = Choice { id: "yes", label: "yes", help: "All columns count alike." };
static NO: Choice = Choice { id: "no", label: "no", help: "The data stay in their units." };

/// The datasets that need a table, with the file beside the page that holds it; one's own has none.
pub static FILES: [(&Dataset, Option<&str>); 4] = [
    (&iris::DATASET, Some("iris.csv")),
    (&wine::DATASET, Some("wine.csv")),
    (&digits::DATASET, Some("digits.npy")),
    (&user_data::DATASET, None),
];

/// How a row of a table of images is seen: its numbers are pixels, row by row from the top, in the table's units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Image {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The number of a black pixel.
    pub black: f64,
    /// The number of a white one.
    pub white: f64,
}

/// The datasets whose points are images.
pub static IMAGES: [(&Dataset, &Image); 1] = [(&digits::DATASET, &digits::IMAGE)];

/// How the points of `dataset` are seen, if they are images.
pub fn image(dataset: &Dataset) -> Option<&'static Image> {
    IMAGES.iter().find(|(other, _)| other.choice == dataset.choice).map(|(_, image)| *image)
}

/// What needs a table: `None` for datasets that do not, else the file that holds it if there is one.
pub fn needed(dataset: &Dataset) -> Option<Option<&'static str>> {
    FILES.iter().find(|(other, _)| other.choice == dataset.choice).map(|(_, file)| *file)
}

/// Whether `table` is the one that `settings` are about: an error if they tell a digest and its file has another. Numbers that
/// were read from no file are taken on trust.
pub(crate) fn check_digest(settings: &Settings, table: &Table) -> Result<(), SettingError> {
    let key = user_data::DIGEST.key;
    let Some(found) = table.digest().filter(|_| settings.has(key)) else {
        return Ok(());
    };
    let told = settings.text(key);
    if [user_data::NO_DIGEST, found].contains(&told.as_str()) {
        return Ok(());
    }
    Err(SettingError::new(key, told.as_str(), format!("be {found}, as that is this file's")))
}

/// The density of a dataset that is a table of `columns` columns, if that is known; an error names what is missing.
pub(super) fn build(
    settings: &Settings,
    table: Option<&Table>,
    columns: Option<usize>,
) -> Result<Box<dyn Density>, SettingError> {
    let id = settings.choice(super::DATASET.key);
    let table = table.ok_or_else(|| SettingError::new(super::DATASET.key, id, "come with its table of points"))?;
    check_digest(settings, table)?;
    if let Some(expected) = columns.filter(|columns| *columns != table.columns()) {
        return Err(SettingError::new(super::DATASET.key, table.columns(), format!("have {expected} columns")));
    }
    let standardise = settings.has(STANDARDISE.key) && settings.choice(STANDARDISE.key) == YES.id;
    let mut parts = points(table, standardise, settings.integer("seed"));
    parts.training.truncate(settings.integer(super::COUNT.key) as usize);
    Ok(Box::new(Empirical { points: parts.training.clone(), parts: Some(parts) }))
}

/// The most rows whose Gaussians make up a smoothed density: looking at one of a million would take a second for each 64 places.
pub const MOST_SMOOTHED: usize = 1 << 14;

/// The distribution that gives each of n points the probability 1/n. It has no density, but its smoothed version has.
#[derive(Clone, Debug)]
pub struct Empirical {
    points: Points,
    parts: Option<Parts>,
}

impl Empirical {
    /// Of `points`, at least one; more than 16,384 in an order that says nothing of them, as only so many are blurred.
    ///
    /// # Panics
    ///
    /// If there is no point.
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

    /// A Gaussian at each point or, of more than 16,384, at the first so many: a table's rows are in an order that the seed
    /// draws, so these are a sample of all.
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let Points { dim, values } = &self.points;
        let count = self.points.len().min(MOST_SMOOTHED);
        let mixture = Mixture::isotropic(*dim, &vec![1.0; count], values[..count * dim].to_vec(), sigma * sigma);
        mixture.ok().map(|mixture| Box::new(mixture) as Box<dyn Density>)
    }
}

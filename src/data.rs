//! Densities of the datasets, and the training points drawn from them.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::rng::{Purpose, Stream, stream};
use crate::setting::{self, Choice, Section, Setting, SettingError, SettingKind, Settings, Variant};
use crate::table::Table;

pub mod atoms;
pub mod curve;
pub mod energy;
pub mod mixture;
pub mod smoothed;
pub mod table;
pub mod uniform_rectangles;
pub mod view_plane;

pub use mixture::Mixture;
pub use smoothed::Smoothed;
pub use table::TableSource;

/// A probability density on R^d. Methods return `None` where there is no closed form.
///
/// ```
/// use scorescape::data::{Density, Mixture, Points};
///
/// // Two Gaussians on the line, each of variance 0.04.
/// let mixture = Mixture::isotropic(1, &[1.0, 1.0], vec![-1.0, 1.0], 0.04)?;
/// let points = Points::draw(&mixture, 1000, 1);
/// assert!(points.mean()[0].abs() < 0.2);
///
/// // Noise of σ = 0.3 adds 0.09 to the variance; half-way between the means the score is zero.
/// let smoothed = mixture.smoothed(0.3).expect("a mixture stays a mixture");
/// let mut score = [f64::NAN];
/// smoothed.score(&[0.0], &mut score).expect("a closed form");
/// assert!(score[0].abs() < 1e-12);
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
pub trait Density: Send + Sync {
    /// The dimension d.
    fn dim(&self) -> usize;

    /// Draws one point into `out` (length d).
    fn sample(&self, rng: &mut Stream, out: &mut [f64]);

    /// Fixed training, validation and test points; `None` for a density that draws new points.
    fn parts(&self) -> Option<&table::Parts> {
        None
    }

    /// log p(x).
    fn log_density(&self, x: &[f64]) -> Option<f64>;

    /// Writes ∇ log p(x) to `out` (length d).
    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()>;

    /// Writes the Hessian of log p at x to `out` (d×d, row-major).
    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()>;

    /// The density of X + `sigma` ε, ε standard normal: p * N(0, σ²I).
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>>;
}

/// Builds a density from its settings and, for datasets read from a table, that table. An error names the invalid
/// setting.
pub type Builder = fn(&Settings, Option<&Table>) -> Result<Box<dyn Density>, SettingError>;

/// A dataset: its name, its own settings, its defaults for other settings, and its builder.
pub type Dataset = Variant<Builder>;

// One file and one line each.
setting::variants! {
    /// All datasets, in the order of the menu.
    DATASETS: Dataset, DATASET in
    spiral
    spiral_weighted
    spiral_wide_noise
    three_points
    two_wells
    three_wells
    one_well
    random_energy_1d
    two_bumps
    sine
    cae_line
    cae_wave
    random_energy_2d
    ninja_star
    butterfly
    gmm_manifold
    digits
    iris
    wine
    two_moons
    swiss_roll
    s_curve
    pinwheel
    checkerboard
    circles
    ring_of_gaussians
    grid_of_gaussians
    banana
    gaussian
    word
    user_data
}

static CHOICES: [&Choice; DATASETS.len()] = setting::choices(DATASETS);

/// The dataset setting.
pub static DATASET: Setting = Setting {
    key: "data",
    label: "Data",
    unit: "",
    help: "The density of the training points.",
    kind: SettingKind::Choice { default: "spiral", options: &CHOICES },
    changes_view: true,
    ..Setting::of(Section::Data)
};

/// The number of training points.
pub static COUNT: Setting = Setting {
    key: "data.count",
    label: "Points",
    unit: "points",
    help: "The number of training points, or the maximum number of rows from a table. Its exact score uses at most 16,384 rows.",
    kind: SettingKind::Integer { default: 10_000, min: 1, max: 1_000_000 },
    ..Setting::of(Section::Data)
};

/// The datasets that are read from a table, with the facts about each table.
static TABLE_SOURCES: [(&Dataset, &TableSource); 4] = [
    (&digits::DATASET, &digits::TABLE),
    (&iris::DATASET, &iris::TABLE),
    (&wine::DATASET, &wine::TABLE),
    (&user_data::DATASET, &user_data::TABLE),
];

/// The facts about the table of `dataset`; `None` for a dataset drawn from a density.
pub fn table_source(dataset: &Dataset) -> Option<&'static TableSource> {
    TABLE_SOURCES.iter().find(|(other, _)| other.choice == dataset.choice).map(|(_, source)| *source)
}

/// The dataset with the given id.
pub fn dataset(id: &str) -> Option<&'static Dataset> {
    DATASETS.iter().copied().find(|dataset| dataset.choice.id == id)
}

/// Points of R^d, stored point after point.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    dim: usize,
    values: Vec<f64>,
}

impl Points {
    /// Draws `count` points of `density` from the data stream of `seed`.
    pub fn draw(density: &dyn Density, count: usize, seed: u32) -> Self {
        Self::draw_from(density, count, &mut stream(seed, Purpose::Data, 0))
    }

    /// Draws `count` points of `density` with `rng`.
    pub fn draw_from(density: &dyn Density, count: usize, rng: &mut Stream) -> Self {
        let mut values = vec![0.0; count * density.dim()];
        values.chunks_exact_mut(density.dim()).for_each(|point| density.sample(rng, point));
        Self { dim: density.dim(), values }
    }

    /// The dimension d.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.values.len() / self.dim
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All coordinates, stored point after point.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Point `i`.
    pub fn point(&self, i: usize) -> &[f64] {
        &self.values[i * self.dim..(i + 1) * self.dim]
    }

    /// Keeps the first `count` points.
    fn truncate(&mut self, count: usize) {
        self.values.truncate(count * self.dim);
    }

    /// The mean of all points.
    pub fn mean(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.dim];
        for point in self.values.chunks_exact(self.dim) {
            mean.iter_mut().zip(point).for_each(|(m, x)| *m += x);
        }
        mean.iter_mut().for_each(|m| *m /= self.len() as f64);
        mean
    }
}

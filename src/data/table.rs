//! The rows of a table as data: training, validation and test points, and the density that draws from them.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Density, Mixture, Points};
use crate::rng::Stream;
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

/// The distribution that gives each of n points the probability 1/n. It has no density, but its smoothed version has.
#[derive(Clone, Debug)]
pub struct Empirical(Points);

impl Empirical {
    /// Of `points`, at least one.
    ///
    /// # Panics
    ///
    /// If there is no point.
    pub fn new(points: Points) -> Self {
        assert!(!points.is_empty());
        Self(points)
    }
}

impl Density for Empirical {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out.copy_from_slice(self.0.point(rng.index(self.0.len() as u32)));
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

    /// A Gaussian at each point: what it costs to look at grows with their number.
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let Points { dim, values } = &self.0;
        let mixture = Mixture::isotropic(*dim, &vec![1.0; self.0.len()], values.clone(), sigma * sigma);
        mixture.ok().map(|mixture| Box::new(mixture) as Box<dyn Density>)
    }
}

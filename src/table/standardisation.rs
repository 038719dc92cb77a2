//! Standardisation: shifts and scales columns to mean 0 and standard deviation 1, and back.

use alloc::vec;
use alloc::vec::Vec;

use crate::math;

/// Mean and standard deviation of each column: divided by n, not n - 1; 1 for a constant column.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardisation {
    means: Vec<f64>,
    deviations: Vec<f64>,
}

impl Standardisation {
    /// The standardisation of `points` (n×`columns`, row-major); the identity if n = 0.
    pub fn of(columns: usize, points: &[f64]) -> Self {
        let mut found = Self::none(columns);
        for (k, (mean, deviation)) in found.means.iter_mut().zip(&mut found.deviations).enumerate() {
            let column = || points.iter().skip(k).step_by(columns).copied();
            let count = (points.len() / columns) as f64;
            // The rounded mean of equal numbers can differ from the number.
            let Some(first) = column().next() else { continue };
            *mean = if column().all(|x| x == first) { first } else { column().sum::<f64>() / count };
            let variance = column().map(|x| (x - *mean) * (x - *mean)).sum::<f64>() / count;
            if variance > 0.0 {
                *deviation = math::sqrt(variance);
            }
        }
        found
    }

    /// The identity in R^`columns`.
    pub fn none(columns: usize) -> Self {
        Self { means: vec![0.0; columns], deviations: vec![1.0; columns] }
    }

    /// Mean of each column.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Standard deviation of each column.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// Standardises points (row-major) in place: z = (x - mean)/deviation.
    pub fn apply(&self, points: &mut [f64]) {
        self.for_each(points, |x, mean, deviation| (x - mean) / deviation);
    }

    /// The inverse of [`Standardisation::apply`]: x = mean + deviation · z.
    pub fn undo(&self, points: &mut [f64]) {
        self.for_each(points, |z, mean, deviation| mean + deviation * z);
    }

    fn for_each(&self, points: &mut [f64], map: fn(f64, f64, f64) -> f64) {
        for point in points.chunks_exact_mut(self.means.len()) {
            let columns = self.means.iter().zip(&self.deviations);
            point.iter_mut().zip(columns).for_each(|(x, (mean, deviation))| *x = map(*x, *mean, *deviation));
        }
    }
}

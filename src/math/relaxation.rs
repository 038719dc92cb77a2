//! Five-point equations on a rectangle of cells by red-black over-relaxation, each cell with its own factor (Botta and Veldman,
//! *On local relaxation methods and their application to convection-diffusion equations*, 1982).
//!
//! Each cell is corrected from its neighbours alone, so only ratios of weights enter and a cell whose weight is e^-1000 of the
//! greatest converges like any other; conjugate gradients would have to go on until a weighted residual is that small.
//! The factor is the best one for eigenvalues in an ellipse with half-axes a, the sum of the cell's weights, and
//! c = |e - w| + |n - s|: 2/(1 + √(1 - a² + c²)) (Young, *Iterative Solution of Large Linear Systems*, 1971). Where weights are
//! lopsided it falls to 1: a greater one would amplify rounding errors from cell to cell.

use alloc::vec;
use alloc::vec::Vec;

use super::sqrt;

/// Sweeps after which an iteration is given up.
const MOST_SWEEPS: usize = 5000;

/// u = f + e u_east + w u_west + n u_north + s u_south for each cell.
#[derive(Clone, Debug)]
pub struct FivePoint {
    columns: usize,
    /// East, west, north, south, row by row; 0 where there is no such cell, none negative, their sum below 1.
    weights: Vec<[f64; 4]>,
    /// By how much each correction is multiplied, in [1, 2).
    factors: Vec<f64>,
}

impl FivePoint {
    /// Equations with the given `weights` (east, west, north, south) for cells in rows of `columns`. `radius` in [0, 1) is
    /// about the spectral radius of the matrix of weights; another one costs sweeps, not accuracy.
    pub fn new(columns: usize, weights: Vec<[f64; 4]>, radius: f64) -> Self {
        let factor = |[east, west, north, south]: &[f64; 4]| {
            let a = (east + west + (north + south)).min(radius);
            let c = (east - west).abs() + (north - south).abs();
            2.0 / (1.0 + sqrt(1.0 - a * a + c * c))
        };
        let factors = weights.iter().map(factor).collect();
        Self { columns, weights, factors }
    }

    /// The u for `forces` f, to within about `tolerance` in every cell, and the number of sweeps; `None` if that many do not
    /// suffice.
    pub fn solve(&self, forces: &[f64], tolerance: f64) -> Option<(Vec<f64>, usize)> {
        // A ring of zeros around the cells stands for neighbours that are not there.
        let stride = self.columns + 2;
        let rows = self.weights.len() / self.columns;
        let mut values = vec![0.0; stride * (rows + 2)];
        // The error shrinks by about factor - 1 with each sweep.
        let greatest = self.factors.iter().copied().fold(1.0, f64::max);
        for sweep in 1..=MOST_SWEEPS {
            let change = self.relax(&mut values, forces, 0).max(self.relax(&mut values, forces, 1));
            if change <= tolerance * (2.0 - greatest) {
                let inner = values.chunks_exact(stride).skip(1).take(rows);
                return Some((inner.flat_map(|row| &row[1..=self.columns]).copied().collect(), sweep));
            }
        }
        None
    }

    /// Corrects all cells of one colour and returns the greatest change.
    fn relax(&self, values: &mut [f64], forces: &[f64], colour: usize) -> f64 {
        let (columns, stride) = (self.columns, self.columns + 2);
        let mut greatest: f64 = 0.0;
        for row in 0..self.weights.len() / columns {
            let range = row * columns..(row + 1) * columns;
            let (weights, factors) = (&self.weights[range.clone()], &self.factors[range.clone()]);
            let forces = &forces[range];
            let (below, rest) = values[row * stride..].split_at_mut(stride);
            let (here, above) = rest.split_at_mut(stride);
            for column in ((row + colour) % 2..columns).step_by(2) {
                let [east, west, north, south] = weights[column];
                let sides = east * here[column + 2] + west * here[column];
                let value = forces[column] + (sides + (north * above[column + 1] + south * below[column + 1]));
                let change = factors[column] * (value - here[column + 1]);
                here[column + 1] += change;
                greatest = greatest.max(change.abs());
            }
        }
        greatest
    }
}

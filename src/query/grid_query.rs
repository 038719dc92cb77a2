//! A quantity of a score at each cell of a grid, computed in slices.

use alloc::vec;
use alloc::vec::Vec;

use super::{Grid, Split, asymmetry, curl};
use crate::math;
use crate::math::eigen::SymmetricEigen;
use crate::score::Score;
use crate::setting::{SettingError, Value};

/// The number of points in one call of the score.
const BATCH: usize = 64;

/// A quantity of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// s: d numbers.
    Score,
    /// E by the [`Split`], with minimum zero; known only when the query is complete.
    Energy,
    /// ‖r(x) - x‖² = σ⁴‖s‖². It is not an energy: it is zero at maxima, minima and saddles alike.
    ReconstructionError,
    /// The [`curl`] in the grid's plane; zero on a line.
    Curl,
    /// The [`asymmetry()`] of J.
    Asymmetry,
    /// The eigenvalues of the Hessian of log p by the score, in descending order: d numbers.
    HessianEigenvalues,
}

impl Quantity {
    /// The number of values per cell for a score on R^`dim`.
    pub fn width(self, dim: usize) -> usize {
        match self {
            Self::Score | Self::HessianEigenvalues => dim,
            _ => 1,
        }
    }
}

/// A quantity on a grid, complete or in progress.
#[derive(Clone, Debug)]
pub struct GridQuery {
    grid: Grid,
    quantity: Quantity,
    sigma: f64,
    next: usize,
    values: Vec<f64>,
    points: Vec<f64>,
    scores: Vec<f64>,
    jacobian: Vec<f64>,
    eigen: SymmetricEigen,
    edges: [Vec<f64>; 2],
    split: Option<Split>,
}

impl GridQuery {
    /// A query of `quantity` at the cells of `grid`, for a score trained with corruption `sigma`; an error unless
    /// `sigma` is positive and finite.
    pub fn new(grid: Grid, quantity: Quantity, sigma: f64) -> Result<Self, SettingError> {
        if !(sigma > 0.0 && sigma.is_finite()) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be positive and finite"));
        }
        let dim = grid.dim();
        Ok(Self {
            quantity,
            sigma,
            next: 0,
            values: vec![0.0; grid.cells() * quantity.width(dim)],
            points: vec![0.0; BATCH * dim],
            scores: vec![0.0; BATCH * dim],
            jacobian: vec![0.0; dim * dim],
            eigen: SymmetricEigen::new(dim),
            edges: [grid.across(), grid.up()],
            split: (quantity == Quantity::Energy).then(|| Split::new(grid.clone())),
            grid,
        })
    }

    /// Computes the next `cells` cells with `score`. True once the query is complete. Energies take about four times
    /// the number of cells. The query itself allocates nothing.
    ///
    /// # Panics
    ///
    /// Unless the score is on the grid's R^d.
    pub fn advance(&mut self, score: &dyn Score, cells: usize) -> bool {
        assert_eq!(score.dim(), self.grid.dim());
        if let Some(split) = &mut self.split {
            if split.advance(score, cells) {
                self.values.copy_from_slice(split.potential());
                self.next = self.grid.cells();
            }
            return self.is_complete();
        }
        let end = self.next.saturating_add(cells).min(self.grid.cells());
        while self.next < end {
            let count = BATCH.min(end - self.next);
            self.compute_batch(score, count);
            self.next += count;
        }
        self.is_complete()
    }

    /// Computes the next `count` cells, at most a batch.
    fn compute_batch(&mut self, score: &dyn Score, count: usize) {
        let (dim, next) = (self.grid.dim(), self.next);
        let points = &mut self.points[..count * dim];
        points.chunks_exact_mut(dim).enumerate().for_each(|(i, x)| self.grid.point(next + i, x));
        let width = self.quantity.width(dim);
        let values = &mut self.values[next * width..][..count * width];
        match self.quantity {
            Quantity::Score | Quantity::Energy => score.scores(points, values),
            Quantity::ReconstructionError => {
                let scores = &mut self.scores[..count * dim];
                score.scores(points, scores);
                let variance = self.sigma * self.sigma;
                let error = |s: &[f64]| variance * variance * math::dot(s, s);
                values.iter_mut().zip(scores.chunks_exact(dim)).for_each(|(value, s)| *value = error(s));
            }
            derivative => {
                for (x, out) in points.chunks_exact(dim).zip(values.chunks_exact_mut(width)) {
                    score.jacobian(x, &mut self.jacobian);
                    match derivative {
                        Quantity::Curl => out[0] = curl(&self.jacobian, &self.edges[0], &self.edges[1]),
                        Quantity::Asymmetry => out[0] = asymmetry(&self.jacobian, dim, self.sigma),
                        _ => {
                            self.eigen.decompose(&self.jacobian);
                            out.copy_from_slice(self.eigen.values());
                        }
                    }
                }
            }
        }
    }

    /// The number of computed cells, counted from the first.
    pub fn known(&self) -> usize {
        self.next
    }

    /// Whether all cells are computed.
    pub fn is_complete(&self) -> bool {
        self.next == self.grid.cells()
    }

    /// The values of each cell, one cell after another; zero for cells not yet computed.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The grid.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The split for energies; `None` for other quantities.
    pub fn split(&self) -> Option<&Split> {
        self.split.as_ref()
    }
}

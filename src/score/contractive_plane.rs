//! The reconstruction-contractive optimum in the plane: the r that minimises E[‖r(x) - x‖² + σ²‖∂r/∂x‖²_F] (Alain and
//! Bengio 2014). Each coordinate solves p (r_k - x_k) = σ² div(p ∇r_k) separately, with no flux through the border.
//!
//! On square cells of side h with centres x_i, the score u = (r - x)/σ² solves (P + σ²L/h²) u_k = -L x_k/h². L is the
//! five-point stencil with edge weights ½(p_i + p_j). The right-hand side is a difference of densities, so nothing
//! cancels as σ → 0. Each row is divided by its p_i, so only ratios of neighbouring densities occur and none
//! underflows.

use alloc::vec::Vec;

use super::Score;
use super::contractive_line::{no_closed_form, ratio};
use crate::data::Density;
use crate::math::cubic_hermite::{catmull_rom, hermite, hermite_slope};
use crate::math::five_point_elimination::{Cell, solve};
use crate::setting::{SettingError, Value};

/// The least number of columns and of rows, required by the cubic.
const MIN_CELLS: usize = 4;
/// The greatest number of columns and of rows; solving then takes a second and 134 MB.
const MAX_CELLS: usize = 256;
/// The range of σ in cells. Below it, no grid resolves the effect of σ; above it, no grid is wide enough.
const SIGMA_RANGE: core::ops::RangeInclusive<f64> = 0.01..=100.0;

/// Square cells of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    /// The left edge of the first column.
    pub left: f64,
    /// The bottom edge of the first row.
    pub bottom: f64,
    /// The side h of a cell.
    pub size: f64,
    /// The number of columns, 4 to 256.
    pub columns: usize,
    /// The number of rows, 4 to 256.
    pub rows: usize,
}

impl Cells {
    /// The centres of all cells as points, row by row from the bottom.
    pub fn centres(&self) -> impl Iterator<Item = [f64; 2]> {
        let Self { left, bottom, size, columns, rows } = *self;
        let centre =
            move |i: usize| [left + ((i % columns) as f64 + 0.5) * size, bottom + ((i / columns) as f64 + 0.5) * size];
        (0..columns * rows).map(centre)
    }

    fn check(&self) -> Result<(), SettingError> {
        let Self { left, bottom, size, columns, rows } = *self;
        let allowed = MIN_CELLS..=MAX_CELLS;
        if let Some(count) = [columns, rows].into_iter().find(|count| !allowed.contains(count)) {
            return Err(SettingError::new("cells", count, "be 4 to 256 in each direction"));
        }
        // Centres must differ, and their squares must be finite; comparisons with NaN are false.
        let farthest = left.abs() + bottom.abs() + size * (columns + rows) as f64;
        if !(size > 1e-12 * farthest && size > 1e-100 && farthest < 1e100) {
            return Err(SettingError::new("size", Value::Real(size), "be positive and the rectangle finite"));
        }
        Ok(())
    }
}

/// The score (r - x)/σ² of the optimum: a product of Catmull-Rom cubics between the cells' centres. Beyond the
/// outermost centres r is constant.
#[derive(Clone, Debug)]
pub struct ContractivePlane {
    cells: Cells,
    variance: f64,
    /// u of each cell.
    scores: Vec<[f64; 2]>,
}

impl ContractivePlane {
    /// The optimum for corruption `sigma` of 0.01 to 100 cells and a density with `log_densities` (up to a constant) at
    /// the cells' centres, row by row from the bottom. The density should be negligible at the border.
    pub fn new(cells: Cells, log_densities: &[f64], sigma: f64) -> Result<Self, SettingError> {
        cells.check()?;
        if !SIGMA_RANGE.contains(&(sigma / cells.size)) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be 0.01 to 100 times the size of a cell"));
        }
        if log_densities.len() != cells.columns * cells.rows || !log_densities.iter().all(|log| log.is_finite()) {
            return Err(SettingError::new("log_densities", log_densities.len(), "be finite, one for each cell"));
        }
        let scores = solve(cells.columns, &equations(&cells, log_densities, sigma));
        Ok(Self { cells, variance: sigma * sigma, scores })
    }

    /// The optimum for `density` on the given cells.
    pub fn of(density: &dyn Density, cells: Cells, sigma: f64) -> Result<Self, SettingError> {
        cells.check()?;
        if density.dim() != 2 {
            return Err(SettingError::new("density", density.dim(), "have two dimensions"));
        }
        let log_densities = cells.centres().map(|x| density.log_density(&x)).collect::<Option<Vec<f64>>>();
        Self::new(cells, &log_densities.ok_or_else(no_closed_form)?, sigma)
    }

    /// The cells.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The position of `x` on an axis of `count` cells from `start`, limited to the range of the centres, and the
    /// distance of x from that range.
    fn place(&self, x: f64, start: f64, count: usize) -> Place {
        let exact = (x - start) / self.cells.size - 0.5;
        // Not `clamp`: its panic message formats floating-point numbers, which would enlarge the module.
        let inside = exact.max(0.0).min((count - 1) as f64);
        let first = (inside as usize).min(count - 2);
        let t = inside - first as f64;
        let outside = exact - inside;
        let slope = if outside == 0.0 { catmull_rom(hermite_slope(t)) } else { [0.0; 4] };
        Place { first, count, value: catmull_rom(hermite(t)), slope, outside: outside * self.cells.size }
    }

    fn places(&self, x: &[f64]) -> [Place; 2] {
        let Cells { left, bottom, columns, rows, .. } = self.cells;
        [self.place(x[0], left, columns), self.place(x[1], bottom, rows)]
    }

    /// Σ a_i b_j u_ij over the four columns and four rows around a place.
    fn sum(&self, places: &[Place; 2], across: &[f64; 4], up: &[f64; 4]) -> [f64; 2] {
        let [column, row] = places;
        let mut total = [0.0; 2];
        for (j, b) in row.neighbours(up) {
            for (i, a) in column.neighbours(across) {
                let score = self.scores[j * self.cells.columns + i];
                total[0] += a * b * score[0];
                total[1] += a * b * score[1];
            }
        }
        total
    }
}

/// A position on one axis: after centre `first` of `count`, with the weights of the surrounding centres for value and
/// slope.
struct Place {
    first: usize,
    count: usize,
    value: [f64; 4],
    slope: [f64; 4],
    outside: f64,
}

impl Place {
    /// The four surrounding centres with their weights. A centre outside the grid is extrapolated linearly from the
    /// next two centres.
    fn neighbours(&self, weights: &[f64; 4]) -> [(usize, f64); 4] {
        let (i, [a, b, c, d]) = (self.first, *weights);
        if i == 0 {
            [(0, b + 2.0 * a), (1, c - a), (2, d), (3, 0.0)]
        } else if i + 2 == self.count {
            [(i - 2, 0.0), (i - 1, a), (i, b - d), (i + 1, c + 2.0 * d)]
        } else {
            [(i - 1, a), (i, b), (i + 1, c), (i + 2, d)]
        }
    }
}

/// The equations, each divided by its diagonal entry.
fn equations(cells: &Cells, log_densities: &[f64], sigma: f64) -> Vec<Cell> {
    let Cells { columns, rows, size, .. } = *cells;
    let coupling = (sigma / size) * (sigma / size);
    let equation = |(i, log_density): (usize, &f64)| {
        let (column, row) = (i % columns, i / columns);
        let edge =
            |is_there: bool, j: usize| if is_there { 0.5 * (1.0 + ratio(*log_density, log_densities[j])) } else { 0.0 };
        let edges = [
            edge(column + 1 < columns, i + 1),
            edge(column > 0, i.wrapping_sub(1)),
            edge(row + 1 < rows, i + columns),
            edge(row > 0, i.wrapping_sub(columns)),
        ];
        let diagonal = 1.0 + coupling * (edges[0] + edges[1] + (edges[2] + edges[3]));
        Cell {
            weights: edges.map(|edge| coupling * edge / diagonal),
            excess: 1.0 / diagonal,
            forces: [(edges[0] - edges[1]) / (size * diagonal), (edges[2] - edges[3]) / (size * diagonal)],
        }
    };
    log_densities.iter().enumerate().map(equation).collect()
}

impl Score for ContractivePlane {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        for (x, out) in points.chunks_exact(2).zip(out.chunks_exact_mut(2)) {
            let places = self.places(x);
            let score = self.sum(&places, &places[0].value, &places[1].value);
            for k in 0..2 {
                out[k] = score[k] - places[k].outside / self.variance;
            }
        }
    }

    /// The derivatives of the cubics; r is constant beyond the outermost centres.
    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        let places = self.places(x);
        let across = self.sum(&places, &places[0].slope, &places[1].value);
        let up = self.sum(&places, &places[0].value, &places[1].slope);
        for k in 0..2 {
            out[2 * k] = across[k] / self.cells.size;
            out[2 * k + 1] = up[k] / self.cells.size;
            if places[k].outside != 0.0 {
                out[3 * k] -= 1.0 / self.variance;
            }
        }
    }
}

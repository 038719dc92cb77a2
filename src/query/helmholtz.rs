//! The Helmholtz split of a score on a grid: s = -∇E + R. The potential E minimises ∫|R|²; the remainder R then has no
//! divergence and no flux through the grid's border (Jiang et al. 2011).
//!
//! Between the centres a, b of neighbouring cells, the score's path integral δ_ab estimates E(b) - E(a), with an error
//! of order six in the spacing. E minimises Σ w_ab (E(b) - E(a) - δ_ab)² over all pairs; the weight w_ab is the shared
//! side of two cells divided by the distance of their centres. This is a discrete Poisson equation with a natural
//! boundary, solved exactly by cosine transforms. For the gradient of an energy, E is that energy up to a constant, as
//! exact as the path integrals. For another field E is the nearest potential, with an error of order two in the
//! spacing, and the remainder's share measures the distance.
//!
//! On a plane in R^d, d > 2, the split is for the component of the field within the plane.

use alloc::vec;
use alloc::vec::Vec;

use super::Grid;
use crate::math::dct::CosineTransform;
use crate::score::{Path, Score};

/// Gauss-Legendre nodes between two centres.
const NODES: usize = 3;

/// The stage of [`Split::advance`]; `next` is the number of the next cell or line in it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Edges,
    Rows,
    Columns,
    RowsBack,
    Complete,
}

/// A split, complete or in progress.
#[derive(Clone, Debug)]
pub struct Split {
    grid: Grid,
    path: Path,
    stage: Stage,
    next: usize,
    /// δ from each cell to the next cell in its row; `above` holds δ to the cell above. 0 at the border.
    right: Vec<f64>,
    above: Vec<f64>,
    /// The equation's right-hand side, then its transform, then E.
    potential: Vec<f64>,
    /// The energy of the field, ∫|s|².
    energy: f64,
    transforms: [CosineTransform; 2],
    line: Vec<f64>,
    image: Vec<f64>,
    from: Vec<f64>,
    to: Vec<f64>,
}

impl Split {
    /// The split of a score on the points of `grid`, not yet started.
    pub fn new(grid: Grid) -> Self {
        let (dim, cells, longest) = (grid.dim(), grid.cells(), grid.columns().max(grid.rows()));
        let transforms = [CosineTransform::new(grid.columns()), CosineTransform::new(grid.rows())];
        let path = Path::gauss_legendre(NODES, dim).expect("three nodes make a rule");
        let numbers = |count| vec![0.0; count];
        Self {
            grid,
            path,
            stage: Stage::Edges,
            next: 0,
            right: numbers(cells),
            above: numbers(cells),
            potential: numbers(cells),
            energy: 0.0,
            transforms,
            line: numbers(longest),
            image: numbers(longest),
            from: numbers(dim),
            to: numbers(dim),
        }
    }

    /// The grid.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Continues for about `cells` cells. Each cell is visited four times: once with `score`, then in whole lines to
    /// solve the equation. True once the split is complete. The split itself allocates nothing.
    pub fn advance(&mut self, score: &dyn Score, cells: usize) -> bool {
        let mut budget = cells;
        while self.stage != Stage::Complete && budget > 0 {
            let cost = match self.stage {
                Stage::Edges => self.integrate_around(score),
                Stage::Columns => self.solve_column(),
                _ => self.transform_row(),
            };
            self.next += 1;
            budget = budget.saturating_sub(cost);
            self.finish_stage();
        }
        self.is_complete()
    }

    /// Whether the split is complete.
    pub fn is_complete(&self) -> bool {
        self.stage == Stage::Complete
    }

    /// Enters the next stage after the last cell or line of this stage.
    fn finish_stage(&mut self) {
        let (count, following) = match self.stage {
            Stage::Edges => (self.grid.cells(), Stage::Rows),
            Stage::Rows => (self.grid.rows(), Stage::Columns),
            Stage::Columns => (self.grid.columns(), Stage::RowsBack),
            _ => (self.grid.rows(), Stage::Complete),
        };
        if self.next < count {
            return;
        }
        (self.stage, self.next) = (following, 0);
        match following {
            Stage::Rows => self.assemble_right_hand_side(),
            Stage::Complete => self.shift_to_zero(),
            _ => (),
        }
    }

    /// The weights w of pairs in a row and of pairs in a column; zero if there are no such pairs.
    fn weights(&self) -> [f64; 2] {
        match self.grid.spacing() {
            [width, 0.0] => [1.0 / width, 0.0],
            [width, height] => [height / width, width / height],
        }
    }

    /// Adds the differences δ from cell `next` to the right and above, and the cell's share of the field's energy. At
    /// the border it also adds the half intervals from centre to border: there E can equal the field's integral, so the
    /// remainder gets nothing.
    fn integrate_around(&mut self, score: &dyn Score) -> usize {
        let cell = self.next;
        let (columns, rows) = (self.grid.columns(), self.grid.rows());
        let (column, row) = (cell % columns, cell / columns);
        let weights = self.weights();
        for (axis, (place, count)) in [(column, columns), (row, rows)].into_iter().enumerate() {
            if weights[axis] == 0.0 {
                continue;
            }
            if place == 0 {
                let half = self.difference(score, cell, axis, -0.5);
                self.energy += 2.0 * weights[axis] * half * half;
            }
            if place + 1 == count {
                let half = self.difference(score, cell, axis, 0.5);
                self.energy += 2.0 * weights[axis] * half * half;
            } else {
                let whole = self.difference(score, cell, axis, 1.0);
                self.energy += weights[axis] * whole * whole;
                [&mut self.right, &mut self.above][axis][cell] = whole;
            }
        }
        1
    }

    /// The path integral's E at `shift` cells along an axis from the centre of `cell`, minus E at the centre.
    fn difference(&mut self, score: &dyn Score, cell: usize, axis: usize, shift: f64) -> f64 {
        self.grid.point(cell, &mut self.from);
        let [right, above] = if axis == 0 { [shift, 0.0] } else { [0.0, shift] };
        self.grid.point_near(cell, right, above, &mut self.to);
        score.path_energy_difference(&self.from, &self.to, &mut self.path)
    }

    /// Computes the right-hand side: the differences into each cell minus those out of it.
    fn assemble_right_hand_side(&mut self) {
        let weights = self.weights();
        let columns = self.grid.columns();
        for cell in 0..self.grid.cells() {
            let left = if cell % columns > 0 { self.right[cell - 1] } else { 0.0 };
            let below = if cell >= columns { self.above[cell - columns] } else { 0.0 };
            self.potential[cell] = weights[0] * (left - self.right[cell]) + weights[1] * (below - self.above[cell]);
        }
    }

    /// Transforms row `next`, forward or back.
    fn transform_row(&mut self) -> usize {
        let columns = self.grid.columns();
        let row = &mut self.potential[self.next * columns..][..columns];
        let line = &mut self.line[..columns];
        line.copy_from_slice(row);
        match self.stage {
            Stage::Rows => self.transforms[0].forward(line, row),
            _ => self.transforms[0].inverse(line, row),
        }
        columns
    }

    /// Transforms column `next`, divides each coefficient by its eigenvalue and transforms back. The constant
    /// coefficient is set to zero, because no difference depends on it.
    fn solve_column(&mut self) -> usize {
        let (columns, rows, k) = (self.grid.columns(), self.grid.rows(), self.next);
        let weights = self.weights();
        let across = weights[0] * self.transforms[0].second_difference(k);
        let (line, image) = (&mut self.line[..rows], &mut self.image[..rows]);
        let column = self.potential[k..].iter_mut().step_by(columns);
        line.iter_mut().zip(column).for_each(|(a, b)| *a = *b);
        self.transforms[1].forward(line, image);
        for (l, wave) in image.iter_mut().enumerate() {
            let eigenvalue = across + weights[1] * self.transforms[1].second_difference(l);
            *wave = if k == 0 && l == 0 { 0.0 } else { *wave / eigenvalue };
        }
        self.transforms[1].inverse(image, line);
        let column = self.potential[k..].iter_mut().step_by(columns);
        line.iter().zip(column).for_each(|(a, b)| *b = *a);
        rows
    }

    /// Shifts E to minimum zero.
    fn shift_to_zero(&mut self) {
        let least = self.potential.iter().fold(f64::INFINITY, |least, e| least.min(*e));
        self.potential.iter_mut().for_each(|e| *e -= least);
    }

    /// E at each cell, with minimum zero; valid once the split is complete. NaN everywhere if the score was not finite
    /// somewhere.
    pub fn potential(&self) -> &[f64] {
        &self.potential
    }

    /// ∫|R|²/∫|s|² in [0, 1]: zero for the gradient of an energy, NaN for the zero field; valid once the split is
    /// complete.
    pub fn remainder_share(&self) -> f64 {
        let weights = self.weights();
        let mut sum = 0.0;
        for cell in 0..self.grid.cells() {
            let [right, above] = self.residual(cell);
            sum += weights[0] * right * right + weights[1] * above * above;
        }
        sum / self.energy
    }

    /// Writes R's components along the grid's edges at each cell to `out` (two numbers per cell); valid once the split
    /// is complete.
    pub fn remainder(&self, out: &mut [f64]) {
        let ([width, height], columns) = (self.grid.spacing(), self.grid.columns());
        for (cell, out) in out.chunks_exact_mut(2).enumerate() {
            let [right, above] = self.residual(cell);
            let left = if cell % columns > 0 { self.residual(cell - 1)[0] } else { 0.0 };
            let below = if cell >= columns { self.residual(cell - columns)[1] } else { 0.0 };
            out[0] = -0.5 * (left + right) / width;
            out[1] = if height > 0.0 { -0.5 * (below + above) / height } else { 0.0 };
        }
    }

    /// δ - (E(b) - E(a)) from cell a = `cell` to the next cell in its row and to the cell above; zero at the border.
    fn residual(&self, cell: usize) -> [f64; 2] {
        let columns = self.grid.columns();
        let e = &self.potential;
        let is_last = (cell + 1).is_multiple_of(columns);
        let is_top = cell + columns >= self.grid.cells();
        [
            if is_last { 0.0 } else { self.right[cell] - (e[cell + 1] - e[cell]) },
            if is_top { 0.0 } else { self.above[cell] - (e[cell + columns] - e[cell]) },
        ]
    }
}

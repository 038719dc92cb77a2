//! The Helmholtz split of a score on a grid: s = -∇E + R, with the potential E that leaves the least of the field's energy
//! ∫|R|² to the remainder, which then has no divergence and does not cross the grid's border (Jiang et al. 2011).
//!
//! Between the centres a, b of neighbouring cells the score's path integral gives what E(b) - E(a) should be, δ_ab, with an
//! error that falls with the sixth power of the spacing. E minimises Σ w_ab (E(b) - E(a) - δ_ab)² over all pairs, w_ab being
//! the other side of a cell over this one: a discrete Poisson equation with natural border, which cosine transforms solve
//! exactly. So for the gradient of an energy E is that energy but for a constant, and as exact as the path integrals; else it
//! is the nearest there is, and the remainder's share tells how near. E and R then err by the square of the spacing.
//!
//! On a section of R^d, d > 2, all this is about the field's part within the section.

use alloc::vec;
use alloc::vec::Vec;

use super::Grid;
use crate::math::cosine::CosineTransform;
use crate::score::{Path, Score};

/// Gauss-Legendre nodes between two centres.
const NODES: usize = 3;

/// What [`Split::advance`] does next, to the cell or line number `next`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Edges,
    Rows,
    Columns,
    RowsBack,
    Complete,
}

/// A split under work, then complete.
#[derive(Clone, Debug)]
pub struct Split {
    grid: Grid,
    path: Path,
    stage: Stage,
    next: usize,
    /// δ from each cell to the next in its row, and to the one above; 0 past the border.
    beside: Vec<f64>,
    above: Vec<f64>,
    /// The equation's right-hand side, its transform, then E.
    potential: Vec<f64>,
    /// The field's energy ∫|s|².
    energy: f64,
    transforms: [CosineTransform; 2],
    line: Vec<f64>,
    image: Vec<f64>,
    from: Vec<f64>,
    to: Vec<f64>,
}

impl Split {
    /// The split of a score on the points of `grid`, of which nothing is done yet.
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
            beside: numbers(cells),
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

    /// Goes on for about `cells` cells, each of which is visited four times: once with `score`, then in whole lines to solve
    /// the equation. Whether the split is complete. Allocates nothing of its own.
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
            self.turn_over();
        }
        self.is_complete()
    }

    /// Whether nothing is left to do.
    pub fn is_complete(&self) -> bool {
        self.stage == Stage::Complete
    }

    /// Goes to the next stage after the last of this one.
    fn turn_over(&mut self) {
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
            Stage::Rows => self.gather(),
            Stage::Complete => self.ground(),
            _ => (),
        }
    }

    /// The weights w of pairs in a row and of pairs in a column, and whether there are any.
    fn weights(&self) -> [f64; 2] {
        match self.grid.spacing() {
            [width, 0.0] => [1.0 / width, 0.0],
            [width, height] => [height / width, width / height],
        }
    }

    /// The differences δ from cell `next` to its right and above, and its share of the field's energy. At the border the
    /// half pieces between centre and border count too: there E can follow the field entirely, so that they add nothing
    /// to the remainder.
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
                [&mut self.beside, &mut self.above][axis][cell] = whole;
            }
        }
        1
    }

    /// E at `shift` cells along an axis from the centre of `cell`, less E at the centre.
    fn difference(&mut self, score: &dyn Score, cell: usize, axis: usize, shift: f64) -> f64 {
        self.grid.point(cell, &mut self.from);
        let [right, above] = if axis == 0 { [shift, 0.0] } else { [0.0, shift] };
        self.grid.point_near(cell, right, above, &mut self.to);
        score.path_energy_difference(&self.from, &self.to, &mut self.path)
    }

    /// The right-hand side: what enters each cell, less what leaves it.
    fn gather(&mut self) {
        let weights = self.weights();
        let columns = self.grid.columns();
        for cell in 0..self.grid.cells() {
            let left = if cell % columns > 0 { self.beside[cell - 1] } else { 0.0 };
            let below = if cell >= columns { self.above[cell - columns] } else { 0.0 };
            self.potential[cell] = weights[0] * (left - self.beside[cell]) + weights[1] * (below - self.above[cell]);
        }
    }

    /// Transforms row `next`, or transforms it back.
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

    /// Transforms column `next`, divides each wave by its eigenvalue and transforms it back. The constant wave, which no
    /// difference sees, becomes zero.
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

    /// Shifts E so that its least value is zero.
    fn ground(&mut self) {
        let least = self.potential.iter().fold(f64::INFINITY, |least, e| least.min(*e));
        self.potential.iter_mut().for_each(|e| *e -= least);
    }

    /// E at each cell, at least zero; of no meaning until the split is complete. NaN everywhere if the score was not finite
    /// somewhere.
    pub fn potential(&self) -> &[f64] {
        &self.potential
    }

    /// ∫|R|²/∫|s|² in [0, 1]: zero for the gradient of an energy, NaN for the field zero; of no meaning until the split is
    /// complete.
    pub fn remainder_share(&self) -> f64 {
        let weights = self.weights();
        let mut sum = 0.0;
        for cell in 0..self.grid.cells() {
            let [beside, above] = self.left_over(cell);
            sum += weights[0] * beside * beside + weights[1] * above * above;
        }
        sum / self.energy
    }

    /// Writes R's components along the grid's edges at each cell to `out` (two numbers for each); of no meaning until the
    /// split is complete.
    pub fn remainder(&self, out: &mut [f64]) {
        let ([width, height], columns) = (self.grid.spacing(), self.grid.columns());
        for (cell, out) in out.chunks_exact_mut(2).enumerate() {
            let [beside, above] = self.left_over(cell);
            let left = if cell % columns > 0 { self.left_over(cell - 1)[0] } else { 0.0 };
            let below = if cell >= columns { self.left_over(cell - columns)[1] } else { 0.0 };
            out[0] = -0.5 * (left + beside) / width;
            out[1] = if height > 0.0 { -0.5 * (below + above) / height } else { 0.0 };
        }
    }

    /// δ - (E(b) - E(a)) from cell a = `cell` to the next in its row and to the one above; zero at the border.
    fn left_over(&self, cell: usize) -> [f64; 2] {
        let columns = self.grid.columns();
        let e = &self.potential;
        let is_last = (cell + 1).is_multiple_of(columns);
        let is_top = cell + columns >= self.grid.cells();
        [
            if is_last { 0.0 } else { self.beside[cell] - (e[cell + 1] - e[cell]) },
            if is_top { 0.0 } else { self.above[cell] - (e[cell + columns] - e[cell]) },
        ]
    }
}

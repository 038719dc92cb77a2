//! Five-point equations on a rectangle of cells, by elimination without subtraction (Grassmann, Taksar and Heyman,
//! *Regenerative analysis and steady state distributions for Markov chains*, 1985). Each pivot is a sum, so cells of
//! very different weights lose no digits.
//!
//! The equation u = f + Σ w_j u_j, with weights w_j and excess adding up to 1, is the expected reward of a random walk:
//! it gains f at each cell, moves to cell j with probability w_j and stops with the probability of the excess.
//! Elimination of a cell joins the moves into it with the moves out of it. Moves back to the starting cell only prolong
//! the stay there: the remaining weights are divided by their own sum.

use alloc::vec;
use alloc::vec::Vec;

/// Weights below this are dropped. They change no value by more than rounding, and they are most of the weights on
/// coarse cells. Products of two such weights would become subnormal, which is ten times slower.
const MIN_WEIGHT: f64 = 1e-20;

/// One cell's equation: u = f + e u_east + w u_west + n u_north + s u_south.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The weights e, w, n and s, not negative; 0 where there is no such neighbour.
    pub weights: [f64; 4],
    /// 1 minus the sum of the weights, positive.
    pub excess: f64,
    /// f of two right-hand sides.
    pub forces: [f64; 2],
}

/// The solutions u of both right-hand sides for `cells`, in rows of `columns`. Takes n `columns`² multiplications and 8
/// n `columns` bytes for n cells.
pub fn solve(columns: usize, cells: &[Cell]) -> Vec<[f64; 2]> {
    // For each cell, the weights of the next `columns` cells.
    let mut ahead = vec![0.0; columns * cells.len()];
    let mut values: Vec<[f64; 2]> = cells.iter().map(|cell| cell.forces).collect();
    let mut excesses: Vec<f64> = cells.iter().map(|cell| cell.excess).collect();
    // The weights from `columns` cells before this cell to `columns` cells after it.
    let mut row = vec![0.0; 2 * columns + 1];
    for (i, cell) in cells.iter().enumerate() {
        row.fill(0.0);
        let [east, west, north, south] = cell.weights;
        (row[columns + 1], row[columns - 1], row[2 * columns], row[0]) = (east, west, north, south);
        for k in columns.saturating_sub(i)..columns {
            let (weight, j) = (row[k], i + k - columns);
            if weight < MIN_WEIGHT {
                continue;
            }
            for (sum, next) in row[k + 1..=k + columns].iter_mut().zip(&ahead[j * columns..]) {
                *sum += weight * next;
            }
            excesses[i] += weight * excesses[j];
            values[i] = [0, 1].map(|side| values[i][side] + weight * values[j][side]);
        }
        let pivot = excesses[i] + row[columns + 1..].iter().sum::<f64>();
        let kept = ahead[i * columns..].iter_mut().zip(&row[columns + 1..]);
        kept.for_each(|(kept, weight)| *kept = if *weight < MIN_WEIGHT * pivot { 0.0 } else { weight / pivot });
        excesses[i] /= pivot;
        values[i] = values[i].map(|value| value / pivot);
    }
    for i in (0..cells.len()).rev() {
        for k in 1..=columns.min(cells.len() - 1 - i) {
            let weight = ahead[i * columns + k - 1];
            values[i] = [0, 1].map(|side| values[i][side] + weight * values[i + k][side]);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// `rows` × `columns` cells with excess `excess` and weights that are random numbers to the power `unevenness`.
    fn cells(columns: usize, rows: usize, unevenness: usize, excess: f64) -> Vec<Cell> {
        let mut number: u32 = 1;
        let cell = |i: usize| {
            let is_there =
                [!(i + 1).is_multiple_of(columns), !i.is_multiple_of(columns), i / columns + 1 < rows, i >= columns];
            let weights = is_there.map(|is| {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let uniform = 1e-3 + f64::from(number) / f64::from(u32::MAX);
                if is { (0..unevenness).fold(1.0, |power, _| power * uniform) } else { 0.0 }
            });
            let scale = (1.0 - excess) / weights.iter().sum::<f64>().max(1e-100);
            Cell { weights: weights.map(|weight| weight * scale), excess, forces: [0.0; 2] }
        };
        (0..columns * rows).map(cell).collect()
    }

    #[test]
    fn elimination_recovers_the_values_behind_the_right_hand_sides() {
        for (columns, rows) in [(1, 1), (1, 7), (7, 1), (2, 5), (9, 4), (20, 30)] {
            let mut cells = cells(columns, rows, 1, if columns * rows == 1 { 1.0 } else { 0.3 });
            let exact = |i: usize, side: usize| if side == 0 { (i * i % 17) as f64 - 8.0 } else { 3.0 - i as f64 };
            for (i, cell) in cells.iter_mut().enumerate() {
                let places = [i + 1, i.wrapping_sub(1), i + columns, i.wrapping_sub(columns)];
                cell.forces = [0, 1].map(|side| {
                    let around = cell.weights.iter().zip(places).filter(|(weight, _)| **weight > 0.0);
                    exact(i, side) - around.map(|(weight, j)| weight * exact(j, side)).sum::<f64>()
                });
            }
            for (i, value) in solve(columns, &cells).into_iter().enumerate() {
                let gap = [0, 1].map(|side| (value[side] - exact(i, side)).abs());
                assert!(gap[0].max(gap[1]) < 1e-11, "{columns} × {rows}, cell {i}: {gap:?}");
            }
        }
    }

    #[test]
    fn elimination_keeps_all_digits_for_a_tiny_excess() {
        // With f equal to the excess, the expected total gain is 1.
        for (unevenness, excess) in [(0, 1e-14), (3, 1e-14), (30, 1e-8)] {
            let mut cells = cells(12, 15, unevenness, excess);
            cells.iter_mut().for_each(|cell| cell.forces = [cell.excess, 2.0 * cell.excess]);
            for (i, value) in solve(12, &cells).into_iter().enumerate() {
                let gap = (value[0] - 1.0).abs().max((value[1] - 2.0).abs());
                assert!(gap < 1e-11, "unevenness {unevenness}, cell {i}: {gap:e}");
            }
        }
    }
}

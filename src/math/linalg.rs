//! Small dense linear algebra on row-major slices: Cholesky factors, inverses, linear systems and determinants.

use alloc::vec;
use alloc::vec::Vec;

use super::{ln, sqrt};

/// The lower-triangular L with L Lᵀ = `matrix` (d×d, row-major). Only the lower triangle of `matrix` is read. `None`
/// unless the matrix is positive definite.
pub fn cholesky(matrix: &[f64], d: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i * d + k] * factor[j * d + k]).sum();
            let rest = matrix[i * d + j] - known;
            if i == j && !(rest > 0.0 && rest.is_finite()) {
                return None;
            }
            factor[i * d + j] = if i == j { sqrt(rest) } else { rest / factor[j * d + j] };
        }
    }
    Some(factor)
}

/// The inverse of L Lᵀ for a lower-triangular `factor` L (d×d, row-major).
pub fn inverse_from_cholesky(factor: &[f64], d: usize) -> Vec<f64> {
    let inverse_factor = invert_lower(factor, d);
    let mut inverse = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..d {
            inverse[i * d + j] = (i.max(j)..d).map(|k| inverse_factor[k * d + i] * inverse_factor[k * d + j]).sum();
        }
    }
    inverse
}

fn invert_lower(factor: &[f64], d: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; d * d];
    for j in 0..d {
        inverse[j * d + j] = 1.0 / factor[j * d + j];
        for i in j + 1..d {
            let known: f64 = (j..i).map(|k| factor[i * d + k] * inverse[k * d + j]).sum();
            inverse[i * d + j] = -known / factor[i * d + i];
        }
    }
    inverse
}

/// Pivots below this share of the greatest entry count as zero.
const SINGULAR: f64 = 1e-13;

/// Solves `matrix` X = `right` by Gaussian elimination with partial pivoting. X overwrites `right` (d rows, row-major,
/// any number of columns); `matrix` (d×d, row-major) is overwritten too. False if the matrix is singular or not finite:
/// then both hold no meaningful values.
pub fn solve(matrix: &mut [f64], right: &mut [f64], d: usize) -> bool {
    let columns = right.len() / d;
    if !eliminate(matrix, right, d) {
        return false;
    }
    for i in (0..d).rev() {
        for j in 0..columns {
            let known: f64 = (i + 1..d).map(|k| matrix[i * d + k] * right[k * columns + j]).sum();
            right[i * columns + j] = (right[i * columns + j] - known) / matrix[i * d + i];
        }
    }
    true
}

/// log |det `matrix`| (d×d, row-major, overwritten); -∞ if it is singular or not finite.
pub fn log_determinant(matrix: &mut [f64], d: usize) -> f64 {
    if !eliminate(matrix, &mut [], d) {
        return f64::NEG_INFINITY;
    }
    matrix.iter().step_by(d + 1).map(|pivot| ln(pivot.abs())).sum()
}

/// Reduces `matrix` to upper triangular form and applies the same steps to `right`. False if it is singular or not
/// finite.
fn eliminate(matrix: &mut [f64], right: &mut [f64], d: usize) -> bool {
    let columns = right.len() / d;
    let floor = SINGULAR * matrix.iter().fold(0.0, |top: f64, entry| top.max(entry.abs()));
    for k in 0..d {
        let pivot = (k..d).fold(k, |top, i| if matrix[i * d + k].abs() > matrix[top * d + k].abs() { i } else { top });
        // NaN fails too.
        if !(matrix[pivot * d + k].abs() > floor && floor.is_finite()) {
            return false;
        }
        (0..d).for_each(|j| matrix.swap(k * d + j, pivot * d + j));
        (0..columns).for_each(|j| right.swap(k * columns + j, pivot * columns + j));
        for i in k + 1..d {
            let factor = matrix[i * d + k] / matrix[k * d + k];
            (k..d).for_each(|j| matrix[i * d + j] -= factor * matrix[k * d + j]);
            (0..columns).for_each(|j| right[i * columns + j] -= factor * right[k * columns + j]);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn cholesky_inverts_a_matrix_and_rejects_an_indefinite_one() {
        let matrix = [4.0, 2.0, 0.6, 2.0, 5.0, -1.0, 0.6, -1.0, 3.0];
        let inverse = inverse_from_cholesky(&cholesky(&matrix, 3).unwrap(), 3);
        for i in 0..3 {
            for j in 0..3 {
                let entry: f64 = (0..3).map(|k| matrix[i * 3 + k] * inverse[k * 3 + j]).sum();
                assert!((entry - f64::from(i == j)).abs() < 1e-14, "({i}, {j}): {entry}");
            }
        }
        assert!(cholesky(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(cholesky(&[f64::NAN], 1).is_none());
    }

    #[test]
    fn solve_finds_the_inverse_of_a_matrix_whose_first_pivot_is_zero_and_refuses_a_singular_one() {
        let matrix = [0.0, 2.0, -1.0, 3.0, 1.0, 0.5, -2.0, 4.0, 1.0];
        let mut inverse = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert!(solve(&mut matrix.clone(), &mut inverse, 3));
        // By Sarrus' rule: -2 (3·1 + 2·0.5) - (3·4 + 2·1).
        assert!((log_determinant(&mut matrix.clone(), 3) - ln(22.0)).abs() < 1e-14);
        for i in 0..3 {
            for j in 0..3 {
                let entry: f64 = (0..3).map(|k| matrix[i * 3 + k] * inverse[k * 3 + j]).sum();
                assert!((entry - f64::from(i == j)).abs() < 1e-14, "({i}, {j}): {entry}");
            }
        }
        for singular in [[1.0, 2.0, 2.0, 4.0], [0.0; 4], [1.0, 0.0, f64::NAN, 1.0], [f64::INFINITY, 0.0, 0.0, 1.0]] {
            assert!(!solve(&mut singular.clone(), &mut [1.0, 1.0], 2), "{singular:?}");
            assert_eq!(log_determinant(&mut singular.clone(), 2), f64::NEG_INFINITY);
        }
    }
}

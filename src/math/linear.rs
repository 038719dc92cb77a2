//! Small dense linear algebra on row-major slices: Cholesky's factor and what follows from it.

use alloc::vec;
use alloc::vec::Vec;

use super::sqrt;

/// The lower-triangular L with L Lᵀ = `matrix` (d×d, row-major, only its lower triangle is read); `None` unless the matrix
/// is positive definite.
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
}

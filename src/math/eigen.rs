//! Eigenvalues of small dense matrices: Jacobi rotations for symmetric matrices (Golub and Van Loan, section 8.5), and
//! the spectral radius of any matrix by Gelfand's formula ρ = lim ‖Aᵏ‖^(1/k).

use alloc::vec;
use alloc::vec::Vec;

use super::{exp, ln, sqrt};

/// Entries below this share of the greatest entry do not change eigenvalues in double precision.
const NEGLIGIBLE: f64 = 1.0 / (1u64 << 60) as f64;
/// The greatest number of sweeps. Rotations converge quadratically; ten sweeps are already many.
const MAX_SWEEPS: usize = 50;
/// The number of squarings: the highest power is A^(2^56). Factors in its norm that are constant or polynomial in the
/// exponent change the radius by at most a rounding error.
const SQUARINGS: usize = 56;

/// Eigenvalues and eigenvectors of symmetric d×d matrices, with the buffers to compute them. A decomposition allocates
/// nothing and takes about eight sweeps of order d³.
#[derive(Clone, Debug)]
pub struct SymmetricEigen {
    d: usize,
    matrix: Vec<f64>,
    values: Vec<f64>,
    /// The unit eigenvectors, one per row.
    vectors: Vec<f64>,
}

impl SymmetricEigen {
    /// Buffers for d×d matrices; holds the eigenvalues of the zero matrix.
    pub fn new(d: usize) -> Self {
        let mut eigen = Self { d, matrix: vec![0.0; d * d], values: vec![0.0; d], vectors: vec![0.0; d * d] };
        eigen.start_from_identity();
        eigen
    }

    /// The eigenvalues in descending order; NaN if an entry of the matrix was not finite.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The unit eigenvector of eigenvalue `k`. Its entry of greatest modulus is positive; the first, if several are
    /// equal.
    pub fn vector(&self, k: usize) -> &[f64] {
        &self.vectors[k * self.d..(k + 1) * self.d]
    }

    /// Decomposes the symmetric part ½(A + Aᵀ) of `matrix` (d×d, row-major).
    pub fn decompose(&mut self, matrix: &[f64]) {
        let d = self.d;
        self.start_from_identity();
        if matrix.iter().any(|entry| !entry.is_finite()) {
            self.values.fill(f64::NAN);
            self.vectors.fill(f64::NAN);
            return;
        }
        for i in 0..d {
            (0..d).for_each(|j| self.matrix[i * d + j] = 0.5 * matrix[i * d + j] + 0.5 * matrix[j * d + i]);
        }
        let limit = NEGLIGIBLE * greatest(&self.matrix);
        for _ in 0..MAX_SWEEPS {
            if !self.sweep(limit) {
                break;
            }
        }
        (0..d).for_each(|i| self.values[i] = self.matrix[i * d + i]);
        self.sort_descending();
    }

    fn start_from_identity(&mut self) {
        self.vectors.fill(0.0);
        self.vectors.iter_mut().step_by(self.d + 1).for_each(|entry| *entry = 1.0);
    }

    /// Rotates every pair of coordinates once, row by row. True if an off-diagonal entry exceeded `limit`.
    fn sweep(&mut self, limit: f64) -> bool {
        let mut rotated = false;
        for p in 0..self.d {
            for q in p + 1..self.d {
                if self.matrix[p * self.d + q].abs() > limit {
                    self.rotate(p, q);
                    rotated = true;
                }
            }
        }
        rotated
    }

    /// Makes entry (p, q) zero by the smaller of the two possible rotations.
    fn rotate(&mut self, p: usize, q: usize) {
        let d = self.d;
        let off = self.matrix[p * d + q];
        let half_gap = 0.5 * self.matrix[q * d + q] - 0.5 * self.matrix[p * d + p];
        let ratio = half_gap / off;
        let tangent = f64::copysign(1.0, ratio) / (ratio.abs() + sqrt(ratio * ratio + 1.0));
        let cosine = 1.0 / sqrt(tangent * tangent + 1.0);
        let sine = tangent * cosine;
        let turn = |matrix: &mut [f64], i: usize, j: usize| {
            let (a, b) = (matrix[i], matrix[j]);
            (matrix[i], matrix[j]) = (cosine * a - sine * b, sine * a + cosine * b);
        };
        (0..d).for_each(|k| turn(&mut self.matrix, k * d + p, k * d + q));
        (0..d).for_each(|k| turn(&mut self.matrix, p * d + k, q * d + k));
        (0..d).for_each(|k| turn(&mut self.vectors, p * d + k, q * d + k));
        (self.matrix[p * d + q], self.matrix[q * d + p]) = (0.0, 0.0);
    }

    /// Sorts the eigenvalues in descending order and fixes each vector's sign.
    fn sort_descending(&mut self) {
        let d = self.d;
        for k in 0..d {
            let top = (k + 1..d).fold(k, |top, i| if self.values[i] > self.values[top] { i } else { top });
            self.values.swap(k, top);
            (0..d).for_each(|j| self.vectors.swap(k * d + j, top * d + j));
            let vector = &mut self.vectors[k * d..(k + 1) * d];
            let leading = vector.iter().fold(0.0, |top: f64, v| if v.abs() > top.abs() { *v } else { top });
            if leading < 0.0 {
                vector.iter_mut().for_each(|v| *v = -*v);
            }
        }
    }
}

/// The spectral radius of d×d matrices, symmetric or not, with the buffers to compute it.
#[derive(Clone, Debug)]
pub struct SpectralRadius {
    d: usize,
    power: Vec<f64>,
    square: Vec<f64>,
}

impl SpectralRadius {
    /// Buffers for d×d matrices.
    pub fn new(d: usize) -> Self {
        Self { d, power: vec![0.0; d * d], square: vec![0.0; d * d] }
    }

    /// The greatest modulus of the eigenvalues of `matrix` (d×d, row-major); NaN unless all entries are finite. In
    /// closed form for d ≤ 2, otherwise from the norm of the 2⁵⁶th power by repeated squaring. This is as accurate as
    /// other methods. The eigenvalues of defective matrices are sensitive to rounding in any method.
    pub fn of(&mut self, matrix: &[f64]) -> f64 {
        if matrix.iter().any(|entry| !entry.is_finite()) {
            return f64::NAN;
        }
        match self.d {
            1 => matrix[0].abs(),
            2 => radius_in_the_plane(matrix),
            _ => self.by_squaring(matrix),
        }
    }

    /// log ρ ≈ Σ 2⁻ᵏ log ‖Bₖ‖ with Bₖ₊₁ = (Bₖ/‖Bₖ‖)².
    fn by_squaring(&mut self, matrix: &[f64]) -> f64 {
        let d = self.d;
        self.power.copy_from_slice(matrix);
        let (mut logarithm, mut share) = (0.0, 1.0);
        for _ in 0..SQUARINGS {
            let norm = greatest(&self.power);
            if norm == 0.0 {
                return 0.0;
            }
            logarithm += share * ln(norm);
            share *= 0.5;
            self.power.iter_mut().for_each(|entry| *entry /= norm);
            for i in 0..d {
                for j in 0..d {
                    self.square[i * d + j] = (0..d).map(|k| self.power[i * d + k] * self.power[k * d + j]).sum();
                }
            }
            core::mem::swap(&mut self.power, &mut self.square);
        }
        exp(logarithm)
    }
}

/// The spectral radius of a 2×2 matrix. Its eigenvalues are m ± √q, with m half the trace and q = (½(a - d))² + bc.
fn radius_in_the_plane(matrix: &[f64]) -> f64 {
    let mean = 0.5 * matrix[0] + 0.5 * matrix[3];
    let half_gap = 0.5 * matrix[0] - 0.5 * matrix[3];
    let discriminant = half_gap * half_gap + matrix[1] * matrix[2];
    if discriminant >= 0.0 { mean.abs() + sqrt(discriminant) } else { sqrt(mean * mean - discriminant) }
}

fn greatest(entries: &[f64]) -> f64 {
    entries.iter().fold(0.0, |top: f64, entry| top.max(entry.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{dot, sin_cos};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The second difference matrix; its eigenvalues are 2 - 2 cos(πk/(d+1)).
    fn chain(d: usize) -> Vec<f64> {
        let entry = |i: usize, j: usize| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        };
        (0..d * d).map(|i| entry(i / d, i % d)).collect()
    }

    #[test]
    fn symmetric_eigen_finds_the_eigenvalues_of_a_chain_in_order() {
        for d in [1, 2, 3, 10, 40] {
            let matrix = chain(d);
            let mut eigen = SymmetricEigen::new(d);
            eigen.decompose(&matrix);
            for k in 0..d {
                let angle = core::f64::consts::PI * (d - k) as f64 / (d + 1) as f64;
                let exact = 2.0 - 2.0 * sin_cos(angle).1;
                assert!((eigen.values()[k] - exact).abs() < 1e-13, "d = {d}: {} against {exact}", eigen.values()[k]);
                let vector = eigen.vector(k);
                for i in 0..d {
                    let image = dot(&matrix[i * d..(i + 1) * d], vector);
                    assert!((image - exact * vector[i]).abs() < 1e-12, "d = {d}, vector {k}, row {i}");
                    let product = dot(vector, eigen.vector(i));
                    assert!((product - f64::from(u8::from(i == k))).abs() < 1e-13, "vectors {i} and {k}: {product}");
                }
            }
        }
    }

    #[test]
    fn symmetric_eigen_takes_the_symmetric_part_and_gives_vectors_a_sign() {
        let mut eigen = SymmetricEigen::new(2);
        eigen.decompose(&[1.0, 5.0, -1.0, 1.0]);
        let half = sqrt(0.5);
        assert!((eigen.values()[0] - 3.0).abs() < 1e-15 && (eigen.values()[1] + 1.0).abs() < 1e-15);
        assert!(eigen.vector(0).iter().all(|v| (v - half).abs() < 1e-15), "{:?}", eigen.vector(0));
        eigen.decompose(&[0.0; 4]);
        assert_eq!((eigen.values(), eigen.vector(1)), ([0.0, 0.0].as_slice(), [0.0, 1.0].as_slice()));
        eigen.decompose(&[1e-300, 1e-300, 1e-300, 1e300]);
        assert_eq!(eigen.values(), [1e300, 1e-300]);
    }

    #[test]
    fn eigenvalues_of_non_finite_matrices_are_nan() {
        for entry in [f64::NAN, f64::INFINITY] {
            let mut eigen = SymmetricEigen::new(3);
            eigen.decompose(&[1.0, 0.0, 0.0, entry, 1.0, 0.0, 0.0, 0.0, 1.0]);
            assert!(eigen.values().iter().all(|value| value.is_nan()));
            assert!(SpectralRadius::new(2).of(&[1.0, 0.0, entry, 1.0]).is_nan());
            assert!(SpectralRadius::new(3).of(&[entry; 9]).is_nan());
        }
    }

    #[test]
    fn spectral_radius_has_its_known_values() {
        // A rotation by 1 radian scaled by 0.9; real eigenvalues 3 and -1, and 1 and -4; a shear.
        let (sine, cosine) = sin_cos(1.0);
        let plane = [
            ([0.9 * cosine, -0.9 * sine, 0.9 * sine, 0.9 * cosine], 0.9),
            ([1.0, 2.0, 2.0, 1.0], 3.0),
            ([-1.0, 2.0, 3.0, -2.0], 4.0),
            ([1.0, 100.0, 0.0, 1.0], 1.0),
        ];
        for (matrix, exact) in plane {
            let by_squaring = SpectralRadius::new(2).by_squaring(&matrix);
            let radius = SpectralRadius::new(2).of(&matrix);
            assert!((radius - exact).abs() < 1e-14 && (by_squaring - exact).abs() < 1e-13, "{radius}, {by_squaring}");
        }
        // The companion matrix of (x - 2)(x² + 2x + 9) = x³ + 5x - 18, whose complex roots have modulus 3.
        let companion = [0.0, -5.0, 18.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let radius = SpectralRadius::new(3).of(&companion);
        assert!((radius - 3.0).abs() < 1e-13, "{radius}");
        assert_eq!(SpectralRadius::new(3).of(&[0.0, 1.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]), 0.0);
        assert_eq!(SpectralRadius::new(1).of(&[-0.5]), 0.5);
        let chain = SpectralRadius::new(12).of(&chain(12));
        assert!((chain - (2.0 + 2.0 * sin_cos(core::f64::consts::PI / 13.0).1)).abs() < 1e-13, "{chain}");
    }
}

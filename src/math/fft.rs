//! The discrete Fourier transform X_k = Σ x_j exp(-2πi jk/n) for n a power of two (Cooley and Tukey 1965).

use alloc::vec::Vec;

use super::{TAU, sin_cos};

/// A complex number, real part first.
pub type Complex = [f64; 2];

/// The transform of n numbers, in time of order n log n.
#[derive(Clone, Debug)]
pub struct FourierTransform {
    /// exp(-2πi m/n) for m < n/2.
    roots_of_unity: Vec<Complex>,
}

impl FourierTransform {
    /// The transform for `length` numbers; `length` is a power of two, at least 2.
    pub fn new(length: usize) -> Self {
        assert!(length.is_power_of_two() && length > 1, "length must be a power of two");
        let turn = |m: usize| {
            let (sine, cosine) = sin_cos(TAU * m as f64 / length as f64);
            [cosine, -sine]
        };
        Self { roots_of_unity: (0..length / 2).map(turn).collect() }
    }

    /// Replaces the n numbers `values` by their transform.
    pub fn apply(&self, values: &mut [Complex]) {
        reverse_bits(values);
        let mut half = 1;
        while half < values.len() {
            let stride = self.roots_of_unity.len() / half;
            for block in values.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for (i, (a, b)) in low.iter_mut().zip(high).enumerate() {
                    let rotated = product(*b, self.roots_of_unity[i * stride]);
                    *b = [a[0] - rotated[0], a[1] - rotated[1]];
                    *a = [a[0] + rotated[0], a[1] + rotated[1]];
                }
            }
            half *= 2;
        }
    }
}

fn product(a: Complex, b: Complex) -> Complex {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

/// Moves the value at each index to the index with reversed binary digits.
fn reverse_bits(values: &mut [Complex]) {
    let unused = usize::BITS - values.len().trailing_zeros();
    for i in 0..values.len() {
        let j = i.reverse_bits() >> unused;
        if i < j {
            values.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn fourier_transform_is_its_formula() {
        for n in [2, 4, 8, 64] {
            let values: Vec<Complex> = (0..n).map(|j| [((j * j) % 7) as f64 - 2.0, ((j * 5) % 11) as f64]).collect();
            let mut transform = values.clone();
            FourierTransform::new(n).apply(&mut transform);
            for (k, found) in transform.iter().enumerate() {
                let mut exact = [0.0; 2];
                for (j, value) in values.iter().enumerate() {
                    let (sine, cosine) = sin_cos(TAU * ((j * k) % n) as f64 / n as f64);
                    let term = product(*value, [cosine, -sine]);
                    exact = [exact[0] + term[0], exact[1] + term[1]];
                }
                let gap = (found[0] - exact[0]).abs() + (found[1] - exact[1]).abs();
                assert!(gap < 1e-11, "n = {n}, k = {k}: {found:?} against {exact:?}");
            }
        }
    }
}

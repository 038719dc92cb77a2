//! The cosine transform X_k = Σ x_i cos(πk(i + ½)/n) of n numbers (DCT-II; Strang 1999). Its basis vectors have slope
//! zero half a step beyond the first and the last number, and are eigenvectors of the second difference.

use alloc::vec::Vec;

use super::{TAU, sin_cos};

/// The transform of lines of n numbers. One line takes time of order n² and no memory.
#[derive(Clone, Debug)]
pub struct CosineTransform {
    /// cos(2πm/4n) for m < 4n.
    cosines: Vec<f64>,
}

impl CosineTransform {
    /// The transform for lines of `length` numbers.
    pub fn new(length: usize) -> Self {
        let angle = |m: usize| TAU * m as f64 / (4 * length) as f64;
        Self { cosines: (0..4 * length).map(|m| sin_cos(angle(m)).1).collect() }
    }

    /// Writes the transform of `line` to `out`; both have n numbers.
    pub fn forward(&self, line: &[f64], out: &mut [f64]) {
        for (k, out) in out.iter_mut().enumerate() {
            // The angles are k(2i + 1), in steps of 2k.
            let mut m = k;
            *out = 0.0;
            for x in line {
                *out += x * self.cosines[m];
                m = self.wrap(m + 2 * k);
            }
        }
    }

    /// Writes the inverse transform of `line` to `out`: x_i = (X_0 + 2 Σ_{k>0} X_k cos(πk(i + ½)/n))/n.
    pub fn inverse(&self, line: &[f64], out: &mut [f64]) {
        let n = line.len();
        for (i, out) in out.iter_mut().enumerate() {
            let mut m = 0;
            let mut sum = 0.0;
            for x in line {
                sum += x * self.cosines[m];
                m = self.wrap(m + 2 * i + 1);
            }
            *out = (2.0 * sum - line[0]) / n as f64;
        }
    }

    /// 2 - 2 cos(πk/n), the eigenvalue of basis vector k for the second difference x ↦ 2x_i - x_{i-1} - x_{i+1} without
    /// terms beyond the ends.
    pub fn second_difference(&self, k: usize) -> f64 {
        let n = self.cosines.len() / 4;
        // 4 sin²(πk/2n) has no cancellation for small k; the sine is the cosine of the complementary angle.
        let sine = self.cosines[n - k];
        4.0 * sine * sine
    }

    fn wrap(&self, m: usize) -> usize {
        if m >= self.cosines.len() { m - self.cosines.len() } else { m }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn cosine_transform_is_undone_by_its_inverse_and_is_its_formula() {
        for n in [1, 2, 3, 8, 100] {
            let line: Vec<f64> = (0..n).map(|i| ((i * i) % 7) as f64 - 2.0).collect();
            let (mut transform, mut back) = (vec![0.0; n], vec![0.0; n]);
            let cosine = CosineTransform::new(n);
            cosine.forward(&line, &mut transform);
            for (k, value) in transform.iter().enumerate() {
                let wave = |i: usize| sin_cos(0.5 * TAU * k as f64 * (i as f64 + 0.5) / n as f64).1;
                let exact: f64 = line.iter().enumerate().map(|(i, x)| x * wave(i)).sum();
                assert!((value - exact).abs() < 1e-11, "n = {n}, k = {k}: {value} against {exact}");
            }
            cosine.inverse(&transform, &mut back);
            assert!(line.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-13), "n = {n}: {line:?} {back:?}");
        }
    }

    #[test]
    fn cosine_waves_are_eigenvectors_of_the_second_difference() {
        let n = 9;
        let cosine = CosineTransform::new(n);
        for k in 0..n {
            let (mut wave, mut spectrum) = (vec![0.0; n], vec![0.0; n]);
            spectrum[k] = 1.0;
            cosine.inverse(&spectrum, &mut wave);
            for i in 0..n {
                let left = if i > 0 { wave[i] - wave[i - 1] } else { 0.0 };
                let right = if i + 1 < n { wave[i] - wave[i + 1] } else { 0.0 };
                assert!((left + right - cosine.second_difference(k) * wave[i]).abs() < 1e-15, "wave {k} at {i}");
            }
        }
    }
}

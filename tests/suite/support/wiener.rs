//! Wiener's filter, the best linear denoiser: r(y) = μ + C(C + σ²I)⁻¹(y - μ), μ and C being mean and covariance of the
//! clean points (Wiener, *Extrapolation, Interpolation, and Smoothing of Stationary Time Series*, 1949). Written for
//! tests and the report alone.

use scorescape::data::Points;

/// The mean of `points` and their covariance plus `variance` I, in d×d numbers.
fn moments(points: &Points, variance: f64) -> (Vec<f64>, Vec<f64>) {
    let (d, mean) = (points.dim(), points.mean());
    let entry = |i: usize, j: usize| {
        let product = |x: &[f64]| (x[i] - mean[i]) * (x[j] - mean[j]);
        let noise = if i == j { variance } else { 0.0 };
        points.values().chunks_exact(d).map(product).sum::<f64>() / points.len() as f64 + noise
    };
    let covariance = (0..d * d).map(|n| entry(n / d, n % d)).collect();
    (mean, covariance)
}

/// Inverse of a positive definite d×d matrix by Gauss and Jordan's elimination, which needs no pivots for such
/// matrices.
fn inverse(mut matrix: Vec<f64>, d: usize) -> Vec<f64> {
    for k in 0..d {
        let pivot = matrix[k * d + k];
        matrix[k * d + k] = 1.0;
        matrix[k * d..(k + 1) * d].iter_mut().for_each(|entry| *entry /= pivot);
        let row = matrix[k * d..(k + 1) * d].to_vec();
        for i in (0..d).filter(|i| *i != k) {
            let factor = std::mem::replace(&mut matrix[i * d + k], 0.0);
            matrix[i * d..(i + 1) * d].iter_mut().zip(&row).for_each(|(entry, r)| *entry -= factor * r);
        }
    }
    matrix
}

/// E‖r(x + σε) - x‖² of the filter for `training` over the points of `held_out` and the noise: with B = σ²(C + σ²I)⁻¹
/// it is the mean of ‖B(x - μ)‖² and σ²‖I - B‖²_F.
pub fn loss(training: &Points, held_out: &Points, sigma: f64) -> f64 {
    let (d, variance) = (training.dim(), sigma * sigma);
    let (mean, covariance) = moments(training, variance);
    let shrinkage: Vec<f64> = inverse(covariance, d).iter().map(|entry| variance * entry).collect();
    let bias = |x: &[f64]| -> f64 {
        let along = |row: &[f64]| (0..d).map(|k| row[k] * (x[k] - mean[k])).sum::<f64>();
        shrinkage.chunks_exact(d).map(|row| along(row).powi(2)).sum()
    };
    let kept = |(n, entry): (usize, &f64)| (f64::from(u8::from(n % (d + 1) == 0)) - entry).powi(2);
    let noise = variance * shrinkage.iter().enumerate().map(kept).sum::<f64>();
    held_out.values().chunks_exact(d).map(bias).sum::<f64>() / held_out.len() as f64 + noise
}

//! Two-sample distances by pairs of points: E k(a, a') + E k(b, b') - 2 E k(a, b) for a function k of the squared
//! distance. The estimate is unbiased because it leaves out pairs of a point with itself (Gretton et al. 2012, lemma
//! 6).

use alloc::vec::Vec;

use crate::math::{self, sort};

/// The greatest number of points of each sample for the median distance.
const MEDIAN_POINTS: usize = 512;

/// The estimate for two samples in R^`dim`; evaluates the kernel once per pair.
pub(super) fn discrepancy(a: &[f64], b: &[f64], dim: usize, kernel: &dyn Fn(f64) -> f64) -> f64 {
    let between =
        |x: &[f64], points: &[f64]| points.chunks_exact(dim).map(|y| kernel(math::squared_distance(x, y))).sum::<f64>();
    let within = |points: &[f64]| {
        let n = (points.len() / dim) as f64;
        let total: f64 = points.chunks_exact(dim).enumerate().map(|(i, x)| between(x, &points[..i * dim])).sum();
        2.0 * total / (n * (n - 1.0))
    };
    let cross: f64 = a.chunks_exact(dim).map(|x| between(x, b)).sum();
    let pairs = (a.len() / dim) as f64 * (b.len() / dim) as f64;
    within(a) + within(b) - 2.0 * cross / pairs
}

/// The median distance between points of both samples together, from at most 512 evenly spaced points of each; NaN for
/// fewer than two points.
pub fn median_distance(a: &[f64], b: &[f64], dim: usize) -> f64 {
    let pooled: Vec<&[f64]> = [a, b].into_iter().flat_map(|sample| evenly_spaced(sample, dim, MEDIAN_POINTS)).collect();
    let to_earlier = |(i, x): (usize, &&[f64])| {
        let x = *x;
        pooled[..i].iter().map(move |y| math::squared_distance(x, y)).collect::<Vec<f64>>()
    };
    let mut squares: Vec<f64> = pooled.iter().enumerate().flat_map(to_earlier).collect();
    if squares.is_empty() {
        return f64::NAN;
    }
    sort::sort(&mut squares);
    let middle = squares.len() / 2;
    let upper = math::sqrt(squares[middle]);
    if squares.len() % 2 == 1 { upper } else { 0.5 * (upper + math::sqrt(squares[middle - 1])) }
}

/// At most `count` evenly spaced points of a sample.
pub fn evenly_spaced(points: &[f64], dim: usize, count: usize) -> impl Iterator<Item = &[f64]> {
    let n = points.len() / dim;
    let taken = n.min(count);
    (0..taken).map(move |i| {
        // In 64 bits, because the product can overflow the 32-bit sizes of wasm.
        let place = (i as u64 * n as u64 / taken as u64) as usize;
        &points[place * dim..(place + 1) * dim]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn median_distance_is_that_of_numpy() {
        let a = [0.1, 0.2, -0.5, 0.4, 0.3, 0.9, 1.2, -0.7, -0.8, -0.3, 0.3, 0.9];
        let b = [0.0, 0.5, -0.4, 0.1, 0.9, 0.6, -1.1, 0.7, 0.2, -0.6];
        assert!((median_distance(&a, &b, 2) - 1.063_014_581_273_465).abs() < 1e-15);
        // Of the distances 1, 3, 4, 6, 7 and 10 the middle two are 4 and 6.
        assert_eq!(median_distance(&[0.0, 3.0], &[-1.0, -7.0], 1), 5.0);
        assert!(median_distance(&[1.0], &[], 1).is_nan());
    }

    #[test]
    fn evenly_spaced_points_reach_from_end_to_end() {
        let points: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(evenly_spaced(&points, 2, 3).map(|x| x[0]).collect::<Vec<_>>(), [0.0, 6.0, 12.0]);
        assert_eq!(evenly_spaced(&points, 2, 30).count(), 10);
    }
}

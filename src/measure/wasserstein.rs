//! Sliced Wasserstein-1 distance in the plane: the mean of the one-dimensional distances of two samples' projections on
//! equally spaced directions (Rabin et al. 2012).

use alloc::vec::Vec;

use crate::math;

/// Sorted projections of a planar sample, computed once for many distances.
#[derive(Clone, Debug)]
pub struct Slices {
    projections: Vec<Vec<f64>>,
}

impl Slices {
    /// Projects `points` (pairs, one after another) on `directions` equally spaced directions of the half circle.
    pub fn new(points: &[f64], directions: usize) -> Self {
        let project = |i: usize| {
            let (sine, cosine) = math::sin_cos(0.5 * math::TAU * i as f64 / directions as f64);
            let mut values: Vec<f64> = points.chunks_exact(2).map(|p| cosine * p[0] + sine * p[1]).collect();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        Self { projections: (0..directions).map(project).collect() }
    }

    /// The distance to another sample of the same size and directions.
    pub fn distance(&self, other: &Self) -> f64 {
        let pairs = self.projections.iter().zip(&other.projections);
        pairs.map(|(a, b)| mean_gap(a, b)).sum::<f64>() / self.projections.len() as f64
    }
}

/// W₁ of two sorted samples of equal size.
fn mean_gap(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "samples of equal size");
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn sliced_distance_of_a_shift_is_the_mean_length_of_its_projections() {
        let points = vec![0.1, 0.2, -0.5, 0.4, 0.3, 0.9];
        let shifted: Vec<f64> = points.chunks_exact(2).flat_map(|p| [p[0] + 0.3, p[1] - 0.4]).collect();
        let distance = Slices::new(&points, 720).distance(&Slices::new(&shifted, 720));
        // The mean of |cos| over the circle is 2/π.
        assert!((distance - 0.5 * 2.0 / core::f64::consts::PI).abs() < 1e-5, "{distance}");
    }
}

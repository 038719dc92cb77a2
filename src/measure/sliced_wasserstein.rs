//! Sliced Wasserstein distances: one-dimensional distances between projections of two samples, averaged over fixed
//! directions (Rabin et al. 2012; Bonneel et al. 2015).

use alloc::vec;
use alloc::vec::Vec;

use crate::math::{self, sort};
use crate::rng::{Purpose, stream};

/// The number of directions for displayed distances.
pub const DIRECTIONS: usize = 128;

/// Sorted projections of a sample, reused for many distances.
#[derive(Clone, Debug)]
pub struct Slices {
    projections: Vec<Vec<f64>>,
}

impl Slices {
    /// Projections of `points` (pairs, one after another) on `directions` equally spaced directions of the half circle.
    pub fn new(points: &[f64], directions: usize) -> Self {
        let direction = |i: usize| {
            let (sine, cosine) = math::sin_cos(0.5 * math::TAU * i as f64 / directions as f64);
            [cosine, sine]
        };
        Self { projections: (0..directions).map(|i| project(points, &direction(i))).collect() }
    }

    /// Projections of points of R^`dim`, one after another, on `directions` directions: equally spaced in the plane,
    /// and fixed uniform draws elsewhere.
    pub fn in_space(points: &[f64], dim: usize, directions: usize) -> Self {
        if dim == 2 {
            return Self::new(points, directions);
        }
        let mut rng = stream(0, Purpose::Measure, 0);
        let mut direction = vec![0.0; dim];
        let mut next = || {
            direction.fill_with(|| rng.normal());
            let length = math::sqrt(math::dot(&direction, &direction));
            direction.iter_mut().for_each(|u| *u /= length);
            project(points, &direction)
        };
        Self { projections: (0..directions).map(|_| next()).collect() }
    }

    /// W₁ to another sample of the same size and directions: the mean over directions.
    pub fn distance(&self, other: &Self) -> f64 {
        self.mean(other, f64::abs)
    }

    /// W₂ to another sample of the same size and directions: the root mean square over directions.
    pub fn quadratic_distance(&self, other: &Self) -> f64 {
        math::sqrt(self.mean(other, |gap| gap * gap))
    }

    fn mean(&self, other: &Self, cost: fn(f64) -> f64) -> f64 {
        let pairs = self.projections.iter().zip(&other.projections);
        pairs.map(|(a, b)| mean_cost(a, b, cost)).sum::<f64>() / self.projections.len() as f64
    }
}

/// The projections on a unit vector, ascending.
fn project(points: &[f64], direction: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = points.chunks_exact(direction.len()).map(|x| math::dot(direction, x)).collect();
    sort::sort(&mut values);
    values
}

/// The mean of a convex cost of moving one sorted sample to another of equal size.
fn mean_cost(a: &[f64], b: &[f64], cost: fn(f64) -> f64) -> f64 {
    assert_eq!(a.len(), b.len(), "samples must have equal size");
    a.iter().zip(b).map(|(a, b)| cost(a - b)).sum::<f64>() / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn sliced_distances_of_a_shift_are_the_mean_lengths_of_its_projections() {
        let points = vec![0.1, 0.2, -0.5, 0.4, 0.3, 0.9];
        let shifted: Vec<f64> = points.chunks_exact(2).flat_map(|p| [p[0] + 0.3, p[1] - 0.4]).collect();
        let (from, to) = (Slices::new(&points, 720), Slices::new(&shifted, 720));
        // The mean of |cos| over the circle is 2/π, the mean of cos² is ½.
        assert!((from.distance(&to) - 0.5 * 2.0 / core::f64::consts::PI).abs() < 1e-5, "{}", from.distance(&to));
        let quadratic = from.quadratic_distance(&to);
        assert!((quadratic - 0.5 * math::sqrt(0.5)).abs() < 1e-15, "{quadratic}");
    }

    #[test]
    fn sliced_distances_are_those_of_numpy() {
        let a = [0.1, 0.2, -0.5, 0.4, 0.3, 0.9, 1.2, -0.7, -0.8, -0.3];
        let b = [0.0, 0.5, -0.4, 0.1, 0.9, 0.6, -1.1, 0.7, 0.2, -0.6];
        let slices = [a, b].map(|points| Slices::in_space(&points, 2, DIRECTIONS));
        assert!((slices[0].distance(&slices[1]) - 0.254_423_414_097_321_5).abs() < 1e-15);
        assert!((slices[0].quadratic_distance(&slices[1]) - 0.324_704_844_546_072).abs() < 1e-15);
    }

    #[test]
    fn sliced_distance_in_space_of_a_shift_is_that_of_uniform_directions() {
        let points = vec![0.0; 5 * 3];
        for axis in 0..5 {
            let mut shifted = points.clone();
            shifted.chunks_exact_mut(5).for_each(|x| x[axis] += 2.0);
            let slices = [&points, &shifted].map(|points| Slices::in_space(points, 5, 4000));
            // E u² = 1/5 on the sphere, with variance 3/35 - 1/25: alpha 7e-6.
            let square = slices[0].quadratic_distance(&slices[1]) * slices[0].quadratic_distance(&slices[1]);
            let bound = 4.5 * math::sqrt((3.0 / 35.0 - 1.0 / 25.0) / 4000.0);
            assert!((square / 4.0 - 0.2).abs() < bound, "axis {axis}: {square}");
        }
    }
}

//! The kernel Stein discrepancy of a sample from a density, computed from the density's score, with the inverse
//! multiquadric kernel k(x, y) = (1 + ‖x - y‖²)^-½ (Liu, Lee and Jordan 2016; Gorham and Mackey 2017).

use alloc::vec;

use crate::math;
use crate::score::Score;

/// The mean over pairs of different points of s(x)·s(y) k + s(x)·∂k/∂y + s(y)·∂k/∂x + tr ∂²k/∂x∂y for `points` one
/// after another: an unbiased estimate of the squared discrepancy. It is zero in the mean for draws of the density with
/// score s, and may be negative. It hardly detects wrong weights of well separated modes. NaN for fewer than two
/// points.
pub fn squared_discrepancy(score: &dyn Score, points: &[f64]) -> f64 {
    let dim = score.dim();
    let mut scores = vec![0.0; points.len()];
    score.scores(points, &mut scores);
    let n = points.len() / dim;
    let mut sum = 0.0;
    for i in 0..n {
        let at = |j: usize| j * dim..(j + 1) * dim;
        let (x, s) = (&points[at(i)], &scores[at(i)]);
        sum += (0..i).map(|j| stein_kernel([x, &points[at(j)]], [s, &scores[at(j)]])).sum::<f64>();
    }
    2.0 * sum / (n as f64 * (n as f64 - 1.0))
}

/// The kernel at two points with their scores. With q = 1/(1 + ‖x - y‖²): k = √q, ∂k/∂y = (x - y) q k = -∂k/∂x and
/// tr ∂²k/∂x∂y = (d - 3 ‖x - y‖² q) q k.
fn stein_kernel([x, y]: [&[f64]; 2], [s, t]: [&[f64]; 2]) -> f64 {
    let square = math::squared_distance(x, y);
    let q = 1.0 / (1.0 + square);
    let along: f64 = (0..x.len()).map(|k| (s[k] - t[k]) * (x[k] - y[k])).sum();
    math::sqrt(q) * (math::dot(s, t) + q * (along + x.len() as f64 - 3.0 * square * q))
}

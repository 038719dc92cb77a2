//! Energy differences from the score alone: E(x*) - E(x) = -∫₀¹ s(x + t(x* - x))·(x* - x) dt by the trapezoid rule
//! (Alain and Bengio 2014, section 3.4). Exact for Gaussians, whose score is linear.

use alloc::vec;
use alloc::vec::Vec;

use crate::field::{Field, Kind};
use crate::lane::{Lane, f32x4};
use crate::math;

/// The number of intervals.
pub const INTERVALS: Field = Field {
    key: "sample.intervals",
    label: "Path intervals",
    unit: "intervals",
    help: "Into how many pieces the line of each proposal is cut to integrate the score along it.",
    kind: Kind::Integer { default: 20, min: 1, max: 200 },
};

/// A quadrature rule on [0, 1] with the buffers to apply it; applying it allocates nothing.
#[derive(Clone, Debug)]
pub struct Path {
    /// Nodes t and weights.
    nodes: Vec<(f64, f64)>,
    /// The same, each in every element of a lane.
    lanes: Vec<(f32x4, f32x4)>,
    points: Vec<f64>,
    scores: Vec<f64>,
}

impl Path {
    /// The trapezoid rule on `intervals` equal pieces for paths in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `intervals` is positive.
    pub fn trapezoid(intervals: usize, dim: usize) -> Self {
        assert!(intervals > 0);
        let width = 1.0 / intervals as f64;
        let weight = |i| if i == 0 || i == intervals { 0.5 * width } else { width };
        let nodes: Vec<(f64, f64)> = (0..=intervals).map(|i| (i as f64 * width, weight(i))).collect();
        let lanes = nodes.iter().map(|(t, weight)| (Lane::splat(*t), Lane::splat(*weight))).collect();
        let size = nodes.len() * dim;
        Self { nodes, lanes, points: vec![0.0; size], scores: vec![0.0; size] }
    }

    /// Nodes and weights as lanes.
    pub(crate) fn lanes(&self) -> &[(f32x4, f32x4)] {
        &self.lanes
    }

    /// -∫ s·dx from `from` to `to`, `scores` being called once with all nodes.
    pub fn integrate(&mut self, from: &[f64], to: &[f64], mut scores: impl FnMut(&[f64], &mut [f64])) -> f64 {
        let dim = from.len();
        for (point, (t, _)) in self.points.chunks_exact_mut(dim).zip(&self.nodes) {
            point.iter_mut().zip(from.iter().zip(to)).for_each(|(p, (a, b))| *p = a + t * (b - a));
        }
        scores(&self.points, &mut self.scores);
        let along = |score: &[f64]| math::dot(score, to) - math::dot(score, from);
        -self.scores.chunks_exact(dim).zip(&self.nodes).map(|(s, (_, weight))| weight * along(s)).sum::<f64>()
    }
}

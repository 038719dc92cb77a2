//! -∫ s·dx along a straight line by a quadrature rule, node by node, and the exact energy for comparison (Alain and
//! Bengio 2014 on energy differences).
//!
//! The weights of a rule divide [0, 1] into cells, one around each node (for Gauss-Legendre by the separation theorem
//! of Chebyshev, Markov and Stieltjes). The sum over the first nodes is therefore the integral up to the right edge of
//! the last node's cell, with an error of order two in the cell's width. The sum over all nodes is the rule's value.

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::{Path, Score};

/// The partial sums of a rule along a line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineIntegral {
    /// The node positions, 0 at the start of the line and 1 at its end.
    pub nodes: Vec<f64>,
    /// The right edge of each node's cell, in the same units.
    pub edges: Vec<f64>,
    /// E at each edge minus E at the start, by the sum over the nodes up to there.
    pub sums: Vec<f64>,
}

impl LineIntegral {
    /// The line from `from` to `to` (d numbers each) with the nodes and weights of `path`.
    pub fn of(score: &dyn Score, from: &[f64], to: &[f64], path: &Path) -> Self {
        let mut line = Self { nodes: vec![], edges: vec![], sums: vec![] };
        let (mut edge, mut sum, mut s) = (0.0, 0.0, vec![0.0; from.len()]);
        for (t, weight) in path.nodes() {
            score.scores(&point_at(from, to, *t), &mut s);
            edge += weight;
            sum -= weight * (math::dot(&s, to) - math::dot(&s, from));
            line.nodes.push(*t);
            line.edges.push(edge);
            line.sums.push(sum);
        }
        line
    }

    /// The differences of the exact energy at the edges; `None` if the score has none.
    pub fn exact(&self, score: &dyn Score, from: &[f64], to: &[f64]) -> Option<Vec<f64>> {
        self.edges.iter().map(|t| score.exact_energy_difference(from, &point_at(from, to, *t))).collect()
    }
}

/// The point at fraction t of the line.
pub fn point_at(from: &[f64], to: &[f64], t: f64) -> Vec<f64> {
    from.iter().zip(to).map(|(a, b)| a + t * (b - a)).collect()
}

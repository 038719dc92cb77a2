//! A score along a straight line, as a quadrature rule sees it: -∫ s·dx from node to node, beside the energy itself (Alain and
//! Bengio 2014 on energy differences).
//!
//! The weights of a rule cut [0, 1] into cells, each with its node inside (for Gauss-Legendre by the separation theorem of
//! Chebyshev, Markov and Stieltjes), so that the sum over the first nodes is the integral up to the right edge of the last one's
//! cell, up to the square of a cell's width. Over all nodes it is the rule's own value.

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::{Path, Score};

/// What a rule sums up on its way along a line, node by node.
#[derive(Clone, Debug, PartialEq)]
pub struct LineIntegral {
    /// Where each node lies, 0 at the beginning of the line and 1 at its end.
    pub nodes: Vec<f64>,
    /// Where the cell of each node ends, in the same units.
    pub edges: Vec<f64>,
    /// E there less E at the beginning, by the sum over the nodes so far.
    pub sums: Vec<f64>,
}

impl LineIntegral {
    /// The line from `from` to `to`, of d numbers each, by the nodes and weights of `path`.
    pub fn of(score: &dyn Score, from: &[f64], to: &[f64], path: &Path) -> Self {
        let mut line = Self { nodes: vec![], edges: vec![], sums: vec![] };
        let (mut edge, mut sum, mut s) = (0.0, 0.0, vec![0.0; from.len()]);
        for (t, weight) in path.nodes() {
            score.scores(&place(from, to, *t), &mut s);
            edge += weight;
            sum -= weight * (math::dot(&s, to) - math::dot(&s, from));
            line.nodes.push(*t);
            line.edges.push(edge);
            line.sums.push(sum);
        }
        line
    }

    /// The same differences by an energy that is known; `None` where it is not.
    pub fn exact(&self, score: &dyn Score, from: &[f64], to: &[f64]) -> Option<Vec<f64>> {
        self.edges.iter().map(|t| score.exact_energy_difference(from, &place(from, to, *t))).collect()
    }
}

/// The point at t of the way.
pub fn place(from: &[f64], to: &[f64], t: f64) -> Vec<f64> {
    from.iter().zip(to).map(|(a, b)| a + t * (b - a)).collect()
}

//! exp(-E) at the nodes of a composite Gauss-Legendre rule: twelve nodes on each panel of each axis.

use alloc::vec;
use alloc::vec::Vec;

use super::Energy;
use crate::math::quadrature::gauss_legendre;
use crate::math::{self, ceil};

/// Nodes on a panel.
const NODES: usize = 12;
/// Panels next to a kink shrink by this factor, three times.
const GRADING: f64 = 0.2;

/// Ascending nodes along each axis with their weights, and exp(E₀ - E) at all pairs of them; the second axis varies
/// fastest. On the line the first axis has one node of weight 1.
pub struct Table {
    /// (node, weight) of both axes.
    pub axes: [Vec<(f64, f64)>; 2],
    /// exp(E₀ - E), at most 1.
    pub values: Vec<f64>,
    /// E₀, the least energy at a node.
    pub least: f64,
}

impl Table {
    /// Tabulates `energy` on `frame` with panels no wider than `width`.
    pub fn new(energy: &dyn Energy, frame: [[f64; 2]; 2], width: f64) -> Self {
        let axis = |[from, to]: [f64; 2]| axis(from, to, width, energy.has_kink());
        let axes = match energy.dim() {
            1 => [vec![(0.0, 1.0)], axis(frame[0])],
            _ => frame.map(axis),
        };
        let mut values = Vec::with_capacity(axes[0].len() * axes[1].len());
        for (a, _) in &axes[0] {
            values.extend(axes[1].iter().map(|(b, _)| energy.energy(&[*a, *b][2 - energy.dim()..])));
        }
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        values.iter_mut().for_each(|value| *value = math::exp(least - *value));
        Self { axes, values, least }
    }

    /// log ∫ exp(-E).
    pub fn log_integral(&self) -> f64 {
        let row =
            |values: &[f64]| values.iter().zip(&self.axes[1]).map(|(value, (_, weight))| value * weight).sum::<f64>();
        let rows = self.values.chunks_exact(self.axes[1].len()).zip(&self.axes[0]);
        math::ln(rows.map(|(values, (_, weight))| weight * row(values)).sum()) - self.least
    }
}

/// The nodes and weights on [from, to].
fn axis(from: f64, to: f64, width: f64, has_kink: bool) -> Vec<(f64, f64)> {
    let rule = gauss_legendre(NODES, 0.0, 1.0);
    let edges = edges(from, to, width, has_kink);
    let on_panel = |[a, b]: [f64; 2]| rule.iter().map(move |(t, weight)| (a + (b - a) * t, (b - a) * weight));
    edges.windows(2).flat_map(|pair| on_panel([pair[0], pair[1]])).collect()
}

/// The ends of all panels on [from, to].
fn edges(from: f64, to: f64, width: f64, has_kink: bool) -> Vec<f64> {
    if has_kink && from < 0.0 && to > 0.0 {
        let left = graded(-from, width).into_iter().rev().map(|edge| -edge);
        return left.chain([0.0]).chain(graded(to, width)).collect();
    }
    let count = ceil((to - from) / width);
    (0..=count as usize).map(|i| from + (to - from) * i as f64 / count).collect()
}

/// The right ends of panels on [0, length], refined towards the kink at 0.
fn graded(length: f64, width: f64) -> Vec<f64> {
    let count = ceil(length / width);
    let step = length / count;
    let fractions = [GRADING * GRADING * GRADING, GRADING * GRADING, GRADING];
    fractions.into_iter().map(|f| f * step).chain((1..=count as usize).map(|i| i as f64 * step)).collect()
}

//! The reconstruction-contractive optimum on the line: the r that minimises E[(r(x) - x)² + σ² r'(x)²] (Alain and
//! Bengio 2014). It solves p (r - x) = σ² (p r')' with p r' = 0 at the ends.
//!
//! For nodes x_i at distances δ_i, with cells w_i = (x_{i+1} - x_{i-1})/2 (half of that at the ends), the discrete r
//! minimises Σ p_i w_i (r_i - x_i)² + σ² Σ ½(p_i + p_{i+1}) (r_{i+1} - r_i)²/δ_i. In terms of the score u = (r - x)/σ²
//! the equations are (P + σ²L) u = -L x. The right-hand side -L x is a difference of densities, so nothing cancels as
//! σ → 0. Each row is divided by its p_i, so only ratios of neighbouring densities occur and none underflows.

use alloc::vec::Vec;

use super::Score;
use crate::data::Density;
use crate::math;
use crate::math::cubic_hermite::{hermite, hermite_slope};
use crate::math::tridiagonal_solve::{Row, solve};
use crate::setting::{SettingError, Value};

/// The greatest number of nodes.
const MAX_NODES: usize = 1_000_000;
/// Larger differences of neighbouring log-densities are reduced to this. No grid resolves such a step.
pub(super) const MAX_LOG_RATIO: f64 = 300.0;

/// The score (r - x)/σ² of the optimum: between nodes a cubic with a continuous slope, which at each node is the slope
/// of the parabola through the node and its neighbours. Beyond the ends r is constant.
#[derive(Clone, Debug)]
pub struct ContractiveLine {
    nodes: Vec<f64>,
    variance: f64,
    scores: Vec<f64>,
    slopes: Vec<f64>,
}

impl ContractiveLine {
    /// The optimum for corruption `sigma` and a density with `log_densities` (up to a constant) at ascending `nodes`.
    /// There are 3 to a million nodes; the density should be negligible at both ends.
    pub fn new(nodes: &[f64], log_densities: &[f64], sigma: f64) -> Result<Self, SettingError> {
        let variance = sigma * sigma;
        if !(sigma > 0.0 && variance.is_finite() && (1.0 / variance).is_finite()) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be positive and finite, and its square too"));
        }
        if !(3..=MAX_NODES).contains(&nodes.len()) {
            return Err(SettingError::new("nodes", nodes.len(), "be 3 to a million"));
        }
        if !nodes.windows(2).all(|pair| pair[1] > pair[0] && (pair[1] - pair[0]).is_finite()) {
            return Err(SettingError::new("nodes", nodes.len(), "be finite and ascend"));
        }
        if log_densities.len() != nodes.len() || !log_densities.iter().all(|log| log.is_finite()) {
            return Err(SettingError::new("log_densities", log_densities.len(), "be finite, one for each node"));
        }
        let scores = solve(&rows(nodes, log_densities, variance));
        let slopes = slopes(nodes, &scores);
        Ok(Self { nodes: nodes.to_vec(), variance, scores, slopes })
    }

    /// The optimum for `density` on `count` equally spaced nodes from `left` to `right`.
    pub fn of(density: &dyn Density, left: f64, right: f64, count: usize, sigma: f64) -> Result<Self, SettingError> {
        if density.dim() != 1 {
            return Err(SettingError::new("density", density.dim(), "have one dimension"));
        }
        if !(3..=MAX_NODES).contains(&count) {
            return Err(SettingError::new("nodes", count, "be 3 to a million"));
        }
        let width = (right - left) / (count - 1) as f64;
        let nodes: Vec<f64> = (0..count).map(|i| left + i as f64 * width).collect();
        let log_densities = nodes.iter().map(|x| density.log_density(&[*x])).collect::<Option<Vec<f64>>>();
        Self::new(&nodes, &log_densities.ok_or_else(no_closed_form)?, sigma)
    }

    /// The nodes x_i.
    pub fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// The score and its slope at x.
    fn at(&self, x: f64) -> (f64, f64) {
        let last = self.nodes.len() - 1;
        // Not `clamp`: its panic message formats floating-point numbers, which would enlarge the module.
        let inside = x.max(self.nodes[0]).min(self.nodes[last]);
        let i = self.nodes.partition_point(|node| *node <= inside).clamp(1, last) - 1;
        let width = self.nodes[i + 1] - self.nodes[i];
        let t = (inside - self.nodes[i]) / width;
        let sum = |[value, slope, next, next_slope]: [f64; 4]| {
            let values = value * self.scores[i] + next * self.scores[i + 1];
            values + width * (slope * self.slopes[i] + next_slope * self.slopes[i + 1])
        };
        if x == inside {
            (sum(hermite(t)), sum(hermite_slope(t)) / width)
        } else {
            (sum(hermite(t)) + (inside - x) / self.variance, -1.0 / self.variance)
        }
    }
}

/// The error for a density without closed form.
pub(super) fn no_closed_form() -> SettingError {
    SettingError::new("density", "none", "have a closed form")
}

/// The ratio of two densities, second over first, from their logarithms.
pub(super) fn ratio(from: f64, to: f64) -> f64 {
    math::exp((to - from).clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO))
}

fn rows(nodes: &[f64], log_densities: &[f64], variance: f64) -> Vec<Row> {
    let last = nodes.len() - 1;
    let row = |i: usize| {
        let mean = |j: usize| 0.5 * (1.0 + ratio(log_densities[i], log_densities[j]));
        let (left, right) = (if i > 0 { mean(i - 1) } else { 0.0 }, if i < last { mean(i + 1) } else { 0.0 });
        let to_left = if i > 0 { nodes[i] - nodes[i - 1] } else { 0.0 };
        let to_right = if i < last { nodes[i + 1] - nodes[i] } else { 0.0 };
        let over = |mean: f64, width: f64| if width > 0.0 { variance * mean / width } else { 0.0 };
        Row {
            excess: 0.5 * (to_left + to_right),
            left: over(left, to_left),
            right: over(right, to_right),
            force: right - left,
        }
    };
    (0..=last).map(row).collect()
}

/// The slope at each node: the slope of the parabola through the node and its neighbours; at the ends, of the chord.
fn slopes(nodes: &[f64], values: &[f64]) -> Vec<f64> {
    let last = nodes.len() - 1;
    let width = |i: usize| nodes[i + 1] - nodes[i];
    let chord = |i: usize| (values[i + 1] - values[i]) / width(i);
    let slope = |i: usize| match i {
        0 => chord(0),
        _ if i == last => chord(last - 1),
        _ => (width(i) * chord(i - 1) + width(i - 1) * chord(i)) / (width(i - 1) + width(i)),
    };
    (0..=last).map(slope).collect()
}

impl Score for ContractiveLine {
    fn dim(&self) -> usize {
        1
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        for (x, out) in points.iter().zip(out) {
            *out = self.at(*x).0;
        }
    }

    /// The slope of the cubic; -1/σ² beyond the ends.
    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        out[0] = self.at(x[0]).1;
    }
}

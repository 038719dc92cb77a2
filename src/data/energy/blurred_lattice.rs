//! A smoothed density as a sum over a lattice: two Gaussian blurs of equal variance, one after the other.
//!
//! With v = σ²/2, q = p * N(0, v I) is computed once at lattice points of spacing h = σ/2 by Gauss-Legendre quadrature.
//! Then p_σ(x) = Σ_k h^d q(x_k) N(x; x_k, v I) is a trapezoid rule. For any p the Hessian of -log q is at most I/v, so
//! each summand is at least σ/2 wide. The relative error of the rule is a few e^(-2π²) = 3e-9, also in the tails.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::posterior::{HasPosterior, Posterior, Sums};
use super::quadrature_nodes::Table;
use super::{Energy, in_plane, kernel};
use crate::math::{self, TAU, ceil};

/// The greatest number of lattice points.
const MAX_POINTS: f64 = 100_000.0;
/// The margin of the lattice beyond the frame, in standard deviations √v.
const MARGIN: f64 = 8.0;
/// The radius of the first blur's kernel, in standard deviations √v.
const KERNEL_RADIUS: f64 = 14.0;
/// The greatest width of quadrature panels for the first blur, in standard deviations √v.
const PANEL_WIDTH: f64 = 5.0;
/// The first window of the second blur, in standard deviations √v, and its number of lattice points on an axis.
const WINDOW: f64 = 7.8;
const WINDOW_POINTS: usize = 24;
/// The logarithm of the greatest share that points outside the window may add to the sum.
const NEGLIGIBLE: f64 = -22.0;
/// Below this value a sum loses digits to underflow.
const TINY: f64 = 1e-280;

/// p_σ as weights at lattice points; the second axis varies fastest.
pub struct Lattice {
    axes: [Axis; 2],
    /// q(x_k) up to a factor.
    weights: Vec<f64>,
    /// The sum of all weights.
    total: f64,
    /// The logarithm of the factor on the sum of weights times kernels.
    log_scale: f64,
    /// v = σ²/2.
    variance: f64,
}

/// Equally spaced points.
#[derive(Clone, Copy)]
struct Axis {
    first: f64,
    spacing: f64,
    count: usize,
}

impl Axis {
    /// From MARGIN standard deviations below `from` to MARGIN standard deviations above `to`.
    fn new([from, to]: [f64; 2], deviation: f64, spacing: f64) -> Self {
        let length = to - from + 2.0 * MARGIN * deviation;
        let count = ceil(length / spacing) + 1.0;
        Self { first: 0.5 * (from + to - (count - 1.0) * spacing), spacing, count: count as usize }
    }

    fn at(&self, k: usize) -> f64 {
        self.first + k as f64 * self.spacing
    }

    /// The points within `width` of x; an end point if there is none.
    fn window(&self, x: f64, width: f64) -> Range<usize> {
        // Casts saturate: a place beyond an end becomes that end.
        let from = ceil((x - width - self.first) / self.spacing) as usize;
        let to = (ceil((x + width - self.first) / self.spacing).max(0.0) as usize).min(self.count);
        let from = from.min(self.count - 1);
        from..to.max(from + 1)
    }
}

impl Lattice {
    /// `exp(-energy)/Z` on `frame`, smoothed by `sigma`; `None` for more than 100,000 points or unless `sigma` is
    /// positive.
    pub fn new(energy: &dyn Energy, frame: [[f64; 2]; 2], sigma: f64, log_z: f64) -> Option<Self> {
        let (dim, variance, spacing) = (energy.dim(), 0.5 * sigma * sigma, 0.5 * sigma);
        let deviation = math::sqrt(variance);
        let along = |k: usize| (frame[k][1] - frame[k][0] + 2.0 * MARGIN * deviation) / spacing;
        let points: f64 = (0..dim).map(along).product();
        if !(sigma > 0.0 && points < MAX_POINTS) {
            return None;
        }
        let axes = match dim {
            1 => [Axis { first: 0.0, spacing, count: 1 }, Axis::new(frame[0], deviation, spacing)],
            _ => frame.map(|range| Axis::new(range, deviation, spacing)),
        };
        let table = Table::new(energy, frame, energy.length_scale().min(PANEL_WIDTH * deviation));
        let half = blur(&table.axes[0], &axes[0], variance, &table.values);
        let weights = blur(&table.axes[1], &axes[1], variance, &half);
        // The normalising constants of two kernels, for each dimension.
        let log_scale = dim as f64 * math::ln(spacing / (TAU * variance)) - table.least - log_z;
        Some(Self { axes, total: weights.iter().sum(), weights, log_scale, variance })
    }

    /// The sums around x, and the logarithm of the factor divided out of them.
    fn sums(&self, x: [f64; 2]) -> (Sums, f64) {
        let deviation = math::sqrt(self.variance);
        let windows = |width: f64| [0, 1].map(|k| self.axes[k].window(x[k], width * deviation));
        let sums = self.sum(x, windows(WINDOW), &mut [[0.0; 2]; WINDOW_POINTS]);
        // Points farther than `needed` add less than the total times the kernel at that distance.
        let needed = math::sqrt(2.0 * (math::ln(self.total / sums.mass) - NEGLIGIBLE));
        if needed <= WINDOW {
            return (sums, 0.0);
        }
        let sums = self.sum(x, windows(needed), &mut vec![[0.0; 2]; self.axes[1].count]);
        if sums.mass < TINY * self.total { self.sum_scaled(x) } else { (sums, 0.0) }
    }

    /// Sums over the points in a window; `along` is scratch space for the second axis.
    fn sum(&self, x: [f64; 2], windows: [Range<usize>; 2], along: &mut [[f64; 2]]) -> Sums {
        let [rows, columns] = windows;
        let along = &mut along[..columns.len()];
        for (k, entry) in columns.clone().zip(along.iter_mut()) {
            let offset = self.axes[1].at(k) - x[1];
            *entry = [kernel(offset, self.variance), offset];
        }
        let mut sums = Sums::default();
        for row in rows {
            let weights = &self.weights[row * self.axes[1].count + columns.start..][..columns.len()];
            let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
            for (weight, [kernel, offset]) in weights.iter().zip(along.iter()) {
                let term = weight * kernel;
                mass += term;
                first += term * offset;
                second += term * offset * offset;
            }
            let offset = self.axes[0].at(row) - x[0];
            sums.add(kernel(offset, self.variance), offset, [mass, first, second]);
        }
        sums
    }

    /// The sums over all points, scaled against underflow, and the logarithm of the factor divided out of them.
    fn sum_scaled(&self, x: [f64; 2]) -> (Sums, f64) {
        let columns = self.axes[1].count;
        let offsets = |i: usize| [self.axes[0].at(i / columns) - x[0], self.axes[1].at(i % columns) - x[1]];
        let exponent = |i: usize| {
            let [a, b] = offsets(i);
            math::ln(self.weights[i]) - 0.5 * (a * a + b * b) / self.variance
        };
        let top = (0..self.weights.len()).map(exponent).fold(f64::NEG_INFINITY, f64::max);
        let mut sums = Sums::default();
        for i in 0..self.weights.len() {
            let ([a, b], weight) = (offsets(i), math::exp(exponent(i) - top));
            sums.add(weight, a, [1.0, b, b * b]);
        }
        (sums, top)
    }
}

impl HasPosterior for Lattice {
    fn posterior(&self, x: &[f64]) -> Posterior {
        let (sums, log_factor) = self.sums(in_plane(x));
        sums.posterior(log_factor + self.log_scale, self.variance)
    }
}

/// Σ_b values[b][c] w_b exp(-(x_k - x_b)²/2v) over the nodes b, for each lattice point k; row c holds all k.
fn blur(nodes: &[(f64, f64)], lattice: &Axis, variance: f64, values: &[f64]) -> Vec<f64> {
    let columns = values.len() / nodes.len();
    let mut blurred = vec![0.0; columns * lattice.count];
    if lattice.count == 1 {
        blurred.copy_from_slice(values);
        return blurred;
    }
    let reach = KERNEL_RADIUS * math::sqrt(variance);
    let mut row = vec![0.0; columns];
    for k in 0..lattice.count {
        let x = lattice.at(k);
        let from = nodes.partition_point(|(node, _)| *node < x - reach);
        let to = nodes.partition_point(|(node, _)| *node <= x + reach);
        row.fill(0.0);
        for (b, (node, weight)) in nodes.iter().enumerate().take(to).skip(from) {
            let gain = weight * kernel(node - x, variance);
            row.iter_mut().zip(&values[b * columns..]).for_each(|(sum, value)| *sum += gain * value);
        }
        row.iter().zip(blurred[k..].iter_mut().step_by(lattice.count)).for_each(|(sum, out)| *out = *sum);
    }
    blurred
}

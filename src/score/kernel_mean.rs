//! The denoising optimum of a finite sample: r*(y) = Σ ρ_i x_i with ρ_i ∝ exp(-‖y - x_i‖²/2σ²), the mean of the points
//! under a Gaussian kernel (Alain and Bengio 2014, for the empirical density).
//!
//! r*(y) is y + σ² times the score of the mixture Σ N(x_i, σ²I)/N, which [`Mixture`](crate::data::Mixture) sums term by
//! term. Here a tree of boxes (Bentley, *Multidimensional Binary Search Trees*, 1975) skips points that are too far
//! away, and SIMD vectors process four points at a time.
//!
//! In a leaf with centre c, v = (x - c)/σ and q = (y - c)/σ, the exponent is q·v - ½‖v‖² - ½‖q‖². The first two terms
//! are small because leaves are small, so they are computed in `f32`. The last term is one number per leaf, computed in
//! `f64`.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::Score;
use crate::math;
use crate::setting::{SettingError, Value};
use crate::simd::{Simd, f32x4};

/// The greatest number of points in a leaf.
const MAX_LEAF_POINTS: usize = 128;
/// The greatest half-diagonal of a leaf in units of σ. The rounding error of the exponents grows with it.
const MAX_LEAF_RADIUS: f64 = 2.0;
/// The total weight of skipped points is below exp(-16) of the total weight of the others.
const MARGIN: f64 = 16.0;
/// The greatest number of coordinates: a million points in the plane. Memory is at most 112 bytes per coordinate, 7 for
/// dense points.
const MAX_COORDINATES: usize = 1 << 21;

/// The score of N equally weighted points of R^d, smoothed by σ.
///
/// The `f32` result equals the exact result for points that are moved by less than 1e-6 σ each. Scores have an error
/// below 1e-5 max(‖s‖, 1/σ) within 30 σ of the nearest point. At distance D σ, where distant clusters may balance, the
/// error is below (D/30)² times this bound.
#[derive(Clone, Debug)]
pub struct KernelMean<L = f32x4> {
    dim: usize,
    count: usize,
    sigma: f64,
    inverse_sigma: f64,
    /// The tree in preorder: the first child of a node follows it.
    nodes: Vec<Node>,
    /// The least and the greatest corner of each node's box.
    boxes: Vec<f64>,
    /// For each pack of points in SIMD vectors: d coordinates of v, then -½‖v‖².
    packs: Vec<L>,
}

/// A node of the tree.
#[derive(Clone, Debug)]
struct Node {
    /// The first node after the subtree of this node.
    next: usize,
    /// The packs of a leaf; empty for inner nodes.
    packs: Range<usize>,
}

/// Scratch space for the current leaf.
struct Leaf<L> {
    /// q = (y - c)/σ.
    offset: Vec<f64>,
    query: Vec<L>,
    /// For each pack: the exponents without -½‖q‖², then their exponentials w relative to the greatest.
    weights: Vec<L>,
    /// Σ w v for each coordinate, and Σ w.
    moments: Vec<L>,
}

impl<L: Simd> KernelMean<L> {
    /// The kernel mean of `points` (N×`dim`, one after another) with a kernel of standard deviation `sigma`. An error
    /// unless `sigma` and its inverse are positive and finite and there are 1 to 2²¹ finite coordinates, d per point.
    pub fn new(dim: usize, points: &[f64], sigma: f64) -> Result<Self, SettingError> {
        if !(sigma > 0.0 && sigma.is_finite() && (1.0 / sigma).is_finite()) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be positive and finite, and its inverse too"));
        }
        if points.is_empty() || dim == 0 || !points.len().is_multiple_of(dim) || points.len() > MAX_COORDINATES {
            return Err(SettingError::new(
                "points",
                points.len(),
                "be up to two million coordinates, d for each point",
            ));
        }
        if let Some(x) = points.iter().find(|x| !x.is_finite()) {
            return Err(SettingError::new("points", Value::Real(*x), "be finite"));
        }
        let count = points.len() / dim;
        let mut tree =
            Self { dim, count, sigma, inverse_sigma: 1.0 / sigma, nodes: vec![], boxes: vec![], packs: vec![] };
        let mut order: Vec<u32> = (0..count as u32).collect();
        tree.build(points, &mut order);
        Ok(tree)
    }

    /// Adds the subtree of the points in `order`.
    fn build(&mut self, points: &[f64], order: &mut [u32]) {
        let (dim, node) = (self.dim, self.nodes.len());
        let at = |i: u32, k: usize| points[i as usize * dim + k];
        self.nodes.push(Node { next: 0, packs: 0..0 });
        for k in 0..dim {
            self.boxes.push(order.iter().map(|&i| at(i, k)).fold(f64::INFINITY, f64::min));
        }
        for k in 0..dim {
            self.boxes.push(order.iter().map(|&i| at(i, k)).fold(f64::NEG_INFINITY, f64::max));
        }
        let (low, high) = self.corners(node);
        let width = |k: usize| high[k] - low[k];
        let diagonal = math::sqrt((0..dim).map(|k| width(k) * width(k)).sum());
        if order.len() <= MAX_LEAF_POINTS && (diagonal <= 2.0 * MAX_LEAF_RADIUS * self.sigma || order.len() == 1) {
            // The sort makes ties and the order within leaves independent of the selection algorithm.
            sort(order);
            self.fill_leaf(node, points, order);
        } else {
            let widest = (1..dim).fold(0, |best, k| if width(k) > width(best) { k } else { best });
            let half = order.len() / 2;
            order.select_nth_unstable_by(half, |&a, &b| at(a, widest).total_cmp(&at(b, widest)).then(a.cmp(&b)));
            let (left, right) = order.split_at_mut(half);
            self.build(points, left);
            self.build(points, right);
        }
        self.nodes[node].next = self.nodes.len();
    }

    fn fill_leaf(&mut self, node: usize, points: &[f64], order: &[u32]) {
        let (dim, sigma, start) = (self.dim, self.sigma, self.packs.len());
        let centre: Vec<f64> = (0..dim).map(|k| self.centre(node, k)).collect();
        let shifted = |i: u32, k: usize| (points[i as usize * dim + k] - centre[k]) / sigma;
        for pack in order.chunks(L::WIDTH) {
            for k in 0..dim {
                self.packs.push(L::from_fn(|e| pack.get(e).map_or(0.0, |&i| shifted(i, k))));
            }
            let half_norm = |i: u32| 0.5 * (0..dim).map(|k| shifted(i, k) * shifted(i, k)).sum::<f64>();
            // Elements without a point have weight zero.
            self.packs.push(L::from_fn(|e| pack.get(e).map_or(f64::NEG_INFINITY, |&i| -half_norm(i))));
        }
        self.nodes[node].packs = start..self.packs.len();
    }

    /// The number of points N.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no points; always false.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn corners(&self, node: usize) -> (&[f64], &[f64]) {
        self.boxes[2 * node * self.dim..2 * (node + 1) * self.dim].split_at(self.dim)
    }

    fn centre(&self, node: usize, k: usize) -> f64 {
        let (low, high) = self.corners(node);
        0.5 * (low[k] + high[k])
    }

    /// An upper bound of the exponents of all points below `node`.
    fn bound(&self, node: usize, y: &[f64]) -> f64 {
        let (low, high) = self.corners(node);
        let mut distance = 0.0;
        for (k, y) in y.iter().enumerate() {
            let gap = (low[k] - y).max(y - high[k]).max(0.0) * self.inverse_sigma;
            distance += gap * gap;
        }
        -0.5 * distance
    }

    fn leaf(&self) -> Leaf<L> {
        Leaf {
            offset: vec![0.0; self.dim],
            query: vec![L::default(); self.dim],
            weights: Vec::with_capacity(MAX_LEAF_POINTS.div_ceil(L::WIDTH)),
            moments: vec![L::default(); self.dim + 1],
        }
    }

    /// Computes the exponents of the leaf `node`. Returns -½‖q‖² and the greatest exponent without it.
    fn leaf_exponents(&self, node: usize, y: &[f64], leaf: &mut Leaf<L>) -> (f64, f64) {
        for (k, y) in y.iter().enumerate() {
            leaf.offset[k] = (y - self.centre(node, k)) * self.inverse_sigma;
            leaf.query[k] = L::splat(leaf.offset[k]);
        }
        let packs = self.leaf_packs(node);
        let max_exponent = match self.dim {
            2 => exponents(2, packs, &leaf.query, &mut leaf.weights),
            dim => exponents(dim, packs, &leaf.query, &mut leaf.weights),
        };
        let greatest = (0..L::WIDTH).map(|e| max_exponent.get(e)).fold(f64::NEG_INFINITY, f64::max);
        (-0.5 * math::dot(&leaf.offset, &leaf.offset), greatest)
    }

    /// The greatest exponent over all points.
    fn max_exponent(&self, y: &[f64], leaf: &mut Leaf<L>) -> f64 {
        let mut node = 0;
        while self.nodes[node].packs.is_empty() {
            let (left, right) = (node + 1, self.nodes[node + 1].next);
            node = if self.bound(left, y) < self.bound(right, y) { right } else { left };
        }
        let (base, greatest) = self.leaf_exponents(node, y, leaf);
        let mut max_exponent = base + greatest;
        let mut node = 0;
        while node < self.nodes.len() {
            if self.bound(node, y) <= max_exponent {
                node = self.nodes[node].next;
                continue;
            }
            if !self.nodes[node].packs.is_empty() {
                let (base, greatest) = self.leaf_exponents(node, y, leaf);
                max_exponent = max_exponent.max(base + greatest);
            }
            node += 1;
        }
        max_exponent
    }

    /// Calls `visit(node, leaf, factor)` for each leaf that is not skipped; its weights times `factor` are exponentials
    /// relative to the greatest exponent of all points. Returns this exponent.
    fn for_each_leaf(&self, y: &[f64], leaf: &mut Leaf<L>, visit: &mut dyn FnMut(usize, &Leaf<L>, f64)) -> f64 {
        let max_exponent = self.max_exponent(y, leaf);
        let least = max_exponent - MARGIN - math::ln(self.count as f64);
        let mut node = 0;
        while node < self.nodes.len() {
            if self.bound(node, y) < least {
                node = self.nodes[node].next;
                continue;
            }
            if !self.nodes[node].packs.is_empty() {
                let (base, greatest) = self.leaf_exponents(node, y, leaf);
                let packs = self.leaf_packs(node);
                match self.dim {
                    2 => moments(2, packs, greatest, &mut leaf.weights, &mut leaf.moments),
                    dim => moments(dim, packs, greatest, &mut leaf.weights, &mut leaf.moments),
                }
                visit(node, leaf, math::exp(base + greatest - max_exponent));
            }
            node += 1;
        }
        max_exponent
    }

    fn leaf_packs(&self, node: usize) -> &[L] {
        &self.packs[self.nodes[node].packs.clone()]
    }

    /// log p_σ(y), the log-density of the points smoothed by σ. The error is below 1e-5 max(1, D), with D the distance
    /// from y to the nearest point in units of σ.
    pub fn log_density(&self, y: &[f64]) -> f64 {
        let mut total = 0.0;
        let max_exponent =
            self.for_each_leaf(y, &mut self.leaf(), &mut |_, leaf, factor| total += factor * leaf.moment(self.dim));
        let log_scale = 0.5 * self.dim as f64 * math::ln(math::TAU * self.sigma * self.sigma);
        max_exponent + math::ln(total / self.count as f64) - log_scale
    }

    /// Writes (r*(y) - y)/σ to `out`.
    fn shift(&self, y: &[f64], leaf: &mut Leaf<L>, out: &mut [f64]) {
        let dim = self.dim;
        let mut total = 0.0;
        out.fill(0.0);
        self.for_each_leaf(y, leaf, &mut |_, leaf, factor| {
            let weight = leaf.moment(dim);
            total += factor * weight;
            for (k, out) in out.iter_mut().enumerate() {
                *out += factor * (leaf.moment(k) - weight * leaf.offset[k]);
            }
        });
        out.iter_mut().for_each(|shift| *shift /= total);
    }
}

/// Insertion sort of a leaf's points: leaves are small, and this is less code to load than a faster algorithm.
fn sort(order: &mut [u32]) {
    for end in 1..order.len() {
        for i in (1..=end).rev() {
            if order[i - 1] <= order[i] {
                break;
            }
            order.swap(i - 1, i);
        }
    }
}

/// Fills `exponents` with q·v - ½‖v‖² for each pack and returns the greatest.
#[inline(always)]
fn exponents<L: Simd>(dim: usize, packs: &[L], query: &[L], exponents: &mut Vec<L>) -> L {
    let mut max_exponent = L::splat(f64::NEG_INFINITY);
    exponents.resize(packs.len() / (dim + 1), L::default());
    for (exponent, pack) in exponents.iter_mut().zip(packs.chunks_exact(dim + 1)) {
        *exponent = (0..dim).fold(pack[dim], |sum, k| sum + pack[k] * query[k]);
        max_exponent = max_exponent.max(*exponent);
    }
    max_exponent
}

/// Replaces exponents by weights relative to `greatest` and sums their moments.
#[inline(always)]
fn moments<L: Simd>(dim: usize, packs: &[L], greatest: f64, weights: &mut [L], moments: &mut [L]) {
    let shift = L::splat(greatest);
    let mut total = L::default();
    for weight in weights.iter_mut() {
        *weight = L::exp(*weight - shift);
        total += *weight;
    }
    for (k, moment) in moments[..dim].iter_mut().enumerate() {
        let mut sum = L::default();
        for (weight, pack) in weights.iter().zip(packs.chunks_exact(dim + 1)) {
            sum += *weight * pack[k];
        }
        *moment = sum;
    }
    moments[dim] = total;
}

impl<L: Simd> Leaf<L> {
    fn moment(&self, k: usize) -> f64 {
        self.moments[k].sum()
    }
}

impl<L: Simd + Send + Sync> Score for KernelMean<L> {
    fn dim(&self) -> usize {
        self.dim
    }

    /// The rounding error of `f32`, also for `f64` vectors, which only tests use.
    fn rounding(&self) -> f64 {
        f64::from(f32::EPSILON)
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        let mut leaf = self.leaf();
        for (y, out) in points.chunks_exact(self.dim).zip(out.chunks_exact_mut(self.dim)) {
            self.shift(y, &mut leaf, out);
            out.iter_mut().for_each(|shift| *shift /= self.sigma);
        }
    }

    /// ∂s/∂y = (C/σ² - I)/σ², C = Σ ρ_i (x_i - r*)(x_i - r*)ᵀ.
    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        let dim = self.dim;
        let (mut leaf, mut shift, mut total) = (self.leaf(), vec![0.0; dim], 0.0);
        self.shift(x, &mut leaf, &mut shift);
        out.fill(0.0);
        self.for_each_leaf(x, &mut leaf, &mut |node, leaf, factor| {
            let packs = self.leaf_packs(node).chunks_exact(dim + 1);
            let product = |i: usize, j: usize| {
                let terms = leaf.weights.iter().zip(packs.clone()).map(|(w, v)| *w * v[i] * v[j]);
                terms.fold(L::default(), |sum, term| sum + term).sum()
            };
            total += factor * leaf.moment(dim);
            // The leaf's centre relative to r*.
            let from = |k: usize| -(leaf.offset[k] + shift[k]);
            for i in 0..dim {
                for j in 0..dim {
                    let mixed = leaf.moment(i) * from(j) + from(i) * (leaf.moment(j) + leaf.moment(dim) * from(j));
                    out[i * dim + j] += factor * (product(i, j) + mixed);
                }
            }
        });
        out.iter_mut().for_each(|entry| *entry /= total);
        out.iter_mut().step_by(dim + 1).for_each(|entry| *entry -= 1.0);
        out.iter_mut().for_each(|entry| *entry /= self.sigma * self.sigma);
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        Some(self.log_density(from) - self.log_density(to))
    }
}

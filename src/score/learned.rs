//! The score that a denoising auto-encoder has learned: s(x) = (r(x) - x)/σ² (Alain and Bengio 2014, theorem 1).

use alloc::vec;

use super::{Path, Score};
use crate::lane::{Lane, f32x4};
use crate::model::kernel::{self, GROUP};
use crate::model::{Form, Network, Slot};

/// Blocks of units whose hidden values are kept at a time.
const TILE: usize = 32;

/// The score of a trained network.
#[derive(Clone, Debug)]
pub struct Learned<L = f32x4> {
    network: Network<L>,
    inverse_variance: f64,
}

impl<L: Lane> Learned<L> {
    /// The score of `network` trained with corruption `sigma`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite.
    pub fn new(network: Network<L>, sigma: f64) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite());
        Self { network, inverse_variance: 1.0 / (sigma * sigma) }
    }

    /// The network.
    pub fn network(&self) -> &Network<L> {
        &self.network
    }

    /// Writes r(x) to `out` for each of the points in `points`, one after another.
    pub fn reconstruct(&self, points: &[f64], out: &mut [f64]) {
        let dim = self.network.form().dim;
        let mut input = vec![L::default(); dim * GROUP];
        let mut sums = vec![0.0; 2 * dim * GROUP];
        for (points, out) in points.chunks(dim * GROUP).zip(out.chunks_mut(dim * GROUP)) {
            for (i, lane) in input.iter_mut().enumerate() {
                let (k, e) = (i / GROUP, i % GROUP);
                *lane = L::splat(points.get(e * dim + k).copied().unwrap_or(0.0));
            }
            self.read_out(&input, &mut sums);
            for (i, out) in out.iter_mut().enumerate() {
                let (e, k) = (i / dim, i % dim);
                *out = self.affine(sums[k * GROUP + e], k, points[i]);
            }
        }
    }

    /// s₀ (`output` + b_k) + s₊ x_k.
    fn affine(&self, output: f64, k: usize, x: f64) -> f64 {
        let Form { scale, skip, .. } = *self.network.form();
        scale * (output + self.network.output_bias(k)) + skip * x
    }

    /// V h for one group into the first half of `sums`, tile by tile; the second half is room to work in.
    fn read_out(&self, input: &[L], sums: &mut [f64]) {
        let form = self.network.form();
        let mut hidden = [[L::default(); GROUP]; TILE];
        let (sums, part) = sums.split_at_mut(form.dim * GROUP);
        sums.fill(0.0);
        for units in self.network.unit_lanes().chunks(TILE * form.stride()) {
            let hidden = &mut hidden[..units.len() / form.stride()];
            kernel::activate(form, units, input, hidden);
            kernel::read_out(form, units, hidden, part);
            sums.iter_mut().zip(&*part).for_each(|(sum, part)| *sum += part);
        }
    }
}

impl<L: Lane + Send + Sync> Learned<L> {
    fn dim(&self) -> usize {
        self.network.form().dim
    }

    fn scores_of(&self, points: &[f64], out: &mut [f64]) {
        self.reconstruct(points, out);
        out.iter_mut().zip(points).for_each(|(r, x)| *r = (*r - x) * self.inverse_variance);
    }

    /// ∂s_i/∂x_j = (s₀ Σ_u V_iu (1 - h_u²) W_uj + (s₊ - 1) δ_ij)/σ².
    fn jacobian_at(&self, x: &[f64], out: &mut [f64]) {
        let (network, d) = (&self.network, self.dim());
        let Form { units, scale, skip, .. } = *network.form();
        out.fill(0.0);
        for unit in 0..units {
            let inner: f64 = (0..d).map(|k| network.get(unit, Slot::Encoder(k)) * x[k]).sum();
            let h = L::splat(inner + network.get(unit, Slot::Bias)).tanh().get(0);
            for i in 0..d {
                let weight = scale * network.decoder_weight(unit, i) * (1.0 - h * h);
                (0..d).for_each(|j| out[i * d + j] += weight * network.get(unit, Slot::Encoder(j)));
            }
        }
        out.iter_mut().step_by(d + 1).for_each(|entry| *entry += skip - 1.0);
        out.iter_mut().for_each(|entry| *entry *= self.inverse_variance);
    }
}

impl Score for Learned<f64> {
    fn dim(&self) -> usize {
        self.dim()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.scores_of(points, out);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.jacobian_at(x, out);
    }
}

impl Score for Learned<f32x4> {
    fn dim(&self) -> usize {
        self.dim()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.scores_of(points, out);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.jacobian_at(x, out);
    }

    /// Along a line every unit's input is linear in t, and the network enters the integral only through
    /// V h·δ = Σ_u (V_u·δ) h_u(t), δ = to - from: one tanh for each unit and node. The rest of r(x) - x is linear in t, and
    /// the rule's mean of it stands for all nodes.
    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        let form = self.network.form();
        let mut total = f32x4::default();
        for unit in self.network.unit_lanes().chunks_exact(form.stride()) {
            let line = UnitLine::new(form, unit, from, to);
            let mut integral = f32x4::default();
            for &(t, weight) in path.lanes() {
                integral += weight * Lane::tanh(line.start + t * line.slope);
            }
            total += line.output * integral;
        }
        let linear: f64 = (0..form.dim)
            .map(|k| (path.mean(from[k], to[k]), k))
            .map(|(x, k)| (self.affine(0.0, k, x) - x) * (to[k] - from[k]))
            .sum();
        -(form.scale * total.sum() + linear) * self.inverse_variance
    }
}

/// A block of units along a line: input `start` + t `slope`, and the output's component along the line, V_u·δ.
struct UnitLine {
    start: f32x4,
    slope: f32x4,
    output: f32x4,
}

impl UnitLine {
    #[inline(always)]
    fn new(form: &Form, unit: &[f32x4], from: &[f64], to: &[f64]) -> Self {
        let dim = form.dim;
        let (mut start, mut slope, mut output) = (unit[dim], f32x4::default(), f32x4::default());
        for k in 0..dim {
            let delta = <f32x4 as Lane>::splat(to[k] - from[k]);
            start += unit[k] * <f32x4 as Lane>::splat(from[k]);
            slope += unit[k] * delta;
            if !form.is_tied() {
                output += unit[dim + 1 + k] * delta;
            }
        }
        if form.is_tied() {
            output = slope * unit[dim + 1];
        }
        Self { start, slope, output }
    }
}

//! The denoising objective: the mean of ‖r(x + σε) - x‖² over a batch of training points (Vincent et al. 2008; Alain and
//! Bengio 2014, equation 4).

use alloc::vec;
use alloc::vec::Vec;

use super::Objective;
use crate::data::Points;
use crate::field::{Field, Kind};
use crate::lane::Lane;
use crate::model::kernel::{self, GROUP, Hidden};
use crate::model::{Decoder, Form, Network};
use crate::rng::Stream;

/// The corruption's size.
pub const SIGMA: Field = Field {
    key: "train.sigma",
    label: "Noise σ",
    unit: "data units",
    help: "Standard deviation of the noise that the network learns to remove; its score is that of the data blurred by σ.",
    kind: Kind::Real { default: 0.05, min: 0.005, max: 10.0 },
};

/// The number of examples in a step.
pub const BATCH: Field = Field {
    key: "train.batch",
    label: "Batch",
    unit: "examples",
    help: "How many corrupted examples each step averages.",
    kind: Kind::Integer { default: 512, min: 1, max: 65_536 },
};

/// The objective with its buffers; a step allocates nothing.
#[derive(Debug)]
pub struct Denoising<L> {
    sigma: f64,
    batch: usize,
    indices: Vec<usize>,
    noise: Vec<f32>,
    group: Group<L>,
}

/// The buffers of one group of examples.
#[derive(Debug)]
struct Group<L> {
    clean: Vec<f64>,
    noisy: Vec<f64>,
    output: Vec<f64>,
    bias_slope: Vec<f64>,
    input: Vec<L>,
    slope: Vec<L>,
    hidden: Vec<Hidden<L>>,
}

impl<L: Lane> Denoising<L> {
    /// For networks of the given form, corruption `sigma` and `batch` examples a step.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite and `batch` positive.
    pub fn new(form: &Form, sigma: f64, batch: usize) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite() && batch > 0);
        let examples = batch.next_multiple_of(GROUP);
        let width = form.dim * GROUP;
        let group = Group {
            clean: vec![0.0; width],
            noisy: vec![0.0; width],
            output: vec![0.0; width],
            bias_slope: vec![0.0; form.dim],
            input: vec![L::default(); width],
            slope: vec![L::default(); width],
            hidden: vec![[L::default(); GROUP]; form.units.next_multiple_of(4) / L::WIDTH],
        };
        Self { sigma, batch, indices: vec![0; examples], noise: vec![0.0; examples * form.dim], group }
    }

    fn corrupt(&mut self, points: &Points, first: usize) {
        let group = &mut self.group;
        let width = group.clean.len();
        for (e, index) in self.indices[first..first + GROUP].iter().enumerate() {
            points.point(*index).iter().enumerate().for_each(|(k, x)| group.clean[k * GROUP + e] = *x);
        }
        let noise = &self.noise[first * points.dim()..][..width];
        for (i, noise) in noise.iter().enumerate() {
            group.noisy[i] = group.clean[i] + self.sigma * f64::from(*noise);
            group.input[i] = L::splat(group.noisy[i]);
        }
    }
}

impl<L: Lane> Objective<L> for Denoising<L> {
    fn gradient(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream, gradient: &mut [L]) -> f64 {
        let count = points.len() as u32;
        self.indices[..self.batch].fill_with(|| rng.index(count));
        rng.fill_normal(&mut self.noise);
        gradient.fill(L::default());
        self.group.bias_slope.fill(0.0);
        let (units, bias) = gradient.split_at_mut(network.bias_offset());
        let mut loss = 0.0;
        for first in (0..self.batch).step_by(GROUP) {
            self.corrupt(points, first);
            loss += self.group.accumulate(network, self.batch - first, self.batch, units);
        }
        self.group.write_bias_gradient(bias);
        freeze_factors(network.form(), units);
        loss / self.batch as f64
    }
}

impl<L: Lane> Group<L> {
    /// Adds the gradient of the group's share of the mean loss to `units` and the bias slopes; returns its summed loss.
    fn accumulate(&mut self, network: &Network<L>, examples: usize, batch: usize, units: &mut [L]) -> f64 {
        let (form, weights) = (network.form(), network.unit_lanes());
        kernel::activate(form, weights, &self.input, &mut self.hidden);
        kernel::read_out(form, weights, &self.hidden, &mut self.output);
        let loss = self.residuals(network, examples, batch);
        kernel::back_propagate(form, weights, &self.input, &self.slope, &self.hidden, units);
        loss
    }

    /// Turns the outputs V h into slopes of the mean loss by V h + b, 2 s₀ (r - x)/batch, for the first `examples` of the
    /// group and into zeros for padding; returns the summed loss.
    fn residuals(&mut self, network: &Network<L>, examples: usize, batch: usize) -> f64 {
        let Form { scale, skip, .. } = *network.form();
        let mut loss = 0.0;
        for (k, bias_slope) in self.bias_slope.iter_mut().enumerate() {
            let bias = network.output_bias(k);
            for e in 0..GROUP {
                let i = k * GROUP + e;
                let counts = if e < examples { 1.0 } else { 0.0 };
                let residual = counts * (scale * (self.output[i] + bias) + skip * self.noisy[i] - self.clean[i]);
                let slope = 2.0 * scale / batch as f64 * residual;
                loss += residual * residual;
                *bias_slope += slope;
                self.slope[i] = L::splat(slope);
            }
        }
        loss
    }

    fn write_bias_gradient(&self, bias: &mut [L]) {
        for (lane, slopes) in bias.iter_mut().zip(self.bias_slope.chunks(L::WIDTH)) {
            *lane = L::from_fn(|i| slopes.get(i).copied().unwrap_or(0.0));
        }
    }
}

/// Keeps v = 1 where the decoder is the plain transpose.
fn freeze_factors<L: Lane>(form: &Form, units: &mut [L]) {
    if form.decoder == Decoder::Transposed {
        units.chunks_exact_mut(form.stride()).for_each(|unit| unit[form.dim + 1] = L::default());
    }
}

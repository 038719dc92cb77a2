//! An objective's mean loss over examples, and its gradient by all parameters.
//!
//! Examples go through the network in groups of four: one hidden layer without directions by the fused kernel, everything else
//! by a `Pass`. With r_k = s_k (o_k + b_k) + s₊ x_k, o = V h, the slope by o_k is s_k times that by r_k, and derivatives
//! along directions go the same way without b.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Group, Objective};
use crate::data::Points;
use crate::lane::Lane;
use crate::model::kernel::{self, Code, GROUP, Hidden};
use crate::model::pass::Pass;
use crate::model::{Activation, Form, Network, Scaling};
use crate::rng::Stream;

/// An objective with all the buffers to evaluate it; evaluating allocates nothing.
pub struct Evaluator<L> {
    objective: Box<dyn Objective>,
    sigma: f64,
    batch: usize,
    indices: Vec<usize>,
    noise: Vec<f32>,
    weights: Vec<f64>,
    group: Group,
    tape: Tape<L>,
}

/// A group on its way through the network.
struct Tape<L> {
    route: Route<L>,
    /// The points and directions, spread.
    inputs: Vec<L>,
    /// V h for the points and the directions.
    sums: Vec<f64>,
    /// The loss's slopes by those, spread.
    slopes: Vec<L>,
    bias_slopes: Vec<f64>,
    scale_slopes: Vec<f64>,
}

enum Route<L> {
    /// Through one hidden layer.
    Fused { hidden: Vec<Hidden<L>>, slopes: Vec<Hidden<L>> },
    /// Through many, or with directions.
    Layered(Box<Pass<L>>),
}

impl<L: Lane> Evaluator<L> {
    /// For networks of `form`, with corruption `sigma` and at most `batch` examples at a time.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite and `batch` positive.
    pub fn new(form: &Form, objective: Box<dyn Objective>, sigma: f64, batch: usize) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite() && batch > 0);
        let examples = batch.next_multiple_of(GROUP);
        let directions = objective.directions(form.dim);
        let is_fused = form.layers == 1 && directions == 0;
        Self {
            objective,
            sigma,
            batch,
            indices: vec![0; examples],
            noise: vec![0.0; examples * form.dim],
            weights: vec![0.0; examples],
            group: Group::new(form.dim, directions),
            tape: Tape::new(form, directions, is_fused),
        }
    }

    /// The order of magnitude of the losses, see [`Objective::unit`].
    pub fn unit(&self) -> f64 {
        self.objective.unit(self.group.dim)
    }

    /// Draws a batch of `points` with `rng`, writes the gradient of its mean loss to `gradient` (laid out as the network's
    /// parameters) and returns that loss, which is not finite once the network has diverged.
    pub fn gradient(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream, gradient: &mut [L]) -> f64 {
        let count = points.len() as u32;
        self.indices[..self.batch].fill_with(|| rng.index(count));
        self.begin(gradient);
        let loss = self.accumulate(network, points, rng, self.batch, 1.0 / self.batch as f64, Some(gradient));
        self.finish(network, gradient);
        loss / self.batch as f64
    }

    /// The same over every point `replicas` times, in order and each time with its own noise.
    pub fn full_gradient(
        &mut self,
        network: &Network<L>,
        points: &Points,
        replicas: usize,
        rng: &mut Stream,
        gradient: &mut [L],
    ) -> f64 {
        self.begin(gradient);
        let total = points.len() * replicas;
        let loss = self.accumulate_all(network, points, total, rng, Some(gradient));
        self.finish(network, gradient);
        loss
    }

    /// The mean loss over every point, once each.
    pub fn loss(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream) -> f64 {
        self.accumulate_all(network, points, points.len(), rng, None)
    }

    fn accumulate_all(
        &mut self,
        network: &Network<L>,
        points: &Points,
        total: usize,
        rng: &mut Stream,
        mut gradient: Option<&mut [L]>,
    ) -> f64 {
        let mut loss = 0.0;
        for first in (0..total).step_by(self.batch) {
            let count = self.batch.min(total - first);
            // What pads the last group is any point there is.
            self.indices.fill(0);
            (0..count).for_each(|i| self.indices[i] = (first + i) % points.len());
            loss += self.accumulate(network, points, rng, count, 1.0 / total as f64, gradient.as_deref_mut());
        }
        loss / total as f64
    }

    fn begin(&mut self, gradient: &mut [L]) {
        gradient.fill(L::default());
        self.tape.bias_slopes.fill(0.0);
        self.tape.scale_slopes.fill(0.0);
    }

    /// Adds `share` times the gradient of the loss of the first `count` examples; returns their summed loss.
    fn accumulate(
        &mut self,
        network: &Network<L>,
        points: &Points,
        rng: &mut Stream,
        count: usize,
        share: f64,
        mut gradient: Option<&mut [L]>,
    ) -> f64 {
        let (dim, examples) = (points.dim(), count.next_multiple_of(GROUP));
        rng.fill_normal(&mut self.noise[..examples * dim]);
        self.weights.fill(0.0);
        self.weights[..count].fill(1.0);
        self.objective.weigh(dim, &self.noise[..count.next_multiple_of(GROUP) * dim], &mut self.weights[..count]);
        let mut loss = 0.0;
        for first in (0..count).step_by(GROUP) {
            self.load(points, first, rng);
            loop {
                self.tape.forward(network, self.sigma, &mut self.group);
                loss += self.objective.judge(&mut self.group);
                if let Some(gradient) = gradient.as_deref_mut() {
                    self.tape.backward(network, self.sigma, &self.group, share, gradient);
                }
                if !self.objective.advance(&mut self.group, rng) {
                    break;
                }
            }
        }
        loss
    }

    fn load(&mut self, points: &Points, first: usize, rng: &mut Stream) {
        let group = &mut self.group;
        for (e, index) in self.indices[first..first + GROUP].iter().enumerate() {
            points.point(*index).iter().enumerate().for_each(|(k, x)| group.clean[k * GROUP + e] = *x);
        }
        group.weights.copy_from_slice(&self.weights[first..first + GROUP]);
        let noise = &self.noise[first * points.dim()..][..GROUP * points.dim()];
        self.objective.corrupt(group, noise, rng);
    }

    fn finish(&mut self, network: &Network<L>, gradient: &mut [L]) {
        let form = network.form();
        form.freeze(gradient);
        write(&self.tape.bias_slopes, &mut gradient[network.bias_offset()..]);
        let scales = &mut gradient[form.scale_offset(L::WIDTH)..];
        match form.scaling {
            Scaling::Learned => write(&[self.tape.scale_slopes.iter().sum()], scales),
            _ => write(&self.tape.scale_slopes, scales),
        }
    }
}

fn write<L: Lane>(values: &[f64], lanes: &mut [L]) {
    for (lane, values) in lanes.iter_mut().zip(values.chunks(L::WIDTH)) {
        *lane = L::from_fn(|i| values.get(i).copied().unwrap_or(0.0));
    }
}

impl<L: Lane> Tape<L> {
    fn new(form: &Form, directions: usize, is_fused: bool) -> Self {
        let size = (1 + directions) * form.dim * GROUP;
        let blocks = vec![[L::default(); GROUP]; if is_fused { form.blocks(L::WIDTH) } else { 0 }];
        let needs_slopes = form.activation != Activation::Tanh;
        let route = if is_fused {
            Route::Fused { slopes: if needs_slopes { blocks.clone() } else { Vec::new() }, hidden: blocks }
        } else {
            Route::Layered(Box::new(Pass::new(form, directions)))
        };
        Self {
            route,
            inputs: vec![L::default(); size],
            sums: vec![0.0; size],
            slopes: vec![L::default(); size],
            bias_slopes: vec![0.0; form.dim],
            scale_slopes: vec![0.0; form.dim],
        }
    }

    /// Fills in the group's output and derivatives.
    fn forward(&mut self, network: &Network<L>, sigma: f64, group: &mut Group) {
        let form = network.form();
        let points = group.input.iter().chain(&group.directions);
        self.inputs.iter_mut().zip(points).for_each(|(lane, x)| *lane = L::splat(*x));
        match &mut self.route {
            Route::Fused { hidden, slopes } => {
                kernel::activate(form, network.layer(0), &self.inputs, hidden, slopes);
                kernel::read_out(form, network.layer(0), hidden, &mut self.sums);
            }
            Route::Layered(pass) => {
                pass.inputs_mut().copy_from_slice(&self.inputs);
                pass.forward(network, &mut self.sums);
                group.code_power = pass.code_power();
            }
        }
        for k in 0..form.dim {
            let (scale, bias) = (network.scale(k, sigma), network.output_bias(k));
            let here = k * GROUP..(k + 1) * GROUP;
            let output = group.output[here.clone()].iter_mut().zip(&group.input[here.clone()]);
            for ((output, input), sum) in output.zip(&mut self.sums[here]) {
                *sum += bias;
                *output = scale * *sum + form.skip * input;
            }
        }
        self.derive(network, sigma, group);
    }

    /// Fills in the derivatives, if there are directions.
    fn derive(&self, network: &Network<L>, sigma: f64, group: &mut Group) {
        let (width, skip) = (group.output.len(), network.form().skip);
        let sums = self.sums[width..].iter().zip(&group.directions);
        for (i, (derivative, (sum, direction))) in group.derivatives.iter_mut().zip(sums).enumerate() {
            *derivative = network.scale(i % width / GROUP, sigma) * sum + skip * direction;
        }
    }

    /// Adds `share` times the gradient that the group's slopes bring.
    fn backward(&mut self, network: &Network<L>, sigma: f64, group: &Group, share: f64, gradient: &mut [L]) {
        for k in 0..group.dim {
            let factor = share * network.scale(k, sigma);
            let here = k * GROUP..(k + 1) * GROUP;
            for ((slope, sum), inner) in
                group.slopes[here.clone()].iter().zip(&self.sums[here.clone()]).zip(&mut self.slopes[here])
            {
                self.scale_slopes[k] += share * slope * sum;
                self.bias_slopes[k] += factor * slope;
                *inner = L::splat(factor * slope);
            }
        }
        let width = group.output.len();
        for (i, slope) in group.derivative_slopes.iter().enumerate() {
            let k = i % width / GROUP;
            self.scale_slopes[k] += share * slope * self.sums[width + i];
            self.slopes[width + i] = L::splat(share * network.scale(k, sigma) * slope);
        }
        match &mut self.route {
            Route::Fused { hidden, slopes } => {
                let code = Code { values: hidden, slopes };
                let units = &mut gradient[..network.bias_offset()];
                kernel::back_propagate(network.form(), network.layer(0), &self.inputs, &self.slopes, code, units);
            }
            Route::Layered(pass) => {
                let code = group.code_slopes.map(|slope| share * slope);
                pass.backward(network, &self.slopes, code, gradient);
            }
        }
    }
}

//! A group of four examples on its way through the network and back.
//!
//! One hidden layer without directions goes by the fused kernel, everything else by a `Pass`. With r_k = s_k y_k + s₊ x_k,
//! y = a₂(u), u = V h + b, the slope by y_k is s_k times that by r_k, and derivatives along directions go the same way
//! without b.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{GROUP, Group};
use crate::lane::Lane;
use crate::model::kernel::{self, Code, Hidden};
use crate::model::output::Output;
use crate::model::pass::{CodeSlopes, Pass};
use crate::model::{Activation, Form, Network, Scaling};

/// The buffers of a group's way.
pub struct Tape<L> {
    route: Route<L>,
    output: Option<Output>,
    /// The penalty λ on Σ |h|.
    sparsity: f64,
    /// The points and directions, spread.
    inputs: Vec<L>,
    /// y for the points and ẏ for the directions.
    sums: Vec<f64>,
    /// The loss's slopes by those, then by V h and V ḣ.
    pulls: Vec<f64>,
    /// The latter, spread.
    slopes: Vec<L>,
    bias_slopes: Vec<f64>,
    scale_slopes: Vec<f64>,
}

enum Route<L> {
    /// Through one hidden layer.
    Fused { hidden: Vec<Hidden<L>>, slopes: Vec<Hidden<L>> },
    /// Through many, with directions, or with a penalty on the code.
    Layered(Box<Pass<L>>),
}

impl<L: Lane> Route<L> {
    fn fused(form: &Form) -> Self {
        let hidden = vec![[L::default(); GROUP]; form.blocks(L::WIDTH)];
        let needs_slopes = form.activation != Activation::Tanh;
        Self::Fused { slopes: if needs_slopes { hidden.clone() } else { Vec::new() }, hidden }
    }
}

impl<L: Lane> Tape<L> {
    /// For networks of `form`, with `directions` directions and the penalty `sparsity` on the code.
    pub fn new(form: &Form, directions: usize, sparsity: f64) -> Self {
        let size = (1 + directions) * form.dim * GROUP;
        let is_fused = form.layers == 1 && directions == 0 && sparsity == 0.0;
        Self {
            route: if is_fused { Route::fused(form) } else { Route::Layered(Box::new(Pass::new(form, directions))) },
            output: Output::new(form, directions),
            sparsity,
            inputs: vec![L::default(); size],
            sums: vec![0.0; size],
            pulls: vec![0.0; size],
            slopes: vec![L::default(); size],
            bias_slopes: vec![0.0; form.dim],
            scale_slopes: vec![0.0; form.dim],
        }
    }

    /// The same with the penalty `sparsity` in place of none; nothing is made anew that can stay.
    pub fn with_sparsity(self, form: &Form, directions: usize, sparsity: f64) -> Self {
        if sparsity == 0.0 || directions > 0 {
            Self { sparsity, ..self }
        } else {
            Self::new(form, directions, sparsity)
        }
    }

    /// Bytes of its buffers at most; in 64 bits, because they wrap a page's 32-bit sizes.
    pub(super) fn bytes(form: &Form, directions: usize) -> u64 {
        let streams = 1 + directions as u64;
        let numbers = streams * (form.dim * GROUP) as u64;
        let (spread, single) = (size_of::<L>() as u64, size_of::<f64>() as u64);
        numbers * (2 * spread + 3 * single) + Pass::<L>::bytes(form, directions)
    }

    /// Forgets all gradients.
    pub fn begin(&mut self, gradient: &mut [L]) {
        gradient.fill(L::default());
        self.bias_slopes.fill(0.0);
        self.scale_slopes.fill(0.0);
    }

    /// Writes the slopes of output bias and scale to the gradient of all groups since `begin`.
    pub fn finish(&self, network: &Network<L>, gradient: &mut [L]) {
        let form = network.form();
        form.freeze(gradient);
        write(&self.bias_slopes, &mut gradient[network.bias_offset()..]);
        let scales = &mut gradient[form.scale_offset(L::WIDTH)..];
        match form.scaling {
            Scaling::Learned => write(&[self.scale_slopes.iter().sum()], scales),
            _ => write(&self.scale_slopes, scales),
        }
    }

    /// Fills in the group's output and derivatives.
    pub fn forward(&mut self, network: &Network<L>, sigma: f64, group: &mut Group) {
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
        self.put_out(network, sigma, group);
    }

    /// r and J t from V h and V ḣ.
    fn put_out(&mut self, network: &Network<L>, sigma: f64, group: &mut Group) {
        let (dim, skip) = (group.dim, network.form().skip);
        for (k, sums) in self.sums.chunks_exact_mut(GROUP).take(dim).enumerate() {
            let bias = network.output_bias(k);
            sums.iter_mut().for_each(|sum| *sum += bias);
        }
        if let Some(output) = &mut self.output {
            output.forward(&mut self.sums);
        }
        let outputs = group.output.chunks_exact_mut(GROUP).chain(group.derivatives.chunks_exact_mut(GROUP));
        let inputs = group.input.chunks_exact(GROUP).chain(group.directions.chunks_exact(GROUP));
        let coordinates = outputs.zip(inputs).zip(self.sums.chunks_exact(GROUP)).zip((0..dim).cycle());
        for (((output, input), sums), k) in coordinates {
            let scale = network.scale(k, sigma);
            (0..GROUP).for_each(|e| output[e] = scale * sums[e] + skip * input[e]);
        }
    }

    /// The weighted sum over the group of the penalty on the code, whose gradient `backward` adds.
    pub fn penalty(&self, group: &Group) -> f64 {
        match &self.route {
            Route::Layered(pass) if self.sparsity > 0.0 => {
                let sizes = pass.code_size();
                self.sparsity * (0..GROUP).map(|e| group.weights[e] * sizes[e]).sum::<f64>()
            }
            _ => 0.0,
        }
    }

    /// Adds `share` times the gradient that the group's slopes bring. Call it once after each `forward`.
    pub fn backward(&mut self, network: &Network<L>, sigma: f64, group: &Group, share: f64, gradient: &mut [L]) {
        self.pull(network, sigma, group, share);
        match &mut self.route {
            Route::Fused { hidden, slopes } => {
                let code = Code { values: hidden, slopes };
                let units = &mut gradient[..network.bias_offset()];
                kernel::back_propagate(network.form(), network.layer(0), &self.inputs, &self.slopes, code, units);
            }
            Route::Layered(pass) => {
                let power = group.code_slopes.map(|slope| share * slope);
                let size = group.weights.map(|weight| share * self.sparsity * weight);
                pass.backward(network, &self.slopes, CodeSlopes { power, size }, gradient);
            }
        }
    }

    /// `share` times the slopes by V h and V ḣ, and what they add to those of bias and scale.
    fn pull(&mut self, network: &Network<L>, sigma: f64, group: &Group, share: f64) {
        let slopes = group.slopes.chunks_exact(GROUP).chain(group.derivative_slopes.chunks_exact(GROUP));
        let sums = self.sums.chunks_exact(GROUP).zip(self.pulls.chunks_exact_mut(GROUP));
        for ((slopes, (sums, pulls)), k) in slopes.zip(sums).zip((0..group.dim).cycle()) {
            let factor = share * network.scale(k, sigma);
            for e in 0..GROUP {
                self.scale_slopes[k] += share * slopes[e] * sums[e];
                pulls[e] = factor * slopes[e];
            }
        }
        if let Some(output) = &self.output {
            output.backward(&mut self.pulls);
        }
        for (slope, pulls) in self.bias_slopes.iter_mut().zip(self.pulls.chunks_exact(GROUP)) {
            pulls.iter().for_each(|pull| *slope += pull);
        }
        self.slopes.iter_mut().zip(&self.pulls).for_each(|(slope, pull)| *slope = L::splat(*pull));
    }
}

fn write<L: Lane>(values: &[f64], lanes: &mut [L]) {
    for (lane, values) in lanes.iter_mut().zip(values.chunks(L::WIDTH)) {
        *lane = L::from_fn(|i| values.get(i).copied().unwrap_or(0.0));
    }
}

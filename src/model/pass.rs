//! A group of examples on its way through all layers and back, with derivatives along directions.
//!
//! Beside the point x itself, K directions t are carried: each layer takes h = a(u), u = W x + c, and ḣ = a'(u) u̇,
//! u̇ = W t, so that the output of a direction is J t. On the way back, with slopes h̄ and ḣ̄ of a loss by both,
//! ū = a'(u) h̄ + a''(u) Σ u̇ ḣ̄ and u̇̄ = a'(u) ḣ̄. Every linear step treats point and directions alike: they are the 1 + K
//! streams of the pass.

use alloc::vec;
use alloc::vec::Vec;

use super::kernel::{GROUP, Hidden, dot};
use super::layers::Slab;
use super::{Form, Network};
use crate::lane::Lane;

/// The buffers of a pass. All streams of a kind lie one after another.
#[derive(Clone, Debug)]
pub struct Pass<L> {
    form: Form,
    streams: usize,
    layers: Vec<Layer<L>>,
    /// v h of tied networks.
    scaled: Vec<Hidden<L>>,
    /// Slopes by the hidden values of the layer at hand.
    slopes: Vec<Hidden<L>>,
    /// Sums over units, before they are spread over lanes.
    sums: Vec<f64>,
}

/// A loss's slopes by what the code comes to, for each example.
#[derive(Clone, Copy, Debug)]
pub struct CodeSlopes {
    /// By [`Pass::code_power`].
    pub power: [f64; GROUP],
    /// By [`Pass::code_size`].
    pub size: [f64; GROUP],
}

/// What a layer makes of its inputs.
#[derive(Clone, Debug)]
struct Layer<L> {
    /// Inputs of all streams, spread: entry j * GROUP + e in every element.
    inputs: Vec<L>,
    /// a(u), then ḣ for each direction; on the way back the slopes ū and u̇̄.
    values: Vec<Hidden<L>>,
    /// u, then u̇ for each direction.
    affine: Vec<Hidden<L>>,
    /// a'(u).
    slopes: Vec<Hidden<L>>,
    /// a''(u).
    curvatures: Vec<Hidden<L>>,
}

impl<L: Lane> Pass<L> {
    /// For networks of `form`, with `directions` directions.
    pub fn new(form: &Form, directions: usize) -> Self {
        let (streams, blocks) = (directions + 1, form.blocks(L::WIDTH));
        let zero = [L::default(); GROUP];
        let layer = |layer| Layer {
            inputs: vec![L::default(); streams * form.inputs(layer) * GROUP],
            values: vec![zero; streams * blocks],
            affine: vec![zero; streams * blocks],
            slopes: vec![zero; blocks],
            curvatures: vec![zero; blocks],
        };
        Self {
            form: *form,
            streams,
            layers: (0..form.layers).map(layer).collect(),
            scaled: vec![zero; if form.is_tied() { streams * blocks } else { 0 }],
            slopes: vec![zero; streams * blocks],
            sums: vec![0.0; form.dim.max(if form.layers > 1 { form.units } else { 0 }) * GROUP],
        }
    }

    /// Bytes of its buffers; in 64 bits, because they wrap a page's 32-bit sizes.
    pub(crate) fn bytes(form: &Form, directions: usize) -> u64 {
        let (streams, hidden) = (directions as u64 + 1, size_of::<Hidden<L>>() as u64);
        let inputs: usize = (0..form.layers).map(|layer| form.inputs(layer)).sum();
        let (blocks, layers) = (form.blocks(L::WIDTH) as u64, form.layers as u64);
        // For each stream values, u and slopes, where V follows from W its product too; for all of them a' and a''.
        hidden * (streams * (inputs as u64 + blocks * (2 * layers + 2)) + 2 * layers * blocks)
    }

    /// The buffer for the inputs of all streams: coordinate k of example e of stream s at (s d + k) GROUP + e, in every
    /// element.
    pub fn inputs_mut(&mut self) -> &mut [L] {
        &mut self.layers[0].inputs
    }

    /// V h and V ḣ of all streams, laid out as the inputs.
    // Never inlined, like `backward`: a page that trains one plain layer need not load them.
    #[inline(never)]
    pub fn forward(&mut self, network: &Network<L>, out: &mut [f64]) {
        for layer in 0..self.form.layers {
            self.activate(network, layer);
            if layer + 1 < self.form.layers {
                self.spread(layer);
            }
        }
        self.read_out(network, out);
    }

    /// The sum over units of ‖ḣ‖² of the last layer for each example: ‖∂f/∂x‖² if the directions are the coordinates'.
    pub fn code_power(&self) -> [f64; GROUP] {
        let mut power = [L::default(); GROUP];
        let blocks = self.form.blocks(L::WIDTH);
        for hidden in &self.layers[self.form.layers - 1].values[blocks..] {
            (0..GROUP).for_each(|e| power[e] += hidden[e] * hidden[e]);
        }
        power.map(L::sum)
    }

    /// The sum over units of |h| of the last layer for each example.
    pub fn code_size(&self) -> [f64; GROUP] {
        let mut size = [L::default(); GROUP];
        let blocks = self.form.blocks(L::WIDTH);
        for (block, hidden) in self.layers[self.form.layers - 1].values[..blocks].iter().enumerate() {
            let is_unit = self.form.is_unit::<L>(block);
            (0..GROUP).for_each(|e| size[e] += is_unit * hidden[e].max(-hidden[e]));
        }
        size.map(L::sum)
    }

    /// The code of the first example: the last layer's values of stream `stream`, unit by unit.
    pub fn code(&self, stream: usize) -> impl Iterator<Item = f64> + '_ {
        let (last, blocks) = (self.form.layers - 1, self.form.blocks(L::WIDTH));
        let values = &self.layers[last].values[stream * blocks..][..blocks];
        (0..self.form.units).map(|unit| values[unit / L::WIDTH][0].get(unit % L::WIDTH))
    }

    fn activate(&mut self, network: &Network<L>, layer: usize) {
        let (weights, rows) = (network.layer(layer), self.rows(layer));
        let blocks = self.form.blocks(L::WIDTH);
        let this = &mut self.layers[layer];
        let streams = this.affine.chunks_exact_mut(blocks).zip(this.inputs.chunks_exact(rows.count * GROUP));
        for (stream, (affine, inputs)) in streams.enumerate() {
            for (affine, unit) in affine.iter_mut().zip(weights.chunks_exact(rows.stride)) {
                *affine = [if stream == 0 { unit[rows.count] } else { L::default() }; GROUP];
            }
            rows.multiply(weights, inputs, affine);
        }
        this.bend(self.form, blocks);
    }

    fn rows(&self, layer: usize) -> Slab {
        Slab { stride: self.form.stride(layer), first: 0, count: self.form.inputs(layer) }
    }

    /// Spreads the values of `layer` as inputs of the next.
    fn spread(&mut self, layer: usize) {
        let (units, blocks) = (self.form.units, self.form.blocks(L::WIDTH));
        let (before, after) = self.layers.split_at_mut(layer + 1);
        let values = before[layer].values.chunks_exact(blocks);
        for (values, inputs) in values.zip(after[0].inputs.chunks_exact_mut(units * GROUP)) {
            for (inputs, values) in inputs.chunks_mut(L::WIDTH * GROUP).zip(values) {
                inputs.iter_mut().enumerate().for_each(|(i, input)| *input = values[i % GROUP].broadcast(i / GROUP));
            }
        }
    }

    fn read_out(&mut self, network: &Network<L>, out: &mut [f64]) {
        let (last, blocks, dim) = (self.form.layers - 1, self.form.blocks(L::WIDTH), self.form.dim);
        let (weights, decoder) = (network.layer(last), self.decoder());
        if self.form.is_tied() {
            self.scaled.copy_from_slice(&self.layers[last].values);
            scale_by_factors(weights, dim, &mut self.scaled);
        }
        let hidden = if self.form.is_tied() { &self.scaled } else { &self.layers[last].values };
        for (hidden, out) in hidden.chunks_exact(blocks).zip(out.chunks_exact_mut(dim * GROUP)) {
            decoder.multiply_transposed(weights, hidden, out);
        }
    }

    /// The slots whose transposed product with the code is the output.
    fn decoder(&self) -> Slab {
        let last = self.form.layers - 1;
        let first = if self.form.is_tied() { 0 } else { self.form.inputs(last) + 1 };
        Slab { stride: self.form.stride(last), first, count: self.form.dim }
    }

    /// Adds to `gradient` (laid out as the parameters, without output bias and scale) the derivative of the sum over streams
    /// and examples of g · V h, and of `code` times what the code comes to. `g` is laid out as the inputs. Call it once
    /// after each [`Pass::forward`], whose values it overwrites.
    #[inline(never)]
    pub fn backward(&mut self, network: &Network<L>, g: &[L], code: CodeSlopes, gradient: &mut [L]) {
        let last = self.form.layers - 1;
        self.pull_through_decoder(network, g, layer_of(&self.form, gradient, last));
        if code.power.iter().any(|slope| *slope != 0.0) {
            self.add_power_slopes(code.power);
        }
        if code.size.iter().any(|slope| *slope != 0.0) {
            self.add_size_slopes(code.size);
        }
        for layer in (0..=last).rev() {
            self.pull_through_activation(layer);
            self.add_gradient(layer, layer_of(&self.form, gradient, layer));
            if layer > 0 {
                self.pull_through_rows(network, layer);
            }
        }
    }

    /// h̄ = Vᵀ g into `slopes`, and the gradient of V, or of v and, through V, of W.
    fn pull_through_decoder(&mut self, network: &Network<L>, g: &[L], gradient: &mut [L]) {
        let (last, blocks, dim) = (self.form.layers - 1, self.form.blocks(L::WIDTH), self.form.dim);
        let (weights, decoder) = (network.layer(last), self.decoder());
        self.slopes.fill([L::default(); GROUP]);
        for (stream, g) in g.chunks_exact(dim * GROUP).enumerate() {
            let range = stream * blocks..(stream + 1) * blocks;
            decoder.multiply(weights, g, &mut self.slopes[range.clone()]);
            let hidden = if self.form.is_tied() { &self.scaled } else { &self.layers[last].values };
            decoder.add_outer(gradient, &hidden[range], g);
        }
        if self.form.is_tied() {
            add_factor_gradient(&self.layers[last].values, &self.slopes, dim, gradient);
            scale_by_factors(weights, dim, &mut self.slopes);
        }
    }

    /// The slopes of `power` Σ ‖ḣ‖².
    fn add_power_slopes(&mut self, power: [f64; GROUP]) {
        let blocks = self.form.blocks(L::WIDTH);
        let twice = power.map(|weight| L::splat(2.0 * weight));
        let values = &self.layers[self.form.layers - 1].values;
        for (slope, value) in self.slopes[blocks..].iter_mut().zip(&values[blocks..]) {
            (0..GROUP).for_each(|e| slope[e] += twice[e] * value[e]);
        }
    }

    /// The slopes of `size` Σ |h|, none where h is zero.
    fn add_size_slopes(&mut self, size: [f64; GROUP]) {
        let (size, blocks) = (size.map(L::splat), self.form.blocks(L::WIDTH));
        let values = &self.layers[self.form.layers - 1].values[..blocks];
        for (block, (slope, value)) in self.slopes.iter_mut().zip(values).enumerate() {
            let is_unit = self.form.is_unit::<L>(block);
            (0..GROUP).for_each(|e| slope[e] += size[e] * is_unit * (value[e].step() - (-value[e]).step()));
        }
    }

    /// Turns h̄ and ḣ̄ of a layer into ū and u̇̄, which replace its values.
    fn pull_through_activation(&mut self, layer: usize) {
        let blocks = self.form.blocks(L::WIDTH);
        let Layer { values, affine, slopes, curvatures, .. } = &mut self.layers[layer];
        for block in 0..blocks {
            for e in 0..GROUP {
                let mut along = L::default();
                for stream in 1..self.streams {
                    let i = stream * blocks + block;
                    along += affine[i][e] * self.slopes[i][e];
                    values[i][e] = slopes[block][e] * self.slopes[i][e];
                }
                values[block][e] = slopes[block][e] * self.slopes[block][e] + curvatures[block][e] * along;
            }
        }
    }

    fn add_gradient(&self, layer: usize, gradient: &mut [L]) {
        let (rows, blocks) = (self.rows(layer), self.form.blocks(L::WIDTH));
        let Layer { values, inputs, .. } = &self.layers[layer];
        for (values, inputs) in values.chunks_exact(blocks).zip(inputs.chunks_exact(rows.count * GROUP)) {
            rows.add_outer(gradient, values, inputs);
        }
        for (unit, u) in gradient.chunks_exact_mut(rows.stride).zip(&values[..blocks]) {
            unit[rows.count] += (u[0] + u[1]) + (u[2] + u[3]);
        }
    }

    /// Wᵀ ū and Wᵀ u̇̄ of a layer into `slopes`, for the layer before.
    fn pull_through_rows(&mut self, network: &Network<L>, layer: usize) {
        let (rows, blocks) = (self.rows(layer), self.form.blocks(L::WIDTH));
        let weights = network.layer(layer);
        let sums = &mut self.sums[..rows.count * GROUP];
        let values = self.layers[layer].values.chunks_exact(blocks);
        for (values, slopes) in values.zip(self.slopes.chunks_exact_mut(blocks)) {
            rows.multiply_transposed(weights, values, sums);
            for (block, slope) in slopes.iter_mut().enumerate() {
                let entry = |e: usize, i: usize| sums.get((block * L::WIDTH + i) * GROUP + e).copied();
                *slope = core::array::from_fn(|e| L::from_fn(|i| entry(e, i).unwrap_or(0.0)));
            }
        }
    }
}

impl<L: Lane> Layer<L> {
    /// a(u), a'(u), a''(u) and ḣ from u and u̇.
    fn bend(&mut self, form: Form, blocks: usize) {
        for block in 0..blocks {
            for e in 0..GROUP {
                let [value, slope, curvature] = form.activation.jet(self.affine[block][e]);
                self.values[block][e] = value;
                self.slopes[block][e] = slope;
                self.curvatures[block][e] = curvature;
            }
        }
        for (i, value) in self.values.iter_mut().enumerate().skip(blocks) {
            (0..GROUP).for_each(|e| value[e] = self.slopes[i % blocks][e] * self.affine[i][e]);
        }
    }
}

/// The part of a gradient that belongs to a layer.
fn layer_of<'a, L: Lane>(form: &Form, gradient: &'a mut [L], layer: usize) -> &'a mut [L] {
    &mut gradient[form.offset(L::WIDTH, layer)..form.offset(L::WIDTH, layer + 1)]
}

/// Multiplies the hidden values of all streams by v.
fn scale_by_factors<L: Lane>(weights: &[L], dim: usize, hidden: &mut [Hidden<L>]) {
    let units = weights.chunks_exact(dim + 2);
    for hidden in hidden.chunks_exact_mut(units.len()) {
        hidden.iter_mut().zip(units.clone()).for_each(|(hidden, unit)| *hidden = hidden.map(|h| h * unit[dim + 1]));
    }
}

/// Adds Σ h (W g) over examples and streams to the gradient of v.
fn add_factor_gradient<L: Lane>(hidden: &[Hidden<L>], pulls: &[Hidden<L>], dim: usize, gradient: &mut [L]) {
    let units = gradient.chunks_exact_mut(dim + 2);
    let blocks = units.len();
    for (block, unit) in units.enumerate() {
        let streams = hidden[block..].iter().step_by(blocks).zip(pulls[block..].iter().step_by(blocks));
        streams.for_each(|(h, pull)| unit[dim + 1] += dot(*h, *pull));
    }
}

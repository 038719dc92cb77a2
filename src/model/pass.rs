//! Forward and backward pass of a tile of examples through all layers, with derivatives along directions.
//!
//! A pass carries the point x and K directions t. Each layer computes h = a(u), u = W x + c, and ḣ = a'(u) u̇, u̇ = W
//! t; the output for a direction is J t. Backward, with gradients h̄ and ḣ̄ of a loss, ū = a'(u) h̄ + a''(u) Σ u̇ ḣ̄
//! and u̇̄ = a'(u) ḣ̄. Every linear step is the same for the point and the directions: they are the 1 + K streams of
//! the pass.

use alloc::vec;
use alloc::vec::Vec;

use super::fused::{EXAMPLES_PER_TILE, Hidden, dot};
use super::matmul::StridedWeights;
use super::{Architecture, Network};
use crate::simd::Simd;

/// The buffers of a pass; the streams are stored one after another.
#[derive(Clone, Debug)]
pub struct Pass<L> {
    architecture: Architecture,
    streams: usize,
    layers: Vec<Layer<L>>,
    /// v h, for tied networks.
    scaled: Vec<Hidden<L>>,
    /// Gradients by the hidden values of the current layer.
    slopes: Vec<Hidden<L>>,
    /// Sums over units, before they are broadcast to SIMD vectors.
    sums: Vec<f64>,
}

/// The gradient of a loss by the sums over the code, for each example.
#[derive(Clone, Copy, Debug)]
pub struct CodeSlopes {
    /// The derivative by [`Pass::squared_code_jacobian`].
    pub squared_jacobian: [f64; EXAMPLES_PER_TILE],
    /// The derivative by [`Pass::code_l1`].
    pub l1: [f64; EXAMPLES_PER_TILE],
}

/// The values of a layer.
#[derive(Clone, Debug)]
struct Layer<L> {
    /// Broadcast inputs of all streams: entry j * EXAMPLES_PER_TILE + e in every element.
    inputs: Vec<L>,
    /// a(u), then ḣ for each direction; in the backward pass the gradients ū and u̇̄.
    values: Vec<Hidden<L>>,
    /// u, then u̇ for each direction.
    affine: Vec<Hidden<L>>,
    /// a'(u).
    slopes: Vec<Hidden<L>>,
    /// a''(u).
    curvatures: Vec<Hidden<L>>,
}

impl<L: Simd> Pass<L> {
    /// Buffers for networks of `architecture` with `directions` directions.
    pub fn new(architecture: &Architecture, directions: usize) -> Self {
        let (streams, blocks) = (directions + 1, architecture.blocks(L::WIDTH));
        let zero = [L::default(); EXAMPLES_PER_TILE];
        let layer = |layer| Layer {
            inputs: vec![L::default(); streams * architecture.inputs(layer) * EXAMPLES_PER_TILE],
            values: vec![zero; streams * blocks],
            affine: vec![zero; streams * blocks],
            slopes: vec![zero; blocks],
            curvatures: vec![zero; blocks],
        };
        Self {
            architecture: *architecture,
            streams,
            layers: (0..architecture.layers).map(layer).collect(),
            scaled: vec![zero; if architecture.is_tied() { streams * blocks } else { 0 }],
            slopes: vec![zero; streams * blocks],
            sums: vec![
                0.0;
                architecture.dim.max(if architecture.layers > 1 { architecture.units } else { 0 })
                    * EXAMPLES_PER_TILE
            ],
        }
    }

    /// Bytes of its buffers; in 64 bits, because the number can overflow a page's 32-bit sizes.
    pub(crate) fn bytes(architecture: &Architecture, directions: usize) -> u64 {
        let (streams, hidden) = (directions as u64 + 1, size_of::<Hidden<L>>() as u64);
        let inputs: usize = (0..architecture.layers).map(|layer| architecture.inputs(layer)).sum();
        let (blocks, layers) = (architecture.blocks(L::WIDTH) as u64, architecture.layers as u64);
        // Per stream: inputs, values and u of each layer, `scaled` and `slopes`. Shared by all streams: a' and a'' of
        // each layer.
        hidden * (streams * (inputs as u64 + blocks * (2 * layers + 2)) + 2 * layers * blocks)
    }

    /// The inputs of all streams: coordinate k of example e of stream s at index (s d + k) EXAMPLES_PER_TILE + e, in
    /// every element.
    pub fn inputs_mut(&mut self) -> &mut [L] {
        &mut self.layers[0].inputs
    }

    /// Writes V h and V ḣ of all streams to `out`, laid out as the inputs.
    // Not inlined, like `backward`: the page loads them only for other networks than one plain layer.
    #[inline(never)]
    pub fn forward(&mut self, network: &Network<L>, out: &mut [f64]) {
        for layer in 0..self.architecture.layers {
            self.activate(network, layer);
            if layer + 1 < self.architecture.layers {
                self.broadcast(layer);
            }
        }
        self.readout(network, out);
    }

    /// Σ ‖ḣ‖² over the units of the last layer for each example: ‖∂f/∂x‖² if the directions are the coordinate axes.
    pub fn squared_code_jacobian(&self) -> [f64; EXAMPLES_PER_TILE] {
        let mut squared_jacobian = [L::default(); EXAMPLES_PER_TILE];
        let blocks = self.architecture.blocks(L::WIDTH);
        for hidden in &self.layers[self.architecture.layers - 1].values[blocks..] {
            (0..EXAMPLES_PER_TILE).for_each(|e| squared_jacobian[e] += hidden[e] * hidden[e]);
        }
        squared_jacobian.map(L::sum)
    }

    /// Σ |h| over the units of the last layer for each example.
    pub fn code_l1(&self) -> [f64; EXAMPLES_PER_TILE] {
        let mut l1 = [L::default(); EXAMPLES_PER_TILE];
        let blocks = self.architecture.blocks(L::WIDTH);
        for (block, hidden) in self.layers[self.architecture.layers - 1].values[..blocks].iter().enumerate() {
            let is_unit = self.architecture.is_unit::<L>(block);
            (0..EXAMPLES_PER_TILE).for_each(|e| l1[e] += is_unit * hidden[e].max(-hidden[e]));
        }
        l1.map(L::sum)
    }

    /// The code of the first example: values of the last layer for stream `stream`, unit by unit.
    pub fn code(&self, stream: usize) -> impl Iterator<Item = f64> + '_ {
        let (last, blocks) = (self.architecture.layers - 1, self.architecture.blocks(L::WIDTH));
        let values = &self.layers[last].values[stream * blocks..][..blocks];
        (0..self.architecture.units).map(|unit| values[unit / L::WIDTH][0].get(unit % L::WIDTH))
    }

    fn activate(&mut self, network: &Network<L>, layer: usize) {
        let (weights, rows) = (network.layer(layer), self.rows(layer));
        let blocks = self.architecture.blocks(L::WIDTH);
        let this = &mut self.layers[layer];
        let streams =
            this.affine.chunks_exact_mut(blocks).zip(this.inputs.chunks_exact(rows.count * EXAMPLES_PER_TILE));
        for (stream, (affine, inputs)) in streams.enumerate() {
            for (affine, unit) in affine.iter_mut().zip(weights.chunks_exact(rows.stride)) {
                *affine = [if stream == 0 { unit[rows.count] } else { L::default() }; EXAMPLES_PER_TILE];
            }
            rows.multiply(weights, inputs, affine);
        }
        this.activate(self.architecture, blocks);
    }

    fn rows(&self, layer: usize) -> StridedWeights {
        StridedWeights { stride: self.architecture.stride(layer), first: 0, count: self.architecture.inputs(layer) }
    }

    /// Broadcasts the values of `layer` to the inputs of the next layer.
    fn broadcast(&mut self, layer: usize) {
        let (units, blocks) = (self.architecture.units, self.architecture.blocks(L::WIDTH));
        let (before, after) = self.layers.split_at_mut(layer + 1);
        let values = before[layer].values.chunks_exact(blocks);
        for (values, inputs) in values.zip(after[0].inputs.chunks_exact_mut(units * EXAMPLES_PER_TILE)) {
            for (inputs, values) in inputs.chunks_mut(L::WIDTH * EXAMPLES_PER_TILE).zip(values) {
                inputs
                    .iter_mut()
                    .enumerate()
                    .for_each(|(i, input)| *input = values[i % EXAMPLES_PER_TILE].broadcast(i / EXAMPLES_PER_TILE));
            }
        }
    }

    fn readout(&mut self, network: &Network<L>, out: &mut [f64]) {
        let (last, blocks, dim) =
            (self.architecture.layers - 1, self.architecture.blocks(L::WIDTH), self.architecture.dim);
        let (weights, decoder) = (network.layer(last), self.decoder());
        if self.architecture.is_tied() {
            self.scaled.copy_from_slice(&self.layers[last].values);
            scale_by_factors(weights, dim, &mut self.scaled);
        }
        let hidden = if self.architecture.is_tied() { &self.scaled } else { &self.layers[last].values };
        for (hidden, out) in hidden.chunks_exact(blocks).zip(out.chunks_exact_mut(dim * EXAMPLES_PER_TILE)) {
            decoder.multiply_transposed(weights, hidden, out);
        }
    }

    /// The weights whose transposed product with the code is the output.
    fn decoder(&self) -> StridedWeights {
        let last = self.architecture.layers - 1;
        let first = if self.architecture.is_tied() { 0 } else { self.architecture.inputs(last) + 1 };
        StridedWeights { stride: self.architecture.stride(last), first, count: self.architecture.dim }
    }

    /// Adds to `gradient` the derivative of Σ g · V h over streams and examples, and of `code` times the sums over the
    /// code. `gradient` is laid out as the parameters without output bias and scale, `g` as the inputs. Call it once
    /// after each [`Pass::forward`]: it overwrites the values.
    #[inline(never)]
    pub fn backward(&mut self, network: &Network<L>, g: &[L], code: CodeSlopes, gradient: &mut [L]) {
        let last = self.architecture.layers - 1;
        self.backward_decoder(network, g, layer_of(&self.architecture, gradient, last));
        if code.squared_jacobian.iter().any(|slope| *slope != 0.0) {
            self.add_jacobian_slopes(code.squared_jacobian);
        }
        if code.l1.iter().any(|slope| *slope != 0.0) {
            self.add_l1_slopes(code.l1);
        }
        for layer in (0..=last).rev() {
            self.backward_activation(layer);
            self.add_gradient(layer, layer_of(&self.architecture, gradient, layer));
            if layer > 0 {
                self.backward_weights(network, layer);
            }
        }
    }

    /// Writes h̄ = Vᵀ g to `slopes`; adds the gradient of V, or of v and, through V, of W.
    fn backward_decoder(&mut self, network: &Network<L>, g: &[L], gradient: &mut [L]) {
        let (last, blocks, dim) =
            (self.architecture.layers - 1, self.architecture.blocks(L::WIDTH), self.architecture.dim);
        let (weights, decoder) = (network.layer(last), self.decoder());
        self.slopes.fill([L::default(); EXAMPLES_PER_TILE]);
        for (stream, g) in g.chunks_exact(dim * EXAMPLES_PER_TILE).enumerate() {
            let range = stream * blocks..(stream + 1) * blocks;
            decoder.multiply(weights, g, &mut self.slopes[range.clone()]);
            let hidden = if self.architecture.is_tied() { &self.scaled } else { &self.layers[last].values };
            decoder.add_outer(gradient, &hidden[range], g);
        }
        if self.architecture.is_tied() {
            add_factor_gradient(&self.layers[last].values, &self.slopes, dim, gradient);
            scale_by_factors(weights, dim, &mut self.slopes);
        }
    }

    /// Adds the gradient of `squared_jacobian` Σ ‖ḣ‖².
    fn add_jacobian_slopes(&mut self, squared_jacobian: [f64; EXAMPLES_PER_TILE]) {
        let blocks = self.architecture.blocks(L::WIDTH);
        let twice = squared_jacobian.map(|weight| L::splat(2.0 * weight));
        let values = &self.layers[self.architecture.layers - 1].values;
        for (slope, value) in self.slopes[blocks..].iter_mut().zip(&values[blocks..]) {
            (0..EXAMPLES_PER_TILE).for_each(|e| slope[e] += twice[e] * value[e]);
        }
    }

    /// Adds the gradient of `l1` Σ |h|; zero where h is zero.
    fn add_l1_slopes(&mut self, l1: [f64; EXAMPLES_PER_TILE]) {
        let (l1, blocks) = (l1.map(L::splat), self.architecture.blocks(L::WIDTH));
        let values = &self.layers[self.architecture.layers - 1].values[..blocks];
        for (block, (slope, value)) in self.slopes.iter_mut().zip(values).enumerate() {
            let is_unit = self.architecture.is_unit::<L>(block);
            (0..EXAMPLES_PER_TILE).for_each(|e| slope[e] += l1[e] * is_unit * (value[e].step() - (-value[e]).step()));
        }
    }

    /// Replaces the values of a layer by ū and u̇̄, computed from h̄ and ḣ̄.
    fn backward_activation(&mut self, layer: usize) {
        let blocks = self.architecture.blocks(L::WIDTH);
        let Layer { values, affine, slopes, curvatures, .. } = &mut self.layers[layer];
        for block in 0..blocks {
            for e in 0..EXAMPLES_PER_TILE {
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
        let (rows, blocks) = (self.rows(layer), self.architecture.blocks(L::WIDTH));
        let Layer { values, inputs, .. } = &self.layers[layer];
        for (values, inputs) in values.chunks_exact(blocks).zip(inputs.chunks_exact(rows.count * EXAMPLES_PER_TILE)) {
            rows.add_outer(gradient, values, inputs);
        }
        for (unit, u) in gradient.chunks_exact_mut(rows.stride).zip(&values[..blocks]) {
            unit[rows.count] += (u[0] + u[1]) + (u[2] + u[3]);
        }
    }

    /// Writes Wᵀ ū and Wᵀ u̇̄ of a layer to `slopes`, for the previous layer.
    fn backward_weights(&mut self, network: &Network<L>, layer: usize) {
        let (rows, blocks) = (self.rows(layer), self.architecture.blocks(L::WIDTH));
        let weights = network.layer(layer);
        let sums = &mut self.sums[..rows.count * EXAMPLES_PER_TILE];
        let values = self.layers[layer].values.chunks_exact(blocks);
        for (values, slopes) in values.zip(self.slopes.chunks_exact_mut(blocks)) {
            rows.multiply_transposed(weights, values, sums);
            for (block, slope) in slopes.iter_mut().enumerate() {
                let entry = |e: usize, i: usize| sums.get((block * L::WIDTH + i) * EXAMPLES_PER_TILE + e).copied();
                *slope = core::array::from_fn(|e| L::from_fn(|i| entry(e, i).unwrap_or(0.0)));
            }
        }
    }
}

impl<L: Simd> Layer<L> {
    /// a(u), a'(u), a''(u) and ḣ from u and u̇.
    fn activate(&mut self, architecture: Architecture, blocks: usize) {
        for block in 0..blocks {
            for e in 0..EXAMPLES_PER_TILE {
                let [value, slope, curvature] = architecture.activation.jet(self.affine[block][e]);
                self.values[block][e] = value;
                self.slopes[block][e] = slope;
                self.curvatures[block][e] = curvature;
            }
        }
        for (i, value) in self.values.iter_mut().enumerate().skip(blocks) {
            (0..EXAMPLES_PER_TILE).for_each(|e| value[e] = self.slopes[i % blocks][e] * self.affine[i][e]);
        }
    }
}

/// The slice of a gradient for one layer.
fn layer_of<'a, L: Simd>(architecture: &Architecture, gradient: &'a mut [L], layer: usize) -> &'a mut [L] {
    &mut gradient[architecture.offset(L::WIDTH, layer)..architecture.offset(L::WIDTH, layer + 1)]
}

/// Multiplies the hidden values of all streams by v.
fn scale_by_factors<L: Simd>(weights: &[L], dim: usize, hidden: &mut [Hidden<L>]) {
    let units = weights.chunks_exact(dim + 2);
    for hidden in hidden.chunks_exact_mut(units.len()) {
        hidden.iter_mut().zip(units.clone()).for_each(|(hidden, unit)| *hidden = hidden.map(|h| h * unit[dim + 1]));
    }
}

/// Adds Σ h (W g) over examples and streams to the gradient of v.
fn add_factor_gradient<L: Simd>(hidden: &[Hidden<L>], slopes: &[Hidden<L>], dim: usize, gradient: &mut [L]) {
    let units = gradient.chunks_exact_mut(dim + 2);
    let blocks = units.len();
    for (block, unit) in units.enumerate() {
        let streams = hidden[block..].iter().step_by(blocks).zip(slopes[block..].iter().step_by(blocks));
        streams.for_each(|(h, slope)| unit[dim + 1] += dot(*h, *slope));
    }
}

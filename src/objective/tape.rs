//! Forward and backward pass of a tile of four examples, from inputs to the gradient of all parameters.
//!
//! A network of one hidden layer without directions uses the fused kernel, all others a `Pass`. With r_k = s_k y_k + s₊
//! x_k, y = a₂(u) and u = V h + b, the gradient by y_k is s_k times the gradient by r_k. Derivatives along directions
//! follow the same formulas without b.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{EXAMPLES_PER_TILE, Tile};
use crate::model::fused::{self, Code, Hidden};
use crate::model::output::Output;
use crate::model::pass::{CodeSlopes, Pass};
use crate::model::{Activation, Architecture, Network, Scaling};
use crate::simd::Simd;

/// The buffers of the two passes.
pub struct Tape<L> {
    route: Route<L>,
    output: Option<Output>,
    /// The penalty λ on Σ |h|.
    sparsity: f64,
    /// The points and directions, each number broadcast to a SIMD vector.
    inputs: Vec<L>,
    /// y for the points and ẏ for the directions.
    sums: Vec<f64>,
    /// The loss's gradient by `sums`, then by V h and V ḣ.
    output_slopes: Vec<f64>,
    /// `output_slopes`, each number broadcast to a SIMD vector.
    slopes: Vec<L>,
    bias_slopes: Vec<f64>,
    scale_slopes: Vec<f64>,
}

enum Route<L> {
    /// The fused kernel for one hidden layer.
    Fused { hidden: Vec<Hidden<L>>, slopes: Vec<Hidden<L>> },
    /// The general pass: several layers, directions, or a penalty on the code.
    Layered(Box<Pass<L>>),
}

impl<L: Simd> Route<L> {
    fn fused(architecture: &Architecture) -> Self {
        let hidden = vec![[L::default(); EXAMPLES_PER_TILE]; architecture.blocks(L::WIDTH)];
        let needs_slopes = architecture.activation != Activation::Tanh;
        Self::Fused { slopes: if needs_slopes { hidden.clone() } else { Vec::new() }, hidden }
    }
}

impl<L: Simd> Tape<L> {
    /// Buffers for networks of `architecture` with `directions` directions and the penalty `sparsity` on the code.
    pub fn new(architecture: &Architecture, directions: usize, sparsity: f64) -> Self {
        let size = (1 + directions) * architecture.dim * EXAMPLES_PER_TILE;
        let is_fused = architecture.layers == 1 && directions == 0 && sparsity == 0.0;
        Self {
            route: if is_fused {
                Route::fused(architecture)
            } else {
                Route::Layered(Box::new(Pass::new(architecture, directions)))
            },
            output: Output::new(architecture, directions),
            sparsity,
            inputs: vec![L::default(); size],
            sums: vec![0.0; size],
            output_slopes: vec![0.0; size],
            slopes: vec![L::default(); size],
            bias_slopes: vec![0.0; architecture.dim],
            scale_slopes: vec![0.0; architecture.dim],
        }
    }

    /// The same tape with the penalty `sparsity` on the code. Keeps the buffers unless they must change.
    pub fn with_sparsity(self, architecture: &Architecture, directions: usize, sparsity: f64) -> Self {
        if sparsity == 0.0 || directions > 0 {
            Self { sparsity, ..self }
        } else {
            Self::new(architecture, directions, sparsity)
        }
    }

    /// Upper bound on the bytes of its buffers; 64 bits, because the product overflows the 32-bit sizes of a page.
    pub(super) fn bytes(architecture: &Architecture, directions: usize) -> u64 {
        let streams = 1 + directions as u64;
        let numbers = streams * (architecture.dim * EXAMPLES_PER_TILE) as u64;
        let (spread, single) = (size_of::<L>() as u64, size_of::<f64>() as u64);
        numbers * (2 * spread + 3 * single) + Pass::<L>::bytes(architecture, directions)
    }

    /// Sets all gradients to zero.
    pub fn begin(&mut self, gradient: &mut [L]) {
        gradient.fill(L::default());
        self.bias_slopes.fill(0.0);
        self.scale_slopes.fill(0.0);
    }

    /// Writes the gradient of output bias and scale, summed over all tiles since `begin`.
    pub fn finish(&self, network: &Network<L>, gradient: &mut [L]) {
        let architecture = network.architecture();
        architecture.freeze(gradient);
        write(&self.bias_slopes, &mut gradient[network.bias_offset()..]);
        let scales = &mut gradient[architecture.scale_offset(L::WIDTH)..];
        match architecture.scaling {
            Scaling::Learned => write(&[self.scale_slopes.iter().sum()], scales),
            _ => write(&self.scale_slopes, scales),
        }
    }

    /// Computes the tile's output and derivatives.
    pub fn forward(&mut self, network: &Network<L>, sigma: f64, tile: &mut Tile) {
        let architecture = network.architecture();
        let points = tile.input.iter().chain(&tile.directions);
        self.inputs.iter_mut().zip(points).for_each(|(vector, x)| *vector = L::splat(*x));
        match &mut self.route {
            Route::Fused { hidden, slopes } => {
                fused::activate(architecture, network.layer(0), &self.inputs, hidden, slopes);
                fused::readout(architecture, network.layer(0), hidden, &mut self.sums);
            }
            Route::Layered(pass) => {
                pass.inputs_mut().copy_from_slice(&self.inputs);
                pass.forward(network, &mut self.sums);
                tile.squared_code_jacobian = pass.squared_code_jacobian();
            }
        }
        self.output_forward(network, sigma, tile);
    }

    /// Computes r and J t from V h and V ḣ.
    fn output_forward(&mut self, network: &Network<L>, sigma: f64, tile: &mut Tile) {
        let (dim, skip) = (tile.dim, network.architecture().skip);
        for (k, sums) in self.sums.chunks_exact_mut(EXAMPLES_PER_TILE).take(dim).enumerate() {
            let bias = network.output_bias(k);
            sums.iter_mut().for_each(|sum| *sum += bias);
        }
        if let Some(output) = &mut self.output {
            output.forward(&mut self.sums);
        }
        let outputs =
            tile.output.chunks_exact_mut(EXAMPLES_PER_TILE).chain(tile.derivatives.chunks_exact_mut(EXAMPLES_PER_TILE));
        let inputs = tile.input.chunks_exact(EXAMPLES_PER_TILE).chain(tile.directions.chunks_exact(EXAMPLES_PER_TILE));
        let coordinates = outputs.zip(inputs).zip(self.sums.chunks_exact(EXAMPLES_PER_TILE)).zip((0..dim).cycle());
        for (((output, input), sums), k) in coordinates {
            let scale = network.scale(k, sigma);
            (0..EXAMPLES_PER_TILE).for_each(|e| output[e] = scale * sums[e] + skip * input[e]);
        }
    }

    /// The weighted sum over the tile of the penalty on the code; `backward` adds its gradient.
    pub fn penalty(&self, tile: &Tile) -> f64 {
        match &self.route {
            Route::Layered(pass) if self.sparsity > 0.0 => {
                let sizes = pass.code_l1();
                self.sparsity * (0..EXAMPLES_PER_TILE).map(|e| tile.weights[e] * sizes[e]).sum::<f64>()
            }
            _ => 0.0,
        }
    }

    /// Adds `share` times the gradient by the parameters for the tile's slopes. Call it once after each `forward`.
    pub fn backward(&mut self, network: &Network<L>, sigma: f64, tile: &Tile, share: f64, gradient: &mut [L]) {
        self.output_backward(network, sigma, tile, share);
        match &mut self.route {
            Route::Fused { hidden, slopes } => {
                let code = Code { values: hidden, slopes };
                let units = &mut gradient[..network.bias_offset()];
                fused::back_propagate(
                    network.architecture(),
                    network.layer(0),
                    &self.inputs,
                    &self.slopes,
                    code,
                    units,
                );
            }
            Route::Layered(pass) => {
                let squared_jacobian = tile.code_slopes.map(|slope| share * slope);
                let l1 = tile.weights.map(|weight| share * self.sparsity * weight);
                pass.backward(network, &self.slopes, CodeSlopes { squared_jacobian, l1 }, gradient);
            }
        }
    }

    /// Computes `share` times the gradient by V h and V ḣ, and adds to the gradients of bias and scale.
    fn output_backward(&mut self, network: &Network<L>, sigma: f64, tile: &Tile, share: f64) {
        let slopes =
            tile.slopes.chunks_exact(EXAMPLES_PER_TILE).chain(tile.derivative_slopes.chunks_exact(EXAMPLES_PER_TILE));
        let sums =
            self.sums.chunks_exact(EXAMPLES_PER_TILE).zip(self.output_slopes.chunks_exact_mut(EXAMPLES_PER_TILE));
        for ((slopes, (sums, output_slopes)), k) in slopes.zip(sums).zip((0..tile.dim).cycle()) {
            let factor = share * network.scale(k, sigma);
            for e in 0..EXAMPLES_PER_TILE {
                self.scale_slopes[k] += share * slopes[e] * sums[e];
                output_slopes[e] = factor * slopes[e];
            }
        }
        if let Some(output) = &self.output {
            output.backward(&mut self.output_slopes);
        }
        for (bias_slope, output_slopes) in
            self.bias_slopes.iter_mut().zip(self.output_slopes.chunks_exact(EXAMPLES_PER_TILE))
        {
            output_slopes.iter().for_each(|slope| *bias_slope += slope);
        }
        self.slopes.iter_mut().zip(&self.output_slopes).for_each(|(spread, slope)| *spread = L::splat(*slope));
    }
}

fn write<L: Simd>(values: &[f64], vectors: &mut [L]) {
    for (vector, values) in vectors.iter_mut().zip(values.chunks(L::WIDTH)) {
        *vector = L::from_fn(|i| values.get(i).copied().unwrap_or(0.0));
    }
}

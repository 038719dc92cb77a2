//! Four examples in the form that objectives use: inputs and directions, outputs and derivatives, and the gradient of
//! the loss. All numbers are f64; entry k * 4 + e is coordinate k of example e.

use alloc::vec;
use alloc::vec::Vec;

pub use crate::model::fused::EXAMPLES_PER_TILE;

/// The examples of a tile.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The dimension d.
    pub dim: usize,
    /// The training points (d×4).
    pub clean: Vec<f64>,
    /// The inputs of r (d×4).
    pub input: Vec<f64>,
    /// The directions t (K×d×4).
    pub directions: Vec<f64>,
    /// r at the inputs (d×4).
    pub output: Vec<f64>,
    /// J t for each direction (K×d×4).
    pub derivatives: Vec<f64>,
    /// ‖∂f/∂x‖² of the code; computed unless the fused kernel is used.
    pub squared_code_jacobian: [f64; EXAMPLES_PER_TILE],
    /// The weight of each example; zero for padding.
    pub weights: [f64; EXAMPLES_PER_TILE],
    /// The gradient of the loss by r (d×4).
    pub slopes: Vec<f64>,
    /// The gradient of the loss by J t (K×d×4).
    pub derivative_slopes: Vec<f64>,
    /// The derivative of the loss by ‖∂f/∂x‖².
    pub code_slopes: [f64; EXAMPLES_PER_TILE],
}

impl Tile {
    /// Buffers for examples in R^`dim` with `directions` directions.
    pub fn new(dim: usize, directions: usize) -> Self {
        let (one, all) = (vec![0.0; dim * EXAMPLES_PER_TILE], vec![0.0; directions * dim * EXAMPLES_PER_TILE]);
        Self {
            dim,
            clean: one.clone(),
            input: one.clone(),
            directions: all.clone(),
            output: one.clone(),
            derivatives: all.clone(),
            squared_code_jacobian: [0.0; EXAMPLES_PER_TILE],
            weights: [0.0; EXAMPLES_PER_TILE],
            slopes: one,
            derivative_slopes: all,
            code_slopes: [0.0; EXAMPLES_PER_TILE],
        }
    }

    /// Bytes of its buffers; 64 bits, because the product overflows the 32-bit sizes of a page.
    pub(super) fn bytes(dim: usize, directions: usize) -> u64 {
        let one = (dim * EXAMPLES_PER_TILE * size_of::<f64>()) as u64;
        one * (4 + 3 * directions as u64)
    }

    /// The number K of directions.
    pub fn direction_count(&self) -> usize {
        self.directions.len() / self.output.len()
    }

    /// Sets the inputs to the training points and the directions to the coordinate axes: the derivatives are the
    /// columns of J.
    pub fn use_clean_points(&mut self) {
        let (dim, width) = (self.dim, self.output.len());
        self.input.copy_from_slice(&self.clean);
        self.directions.fill(0.0);
        for j in 0..dim {
            self.directions[j * width + j * EXAMPLES_PER_TILE..][..EXAMPLES_PER_TILE].fill(1.0);
        }
    }

    /// Returns the weighted sum of ‖r - clean‖² and writes its gradient.
    pub fn squared_error(&mut self) -> f64 {
        let mut loss = 0.0;
        for (i, slope) in self.slopes.iter_mut().enumerate() {
            let weight = self.weights[i % EXAMPLES_PER_TILE];
            let residual = self.output[i] - self.clean[i];
            *slope = weight * (2.0 * residual);
            loss += weight * (residual * residual);
        }
        loss
    }
}

//! Four examples as an objective sees them: where r is evaluated, along which directions, what came out, and how the loss
//! depends on it. All in f64; entry k * 4 + e is coordinate k of example e.

use alloc::vec;
use alloc::vec::Vec;

pub use crate::model::kernel::GROUP;

/// The examples of a group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The dimension d.
    pub dim: usize,
    /// The training points (d×4).
    pub clean: Vec<f64>,
    /// Where r is evaluated (d×4).
    pub input: Vec<f64>,
    /// The directions t (K×d×4).
    pub directions: Vec<f64>,
    /// r there (d×4).
    pub output: Vec<f64>,
    /// J t for each direction (K×d×4).
    pub derivatives: Vec<f64>,
    /// ‖∂f/∂x‖² of the code, where it is asked for.
    pub code_power: [f64; GROUP],
    /// How much each example counts; zero for padding.
    pub weights: [f64; GROUP],
    /// The loss's slopes by r (d×4).
    pub slopes: Vec<f64>,
    /// The loss's slopes by J t (K×d×4).
    pub derivative_slopes: Vec<f64>,
    /// The loss's slopes by ‖∂f/∂x‖².
    pub code_slopes: [f64; GROUP],
}

impl Group {
    /// Room for examples in R^`dim` with `directions` directions.
    pub fn new(dim: usize, directions: usize) -> Self {
        let (one, all) = (vec![0.0; dim * GROUP], vec![0.0; directions * dim * GROUP]);
        Self {
            dim,
            clean: one.clone(),
            input: one.clone(),
            directions: all.clone(),
            output: one.clone(),
            derivatives: all.clone(),
            code_power: [0.0; GROUP],
            weights: [0.0; GROUP],
            slopes: one,
            derivative_slopes: all,
            code_slopes: [0.0; GROUP],
        }
    }

    /// Bytes of its buffers; in 64 bits, because they wrap a page's 32-bit sizes.
    pub(super) fn bytes(dim: usize, directions: usize) -> u64 {
        let one = (dim * GROUP * size_of::<f64>()) as u64;
        one * (4 + 3 * directions as u64)
    }

    /// How many directions there are.
    pub fn direction_count(&self) -> usize {
        self.directions.len() / self.output.len()
    }

    /// Evaluates r at the training points themselves, along the coordinates, so that the derivatives are the columns of J.
    pub fn look_along_coordinates(&mut self) {
        let (dim, width) = (self.dim, self.output.len());
        self.input.copy_from_slice(&self.clean);
        self.directions.fill(0.0);
        for j in 0..dim {
            self.directions[j * width + j * GROUP..][..GROUP].fill(1.0);
        }
    }

    /// The weighted sum of ‖r - clean‖², whose slopes it writes.
    pub fn squared_error(&mut self) -> f64 {
        let mut loss = 0.0;
        for (i, slope) in self.slopes.iter_mut().enumerate() {
            let weight = self.weights[i % GROUP];
            let residual = self.output[i] - self.clean[i];
            *slope = weight * (2.0 * residual);
            loss += weight * (residual * residual);
        }
        loss
    }
}

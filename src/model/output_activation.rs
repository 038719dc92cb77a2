//! The output's activation a₂, applied to u = V h + b for a tile of examples, with derivatives along directions.
//!
//! As in a hidden layer (see [`super::pass`]), y = a₂(u) and ẏ = a₂'(u) u̇. Backward, with gradients ȳ and ẏ̄ of a
//! loss, ū = a₂'(u) ȳ + a₂''(u) Σ u̇ ẏ̄ and u̇̄ = a₂'(u) ẏ̄. All values are f64: there are few outputs.

use alloc::vec;
use alloc::vec::Vec;

use super::fused::EXAMPLES_PER_TILE;
use super::{Activation, Architecture};

/// a₂(u). Not inlined, so that the page loads it only for networks with an output activation.
#[inline(never)]
pub fn value(activation: Activation, u: f64) -> f64 {
    activation.value(u)
}

/// An output activation other than the identity, with the values kept for the backward pass.
#[derive(Clone, Debug)]
pub struct Output {
    activation: Activation,
    /// u̇ for each direction.
    along: Vec<f64>,
    /// a₂'(u)
    slopes: Vec<f64>,
    /// a₂''(u)
    curvatures: Vec<f64>,
}

impl Output {
    /// Buffers for networks of `architecture` with `directions` directions; `None` for the identity.
    pub fn new(architecture: &Architecture, directions: usize) -> Option<Self> {
        let width = architecture.dim * EXAMPLES_PER_TILE;
        (architecture.output != Activation::Identity).then(|| Self {
            activation: architecture.output,
            along: vec![0.0; directions * width],
            slopes: vec![0.0; width],
            curvatures: vec![0.0; width],
        })
    }

    /// Replaces u, and u̇ for each direction after it, by y and ẏ.
    #[inline(never)]
    pub fn forward(&mut self, outputs: &mut [f64]) {
        let (points, derivatives) = outputs.split_at_mut(self.slopes.len());
        for ((u, slope), curvature) in points.iter_mut().zip(&mut self.slopes).zip(&mut self.curvatures) {
            [*u, *slope, *curvature] = self.activation.jet(*u);
        }
        self.along.copy_from_slice(derivatives);
        for derivatives in derivatives.chunks_exact_mut(self.slopes.len()) {
            derivatives.iter_mut().zip(&self.slopes).for_each(|(derivative, slope)| *derivative *= slope);
        }
    }

    /// Replaces the gradients by y and ẏ by the gradients by u and u̇.
    #[inline(never)]
    pub fn backward(&self, gradients: &mut [f64]) {
        let width = self.slopes.len();
        let (points, derivatives) = gradients.split_at_mut(width);
        points.iter_mut().zip(&self.slopes).for_each(|(gradient, slope)| *gradient *= slope);
        for (i, gradient) in derivatives.iter_mut().enumerate() {
            points[i % width] += self.curvatures[i % width] * self.along[i] * *gradient;
            *gradient *= self.slopes[i % width];
        }
    }
}

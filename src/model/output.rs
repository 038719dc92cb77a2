//! The output's activation a₂, applied to u = V h + b of a tile of examples, with derivatives along directions.
//!
//! As in a hidden layer (see [`super::pass`]) y = a₂(u) and ẏ = a₂'(u) u̇; on the way back, with slopes ȳ and ẏ̄ of a loss by
//! both, ū = a₂'(u) ȳ + a₂''(u) Σ u̇ ẏ̄ and u̇̄ = a₂'(u) ẏ̄. All in f64: there are few outputs.

use alloc::vec;
use alloc::vec::Vec;

use super::fused::EXAMPLES_PER_TILE;
use super::{Activation, Architecture};

/// a₂(u). Never inlined: networks without output activation, the page's first, need not load it.
#[inline(never)]
pub fn value(activation: Activation, u: f64) -> f64 {
    activation.value(u)
}

/// An output activation other than the identity, with what it keeps for the way back.
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
    /// For networks of `form`, with `directions` directions; `None` if the output stays as it is.
    pub fn new(architecture: &Architecture, directions: usize) -> Option<Self> {
        let width = architecture.dim * EXAMPLES_PER_TILE;
        (architecture.output != Activation::Identity).then(|| Self {
            activation: architecture.output,
            along: vec![0.0; directions * width],
            slopes: vec![0.0; width],
            curvatures: vec![0.0; width],
        })
    }

    /// Turns u, and u̇ for each direction behind it, into y and ẏ.
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

    /// Turns a loss's slopes by y and ẏ into those by u and u̇.
    #[inline(never)]
    pub fn backward(&self, pulls: &mut [f64]) {
        let width = self.slopes.len();
        let (points, derivatives) = pulls.split_at_mut(width);
        points.iter_mut().zip(&self.slopes).for_each(|(pull, slope)| *pull *= slope);
        for (i, pull) in derivatives.iter_mut().enumerate() {
            points[i % width] += self.curvatures[i % width] * self.along[i] * *pull;
            *pull *= self.slopes[i % width];
        }
    }
}

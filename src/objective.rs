//! What training minimises: a mean over a random batch, and its gradient.

use crate::data::Points;
use crate::lane::Lane;
use crate::model::Network;
use crate::rng::Stream;

pub mod denoising;

pub use denoising::Denoising;

/// A loss with its gradient in the network's parameters.
pub trait Objective<L: Lane> {
    /// Draws a batch of `points` with `rng`, writes the gradient of its mean loss to `gradient` (laid out as the network's
    /// parameters) and returns that loss, which is not finite once the network has diverged.
    fn gradient(&mut self, network: &Network<L>, points: &Points, rng: &mut Stream, gradient: &mut [L]) -> f64;
}

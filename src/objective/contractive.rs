//! The reconstruction-contractive objective: the mean of ‖r(x) - x‖² + σ²‖J‖²_F, J = ∂r/∂x (Alain and Bengio 2014). For
//! small σ it equals the denoising objective (their proposition 1).

use alloc::boxed::Box;

use super::{Builder, EXAMPLES_PER_TILE, Objective, Tile};
use crate::setting::{Choice, Variant};

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "contractive",
        label: "contractive",
        help: "Reconstruct the points with a small Jacobian: ‖r(x) - x‖² + σ²‖∂r/∂x‖².",
    },
    settings: &[],
    suggest: &[],
    build: |_, sigma, _| Ok(Box::new(Contractive::new(sigma))),
};

/// The objective with its penalty σ².
#[derive(Clone, Debug)]
pub struct Contractive {
    penalty: f64,
}

impl Contractive {
    /// The objective with the penalty σ² for noise `sigma`.
    pub fn new(sigma: f64) -> Self {
        Self { penalty: sigma * sigma }
    }
}

impl Objective for Contractive {
    fn set_sigma(&mut self, sigma: f64) {
        self.penalty = sigma * sigma;
    }

    fn typical_loss(&self, dim: usize) -> f64 {
        dim as f64 * self.penalty
    }

    fn directions(&self, dim: usize) -> usize {
        dim
    }

    fn loss(&mut self, tile: &mut Tile) -> f64 {
        let mut loss = tile.squared_error();
        for (i, derivative) in tile.derivatives.iter().enumerate() {
            let weight = self.penalty * tile.weights[i % EXAMPLES_PER_TILE];
            loss += weight * derivative * derivative;
            tile.derivative_slopes[i] = 2.0 * weight * derivative;
        }
        loss
    }
}

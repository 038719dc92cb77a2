//! The contractive objective of Rifai et al. 2011: the mean of ‖r(x) - x‖² + λ‖∂f/∂x‖²_F, where f is the encoder up to
//! the last hidden layer.

use alloc::boxed::Box;

use super::{Builder, Objective, Tile};
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "encoder-contractive",
        label: "encoder-contractive",
        help: "Reconstruct from a code with a small Jacobian: ‖r(x) - x‖² + λ‖∂f/∂x‖².",
    },
    settings: &[Setting {
        key: "train.penalty",
        label: "Penalty λ",
        unit: "",
        help: "Weight of the squared Jacobian of the code.",
        kind: SettingKind::Real { default: 1e-4, min: 0.0, max: 100.0 },
        ..Setting::of(Section::Training)
    }],
    suggest: &[],
    build: |settings, _, _| Ok(Box::new(EncoderContractive::new(settings.real("train.penalty")))),
};

/// The objective with its penalty λ.
#[derive(Clone, Debug)]
pub struct EncoderContractive {
    penalty: f64,
}

impl EncoderContractive {
    /// The objective with the penalty λ = `penalty` ≥ 0.
    pub fn new(penalty: f64) -> Self {
        Self { penalty }
    }
}

impl Objective for EncoderContractive {
    /// Nothing to do: the penalty λ does not depend on σ.
    fn set_sigma(&mut self, _sigma: f64) {}

    fn typical_loss(&self, dim: usize) -> f64 {
        dim as f64 * self.penalty
    }

    fn directions(&self, dim: usize) -> usize {
        dim
    }

    fn loss(&mut self, tile: &mut Tile) -> f64 {
        tile.code_slopes = tile.weights.map(|weight| self.penalty * weight);
        let penalty: f64 =
            tile.code_slopes.iter().zip(&tile.squared_code_jacobian).map(|(slope, power)| slope * power).sum();
        tile.squared_error() + penalty
    }
}

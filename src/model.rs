//! The auto-encoder: h = a₁(W x + c), up to four such layers in sequence, r(x) = s₀ a₂(V h + b) + s₊ x.
//!
//! V is free, or tied to W: V = Wᵀ diag(v) with v learned or v = 1 (Alain and Bengio 2014). With tied weights, one
//! scalar s₀ and the identity for a₂, the field (r(x) - x)/σ² is the gradient of an energy.

use crate::setting::Setting;

pub mod activation;
pub mod architecture;
pub(crate) mod fused;
pub mod initialization;
pub(crate) mod matmul;
pub mod network;
pub(crate) mod output_activation;
pub(crate) mod pass;
pub mod state_dict;

pub use activation::Activation;
pub use architecture::{Architecture, Decoder, Scaling};
pub use network::{Network, Slot, Unit};

/// The network's settings.
pub static SETTINGS: &[Setting] = &{
    let [units, layers, decoder, architecture, scale] = architecture::SETTINGS;
    [
        units,
        layers,
        activation::SETTING,
        decoder,
        architecture,
        activation::OUTPUT,
        scale,
        architecture::SCALING,
        initialization::SETTING,
    ]
};

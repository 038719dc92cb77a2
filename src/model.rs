//! The auto-encoder: h = a₁(W x + c), up to four such layers one after the other, r(x) = s₀ a₂(V h + b) + s₊ x.
//!
//! V is free, or tied to W: V = Wᵀ diag(v), with v learned or v = 1 (Alain and Bengio 2014; with tied weights, one
//! scalar s₀ and a₂ the identity the field (r(x) - x)/σ² is the gradient of an energy).

use crate::field::Field;

pub mod activation;
pub mod form;
pub mod initial;
pub(crate) mod kernel;
pub(crate) mod layers;
pub mod network;
pub(crate) mod output;
pub mod parameters;
pub(crate) mod pass;

pub use activation::Activation;
pub use form::{Decoder, Form, Scaling};
pub use network::{Network, Slot, Unit};

/// The network's settings.
pub static FIELDS: &[Field] = &{
    let [units, layers, decoder, form, scale] = form::FIELDS;
    [units, layers, activation::FIELD, decoder, form, activation::OUTPUT, scale, form::SCALING, initial::FIELD]
};

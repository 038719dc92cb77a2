//! How a gradient changes the parameters.

use crate::lane::Lane;

pub mod adam;

pub use adam::Adam;

/// A rule that turns gradients into steps.
pub trait Optimizer<L: Lane> {
    /// Takes step number `step` (from 0) along `gradient`.
    fn step(&mut self, step: u32, parameters: &mut [L], gradient: &[L]);

    /// What the rule remembers between steps, for checkpoints.
    fn memory(&self) -> &[L];

    /// The same, to be overwritten by a checkpoint.
    fn memory_mut(&mut self) -> &mut [L];
}

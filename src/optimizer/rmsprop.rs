//! RMSProp: v ← 0.9 v + 0.1 g², θ ← θ - rate g/(√v + 1e-8) (Tieleman and Hinton 2012).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Builder, Descending, Descent, NEGLIGIBLE, RATE, rate};
use crate::setting::{Choice, Variant};
use crate::simd::Simd;

const KEEP: f64 = 0.9;
const EPSILON: f64 = 1e-8;

/// The entry in the list of optimisers.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "rmsprop",
        label: "RMSProp",
        help: "Gradient descent with each weight's step divided by the size of its recent gradients.",
    },
    settings: &[rate(1e-3)],
    suggest: &[],
    build: Builder {
        state_len: |_, vectors| vectors,
        replicas: |_| 0,
        build: |settings, vectors| Box::new(Descending(RmsProp::new(settings.real(RATE), vectors))),
    },
};

/// The optimiser with its mean squared gradients.
#[derive(Clone, Debug)]
pub struct RmsProp<L> {
    rate: f64,
    squares: Vec<L>,
}

impl<L: Simd> RmsProp<L> {
    /// The optimiser for `length` SIMD vectors of parameters.
    pub fn new(rate: f64, length: usize) -> Self {
        Self { rate, squares: vec![L::default(); length] }
    }
}

impl<L: Simd> Descent<L> for RmsProp<L> {
    fn descend(&mut self, _: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]) {
        let (rate, epsilon) = (L::splat(rate_factor * self.rate), L::splat(EPSILON));
        let (keep, take) = (L::splat(KEEP), L::splat(1.0 - KEEP));
        for ((parameter, &g), v) in parameters.iter_mut().zip(gradient).zip(&mut self.squares) {
            let g = g.flush(NEGLIGIBLE);
            *v = (keep * *v + take * (g * g)).flush(NEGLIGIBLE * NEGLIGIBLE);
            *parameter = (*parameter - rate * g / (L::sqrt(*v) + epsilon)).flush(NEGLIGIBLE);
        }
    }

    fn state(&self) -> &[L] {
        &self.squares
    }

    fn state_mut(&mut self) -> &mut [L] {
        &mut self.squares
    }
}

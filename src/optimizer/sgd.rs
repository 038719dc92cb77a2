//! Stochastic gradient descent: θ ← θ - rate g (Robbins and Monro 1951).

use alloc::boxed::Box;

use super::{Builder, Descending, Descent, NEGLIGIBLE, RATE, rate};
use crate::setting::{Choice, Variant};
use crate::simd::Simd;

/// The entry in the list of optimisers.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice { id: "sgd", label: "gradient descent", help: "A step along the negative gradient of each batch." },
    settings: &[rate(0.01)],
    suggest: &[],
    build: Builder {
        state_len: |_, _| 0,
        replicas: |_| 0,
        build: |settings, _| Box::new(Descending(Sgd::new(settings.real(RATE)))),
    },
};

/// The optimiser with its rate.
#[derive(Clone, Debug)]
pub struct Sgd {
    rate: f64,
}

impl Sgd {
    /// Steps of `rate` times the gradient.
    pub fn new(rate: f64) -> Self {
        Self { rate }
    }
}

impl<L: Simd> Descent<L> for Sgd {
    fn descend(&mut self, _: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]) {
        let rate = L::splat(rate_factor * self.rate);
        for (parameter, &g) in parameters.iter_mut().zip(gradient) {
            *parameter = (*parameter - rate * g).flush(NEGLIGIBLE);
        }
    }

    fn state(&self) -> &[L] {
        &[]
    }

    fn state_mut(&mut self) -> &mut [L] {
        &mut []
    }
}

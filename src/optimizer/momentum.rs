//! Gradient descent with momentum: v ← β v + g, θ ← θ - rate v (Polyak 1964).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Builder, Descending, Descent, NEGLIGIBLE, RATE, rate};
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};
use crate::simd::Simd;

/// The entry in the list of optimisers.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice { id: "momentum", label: "momentum", help: "Gradient descent along a running sum of gradients." },
    settings: &[
        rate(0.01),
        Setting {
            key: "train.momentum",
            label: "Momentum",
            unit: "",
            help: "The share of the last step that each step keeps.",
            kind: SettingKind::Real { default: 0.9, min: 0.0, max: 0.999 },
            ..Setting::of(Section::Training)
        },
    ],
    suggest: &[],
    build: Builder {
        state_len: |_, vectors| vectors,
        replicas: |_| 0,
        build: |settings, vectors| {
            Box::new(Descending(Momentum::new(settings.real(RATE), settings.real("train.momentum"), vectors)))
        },
    },
};

/// The optimiser with its velocity.
#[derive(Clone, Debug)]
pub struct Momentum<L> {
    rate: f64,
    momentum: f64,
    velocity: Vec<L>,
}

impl<L: Simd> Momentum<L> {
    /// The optimiser for `length` SIMD vectors of parameters, with β = `momentum`.
    pub fn new(rate: f64, momentum: f64, length: usize) -> Self {
        Self { rate, momentum, velocity: vec![L::default(); length] }
    }
}

impl<L: Simd> Descent<L> for Momentum<L> {
    fn descend(&mut self, _: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]) {
        let (rate, momentum) = (L::splat(rate_factor * self.rate), L::splat(self.momentum));
        for ((parameter, &g), v) in parameters.iter_mut().zip(gradient).zip(&mut self.velocity) {
            *v = (momentum * *v + g).flush(NEGLIGIBLE);
            *parameter = (*parameter - rate * *v).flush(NEGLIGIBLE);
        }
    }

    fn state(&self) -> &[L] {
        &self.velocity
    }

    fn state_mut(&mut self) -> &mut [L] {
        &mut self.velocity
    }
}

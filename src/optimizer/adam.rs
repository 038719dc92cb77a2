//! Adam (Kingma and Ba 2015, algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Builder, Descending, Descent, NEGLIGIBLE, RATE, rate};
use crate::math;
use crate::setting::{Choice, Variant};
use crate::simd::Simd;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// The entry in the list of optimisers.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice { id: "adam", label: "Adam", help: "Momentum, with steps relative to each weight's gradient." },
    settings: &[rate(5e-3)],
    suggest: &[],
    build: Builder {
        state_len: |_, vectors| 2 * vectors,
        replicas: |_| 0,
        build: |settings, vectors| Box::new(Descending(Adam::new(settings.real(RATE), vectors))),
    },
};

/// Adam; its state is the first moments, then the second moments.
#[derive(Clone, Debug)]
pub struct Adam<L> {
    rate: f64,
    moments: Vec<L>,
}

impl<L: Simd> Adam<L> {
    /// Adam for `length` SIMD vectors of parameters.
    pub fn new(rate: f64, length: usize) -> Self {
        Self { rate, moments: vec![L::default(); 2 * length] }
    }
}

impl<L: Simd> Descent<L> for Adam<L> {
    fn descend(&mut self, step: u32, rate_factor: f64, parameters: &mut [L], gradient: &[L]) {
        let time = f64::from(step) + 1.0;
        let keep = [L::splat(BETA_1), L::splat(BETA_2)];
        let take = [L::splat(1.0 - BETA_1), L::splat(1.0 - BETA_2)];
        let rate = L::splat(rate_factor * self.rate / (1.0 - math::exp(time * math::ln(BETA_1))));
        let unbias = L::splat(1.0 / (1.0 - math::exp(time * math::ln(BETA_2))));
        let epsilon = L::splat(EPSILON);
        let (first, second) = self.moments.split_at_mut(parameters.len());
        for (((parameter, &g), m), v) in parameters.iter_mut().zip(gradient).zip(first).zip(second) {
            let g = g.flush(NEGLIGIBLE);
            *m = (keep[0] * *m + take[0] * g).flush(NEGLIGIBLE);
            *v = (keep[1] * *v + take[1] * (g * g)).flush(NEGLIGIBLE * NEGLIGIBLE);
            *parameter = (*parameter - rate * *m / ((*v * unbias).sqrt() + epsilon)).flush(NEGLIGIBLE);
        }
    }

    fn state(&self) -> &[L] {
        &self.moments
    }

    fn state_mut(&mut self) -> &mut [L] {
        &mut self.moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn adam_first_steps_go_by_the_rate_against_the_gradient() {
        let mut adam = Adam::new(0.1, 2);
        let mut parameters = [1.0f64, -1.0];
        adam.descend(0, 1.0, &mut parameters, &[3.0, -0.002]);
        assert!((parameters[0] - 0.9).abs() < 1e-8 && (parameters[1] + 0.9).abs() < 1e-6);
    }

    #[test]
    fn adam_second_step_follows_the_published_recursion() {
        let mut adam = Adam::new(0.1, 1);
        let mut parameter = [0.0f64];
        adam.descend(0, 1.0, &mut parameter, &[1.0]);
        adam.descend(1, 1.0, &mut parameter, &[-3.0]);
        let (m, v) = (0.9 * 0.1 + 0.1 * -3.0, 0.999 * 0.001 + 0.001 * 9.0);
        let second = -0.1 * (m / (1.0 - 0.81)) / (math::sqrt(v / (1.0 - 0.998_001)) + 1e-8);
        assert!((parameter[0] - (-0.1 + second)).abs() < 1e-9, "{}", parameter[0]);
    }
}

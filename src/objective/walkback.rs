//! Walkback training: the chain x → r(x + σε) starts at a training point and runs k steps, P(k) = q(1 - q)^(k-1) up to
//! 10. Each corrupted state, as a constant, is trained to reconstruct the start (Bengio et al. 2013, algorithm 1). This
//! removes maxima that other training never visits. Optionally, a share of the steps has noise of 10σ.

use alloc::boxed::Box;

use super::denoising::LARGE_NOISE;
use super::{Builder, EXAMPLES_PER_TILE, Objective, Tile};
use crate::rng::Stream;
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};

const MAX_STEPS: u32 = 10;

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "walkback",
        label: "walkback",
        help: "Train chains of reconstructions that left the data to return; removes maxima without data.",
    },
    settings: &[
        Setting {
            key: "train.walkback-probability",
            label: "Walkback probability q",
            unit: "a step",
            help: "The probability that a walk ends after a step; small values give long walks.",
            kind: SettingKind::Real { default: 0.5, min: 0.1, max: 1.0 },
            ..Setting::of(Section::Training)
        },
        Setting {
            key: "train.walkback-kick",
            label: "Large kicks",
            unit: "of the steps",
            help: "The probability that a step has noise of 10σ.",
            kind: SettingKind::Real { default: 0.0, min: 0.0, max: 1.0 },
            ..Setting::of(Section::Training)
        },
    ],
    suggest: &[],
    build: |settings, sigma, _| {
        Ok(Box::new(Walkback::new(
            sigma,
            settings.real("train.walkback-probability"),
            settings.real("train.walkback-kick"),
        )))
    },
};

/// The objective with its chain.
#[derive(Clone, Debug)]
pub struct Walkback {
    sigma: f64,
    stop: f64,
    kick: f64,
    /// The number of steps of the current tile.
    step_count: u32,
}

impl Walkback {
    /// Chains with noise `sigma` that end with probability `stop` per step and have noise 10σ with probability `kick`
    /// per step.
    pub fn new(sigma: f64, stop: f64, kick: f64) -> Self {
        Self { sigma, stop, kick, step_count: 0 }
    }

    fn noise_sizes(&self, rng: &mut Stream) -> [f64; EXAMPLES_PER_TILE] {
        [self.sigma; EXAMPLES_PER_TILE]
            .map(|size| if self.kick > 0.0 && rng.uniform() < self.kick { LARGE_NOISE * size } else { size })
    }
}

impl Objective for Walkback {
    fn set_sigma(&mut self, sigma: f64) {
        self.sigma = sigma;
    }

    fn typical_loss(&self, dim: usize) -> f64 {
        dim as f64 * self.sigma * self.sigma
    }

    fn corrupt(&mut self, tile: &mut Tile, noise: &[f32], rng: &mut Stream) {
        self.step_count = 1;
        let noise_sizes = self.noise_sizes(rng);
        for (i, input) in tile.input.iter_mut().enumerate() {
            *input = tile.clean[i] + noise_sizes[i % EXAMPLES_PER_TILE] * f64::from(noise[i]);
        }
    }

    fn loss(&mut self, tile: &mut Tile) -> f64 {
        tile.squared_error()
    }

    fn next_term(&mut self, tile: &mut Tile, rng: &mut Stream) -> bool {
        self.step_count += 1;
        for weight in &mut tile.weights {
            if rng.uniform() < self.stop || self.step_count > MAX_STEPS {
                *weight = 0.0;
            }
        }
        let noise_sizes = self.noise_sizes(rng);
        for (i, input) in tile.input.iter_mut().enumerate() {
            let next = tile.output[i] + noise_sizes[i % EXAMPLES_PER_TILE] * rng.normal();
            // An ended chain returns to its start: if it ran on it could overflow, and 0 times infinity is NaN.
            *input = if tile.weights[i % EXAMPLES_PER_TILE] > 0.0 { next } else { tile.clean[i] };
        }
        tile.weights.iter().any(|weight| *weight > 0.0)
    }
}

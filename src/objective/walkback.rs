//! Walkback training: from a training point the chain x → r(x + σε) runs k steps, P(k) = q(1 - q)^(k-1) up to 10, and each
//! corrupted state, taken as a constant, is trained to reconstruct the start (Bengio et al. 2013, algorithm 1). It finds maxima
//! that training otherwise never visits. With some probability a step is a kick of 10σ.

use alloc::boxed::Box;

use super::denoising::LARGE;
use super::{Builder, EXAMPLES_PER_TILE, Objective, Tile};
use crate::rng::Stream;
use crate::setting::{Choice, Section, Setting, SettingKind, Variant};

const MOST_STEPS: u32 = 10;

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "walkback",
        label: "walkback",
        help: "Run the chain of the autoencoder and train it to come back to the data; this removes maxima far from the data.",
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

/// The objective.
#[derive(Clone, Debug)]
pub struct Walkback {
    sigma: f64,
    stop: f64,
    kick: f64,
    /// Steps taken by the tile at hand.
    taken: u32,
}

impl Walkback {
    /// Walks with noise `sigma` that end with probability `stop` a step and kick with probability `kick`.
    pub fn new(sigma: f64, stop: f64, kick: f64) -> Self {
        Self { sigma, stop, kick, taken: 0 }
    }

    fn sizes(&self, rng: &mut Stream) -> [f64; EXAMPLES_PER_TILE] {
        [self.sigma; EXAMPLES_PER_TILE]
            .map(|size| if self.kick > 0.0 && rng.uniform() < self.kick { LARGE * size } else { size })
    }
}

impl Objective for Walkback {
    fn unit(&self, dim: usize) -> f64 {
        dim as f64 * self.sigma * self.sigma
    }

    fn corrupt(&mut self, tile: &mut Tile, noise: &[f32], rng: &mut Stream) {
        self.taken = 1;
        let sizes = self.sizes(rng);
        for (i, input) in tile.input.iter_mut().enumerate() {
            *input = tile.clean[i] + sizes[i % EXAMPLES_PER_TILE] * f64::from(noise[i]);
        }
    }

    fn judge(&mut self, tile: &mut Tile) -> f64 {
        tile.squared_error()
    }

    fn advance(&mut self, tile: &mut Tile, rng: &mut Stream) -> bool {
        self.taken += 1;
        for weight in &mut tile.weights {
            if rng.uniform() < self.stop || self.taken > MOST_STEPS {
                *weight = 0.0;
            }
        }
        let sizes = self.sizes(rng);
        for (i, input) in tile.input.iter_mut().enumerate() {
            let next = tile.output[i] + sizes[i % EXAMPLES_PER_TILE] * rng.normal();
            // A walk that has ended rests at its start: if it went on it could overflow, and zero times that is no number.
            *input = if tile.weights[i % EXAMPLES_PER_TILE] > 0.0 { next } else { tile.clean[i] };
        }
        tile.weights.iter().any(|weight| *weight > 0.0)
    }
}

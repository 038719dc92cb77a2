//! The denoising objective: the mean of ‖r(x + σε) - x‖² over a batch of training points (Vincent et al. 2008; Alain
//! and Bengio 2014).
//!
//! Options: a share of the points gets noise of 10σ, so the field is trained far from the data. Or all points get noise
//! of 4σ and the importance weight w = 4^d exp(-½‖δ‖²(1/σ² - 1/16σ²)), the ratio of the two densities of δ. The mean of
//! w is 1, so the loss and its gradient are unbiased for any batch size. The mean of w² is (16/√31)^d, so the effective
//! share of the batch is .35^d.

use alloc::boxed::Box;

use super::{Builder, EXAMPLES_PER_TILE, Objective, Tile};
use crate::math;
use crate::rng::Stream;
use crate::setting::{Choice, Condition, Section, Setting, SettingError, SettingKind, Settings, Variant};

/// Factor on σ for rare large noise.
pub(super) const LARGE_NOISE: f64 = 10.0;
/// Factor on σ for importance-weighted noise.
const WIDE_NOISE: f64 = 4.0;
/// The greatest dimension for weighted noise; beyond, hardly any example of a batch has a relevant weight.
const MAX_WEIGHTED_DIM: usize = 2;

static PLAIN: Choice =
    Choice { id: "plain", label: "Gaussian", help: "Every point gets Gaussian noise of standard deviation σ." };
static RARE: Choice = Choice {
    id: "rare-large",
    label: "Sometimes 10σ",
    help: "A share of the points gets noise of 10σ, so that the field is also learned far from the data.",
};
static WEIGHTED: Choice = Choice {
    id: "weighted",
    label: "wide, reweighted",
    help: "Every point gets noise of 4σ and an importance weight for noise of σ; in one or two dimensions.",
};

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice { id: "denoising", label: "denoising", help: "Remove noise: ‖r(x + σε) - x‖²." },
    settings: &[
        Setting {
            key: "train.corruption",
            label: "Corruption",
            unit: "",
            help: "The distribution of the noise on the training points.",
            kind: SettingKind::Choice { default: "plain", options: &[&PLAIN, &RARE, &WEIGHTED] },
            ..Setting::of(Section::Training)
        },
        Setting {
            key: "train.large-noise",
            label: "Share of large noise",
            unit: "of the points",
            help: "The share of the points that get noise of 10σ.",
            kind: SettingKind::Real { default: 0.05, min: 0.0, max: 1.0 },
            conditions: &[Condition::is("train.corruption", RARE.id)],
            ..Setting::of(Section::Training)
        },
    ],
    suggest: &[],
    build: |settings, sigma, dim| Ok(Box::new(Denoising::from_settings(settings, sigma, dim)?)),
};

/// The objective with its noise.
#[derive(Clone, Debug)]
pub struct Denoising {
    sigma: f64,
    /// The share of points with noise of 10σ.
    large: f64,
    is_weighted: bool,
}

impl Denoising {
    /// The objective with noise `sigma` on every point.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, large: 0.0, is_weighted: false }
    }

    fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Self, SettingError> {
        let corruption = settings.choice("train.corruption");
        let is_weighted = corruption == WEIGHTED.id;
        if is_weighted && dim > MAX_WEIGHTED_DIM {
            let expected = "be another choice in more than 2 dimensions, where hardly any example would keep a weight";
            return Err(SettingError::new("train.corruption", corruption, expected));
        }
        let large = if corruption == RARE.id { settings.real("train.large-noise") } else { 0.0 };
        Ok(Self { sigma, large, is_weighted })
    }
}

impl Objective for Denoising {
    fn set_sigma(&mut self, sigma: f64) {
        self.sigma = sigma;
    }

    fn typical_loss(&self, dim: usize) -> f64 {
        dim as f64 * self.sigma * self.sigma
    }

    fn importance_weights(&mut self, dim: usize, noise: &[f32], weights: &mut [f64]) {
        if !self.is_weighted {
            return;
        }
        let squared_norm = |i: usize| {
            let (first, e) = (i / EXAMPLES_PER_TILE * EXAMPLES_PER_TILE * dim, i % EXAMPLES_PER_TILE);
            (0..dim).map(|k| f64::from(noise[first + k * EXAMPLES_PER_TILE + e])).map(|z| z * z).sum::<f64>()
        };
        // ‖δ‖² = 16σ²‖z‖², so the exponent is -½‖z‖²(16 - 1).
        let exponent = |i: usize| -0.5 * squared_norm(i) * (WIDE_NOISE * WIDE_NOISE - 1.0);
        let top = (0..dim).fold(1.0, |product, _| product * WIDE_NOISE);
        weights.iter_mut().enumerate().for_each(|(i, w)| *w = top * math::exp(exponent(i)));
    }

    fn corrupt(&mut self, tile: &mut Tile, noise: &[f32], rng: &mut Stream) {
        let mut sizes = [if self.is_weighted { WIDE_NOISE * self.sigma } else { self.sigma }; EXAMPLES_PER_TILE];
        if self.large > 0.0 {
            sizes = sizes.map(|size| if rng.uniform() < self.large { LARGE_NOISE * size } else { size });
        }
        for (i, input) in tile.input.iter_mut().enumerate() {
            *input = tile.clean[i] + sizes[i % EXAMPLES_PER_TILE] * f64::from(noise[i]);
        }
    }

    fn loss(&mut self, tile: &mut Tile) -> f64 {
        tile.squared_error()
    }
}

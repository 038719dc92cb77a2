//! The loss that training minimises: a mean over examples, and its gradient.

use alloc::boxed::Box;

use crate::rng::Stream;
use crate::setting::{self, Choice, Hints, Place, Section, Setting, SettingError, SettingKind, Settings, Variant};

pub mod evaluator;
pub mod hyvarinen_loss;
mod tape;
pub mod tile;

pub use contractive::Contractive;
pub use denoising::Denoising;
pub use encoder_contractive::EncoderContractive;
pub use evaluator::Evaluator;
pub use hyvarinen_loss::ScoreMatching;
pub use tile::{EXAMPLES_PER_TILE, Tile};
pub use walkback::Walkback;

/// Builds an objective from the settings, σ and the dimension; an error names the invalid setting.
pub type Builder = fn(&Settings, f64, usize) -> Result<Box<dyn Objective>, SettingError>;

// One file and one line each.
setting::variants! {
    /// All objectives, in the order of the menu.
    OBJECTIVES: Variant<Builder>, VARIANT in
    denoising
    contractive
    encoder_contractive
    implicit_score_matching
    sliced_score_matching
    walkback
}

static CHOICES: [&Choice; OBJECTIVES.len()] = setting::choices(OBJECTIVES);

/// The objective setting.
pub static OBJECTIVE: Setting = Setting {
    key: "train.objective",
    label: "Objective",
    unit: "",
    help: "The loss to be minimised.",
    kind: SettingKind::Choice { default: "denoising", options: &CHOICES },
    ..Setting::of(Section::Training)
};

/// The setting for the standard deviation of the corruption.
pub static SIGMA: Setting = Setting {
    key: "train.sigma",
    label: "Noise σ",
    unit: "data units",
    help: "Standard deviation of the noise that the network learns to remove; it learns the score of the blurred data.",
    kind: SettingKind::Real { default: 0.05, min: 0.001, max: 10.0 },
    place: Place::Slider,
    hints: Hints {
        zero: "Without noise there is nothing to remove: the network learns to copy its input, and its error over σ² is \
               no score.",
        negative: "It is a standard deviation, and none is negative.",
    },
    ..Setting::of(Section::Training)
};

/// The setting for the number of examples in a step.
pub static BATCH: Setting = Setting {
    key: "train.batch",
    label: "Batch",
    unit: "examples",
    help: "The number of corrupted examples that each step averages.",
    kind: SettingKind::Integer { default: 512, min: 1, max: 65_536 },
    ..Setting::of(Section::Training)
};

/// The setting for the penalty on the code.
pub const SPARSITY: Setting = Setting {
    key: "train.l1",
    label: "Code sparsity",
    unit: "",
    help: "Weight of an L1 penalty, the sum of |h| over the last hidden layer; it drives units to zero.",
    kind: SettingKind::Real { default: 0.0, min: 0.0, max: 1.0 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// A loss of the reconstruction of examples, and its gradient by the network's outputs.
///
/// An evaluator calls `importance_weights` once for a batch. For each tile of four examples it calls `corrupt`, then
/// `loss` and `next_term` until `next_term` returns false.
pub trait Objective: CloneObjective + Send + Sync {
    /// Sets the noise σ to `sigma`, a positive number.
    fn set_sigma(&mut self, sigma: f64);

    /// The number of directions t for which J t is needed in R^`dim`.
    fn directions(&self, _dim: usize) -> usize {
        0
    }

    /// The order of magnitude of the loss in R^`dim`, for denoising the loss of r(x) = x.
    fn typical_loss(&self, dim: usize) -> f64;

    /// Sets the weight of each example (1 before the call) from the standard normal noise of all examples, stored tile
    /// by tile.
    fn importance_weights(&mut self, _dim: usize, _noise: &[f32], _weights: &mut [f64]) {}

    /// Sets the tile's input and directions from the training points and standard normal noise. By default: the
    /// training points themselves and the coordinate axes.
    fn corrupt(&mut self, tile: &mut Tile, _noise: &[f32], _rng: &mut Stream) {
        tile.use_clean_points();
    }

    /// Returns the weighted sum of the tile's losses and writes its gradient by all outputs to the tile.
    fn loss(&mut self, tile: &mut Tile) -> f64;

    /// Sets the tile's input for the next term of its loss; false if there is none.
    fn next_term(&mut self, _tile: &mut Tile, _rng: &mut Stream) -> bool {
        false
    }
}

/// Cloning of a boxed objective, implemented for every objective that is `Clone`.
pub trait CloneObjective {
    /// A copy of the objective.
    fn clone_objective(&self) -> Box<dyn Objective>;
}

impl<T: Objective + Clone + 'static> CloneObjective for T {
    fn clone_objective(&self) -> Box<dyn Objective> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Objective> {
    fn clone(&self) -> Self {
        (**self).clone_objective()
    }
}

/// The objective chosen in `settings`, for noise `sigma` in R^`dim`.
pub fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Objective>, SettingError> {
    (setting::variant(OBJECTIVES, settings.choice(OBJECTIVE.key)).build)(settings, sigma, dim)
}
